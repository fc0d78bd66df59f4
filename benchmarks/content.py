"""Near-identical texts: what is found of disguised messages, at what precision, and how quickly, beside others.

Texts are those of ``../shared/data``: English short messages, Portuguese chain messages. None is shown.

    python -m benchmarks content [--quick]
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks.corpora import DATA, POINTS_MIN, Corpus, corpora, text_column
from benchmarks.disguises import Named, disguises
from benchmarks.machine import Runs, describe, pin, timed
from benchmarks.similar import BANDS, ROWS, Installed, Rival, installed, shingles
from benchmarks.writing import crowd, in_all_scripts
from ecluse.compiled import kernel
from ecluse.content import Fingerprinter, HammingIndex, NearIndex, cluster, day_key, look_alikes, normalise, seal
from ecluse.content.minhash import LANES, bands_of, minima_of
from ecluse.content.shingles import BUCKETS, SKETCH_MAX, hash_shingles, sketch_of

SECRET = b"the secret of benchmarks"
MEMORY_BYTES = 1 << 24
TWIN = 0.5
"""Share of characters in common, by difflib, from which on two texts are one text edited."""
VIRAL = {0.5: (1437, 477, 87), 0.7: (1209, 415, 84), 0.9: (881, 324, 79)}
"""Texts with a twin, clusters, the largest, in whatsapp-2018-viral.csv; exact, char-4, all pairs."""


class Finder(NamedTuple):
    """A way to find texts. ask: the number of the stored text that each of some texts is like, or -1."""

    name: str
    ask: Callable[[Sequence[str]], list[int]]


def our_finder(stored: Sequence[str], fingerprinter: Fingerprinter) -> Finder:
    """Écluse, with ``stored`` remembered; what is asked is forgotten again."""
    index = NearIndex(MEMORY_BYTES)
    clusters = index.lookup_or_add(fingerprinter.fingerprint(stored), _seconds(stored)).cluster
    first = {int(key): number for number, key in reversed(list(enumerate(clusters)))}
    state = {name: array.copy() for name, array in index.state().items()}

    def ask(texts: Sequence[str]) -> list[int]:
        answers = []
        prints = fingerprinter.fingerprint(texts)
        for i in range(len(texts)):
            found = index.lookup_or_add(prints.slice(i, i + 1), np.ones(1, np.uint32))
            answers.append(first.get(int(found.cluster[0]), -1))
        index.restore(state)
        return answers

    return Finder("Écluse", ask)


def rival_finder(rival: Installed, stored: Sequence[str]) -> Finder:
    """Another library, with the normal forms of ``stored`` remembered."""
    index = rival.make()
    index.add(normalise(stored).to_pylist())
    return Finder(rival.name, lambda texts: index.ask(normalise(texts).to_pylist()))


def _seconds(texts: Sequence[str]) -> np.ndarray:
    return np.ones(len(texts), np.uint32)


def _alike(one: str, two: str) -> bool:
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    return matcher.quick_ratio() >= TWIN and matcher.ratio() >= TWIN


class Judge:
    """Tells right from wrong: whether what was found is the same message by difflib, over all of its cluster."""

    def __init__(self, corpus: Corpus, fingerprinter: Fingerprinter) -> None:
        texts = [*corpus.seeds, *corpus.stored]
        self.normal = normalise(texts).to_pylist()
        index = NearIndex(MEMORY_BYTES)
        self.cluster = index.lookup_or_add(fingerprinter.fingerprint(texts), _seconds(texts)).cluster

    def is_same(self, text: str, found: int) -> bool:
        """Whether a normal form is an edited form of a stored text, or of one in its cluster."""
        members = np.flatnonzero(self.cluster == self.cluster[found])
        return any(_alike(text, self.normal[member]) for member in members)


def recall_table(corpus: Corpus, finders: Sequence[Finder], judge: Judge) -> Table:
    """Recall of each disguise, and precision with as many different messages asked as disguised ones."""
    table = Table(title=f"{corpus.name}: {len(corpus.seeds)} messages disguised", title_justify="left")
    table.add_column("recall (precision)", no_wrap=True)
    for name in ("best of the table", *(finder.name for finder in finders)):
        table.add_column(name, justify="right")
    wrong_others = [_wrong_among_others(corpus, finder, judge) for finder in finders]
    vocabulary = [word for text in corpus.stored for word in text.split(" ") if word]
    for named in disguises(vocabulary):
        texts = _disguised(named, corpus.seeds)
        cells = [_recall(finder, judge, texts, wrong) for finder, wrong in zip(finders, wrong_others, strict=True)]
        table.add_row(named.name, f"{named.best:.2f}", *cells)
    share = (f"{wrong:.2%}" for wrong in wrong_others)
    table.add_row(f"wrong among {len(corpus.others):,} others", "", *share, style="dim")
    return table


def _disguised(named: Named, seeds: Sequence[str]) -> list[str]:
    rng = random.Random(named.name)
    return [named.disguise(text, rng) for text in seeds]


def _wrong_among_others(corpus: Corpus, finder: Finder, judge: Judge) -> float:
    """The share of messages that were never stored, and that were found to be a stored one all the same."""
    answers = finder.ask(corpus.others)
    normal = normalise(corpus.others).to_pylist()
    wrong = sum(found >= 0 and not judge.is_same(text, found) for text, found in zip(normal, answers, strict=True))
    return wrong / len(corpus.others)


def _recall(finder: Finder, judge: Judge, texts: Sequence[str], wrong_others: float) -> str:
    answers = finder.ask(texts)
    right = sum(found >= 0 and judge.cluster[found] == judge.cluster[seed] for seed, found in enumerate(answers))
    wrong = sum(found >= 0 for found in answers) - right + wrong_others * len(texts)
    return f"{right / len(texts):.3f} ({right / max(right + wrong, 1e-9):.3f})"


def viral_table(fingerprints: str = "whatsapp-2018-viral.csv") -> Table:
    """Texts with a twin in the real chain messages, by the same way in line, beside all pairs compared exactly."""
    texts = text_column(fingerprints)
    normal = normalise(texts).to_pylist()
    kept = [text for text, form in zip(texts, normal, strict=True) if len(form) >= POINTS_MIN]
    table = Table(title=f"{len(kept):,} chain messages: texts with a twin", title_justify="left")
    for name in ("J", "texts, all pairs", "in line", "difference", "clusters", "in line", "largest", "in line"):
        table.add_column(name, justify="right")
    for alike, (twins, clusters, largest) in VIRAL.items():
        labels = cluster(kept, alike=alike)
        sizes = np.bincount(labels[labels >= 0])
        found = int(sizes.sum())
        cells = (f"{alike}", f"{twins:,}", f"{found:,}", f"{found / twins - 1:+.2%}")
        table.add_row(*cells, str(clusters), str(len(sizes)), str(largest), str(int(sizes.max())))
    return table


@kernel
def _fingerprint_alone(points, offsets, key, permutations, hashes, ordered, starts, minima, bands, low, sketch, one):  # type: ignore[no-untyped-def]
    for i in range(len(offsets) - 1):
        length = offsets[i + 1] - offsets[i]
        for k in range(length):
            one[k] = points[offsets[i] + k]
        count = hash_shingles(one, length, 4, key, hashes)
        minima_of(hashes, count, permutations, minima)
        bands_of(minima, bands, low)
        sketch_of(hashes, count, starts, ordered, sketch)


def fingerprint_alone(normal: Sequence[str], fingerprinter: Fingerprinter) -> Callable[[], object]:
    """From normal forms to bands and sketches, shingles included; what rensa is compared with."""
    kept = [form for form in normal if len(form) >= POINTS_MIN]
    points = np.frombuffer("".join(kept).encode("utf-32-le"), np.uint32)
    offsets = np.concatenate([[0], np.cumsum([len(form) for form in kept])])
    room = max(len(form) for form in kept)
    arrays = (
        *(np.zeros(room, np.uint32) for _ in range(2)),
        np.zeros(BUCKETS + 1, np.int32),
        np.zeros(LANES, np.uint16),
        np.zeros(64, np.uint32),
        np.zeros(LANES, np.uint8),
        np.zeros(SKETCH_MAX, np.uint32),
        np.zeros(room, np.uint32),
    )
    keys, permutations = fingerprinter.tools.keys, fingerprinter.tools.permutations
    return lambda: _fingerprint_alone(points, offsets, keys.shingle, permutations, *arrays)


def _our_way(texts: pa.Array, fingerprinter: Fingerprinter) -> None:
    index = NearIndex(1 << 26)
    for start in range(0, len(texts), 4_096):
        prints = fingerprinter.fingerprint(texts[start : start + 4_096])
        index.lookup_or_add(prints, np.ones(len(prints.exact), np.uint32))


def times_table(rivals: Sequence[Installed], fingerprinter: Fingerprinter, repeats: int) -> Table:
    """Texts a second: the whole way of a stream, and the fingerprint alone. CPU time, best and median."""
    texts = text_column("sms-spam.csv")
    column, normal = pa.array(texts), normalise(texts).to_pylist()
    kept = [form for form in normal if len(form) >= POINTS_MIN]
    made = [shingles(form) for form in kept]
    rows: list[tuple[str, Runs]] = []

    def measure(name: str, units: int, work: Callable[[], object], times: int = repeats) -> None:
        work()
        rows.append((name, Runs(units, [timed(work) for _ in range(times)])))

    measure("Écluse: normalise, fingerprint, look up, verify", len(texts), lambda: _our_way(column, fingerprinter))
    for rival in rivals:

        def whole(rival: Installed = rival) -> None:
            rival.make().stream(normal)

        measure(f"{rival.name}: of normal forms, fingerprint, look up, verify", len(texts), whole, 3)
    measure("Écluse: normalise and fingerprint", len(texts), lambda: fingerprinter.fingerprint(column))
    alone = f"Écluse: fingerprint alone ({LANES} minima, bands, sketch)"
    measure(alone, len(kept), fingerprint_alone(kept, fingerprinter))
    for rival in rivals:
        if rival.name == "gaoya":
            continue
        index, given = rival.make(), made if rival.name == "rensa" else kept

        def work(index: Rival = index, given: Sequence[object] = given) -> None:
            index.fingerprint(given)  # type: ignore[arg-type]

        note = f"{BANDS * ROWS} minima, in bulk" + (", shingles made before" if rival.name == "rensa" else "")
        measure(f"{rival.name}: fingerprint alone ({note})", len(kept), work)
    table = Table(title=f"{len(texts):,} English messages, one core", title_justify="left")
    table.add_column("texts a second", no_wrap=True)
    for name in ("CPU, best", "CPU, median", "wall, best", "Écluse is so many times as quick, CPU, best"):
        table.add_column(name, justify="right")
    ours = {"whole": rows[0][1].best_cpu, "alone": next(runs for name, runs in rows if name == alone).best_cpu}
    for name, runs in rows:
        base = ours["alone" if "alone" in name else "whole"]
        ratio = "" if name.startswith("Écluse") else f"{base / runs.best_cpu:,.1f}"
        table.add_row(name, *(f"{rate:,.0f}" for rate in (runs.best_cpu, runs.median_cpu, runs.best_wall)), ratio)
    return table


def scripts_table(fingerprinter: Fingerprinter, repeats: int) -> Table:
    """Messages of exactly 200 characters, normalised and fingerprinted, by what they are written in."""
    table = Table(title="Normalise and fingerprint: messages of 200 characters, one core", title_justify="left")
    table.add_column("messages a second", no_wrap=True)
    for name in ("messages", "CPU, best", "CPU, median", "wall, best"):
        table.add_column(name, justify="right")
    sources = {
        "English": _cut(text_column("sms-spam.csv")),
        "Portuguese, with emoji and links": _cut(text_column("whatsapp-2018-viral.csv")),
        "every script: words of letters and marks of one block each": _cut(in_all_scripts(200_000)),
    }
    for name, texts in sources.items():
        batches = [pa.array(texts[start : start + 4_096]) for start in range(0, len(texts), 4_096)]

        def work(batches: Sequence[pa.Array] = batches) -> None:
            for batch in batches:
                fingerprinter.fingerprint(batch)

        work()
        runs = Runs(len(texts), [timed(work) for _ in range(repeats)])
        rates = (runs.best_cpu, runs.median_cpu, runs.best_wall)
        table.add_row(name, f"{len(texts):,}", *(f"{rate:,.0f}" for rate in rates))
    return table


def _cut(texts: Sequence[str]) -> list[str]:
    together = " ".join(texts)
    return [together[start : start + 200] for start in range(0, len(together) - 199, 200)][:8_192]


def crowd_table(corpus: Corpus, fingerprinter: Fingerprinter, sizes: Sequence[int]) -> Table:
    """Recall when many other messages came between, made up from the words of real ones."""
    table = Table(title=f"{corpus.name}: recall after so many other messages", title_justify="left")
    table.add_column("disguise", no_wrap=True)
    vocabulary = [word for text in corpus.stored for word in text.split(" ") if word]
    names = ("typos 10 %", "words 10 %", "words 25 %", "six at once")
    chosen = [named for named in disguises(vocabulary) if named.name in names]
    index = NearIndex(1 << 28)
    own = index.lookup_or_add(fingerprinter.fingerprint(corpus.seeds), _seconds(corpus.seeds)).cluster
    cells: dict[str, list[str]] = {named.name: [] for named in chosen}
    spent: list[str] = []
    before = 0
    for size in sizes:
        table.add_column(f"{size:,}", justify="right")
        others = crowd([*corpus.stored, *corpus.others], size - before, seed=size)
        before = size
        prints = [fingerprinter.fingerprint(others[start : start + 4_096]) for start in range(0, len(others), 4_096)]

        def add(prints: Sequence[object] = prints) -> None:
            for batch in prints:
                index.lookup_or_add(batch, np.ones(len(batch.exact), np.uint32))  # type: ignore[attr-defined, arg-type]

        took = timed(add)
        spent.append(f"{1e6 * took.cpu_s / max(len(others), 1):.1f} µs")
        state = {name: array.copy() for name, array in index.state().items()}
        for named in chosen:
            asked = fingerprinter.fingerprint(_disguised(named, corpus.seeds))
            found = index.lookup_or_add(asked, _seconds(corpus.seeds))
            cells[named.name].append(f"{np.mean(found.cluster == own):.3f}")
            index.restore(state)
    for name, values in cells.items():
        table.add_row(name, *values)
    table.add_row("look-up of each, CPU", *spent, style="dim")
    console_note = f"index of {index.texts_max:,} texts, {index.nbytes / 1e6:,.0f} MB"
    table.caption = console_note
    return table


def sealed_table(corpus: Corpus) -> Table:
    """The client's 64 bits: recall within 7 bits, with and without look-alikes."""
    table = Table(title=f"{corpus.name}: 64 bits from the client, within 7", title_justify="left")
    for name in ("recall", "as they are", "with look-alikes"):
        table.add_column(name, justify="left" if name == "recall" else "right")
    vocabulary = [word for text in corpus.stored for word in text.split(" ") if word]
    key, letters = day_key(SECRET, 0), look_alikes()
    indexes = {}
    for with_letters in (None, letters):
        index = HammingIndex(SECRET, 1 << 25)
        texts = [*corpus.seeds, *corpus.stored]
        own = index.lookup_or_add(_sealed(texts, key, with_letters), _seconds(texts)).cluster
        state = {name: array.copy() for name, array in index.state().items()}
        indexes[with_letters is None] = index, own, state
    for named in disguises(vocabulary):
        cells = []
        for with_letters in (None, letters):
            index, own, state = indexes[with_letters is None]
            found = index.lookup_or_add(
                _sealed(_disguised(named, corpus.seeds), key, with_letters), _seconds(corpus.seeds)
            )
            cells.append(f"{np.mean(found.cluster == own[: len(corpus.seeds)]):.3f}")
            index.restore(state)
        table.add_row(named.name, *cells)
    index, _, state = indexes[True]
    found = index.lookup_or_add(_sealed(corpus.others, key, None), _seconds(corpus.others))
    table.caption = (
        f"of {len(corpus.others):,} other messages {np.mean(found.distance >= 0):.1%} were within 7 bits of one"
    )
    return table


def _sealed(texts: Sequence[str], key: bytes, letters: dict[str, str] | None) -> np.ndarray:
    return np.array([seal(text, key, letters) or 0 for text in texts], np.uint64)


def main() -> None:
    """Measure, and print the tables."""
    options = argparse.ArgumentParser(prog="python -m benchmarks content", description=__doc__)
    options.add_argument("--quick", action="store_true")
    quick = options.parse_args().quick
    console = Console()
    if not DATA.is_dir():
        console.print(f"The real texts ({DATA.name} beside the project) are not on this machine: nothing is measured.")
        return
    pin()
    console.print(describe())
    rivals, missing = installed()
    if missing:
        console.print(
            f"Not installed, so left out: {', '.join(missing)}. To have them: pip install {' '.join(missing)}"
        )
    fingerprinter = Fingerprinter(SECRET)
    repeats = 3 if quick else 11
    console.print(times_table(rivals, fingerprinter, repeats))
    console.print(scripts_table(fingerprinter, repeats))
    console.print(viral_table())
    for corpus in corpora():
        judge = Judge(corpus, fingerprinter)
        stored = [*corpus.seeds, *corpus.stored]
        finders = [our_finder(stored, fingerprinter), *(rival_finder(rival, stored) for rival in rivals)]
        console.print(recall_table(corpus, finders, judge))
        console.print(sealed_table(corpus))
        console.print(crowd_table(corpus, fingerprinter, (10_000, 50_000) if quick else (10_000, 50_000, 200_000)))


if __name__ == "__main__":
    main()
