"""A column of texts, from whatever holds one: Arrow, or a list of ``str``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from ecluse.errors import InputError

Texts: TypeAlias = pa.Array | pa.ChunkedArray | Sequence[str | None]
"""Texts, null where there is none."""

_STRINGS: Final = "a column of strings"


class TextColumn(NamedTuple):
    """Texts as bytes; read-only.

    data: uint8. offsets: int64, shape (n + 1,): text i is bytes [offsets[i], offsets[i + 1]), UTF-8 if all is well.
    valid: bool, shape (n,), False where there is no text.
    """

    data: np.ndarray
    offsets: np.ndarray
    valid: np.ndarray


def as_texts(texts: Texts) -> TextColumn:
    """Texts as one column of bytes, copied only if they lie in several pieces. Raises InputError.

    Strings with lone surrogates are taken: what is not UTF-8 is a space to all that follows.
    """
    if not isinstance(texts, pa.Array | pa.ChunkedArray):
        return _from_list(texts)
    column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    if isinstance(column.type, pa.DictionaryType):
        column = column.dictionary_decode()
    if column.type == pa.null() or column.type == pa.string_view():
        column = column.cast(pa.large_string())
    if column.type in (pa.string(), pa.binary()):
        offsets = _offsets(column, np.int32).astype(np.int64)
    elif column.type in (pa.large_string(), pa.large_binary()):
        offsets = _offsets(column, np.int64).copy()
    else:
        raise InputError("texts", str(column.type), _STRINGS)
    buffer = column.buffers()[2]
    data = np.frombuffer(buffer, np.uint8) if buffer is not None and buffer.size else np.zeros(1, np.uint8)
    data.flags.writeable = offsets.flags.writeable = False
    valid = (
        np.ones(len(column), np.bool_) if not column.null_count else column.is_valid().to_numpy(zero_copy_only=False)
    )
    return TextColumn(data, offsets, valid)


def _offsets(column: pa.Array, width: type[np.integer]) -> np.ndarray:
    buffer = column.buffers()[1]
    if buffer is None or not len(column):
        return np.zeros(len(column) + 1, width)
    return np.frombuffer(buffer, width)[column.offset : column.offset + len(column) + 1]


def _from_list(texts: Sequence[str | None]) -> TextColumn:
    if isinstance(texts, str | bytes) or not isinstance(texts, Sequence):
        raise InputError("texts", texts, _STRINGS)
    for i, text in enumerate(texts):
        if text is not None and not isinstance(text, str):
            raise InputError("texts", text, "a string or None", f"text {i}")
    encoded = [b"" if text is None else text.encode("utf-8", "surrogatepass") for text in texts]
    data = np.frombuffer(b"".join(encoded) or b"\0", np.uint8)
    offsets = np.fromiter(accumulate(map(len, encoded), initial=0), np.int64, len(encoded) + 1)
    offsets.flags.writeable = False
    return TextColumn(data, offsets, np.fromiter((text is not None for text in texts), np.bool_, len(texts)))
