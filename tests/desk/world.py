"""A desk beside a real business API: in this process with a clock of its own, or in a process that can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from granian.constants import Interfaces
from granian.server.embed import Server

from ecluse.desk.desk import Desk
from ecluse.desk.receiver import create_app
from tests.service.business.world import Shop, subscribe, wait_for
from tests.service.running import Running, free_port

SERVE = "from ecluse.cli.desk import desk_app; desk_app()"
BOT = (Path(__file__).parents[2] / "src/ecluse/desk/starter/flowers.yaml").read_text()
VERIFY = "word"


class Clock:
    """The machine's clock, and what it is put ahead by."""

    def __init__(self) -> None:
        self.ahead_s = 0

    def __call__(self) -> int:
        return int(time.time()) + self.ahead_s


def write_desk(folder: Path, gate_url: str, shops: dict[str, Shop], database: str, bot: str = BOT) -> Path:
    """Write the configuration of a desk for some businesses. Returns its path."""
    folder.mkdir(exist_ok=True)
    (folder / "bot.yaml").write_text(bot)
    (folder / "verify").write_text(VERIFY)
    businesses = ""
    for name, shop in shops.items():
        (folder / f"{name}.token").write_text(shop.token)
        (folder / f"{name}.secret").write_text(shop.secret)
        businesses += f"""
  - id: {name}
    name: {name}
    number: "{shop.number}"
    phone_number_id: "{shop.phone}"
    api: {gate_url}/v23.0
    token: file:{name}.token
    app_secret: file:{name}.secret
    verify_token: file:verify
    bot: bot.yaml
"""
    path = folder / "desk.yaml"
    path.write_text(f"database: env:DESK_DATABASE\nbusinesses:{businesses}")
    os.environ["DESK_DATABASE"] = database
    return path


@contextmanager
def served(app: Any, port: int) -> Iterator[None]:
    """An ASGI app on a real server, in a thread."""
    server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(),), daemon=True)
    thread.start()
    wait_for(lambda: is_up(port))
    try:
        yield
    finally:
        loop.call_soon_threadsafe(server.stop)
        thread.join(60)
        loop.close()


def is_up(port: int) -> bool:
    """Whether a desk answers there."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


class Standing:
    """A desk that is there. url: of it."""

    def __init__(self, desk: Desk, port: int, clock: Clock) -> None:
        self.desk, self.port, self.clock = desk, port, clock
        self.url = f"http://127.0.0.1:{port}"


@contextmanager
def desk_at(path: Path) -> Iterator[Standing]:
    """A desk in this process, with a clock of its own."""
    clock, port = Clock(), free_port()
    with Desk.open(path) as desk, served(create_app(desk, now_s=clock), port):
        yield Standing(desk, port, clock)


@contextmanager
def standing(gate: Running, folder: Path, shops: dict[str, Shop], database: str, bot: str = BOT) -> Iterator[Standing]:
    """A desk for some businesses, to which their webhooks go."""
    with desk_at(write_desk(folder, gate.url, shops, database, bot)) as there:
        for name, shop in shops.items():
            subscribe(gate, shop, f"{there.url}/webhook/{name}")
        yield there


class DeskProcess:
    """``ecluse desk serve`` in a process of its own, which may be killed and started again at the same port."""

    def __init__(self, path: Path) -> None:
        self._path, self.port = path, free_port()
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-c", SERVE, "serve", "--config", str(self._path), "--port", str(self.port)]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_for(lambda: is_up(self.port), 120)

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """End it as it is asked to. Returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)
