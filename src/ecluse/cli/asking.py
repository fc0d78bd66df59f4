"""What commands share that ask a running gate: its address and key, and how errors are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Final, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.markup import escape

from ecluse.client import Client
from ecluse.errors import EcluseError

TIMEOUT_S: Final = 30.0

Url = Annotated[str, typer.Option(envvar="ECLUSE_URL", help="Of a running gate.")]
Key = Annotated[str | None, typer.Option(envvar="ECLUSE_KEY", help="An API key: to look read, to change admin.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]

Form = TypeVar("Form")


@contextmanager
def told(command: str, *also: type[Exception]) -> Iterator[None]:
    """Tell what is wrong in a line, and end with 1. also: errors that are told besides our own and the system's."""
    expected: tuple[type[Exception], ...] = (EcluseError, OSError, *also)
    try:
        yield
    except expected as error:
        Console(stderr=True).print(f"[red]ecluse {command}:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


def ask(url: str, key: str | None, method: str, path: str, form: type[Form], body: Any = None) -> Form:
    """Ask a running gate. Raises RefusedError, UnreachableError."""
    with Client(url, key=key, timeout_s=TIMEOUT_S) as client:
        return msgspec.json.decode(client.ask(method, path, body), type=form)


def print_json(form: Any) -> None:
    """Print a form as JSON."""
    typer.echo(msgspec.json.format(msgspec.json.encode(form)).decode())


def short(time: str | None) -> str:
    """A time as short as it can be said; all are UTC.

    >>> short("2019-12-07T00:00:00Z"), short("2019-12-07T08:30:01Z"), short(None)
    ('2019-12-07', '2019-12-07 08:30', '')
    """
    date, _, clock = (time or "").removesuffix("Z").partition("T")
    return date if clock in ("", "00:00:00") else f"{date} {clock[:5]}"
