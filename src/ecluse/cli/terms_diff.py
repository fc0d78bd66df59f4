"""``ecluse terms diff``: what two documents of terms say differently, in words."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
import typer

from ecluse.cli.documents import load_document
from ecluse.terms import SHIPPED, Terms
from ecluse.terms.diff import Change, Direction, diff

_HEADINGS: Final = {
    Direction.TIGHTENED: "Tightened",
    Direction.LOOSENED: "Loosened",
    Direction.ADDED: "Added",
    Direction.DROPPED: "Dropped",
    Direction.MOVED: "Moved",
    Direction.CHANGED: "Changed",
}

_DOCUMENT: Final = f"A document, or the id of a shipped one: {', '.join(SHIPPED)}."


def diff_command(
    before: Annotated[str, typer.Argument(help=_DOCUMENT)],
    after: Annotated[str, typer.Argument(help=_DOCUMENT)],
    as_json: Annotated[bool, typer.Option("--json", help="Changes as JSON.")] = False,
) -> None:
    """Say what the second document says otherwise than the first, and whom it concerns."""
    old, new = load_document(before), load_document(after)
    changes = diff(old, new)
    typer.echo(_json(old, new, changes) if as_json else _words(old, new, changes))


def _words(old: Terms, new: Terms, changes: tuple[Change, ...]) -> str:
    lines = [f"From {old.title} ({old.name}) to {new.title} ({new.name})"]
    for direction, heading in _HEADINGS.items():
        found = [change for change in changes if change.direction is direction]
        if found:
            lines += ["", f"{heading}:"]
        for (about, name), group in _grouped(found).items():
            concerns = group[0].concerns if about in ("rule", "scope") else None
            lines.append(f"  {about}{f' {name}' if about != 'terms' else ''}{f' ({concerns})' if concerns else ''}")
            lines += [f"    - {change.says}" for change in group]
    counts = [
        f"{sum(change.direction is direction for change in changes)} {direction}"
        for direction in Direction
        if any(change.direction is direction for change in changes)
    ]
    return "\n".join([*lines, "", f"{', '.join(counts) or 'They say the same'}."])


def _grouped(changes: list[Change]) -> dict[tuple[str, str], list[Change]]:
    """Changes by what they are about, in the order in which each first comes."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.about, change.name), []).append(change)
    return groups


def _json(old: Terms, new: Terms, changes: tuple[Change, ...]) -> str:
    found = {"before": old.name, "after": new.name, "changes": [change._asdict() for change in changes]}
    return msgspec.json.format(msgspec.json.encode(found), indent=2).decode()
