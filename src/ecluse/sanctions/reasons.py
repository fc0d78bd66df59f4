"""Statements of reasons: for each limit, suspension and expulsion, with the fields that the DSA's Art. 17 asks for.

What the Commission's database takes holds no personal data: no id, no name, no text. What only the recipient's own copy
says (whose account, each incident, what was done before, what still works, how to appeal) lies in ``recipient``.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.ledger.standing import Capability
from ecluse.records.tables import Sanction, Statement, Strike
from ecluse.sanctions.decision import Decision
from ecluse.terms import Measure, SubjectKind
from ecluse.wire import maybe_time_form, time_form

EEA: Final = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()  # noqa: SIM905
CATEGORY: Final = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
SPECIFICATION: Final = "Bulk, automated or otherwise unsolicited messaging"
CONTENT: Final = "How messages are sent; what they say was not looked at"
GROUND_CHARACTERS_MAX: Final = 500
EXPLANATION_CHARACTERS_MAX: Final = 2_000
FACTS_CHARACTERS_MAX: Final = 5_000
INCIDENTS_MAX: Final = 50

_SOURCES: Final = {
    "gate": "SOURCE_VOLUNTARY",
    "person": "SOURCE_VOLUNTARY",
    "report": "SOURCE_TYPE_OTHER_NOTIFICATION",
    "trusted_flagger": "SOURCE_TRUSTED_FLAGGER",
    "authority": "SOURCE_TYPE_OTHER_NOTIFICATION",
}
_AUTOMATED: Final = {
    "fully": "AUTOMATED_DECISION_FULLY",
    "partially": "AUTOMATED_DECISION_PARTIALLY",
    "not": "AUTOMATED_DECISION_NOT_AUTOMATED",
}
_EVERYTHING: Final = (Capability.ALL, Capability.SEND)
REDRESS: Final = (
    "internal complaint (DSA Art. 20)",
    "certified out-of-court dispute settlement body (DSA Art. 21)",
    "court",
)


def state_reasons(session: Session, sanction: Sanction, decision: Decision, now_s: int) -> Statement:
    """Write the statement of reasons of a sanction that takes effect or is announced."""
    account = _of_account(sanction)
    end = None if sanction.until_s is None else day_of(sanction.until_s)
    first_s = min((strike.first_s for strike in decision.strikes), default=sanction.made_s)
    statement = Statement(
        puid=f"ecluse-{secrets.token_hex(16)}",
        sanction_id=sanction.id,
        made_s=now_s,
        decision_visibility=[],
        decision_provision=None if account else "DECISION_PROVISION_PARTIAL_SUSPENSION",
        decision_account=account,
        account_type="ACCOUNT_TYPE_BUSINESS" if sanction.account_type == "business" else "ACCOUNT_TYPE_PRIVATE",
        decision_facts=facts_of(decision)[:FACTS_CHARACTERS_MAX],
        decision_ground="DECISION_GROUND_INCOMPATIBLE_CONTENT",
        incompatible_content_ground=f"{decision.terms.title}, {sanction.terms}, {sanction.rule}"[
            :GROUND_CHARACTERS_MAX
        ],
        incompatible_content_explanation=str(decision.clause)[:EXPLANATION_CHARACTERS_MAX],
        incompatible_content_illegal="No",
        category=CATEGORY,
        category_addition=[],
        category_specification=["KEYWORD_OTHER"],
        category_specification_other=SPECIFICATION,
        content_type=["CONTENT_TYPE_OTHER"],
        content_type_other=CONTENT,
        content_date=day_of(first_s),
        territorial_scope=EEA,
        application_date=day_of(sanction.from_s),
        end_date_account_restriction=end if account else None,
        end_date_service_restriction=None if account else end,
        source_type=_SOURCES[sanction.found_by],
        automated_detection="Yes" if sanction.automated_detection else "No",
        automated_decision=_AUTOMATED[sanction.automated_decision],
        recipient=_recipient(session, sanction, decision, now_s),
    )
    session.add(statement)
    return statement


def _of_account(sanction: Sanction) -> str | None:
    if sanction.measure == Measure.EXPULSION.word:
        return "DECISION_ACCOUNT_TERMINATED"
    taken = {restriction.capability for restriction in sanction.restrictions}
    if sanction.measure == Measure.SUSPENSION.word and taken & {capability.word for capability in _EVERYTHING}:
        return "DECISION_ACCOUNT_SUSPENDED"
    return None


def day_of(second: int) -> str:
    """The day of a second, in UTC: YYYY-MM-DD.

    >>> day_of(1_575_676_800)
    '2019-12-07'
    """
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d}"


def facts_of(decision: Decision) -> str:
    """What happened, in English and without personal data: it may be published."""
    parts = []
    for strike in decision.strikes:
        times = "once" if strike.refusals == 1 else f"{strike.refusals} times"
        dates = " and ".join(dict.fromkeys((day_of(strike.first_s), day_of(strike.at_s))))
        figures = "; ".join(figure_words(figure) for figure in strike.figures)
        who = "Accounts that act as one sender were refused" if _is_campaign_s(strike) else "Refused"
        parts.append(f"{who} {times} between {dates} by the rule {strike.rule} ({figures}).")
    if not parts:
        parts.append(f"A person found that the rule {decision.rule.id} was broken.")
    return " ".join(parts)


def _is_campaign_s(strike: Strike) -> bool:
    return strike.subject_kind == SubjectKind.CAMPAIGN.word


def figure_words(figure: dict[str, Any]) -> str:
    """One measured figure: ``strangers.1h 51 > 50``."""
    value = "unknown" if figure["value"] is None else f"{figure['value']:,.10g}"
    return f"{figure['signal']} {value} {figure['comparison']} {figure['limit']:,.10g}"


def _recipient(session: Session, sanction: Sanction, decision: Decision, now_s: int) -> dict[str, Any]:
    """What the recipient's own copy says besides."""
    earlier = session.scalars(
        select(Sanction)
        .where(
            Sanction.subject_kind == sanction.subject_kind,
            Sanction.subject == sanction.subject,
            Sanction.id < sanction.id,
            Sanction.status.not_in(("proposed", "dismissed")),
        )
        .order_by(Sanction.id)
    )
    ladder = decision.ladder
    return {
        "sanction": sanction.id,
        "subject_kind": sanction.subject_kind,
        "subject": sanction.subject,
        "clause": str(decision.clause),
        "terms": sanction.terms,
        "facts": decision.facts or facts_of(decision),
        "incidents": [incident(strike, sanction) for strike in decision.strikes[-INCIDENTS_MAX:]],
        "earlier": [
            {"sanction": one.id, "measure": one.measure, "made": time_form(one.made_s), "status": one.status}
            for one in earlier
        ],
        "taken": [restriction.capability for restriction in sanction.restrictions],
        "left": still_works(sanction),
        "from": time_form(sanction.from_s),
        "until": maybe_time_form(sanction.until_s),
        "appeal": {
            "how": ladder.appeal,
            "until": time_form(now_s + ladder.appeal_within_s),
            "answered_within_s": ladder.answered_within_s,
        },
        "redress": list(REDRESS),
    }


def incident(strike: Strike, sanction: Sanction) -> dict[str, Any]:
    """A strike as the recipient of a sanction is told of it: without events that are of others."""
    own = (strike.subject_kind, strike.subject) == (sanction.subject_kind, sanction.subject)
    return {
        "first": time_form(strike.first_s),
        "last": time_form(strike.at_s),
        "rule": strike.rule,
        "terms": strike.terms,
        "refusals": strike.refusals,
        "figures": strike.figures,
        "events": strike.events if own else [],
    }


def still_works(sanction: Sanction) -> list[str]:
    """The capabilities that are left."""
    taken = {restriction.capability for restriction in sanction.restrictions}
    if Capability.ALL.word in taken:
        return []
    if Capability.SEND.word in taken:
        taken |= {Capability.START.word, Capability.ANSWER.word, Capability.FORWARD.word}
    bounds = {Capability.ALL, Capability.NEW_CONTACTS}
    return [capability.word for capability in Capability if capability not in bounds and capability.word not in taken]
