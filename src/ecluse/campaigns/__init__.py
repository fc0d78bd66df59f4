"""Campaigns: accounts that are one sender, found by what they share."""

from ecluse.campaigns.campaign import Campaign, Evidence, Sharing
from ecluse.campaigns.campaigns import MEMORY_BYTES, Campaigns
from ecluse.campaigns.graph import CAMPAIGNS_MAX, WINDOW_S
from ecluse.campaigns.sends import Sends, Sort

__all__ = ["CAMPAIGNS_MAX", "MEMORY_BYTES", "WINDOW_S", "Campaign", "Campaigns", "Evidence", "Sends", "Sharing", "Sort"]
