"""What is shown of reviews: the file that a person is shown, and the record of what was shown."""

from __future__ import annotations

import msgspec

from ecluse.records.tables import Review
from ecluse.sanctions.forms import AppealForm, SanctionForm, StatementForm, StrikeForm
from ecluse.wire import maybe_time_form, time_form


class SeenProposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a reviewer looked at, each thing in a few words."""

    seen: list[str]


class SeenForm(msgspec.Struct, frozen=True):
    """A thing that a reviewer was shown."""

    what: str
    at: str


class LookForm(msgspec.Struct, frozen=True):
    """A person's review of a sanction: who, from when to when, and what they were shown. cause: ``appeal``,
    ``human_review`` or ``second_signature``.
    """

    review: int
    sanction: int | None
    appeal: int | None
    cause: str
    reviewer: str | None
    opened: str
    began: str | None
    closed: str | None
    seen: list[SeenForm]
    outcome: str | None


class FileForm(msgspec.Struct, frozen=True):
    """All that a person is shown who decides on a sanction or an appeal against it. review: with this look in it."""

    sanction: SanctionForm
    statement: StatementForm | None
    strikes: list[StrikeForm]
    appeals: list[AppealForm]
    earlier: list[SanctionForm]
    review: LookForm


def look_form(review: Review) -> LookForm:
    """A review as it is shown."""
    return LookForm(
        review=review.id,
        sanction=review.sanction_id,
        appeal=review.appeal_id,
        cause=review.cause,
        reviewer=review.reviewer,
        opened=time_form(review.opened_s),
        began=maybe_time_form(review.began_s),
        closed=maybe_time_form(review.closed_s),
        seen=[SeenForm(one["what"], time_form(one["at_s"])) for one in review.seen],
        outcome=review.outcome,
    )
