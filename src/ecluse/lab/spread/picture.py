"""A figure as one SVG: for pages that cannot run a script. Small, in the reader's own colours, light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, log10
from typing import Final

from ecluse.lab.spread.figures import Line, Panel

LINES_MAX: Final = 8
"""Lines that colours tell apart."""

_WIDTH, _HEIGHT = 480, 264  # of a panel
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 20, 34, 44  # margins in it
_LEGEND = 40
_LETTER = 6.8
_COLOURS: Final = ("#7d92a6", "#0f6f8c", "#c2410c", "#7a4fb5", "#3b7a2a", "#b8860b", "#b03060", "#3f5f9f")
_DARK: Final = ("#8fa3b6", "#4fb3d0", "#fb8b4c", "#b794e6", "#86c96f", "#e0b94a", "#f08bab", "#8fadea")
_STYLE: Final = """
    text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #52667a; }
    .title { font-size: 14px; font-weight: 600; fill: #1c2b3a; }
    .middle { text-anchor: middle; } .end { text-anchor: end; }
    .grid { stroke: #d5dee7; stroke-width: 1; }
    polyline { stroke-width: 2; stroke-linejoin: round; }
"""
_STYLE_DARK: Final = """
    text { fill: #9db0c2; } .title { fill: #e4ecf3; } .grid { stroke: #2f3e4d; }
"""


def picture(panels: Sequence[Panel], title: str) -> str:
    """Draw panels two in a row, with one legend for all. The same panels give the same text.

    title: what the figure shows, for those who cannot see it. At most LINES_MAX names of lines have colours of their
    own; the others begin anew.
    """
    names = list(dict.fromkeys(line.name for panel in panels for line in panel.lines))
    legend, top = _legend(names, _WIDTH * min(2, len(panels)))
    colours = {name: f"c{k % LINES_MAX}" for k, name in enumerate(names)}
    width = _WIDTH * min(2, len(panels))
    height = top + _HEIGHT * ceil(len(panels) / 2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">',
        f'  <title id="title">{escape(title)}</title>',
        f"  <style>{_STYLE}{_colours(_COLOURS)}",
        f"    @media (prefers-color-scheme: dark) {{{_STYLE_DARK}{_colours(_DARK)}",
        "    }",
        "  </style>",
        *legend,
    ]
    for place, panel in enumerate(panels):
        x, y = _WIDTH * (place % 2), top + _HEIGHT * (place // 2)
        parts += [f'  <g transform="translate({x} {y})">', *_panel(panel, colours), "  </g>"]
    return "\n".join([*parts, "</svg>", ""])


def _colours(colours: Sequence[str]) -> str:
    rules = (f".c{k} {{ stroke: {colour}; fill: {colour}; }}" for k, colour in enumerate(colours))
    return "    " + "\n    ".join(rules)


def _legend(names: Sequence[str], width: int) -> tuple[list[str], int]:
    if names == [""]:
        return [], 0
    parts, x, y = list[str](), _LEFT, 24
    for k, name in enumerate(names):
        length = 34 + _LETTER * len(name)
        if x > _LEFT and x + length > width:
            x, y = _LEFT, y + 20
        parts.append(f'  <rect class="c{k % LINES_MAX}" x="{x:.0f}" y="{y - 5}" width="18" height="2"/>')
        parts.append(f'  <text x="{x + 24:.0f}" y="{y}">{escape(name)}</text>')
        x += round(length + 14)
    return parts, y + _LEGEND - 24


def _panel(panel: Panel, colours: dict[str, str]) -> list[str]:
    xs = [x for line in panel.lines for x in line.x]
    ys = [y for line in panel.lines for y in line.y if y is not None]
    low, high = (log10(max(min(xs), 1)), log10(max(xs))) if panel.log_x else (min(xs), max(xs))
    x_ticks = _decades(low, high) if panel.log_x else _round_ticks(low, high)
    y_ticks = [0, 0.25, 0.5, 0.75, 1] if panel.shares else _round_ticks(0, max(ys, default=1))
    top = max(y_ticks[-1], *ys, 1e-9)

    def across(x: float) -> float:
        place = log10(max(x, 1)) if panel.log_x else x
        return _LEFT + (place - low) / ((high - low) or 1) * (_WIDTH - _LEFT - _RIGHT)

    def up(y: float) -> float:
        return _HEIGHT - _BOTTOM - y / top * (_HEIGHT - _BOTTOM - _TOP)

    parts = [f'    <text class="title" x="{_LEFT}" y="20">{escape(panel.title)}</text>']
    for y in y_ticks:
        parts.append(f'    <path class="grid" d="M{_LEFT} {up(y):.1f}H{_WIDTH - _RIGHT}"/>')
        said = f"{100 * y:.0f} %" if panel.shares else f"{y:,g}"
        parts.append(f'    <text class="end" x="{_LEFT - 8}" y="{up(y) + 4:.1f}">{said}</text>')
    for x in x_ticks:
        parts.append(f'    <text class="middle" x="{across(x):.1f}" y="{_HEIGHT - _BOTTOM + 17}">{x:,g}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'    <text class="middle" x="{middle:.0f}" y="{_HEIGHT - 8}">{escape(panel.x_label)}</text>')
    for line in panel.lines:
        for points in _unbroken(line):
            said = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in points)
            parts.append(f'    <polyline class="{colours[line.name]}" style="fill: none" points="{said}"/>')
    return parts


def _unbroken(line: Line) -> list[list[tuple[float, float]]]:
    """The stretches of a line without gaps; what lies level is drawn by its ends."""
    stretches: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(line.x, line.y, strict=True):
        if y is None:
            stretches.append([])
        else:
            stretches[-1].append((x, y))
    kept = []
    for points in stretches:
        level = {k for k in range(1, len(points) - 1) if points[k - 1][1] == points[k][1] == points[k + 1][1]}
        kept.append([point for k, point in enumerate(points) if k not in level])
    return [points for points in kept if points]


def _decades(low: float, high: float) -> list[float]:
    return [10.0**power for power in range(ceil(low - 1e-9), int(high + 1e-9) + 1)]


def _round_ticks(low: float, high: float) -> list[float]:
    """Four to eight round numbers between two."""
    width = (high - low) or 1.0
    power = 10.0 ** (ceil(log10(width)) - 1)
    step = next(power * part for part in (0.1, 0.2, 0.25, 0.5, 1, 2) if width / (power * part) <= 7)
    if high - low >= 4:
        step = max(1.0, step)
    ticks = [round(step * k, 10) for k in range(ceil(low / step - 1e-9), int(high / step + 1e-9) + 1)]
    return ticks
