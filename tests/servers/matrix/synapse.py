"""A real Synapse in a process of its own, at a port of loopback of its own, with Écluse's module installed beside it.

Synapse comes from PyPI, as ``synapse.lock`` has it, into an environment of its own in the cache folder: once. Écluse is
built as a wheel and installed without its dependencies, as an operator does it.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
import yaml

from tests.service.running import free_port

PROJECT = Path(__file__).parents[3]
LOCK = Path(__file__).with_name("synapse.lock")
SERVER = "hs1.test"
SECRET = "registered by the tests"
STARTED_MAX_S = 600


def cache_folder() -> Path:
    """Where kernels and environments are kept."""
    return Path(os.environ.get("ECLUSE_CACHE_DIR", PROJECT / ".cache"))


def environment() -> Path:
    """The Python of an environment with Synapse. Skips the test, saying why, where it can't be installed."""
    digest = hashlib.sha256(LOCK.read_bytes() + sys.version.encode()).hexdigest()[:12]
    folder = cache_folder() / f"synapse-{digest}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    python = folder / "bin" / "python"
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            venv.create(folder, with_pip=True)
            pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
            done = subprocess.run([*pip, "--require-hashes", "-r", LOCK], capture_output=True, text=True)
            if done.returncode:
                shutil.rmtree(folder, ignore_errors=True)
                pytest.skip(f"Synapse can't be installed here: {done.stderr.strip().splitlines()[-1:]}")
            (folder / "ready").touch()
    return python


def module_folder(python: Path, folder: Path) -> Path:
    """Écluse's wheel, installed without dependencies into a folder of its own for Synapse's Python."""
    wheel = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel"]
    subprocess.run(
        [*wheel, "--no-deps", "--no-build-isolation", "--wheel-dir", folder / "wheel", PROJECT], check=True, cwd=folder
    )
    (made,) = (folder / "wheel").glob("*.whl")
    site = folder / "site"
    install = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", site, made], check=True, cwd=folder)
    return site


class Synapse(NamedTuple):
    """A Synapse that runs."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]
    name: str = SERVER

    def register(self, name: str, *, admin: bool = False) -> str:
        """Make an account with the shared secret. Returns its access token."""
        url = f"{self.url}/_synapse/admin/v1/register"
        nonce = httpx.get(url, timeout=60).json()["nonce"]
        said = "\0".join([nonce, name, "password", "admin" if admin else "notadmin"])
        mac = hmac.new(SECRET.encode(), said.encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": "password", "admin": admin, "mac": mac}
        answer = httpx.post(url, json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def metrics(self) -> dict[str, float]:
        """Metrics of the module, by name and labels as they are written."""
        text = httpx.get(f"{self.url}/_synapse/metrics", timeout=60).text
        lines = [line.rpartition(" ") for line in text.splitlines() if line.startswith("ecluse_")]
        return {name: float(value) for name, _, value in lines}

    def log(self) -> str:
        """What it has written."""
        return (self.folder / "log").read_text()


def write_settings(folder: Path, port: int, module: dict[str, Any] | None, more: dict[str, Any]) -> Path:
    """A small homeserver: SQLite, one listener, no limits of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    free = {"per_second": 100_000, "burst_count": 100_000}
    (folder / "log.yaml").write_text(
        yaml.safe_dump(
            {
                "version": 1,
                "disable_existing_loggers": False,
                "handlers": {"file": {"class": "logging.FileHandler", "filename": str(folder / "log")}},
                "root": {"level": "WARNING", "handlers": ["file"]},
            }
        )
    )
    settings: dict[str, Any] = {
        "server_name": SERVER,
        "pid_file": str(folder / "pid"),
        "listeners": [
            {
                "port": port,
                "type": "http",
                "bind_addresses": ["127.0.0.1"],
                "resources": [{"names": ["client", "federation", "metrics"]}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "synapse.db")}},
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "signing_key_path": str(folder / "signing.key"),
        "registration_shared_secret": SECRET,
        "macaroon_secret_key": "of the tests",
        "form_secret": "of the tests",
        "report_stats": False,
        "enable_metrics": True,
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "trusted_key_servers": [],
        "bcrypt_rounds": 4,
        "presence": {"enabled": False},
        "encryption_enabled_by_default_for_room_type": "off",
        "rc_message": free,
        "rc_registration": free,
        "rc_login": {"address": free, "account": free, "failed_attempts": free},
        "rc_invites": {"per_room": free, "per_user": free, "per_issuer": free},
        "rc_joins": {"local": free, "remote": free},
        "rc_joins_per_room": free,
        "rc_room_creation": free,
        "rc_reports": free,
        "rc_admin_redaction": free,
        "modules": [] if module is None else [{"module": "ecluse.adapters.synapse.Gate", "config": module}],
        **more,
    }
    settings["listeners"] += settings.pop("extra_listeners", [])
    path = folder / "homeserver.yaml"
    path.write_text(yaml.safe_dump(settings))
    return path


def federating(port: int, ca: Path, cert: Path, key: Path) -> dict[str, Any]:
    """Settings of a homeserver that others reach at a port of loopback, by TLS."""
    resources = [{"names": ["federation"]}]
    listener = {"port": port, "type": "http", "tls": True, "bind_addresses": ["127.0.0.1"], "resources": resources}
    return {
        "server_name": f"localhost:{port}",
        "tls_certificate_path": str(cert),
        "tls_private_key_path": str(key),
        "federation_custom_ca_list": [str(ca)],
        "ip_range_whitelist": ["127.0.0.1/32", "::1/128"],
        "extra_listeners": [listener],
    }


@contextmanager
def running_synapse(
    python: Path,
    site: Path,
    folder: Path,
    module: dict[str, Any] | None,
    *,
    port: int | None = None,
    **more: Any,
) -> Iterator[Synapse]:
    """A Synapse that serves until the end of the block. module: the module's settings; None: without it."""
    port = port or free_port()
    path = write_settings(folder, port, module, more)
    command = [str(python), "-m", "synapse.app.homeserver", "--config-path", str(path)]
    environ = os.environ | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    if not (folder / "signing.key").exists():
        subprocess.run([*command, "--generate-keys"], check=True, env=environ, cwd=folder, capture_output=True)
    with open(folder / "output", "ab") as output:
        process = subprocess.Popen(command, env=environ, cwd=folder, stdout=output, stderr=output)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url, folder)
        yield Synapse(url, folder, process, more.get("server_name", SERVER))
        process.terminate()
        process.wait(60)
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    give_up = time.monotonic() + STARTED_MAX_S
    while process.poll() is None and time.monotonic() < give_up:
        try:
            if httpx.get(f"{url}/health").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"Synapse did not start: {(folder / 'output').read_text()[-4000:]}")
