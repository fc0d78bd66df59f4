"""Sanctions over HTTP: laid, signed, lifted, appealed; each at the next event, with its notice, reason and audit row."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope
from tests.postgres import new_database
from tests.service.running import Running, running, send

TERMS = """
id: test
version: "1"
title: Terms of the tests
ladder:
  appeal: {how: write to appeals@example.org}
  account:
    strike: {refusals: 2, within: 1h, expires: 30d}
    steps:
      - {id: warned, strikes: 1, then: warning}
rules:
  - id: three-strangers
    clause: You may write to three strangers an hour.
    when: [strangers.1h > 3, peer_wrote_within.30d < 1]
    then: refuse
"""


class Desk:
    """Two persons with keys of their own, at a running gate."""

    def __init__(self, gate: Running) -> None:
        self.gate = gate
        keys = KeyStore(gate.data / KEYS)
        scopes = [Scope.ADMIN, Scope.READ, Scope.DECIDE]
        self.ada, self.bob, self.eve = (self._http(keys.create(name, scopes, now_s=1).token) for name in ("Ada", "Bob", "Eve"))
        keys.close()

    def _http(self, token: str) -> httpx.Client:
        return httpx.Client(base_url=self.gate.url, headers={"authorization": f"Bearer {token}"}, timeout=60)

    def decide(self, *recipients: str, sender: str, **more: Any) -> dict[str, Any]:
        answer = self.ada.post("/v1/decisions", json=send(sender, *recipients, **more))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def lay(self, account: str, who: httpx.Client | None = None, **fields: Any) -> dict[str, Any]:
        body = {"measure": "limit", "rule": "three-strangers", "facts": "Seen by hand.", "lasts_s": 3600} | fields
        answer = (who or self.ada).post(f"/v1/accounts/{account}/sanctions", json={k: v for k, v in body.items() if v is not None})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def standing(self, account: str) -> dict[str, Any]:
        return self.ada.get(f"/v1/accounts/{account}/sanctions").json()

    def audit(self, about: str) -> list[str]:
        return [row["act"] for row in self.ada.get("/v1/audit", params={"about": about, "limit": 1000}).json()]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data = tmp_path_factory.mktemp("sanctions") / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    options = []
    if request.param == "postgresql":
        folder: Path = request.getfixturevalue("postgres")
        url = new_database(folder)
        migrated(url)
        options = ["--records", url]
    with running(data, *options) as gate:
        yield Desk(gate)


def migrated(url: str) -> None:
    from ecluse.records import Records  # noqa: PLC0415

    Records(url, migrate=True).close()


def test_a_limit_holds_at_the_next_event_and_is_lifted_at_the_next(desk: Desk) -> None:
    laid = desk.lay("lim", takes=["start"])
    assert (laid["status"], laid["measure"], laid["signatures_needed"]) == ("in_force", "limit", 1)
    verdict = desk.decide("new", sender="lim")
    assert (verdict["outcome"], verdict["sanction"]["sanction"]) == ("refuse", laid["sanction"])
    assert verdict["sanction"]["clause"] == "You may write to three strangers an hour."
    assert verdict["sanction"]["appeal"] == "write to appeals@example.org"
    assert 3500 < verdict["retry_after"] <= 3600
    lifted = desk.bob.post(f"/v1/sanctions/{laid['sanction']}/lift", json={"why": "It was enough."}).json()
    assert (lifted["status"], lifted["ended_why"]) == ("lifted", "It was enough.")
    assert desk.decide("new", sender="lim")["outcome"] == "pass"
    again = desk.bob.post(f"/v1/sanctions/{laid['sanction']}/lift", json={"why": "Again."}).json()
    assert again == lifted
    assert desk.audit(f"sanction {laid['sanction']}") == ["lay", "lift"]
