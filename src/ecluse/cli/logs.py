"""What commands over recorded logs share: the options' values, the bar, the hint at columns with other names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ecluse import replay as replays
from ecluse.errors import EcluseError, InputError

MEBIBYTE: Final = 1 << 20

ALWAYS_HINT: Final = "With --always they are judged by all the same."

USUAL_NAMES: Final = {
    "sender": ("src", "source", "from", "author", "user", "sender_id", "from_id"),
    "recipient": ("dst", "target", "destination", "to", "receiver", "recipient_id", "to_id"),
    "at": ("time", "timestamp", "ts", "date", "datetime", "sent_at", "created_at", "unixts"),
    "id": ("message_id", "event_id", "msg_id"),
}
"""What logs often call a field: for a hint, never to guess."""


def words(text: str) -> list[str]:
    """Words between commas."""
    return [word for word in text.split(",") if word]


def pairs(text: str) -> dict[str, str]:
    """FIELD=COLUMN between commas. Raises InputError."""
    found = dict[str, str]()
    for word in words(text):
        field, sign, column = word.partition("=")
        if not sign or not column or field in found:
            raise InputError("--map", word, "FIELD=COLUMN, each field once")
        found[field] = column
    return found


def secret_of(path: Path | None) -> bytes:
    """The secret in a file; without one the secret of replays. Raises InputError."""
    if path is None:
        return replays.REPLAY_SECRET
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError("--secret-file", str(path), f"a file that can be read ({error.strerror})") from None


def naming_of(names: str, ignore_columns: str) -> replays.Naming:
    """How a log names its fields, from --map and --ignore-columns. Raises InputError."""
    return replays.Naming(pairs(names), frozenset(words(ignore_columns)))


def say(error: EcluseError, command: str, errors: Console) -> None:
    """Print what was wrong, and what to add to the command if it is the log's columns."""
    errors.print(f"[red]ecluse {command}:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
    if isinstance(error, replays.ColumnsError):
        errors.print(hint(error), highlight=False, soft_wrap=True, markup=False)


def say_written(errors: Console, *paths: Path | None) -> None:
    """Print where outputs are."""
    for path in paths:
        if path is not None:
            errors.print(f"Written: {escape(str(path))}", highlight=False, soft_wrap=True)


def hint(error: replays.ColumnsError) -> str:
    """What to add to the command: names that are usual for a field, and what else there is to pass over."""
    meant = {
        field: column
        for field, usual in USUAL_NAMES.items()
        for column in error.unknown
        if column.lower() in usual and (field in error.missing or field in ("recipient", "id"))
    }
    rest = [column for column in error.unknown if column not in meant.values()]
    hints = []
    if meant:
        hints.append("--map " + ",".join(f"{field}={column}" for field, column in meant.items()))
    elif error.missing:
        hints.append("--map " + ",".join(f"{field}=COLUMN" for field in error.missing))
    if rest:
        hints.append("--ignore-columns " + ",".join(rest))
    return f"Try: {' '.join(hints)}"


@contextmanager
def progress_of(console: Console, bytes_total: int) -> Iterator[replays.Watch]:
    """A bar over the bytes of the logs, gone when they are read."""
    columns = (
        TextColumn("judging"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[events]} events"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("judging", total=bytes_total, events="0")
        yield lambda read, events: progress.update(task, completed=read, events=f"{events:,}")
