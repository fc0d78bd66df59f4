import asyncio
from collections.abc import AsyncIterator

import pytest

from ecluse.adapters.policy.bodies import Bodies, BodyError


async def sent(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def never() -> AsyncIterator[bytes]:
    yield b"x"
    await asyncio.Event().wait()


async def test_a_body_counts_until_it_is_let_go() -> None:
    bodies = Bodies(10)
    body = await bodies.read(sent(b"ab", b"cd"), "4", 8)
    assert (bytes(body), bodies.held) == (b"abcd", 4)
    bodies.let_go(body)
    assert bodies.held == 0


@pytest.mark.parametrize("length", [None, "-1", "x", "9", "9" * 5_000])
async def test_a_length_is_needed_and_bounded(length: str | None) -> None:
    with pytest.raises(BodyError) as error:
        await Bodies(10).read(sent(b"x" * 9), length, 8)
    assert error.value.status == 413


@pytest.mark.parametrize(("parts", "length"), [((b"abc",), "4"), ((b"abcde",), "4"), ((), "1")])
async def test_a_body_is_of_its_length(parts: tuple[bytes, ...], length: str) -> None:
    bodies = Bodies(10)
    with pytest.raises(BodyError) as error:
        await bodies.read(sent(*parts), length, 8)
    assert (error.value.status, bodies.held) == (400, 0)


async def test_all_together_are_bounded_and_none_is_a_429() -> None:
    bodies = Bodies(10)
    first = await bodies.read(sent(b"x" * 8), "8", 8)
    with pytest.raises(BodyError) as error:
        await bodies.read(sent(b"x" * 8), "8", 8)
    assert (error.value.status, bodies.held) == (503, 8)
    bodies.let_go(first)
    assert len(await bodies.read(sent(b"x" * 8), "8", 8)) == 8


async def test_a_body_that_does_not_come_holds_nothing() -> None:
    bodies = Bodies(10, 0.01)
    with pytest.raises(BodyError) as error:
        await bodies.read(never(), "4", 8)
    assert (error.value.status, bodies.held) == (408, 0)
