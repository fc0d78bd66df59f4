"""Terms from a file, or one of the documents that are shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ecluse.errors import InputError
from ecluse.terms.document import Terms
from ecluse.terms.faults import Faults
from ecluse.terms.nodes import DOCUMENT_BYTES_MAX
from ecluse.terms.parse import parse_terms

SHIPPED_FOLDER: Final = Path(__file__).parent / "shipped"
"""Where the shipped documents lie, each with its cases beside it."""

SHIPPED: Final = tuple(sorted(path.stem for path in SHIPPED_FOLDER.glob("*.yaml") if not path.stem.endswith("_test")))
"""Ids of the shipped documents."""


def load_terms(path: Path | str) -> Terms:
    """Read terms. path: of a file in UTF-8, or the id of a shipped document, if no file here is called that.

    Raises TermsError for a document with faults, InputError if there is nothing to read.

    >>> load_terms("starter").id
    'starter'
    """
    shipped = str(path) in SHIPPED and not Path(path).is_file()
    file = SHIPPED_FOLDER / f"{path}.yaml" if shipped else Path(path)
    source = file.name if shipped else str(path)
    return parse_terms(read_text(file, source, f"a file that can be read, or one of: {', '.join(SHIPPED)}"), source)


def read_text(file: Path, source: str, expected: str) -> str:
    """The text of a document. source: its name in messages. expected: what it should be, if there is none.

    Raises TermsError if it is too large or not UTF-8, InputError if it can't be read.
    """
    try:
        with file.open("rb") as stream:
            document = stream.read(DOCUMENT_BYTES_MAX + 1)
    except (OSError, ValueError):
        raise InputError("terms", source, expected) from None
    if len(document) > DOCUMENT_BYTES_MAX:
        Faults(source).refuse(1, 1, f"the document is larger than {DOCUMENT_BYTES_MAX // 1024} KiB")
    try:
        return document.decode()
    except UnicodeDecodeError as error:
        before = document[: error.start]
        line_start = before.rfind(b"\n") + 1
        Faults(source).refuse(before.count(b"\n") + 1, len(before[line_start:].decode()) + 1, "this is not UTF-8")
