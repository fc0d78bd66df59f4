"""YAML with positions: a document as values that know where they stand, and can say what is wrong with them.

Only the plain part of YAML is taken: no anchors and aliases (a few lines of them can mean gigabytes), no tags, no
second document, and a limit on size and depth. Nothing is constructed: a scalar stays the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import yaml

from ecluse.terms.faults import Faults, meant, quoted

DOCUMENT_BYTES_MAX: Final = 1 << 18
DEPTH_MAX: Final = 8

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES: Final = {
    "null": "nothing",
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
    "str": "text",
}


class Value(NamedTuple):
    """One value of a document. path: such as ``rules[2].when[0]``; empty for the document."""

    node: yaml.Node
    path: str
    faults: Faults

    def blame(self, message: str) -> None:
        """Note what is wrong with this value."""
        _blame(self.node, self.path, message, self.faults)

    @property
    def type(self) -> str:
        """What it is, in words."""
        if isinstance(self.node, yaml.MappingNode):
            return "fields"
        if isinstance(self.node, yaml.SequenceNode):
            return "a list"
        return _TYPES.get(self.node.tag.rpartition(":")[2], "text")

    def fields(self, needed: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Value]:
        """The fields of a mapping, those that are known; blames the unknown, the repeated and the missing."""
        known = (*needed, *optional)
        if not isinstance(self.node, yaml.MappingNode):
            self.blame(f"expected the fields {', '.join(map(quoted, known))}, got {self.type}")
            return {}
        fields: dict[str, Value] = {}
        for key, node in self.node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                _blame(key, self.path, "expected the name of a field", self.faults)
            elif name not in known:
                _blame(key, self.path, f"unknown field {quoted(name)}{meant(name, known)}", self.faults)
            elif name in fields:
                _blame(key, self.path, f"the field {quoted(name)} is given twice", self.faults)
            else:
                fields[name] = Value(node, f"{self.path}.{name}" if self.path else name, self.faults)
        for name in needed:
            if name not in fields:
                self.blame(f"the field {quoted(name)} is missing")
        return fields

    def items(self, what: str) -> list[Value] | None:
        """The items of a list; blames anything else. what: they are, in words."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.blame(f"expected a list of {what}, got {self.type}")
            return None
        return [Value(node, f"{self.path}[{place}]", self.faults) for place, node in enumerate(self.node.value)]

    def scalar(self, what: str, *, numbers: bool = False, dates: bool = False, quotes: bool = True) -> str | None:
        """What was written, if it is text or, if they are welcome, a number or a date; blames anything else.

        what: it should be, in words. quotes: whether putting what was written in quotes could help.
        """
        welcome = {"text"} | ({"a number"} if numbers else set()) | ({"a date"} if dates else set())
        if isinstance(self.node, yaml.ScalarNode) and self.type in welcome:
            return str(self.node.value)
        hint = "; in quotes it is text" if quotes and self.type in ("true or false", "a number", "a date") else ""
        self.blame(f"expected {what}, got {self.type}{hint}")
        return None


def places_of(value: Value) -> dict[str, tuple[int, int]]:
    r"""Line and column, from 1, of a value and of all that is in it, by path.

    >>> places_of(read_document("rules:\n- when: [a]", Faults("")))
    {'': (1, 1), 'rules': (2, 1), 'rules[0]': (2, 3), 'rules[0].when': (2, 9), 'rules[0].when[0]': (2, 10)}
    """
    found = {value.path: _place(value.node.start_mark)}
    if isinstance(value.node, yaml.SequenceNode):
        for place, node in enumerate(value.node.value):
            found |= places_of(Value(node, f"{value.path}[{place}]", value.faults))
    elif isinstance(value.node, yaml.MappingNode):
        for key, node in value.node.value:
            path = f"{value.path}.{key.value}" if value.path else str(key.value)
            found |= places_of(Value(node, path, value.faults))
    return found


def read_document(text: str, faults: Faults) -> Value:
    """Read a document. Raises TermsError, at once, if it is not the plain YAML that is taken here."""
    if len(text) > DOCUMENT_BYTES_MAX or len(text.encode(errors="surrogatepass")) > DOCUMENT_BYTES_MAX:
        faults.refuse(1, 1, f"the document is larger than {DOCUMENT_BYTES_MAX // 1024} KiB")
    text = text.removeprefix("\ufeff")
    forbidden = _FORBIDDEN.search(text)
    if forbidden is not None:
        before = text[: forbidden.start()]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        faults.refuse(line, column, f"the character U+{ord(forbidden[0]):04X} may not stand in YAML")
    try:
        _check_plain(text, faults)
        node = yaml.compose(text, _LOADER)
    except yaml.MarkedYAMLError as error:
        faults.refuse(*_place(error.problem_mark), f"this is not YAML: {error.problem}")
    except yaml.YAMLError as error:
        faults.refuse(1, 1, f"this is not YAML: {error}")
    if node is None:
        faults.refuse(1, 1, "the document is empty")
    return Value(node, "", faults)


def _check_plain(text: str, faults: Faults) -> None:
    """Refuse what is not taken, before a tree is built of it."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        place = _place(event.start_mark)
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            faults.refuse(*place, "anchors and aliases are not taken: write it out")
        if tag is not None:
            faults.refuse(*place, f"tags such as {quoted(tag)} are not taken")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEPTH_MAX:
            faults.refuse(*place, f"the document is nested deeper than {DEPTH_MAX} levels")


def _place(mark: Any) -> tuple[int, int]:
    """Line and column, from 1, of a mark of either loader."""
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def _blame(node: yaml.Node, path: str, message: str, faults: Faults) -> None:
    faults.add(*_place(node.start_mark), path, message)
