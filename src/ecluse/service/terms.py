"""The terms over HTTP: what is in force, what was done, and putting versions in force, back, or in shadow."""

from __future__ import annotations

from time import time
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Depends, Request, Response

from ecluse import wire
from ecluse.errors import InputError
from ecluse.service.accounts import terms_form
from ecluse.service.openapi import described, takes
from ecluse.service.problems import ProblemError
from ecluse.service.reading import read_body
from ecluse.service.routes import JSON, Gate, gate_of, key_of, needs, serving_of
from ecluse.stores import rollout
from ecluse.stores.keys import Scope
from ecluse.stores.rollout import Act, Change
from ecluse.terms import Entry, Terms, TermsError, Versions, parse_terms
from ecluse.terms.fields import EXPECTED_DATE, read_moment
from ecluse.wire import maybe_time_form, time_form

READ: Final = needs(Scope.READ)
ADMIN: Final = needs(Scope.ADMIN)

router = APIRouter()
Who = Annotated[str, Depends(key_of)]


@router.get("/v1/terms", dependencies=READ, **described("terms"))
async def terms(gate: Gate) -> Response:
    """The terms in force, and all versions that come before and after."""
    return _answer(state_form(gate.versions, int(time())))


@router.get("/v1/terms/history", dependencies=READ, **described("terms_history"))
async def history(request: Request) -> Response:
    """Who put which version in force, when and why; the oldest act first."""
    return _answer([act_form(act) for act in serving_of(request).history.acts()])


@router.post("/v1/terms", dependencies=ADMIN, **takes("activate", wire.TermsProposal))
async def activate(request: Request, gate: Gate, who: Who) -> Response:
    """Put a version in force, at once or from a date. A document with faults is refused, and nothing changes."""
    proposal = await read_body(request, wire.TermsProposal)
    now_s, from_s = int(time()), moment_of(proposal.from_)
    change = rollout.activate(gate.versions, _terms(proposal.document), from_s, who=who, why=proposal.why, now_s=now_s)
    return _done(request, change, now_s)


@router.post("/v1/terms/rollback", dependencies=ADMIN, **takes("rollback", wire.Reason))
async def roll_back(request: Request, gate: Gate, who: Who) -> Response:
    """Withdraw the version to come last; if none is to come, put the one before in force again."""
    why = (await read_body(request, wire.Reason)).why
    now_s = int(time())
    return _done(request, rollout.roll_back(gate.versions, who=who, why=why, now_s=now_s), now_s)


@router.get("/v1/terms/rehearsal", dependencies=READ, **described("rehearsal"))
async def rehearsal(request: Request, gate: Gate) -> Response:
    """What came of the rehearsal so far."""
    metrics, versions = serving_of(request).metrics, gate.versions
    in_force, rehearsed = versions.in_force(int(time())), versions.rehearsed
    own = {rule.id for rule in rehearsed.rules} if rehearsed else set()
    return _answer(
        wire.Rehearsal(
            rehearsed.name if rehearsed else None,
            in_force.name if in_force else None,
            [wire.OutcomeCount(*pair, events) for pair, events in metrics.rehearsed().items()],
            [wire.RuleCount(*pair, events) for pair, events in metrics.spoken().items() if pair[0] in own],
        )
    )


@router.put("/v1/terms/rehearsal", dependencies=ADMIN, **takes("rehearse", wire.TermsProposal))
async def rehearse(request: Request, gate: Gate, who: Who) -> Response:
    """Put a version in shadow beside those in force: it judges, and nobody feels it."""
    proposal = await read_body(request, wire.TermsProposal)
    if proposal.from_ is not None:
        raise InputError("from", proposal.from_, "nothing: a rehearsal begins at once")
    now_s = int(time())
    change = rollout.rehearse(gate.versions, _terms(proposal.document), who=who, why=proposal.why, now_s=now_s)
    return _done(request, change, now_s)


@router.post("/v1/terms/rehearsal/end", dependencies=ADMIN, **takes("end_rehearsal", wire.Reason))
async def end_rehearsal(request: Request, gate: Gate, who: Who) -> Response:
    """Rehearse no longer."""
    why = (await read_body(request, wire.Reason)).why
    now_s = int(time())
    return _done(request, rollout.end_rehearsal(gate.versions, who=who, why=why, now_s=now_s), now_s)


def _done(request: Request, change: Change, now_s: int) -> Response:
    """Keep an act, and let the gate judge by what it made of the versions."""
    serving_of(request).history.record(change)
    gate_of(request).use(change.versions)
    return _answer(state_form(change.versions, now_s))


def _terms(document: str) -> Terms:
    try:
        return parse_terms(document, "document")
    except TermsError as error:
        members = {"field": "document", "expected": "terms without faults", "faults": list(error.lines)}
        raise ProblemError("invalid", f"{len(error.lines)} faults: {error.lines[0]}", members=members) from None


def moment_of(text: str | None) -> int | None:
    """Seconds of a date or a time, as documents of terms have them; None for None. Raises InputError."""
    if text is None:
        return None
    second = read_moment(text)
    if second is None:
        raise InputError("from", text, EXPECTED_DATE)
    return second


def state_form(versions: Versions, now_s: int) -> wire.TermsState:
    """The terms as they stand at second ``now_s``."""
    in_force, rehearsed = versions.in_force(now_s), versions.rehearsed
    return wire.TermsState(
        time_form(now_s),
        None if in_force is None else terms_form(in_force),
        [_version(entry, versions, now_s) for entry in versions.entries],
        None if rehearsed is None else terms_form(rehearsed),
    )


def _version(entry: Entry, versions: Versions, now_s: int) -> wire.VersionText:
    program = versions.program(now_s)
    if entry.from_s > now_s:
        role = "announced" if entry.terms in program.announced else "to come"
    else:
        newest = [other for other in versions.entries if other.from_s <= now_s][-1]
        role = "in force" if entry is newest else "superseded"
    announced_s = entry.terms.announced_s
    return wire.VersionText(
        terms=entry.terms.name,
        title=entry.terms.title,
        digest=entry.terms.digest,
        announced=maybe_time_form(announced_s),
        from_=time_form(entry.from_s) if entry.from_s else None,
        role=role,
    )


def act_form(act: Act) -> wire.TermsAct:
    """An act as it is shown."""
    from_ = time_form(act.from_s) if act.from_s else None
    return wire.TermsAct(time_form(act.at_s), act.who, act.deed, act.terms, act.digest, act.why, from_=from_)


def _answer(form: object) -> Response:
    return Response(msgspec.json.encode(form), media_type=JSON)
