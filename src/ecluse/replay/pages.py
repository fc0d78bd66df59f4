"""The pages of a replay: what they all are given."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from plotly.offline import get_plotlyjs

from ecluse.pages import templates
from ecluse.replay import words

_TEMPLATES: Final = templates("ecluse.replay")


def write_page(path: Path, template: str, **values: Any) -> None:
    """Write a page. template: its name. values: what it says."""
    page = _TEMPLATES.get_template(template).render(
        number=words.number, share=words.share, counted=words.counted, plotly=get_plotlyjs(), **values
    )
    path.write_text(page, encoding="utf-8")
