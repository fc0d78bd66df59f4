"""How a case and its bundle are shown on the command line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecluse.cases.forms import CaseForm, CaseLine, EntryForm
from ecluse.cases.manifest import Manifest
from ecluse.cases.sealing_key import shown


def show_list(lines: Sequence[CaseLine], console: Console) -> None:
    """A line a case."""
    table = Table("case", "title", "status", "opened", "respondents", "evidence")
    for line in lines:
        status = line.status.replace("_", " ") + (", on hold" if line.hold else "")
        cells = (line.title, status, line.opened[:10], ", ".join(line.respondents), str(line.evidence))
        table.add_row(str(line.case), *map(escape, cells))
    console.print(table)


def show_case(case: CaseForm, console: Console) -> None:
    """A whole case, letters by their subject."""
    console.print(f"[bold]Case {case.case}: {escape(case.title)}[/], {case.status.replace('_', ' ')}", highlight=False)
    console.print(escape(case.summary), highlight=False)
    parties = Table("role", "name", "on the service", title="Parties", title_justify="left")
    for party in case.parties:
        parties.add_row(party.role, escape(party.name), escape(f"{party.subject_kind or ''} {party.subject or ''}"))
    console.print(parties)
    evidence = Table("", "kind", "title", "found", "bytes", "SHA-256", title="Evidence", title_justify="left")
    for piece in case.evidence:
        found = f"{piece.found[:10]}, {piece.found_by}"
        cells = (str(piece.evidence), piece.kind, piece.title, found, f"{piece.bytes:,}", piece.sha256[:12] + "…")
        evidence.add_row(*map(escape, cells))
    console.print(evidence)
    letters = Table("", "kind", "to", "sent", "answered", title="Letters", title_justify="left")
    for letter in case.letters:
        sent = letter.sent[:10] if letter.sent else "no"
        answered = letter.answered[:10] if letter.answered else "no"
        letters.add_row(str(letter.letter), letter.kind.replace("_", " "), escape(letter.recipient), sent, answered)
    console.print(letters)
    show_timeline(case.timeline, console)


def show_timeline(entries: Sequence[EntryForm], console: Console) -> None:
    """A line an entry."""
    table = Table("when", "what", "", "noted by", title="Timeline", title_justify="left")
    for entry in entries:
        table.add_row(entry.at[:16].replace("T", " "), entry.kind, escape(entry.words), escape(entry.added_by))
    console.print(table)


def show_manifest(manifest: Manifest, console: Console, *, expected: bool) -> None:
    """A bundle that was found whole. expected: whether its key is the one that was named."""
    table = Table("part", "bytes", "SHA-256")
    for part in manifest.parts:
        table.add_row(part.path, f"{part.bytes:,}", part.sha256)
    console.print(table)
    console.print(f"[green]Nothing was changed[/] since it was sealed at {manifest.made_at}: {escape(manifest.about)}")
    if manifest.audit is not None:
        console.print(f"The audit ended with row {manifest.audit.seq:,}, {manifest.audit.digest}.", highlight=False)
    by = "as expected" if expected else "compare it with what the service publishes"
    console.print(f"Sealed with the key {shown(manifest.fingerprint)} ({by}).", highlight=False)
