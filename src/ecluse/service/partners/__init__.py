"""Partners over HTTP, for operators; and what messengers tell and ask."""
