"""``ecluse terms``: check a document of terms, test it, and list the signals that a rule may look at."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecluse.cli.documents import load_document
from ecluse.cli.terms_compare import compare
from ecluse.cli.terms_diff import diff_command
from ecluse.cli.terms_lint import lint_command
from ecluse.cli.terms_rollout import activate, history, rehearse, roll_back
from ecluse.cli.terms_schema import schema_command
from ecluse.cli.terms_test import run_cases
from ecluse.ledger import SIGNALS, Signal
from ecluse.terms import KINDS_BY_DEFAULT, SHIPPED, Rule, Terms

terms_app = typer.Typer(name="terms", help="Terms: check, test, try a document, put it in force.", no_args_is_help=True)
terms_app.command("lint")(lint_command)
terms_app.command("test")(run_cases)
terms_app.command("diff")(diff_command)
terms_app.command("compare")(compare)
terms_app.command("activate")(activate)
terms_app.command("rollback")(roll_back)
terms_app.command("rehearse")(rehearse)
terms_app.command("history")(history)
terms_app.command("schema")(schema_command)


@terms_app.command("check")
def check(
    file: Annotated[str, typer.Argument(help=f"The document, or the id of a shipped one: {', '.join(SHIPPED)}.")],
) -> None:
    """Check a document: its rules as a table, or every fault with its place and exit code 1."""
    Console().print(_rules_table(load_document(file)))


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
    return [tuple(family) for _, family in groupby(SIGNALS, key=lambda signal: signal.base)]


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
