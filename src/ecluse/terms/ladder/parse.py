"""The ladder of a document, as it is written: the section ``ladder``."""

from __future__ import annotations

import re
from typing import Final

from ecluse.ledger.standing import Capability
from ecluse.terms import fields
from ecluse.terms.condition import DURATIONS_S
from ecluse.terms.faults import meant, quoted
from ecluse.terms.ladder.ladder import (
    ANSWERED_WITHIN_S,
    APPEAL_WITHIN_S,
    BUSINESS_LEAD_S,
    DECIDED_BY,
    LASTS_S_MAX,
    NEW_CONTACTS_MAX,
    REFUSALS_MAX,
    STEPS_MAX,
    STRIKES_MAX,
    TAKEN,
    Deciding,
    Ladder,
    Measure,
    Members,
    Rungs,
    Step,
    StrikeRule,
    SubjectKind,
)
from ecluse.terms.nodes import Value

DURATION: Final = re.compile(rf"[0-9]{{1,9}}[{''.join(DURATIONS_S)}]?")
EXPECTED_DURATION: Final = "a duration such as 24h or 30d"
CAPABILITIES: Final = {capability.word: capability for capability in Capability}

_WITHIN_S: Final = 86_400
_EXPIRES_S: Final = 90 * 86_400


def read_ladder(value: Value | None) -> Ladder | None:
    """Read the section; None if there is none."""
    if value is None:
        return None
    given = value.fields((), (*SubjectKind.words(), "appeal", "business_lead"))
    rungs = tuple(_rungs(SubjectKind.of(word), given[word]) for word in SubjectKind.words() if word in given)
    if value.type == "fields" and not rungs:
        value.blame(f"expected one or more of {', '.join(map(quoted, SubjectKind.words()))}")
    appeal = given["appeal"].fields((), ("how", "within", "answered_within")) if "appeal" in given else {}
    return Ladder(
        rungs,
        fields.text(appeal.get("how")),
        _duration(appeal.get("within"), APPEAL_WITHIN_S),
        _duration(appeal.get("answered_within"), ANSWERED_WITHIN_S),
        _duration(given.get("business_lead"), BUSINESS_LEAD_S, least=0),
    )


def _rungs(subject: SubjectKind, value: Value) -> Rungs:
    given = value.fields(("strike", "steps"))
    strike = given["strike"].fields(("refusals",), ("within", "accounts", "expires")) if "strike" in given else {}
    rule = StrikeRule(
        _count(strike.get("refusals"), REFUSALS_MAX) or 1,
        _duration(strike.get("within"), _WITHIN_S),
        _count(strike.get("accounts"), REFUSALS_MAX) or 1,
        _duration(strike.get("expires"), _EXPIRES_S),
    )
    if subject is SubjectKind.ACCOUNT and "accounts" in strike:
        strike["accounts"].blame("an account's strikes come of one account")
    return Rungs(subject, rule, _steps(given.get("steps"), subject))


def _steps(value: Value | None, subject: SubjectKind) -> tuple[Step, ...]:
    items = value.items("steps") if value else None
    if value is not None and items == []:
        value.blame("expected at least one step")
    steps: list[Step] = []
    for place, item in enumerate(items or ()):
        if place == STEPS_MAX:
            item.blame(f"there may be at most {STEPS_MAX} steps")
            break
        optional = ("for", "takes", "new_contacts", "decided_by", "announced", "members")
        given = item.fields(("id", "strikes", "then"), optional)
        step = _step(given, subject)
        if step is None:
            continue
        if any(other.id == step.id for other in steps):
            given["id"].blame(f"the step {quoted(step.id)} is there already")
        if steps and step.strikes <= steps[-1].strikes:
            given["strikes"].blame(
                f"a step comes at more strikes than the one before it, which comes at {steps[-1].strikes}"
            )
        steps.append(step)
    return tuple(steps)


def _step(given: dict[str, Value], subject: SubjectKind) -> Step | None:
    step_id = fields.name(given.get("id"))
    strikes = _count(given.get("strikes"), STRIKES_MAX)
    measure = _measure(given.get("then"))
    decided_by = _deciding(given.get("decided_by"))
    new_contacts = _count(given.get("new_contacts"), NEW_CONTACTS_MAX, least=0)
    takes = fields.words(given.get("takes"), "capability", CAPABILITIES)
    lasts_s = _duration(given["for"], 0) if "for" in given else None
    lead_s = _duration(given.get("announced"), 0, least=0)
    members = _members(given.get("members"))
    if members is not None and subject is not SubjectKind.CAMPAIGN:
        given["members"].blame("only a campaign has members")
    if step_id is None or strikes is None or measure is None:
        return None
    _check(given, measure, takes, new_contacts)
    if not takes:
        takes = TAKEN[measure]
        if new_contacts is not None:
            takes = (Capability.NEW_CONTACTS,)
        elif subject is SubjectKind.NETWORK and takes:
            takes = (Capability.REGISTER,)
    decides = DECIDED_BY[measure] if decided_by is None else decided_by
    which = Members.PRESENT if members is None else members
    return Step(step_id, strikes, measure, lasts_s, takes, new_contacts, decides, lead_s, which)


def _check(given: dict[str, Value], measure: Measure, takes: tuple[Capability, ...], new_contacts: int | None) -> None:
    """See that the fields of a step go together."""
    then = given["then"]
    if measure in (Measure.LIMIT, Measure.SUSPENSION) and "for" not in given:
        then.blame(f"`then: {measure.word}` needs the field `for`, how long it lasts")
    if measure not in (Measure.LIMIT, Measure.SUSPENSION):
        for field in ("for", "takes", "new_contacts"):
            if field in given:
                given[field].blame(f"`then: {measure.word}` takes no `{field}`")
    if takes and (Capability.NEW_CONTACTS in takes) != (new_contacts is not None):
        given["takes"].blame("`new_contacts` among the capabilities and the field `new_contacts` go together")


def _measure(value: Value | None) -> Measure | None:
    word = value.scalar("a measure") if value else None
    if value is None or word is None:
        return None
    if word not in Measure.words():
        value.blame(f"unknown measure {quoted(word)}{meant(word, Measure.words())}")
        return None
    return Measure.of(word)


def _deciding(value: Value | None) -> Deciding | None:
    word = value.scalar("who decides") if value else None
    if value is None or word is None:
        return None
    if word not in Deciding.words():
        value.blame(f"{quoted(word)} does not say who decides{meant(word, Deciding.words())}")
        return None
    return Deciding.of(word)


def _members(value: Value | None) -> Members | None:
    word = value.scalar("which members") if value else None
    if value is None or word is None:
        return None
    if word not in Members.words():
        value.blame(f"{quoted(word)} does not say which members{meant(word, Members.words())}")
        return None
    return Members.of(word)


def _count(value: Value | None, most: int, least: int = 1) -> int | None:
    expected = f"a whole number from {least} to {most:,}"
    text = value.scalar(expected, numbers=True) if value else None
    if value is None or text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 9 and least <= int(text) <= most):
        value.blame(f"expected {expected}, got {quoted(text)}")
        return None
    return int(text)


def _duration(value: Value | None, default: int, least: int = 1) -> int:
    """Seconds of a duration; ``default`` if none is given, or a wrong one."""
    text = value.scalar(EXPECTED_DURATION, numbers=True) if value else None
    if value is None or text is None:
        return default
    seconds = -1
    if DURATION.fullmatch(text):
        unit = text[-1] if text[-1].isalpha() else "s"
        seconds = int(text.rstrip("".join(DURATIONS_S))) * int(DURATIONS_S[unit])
    if not least <= seconds <= LASTS_S_MAX:
        value.blame(f"expected {EXPECTED_DURATION}, at most ten years, got {quoted(text)}")
        return default
    return seconds
