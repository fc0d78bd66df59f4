"""``ecluse terms lint``: what is doubtful about documents of terms."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import typer

from ecluse.cli.excerpt import excerpt
from ecluse.errors import InputError
from ecluse.terms import SHIPPED, TermsError, load_terms
from ecluse.terms.lint import Finding, Severity, findings_of, lint


class Linted(NamedTuple):
    """What was found in one document. terms: ``id@version``, None for what is no document."""

    document: str
    terms: str | None
    findings: tuple[Finding, ...]
    text: str


def lint_command(
    documents: Annotated[
        list[str], typer.Argument(help=f"Documents, or ids of shipped ones: {', '.join(SHIPPED)}.", show_default=False)
    ],
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors do.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Findings as JSON.")] = False,
) -> None:
    """Say what is doubtful about terms: rules never reached, limits never met, dates too close."""
    try:
        linted = [_lint(document) for document in documents]
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    counts = Counter(finding.severity for one in linted for finding in one.findings)
    if as_json:
        typer.echo(_json(linted, counts))
    else:
        _show(linted, counts)
    if counts[Severity.ERROR] or (strict and counts[Severity.WARNING]):
        raise typer.Exit(1)


def _lint(document: str) -> Linted:
    try:
        terms = load_terms(document)
    except TermsError as error:
        path = Path(document)
        text = path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else ""
        return Linted(document, None, findings_of(error), text)
    return Linted(document, terms.name, lint(terms), terms.source)


def _show(linted: list[Linted], counts: Counter[Severity]) -> None:
    for one in linted:
        lines = one.text.removeprefix("\ufeff").split("\n")
        for finding in one.findings:
            field = f"{finding.field}: " if finding.field else ""
            place = f"{one.document}:{finding.line}:{finding.column}"
            typer.echo(f"{place}: {finding.severity}: {field}{finding.message} [{finding.code}]")
            typer.echo(excerpt(lines, finding.line, finding.column))
    words = [f"{counts[severity]} {severity}{'' if counts[severity] == 1 else 's'}" for severity in Severity]
    typer.echo(f"{', '.join(words)}.")


def _json(linted: list[Linted], counts: Counter[Severity]) -> str:
    documents = [
        {"document": one.document, "terms": one.terms, "findings": [finding._asdict() for finding in one.findings]}
        for one in linted
    ]
    totals = {f"{severity}s": counts[severity] for severity in Severity}
    return msgspec.json.format(msgspec.json.encode({"documents": documents, **totals}), indent=2).decode()
