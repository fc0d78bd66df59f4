"""Transparency: what was done about accounts, counted and told to the public, to authorities and to those concerned."""
