"""Documents of cases: found beside the terms that they test, and read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ecluse.errors import InputError
from ecluse.terms import SHIPPED, Terms, load_terms
from ecluse.terms.loading import SHIPPED_FOLDER, read_text
from ecluse.trials.document import Suite
from ecluse.trials.parse import parse_suite

SUFFIX: Final = "_test.yaml"
"""How the name of a document of cases ends; before it stands the name of the terms' file."""


def find_suites(names: Iterable[str]) -> list[Path]:
    """The documents of cases that are meant. names: of such a document, of terms with one beside them, of a folder of
    them, or ids of shipped documents; without any, those in this folder. Raises InputError.

    >>> [path.name for path in find_suites(["starter"])]
    ['starter_test.yaml']
    """
    paths: list[Path] = []
    for name in [*names] or ["."]:
        path = Path(name)
        if path.is_dir():
            found = sorted(path.glob(f"*{SUFFIX}"))
            if not found:
                raise InputError("cases", name, f"a folder with files that end in {SUFFIX}")
            paths += found
        elif not path.is_file() and name in SHIPPED:
            paths.append(SHIPPED_FOLDER / f"{name}{SUFFIX}")
        elif path.name.endswith(SUFFIX):
            paths.append(path)
        else:
            paths.append(path.with_name(f"{path.stem}{SUFFIX}"))
    for path in paths:
        if not path.is_file():
            expected = f"a file of cases, terms with one beside them, or one of: {', '.join(SHIPPED)}"
            raise InputError("cases", str(path), expected)
    return list(dict.fromkeys(paths))


def load_suite(path: Path | str) -> Suite:
    """Read a document of cases, with the terms that it tests: those that it names, or those beside it.

    Raises TermsError for one with faults, InputError if there is nothing to read.
    """
    path = Path(path)

    def find(name: str | None) -> Terms:
        if name is None:
            return load_terms(path.with_name(path.name.removesuffix(SUFFIX) + ".yaml"))
        beside = path.with_name(name)
        return load_terms(beside if beside.is_file() else name)

    return parse_suite(read_text(path, str(path), "a file that can be read"), str(path), find)
