"""What plugs into servers that people run: thin, and without a rule of their own. They ask a gate and do what it says.

``asgi``: one's own chat back end. ``prosody``: the module that Prosody loads. ``synapse``: the one
that Synapse loads. ``policy``: a policy server for Matrix rooms.
"""
