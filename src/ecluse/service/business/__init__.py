"""The business API over HTTP: paths, tokens, uploads and answers as clients of the WhatsApp Cloud API know them."""
