"""Founding a desk: the files that it begins with, and agents written into its configuration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from ecluse.desk.agents import hash_password
from ecluse.desk.config import FILE, load_config
from ecluse.errors import InputError
from ecluse.terms.faults import Faults
from ecluse.terms.loading import read_text
from ecluse.terms.nodes import places_of, read_document

STARTER: Final = Path(__file__).parent / "starter"


def found(folder: Path) -> list[Path]:
    """Write the files of a new desk into a folder. Raises InputError if one is there already: nothing is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {folder / path.name: path.read_bytes() for path in sorted(STARTER.glob("*.yaml"))}
    for path in files:
        if path.exists():
            raise InputError("folder", str(folder), f"one without a file {path.name}")
    for path, text in files.items():
        _write(path, text)
    return list(files)


def add_agent(path: Path, name: str, password: str, businesses: list[str]) -> None:
    """Write an agent into a configuration; everything else in it stays as it is. Raises TermsError, InputError.

    path: of the configuration, or its folder.
    """
    config = load_config(path)
    for business in businesses:
        config.business(business)
    if not businesses:
        raise InputError("business", [], f"one or more of: {', '.join(config.businesses)}")
    if any(agent.name == name for agent in config.agents):
        raise InputError("name", name, "the name of nobody yet")
    if not 0 < len(name.strip()) <= 100 or not name.isprintable() or set(name) & set("\"'\\#:{}[],&*!|>%@`"):
        raise InputError("name", name, "1 to 100 characters, without signs that mean something in YAML")
    text = read_text(path, str(path), "a file that can be read")
    of = ", ".join(businesses)
    item = f'  - name: "{name}"\n    password: "{hash_password(password)}"\n    businesses: [{of}]\n'
    written = _with_agent(text, str(path), item)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(beside, written.encode())
        beside.chmod(path.stat().st_mode & 0o777)
        load_config(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _with_agent(text: str, source: str, item: str) -> str:
    """The text of a configuration with one more agent, before those that are there."""
    document = read_document(text, Faults(source))
    places = places_of(document)
    if "agents" not in places:
        return f"{text.rstrip()}\n\nagents:\n{item}"
    lines = text.splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith("agents:"))
    flow = lines[place].removeprefix("agents:").partition("#")[0].strip()
    if flow not in ("", "[]"):
        raise InputError("agents", flow[:40], "a list with an agent on each line, so that one may be added")
    comment = lines[place].partition("#")[2]
    lines[place] = f"agents:{' #' + comment.rstrip() if comment else ''}\n{item}"
    return "".join(lines)


def config_path(given: Path) -> Path:
    """The configuration that is meant: a file, or the one in a folder."""
    return given / FILE if given.is_dir() else given


def _write(path: Path, text: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(text)
