"""What all of our pages share: one look, light and dark, and how charts are drawn.

A page stands alone: script and style lie within it, and it loads nothing from anywhere.
"""

from __future__ import annotations

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape


def templates(package: str) -> Environment:
    """The templates of a package, which may include ``page.css`` and ``page.js``; what they are given is escaped.

    page.css: the look. page.js: reads the element ``data`` into ``data``, and has ``look``, ``layout``, ``axis`` and ``redraw``
    for Plotly. The same data give the same page.
    """
    loader = ChoiceLoader([PackageLoader(package), PackageLoader("ecluse.pages")])
    return Environment(
        loader=loader,
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
