"""``ecluse sanctions``: what is against whom, and laying, signing, lifting and taking back, on a running gate."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse.cli.asking import Json, Key, Url, ask, print_json, short, told
from ecluse.cli.looking import Seen, look_at
from ecluse.errors import InputError
from ecluse.sanctions import forms
from ecluse.terms.condition import DURATIONS_S
from ecluse.terms.ladder.parse import DURATION, EXPECTED_DURATION

sanctions_app = typer.Typer(help="Sanctions: what is against whom, and why.", no_args_is_help=True)

Why = Annotated[str, typer.Option(help="Why.")]
Number = Annotated[int, typer.Argument(help="The sanction's number.")]
Kind = Annotated[str, typer.Option("--kind", help="Whom it is about: account, campaign, provider or network.")]


@sanctions_app.command("list")
def list_sanctions(
    url: Url,
    key: Key = None,
    subject: Annotated[str | None, typer.Argument(help="The account, or see --kind; all, if none.")] = None,
    kind: Kind = "account",
    status: Annotated[str | None, typer.Option(help="Such as proposed or in_force.")] = None,
    json: Json = False,
) -> None:
    """List sanctions."""
    query = [f"status={quote(status, safe='')}"] if status else []
    if subject is not None:
        query += [f"subject_kind={quote(kind, safe='')}", f"subject={quote(subject, safe='')}"]
    with told("sanctions list"):
        found = ask(url, key, "GET", f"/v1/sanctions?limit=1000&{'&'.join(query)}", list[forms.SanctionForm])
        if json:
            print_json(found)
            return
        table = Table("no.", "about", "measure", "status", "from", "until", "rule", "decided by", "signed")
        for one in found:
            about = one.subject if one.subject_kind == "account" else f"{one.subject_kind} {one.subject}"
            signed = f"{sum(s.decision == 'confirm' for s in one.signatures)} of {one.signatures_needed}"
            row = one.measure, one.status, short(one.from_), short(one.until), one.rule, escape(one.decided_by), signed
            table.add_row(str(one.sanction), escape(about), *row)
        Console().print(table)


@sanctions_app.command("show")
def show_sanction(number: Number, url: Url, key: Key = None, json: Json = False) -> None:
    """Show one sanction and its statement of reasons."""
    with told("sanctions show"):
        found = ask(url, key, "GET", f"/v1/sanctions/{number}", forms.SanctionForm)
        if json:
            print_json(found)
        else:
            print_sanction(found)


@sanctions_app.command("lay")
def lay_sanction(
    subject: Annotated[str, typer.Argument(help="Whom it is about.")],
    measure: Annotated[str, typer.Argument(help="warning, limit, suspension, expulsion or legal_referral.")],
    rule: Annotated[str, typer.Option(help="The rule of the terms in force that was broken.")],
    facts: Annotated[str, typer.Option(help="What happened.")],
    url: Url,
    key: Key = None,
    kind: Kind = "account",
    lasts: Annotated[str | None, typer.Option("--for", help="How long it lasts, such as 7d.")] = None,
    takes: Annotated[list[str] | None, typer.Option(help="A capability that it takes; may be given again.")] = None,
    new_contacts: Annotated[int | None, typer.Option(help="New contacts a day that are left.")] = None,
    at: Annotated[str | None, typer.Option("--from", help="From when: a date or RFC 3339.")] = None,
    business: Annotated[bool, typer.Option("--business", help="The account is a business.")] = False,
    language: Annotated[str | None, typer.Option(help="Of the notice.")] = None,
    member: Annotated[list[str] | None, typer.Option(help="Of a campaign: only this account; may be repeated.")] = None,
    later_members: Annotated[
        bool, typer.Option("--later-members", help="Of a campaign: also those that come to belong to it.")
    ] = False,
    request: Annotated[str | None, typer.Option(help="Your own id of it: asked again, it is laid once.")] = None,
) -> None:
    """Lay a sanction, or propose it if another person must sign."""
    with told("sanctions lay"):
        proposal = forms.SanctionProposal(
            measure=measure,
            rule=rule,
            facts=facts,
            subject_kind=kind,
            subject=subject,
            lasts_s=_seconds(lasts),
            takes=takes or [],
            new_contacts=new_contacts,
            from_=at,
            business=business,
            language=language,
            members=member or [],
            later_members=later_members,
            request=request,
        )
        print_sanction(ask(url, key, "POST", "/v1/sanctions", forms.SanctionForm, proposal))


@sanctions_app.command("look")
def look(number: Number, url: Url, key: Key = None, seen: Seen = None, json: Json = False) -> None:
    """Look at all that a proposed sanction rests on; the review says that you were shown it."""
    with told("sanctions look"):
        look_at(f"/v1/sanctions/{number}", url, key, seen, json)


@sanctions_app.command("confirm")
def confirm(number: Number, note: Why, url: Url, key: Key = None, seen: Seen = None) -> None:
    """Sign a proposed sanction; it takes another key than its proposer's."""
    body = forms.SignatureProposal("confirm", note, seen or [])
    _act("confirm", url, key, f"/v1/sanctions/{number}/signatures", body)


@sanctions_app.command("dismiss")
def dismiss(number: Number, note: Why, url: Url, key: Key = None, seen: Seen = None) -> None:
    """Dismiss a proposed sanction."""
    body = forms.SignatureProposal("dismiss", note, seen or [])
    _act("dismiss", url, key, f"/v1/sanctions/{number}/signatures", body)


@sanctions_app.command("lift")
def lift(
    number: Number,
    why: Annotated[str, typer.Option(help="Why.")],
    url: Url,
    key: Key = None,
    capability: Annotated[str | None, typer.Option(help="The one that is given back; all, unless given.")] = None,
) -> None:
    """Lift a sanction, or one capability of it; its strikes still count."""
    _act("lift", url, key, f"/v1/sanctions/{number}/lift", forms.LiftProposal(why, capability))


@sanctions_app.command("reverse")
def reverse(number: Number, why: Annotated[str, typer.Option(help="Why.")], url: Url, key: Key = None) -> None:
    """Take a sanction back because it was wrong, with its strikes."""
    _act("reverse", url, key, f"/v1/sanctions/{number}/reverse", {"why": why})


def _act(command: str, url: str, key: str | None, path: str, body: Any) -> None:
    with told(f"sanctions {command}"):
        print_sanction(ask(url, key, "POST", path, forms.SanctionForm, body))


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    if not DURATION.fullmatch(text):
        raise InputError("for", text, EXPECTED_DURATION)
    unit = text[-1] if text[-1].isalpha() else "s"
    return int(text.rstrip("".join(DURATIONS_S))) * int(DURATIONS_S[unit])


def print_sanction(one: forms.SanctionForm) -> None:
    """Print a sanction in lines."""
    table = Table(show_header=False, box=None)
    lines = {
        "sanction": str(one.sanction),
        "about": f"{one.subject_kind} {one.subject}",
        "measure": one.measure,
        "status": one.status,
        "from": short(one.from_),
        "until": short(one.until) or "it is lifted",
        "takes": ", ".join(_taken(part) for part in one.restrictions) or "nothing",
        "rule": f"{one.rule} ({one.terms})",
        "clause": one.clause,
        "facts": one.facts or "as its strikes have it",
        "decided": f"{one.decided_by}; by a machine: {one.automated_decision}",
        "signed": ", ".join(f"{s.who} {s.decision}" for s in one.signatures) or "by nobody",
        "needs": f"{one.signatures_needed} signatures",
        "ended": f"{short(one.ended)} by {one.ended_by}: {one.ended_why}" if one.ended else "",
    }
    for name, value in lines.items():
        if value:
            table.add_row(name, escape(value))
    Console().print(table)


def _taken(part: forms.RestrictionForm) -> str:
    count = "" if part.new_contacts_a_day is None else f" {part.new_contacts_a_day} a day"
    return f"{part.capability}{count}{' (lifted)' if part.lifted else ''}"
