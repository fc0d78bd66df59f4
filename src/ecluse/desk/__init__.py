"""The desk: what a newsletter service works with once it may not push. People come, ask, and are answered.

It speaks the WhatsApp Cloud API, so it works with the business API of a gate and with Meta's own.
"""
