"""What the module keeps is bounded: the backlog, what it remembers, the breaker's pauses."""

from hypothesis import given
from hypothesis import strategies as st

from ecluse.adapters.synapse.backlog import CHUNK, Backlog
from ecluse.adapters.synapse.breaker import PAUSE_MAX_S, Breaker
from ecluse.adapters.synapse.remembered import Remembered


def test_a_backlog_gives_the_oldest_first_and_loses_them_first() -> None:
    backlog = Backlog(1_200)
    for n in range(1_300):
        backlog.add({"n": n})
    assert (len(backlog), backlog.lost) == (1_200, 100)
    some = backlog.take()
    assert [one["n"] for one in some] == list(range(100, 100 + CHUNK))
    backlog.put_back(some)
    assert [one["n"] for one in backlog.take()] == list(range(100, 100 + CHUNK))
    assert len(backlog) == 1_200 - CHUNK


@given(st.lists(st.integers(0, 9), max_size=60))
def test_no_more_is_remembered_than_may(keys: list[int]) -> None:
    remembered: Remembered[int, int] = Remembered(3)
    for key in keys:
        remembered.put(key, key, None)
        assert remembered.get(key) == key
    latest = list(dict.fromkeys(reversed(keys)))
    assert [key for key in range(10) if remembered.get(key) is not None] == sorted(latest[:3])


def test_what_is_over_is_forgotten_and_what_is_taken_is_gone() -> None:
    remembered: Remembered[str, int] = Remembered(3)
    remembered.put("over", 1, -1.0)
    remembered.put("taken", 2, 60.0)
    assert (remembered.get("over"), remembered.pop("taken"), remembered.pop("taken")) == (None, 2, None)
    assert len(remembered) == 0


def test_a_broken_gate_is_tried_less_and_less_often() -> None:
    breaker = Breaker(3)
    for _ in range(3):
        assert not breaker.is_broken
        breaker.failed(100.0)
    tries = [second for second in range(100, 400) if breaker.may_try(float(second))]
    assert tries[:6] == [101, 103, 107, 115, 131, 161]
    assert tries[6] - tries[5] == PAUSE_MAX_S
    breaker.went_well()
    assert (breaker.is_broken, breaker.may_try(1_000.0)) == (False, False)
