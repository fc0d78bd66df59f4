"""Sanctions over HTTP: what is against whom, and laying, signing, lifting and taking back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import time
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse.errors import InputError
from ecluse.events import AccountKind
from ecluse.records.tables import Case, Sanction, Statement, Strike
from ecluse.sanctions import forms
from ecluse.sanctions.climbing import reports_about
from ecluse.sanctions.decision import FOUND_BY, Circumstances, decision_of_person
from ecluse.sanctions.ending import lift, reverse
from ecluse.sanctions.laying import lay, sign
from ecluse.sanctions.people import Actor, Subject, checked_name
from ecluse.sanctions.restoring import restored
from ecluse.sanctions.strikes import standing_strikes
from ecluse.sanctions.subjects import STATES, NotFoundError, sanction_of, sanctions_of
from ecluse.service.campaigns import campaign_key
from ecluse.service.keeping import Acts, After, Keeps, Limit, Number, answer, body_of, change, look, moment_of
from ecluse.service.openapi import described, takes
from ecluse.service.routes import needs
from ecluse.stores.keys import Scope
from ecluse.terms import SubjectKind, Terms
from ecluse.wire import Reason

OF_ACCOUNT: Final = "/v1/accounts/{account_id:id}/sanctions"
READ: Final = needs(Scope.READ)
ADMIN: Final = needs(Scope.ADMIN)
STRIKES_SHOWN_MAX: Final = 500

router = APIRouter()


@router.get(OF_ACCOUNT, dependencies=READ, **described("account_sanctions"))
async def of_account(account_id: str, clerk: Keeps) -> Response:
    """What is against an account, and was: strikes and sanctions."""
    subject = Subject.account(account_id)
    return answer(await look(clerk, lambda session: _standing(session, subject, int(time()))))


@router.post(OF_ACCOUNT, dependencies=ADMIN, **takes("sanction_account", forms.SanctionProposal))
async def lay_on_account(account_id: str, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Lay a sanction on an account, or propose it if another person must sign."""
    proposal = await body_of(request, forms.SanctionProposal)
    if proposal.subject_kind is not None or proposal.subject is not None:
        raise InputError("subject", proposal.subject, "absent: the path names the account")
    return await _lay(clerk, who, Subject.account(account_id), proposal)


@router.get("/v1/sanctions", dependencies=READ, **described("sanctions"))
async def every(
    clerk: Keeps,
    status: Annotated[str | None, Query(description=f"One of {', '.join(STATES)}.")] = None,
    subject_kind: Annotated[str | None, Query(description="account, campaign, provider or network.")] = None,
    subject: Annotated[str | None, Query(description="With subject_kind.")] = None,
    parent: Annotated[int | None, Query(ge=1, description="Only those that follow from this one.")] = None,
    after: After = 0,
    limit: Limit = 100,
) -> Response:
    """Sanctions, in the order of their numbers."""
    if status is not None and status not in STATES:
        raise InputError("status", status, f"one of {', '.join(STATES)}")
    about = _subject(subject_kind, subject)

    def found(session: Session) -> list[forms.SanctionForm]:
        rows = sanctions_of(session, about, status=status, parent=parent, after=after, limit=limit)
        return [forms.sanction_form(sanction) for sanction in rows]

    return answer(await look(clerk, found))


@router.post("/v1/sanctions", dependencies=ADMIN, **takes("sanction", forms.SanctionProposal))
async def lay_on(request: Request, clerk: Keeps, who: Acts) -> Response:
    """Lay a sanction on an account, campaign, provider or network, or propose it if another person must sign."""
    proposal = await body_of(request, forms.SanctionProposal)
    about = _subject(proposal.subject_kind, proposal.subject)
    if about is None:
        raise InputError("subject", None, "whom it is about, with subject_kind")
    return await _lay(clerk, who, about, proposal)


@router.get("/v1/sanctions/{number}", dependencies=READ, **described("one_sanction"))
async def one(number: Number, clerk: Keeps) -> Response:
    """One sanction."""
    return answer(await look(clerk, lambda session: forms.sanction_form(sanction_of(session, number))))


@router.get("/v1/sanctions/{number}/statement", dependencies=READ, **described("statement"))
async def statement(number: Number, clerk: Keeps) -> Response:
    """The statement of reasons of a limit, suspension or expulsion."""

    def found(session: Session) -> forms.StatementForm:
        row = session.scalars(select(Statement).where(Statement.sanction_id == number)).one_or_none()
        if row is None:
            raise NotFoundError(f"statement of reasons for sanction {number}")
        return forms.statement_form(row)

    return answer(await look(clerk, found))


@router.post("/v1/sanctions/{number}/signatures", dependencies=ADMIN, **takes("sign", forms.SignatureProposal))
async def signatures(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Confirm or dismiss a proposed sanction. Who proposed it has signed it: it takes another key."""
    word = await body_of(request, forms.SignatureProposal)
    if word.decision not in ("confirm", "dismiss"):
        raise InputError("decision", word.decision, "confirm or dismiss")

    def done(session: Session, sanction: Sanction, now_s: int) -> None:
        sign(
            session, sanction, restored(session, sanction), who, word.decision == "confirm", word.note, now_s, word.seen
        )

    return await _change(clerk, number, done)


@router.post("/v1/sanctions/{number}/lift", dependencies=ADMIN, **takes("lift", forms.LiftProposal))
async def lifting(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Lift a sanction, or one capability of it. Its strikes still count."""
    proposal = await body_of(request, forms.LiftProposal)

    def done(session: Session, sanction: Sanction, now_s: int) -> None:
        lift(session, sanction, who, proposal.why, now_s, proposal.capability)

    return await _change(clerk, number, done)


@router.post("/v1/sanctions/{number}/reverse", dependencies=ADMIN, **takes("reverse", Reason))
async def taking_back(number: Number, request: Request, clerk: Keeps, who: Acts) -> Response:
    """Take a sanction back because it was wrong, with its strikes; it is counted as an error of its rule."""
    why = (await body_of(request, Reason)).why

    def done(session: Session, sanction: Sanction, now_s: int) -> None:
        reverse(session, sanction, who, why, now_s)

    return await _change(clerk, number, done)


async def _lay(clerk: Keeps, who: Actor, subject: Subject, proposal: forms.SanctionProposal) -> Response:
    now_s = int(time())
    terms = clerk.gate.versions.in_force(now_s)
    if terms is None:
        raise InputError("rule", proposal.rule, "a rule of terms that are in force; none are yet")
    if subject.kind is SubjectKind.CAMPAIGN and not proposal.members:
        campaign_key(subject.id)
    if proposal.found_by not in FOUND_BY:
        raise InputError("found_by", proposal.found_by, f"one of {', '.join(FOUND_BY)}")
    region, language = _short("region", proposal.region), _short("language", proposal.language)
    business = proposal.business or await asyncio.to_thread(_is_business, clerk, subject)

    def laid(session: Session) -> forms.SanctionForm:
        if proposal.case is not None and session.get(Case, proposal.case) is None:
            raise NotFoundError(f"case {proposal.case}")
        reports = reports_about(session, subject)
        circumstances = Circumstances(business, region, language, reports, proposal.found_by)
        decision = decision_of_person(
            subject,
            proposal.measure,
            who,
            terms,
            proposal.rule,
            proposal.facts,
            lasts_s=proposal.lasts_s,
            takes=proposal.takes,
            new_contacts=proposal.new_contacts,
            from_s=moment_of("from", proposal.from_),
            strikes=_strikes(session, subject, terms, proposal.rule, now_s),
            circumstances=circumstances,
            request=proposal.request,
            parent=None if proposal.parent is None else sanction_of(session, proposal.parent).id,
            case=proposal.case,
            members=proposal.members,
            later_members=proposal.later_members,
            now_s=now_s,
        )
        return forms.sanction_form(lay(session, decision, now_s))

    return answer(await change(clerk, laid))


def _is_business(clerk: Keeps, subject: Subject) -> bool:
    """Whether the gate knows an account as a business."""
    account = subject.kind is SubjectKind.ACCOUNT
    return account and clerk.gate.account(subject.id).kind != AccountKind.PERSONAL.word


def _strikes(session: Session, subject: Subject, terms: Terms, rule: str, now_s: int) -> list[Strike]:
    """The strikes that a person's decision rests on: those that count, if the rule is one of theirs."""
    standing = standing_strikes(session, subject, now_s)
    ours = [strike for strike in standing if strike.rule == rule and strike.terms_digest == terms.digest]
    return [strike for strike in standing if strike not in ours] + ours if ours else []


def _short(field: str, text: str | None) -> str | None:
    if text is not None and len(text) > 40:
        raise InputError(field, text, "a code")
    return checked_name(field, text)


async def _change(clerk: Keeps, number: int, do: Callable[[Session, Sanction, int], None]) -> Response:
    def changed(session: Session) -> forms.SanctionForm:
        sanction = sanction_of(session, number)
        do(session, sanction, int(time()))
        return forms.sanction_form(sanction)

    return answer(await change(clerk, changed))


def _subject(kind: str | None, subject: str | None) -> Subject | None:
    if (kind is None) != (subject is None):
        raise InputError("subject", subject, "given with subject_kind")
    return None if kind is None or subject is None else Subject.read(kind, subject)


def _standing(session: Session, subject: Subject, now_s: int) -> forms.StandingForm:
    strikes = select(Strike).where(Strike.subject_kind == subject.kind.word, Strike.subject == subject.id)
    newest = session.scalars(strikes.order_by(Strike.id.desc()).limit(STRIKES_SHOWN_MAX)).all()
    return forms.StandingForm(
        subject.kind.word,
        subject.id,
        [forms.strike_form(strike, now_s) for strike in reversed(newest)],
        [forms.sanction_form(sanction) for sanction in sanctions_of(session, subject, limit=STRIKES_SHOWN_MAX)],
    )
