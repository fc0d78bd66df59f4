from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, time

import pyarrow as pa
import pytest

from ecluse.errors import InputError
from ecluse.events import Event, to_columns
from ecluse.service.chamber import Chamber
from ecluse.service.metrics import Metrics
from ecluse.stores.remembering import GateClosedError, RememberingGate
from ecluse.terms import parse_terms
from tests.service.running import TERMS


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[RememberingGate]:
    with RememberingGate(tmp_path / "data", parse_terms(TERMS), memory_bytes=1 << 22) as gate:
        yield gate


@pytest.fixture
async def chamber(gate: RememberingGate, tmp_path: Path) -> Chamber:
    return Chamber(gate, Metrics(tmp_path))


def event(sender: str, recipient: str = "bob", ahead_s: float = 0.0) -> Event:
    return Event(kind="send", at=int((time() + ahead_s) * 1000), sender=sender, recipients=[recipient], id=sender)


async def test_requests_of_one_tick_are_one_batch(gate: RememberingGate, chamber: Chamber) -> None:
    waiting = [chamber.enter([event(f"a{i}"), event(f"b{i}")], observe=False, since=0) for i in range(5)]
    places = [await one for one in waiting]
    assert gate.seq == 1
    assert [place.start for place in places] == [0, 2, 4, 6, 8]
    verdicts = places[0].verdicts
    assert verdicts is not None
    assert [verdict.event for verdict in verdicts] == [name for i in range(5) for name in (f"a{i}", f"b{i}")]


async def test_requests_of_two_ticks_are_two(gate: RememberingGate, chamber: Chamber) -> None:
    for i in range(2):
        await chamber.enter([event(f"a{i}")], observe=False, since=0)
    assert gate.seq == 2


async def test_decisions_observations_and_columns_keep_their_order(gate: RememberingGate, chamber: Chamber) -> None:
    waiting = [
        chamber.enter([event("a")], observe=False, since=0),
        chamber.enter([event("b")], observe=True, since=0),
        chamber.enter(pa.Table.from_batches([to_columns([event("c")])]), observe=False, since=0),
        chamber.enter([event("d")], observe=False, since=0),
        chamber.enter([event("e")], observe=False, since=0),
    ]
    places = [await one for one in waiting]
    assert gate.seq == 4
    assert [place.verdicts is None for place in places] == [False, True, False, False, False]
    assert [place.start for place in places] == [0, 0, 0, 0, 1]


async def test_one_callers_fault_is_no_others(gate: RememberingGate, chamber: Chamber) -> None:
    good = chamber.enter([event("good")], observe=False, since=0)
    bad = chamber.enter([event("fine"), event("bad", ahead_s=100)], observe=False, since=0)
    also_good = chamber.enter([event("also-good")], observe=False, since=0)
    assert (await good).verdicts is not None
    assert (await also_good).verdicts is not None
    with pytest.raises(InputError, match=r"^event 1: at: "):
        await bad
    assert not gate.account("fine").known


async def test_a_caller_that_went_away_is_passed_over(gate: RememberingGate, chamber: Chamber) -> None:
    gone = chamber.enter([event("gone")], observe=False, since=perf_counter())
    stays = chamber.enter([event("stays")], observe=False, since=perf_counter())
    gone.cancel()
    assert (await stays).start == 1


async def test_a_closed_gate_answers_everyone(gate: RememberingGate, chamber: Chamber) -> None:
    waiting = [chamber.enter([event(f"a{i}")], observe=False, since=0) for i in range(3)]
    gate.close()
    for one in waiting:
        with pytest.raises(GateClosedError):
            await one


async def test_who_asks_a_quiet_gate_waits_for_no_tick(gate: RememberingGate, chamber: Chamber) -> None:
    place = chamber.enter([event("a")], observe=False, since=perf_counter())
    chamber.flush_if_quiet()
    assert place.done()
    assert gate.seq == 1
    assert (await place).verdicts is not None


async def test_who_asks_a_busy_gate_waits_for_the_others(gate: RememberingGate, chamber: Chamber) -> None:
    now = perf_counter()
    first = chamber.enter([event("a")], observe=False, since=now)
    chamber.flush_if_quiet()
    soon = chamber.enter([event("b")], observe=False, since=now)
    chamber.flush_if_quiet()
    assert (first.done(), soon.done()) == (True, False)
    await soon
    two = [chamber.enter([event(name)], observe=False, since=perf_counter() + 1) for name in "cd"]
    chamber.flush_if_quiet()
    assert not any(one.done() for one in two)
    assert [(await one).start for one in two] == [0, 1]
    assert gate.seq == 3
