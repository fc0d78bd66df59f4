"""A process that decides traffic and writes each answer down once it has it: to be killed. Used by test_remembering.

usage: python -m tests.stores.deciding FOLDER ANSWERS SEED BATCHES
"""

import os
import sys
from pathlib import Path

import msgspec

from ecluse.stores.remembering import RememberingGate
from tests.stores.traffic import terms_at, traffic

MEMORY_BYTES = 1 << 22


class Answer(msgspec.Struct):
    """The verdicts on one batch, and its number in the journal."""

    seq: int
    verdicts: list[msgspec.Raw]


def answers(path: Path) -> list[Answer]:
    """The answers that were written down whole."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [msgspec.json.decode(line, type=Answer) for line in lines]


def cut_torn(path: Path) -> None:
    """Cut off what a kill left of a line: the file system may have written only some pages of it."""
    if path.exists():
        os.truncate(path, path.read_bytes().rfind(b"\n") + 1)


def encoded(verdicts) -> list[msgspec.Raw]:
    return [msgspec.Raw(msgspec.json.encode(verdict)) for verdict in verdicts]


def main(folder: Path, path: Path, seed: int, batches: int) -> None:
    cut_torn(path)
    given = answers(path)
    gate = RememberingGate(
        folder, terms_at(len(given)), memory_bytes=MEMORY_BYTES, snapshot_events=400, segment_bytes=1 << 17
    )
    committed = gate.seq > (given[-1].seq if given else 0)  # before the answer could be written
    with path.open("ab", buffering=0) as file:
        for number, batch in enumerate(traffic(seed, batches)):
            if number < len(given):
                continue
            gate.use(terms_at(number))
            verdicts: list[msgspec.Raw] = []
            if not batch.observed:
                verdicts = encoded(gate.decide(batch.events))
            elif not committed:
                gate.observe(batch.events)
            committed = False
            file.write(msgspec.json.encode(Answer(gate.seq, verdicts)) + b"\n")
    gate.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
