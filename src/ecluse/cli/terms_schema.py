"""``ecluse terms schema``: the JSON Schema of documents of terms."""

from __future__ import annotations

import msgspec
import typer

from ecluse.terms.schema import terms_schema


def schema_command() -> None:
    """Print the JSON Schema of documents of terms, with which editors complete and check them."""
    typer.echo(schema_text(), nl=False)


def schema_text() -> str:
    """docs/reference/terms.schema.json."""
    return msgspec.json.format(msgspec.json.encode(terms_schema()), indent=2).decode() + "\n"
