"""Verdicts that rest on a sanction: the numbers are the gate's, the words come from whoever keeps the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ecluse.gate.wordings import APPEAL, CAPABILITIES, FOR_NOW, HELD, UNTIL
from ecluse.ledger.standing import FOREVER, Capability
from ecluse.terms import LANGUAGES, Text
from ecluse.terms.notices import day
from ecluse.terms.texts import nearest
from ecluse.wire import Withheld, time_form


class SanctionWords(NamedTuple):
    """What is to be said of a sanction: its rule and clause, the terms of that time, and how to appeal."""

    rule: str
    clause: Text
    terms: str
    appeal: str | None


def withheld(words: Mapping[int, SanctionWords], evidence: Sequence[float], language: str | None) -> Withheld:
    """What a verdict says of the sanction that it rests on. words: by number. evidence: as ``hold_back`` writes it."""
    sanction, capability = int(evidence[1]), Capability(int(evidence[3]))
    until_s, new_contacts = int(evidence[4]), int(evidence[5])
    limited = capability is Capability.NEW_CONTACTS
    known = words.get(sanction)
    return Withheld(
        sanction=sanction,
        capability=capability.word,
        until=None if until_s == FOREVER else time_form(until_s),
        notice=_notice(capability, until_s, new_contacts, known, language),
        rule=known.rule if known else None,
        clause=known.clause.in_language(language) if known else None,
        terms=known.terms if known else None,
        appeal=known.appeal if known else None,
        new_contacts=int(evidence[6]) if limited else None,
        new_contacts_max=new_contacts if limited else None,
    )


def _notice(
    capability: Capability, until_s: int, new_contacts: int, known: SanctionWords | None, language: str | None
) -> str:
    near = nearest(language, LANGUAGES)
    until = FOR_NOW[near] if until_s == FOREVER else UNTIL[near].format(day=day(until_s, near))
    what = CAPABILITIES[capability][near].format(n=new_contacts)
    parts = [HELD[near].format(until=until, capability=what)]
    if known is not None:
        parts.append(known.clause.in_language(language))
        if known.appeal:
            parts.append(APPEAL[near].format(how=known.appeal))
    return " ".join(parts)
