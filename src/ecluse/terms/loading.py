"""Terms from a file, or one of the documents that are shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ecluse.errors import InputError
from ecluse.terms.document import Terms
from ecluse.terms.faults import Faults
from ecluse.terms.nodes import DOCUMENT_BYTES_MAX
from ecluse.terms.parse import parse_terms

_SHIPPED: Final = Path(__file__).parent / "shipped"

SHIPPED: Final = tuple(sorted(path.stem for path in _SHIPPED.glob("*.yaml")))
"""Ids of the shipped documents."""


def load_terms(path: Path | str) -> Terms:
    """Read terms. path: of a file in UTF-8, or the id of a shipped document, if no file here is called that.

    Raises TermsError for a document with faults, InputError if there is nothing to read.

    >>> load_terms("starter").id
    'starter'
    """
    shipped = str(path) in SHIPPED and not Path(path).is_file()
    file = _SHIPPED / f"{path}.yaml" if shipped else Path(path)
    try:
        with file.open("rb") as stream:
            document = stream.read(DOCUMENT_BYTES_MAX + 1)
    except (OSError, ValueError):
        raise InputError("terms", str(path), f"a file that can be read, or one of: {', '.join(SHIPPED)}") from None
    source = file.name if shipped else str(path)
    if len(document) > DOCUMENT_BYTES_MAX:
        Faults(source).refuse(1, 1, f"the document is larger than {DOCUMENT_BYTES_MAX // 1024} KiB")
    try:
        text = document.decode()
    except UnicodeDecodeError as error:
        before = document[: error.start]
        line_start = before.rfind(b"\n") + 1
        Faults(source).refuse(before.count(b"\n") + 1, len(before[line_start:].decode()) + 1, "this is not UTF-8")
    return parse_terms(text, source)
