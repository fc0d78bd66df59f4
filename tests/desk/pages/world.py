"""A desk of two businesses in a process of its own, agents who answer, and browsers to see its pages with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from ecluse.desk import founding
from ecluse.desk.agents import Agent, hash_password
from ecluse.desk.inbox import Inbox
from ecluse.desk.store import DeskStore
from tests.desk.world import DeskProcess, write_desk
from tests.service.business.world import Shop
from tests.service.running import free_port

PASSWORD = "a long password"
AGENTS = {"ada": ["flowers"], "bob": ["flowers", "fruit"], "fay": ["fruit"]}
SHOPS = {
    name: Shop("", "", f"secret of {name}", "", f"10000000000000{n}", f"3310000000{n}", f"token of {name}")
    for n, name in enumerate(("flowers", "fruit"), 1)
}


class DeskPages:
    """A desk that runs; whatever is done to its database here, another process does."""

    def __init__(self, process: DeskProcess, store: DeskStore) -> None:
        self.process, self.store = process, store
        self.url = f"http://127.0.0.1:{process.port}"

    def inbox(self, business: str = "flowers") -> Inbox:
        """An inbox, past the process."""
        return Inbox(self.store, business)


@contextmanager
def desk_pages(folder: Path, database: str, gate_url: str | None = None, shops: Any = None) -> Iterator[DeskPages]:
    """A desk with agents; its API is a gate's, or one that nobody answers at."""
    path = write_desk(folder, gate_url or f"http://127.0.0.1:{free_port()}", shops or SHOPS, database)
    for name, businesses in AGENTS.items():
        founding.add_agent(path, name, PASSWORD, businesses)
    process = DeskProcess(path)
    try:
        with DeskStore(database) as store:
            yield DeskPages(process, store)
        assert process.stop() == 0
    finally:
        process.kill()


class Window:
    """A browser window of an agent. asked: all that it asked for, whatever answered."""

    def __init__(self, browser: Browser, desk: DeskPages, **given: Any) -> None:
        self._desk = desk
        self._context = browser.new_context(**given)
        self._context.set_default_timeout(20_000)
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self._context.on("request", lambda request: self.asked.append(request.url))
        self.page = self._context.new_page()
        self.page.on("websocket", lambda socket: self.asked.append(socket.url))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: self.wrong.append(f"a dialog: {dialog.message}"))

    def sign_in(self, name: str, path: str = "/", password: str = PASSWORD) -> Page:
        """Sign in, on the way to a page."""
        self.page.goto(self._desk.url + path)
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self.page

    def open(self, path: str) -> Page:
        """Open a page; returns once it is live."""
        self.page.goto(self._desk.url + path)
        return self.page

    def close(self) -> None:
        """Close it: nothing went wrong in it, and it asked nobody but the desk for anything."""
        self._context.close()
        own = (f"{self._desk.url}/", f"{self._desk.url.replace('http', 'ws', 1)}/", "data:", "blob:")
        assert self.asked
        assert [url for url in self.asked if not url.startswith(own)] == []
        assert self.wrong == []


def agent(name: str, *businesses: str) -> Agent:
    """An agent."""
    return Agent(name, hash_password(PASSWORD), businesses)
