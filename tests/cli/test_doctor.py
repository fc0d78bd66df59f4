"""What ``ecluse doctor`` says, and with what it ends. A room, a module and a policy server: tests/servers/matrix."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ecluse.cli import app
from tests.service.running import free_port
from tests.service.test_line_door import Doors, doors_of


def doctor(*options: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["doctor", *map(str, options)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    with doors_of(tmp_path_factory.mktemp("doctor")) as doors:
        yield doors


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A web server that is neither a homeserver nor a gate."""
    folder = tmp_path_factory.mktemp("page")
    (folder / "index.html").write_text("Hello")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(folder))  # type: ignore[arg-type]

        def log_message(self, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_gate_that_judges_is_good_at_either_door(doors: Doors, tmp_path: Path) -> None:
    assert doctor("--gate", doors.path) == (0, "good  the gate judges\n")
    (tmp_path / "key").write_text(doors.gate.keys["decide"] + "\n")
    at = f"127.0.0.1:{doors.port}"
    assert doctor("--gate", at, "--key-file", tmp_path / "key") == (0, "good  the gate judges\n")
    (tmp_path / "key").write_text("ecl_nonsense")
    code, said = doctor("--gate", at, "--key-file", tmp_path / "key")
    assert (code, said.startswith("open  the gate does not judge")) == (1, True)


def test_no_gate_is_not_good(tmp_path: Path, page: str) -> None:
    """It said so of every address once, for it asked nothing."""
    for address in (tmp_path / "none.sock", f"127.0.0.1:{free_port()}", page.removeprefix("http://")):
        code, said = doctor("--gate", address)
        assert (code, said.startswith("open  the gate does not judge")) == (1, True), said


def test_what_can_not_be_read_is_said_in_a_line(tmp_path: Path, page: str) -> None:
    (tmp_path / "token").write_text("t")
    room = ("--room", "!r:x", "--token-file", tmp_path / "token", "--homeserver")
    for options, word in (
        (("--metrics", f"{page}/metrics"), "status 404"),
        (("--metrics", page), "Synapse has no module"),
        (("--metrics", "nonsense"), "could not be read"),
        (("--metrics", f"http://127.0.0.1:{free_port()}/"), "could not be read"),
        ((*room, page), "status 404"),
        ((*room, "http://[nonsense"), "could not be read"),
        (("--policy-name", page.removeprefix("http://")), "does not answer"),
        (("--gate", "x", "--key-file", tmp_path / "none"), "No such file"),
        (("--policy-name", "x", "--ca", tmp_path / "none"), "No such file"),
    ):
        code, said = doctor(*options)
        assert (code, word in said) == (1, True), (options, said)


def test_what_is_missing_is_said() -> None:
    assert "nothing to look at" in doctor()[1]
    code, said = doctor("--room", "!r:x")
    assert (code, "--homeserver" in said) == (2, True)
