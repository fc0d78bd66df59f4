"""Pre-flight: what terms will do to a newsletter service, before they do it, list by list, and what to do about it."""

from ecluse.replay.preflight.page import write_csv, write_page
from ecluse.replay.preflight.plan import Plan, preflight

__all__ = ["Plan", "preflight", "write_csv", "write_page"]
