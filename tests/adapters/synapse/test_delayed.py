import pytest

from ecluse.adapters.synapse.answers import PASSED, WAIT, Answer
from ecluse.adapters.synapse.delayed import Delayed

AGAIN = ("@ada:x", "DEVICE", "!r", "t1")
TOLD = Answer(WAIT, "Wait.", 5_000, labels=("forwarded",), delayed=True)
CONTENT = {"msgtype": "m.text", "body": "hi"}


def test_a_message_that_waits_is_told_how_long_and_passes_once() -> None:
    delayed = Delayed(10)
    delayed.put(AGAIN, CONTENT, TOLD, 5.0)
    early = delayed.get(AGAIN, CONTENT)
    assert early is not None
    assert (early.what, early.text, 0 < (early.retry_ms or 0) <= 5_000) == (WAIT, "Wait.", True)
    delayed.put(AGAIN, CONTENT, TOLD, 0.0)
    assert delayed.get(AGAIN, CONTENT) == Answer(PASSED, labels=("forwarded",))
    assert delayed.get(AGAIN, CONTENT) is None, "what passed once is a message of its own the next time"


@pytest.mark.parametrize("field", [0, 1, 2, 3])
def test_another_message_does_not_pass_for_one_that_has_waited(field: int) -> None:
    delayed = Delayed(10)
    delayed.put(AGAIN, CONTENT, TOLD, 0.0)
    other = tuple("other" if n == field else one for n, one in enumerate(AGAIN))
    assert delayed.get(other, CONTENT) is None  # type: ignore[arg-type]
    assert delayed.get(AGAIN, CONTENT | {"body": "Buy now"}) is None
    assert delayed.get(AGAIN, CONTENT) is not None


def test_what_waits_is_bounded() -> None:
    delayed = Delayed(3)
    for n in range(10):
        delayed.put(("@ada:x", "D", "!r", str(n)), CONTENT, TOLD, 0.0)
    assert [n for n in range(10) if delayed.get(("@ada:x", "D", "!r", str(n)), CONTENT)] == [7, 8, 9]
