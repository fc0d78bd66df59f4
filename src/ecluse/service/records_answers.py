"""What the routes of the records answer and take, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from ecluse.sanctions import forms, review_forms

GUARDED: Final = ("key-missing", "key-refused", "scope-missing")
FAILS: Final = ("invalid", "internal", "starting", "stopping", "records")
READS: Final = (*GUARDED, *FAILS)
READS_ONE: Final = (*READS, "not-found")
CHANGES: Final = (*READS_ONE, "conflict")
TAKES: Final = (*CHANGES, "malformed", "body-too-large", "body-too-slow", "busy")

RECORDS_ANSWERS: Final[dict[str, tuple[str, Any, tuple[str, ...]]]] = {
    "account_sanctions": ("What is against the account, and was.", forms.StandingForm, READS),
    "sanction_account": ("The sanction, laid or proposed.", forms.SanctionForm, TAKES),
    "sanctions": ("Sanctions.", list[forms.SanctionForm], READS),
    "sanction": ("The sanction, laid or proposed.", forms.SanctionForm, TAKES),
    "one_sanction": ("The sanction.", forms.SanctionForm, READS_ONE),
    "statement": ("The statement of reasons.", forms.StatementForm, READS_ONE),
    "sign": ("The sanction as it stands now.", forms.SanctionForm, TAKES),
    "lift": ("The sanction as it stands now.", forms.SanctionForm, TAKES),
    "reverse": ("The sanction as it stands now.", forms.SanctionForm, TAKES),
    "appeals": ("Appeals.", list[forms.AppealForm], READS),
    "appeal": ("The appeal.", forms.AppealForm, TAKES),
    "one_appeal": ("The appeal.", forms.AppealForm, READS_ONE),
    "assign": ("The appeal as it stands now.", forms.AppealForm, CHANGES),
    "decide_appeal": ("The appeal as it stands now.", forms.AppealForm, TAKES),
    "withdraw": ("The appeal as it stands now.", forms.AppealForm, CHANGES),
    "outside": ("The appeal as it stands now.", forms.AppealForm, TAKES),
    "appeal_file": ("All that the person is shown.", review_forms.FileForm, CHANGES),
    "sanction_file": ("All that the person is shown.", review_forms.FileForm, CHANGES),
    "appeal_seen": ("The review.", review_forms.LookForm, TAKES),
    "sanction_seen": ("The review.", review_forms.LookForm, TAKES),
    "sanction_reviews": ("Reviews.", list[review_forms.LookForm], READS_ONE),
    "notices": ("Notices.", list[forms.NoticeForm], READS),
    "delivered": ("The notice.", forms.NoticeForm, READS_ONE),
    "audit": ("Rows of the audit.", list[forms.AuditForm], READS),
    "audit_head": ("The head of the chain.", forms.AuditHeadForm, READS),
    "audit_verification": ("Whether the audit is whole.", forms.AuditVerification, READS),
}
"""By operation: what is said of the answer, its form, and the problems that it may come with."""

RECORDS_FORMS: Final = (
    *(forms.StandingForm, forms.SanctionForm, forms.StatementForm, forms.AppealForm, forms.NoticeForm),
    *(forms.AuditForm, forms.AuditHeadForm, forms.AuditVerification),
    *(review_forms.FileForm, review_forms.LookForm, review_forms.SeenForm, review_forms.SeenProposal),
    *(forms.SanctionProposal, forms.SignatureProposal, forms.LiftProposal, forms.AppealProposal, forms.AppealAnswer),
    forms.OutsideProposal,
)
"""Every form among them."""
