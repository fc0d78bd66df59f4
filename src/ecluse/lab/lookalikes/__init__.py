"""Honest people who look like mass senders. A module a kind; all of one shape, ``stage.Part``."""
