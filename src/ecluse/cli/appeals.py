"""``ecluse appeals``: what people say against sanctions, and answering them, on a running gate."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse.cli.asking import Json, Key, Url, ask, print_json, short, told
from ecluse.cli.looking import Seen, look_at
from ecluse.sanctions import forms

appeals_app = typer.Typer(help="Appeals against sanctions.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The appeal's number.")]


@appeals_app.command("list")
def list_appeals(
    url: Url,
    key: Key = None,
    status: Annotated[str | None, typer.Option(help="open, assigned, upheld, reversed or withdrawn.")] = None,
    json: Json = False,
) -> None:
    """List appeals, the first to come first."""
    with told("appeals list"):
        query = f"&status={status}" if status else ""
        found = ask(url, key, "GET", f"/v1/appeals?limit=1000{query}", list[forms.AppealForm])
        if json:
            print_json(found)
            return
        table = Table("no.", "sanction", "of", "kind", "status", "received", "due", "assigned to")
        for one in found:
            row = one.kind, one.status, short(one.received), short(one.due), escape(one.assigned_to or "")
            table.add_row(str(one.appeal), str(one.sanction), escape(one.subject), *row)
        Console().print(table)


@appeals_app.command("show")
def show_appeal(number: Number, url: Url, key: Key = None, json: Json = False) -> None:
    """Show one appeal."""
    with told("appeals show"):
        found = ask(url, key, "GET", f"/v1/appeals/{number}", forms.AppealForm)
        if json:
            print_json(found)
        else:
            _print(found)


@appeals_app.command("file")
def file(
    sanction: Annotated[int, typer.Argument(help="The sanction's number.")],
    words: Annotated[str, typer.Option(help="What the person says.")],
    url: Url,
    key: Key = None,
    kind: Annotated[str, typer.Option(help="appeal, or human_review of what a machine decided alone.")] = "appeal",
    language: Annotated[str | None, typer.Option(help="Of the person.")] = None,
) -> None:
    """Hand in an appeal for a person."""
    proposal = forms.AppealProposal(sanction, words, kind, language)
    _act("file", url, key, "/v1/appeals", proposal)


@appeals_app.command("assign")
def assign(number: Number, url: Url, key: Key = None) -> None:
    """Take an appeal on."""
    _act("assign", url, key, f"/v1/appeals/{number}/assign", None)


@appeals_app.command("look")
def look(
    number: Number,
    url: Url,
    key: Key = None,
    seen: Seen = None,
    json: Json = False,
) -> None:
    """Look at all that an appeal is about; the review says that you were shown it."""
    with told("appeals look"):
        look_at(f"/v1/appeals/{number}", url, key, seen, json)


@appeals_app.command("decide")
def decide(
    number: Number,
    outcome: Annotated[str, typer.Argument(help="upheld (the sanction stays) or reversed.")],
    answer: Annotated[str, typer.Option(help="What the person is told.")],
    url: Url,
    key: Key = None,
    seen: Seen = None,
) -> None:
    """Answer an appeal; a human review needs a look first."""
    _act("decide", url, key, f"/v1/appeals/{number}/decide", forms.AppealAnswer(outcome, answer, seen or []))


@appeals_app.command("outside")
def outside(
    number: Number,
    outcome: Annotated[str, typer.Argument(help="open, upheld (the sanction stays) or reversed.")],
    words: Annotated[str, typer.Option(help="What it decided.")],
    url: Url,
    key: Key = None,
    body: Annotated[str, typer.Option(help="out_of_court, court or appellate_committee.")] = "out_of_court",
) -> None:
    """Note what a body outside decided; reversed, the sanction is taken back."""
    _act("outside", url, key, f"/v1/appeals/{number}/outside", forms.OutsideProposal(body, outcome, words))


def _act(command: str, url: str, key: str | None, path: str, body: Any) -> None:
    with told(f"appeals {command}"):
        _print(ask(url, key, "POST", path, forms.AppealForm, body))


def _print(one: forms.AppealForm) -> None:
    table = Table(show_header=False, box=None)
    lines = {
        "appeal": f"{one.appeal}, against sanction {one.sanction}",
        "of": f"{one.subject_kind} {one.subject}",
        "kind": one.kind,
        "status": one.status,
        "received": short(one.received),
        "due": short(one.due),
        "words": one.words,
        "assigned to": one.assigned_to or "nobody",
        "decided": f"{short(one.decided)} by {one.decided_by}" if one.decided else "",
        "answer": one.answer or "",
        "outside": f"{one.outside['body']}: {one.outside['outcome']}" if one.outside else "",
    }
    for name, value in lines.items():
        if value:
            table.add_row(name, escape(value))
    Console().print(table)
