"""Building: elements of a page from a tag, a text and attributes. Texts stay texts, whatever stands in them."""

from __future__ import annotations

from typing import Any

from nicegui.elements.mixins.text_element import TextElement


def tag(kind: str, text: str = "", /, *, classes: str = "", **attributes: Any) -> TextElement:
    """An element. attributes: their names with ``_`` for ``-``, and one at the end of Python's own words.

    ``None`` leaves an attribute out. Addresses given here are ours: one of a stranger's would be a link to anywhere.
    """
    element = TextElement(tag=kind, text=text)
    if classes:
        element.classes(classes)
    for key, value in attributes.items():
        if value is not None:
            element.props[key.rstrip("_").replace("_", "-")] = value
    return element
