"""PostgreSQL goes down under a gate that serves, and comes back: decisions go on, nothing is lost, nothing doubled."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from ecluse.records import Records
from tests.postgres import Server, a_server, new_database
from tests.service.receiving import receiving
from tests.service.running import running
from tests.service.test_sanctions import Desk, waited

TERMS = """
id: test
version: "1"
title: Terms of the tests
ladder:
  account:
    strike: {refusals: 9, within: 24h, expires: 30d}
    steps:
      - {id: warned, strikes: 1, then: warning}
rules:
  - id: three-strangers
    clause: You may write to three strangers an hour.
    when: [strangers.1h > 3, peer_wrote_within.30d < 1]
    then: refuse
"""
SECRET = "a secret of sixteen"


def refused(desk: Desk, sender: str, first: int, last: int) -> list[str]:
    return [desk.decide(f"stranger-{number}", sender=sender)["outcome"] for number in range(first, last)]


def problem(answer: httpx.Response) -> tuple[int, str, int | None]:
    return answer.status_code, answer.json()["code"], answer.json().get("retry_after")


def failures(desk: Desk) -> float:
    lines = desk.ada.get("/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith("ecluse_records_failures_total")).split()[-1])


@pytest.mark.parametrize("rounds", [2])
def test_what_was_due_meanwhile_is_caught_up_once(tmp_path: Path, rounds: int) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    with a_server() as server, receiving() as receiver:
        url = new_database(server.folder)
        Records(url, migrate=True).close()
        options = ("--records", url, "--webhook", receiver.url, "--webhook-secret", SECRET)
        with running(data, *options) as gate:
            desk = Desk(gate)
            for turn in range(rounds):
                goes_down_and_comes_back(desk, server, f"-{turn}")
            told = waited(receiver.notices, lambda found: len(found) >= 6 * rounds)
            desk.close()
    kinds: dict[str, list[str]] = {}
    for one in told:
        kinds.setdefault(one["subject"], []).append(one["kind"])
    for turn in range(rounds):
        assert kinds[f"spammer-{turn}"] == ["sanction"]
        assert kinds[f"new-{turn}"] == ["sanction"]
        assert kinds[f"held-{turn}"] == ["sanction", "lifted"]
        assert kinds[f"short-{turn}"] == ["sanction", "expired"]
    assert len({one["notice"] for one in told}) == len(told) == 6 * rounds


def goes_down_and_comes_back(desk: Desk, server: Server, turn: str) -> None:
    spammer, held, short = f"spammer{turn}", f"held{turn}", f"short{turn}"
    assert refused(desk, spammer, 0, 5) == ["pass"] * 3 + ["refuse"] * 2
    number = desk.lay(held, takes=["start"])["sanction"]
    desk.lay(short, lasts_s=1)
    waited(lambda: desk.ada.get("/v1/notices", params={"pending": True}).json(), lambda found: found == [])
    before = failures(desk)
    server.stop()
    assert refused(desk, spammer, 5, 12) == ["refuse"] * 7
    assert desk.decide("anybody", sender=held)["sanction"]["sanction"] == number
    body: dict[str, Any] = {"measure": "limit", "rule": "three-strangers", "facts": "Seen.", "lasts_s": 3600}
    asked = body | {"request": f"asked-while-down{turn}"}
    for answer in (
        desk.ada.post(f"/v1/accounts/new{turn}/sanctions", json=asked),
        desk.ada.get(f"/v1/accounts/{held}/sanctions"),
        desk.ada.post(f"/v1/sanctions/{number}/lift", json={"why": "Enough."}),
        desk.ada.get("/v1/audit/head"),
    ):
        assert problem(answer) == (503, "records", 1)
        assert answer.headers["retry-after"] == "1"
    assert desk.ada.get("/readyz").status_code == 200
    assert desk.ada.get(f"/v1/accounts/{spammer}").status_code == 200
    waited(lambda: failures(desk), lambda found: found > before)
    server.start()
    standing = waited(lambda: desk.standing(spammer), lambda found: found.get("sanctions"))
    (strike,), (sanction,) = standing["strikes"], standing["sanctions"]
    assert (strike["refusals"], sanction["measure"]) == (9, "warning")
    laid = [desk.ada.post(f"/v1/accounts/new{turn}/sanctions", json=asked).json()["sanction"] for _ in range(2)]
    assert len(set(laid)) == 1
    assert desk.ada.post(f"/v1/sanctions/{number}/lift", json={"why": "Enough."}).json()["status"] == "lifted"
    assert desk.decide("anybody", sender=held)["outcome"] == "pass"
    ended = waited(lambda: desk.standing(short)["sanctions"][0], lambda found: found["status"] == "expired")
    assert ended["status"] == "expired"
    verification = desk.ada.get("/v1/audit/verification").json()
    assert (verification["whole"], verification["flaws"]) == (True, [])
