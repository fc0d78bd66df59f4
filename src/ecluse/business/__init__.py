"""The business API without its HTTP: messages inside a conversation's window, webhooks, and the port to a messenger."""
