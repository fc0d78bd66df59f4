"""A chat on WebSockets: ``plain`` is the chat, ``protected`` the same behind a gate."""
