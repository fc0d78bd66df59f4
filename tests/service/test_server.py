import json
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.service.running import TERMS, Running, running, send, start, wait


def rows(gate: Running, account: str) -> int:
    with gate.http("read") as http:
        return len(http.get(f"/v1/accounts/{account}", params={"at": "latest"}).json()["rows"])


def test_a_gate_that_was_killed_knows_what_it_had_answered(tmp_path: Path) -> None:
    (tmp_path / "terms.yaml").write_text(TERMS)
    options = ("--terms", str(tmp_path / "terms.yaml"), "--no-auth")
    process, port = start(tmp_path / "data", *options)
    url = f"http://127.0.0.1:{port}"
    wait(process, url)
    for i in range(3):
        assert httpx.post(f"{url}/v1/decisions", json=send("ada", f"p{i}")).json()["outcome"] == "pass"
    process.kill()
    process.communicate()
    with running(tmp_path / "data") as gate:
        assert rows(gate, "ada") == 3
        assert gate.post(send("ada", "p3")).json()["outcome"] == "refuse"
        gate.process.send_signal(signal.SIGTERM)
        assert gate.process.wait(30) == 0
        assert len(list((tmp_path / "data").glob("snapshot-*.ecl"))) == 1
        assert gate.process.stderr is not None
        said = [json.loads(line) for line in gate.process.stderr.read().splitlines()]
    assert [line["event"] for line in said] == ["ready", "stopped"]
    with running(tmp_path / "data") as gate:
        assert rows(gate, "ada") == 3


def test_logs_hold_no_ids(running_gate: Running, tmp_path: Path) -> None:
    with running(tmp_path / "data") as gate:
        gate.post(send("a-secret-sender", "a-secret-recipient", id="a-secret-event"))
        gate.post(send("a-secret-sender", "a-secret-recipient", at=1))
        gate.process.send_signal(signal.SIGTERM)
        assert gate.process.wait(30) == 0
        assert gate.process.stderr is not None
        assert b"secret" not in gate.process.stderr.read()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "nothing is remembered there, and no terms are given"),
        (("--terms", "{terms}"), "terms.yaml:1"),
        (("--no-auth", "--host", "0.0.0.0"), "loopback"),
        (("--memory", "lots"), "a number of bytes"),
    ],
)
def test_what_does_not_start_says_why(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    (tmp_path / "terms.yaml").write_text("rules: 3\n")
    process, _ = start(tmp_path / "data", *[option.format(terms=tmp_path / "terms.yaml") for option in options])
    _, told = process.communicate()
    assert process.returncode != 0
    assert said in " ".join(told.decode().replace("│", " ").split())


def test_a_second_gate_on_the_same_port_or_folder_does_not_start(running_gate: Running, tmp_path: Path) -> None:
    process, _ = start(running_gate.data)
    assert "in use by another gate" in told(process)
    (tmp_path / "terms.yaml").write_text(TERMS)
    options = ("--terms", str(tmp_path / "terms.yaml"), "--port", str(running_gate.port))
    process, _ = start(tmp_path / "data", *options)
    assert "Address already in use" in told(process)


def told(process: subprocess.Popen[bytes]) -> str:
    try:
        _, said = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 1
    return " ".join(said.decode().split())
