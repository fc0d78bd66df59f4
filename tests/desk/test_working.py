"""The worker against a server that refuses, throttles, hangs up: in order, each once, and told as what it is."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from ecluse.desk.botfile import parse_bot
from ecluse.desk.client import CloudClient
from ecluse.desk.receiving import Told, store_told
from ecluse.desk.sending import AT_ONCE_MAX, LEASE_S, claim, release
from ecluse.desk.views import Fate
from ecluse.desk.working import Worker
from tests.desk.api import BadApi, error
from tests.desk.making import NOW_S, inbox, writes
from tests.desk.world import BOT


@pytest.fixture
def api() -> Iterator[BadApi]:
    opened = BadApi()
    yield opened
    opened.close()


class Bench:
    """A worker of one business, whose clock is set by hand."""

    def __init__(self, store, api, *, idempotent=True):
        self.now_s = NOW_S
        self.client = CloudClient(api.url, "1", "token", idempotent=idempotent)
        self.worker = Worker(
            store, {"flowers": self.client}, {}, idempotent={"flowers": idempotent}, now_s=lambda: self.now_s
        )


@pytest.fixture
async def bench(store, api) -> AsyncIterator[Bench]:
    made = Bench(store, api)
    yield made
    await made.client.close()


@pytest.fixture
async def bench_at_meta(store, api) -> AsyncIterator[Bench]:
    """One whose API takes no key."""
    made = Bench(store, api, idempotent=False)
    yield made
    await made.client.close()


def says(store, *texts, wa_id="336001"):
    """A person writes, and an agent answers with these. Returns the messages' numbers."""
    number = writes(store, wa_id=wa_id)
    return [inbox(store).reply(number, text, agent="ada", now_s=NOW_S).id for text in texts]


def fates(store, numbers):
    return [inbox(store).message(number).fate for number in numbers]


async def test_messages_of_a_conversation_go_in_order_even_if_one_has_to_wait(store, api, bench):
    numbers = says(store, "a", "b", "c")
    says(store, "other", wa_id="336002")
    api.answer = lambda call: (503, {}, error(131016, "away")) if call.text == "a" else None
    await bench.worker.work()
    api.answer = lambda call: None
    assert [call.text for call in api.taken] == ["other"]
    assert fates(store, numbers) == [Fate.WAITING] * 3
    assert inbox(store).message(numbers[0]).error == "away, in words"
    bench.now_s += 1
    await bench.worker.work()
    assert [call.text for call in api.taken] == ["other", "a", "b", "c"]
    assert fates(store, numbers) == [Fate.SENT] * 3
    assert inbox(store).message(numbers[0]).error is None


async def test_the_api_says_how_long_to_wait(store, api, bench):
    (number,) = says(store, "a")
    api.answer = lambda call: (429, {"retry-after": "40"}, error(130429, "slower")) if call.place == 0 else None
    await bench.worker.work()
    bench.now_s += 39
    await bench.worker.work()
    assert (len(api.calls), fates(store, [number])) == (1, [Fate.WAITING])
    bench.now_s += 1
    await bench.worker.work()
    assert fates(store, [number]) == [Fate.SENT]


@pytest.mark.parametrize(
    ("code", "status", "fate"),
    [(131047, 400, Fate.REFUSED), (131026, 400, Fate.FAILED), (131009, 400, Fate.FAILED), (368, 403, Fate.FAILED)],
)
async def test_what_the_api_will_never_take_is_shown_with_its_code(store, api, bench, code, status, fate):
    first, second = says(store, "a", "b")
    api.answer = lambda call: (status, {}, error(code, "no")) if call.place == 0 else None
    await bench.worker.work()
    seen = inbox(store).message(first)
    assert (seen.fate, seen.code, seen.error) == (fate, code, "no, in words")
    assert fates(store, [second]) == [Fate.SENT]


async def test_a_token_that_ran_out_loses_nothing(store, api, bench):
    (number,) = says(store, "a")
    api.answer = lambda call: (401, {}, error(190, "expired"))
    await bench.worker.work()
    assert (fates(store, [number]), inbox(store).message(number).code) == ([Fate.WAITING], 190)
    api.answer = lambda call: None
    bench.now_s += 300
    await bench.worker.work()
    assert fates(store, [number]) == [Fate.SENT]


async def test_what_waits_too_long_is_refused_and_not_sent(store, api, bench):
    (number,) = says(store, "a")
    api.answer = lambda call: (500, {}, error(131000, "fault"))
    await bench.worker.work()
    api.answer = lambda call: None
    bench.now_s += 86_400
    await bench.worker.work()
    assert (fates(store, [number]), api.taken) == ([Fate.REFUSED], [])


async def test_an_answer_that_never_came_is_asked_for_again_by_the_same_key(store, api, bench):
    (number,) = says(store, "a")
    api.answer = lambda call: (0, {}, None) if call.place == 0 else None
    await bench.worker.work()
    assert fates(store, [number]) == [Fate.SENDING]
    bench.now_s += 1
    await bench.worker.work()
    assert fates(store, [number]) == [Fate.SENT]
    assert len({call.key for call in api.calls}) == 1
    assert api.calls[0].key is not None


async def test_an_api_without_keys_is_not_asked_twice_before_a_status_could_tell(store, api, bench_at_meta):
    first, second = says(store, "a", "b")
    api.answer = lambda call: (0, {}, None) if call.place == 0 else None
    await bench_at_meta.worker.work()
    bench_at_meta.now_s += LEASE_S - 1
    await bench_at_meta.worker.work()
    assert ([call.text for call in api.calls], api.calls[0].key) == (["a"], None)
    tells(store, api.calls[0].opaque, "delivered")
    await bench_at_meta.worker.work()
    assert [call.text for call in api.calls] == ["a", "b"]
    assert fates(store, [first, second]) == [Fate.DELIVERED, Fate.SENT]


def tells(store, key, status, wamid="wamid.told"):
    """A status comes for a message that we know by our own id."""
    from_api = Told("1", wamid, status, NOW_S, key, None, None)
    with store.writing("flowers") as session:
        store_told(session, "flowers", from_api, NOW_S)


def test_after_a_crash_what_was_being_sent_is_sent_again_where_that_is_safe(store):
    (number,) = says(store, "a")
    assert [ready.id for ready in claim(store, ["flowers"], NOW_S)] == [number]
    assert list(claim(store, ["flowers"], NOW_S + 1)) == []
    release(store, {"flowers": False})
    assert list(claim(store, ["flowers"], NOW_S + 1)) == []
    release(store, {"flowers": True})
    assert [ready.id for ready in claim(store, ["flowers"], NOW_S + 1)] == [number]


async def test_nothing_of_a_business_goes_by_another_s_client(store, api, bench):
    theirs = writes(store, "fruit")
    inbox(store, "fruit").reply(theirs, "Apples", agent="bob", now_s=NOW_S)
    await bench.worker.work()
    assert api.calls == []


async def test_what_an_agent_read_is_shown_to_the_person(store, api, bench):
    number = writes(store)
    inbox(store).read(number)
    await bench.worker.work()
    await bench.worker.work()
    (mark,) = api.marks
    assert mark["message_id"] == inbox(store).conversation(number, now_s=NOW_S).messages[0].wamid


async def test_a_stop_takes_back_what_was_not_sent_yet(store, api):
    made = Bench(store, api)
    made.worker = Worker(
        store,
        {"flowers": made.client},
        {"flowers": parse_bot(BOT, "bot.yaml")},
        idempotent={},
        now_s=lambda: made.now_s,
    )
    number = writes(store, text="agent")
    await made.worker.work()
    late = inbox(store).reply(number, "An offer", agent="ada", now_s=NOW_S)
    writes(store, text="stop")
    await made.worker.work()
    await made.client.close()
    assert [call.text for call in api.taken] == [
        "Somebody will answer you here.",
        "You will get nothing more from us. Write START to come back.",
    ]
    assert fates(store, [late.id]) == [Fate.DROPPED]


async def test_a_business_whose_api_does_not_answer_keeps_no_other_waiting(store, api, bench):
    other, answered = BadApi(), threading.Event()
    client = CloudClient(other.url, "2", "token", idempotent=True)
    clients = {"flowers": bench.client, "fruit": client}
    worker = Worker(store, clients, {}, idempotent={"flowers": True, "fruit": True}, now_s=lambda: NOW_S)
    theirs = [says(store, "a", wa_id=f"3361{number:03}")[0] for number in range(AT_ONCE_MAX + 1)]
    number = writes(store, "fruit")
    mine = inbox(store, "fruit").reply(number, "Apples", agent="bob", now_s=NOW_S)

    def late(_):
        answered.wait(60)

    api.answer = late
    running = asyncio.create_task(worker.run())
    try:
        while inbox(store, "fruit").message(mine.id).fate is not Fate.SENT:
            await asyncio.sleep(0.01)
            assert not running.done()
        assert fates(store, theirs) == [Fate.SENDING] * AT_ONCE_MAX + [Fate.WAITING]
    finally:
        answered.set()
        worker.stop()
        await running
        await client.close()
        other.close()
    assert fates(store, theirs)[:AT_ONCE_MAX] == [Fate.SENT] * AT_ONCE_MAX


async def test_an_answer_that_is_no_json_is_none(store, api, bench):
    (number,) = says(store, "a")
    api.answer = lambda call: (200, {}, b'{"messages": [{"id": "\xff"}]}')
    await bench.worker.work()
    assert fates(store, [number]) == [Fate.SENDING]
    assert "gave no id" in inbox(store).message(number).error
