"""The gate with content on: messages with texts, from networks and some from providers, judged on one core.

What the core benchmark judges without content, judged with the memory of content there and not asked for; then with
texts already fingerprinted, all of them, and a mix; then the whole way from texts.

    python -m benchmarks content_gate [--quick]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from rich.console import Console
from rich.table import Table

from benchmarks.core import MEMORY_BYTES, SECRET, identified
from benchmarks.corpora import text_column
from benchmarks.ids import batches
from benchmarks.machine import Runs, Spent, describe, pin, timed
from benchmarks.rules import twenty_rules
from benchmarks.traffic import CAMPAIGN_GAP_S, Stream, draw
from ecluse.gate import Gate
from ecluse.ledger.identify import Packed
from ecluse.terms import Terms, parse_terms

CONTENT_BYTES = 1 << 30
STOCK_SHARE = 0.4
"""Of private messages, those that are one of the stock phrases that everybody sends."""
TEXT_SHARE = 0.553
"""Of the messages of ``whatsapp-2018-users.csv``, those that are texts; the others are pictures, sound and films."""
REGIONS = ["BR-SP", "BR-RJ", "IN", "DE", "US", "MX", "ID", "NG"]
CONTENT_RULES = """
- {id: hands, clause: No., when: [content.senders.24h > 20, content.recipients.24h > 200], then: label, label: hands}
- {id: fast, clause: No., when: [content.growth > 12, content.strangers_share.1h > 0.9], then: label, label: fast}
- {id: link, clause: No., when: [domain.senders.24h > 50, domain.strangers_share.24h > 0.9], then: label, label: link}
"""


class Sizes(NamedTuple):
    """How much is measured."""

    events: int
    accounts: int
    repeats: int


FULL = Sizes(600_000, 120_000, 5)
QUICK = Sizes(60_000, 12_000, 2)


def texts_of(messages: Stream, seed: int = 11) -> list[str]:
    """A text for each message: of mass senders one text each, spun; of the others a stock phrase or a new text.

    A new text is as long as a real one, and each of its words has followed the one before it in a real one.
    """
    rng = np.random.default_rng(seed)
    ham, spam = (text_column("sms-spam.csv", {"label": label}) for label in ("ham", "spam"))
    words = [text.split() for text in ham]
    vocabulary = np.array([word for text in words for word in text], object)
    after: dict[str, list[str]] = {}
    for text in words:
        for one, other in pairwise(text):
            after.setdefault(one, []).append(other)
    stock = [text for text in ham if len(text) < 25]
    counts = np.bincount(messages.sender)
    of_mass = _mass(messages, counts)
    phrase = (len(stock) * rng.random(len(messages.at_s)) ** 3).astype(np.int64)
    of_stock = rng.random(len(messages.at_s)) < STOCK_SHARE
    template = rng.integers(0, len(ham), len(messages.at_s))
    made = []
    for i, sender in enumerate(messages.sender.tolist()):
        if of_mass[sender]:
            made.append(f"{spam[sender % len(spam)]} {vocabulary[rng.integers(len(vocabulary))]}")
        elif of_stock[i]:
            made.append(stock[phrase[i]])
        else:
            length = len(words[template[i]])
            text = [str(vocabulary[rng.integers(len(vocabulary))])]
            for chance in rng.random(length - 1).tolist():
                following = after.get(text[-1]) or words[template[i]]
                text.append(following[int(chance * len(following))])
            made.append(" ".join(text))
    return made


def _mass(messages: Stream, counts: np.ndarray) -> np.ndarray:
    """Which accounts once sent 20 messages in a row, a few seconds apart."""
    order = np.lexsort((messages.at_s, messages.sender))
    sender, at_s = messages.sender[order], messages.at_s[order]
    behind = 19
    row = np.flatnonzero((sender[behind:] == sender[:-behind]) & (at_s[behind:] - at_s[:-behind] < 40 * CAMPAIGN_GAP_S))
    found = np.zeros(len(counts), np.bool_)
    found[sender[row]] = True
    return found


def with_content(batch: pa.RecordBatch, texts: Sequence[str], senders: np.ndarray) -> pa.RecordBatch:
    """A batch with texts, the regions of all senders, and tools, networks and providers of some."""
    columns = {name: batch.column(name) for name in batch.schema.names}
    columns["text"] = pa.array(texts, pa.string())
    columns["region"] = pa.array(REGIONS).take(pa.array(senders % len(REGIONS)))
    columns["network"] = pa.array([f"10.{n % 251}.0.0/16" for n in senders.tolist()])
    clients = senders % 10 == 0
    columns["provider"] = pa.array([f"provider-{n % 70}" for n in senders.tolist()], mask=~clients)
    return pa.RecordBatch.from_pydict(columns)


def judged(terms: Terms, packed: Sequence[Packed], content_bytes: int, repeats: int) -> tuple[Runs, Gate]:
    """Judge the last two thirds of the batches, each time by a gate that has just judged those before.

    A gate that has run for a while is what people have: one that is new spends a fifth of its time on getting pages
    from the system.
    """
    spent = []
    before, measured = packed[: len(packed) // 3], packed[len(packed) // 3 :]
    for _ in range(repeats):
        gate = Gate(terms, secret=SECRET, memory_bytes=MEMORY_BYTES, content_memory_bytes=content_bytes)
        _judge(gate, before)
        spent.append(timed(partial(_judge, gate, measured)))
    return Runs(sum(len(batch.events) for batch in measured), spent), gate


def _judge(gate: Gate, packed: Sequence[Packed]) -> None:
    for batch in packed:
        gate.judge(batch)


def _identify(gate: Gate, given: Sequence[pa.RecordBatch], packed: list[Packed]) -> None:
    packed.extend(gate.identify(batch) for batch in given)


def without(packed: Sequence[Packed], share: float) -> list[Packed]:
    """The same batches, so many of whose texts were not given."""
    rng = np.random.default_rng(3)
    made = []
    for batch in packed:
        events = batch.events.copy()
        events["text"][rng.random(len(events)) < share] = 0
        made.append(batch._replace(events=events))
    return made


def main() -> None:
    """Measure, and print the table."""
    options = argparse.ArgumentParser(prog="python -m benchmarks content_gate", description=__doc__)
    options.add_argument("--quick", action="store_true")
    sizes = QUICK if options.parse_args().quick else FULL
    console, _ = Console(), pin()
    console.print(describe())
    messages = draw(sizes.events, sizes.accounts)
    plain = identified(messages).packed
    texts = texts_of(messages)
    given, at = [], 0
    for batch in batches(messages):
        stop = at + batch.num_rows
        given.append(with_content(batch, texts[at:stop], messages.sender[at:stop]))
        at = stop
    asking = parse_terms(twenty_rules().source + CONTENT_RULES)
    asker = Gate(asking, secret=SECRET, memory_bytes=1 << 24)
    asker.decide(given[0])
    whole_way: list[Spent] = []
    packed: list[Packed] = []
    for _ in range(sizes.repeats):
        packed.clear()
        whole_way.append(timed(partial(_identify, asker, given, packed)))

    table = Table(title=f"{sizes.events:,} messages, 23 rules, one core", title_justify="left")
    for name in ("a second", "wall, best", "CPU, best", "CPU, median", "CPU µs each"):
        table.add_column(name, justify="left" if name == "a second" else "right")

    def row(name: str, runs: Runs) -> None:
        rates = (runs.best_wall, runs.best_cpu, runs.median_cpu)
        table.add_row(name, *(f"{rate:,.0f}" for rate in rates), f"{1e6 / runs.best_cpu:.2f}")

    off, _ = judged(asking, plain, 0, sizes.repeats)
    on, _ = judged(asking, plain, CONTENT_BYTES, sizes.repeats)
    row("no content in them, content off", off)
    row("no content in them, content on", on)
    without_texts, _ = judged(asking, without(packed, 1.0), CONTENT_BYTES, sizes.repeats)
    row("networks, some providers, no texts", without_texts)
    mixed, _ = judged(asking, without(packed, 1 - TEXT_SHARE), CONTENT_BYTES, sizes.repeats)
    row(f"{TEXT_SHARE:.0%} with a text, fingerprinted", mixed)
    full, gate = judged(asking, packed, CONTENT_BYTES, sizes.repeats)
    row("all with a text, fingerprinted", full)
    row("before: checked, hashed, fingerprinted", Runs(sizes.events, whole_way))
    console.print(table)
    words = sum(len(batch.prints) for batch in packed)
    console.print(f"prints: {4 * words / sizes.events:,.0f} bytes a message")
    console.print(f"content off / on, by CPU: {off.best_cpu / on.best_cpu:.3f}")
    things = gate._content.ledgers
    console.print(f"{np.count_nonzero(things.things.keys):,} things, {np.count_nonzero(things.marks.keys):,} marks")


if __name__ == "__main__":
    main()
