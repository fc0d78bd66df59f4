"""The rumours of a replay: what spread furthest in its log, by region and language, as Parquet or as a page.

A gate remembers a content for 30 days and ranks it as of now; a log is longer. So the gate is looked at every four
hours of the log's time, a sixth of the window that is ranked, and of each content the look is kept at which it had
reached most.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ecluse.errors import InputError
from ecluse.events import language_code, region_code
from ecluse.gate.spreading import Spreading
from ecluse.replay.judge import Judged
from ecluse.replay.logs import LogBatch
from ecluse.rumours.asking import SENDERS
from ecluse.rumours.forms import RumourForm, rumour_form
from ecluse.rumours.page import render_log

FORMS: Final = (".parquet", ".html")
WINDOW: Final = "24h"
LOOK_S: Final = 14_400
"""Seconds from one look to the next: a sixth of the window, which is as finely as it is counted."""
SHOWN: Final = 20
"""Rumours of each ranking, those that reached most."""
AUDIENCES_A_LOOK: Final = 24
"""Regions and languages that are ranked at one look: those with the most messages since the last."""
AUDIENCES_ON_PAGE: Final = 12

RUMOURS: Final = pa.schema(
    [
        ("region", pa.string()),
        ("language", pa.string()),
        ("rank", pa.int64()),
        ("content", pa.string()),
        ("until", pa.timestamp("s", tz="UTC")),
        ("reached", pa.int64()),
        ("accounts", pa.int64()),
        ("recipients", pa.int64()),
        ("strangers_share", pa.float64()),
        ("hops", pa.int64()),
        ("first_seen", pa.timestamp("s", tz="UTC")),
        ("event", pa.string()),
    ]
)
"""One row a rumour of a ranking: first that of all, with neither region nor language. All but ``event`` is as of
``until``, the end of the 24 hours in which it reached most."""


class Audience(NamedTuple):
    """A country and a language, as their codes; "" for any."""

    region: str
    language: str


ALL: Final = Audience("", "")


class Furthest(NamedTuple):
    """A rumour when it had reached most. until_s: the end of that window. event: one of it, as the log names it."""

    until_s: int
    form: RumourForm
    event: str


class RumourLog:
    """What a replay tells of rumours. Memory grows with regions and languages, not with events. Raises InputError.

    path: where the output goes: .parquet or .html.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix not in FORMS:
            raise InputError("rumours", str(path), "a file that ends in .parquet or .html")
        self._page = path.suffix == ".html"
        self._rankings: dict[Audience, dict[str, Furthest]] = {ALL: {}}
        self._messages: dict[Audience, int] = {}
        self._slice, self._last_s, self._rows = -1, 0, 0
        self._since: dict[Audience, int] = {}
        self._events: dict[int, str] = {}

    def parts(self, batch: LogBatch, spreading: Spreading) -> Iterator[LogBatch]:
        """A batch in parts, each to be judged before the next is asked for; the gate is looked at in between."""
        slices = np.maximum.accumulate(_seconds(batch.events.column("at")) // LOOK_S)
        cuts = [0, *(np.flatnonzero(np.diff(slices)) + 1).tolist(), len(slices)]
        for start, stop in pairwise(cuts):
            if stop > start:
                if slices[start] > self._slice:
                    self._look(spreading, (self._slice + 1) * LOOK_S - 1)
                    self._slice = int(slices[start])
                yield batch.part(start, stop)

    def add(self, judged: Judged) -> None:
        """Take note of what was judged: where contents came from, and which events were of them."""
        content = judged.verdicts.content
        (told,) = np.nonzero(content)
        if len(told):
            self._last_s = max(self._last_s, int(judged.at_s[told].max()))
            keys, first = np.unique(content[told], return_index=True)
            for key, row in zip(keys.tolist(), told[first].tolist(), strict=True):
                self._events.setdefault(key, judged.ids[row].as_py() or str(self._rows + row))
            places, counts = np.unique(
                np.stack([judged.region[told], judged.language[told]]), axis=1, return_counts=True
            )
            for region, language, count in zip(*places.tolist(), counts.tolist(), strict=True):
                audience = Audience(region_code(region)[:2], language_code(language).partition("-")[0])
                self._since[audience] = self._since.get(audience, 0) + count
        self._rows += len(content)

    def _look(self, spreading: Spreading, second: int) -> None:
        """Rank what there was since the last look, in the window up to ``second``."""
        if not self._since:
            return
        self._since.pop(ALL, None)
        often = sorted(self._since, key=lambda one: (-self._since[one], one))
        for audience in (ALL, *often[:AUDIENCES_A_LOOK]):
            ranking = self._rankings.setdefault(audience, {})
            region, language = audience.region or None, audience.language or None
            for one in spreading.top(second, WINDOW, region=region, language=language, senders=SENDERS, limit=SHOWN):
                form = rumour_form(one, WINDOW)
                before = ranking.get(form.cluster)
                if before is None or before.form.reached < form.reached:
                    event = self._events.get(one.cluster, "") if before is None else before.event
                    ranking[form.cluster] = Furthest(second, form, event)
            self._rankings[audience] = {one.form.cluster: one for one in _ranked(ranking)}
        for audience, count in self._since.items():
            self._messages[audience] = self._messages.get(audience, 0) + count
        self._since, self._events = {}, {}

    def write(self, spreading: Spreading, path: Path) -> None:
        """Look a last time, and write what was seen."""
        self._look(spreading, self._last_s)
        if self._page:
            often = sorted(self._messages, key=lambda one: (-self._messages[one], one))
            chosen = [audience for audience in often if self._rankings.get(audience)][:AUDIENCES_ON_PAGE]
            sections = [
                (_words(audience), [(one.form, one.until_s, one.event) for one in self._rankings[audience].values()])
                for audience in (ALL, *chosen)
            ]
            path.write_text(render_log(sections), encoding="utf-8")
        else:
            pq.write_table(pa.Table.from_pylist(self._table(), RUMOURS), path)

    def _table(self) -> list[dict[str, Any]]:
        return [
            {
                "region": audience.region or None,
                "language": audience.language or None,
                "rank": rank,
                "content": one.form.cluster,
                "until": one.until_s,
                "reached": one.form.reached,
                "accounts": one.form.counted.senders,
                "recipients": one.form.counted.recipients,
                "strangers_share": one.form.counted.strangers_share,
                "hops": one.form.hops,
                "first_seen": datetime.fromisoformat(one.form.first).astimezone(UTC),
                "event": one.event,
            }
            for audience in sorted(self._rankings)
            for rank, one in enumerate(self._rankings[audience].values(), 1)
        ]


def _ranked(ranking: dict[str, Furthest]) -> list[Furthest]:
    """Those that reached most, the first first; of equal ones the earlier. Who is left out comes again if it grows."""
    return sorted(ranking.values(), key=lambda one: (-one.form.reached, one.until_s, one.form.cluster))[:SHOWN]


def _seconds(at: pa.Array) -> np.ndarray:
    """Times that may still be wrong as seconds, int64; 0 where there is none. Who judges them says what is wrong."""
    if pa.types.is_timestamp(at.type):
        at = at.cast(pa.timestamp("ms", at.type.tz), safe=False)
    milliseconds = at.cast(pa.int64(), safe=False).fill_null(0).to_numpy(zero_copy_only=False)
    return np.asarray(milliseconds // 1_000)


def _words(audience: Audience) -> str:
    if audience == ALL:
        return "Everywhere"
    place = f"From {audience.region}" if audience.region else "From anywhere"
    return f"{place}, in {audience.language or 'any language'}"
