"""Whatever fails however often: each item of a lane is done once, in order, and no lane waits for another's."""

import asyncio
import random
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.business.lanes import Item, Lanes


async def work_off(seed: int, lanes: int, each: int, held_bytes_max: int) -> dict[int, list[int]]:
    """Put items into lanes while work fails now and then; the items that were done, by lane."""
    chance = random.Random(seed)
    stored: dict[int, list[Item]] = defaultdict(list)
    done: dict[int, list[int]] = defaultdict(list)
    busy: set[str] = set()

    async def work(tag: str, item: Item) -> float | None:
        assert tag not in busy, "a lane was worked twice at once"
        busy.add(tag)
        await asyncio.sleep(0)
        busy.discard(tag)
        if chance.random() < 0.3:
            return 0.001
        done[int(tag)].append(item.id)
        stored[int(tag)].remove(next(one for one in stored[int(tag)] if one.id == item.id))
        return None

    async def load(lane: int, after: int, most: int) -> list[Item]:
        await asyncio.sleep(0)
        return [item for item in stored[lane] if item.id > after][:most]

    worker = Lanes(work, load, lambda tag: str(int(tag) % 3), held_bytes_max)
    number = 0
    for _ in range(each):
        for lane in range(lanes):
            number += 1
            item = Item(number, b"x" * 10, 0)
            stored[lane].append(item)
            worker.put(lane, str(lane), item)
        if chance.random() < 0.5:
            await asyncio.sleep(0)
    async with asyncio.timeout(30):
        while worker.lanes:
            await asyncio.sleep(0.001)
    await worker.close()
    assert all(not items for items in stored.values())
    return done


@settings(max_examples=25)
@given(
    seed=st.integers(0, 1 << 30),
    lanes=st.integers(1, 8),
    each=st.integers(1, 40),
    held=st.sampled_from([0, 50, 1 << 20]),
)
def test_every_item_once_and_in_order(seed: int, lanes: int, each: int, held: int) -> None:
    done = asyncio.run(work_off(seed, lanes, each, held))
    assert sorted(done) == list(range(lanes))
    for lane in range(lanes):
        assert done[lane] == [lane + 1 + lanes * n for n in range(each)]


async def _a_lane_that_hangs() -> list[str]:
    done: list[str] = []
    forever = asyncio.Event()

    async def work(tag: str, item: Item) -> float | None:
        if tag.startswith("slow"):
            await forever.wait()
        done.append(tag)
        return None

    async def load(lane: int, after: int, most: int) -> list[Item]:
        return []

    worker = Lanes(work, load, lambda tag: tag.partition(" ")[0])
    for n in range(1_000):
        worker.put(n, f"slow {n}", Item(n + 1, b"", 0))
    for n in range(10):
        worker.put(2_000 + n, f"quick {n}", Item(n + 1, b"", 0))
    async with asyncio.timeout(30):
        while len(done) < 10:
            await asyncio.sleep(0.001)
    quick = list(done)
    forever.set()
    await worker.close()
    return quick


def test_an_owner_that_hangs_keeps_no_other_waiting() -> None:
    assert asyncio.run(_a_lane_that_hangs()) == [f"quick {n}" for n in range(10)]
