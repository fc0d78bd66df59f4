"""What the routes of rumours answer and take, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from ecluse.cases.forms import CaseForm
from ecluse.rumours import forms
from ecluse.service.records_answers import CHANGES, GUARDED, READS, READS_ONE, TAKES

RUMOURS_ANSWERS: Final[dict[str, tuple[str, Any, tuple[str, ...]]]] = {
    "rumours": (
        "The contents, the fastest first.",
        list[forms.RumourForm],
        (*GUARDED, "invalid", "internal", "starting", "stopping"),
    ),
    "rumour": ("All that is known of it.", forms.RumourSheet, READS_ONE),
    "fact_checks": ("Its fact-checks.", list[forms.FactCheckForm], READS),
    "attach_fact_check": ("The fact-check.", forms.FactCheckForm, TAKES),
    "withdraw_fact_check": ("The fact-check as it stands now.", forms.FactCheckForm, CHANGES),
    "rumour_feed": ("What became of it.", forms.FeedForm, TAKES),
    "rumour_bundle": ("The sealed bundle, a zip.", None, CHANGES),
    "rumour_evidence": ("The case as it stands now.", CaseForm, TAKES),
}
"""By operation: what is said of the answer, its form, and the problems that it may come with."""

RUMOURS_FORMS: Final = (
    *(forms.RumourForm, forms.RumourSheet, forms.FactCheckForm, forms.FactCheckProposal),
    *(forms.FeedForm, forms.CaseOfRumour),
)
"""Every form among them."""
