"""``ecluse terms activate | rollback | rehearse | history``: versions put in force, back, or in shadow, on a running
gate or in the data folder of a stopped one.
"""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from ecluse import wire
from ecluse.client import Client, RefusedError
from ecluse.errors import EcluseError
from ecluse.service.terms import act_form, moment_of, state_form
from ecluse.stores import rollout
from ecluse.stores.data import TERMS, DataFolder
from ecluse.stores.rollout import Change
from ecluse.stores.terms_history import TermsHistory
from ecluse.terms import Versions, load_terms

TIMEOUT_S: Final = 30.0
WATCH_S: Final = 2.0

Url = Annotated[str | None, typer.Option(envvar="ECLUSE_URL", help="Of a running gate.")]
Key = Annotated[str | None, typer.Option(envvar="ECLUSE_KEY", help="An API key; to change terms with the scope admin.")]
Data = Annotated[
    Path | None,
    typer.Option(envvar="ECLUSE_DATA", exists=True, file_okay=False, help="Or the data folder of a stopped one."),
]
Why = Annotated[str, typer.Option(help="Why; kept in the history.")]
Document = Annotated[str, typer.Argument(help="The document, or the id of a shipped one.")]


def activate(
    document: Document,
    why: Why,
    at: Annotated[
        str | None,
        typer.Option(help="From when: a date or RFC 3339. When the document says, or at once, unless given."),
    ] = None,
    url: Url = None,
    key: Key = None,
    data: Data = None,
) -> None:
    """Put a version in force, at once or from a date, without a restart and without losing a decision."""
    with _told("activate"):
        terms = load_terms(document)
        if _asks(url, data):
            with _client(url, key) as client:
                show(client.activate(terms.source, why, at))
        else:
            from_s = moment_of(at)
            _in_folder(data, lambda v, now_s, who: rollout.activate(v, terms, from_s, who=who, why=why, now_s=now_s))


def roll_back(why: Why, url: Url = None, key: Key = None, data: Data = None) -> None:
    """Withdraw the version that is to come; if none is, put the one before in force again."""
    with _told("rollback"):
        if _asks(url, data):
            with _client(url, key) as client:
                show(client.roll_back(why))
        else:
            _in_folder(data, lambda v, now_s, who: rollout.roll_back(v, who=who, why=why, now_s=now_s))


def rehearse(
    document: Annotated[str | None, typer.Argument(help="The document, or the id of a shipped one.")] = None,
    why: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Show what comes of it until Ctrl-C.")] = False,
    end: Annotated[bool, typer.Option("--end", help="Rehearse no longer.")] = False,
    url: Url = None,
    key: Key = None,
) -> None:
    """Put a version in shadow on a running gate, beside the one in force, and watch both."""
    if url is None:
        raise typer.BadParameter("a rehearsal needs a running gate", param_hint="--url")
    if document is not None and end:
        raise typer.BadParameter("either a document or --end", param_hint="--end")
    if (document is not None or end) and not why:
        raise typer.BadParameter("say why", param_hint="--why")
    with _told("rehearse"), _client(url, key) as client:
        if document is not None:
            show(client.rehearse(load_terms(document).source, why))
        elif end:
            show(client.end_rehearsal(why))
        if watch:
            _watch(client)
        elif document is None and not end:
            Console().print(_rehearsal(client.rehearsal()))


def history(url: Url = None, key: Key = None, data: Data = None) -> None:
    """Show all versions, and who put which in force, when and why."""
    with _told("history"):
        if _asks(url, data):
            with _client(url, key) as client:
                state, acts = client.terms(), client.terms_history()
        else:
            assert data is not None
            with TermsHistory(data / TERMS) as kept:
                versions, acts = kept.versions(), [act_form(act) for act in kept.acts()]
            if versions is None:
                Console().print("No terms were ever put in force there.")
                return
            state = state_form(versions, int(time.time()))
        show(state)
        Console().print(_acts(acts))


def _asks(url: str | None, data: Path | None) -> bool:
    """Whether a running gate is to be asked."""
    if (url is None) == (data is None):
        raise typer.BadParameter("either --url or --data", param_hint="--url")
    return url is not None


def _client(url: str | None, key: str | None) -> Client:
    assert url is not None
    return Client(url, key=key, timeout_s=TIMEOUT_S)


def _in_folder(data: Path | None, change: Callable[[Versions, int, str], Change]) -> None:
    """Change the versions of a gate that does not run. Raises FolderInUseError if it does."""
    assert data is not None
    with DataFolder(data, create=False), TermsHistory(data / TERMS) as kept:
        versions = kept.versions()
        if versions is None:
            raise EcluseError(f"{data}: no terms were ever put in force there; start the gate with --terms first")
        now_s = int(time.time())
        done = change(versions, now_s, getpass.getuser())
        kept.record(done)
    show(state_form(done.versions, now_s))


@contextmanager
def _told(command: str) -> Iterator[None]:
    """Tell what is wrong in a line, or a line for each fault, and end with 1."""
    try:
        yield
    except EcluseError as error:
        console = Console(stderr=True)
        console.print(f"[red]ecluse terms {command}:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        faults = error.problem.get("faults", []) if isinstance(error, RefusedError) else []
        for fault in faults:
            console.print(escape(str(fault)), highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


def show(state: wire.TermsState) -> None:
    """Print the versions as a table."""
    table = Table(title=f"Terms at {state.at}", title_justify="left")
    for name, cut in (
        ("terms", False),
        ("title", True),
        ("announced", False),
        ("in force from", False),
        ("now", False),
    ):
        table.add_column(name, no_wrap=not cut)
    for version in state.versions:
        style = "bold" if version.role == "in force" else "dim" if version.role == "superseded" else ""
        since = _time(version.from_) or "ever"
        table.add_row(version.terms, escape(version.title), _time(version.announced), since, version.role, style=style)
    if state.rehearsed is not None:
        name = f"{state.rehearsed.id}@{state.rehearsed.version}"
        table.add_row(name, escape(state.rehearsed.title), "", "", "rehearsed", style="cyan")
    Console().print(table)


def _acts(acts: list[wire.TermsAct]) -> Table:
    table = Table(title="History", title_justify="left")
    for name, cut in (("when", False), ("who", True), ("did", False), ("terms", False), ("from", False), ("why", True)):
        table.add_column(name, no_wrap=not cut)
    for act in acts:
        table.add_row(_time(act.at), escape(act.who), act.act, act.terms, _time(act.from_), escape(act.why))
    return table


def _time(time: str | None) -> str:
    """A time as short as it can be said: midnight is a date; all are UTC.

    >>> _time("2019-12-07T00:00:00Z"), _time("2019-12-07T08:30:01Z")
    ('2019-12-07', '2019-12-07 08:30')
    """
    date, _, clock = (time or "").removesuffix("Z").partition("T")
    return date if clock in ("", "00:00:00") else f"{date} {clock[:5]}"


def _watch(client: Client) -> None:
    with Live(_rehearsal(client.rehearsal()), refresh_per_second=1) as live:
        try:
            while True:
                time.sleep(WATCH_S)
                live.update(_rehearsal(client.rehearsal()))
        except KeyboardInterrupt:
            return


def _rehearsal(rehearsal: wire.Rehearsal) -> Group | str:
    """What came of a rehearsal: outcomes against each other, and how often each rule would have spoken."""
    if rehearsal.terms is None:
        return "Nothing is rehearsed."
    title = f"{rehearsal.terms}, rehearsed beside {rehearsal.in_force or 'no terms'}"
    outcomes = Table("outcome", "it would be", title=title, title_justify="left")
    rules = Table("rule of the rehearsed", title_justify="left")
    for table in (outcomes, rules):
        table.add_column("events", justify="right")
    for count in rehearsal.outcomes:
        outcomes.add_row(count.outcome, count.rehearsed, f"{count.events:,}", style=_style(count))
    for spoken in rehearsal.rules:
        if spoken.mode == "shadow":
            rules.add_row(spoken.rule, f"{spoken.events:,}")
    return Group(outcomes, rules)


def _style(count: wire.OutcomeCount) -> str:
    return "" if count.outcome == count.rehearsed else "yellow"
