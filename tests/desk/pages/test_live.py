import asyncio

from ecluse.desk.pages.live import Drawing, Watch
from tests.desk.making import writes


async def until(holds):
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


async def test_a_page_is_told_of_changes_of_its_business_alone(store):
    watch, told = Watch(store), []
    end = watch.add("flowers", lambda: told.append("flowers"))
    watch.add("fruit", lambda: told.append("fruit"))
    running = asyncio.create_task(watch.run())
    await until(lambda: sorted(told) == ["flowers", "fruit"])  # when it first looks
    await asyncio.to_thread(writes, store, "flowers")
    await until(lambda: told.count("flowers") == 2)
    end()
    await asyncio.to_thread(writes, store, "flowers")
    await asyncio.to_thread(writes, store, "fruit", wa_id="2")
    watch.call()
    await until(lambda: told.count("fruit") == 2)
    assert told.count("flowers") == 2
    running.cancel()


async def test_calls_meanwhile_draw_once_more():
    drawn, go_on = [], asyncio.Event()

    async def draw():
        drawn.append(len(drawn))
        await go_on.wait()

    drawing = Drawing(draw)
    drawing.call()
    await until(lambda: drawn == [0])
    for _ in range(5):
        drawing.call()
    go_on.set()
    await until(lambda: len(drawn) == 2)
    drawing.call()
    await until(lambda: len(drawn) == 3)
