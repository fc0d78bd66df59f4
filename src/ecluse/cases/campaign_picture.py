"""A campaign as a picture: members on a circle, what they share within it, and how many people each reached, outside.

The lay-out is ours and the same for the same campaign: members stand by what most of them share, a thing where its
members are, and things that come too near push one another away. SVG of plain shapes: it stands in a page without
scripts and prints.
"""

from __future__ import annotations

from math import log1p
from typing import Final

import numpy as np
from markupsafe import Markup, escape

from ecluse import wire

MEMBERS_SHOWN: Final = 160
"""Members in the picture; the earliest. The tables and the data have all of them."""
WIDTH: Final = 720
HEIGHT: Final = 560
_RING: Final = 190.0
_REACH: Final = 60.0
_INNER: Final = 0.62
_NEAR: Final = 58.0
_STEPS: Final = 60


def picture(graph: wire.CampaignGraph) -> Markup:
    """The picture, as an element ``svg``."""
    members = [member.account for member in graph.members[:MEMBERS_SHOWN]]
    place = {account: k for k, account in enumerate(members)}
    edges = [(place[edge.account], edge) for edge in graph.edges if edge.account in place]
    names = [(line.sort, line.thing) for line in graph.evidence]
    number = {name: k for k, name in enumerate(names)}
    ties = [(k, number[edge.sort, edge.thing]) for k, edge in edges if (edge.sort, edge.thing) in number]
    reached = np.zeros(len(members), np.int64)
    for k, edge in edges:
        reached[k] = max(int(reached[k]), edge.strangers)
    at = _members(len(members), ties)
    things = _things(at, ties, len(names))
    parts = [_lines(at, things, ties), _rays(at, reached), _dots(at)]
    parts += [_thing(things[k], line) for k, line in enumerate(graph.evidence)]
    shown = "" if len(members) == graph.accounts else f" ({len(members):,} shown)"
    title = f"{graph.accounts:,} accounts{shown} wrote to {graph.recipients:,} people, {graph.strangers:,} strangers"
    return Markup(
        f'<svg class="campaign" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )


def _members(count: int, ties: list[tuple[int, int]]) -> np.ndarray:
    """Where members stand, shape (count, 2): round a circle, those of one thing beside one another."""
    first = np.full(count, 1 << 30)
    for member, thing in ties:
        first[member] = min(first[member], thing)
    order = np.argsort(first, kind="stable")
    angle = np.empty(count)
    angle[order] = 2 * np.pi * np.arange(count) / max(count, 1) - np.pi / 2
    return np.stack([np.cos(angle), np.sin(angle)], axis=1) * _RING


def _things(at: np.ndarray, ties: list[tuple[int, int]], count: int) -> np.ndarray:
    """Where things stand, shape (count, 2): amid their members, and apart from one another."""
    spread = 2 * np.pi * np.arange(count) / max(count, 1)
    found = np.stack([np.cos(spread), np.sin(spread)], axis=1) * 2.0 if count > 1 else np.zeros((count, 2))
    for thing in range(count):
        mine = [member for member, other in ties if other == thing]
        if mine:
            found[thing] += at[mine].mean(axis=0) * _INNER
    for _ in range(_STEPS):
        apart = found[:, None, :] - found[None, :, :]
        far = np.maximum(np.hypot(apart[..., 0], apart[..., 1]), 1e-6)
        push = np.where(far < _NEAR, (_NEAR - far) / 2, 0.0)
        np.fill_diagonal(push, 0.0)
        found += (apart / far[..., None] * push[..., None]).sum(axis=1)
        out = np.hypot(found[:, 0], found[:, 1])
        found *= np.minimum(1.0, _RING * 0.8 / np.maximum(out, 1e-6))[:, None]
    return found


def _xy(point: np.ndarray) -> tuple[str, str]:
    return f"{WIDTH / 2 + point[0]:.1f}", f"{HEIGHT / 2 + point[1]:.1f}"


def _lines(at: np.ndarray, things: np.ndarray, ties: list[tuple[int, int]]) -> str:
    drawn = []
    for member, thing in ties:
        (x1, y1), (x2, y2) = _xy(at[member]), _xy(things[thing])
        drawn.append(f"M{x1} {y1}L{x2} {y2}")
    return f'<path class="tie" d="{"".join(drawn)}"/>' if drawn else ""


def _rays(at: np.ndarray, reached: np.ndarray) -> str:
    """A ray from each member outwards: the more people it reached, the longer, by the logarithm."""
    most = log1p(float(reached.max())) if len(reached) and reached.max() > 0 else 1.0
    drawn = []
    for point, people in zip(at, reached.tolist(), strict=True):
        (x1, y1), (x2, y2) = _xy(point), _xy(point * (1 + _REACH * log1p(people) / most / _RING))
        drawn.append(f"M{x1} {y1}L{x2} {y2}")
    return f'<path class="reach" d="{"".join(drawn)}"/>' if drawn else ""


def _dots(at: np.ndarray) -> str:
    return "".join('<circle class="member" cx="{}" cy="{}" r="4"/>'.format(*_xy(point)) for point in at)


def _thing(point: np.ndarray, line: wire.CampaignEvidence) -> str:
    x, y = _xy(point)
    return (
        f'<g class="thing"><circle cx="{x}" cy="{y}" r="9"/>'
        f'<text x="{x}" y="{float(y) - 14:.1f}">{escape(line.sort)} {escape(line.thing[:6])}</text>'
        f'<text x="{x}" y="{float(y) + 22:.1f}">{line.accounts:,} accounts</text></g>'
    )
