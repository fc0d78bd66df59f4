"""A real Prosody with the module, on loopback, in a folder of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.service.running import free_port

MODULES = Path(__file__).parents[2] / "src" / "ecluse" / "adapters" / "prosody"
HOST, ROOMS, GATEWAY = "xmpp.test", "rooms.xmpp.test", "gateway.xmpp.test"
PASSWORD = "secret"
USUAL = ("roster", "saslauth", "disco", "carbons", "blocklist", "register_ibr", "http_openmetrics")
"""Modules that nearly every server has, and those that the tests ask for."""
KEEPING = ("mam", "smacks")
"""Those that write each message down."""
STARTED_MAX_S = 30

CONFIG = """
run_as_root = true
daemonize = false
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
plugin_paths = {{ "{modules}" }}
interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {c2s} }}
s2s_ports = {{ }}
component_ports = {{ {component} }}
http_ports = {{ {http} }}
https_ports = {{ }}
http_interfaces = {{ "127.0.0.1" }}
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
authentication = "internal_plain"
limits = {{ }}
log = {{ info = "{folder}/prosody.log" }}
statistics = "internal"
statistics_interval = "manual"
allow_registration = true
modules_enabled = {{ {modules_enabled} }}
VirtualHost "{host}"
  http_host = "127.0.0.1"
  {settings}
Component "{rooms}" "muc"
  restrict_room_creation = false
  muc_room_locking = false
Component "{gateway}"
  component_secret = "{password}"
"""


class Prosody(NamedTuple):
    """A Prosody that runs. port: for clients. component: for components. http: for metrics."""

    folder: Path
    port: int
    component: int
    http: int
    process: subprocess.Popen[bytes]

    def log(self) -> str:
        """What it has logged."""
        return (self.folder / "prosody.log").read_text()

    def counted(self) -> dict[str, int]:
        """Events by what became of them, as its metrics say."""
        counts = {}
        for line in httpx.get(f"http://127.0.0.1:{self.http}/metrics", timeout=30).text.splitlines():
            if line.startswith("prosody_mod_ecluse__events_total{"):
                outcome = line.partition('outcome="')[2].partition('"')[0]
                counts[outcome] = int(float(line.rpartition("}")[2].split()[0]))
        return counts


def lua(value: object) -> str:
    """A setting as Lua writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else '"' + str(value) + '"'


def write_accounts(folder: Path, names: Iterable[str]) -> None:
    """Accounts, as ``prosodyctl register`` would make them, but hundreds at once."""
    accounts = folder / "data" / HOST.replace(".", "%2e") / "accounts"
    accounts.mkdir(parents=True, exist_ok=True)
    for name in names:
        (accounts / f"{name.replace('-', '%2d')}.dat").write_text(f'return {{ ["password"] = "{PASSWORD}"; }};\n')


@contextmanager
def prosody(
    folder: Path,
    names: Iterable[str],
    *,
    module: bool = True,
    others: Iterable[str] = (*USUAL, *KEEPING),
    **settings: object,
) -> Iterator[Prosody]:
    """Prosody on a folder, with accounts, until the end of the block.

    module: whether it loads ours; others: the modules besides. settings: of our module, without ``ecluse_``.
    """
    folder.mkdir(exist_ok=True)
    write_accounts(folder, names)
    c2s, component, http = free_port(), free_port(), free_port()
    shown = [f"ecluse_{name} = {lua(value)}" for name, value in settings.items()]
    shown.append(f"modules_enabled = {{ {chr(34) + 'ecluse' + chr(34) if module else ''} }}")
    text = CONFIG.format(
        folder=folder,
        modules=MODULES,
        c2s=c2s,
        component=component,
        http=http,
        host=HOST,
        rooms=ROOMS,
        gateway=GATEWAY,
        password=PASSWORD,
        settings="\n  ".join(shown),
        modules_enabled=", ".join(map(lua, others)),
    )
    (folder / "prosody.cfg.lua").write_text(text)
    command = [str(shutil.which("prosody")), "--config", str(folder / "prosody.cfg.lua"), "-F"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_port(process, c2s, folder)
        started = Prosody(folder, c2s, component, http, process)
        if module and settings.keys() & {"socket", "port"}:
            wait_for_gate(started)
        yield started
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def wait_for_gate(started: Prosody) -> None:
    """Wait until the module knows whether there is a gate: what is sent before is not judged."""
    give_up = time.monotonic() + STARTED_MAX_S
    while not any(said in started.log() for said in ("The gate answers", "There is no gate")):
        assert time.monotonic() < give_up, started.log()
        time.sleep(0.02)


def wait_for_port(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Wait until somebody listens."""
    give_up = time.monotonic() + STARTED_MAX_S
    while process.poll() is None and time.monotonic() < give_up:
        with socket.socket() as trying:
            if trying.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    log = folder / "prosody.log"
    raise AssertionError(log.read_text() if log.exists() else "Prosody did not start")
