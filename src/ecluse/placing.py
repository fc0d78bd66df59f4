"""Files that are written beside their place and moved there when all is well, so that none is ever half there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecluse.errors import InputError


@contextmanager
def placed(path: Path, field: str = "output") -> Iterator[Path]:
    """A path to write to, made at once; what is there at the end goes to ``path``, or away if something failed.

    field: what an error calls it. Raises InputError.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        part.touch()
        yield part
        part.replace(path)
    except OSError as error:
        raise InputError(field, str(path), f"a place that can be written to ({error.strerror})") from None
    finally:
        part.unlink(missing_ok=True)
