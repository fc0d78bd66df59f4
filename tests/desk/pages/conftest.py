from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.desk.pages.world import DeskPages, Window, desk_pages


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskPages]:
    """A desk on SQLite."""
    folder = tmp_path_factory.mktemp("desk")
    with desk_pages(folder / "desk", f"sqlite:///{folder}/desk.sqlite") as opened:
        yield opened


@pytest.fixture
def window(browser: Browser, desk: DeskPages) -> Iterator[Callable[..., Window]]:
    """Opens windows, and closes them after the test."""
    windows: list[Window] = []

    def opened(**given: Any) -> Window:
        windows.append(Window(browser, desk, **given))
        return windows[-1]

    yield opened
    for one in windows:
        one.close()
