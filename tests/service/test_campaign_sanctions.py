"""A campaign is struck, sanctioned with its members and let go over HTTP, also after a restart."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ecluse.cases.verify import verify
from ecluse.records import Records
from tests.postgres import new_database
from tests.service.running import now_ms, running, send
from tests.service.test_campaigns import OFFER
from tests.service.test_sanctions import Desk, problem, waited

TERMS = """
id: test
version: "1"
title: Terms of the tests
ladder:
  campaign:
    strike: {refusals: 3, within: 24h, accounts: 3, expires: 90d}
    steps:
      - {id: held, strikes: 1, then: suspension, for: 7d, decided_by: person, members: later}
rules:
  - id: campaign
    clause: Accounts that act as one sender may not write to more than 100 strangers.
    kinds: [send, forward]
    when: [campaign.accounts >= 5, campaign.recipients > 100, peer_wrote_within.30d < 1]
    then: refuse
"""


@contextmanager
def at_desk(data: Path, *options: str) -> Iterator[Desk]:
    with running(data, *options) as gate:
        desk = Desk(gate)
        try:
            yield desk
        finally:
            desk.close()


def spread(desk: Desk, turns: range, accounts: range = range(30), name: str = "sim") -> list[dict[str, Any]]:
    """Fresh accounts take turns, an hour each, up to five hours ago and on; nobody answers."""
    now = now_ms()
    verdicts: list[dict[str, Any]] = []
    for turn in turns:
        events = [
            send(
                f"{name}{account}",
                f"{name}{account} to {turn}",
                at=now - (6 - turn) * 3_600_000 + account * 60_000,
                registered_at=now - 4 * 86_400_000,
                text=f"{OFFER} {name}",
            )
            for account in accounts
        ]
        answer = desk.ada.post("/v1/decisions", json=events)
        assert answer.status_code == 200, answer.text
        verdicts += answer.json()
    return verdicts


def children(desk: Desk, parent: int) -> dict[str, str]:
    found = desk.ada.get("/v1/sanctions", params={"limit": 1000, "parent": parent}).json()
    return {one["subject"]: one["status"] for one in found}


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, tuple[str, ...]]:
    """A data folder with these terms, and the options that name its records."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    if request.param == "sqlite":
        return data, ()
    url = new_database(request.getfixturevalue("postgres"))
    Records(url, migrate=True).close()
    return data, ("--records", url)


def test_a_campaign_is_struck_suspended_with_its_members_and_let_go(place: tuple[Path, tuple[str, ...]]) -> None:
    data, options = place
    with at_desk(data, *options) as desk:
        verdicts = spread(desk, range(4))
        refused = [one for one in verdicts if one["outcome"] == "refuse"]
        assert refused
        assert {one["rules"][0]["rule"] for one in refused} == {"campaign"}
        (campaign,) = desk.ada.get("/v1/campaigns").json()
        about = {"subject_kind": "campaign", "subject": campaign["id"]}
        found = waited(lambda: desk.ada.get("/v1/sanctions", params=about).json())
        (proposed,) = found
        assert (proposed["measure"], proposed["status"], proposed["members"]) == ("suspension", "proposed", "later")
        number = proposed["sanction"]
        assert children(desk, number) == {}
        note = {"decision": "confirm", "note": "I looked at the campaign."}
        assert desk.ada.post(f"/v1/sanctions/{number}/signatures", json=note).json()["status"] == "in_force"
        known = children(desk, number)  # those who were refused in it are known by name at once
        assert known
        assert set(known.values()) == {"in_force"}
        member = min(known)
        held = desk.decide("anybody", sender=member)
        assert (held["outcome"], held["sanction"]["capability"]) == ("refuse", "all")
        told = desk.ada.get("/v1/notices", params={"account": member}).json()
        assert "act with yours as one sender" in told[0]["body"]
        assert desk.decide("a-friend", sender="somebody-honest")["outcome"] == "pass"
    with at_desk(data, *options) as desk:  # nothing is forgotten over a restart, and later members come to it
        assert desk.decide("anybody", sender=member)["outcome"] == "refuse"
        spread(desk, range(4, 5), range(30, 33))  # three new accounts begin with the same text
        spread(desk, range(5, 6), range(33))
        joined = waited(lambda: children(desk, number), lambda found: len(found) >= 30)
        assert set(known) < set(joined)
        assert len(joined) >= 30
        body = {"why": "It was a charity's."}
        assert desk.bob.post(f"/v1/sanctions/{number}/lift", json=body).json()["status"] == "lifted"
        assert set(children(desk, number).values()) == {"lifted"}
        assert desk.decide("mother", sender=member)["sanction"] is None
        standing = desk.ada.get("/v1/audit/verification").json()
        assert (standing["whole"], standing["flaws"]) == (True, [])
    with at_desk(data, *options) as desk:
        before = children(desk, number)
        spread(desk, range(5, 6), range(6))
        assert desk.decide("father", sender=member)["sanction"] is None
        assert children(desk, number) == before


def test_a_person_sanctions_those_who_belong_to_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    with at_desk(data) as desk:
        spread(desk, range(4))
        (campaign,) = desk.ada.get("/v1/campaigns").json()
        body = {
            **{"measure": "limit", "rule": "campaign", "facts": "One sender.", "lasts_s": 3600},
            **{"subject_kind": "campaign", "subject": campaign["id"]},
        }
        waited(lambda: desk.ada.get("/v1/sanctions", params={"status": "proposed"}).json())
        laid = desk.ada.post("/v1/sanctions", json=body).json()
        assert (laid["members"], laid["status"]) == ("present", "in_force")
        known = children(desk, laid["sanction"])
        assert known
        quiet = next(f"sim{n}" for n in range(30) if f"sim{n}" not in known)
        desk.decide("one more", sender=quiet, text=f"{OFFER} sim", registered_at=now_ms() - 4 * 86_400_000)
        waited(lambda: children(desk, laid["sanction"]), lambda found: quiet in found)
        assert desk.decide("and another", sender=quiet)["sanction"]["capability"] == "start"
        wrong = desk.ada.post("/v1/sanctions", json=body | {"subject": "c-1"})
        assert problem(wrong) == (422, "invalid", "campaign")
        named = desk.ada.post("/v1/sanctions", json=body | {"subject": "c-1", "members": ["mule"]}).json()
        assert (named["members"], children(desk, named["sanction"])) == ("named", {"mule": "in_force"})


def test_a_campaign_goes_into_a_case(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    with at_desk(data) as desk:
        spread(desk, range(4))
        (campaign,) = desk.ada.get("/v1/campaigns").json()
        graph = desk.ada.get(f"/v1/campaigns/{campaign['id']}/graph").json()
        assert {edge["account"] for edge in graph["edges"]} == {one["account"] for one in graph["members"]}
        assert sum(edge["recipients"] for edge in graph["edges"]) == graph["recipients"]
        assert problem(desk.ada.get("/v1/campaigns/0123456789abcdef/graph"))[:2] == (404, "not-found")
        waited(lambda: desk.ada.get("/v1/sanctions", params={"status": "proposed"}).json())
        proposal = {"title": "One sender", "summary": "s", "terms": TERMS, "rules": ["campaign"]}
        number = desk.ada.post("/v1/cases", json=proposal).json()["case"]
        path = f"/v1/cases/{number}"
        case = desk.ada.post(f"{path}/evidence", json={"campaign": campaign["id"]}).json()
        assert [one["kind"] for one in case["evidence"]] == ["campaign", "verdicts", "sanctions", "terms"]
        forged = {"kind": "campaign", "text": "x"}
        assert problem(desk.ada.post(f"{path}/evidence", json=forged)) == (422, "invalid", "kind")
        twice = {"account": "ada", "campaign": campaign["id"]}
        assert problem(desk.ada.post(f"{path}/evidence", json=twice)) == (422, "invalid", "campaign")
        sealed = tmp_path / "case.zip"
        sealed.write_bytes(desk.ada.post(f"{path}/bundle").content)
        verify(sealed, desk.ada.get("/v1/cases/key").json()["fingerprint"])
        page = zipfile.ZipFile(sealed).read("case.html").decode()
        assert page.count('class="member"') == graph["accounts"]
