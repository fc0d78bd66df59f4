"""What the routes of cases, reports, transparency and rights answer and take, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from ecluse.cases import forms as cases
from ecluse.reports import complaints
from ecluse.reports import forms as reports
from ecluse.rights import forms as rights
from ecluse.service.records_answers import CHANGES, GUARDED, READS, READS_ONE, TAKES
from ecluse.transparency.figures import TransparencyReport

_AS_IT_STANDS: Final = ("The case as it stands now.", cases.CaseForm, TAKES)

CASES_ANSWERS: Final[dict[str, tuple[str, Any, tuple[str, ...]]]] = {
    "cases": ("Cases.", list[cases.CaseLine], READS),
    "open_case": ("The case.", cases.CaseForm, TAKES),
    "one_case": ("The case.", cases.CaseForm, READS_ONE),
    **dict.fromkeys(
        (
            *("add_party", "add_evidence", "add_entry", "draft_letter", "letter_sent", "letter_answered"),
            *("set_case_status", "set_case_hold"),
        ),
        _AS_IT_STANDS,
    ),
    "bundle": ("The sealed bundle, a zip.", None, CHANGES),
    "sealing_key": ("The public key.", cases.SealingKeyForm, (*GUARDED, "internal")),
    "report": ("The report as it was taken.", reports.ReportTaken, TAKES),
    "reports": ("Reports.", list[reports.ReportForm], READS),
    "report_weight": ("What they weigh.", reports.WeightForm, READS),
    "report_reviews": ("Accounts to look at.", list[reports.ReviewForm], READS),
    "complaints": ("Complaints.", list[complaints.ComplaintForm], READS),
    "complaint": ("The complaint.", complaints.ComplaintForm, TAKES),
    "answer_complaint": ("The complaint as it stands now.", complaints.ComplaintForm, TAKES),
    "settle_reports": ("How many were settled.", reports.Settled, TAKES),
    "suspend_reporter": ("The reporter.", reports.ReporterForm, TAKES),
    "transparency": ("The report.", TransparencyReport, READS),
    "statements": ("Statements of reasons.", None, READS),
    "held": ("All that is held.", rights.HeldForm, READS),
    "erase": ("What was erased, and what was kept.", rights.ErasedForm, CHANGES),
}
"""By operation: what is said of the answer, its form, and the problems that it may come with."""

CASES_FORMS: Final = (
    *(cases.CaseForm, cases.CaseLine, cases.SealingKeyForm),
    *(cases.CaseProposal, cases.PartyProposal, cases.EvidenceProposal, cases.EntryProposal, cases.LetterProposal),
    *(cases.LetterSent, cases.LetterAnswered, cases.StatusProposal, cases.HoldProposal),
    *(reports.ReportTaken, reports.ReportForm, reports.WeightForm, reports.ReviewForm, reports.Settled),
    *(reports.ReportProposal, reports.Settlement, reports.ReporterSuspension, reports.ReporterForm),
    *(complaints.ComplaintForm, complaints.ComplaintProposal, complaints.ComplaintAnswer),
    *(TransparencyReport, rights.HeldForm, rights.ErasedForm),
)
"""Every form among them."""
