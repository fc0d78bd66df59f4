"""Connections that Écluse opens itself: to addresses that strangers name, so only to those that may be reached."""

from ecluse.outbound.addresses import AddressRefusedError, Reach, check_url, is_public
from ecluse.outbound.client import Answer, Outbound, OutboundError

__all__ = ["AddressRefusedError", "Answer", "Outbound", "OutboundError", "Reach", "check_url", "is_public"]
