"""Pages: HTML that stands alone. Script and style lie within it, and it loads nothing from anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from plotly.offline import get_plotlyjs

from ecluse.replay import words

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("ecluse.replay"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_page(path: Path, template: str, **values: Any) -> None:
    """Write a page. template: its name. values: what it says."""
    page = _ENVIRONMENT.get_template(template).render(
        number=words.number, share=words.share, counted=words.counted, plotly=get_plotlyjs(), **values
    )
    path.write_text(page, encoding="utf-8")
