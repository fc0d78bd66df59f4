"""``ecluse terms``: check a document of terms, test it, and list the signals that a rule may look at."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecluse.cli.terms_compare import compare
from ecluse.cli.terms_rollout import activate, history, rehearse, roll_back
from ecluse.cli.terms_test import run_cases
from ecluse.errors import InputError
from ecluse.ledger import SIGNALS, Signal
from ecluse.terms import KINDS_BY_DEFAULT, SHIPPED, Fault, Rule, Terms, TermsError, load_terms

EXCERPT_CHARACTERS_MAX: Final = 100

terms_app = typer.Typer(name="terms", help="Terms: check, test, try a document, put it in force.", no_args_is_help=True)
terms_app.command("compare")(compare)
terms_app.command("activate")(activate)
terms_app.command("rollback")(roll_back)
terms_app.command("rehearse")(rehearse)
terms_app.command("history")(history)
terms_app.command("test")(run_cases)


@terms_app.command("check")
def check(
    file: Annotated[str, typer.Argument(help=f"The document, or the id of a shipped one: {', '.join(SHIPPED)}.")],
) -> None:
    """Check a document: its rules as a table, or every fault with its place and exit code 1."""
    try:
        terms = load_terms(file)
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    except TermsError as error:
        _show_faults(error)
        raise typer.Exit(1) from None
    Console().print(_rules_table(terms))


@terms_app.command("signals")
def signals(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As a table in Markdown, a line for all windows.")
    ] = False,
) -> None:
    """List every signal with its unit and what it means."""
    if markdown:
        typer.echo(signals_markdown())
        return
    table = Table("signal", "unit", "meaning")
    for family in _families():
        for place, signal in enumerate(family):
            table.add_row(signal.name, signal.unit, "" if place else signal.doc, end_section=signal is family[-1])
    Console().print(table)


def signals_markdown() -> str:
    """The table of docs/reference/signals.md."""
    lines = ["| signal | unit | meaning |", "| --- | --- | --- |"]
    for family in _families():
        names = " ".join(f"`{signal.name}`" for signal in family)
        lines.append(f"| {names} | {family[0].unit} | {family[0].doc} |")
    return "\n".join(lines)


def _families() -> list[tuple[Signal, ...]]:
    """The signals, those that differ by their window only together."""
    return [tuple(family) for _, family in groupby(SIGNALS, key=lambda signal: signal.name.partition(".")[0])]


def _rules_table(terms: Terms) -> Table:
    title = Text(f"{terms.title} ({terms.name}): {len(terms.rules)} rules, digest {terms.digest}")
    table = Table("rule", "on", "when all of", "then", "clause", title=title, title_justify="left", show_lines=True)
    for rule in terms.rules:
        conditions = "\n".join(str(condition) for condition in rule.conditions)
        table.add_row(rule.id, _kinds(rule), conditions, _then(rule), Text(str(rule.clause)))
    return table


def _kinds(rule: Rule) -> str:
    return "" if set(rule.kinds) == set(KINDS_BY_DEFAULT) else "\n".join(kind.word for kind in rule.kinds)


def _then(rule: Rule) -> str:
    return f"{rule.outcome.word} {rule.label}" if rule.label else rule.outcome.word


def _show_faults(error: TermsError) -> None:
    lines = Path(error.source).read_text(encoding="utf-8-sig", errors="replace").split("\n")
    for fault, line in zip(error.faults, error.lines, strict=True):
        typer.echo(line, err=True)
        typer.echo(_excerpt(lines, fault), err=True)
    count = len(error.faults)
    typer.echo(f"{count} fault{'s' if count > 1 else ''}.", err=True)


def _excerpt(lines: list[str], fault: Fault) -> str:
    """The line of a fault with a mark below its column; of a long line the part around it."""
    line = lines[fault.line - 1] if fault.line <= len(lines) else ""
    at = min(fault.column - 1, len(line))
    start = max(0, at - EXCERPT_CHARACTERS_MAX // 2)
    part = "".join(c if c.isprintable() else " " for c in line[start : start + EXCERPT_CHARACTERS_MAX])
    number = f"{fault.line:>6} │ "
    return f"{number}{part}\n{' ' * (len(number) - 2)}│ {' ' * cell_len(part[: at - start])}^"
