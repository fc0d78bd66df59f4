"""Rolling out terms: what each act makes of the versions. Time is an argument; ``TermsHistory`` keeps what was done."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final, NamedTuple

from ecluse.errors import InputError
from ecluse.terms import Terms, Versions

WHY_CHARACTERS_MAX: Final = 1_000


class Deed(StrEnum):
    """What can be done about the versions of the terms."""

    START = "start"
    """A gate began with these terms."""
    ACTIVATE = "activate"
    """A version was put in force, from then on or from a date."""
    ROLLBACK = "rollback"
    """The version before was put in force again, or one to come was withdrawn."""
    REHEARSE = "rehearse"
    """A version was put in shadow beside the others."""
    END_REHEARSAL = "end_rehearsal"


class Act(NamedTuple):
    """Something that was done. terms: ``id@version``, digest: of what it was done with. from_s: when that comes into
    force, None for a rehearsal. Seconds of the epoch.
    """

    at_s: int
    who: str
    deed: Deed
    terms: str
    digest: str
    from_s: int | None
    why: str


class Change(NamedTuple):
    """An act, and the versions after it."""

    act: Act
    versions: Versions


def start(kept: Versions | None, known: Collection[str], given: Terms | None, *, who: str, now_s: int) -> Change | None:
    """What a gate that starts judges by. None: by the versions that are kept.

    kept: those after the last act. known: digests of all terms that ever were; such terms are not put in force once
    more, so that a gate that always starts with the same file does not undo what was done since.
    """
    if given is None or given.digest in known:
        return None
    from_s = given.effective_s or 0
    if kept is None:
        act = Act(now_s, who, Deed.START, given.name, given.digest, from_s, "the gate was started with them")
        return Change(act, Versions.of(given))
    return activate(kept, given, None, who=who, why="the gate was started with them", now_s=now_s)


def activate(versions: Versions, terms: Terms, from_s: int | None, *, who: str, why: str, now_s: int) -> Change:
    """Put terms in force. from_s: None for when they say, or at once if that is past. Raises InputError."""
    if from_s is not None and from_s < now_s:
        raise InputError("from", from_s, f"a time from now, {now_s}, on: what is past was judged")
    from_s = max(now_s, terms.effective_s or now_s) if from_s is None else from_s
    newest = versions.newest
    if newest.terms.digest == terms.digest and newest.from_s <= from_s:
        raise InputError("terms", terms.name, f"other terms: these are in force from {newest.from_s} on already")
    act = Act(now_s, who, Deed.ACTIVATE, terms.name, terms.digest, from_s, _checked(why))
    return Change(act, versions.put(terms, from_s))


def roll_back(versions: Versions, *, who: str, why: str, now_s: int) -> Change:
    """Withdraw the version that is to come last; if none is to come, put the one before in force again at once.

    Raises InputError if there is none before.
    """
    newest = versions.newest
    before = [entry.terms for entry in versions.entries[:-1] if entry.terms.digest != newest.terms.digest]
    if not before:
        raise InputError("terms", newest.terms.name, "terms that others came before: there is nothing to go back to")
    if newest.from_s > now_s:
        back = versions.without(newest)
        terms, from_s = back.newest.terms, back.newest.from_s
    else:
        terms, from_s = before[-1], now_s
        back = versions.put(terms, from_s)
    return Change(Act(now_s, who, Deed.ROLLBACK, terms.name, terms.digest, from_s, _checked(why)), back)


def rehearse(versions: Versions, terms: Terms, *, who: str, why: str, now_s: int) -> Change:
    """Put terms in shadow: they judge beside those in force, and nobody feels it. Raises InputError."""
    act = Act(now_s, who, Deed.REHEARSE, terms.name, terms.digest, None, _checked(why))
    return Change(act, versions.rehearse(terms))


def end_rehearsal(versions: Versions, *, who: str, why: str, now_s: int) -> Change:
    """Rehearse no longer. Raises InputError if nothing is rehearsed."""
    terms = versions.rehearsed
    if terms is None:
        raise InputError("rehearsal", None, "terms that are rehearsed: none are")
    act = Act(now_s, who, Deed.END_REHEARSAL, terms.name, terms.digest, None, _checked(why))
    return Change(act, versions.rehearse(None))


def _checked(why: str) -> str:
    words = " ".join(why.split())
    if not 0 < len(words) <= WHY_CHARACTERS_MAX or not words.isprintable():
        raise InputError("why", why, f"1 to {WHY_CHARACTERS_MAX} printable characters")
    return words
