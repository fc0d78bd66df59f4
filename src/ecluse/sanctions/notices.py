"""Notices: what an account is told at each step, in its language, and what is kept of it until it is delivered."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.gate.wordings import CAPABILITIES
from ecluse.ledger.standing import Capability
from ecluse.records.tables import Notice, Sanction
from ecluse.sanctions.decision import Decision
from ecluse.sanctions.people import Subject
from ecluse.sanctions.reasons import incident, still_works
from ecluse.terms import LANGUAGES, Ladder, SubjectKind
from ecluse.terms.notices import amount, day
from ecluse.terms.texts import nearest
from ecluse.wire import maybe_time_form, time_form

KINDS: Final = (
    "transition",
    "sanction",
    "announced",
    "applies",
    "lifted",
    "expired",
    "reversed",
    "appeal_received",
    "appeal_upheld",
    "appeal_reversed",
)
"""Every kind of notice."""


def tell(session: Session, sanction: Sanction, decision: Decision, kind: str, now_s: int, **more: Any) -> Notice:
    """Write the notice of what has become of a sanction. more: for the template, such as ``answer``."""
    language = nearest(sanction.language, LANGUAGES)
    title, body = worded(kind, language, _said(sanction, decision, language, now_s) | more)
    notice = Notice(
        subject_kind=sanction.subject_kind,
        subject=sanction.subject,
        kind=kind,
        sanction_id=sanction.id,
        appeal_id=more.get("appeal_id"),
        language=language,
        title=title,
        body=body,
        facts=_facts(sanction, decision, now_s),
        made_s=now_s,
        attempts=0,
        next_try_s=now_s,
    )
    session.add(notice)
    return notice


def tell_once(
    session: Session,
    subject: Subject,
    once: str,
    kind: str,
    language: str | None,
    now_s: int,
    facts: dict[str, Any],
    **said: Any,
) -> Notice | None:
    """Write a notice that is said once; None if it was. once: what it is about."""
    if session.scalars(select(Notice.id).where(Notice.once == once)).one_or_none() is not None:
        return None
    near = nearest(language, LANGUAGES)
    title, body = worded(kind, near, said)
    notice = Notice(
        subject_kind=subject.kind.word,
        subject=subject.id,
        kind=kind,
        language=near,
        title=title,
        body=body,
        facts=facts,
        made_s=now_s,
        once=once,
        attempts=0,
        next_try_s=now_s,
    )
    session.add(notice)
    return notice


def worded(kind: str, language: str, said: dict[str, Any]) -> tuple[str, str]:
    """Title and body of a notice. language: one of LANGUAGES. said: what the template names."""
    module = _template(language).make_module({"kind": kind, **said})
    title, body = str(module.title).strip(), str(module.body)  # type: ignore[attr-defined]
    paragraphs = (" ".join(part.split()) for part in body.split("\n\n"))
    return " ".join(title.split()), "\n\n".join(part for part in paragraphs if part)


@cache
def _template(language: str) -> Template:
    loader = PackageLoader("ecluse.sanctions", "templates")
    environment = Environment(loader=loader, undefined=StrictUndefined, autoescape=False)
    return environment.get_template(f"notice.{language}.txt")


def _said(sanction: Sanction, decision: Decision, language: str, now_s: int) -> dict[str, Any]:
    """What templates may name."""
    locale = language.replace("-", "_")
    strikes, ladder = decision.strikes, decision.ladder
    return {
        "measure": sanction.measure,
        "subject_kind": sanction.subject_kind,
        "number": sanction.id,
        "clause": decision.clause.in_language(language),
        "terms": sanction.terms,
        "facts": decision.facts,
        "refusals": format_decimal(sum(strike.refusals for strike in strikes), locale=locale),
        "first": day(min((strike.first_s for strike in strikes), default=now_s), language),
        "last": day(max((strike.at_s for strike in strikes), default=now_s), language),
        "incidents": bool(strikes),
        "of_campaign": any(strike.subject_kind == SubjectKind.CAMPAIGN.word for strike in strikes),
        "figure": _figure(decision, language),
        "from_day": day(sanction.from_s, language),
        "until_day": None if sanction.until_s is None else day(sanction.until_s, language),
        "taken": [
            CAPABILITIES[Capability.of(one.capability)][language].format(n=one.new_contacts_a_day)
            for one in sanction.restrictions
        ],
        "may_answer": Capability.ANSWER.word in still_works(sanction),
        "automated": sanction.automated_decision,
        "detected": sanction.automated_detection,
        "appeal": ladder.appeal,
        "appeal_day": day(now_s + ladder.appeal_within_s, language),
    }


def _figure(decision: Decision, language: str) -> dict[str, str] | None:
    """The figure that the rule is about, with its limit."""
    principal = decision.rule.principal()
    for figure in decision.figures:
        if figure["signal"] == principal.signal and figure["value"] is not None:
            value, limit = (amount(principal.signal, figure[which], language) for which in ("value", "limit"))
            return {"value": value, "limit": limit}
    return None


def _facts(sanction: Sanction, decision: Decision, now_s: int) -> dict[str, Any]:
    """The same as data."""
    ladder: Ladder = decision.ladder
    return {
        "sanction": sanction.id,
        "measure": sanction.measure,
        "status": sanction.status,
        "rule": sanction.rule,
        "clause": str(decision.clause),
        "terms": sanction.terms,
        "from": time_form(sanction.from_s),
        "until": maybe_time_form(sanction.until_s),
        "takes": [
            {"capability": one.capability, "new_contacts_a_day": one.new_contacts_a_day}
            for one in sanction.restrictions
        ],
        "left": still_works(sanction),
        "incidents": [incident(strike, sanction) for strike in decision.strikes],
        "automated_detection": sanction.automated_detection,
        "automated_decision": sanction.automated_decision,
        "appeal": {"how": ladder.appeal, "until": time_form(now_s + ladder.appeal_within_s)},
    }


def notices_of(
    session: Session, subject: Subject | None, after: int, limit: int, *, pending: bool = False
) -> list[Notice]:
    """Notices numbered past ``after``, in their order. subject: of whom; None: of all. pending: not yet delivered."""
    query = select(Notice).where(Notice.id > after).order_by(Notice.id).limit(limit)
    if subject is not None:
        query = query.where(Notice.subject_kind == subject.kind.word, Notice.subject == subject.id)
    if pending:
        query = query.where(Notice.delivered_s.is_(None))
    return list(session.scalars(query))


def mark_delivered(session: Session, number: int, by: str, now_s: int) -> Notice | None:
    """Note that a notice was delivered; the first time counts. None if there is none of that number."""
    notice = session.get(Notice, number)
    if notice is not None and notice.delivered_s is None:
        notice.delivered_s, notice.delivered_by, notice.next_try_s = now_s, by, None
    return notice
