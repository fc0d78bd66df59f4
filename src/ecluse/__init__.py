"""Écluse."""
