"""``ecluse terms test``: run the cases that lie beside terms."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ecluse.errors import InputError
from ecluse.replay.words import counted
from ecluse.terms import TermsError
from ecluse.trials import Coverage, Failure, SuiteResult, find_suites, load_suite, run_suite
from ecluse.wire import time_form


def run_cases(
    cases: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE|ID]...",
            help="Files of cases (NAME_test.yaml), terms with one beside them, folders, or ids of shipped documents. "
            "Without any: those in this folder.",
        ),
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Fail, too, if a rule was never seen to speak, or never to let pass.")
    ] = False,
) -> None:
    """Run the cases beside terms: what was expected, what came, and what was measured. Exit code 1 if any fails."""
    try:
        results = [run_suite(load_suite(path)) for path in find_suites(cases or [])]
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    except TermsError as error:
        typer.echo("\n".join(error.lines), err=True)
        typer.echo(f"{counted(len(error.faults), 'fault', 'faults')}.", err=True)
        raise typer.Exit(1) from None
    for result in results:
        _show(result)
    failed = sum(result.failed for result in results)
    if coverage:
        Console().print(_coverage_table([result.coverage for result in results]))
    incomplete = [rule for result in results for rule in result.coverage.incomplete]
    n_cases = sum(len(result.cases) for result in results)
    typer.echo(f"{counted(n_cases, 'case', 'cases')}, {failed} failed. {_covered(results)}")
    if failed or (coverage and incomplete):
        raise typer.Exit(1)


def _show(result: SuiteResult) -> None:
    for case in result.cases:
        for failure in case.failures:
            typer.echo(failure_text(result.suite.source, case.case.name, failure) + "\n")


def failure_text(source: str, case: str, failure: Failure) -> str:
    """A failure in words, a line for each thing that it says."""
    of = f", event {failure.event} of {failure.events}" if failure.events > 1 else ""
    lines = [
        f"FAILED {case}",
        f"  {source}:{failure.line}: step {failure.step}{of}, {time_form(failure.at_s)}",
        f"  expected {failure.field}: {failure.expected}",
        f"  got      {failure.field}: {failure.got}",
        *(f"  {line}" for line in failure.measured),
    ]
    if failure.more:
        lines.append(f"  and {counted(failure.more, 'further event', 'further events')} of the step")
    return "\n".join(lines)


def _covered(results: list[SuiteResult]) -> str:
    """How many rules were covered, and which were not."""
    rules = [rule for result in results for rule in result.coverage.rules]
    silent = [f"{rule.terms} {rule.rule}" for rule in rules if not rule.spoke]
    strict = [f"{rule.terms} {rule.rule}" for rule in rules if rule.spoke and not rule.passed]
    covered = sum(rule.complete for rule in rules)
    parts = [f"{covered} of {counted(len(rules), 'rule', 'rules')} both spoke and let pass."]
    parts += [f"Never spoke: {', '.join(silent)}."] if silent else []
    parts += [f"Never let pass: {', '.join(strict)}."] if strict else []
    return " ".join(parts)


def _coverage_table(coverages: list[Coverage]) -> Table:
    table = Table("terms", "rule", title="What the cases saw of each rule", title_justify="left")
    table.add_column("spoke", justify="right")
    table.add_column("let pass", justify="right")
    table.add_column("conditions that never decided")
    for rule in (rule for coverage in coverages for rule in coverage.rules):
        style = None if rule.complete else "red"
        table.add_row(rule.terms, rule.rule, f"{rule.spoke}", f"{rule.passed}", Text("\n".join(rule.idle)), style=style)
    return table
