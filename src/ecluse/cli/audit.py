"""``ecluse audit``: what was done, and whether its record is whole. On the records themselves: no gate is asked."""

from __future__ import annotations

from pathlib import Path
from time import time
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy import select

from ecluse.cases.sealing_key import SealingKey
from ecluse.cli.asking import Json, print_json, short, told
from ecluse.cli.kept import MaybeData, RecordsUrl, records_at
from ecluse.errors import InputError
from ecluse.records.audit import Head, head, verify
from ecluse.records.tables import AuditRow
from ecluse.sanctions.forms import AuditHeadForm, audit_form
from ecluse.wire import time_form

audit_app = typer.Typer(help="The audit: what was done, by whom, in a chain of hashes.", no_args_is_help=True)


@audit_app.command("list")
def list_rows(
    records: RecordsUrl = None,
    data: MaybeData = None,
    about: Annotated[str | None, typer.Option(help="Such as 'sanction 7'.")] = None,
    after: Annotated[int, typer.Option(help="Only rows numbered past this.")] = 0,
    limit: Annotated[int, typer.Option(help="How many at most.")] = 1_000,
    json: Json = False,
) -> None:
    """List what was done, in its order."""
    with told("audit list"), records_at(data, records) as found, found.reading() as session:
        query = select(AuditRow).where(AuditRow.seq > after).order_by(AuditRow.seq).limit(limit)
        rows = [
            audit_form(row) for row in session.scalars(query if about is None else query.where(AuditRow.about == about))
        ]
    if json:
        print_json(rows)
        return
    table = Table("no.", "when", "who", "did", "to", "what")
    for row in rows:
        body = ", ".join(f"{name} {value}" for name, value in row.body.items() if value not in (None, "", []))
        table.add_row(str(row.seq), short(row.at), escape(row.who), row.act, row.about, escape(body))
    Console().print(table)


@audit_app.command("head")
def show_head(records: RecordsUrl = None, data: MaybeData = None) -> None:
    """Print the head of the chain as JSON: an anchor, to be kept where the records are not."""
    with told("audit head"), records_at(data, records) as found, found.reading() as session:
        at = head(session)
    form = AuditHeadForm(at.seq, at.digest, time_form(int(time())))
    if data is not None:
        key = SealingKey.of_folder(data)
        form = msgspec.structs.replace(form, signature=key.seal(form.signed).hex(), fingerprint=key.public.fingerprint)
    typer.echo(msgspec.json.encode(form).decode())


@audit_app.command("verify")
def verify_chain(
    records: RecordsUrl = None,
    data: MaybeData = None,
    anchor: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="What `ecluse audit head` printed once; may be given again."),
    ] = None,
) -> None:
    """Look at every row: whether any was changed, taken out or put in. Ends with 1 if so."""
    with told("audit verify"), records_at(data, records) as found, found.reading() as session:
        anchors = [_anchor(path, data) for path in anchor or ()]
        flaws, at = verify(session, anchors), head(session)
    for flaw in flaws:
        typer.echo(f"row {flaw.seq}: {flaw.reason}")
    if flaws:
        raise typer.Exit(1)
    typer.echo(f"The audit is whole: {at.seq} rows, and the last has the digest {at.digest}.")


def _anchor(path: Path, data: Path | None) -> Head:
    """An anchor; its signature is checked if it has one and the key that it names is the folder's."""
    try:
        read = msgspec.json.decode(path.read_bytes(), type=AuditHeadForm)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError("anchor", str(path), f"what `ecluse audit head` prints ({error})") from None
    if data is not None and read.signature is not None:
        public = SealingKey.of_folder(data).public
        try:
            signature = bytes.fromhex(read.signature)
        except ValueError:
            signature = b""
        if read.fingerprint == public.fingerprint and not public.sealed(read.signed, signature):
            raise InputError("anchor", str(path), "signed by the key that it names: it was changed")
    return Head(read.seq, read.digest)
