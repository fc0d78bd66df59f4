"""The whole way over HTTP: a provider sells newsletters until it may no longer; one client was wronged, and wins.

The past is told to the gate as it was: events carry their time, and a gate takes those of the past. What is decided is
decided now.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ecluse.cases.verify import verify
from ecluse.records import Records
from ecluse.transparency.statement import Statement, check_statement
from tests.postgres import new_database
from tests.service.running import running
from tests.service.test_sanctions import Desk, waited

NOW = datetime.now(UTC)
CLIENTS = ("daily", "weekly", "gazette")
FRESH = ("daily-2", "weekly-2", "gazette-2")
PROVIDER = "rundbrief"


def day(ago: int) -> str:
    return f"{NOW - timedelta(days=ago):%Y-%m-%d}"


TERMS = f"""
id: december
version: "1"
title: No newsletters
announced: {day(60)}
effective: {day(30)}
transition:
  - where: {{account_kinds: [business, client]}}
ladder:
  appeal: {{how: "https://example.org/appeals"}}
  account:
    strike: {{refusals: 3, within: 24h, expires: 90d}}
    steps:
      - {{id: warned, strikes: 1, then: warning}}
      - {{id: limited, strikes: 2, then: limit, for: 7d}}
  provider:
    strike: {{refusals: 6, within: 24h, accounts: 3, expires: 180d}}
    steps:
      - {{id: provider-warned, strikes: 1, then: warning}}
      - {{id: provider-suspended, strikes: 2, then: suspension, for: 30d, decided_by: person}}
      - {{id: provider-expelled, strikes: 3, then: expulsion}}
rules:
  - id: newsletter
    clause: {{en: You may not send newsletters., fr: "L'envoi de lettres d'information n'est pas permis."}}
    when: [recipients.24h > 5, reply_ratio.24h < 0.2]
    then: refuse
    basis: made up
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data = tmp_path_factory.mktemp("story") / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    options = []
    if request.param == "postgresql":
        folder: Path = request.getfixturevalue("postgres")
        url = new_database(folder)
        Records(url, migrate=True).close()
        options = ["--records", url]
    with running(data, *options) as gate:
        at_desk = Desk(gate)
        yield at_desk
        at_desk.close()


def newsletter(
    desk: Desk, ago: int, clients: tuple[str, ...] = CLIENTS, provider: str | None = PROVIDER, n: int = 10
) -> list[dict[str, Any]]:
    """What became of ten messages of each client, so many days ago; the last is the last of the last client."""
    at = int((datetime.now(UTC) - timedelta(days=ago)).timestamp() * 1000)
    events = [
        {
            "id": f"{client}-{ago}-{number}",
            "kind": "send",
            "at": at + 1000 * number,
            "sender": client,
            "recipients": [f"reader-{ago}-{number}"],
            "sender_kind": "client",
            "language": "fr" if client == "gazette" else "en",
            **({"provider": provider} if provider else {}),
        }
        for client in clients
        for number in range(n)
    ]
    answer = desk.ada.post("/v1/decisions", json=events)
    assert answer.status_code == 200, answer.text
    verdicts: list[dict[str, Any]] = answer.json()
    return verdicts


def sanctions(desk: Desk, kind: str = "provider", subject: str = PROVIDER) -> list[tuple[str, str]]:
    query = {"subject_kind": kind, "subject": subject}
    return [(one["measure"], one["status"]) for one in desk.ada.get("/v1/sanctions", params=query).json()]


def confirm(who: Any, number: int) -> dict[str, Any]:
    body = {"decision": "confirm", "note": "I looked at the ledger and the advertisements."}
    answer = who.post(f"/v1/sanctions/{number}/signatures", json=body)
    assert answer.status_code == 200, answer.text
    signed: dict[str, Any] = answer.json()
    return signed


def test_a_provider_of_newsletters(desk: Desk, tmp_path: Path) -> None:
    _announced_and_warned(desk)
    _refused_and_limited(desk)
    suspension = _suspended_after_review(desk)
    expulsion = _expelled_with_two_signatures(desk)
    _case_is_verified_elsewhere(desk, tmp_path, expulsion)
    _one_client_appeals_and_wins(desk)
    _the_report_counts_it_all(desk, suspension)
    verification = desk.ada.get("/v1/audit/verification").json()
    assert (verification["whole"], verification["flaws"]) == (True, [])


def _announced_and_warned(desk: Desk) -> None:
    assert desk.ada.get("/v1/terms").json()["versions"][0]["announced"] == f"{day(60)}T00:00:00Z"
    verdicts = newsletter(desk, 40)
    assert {one["outcome"] for one in verdicts} == {"pass"}
    assert verdicts[-1]["warnings"][0]["refused_from"] == f"{day(30)}T00:00:00Z"
    told = waited(lambda: desk.ada.get("/v1/notices").json(), lambda found: len(found) == 3)
    assert sorted((one["subject"], one["kind"], one["language"]) for one in told) == [
        ("daily", "transition", "en"),
        ("gazette", "transition", "fr"),
        ("weekly", "transition", "en"),
    ]
    assert "ask people to write to you first" in next(one["body"] for one in told if one["subject"] == "daily")


def _refused_and_limited(desk: Desk) -> None:
    verdicts = newsletter(desk, 20)
    assert [one["outcome"] for one in verdicts[:10]] == ["pass"] * 5 + ["refuse"] * 5
    waited(lambda: sanctions(desk), lambda found: found == [("warning", "in_force")])
    newsletter(desk, 18)
    waited(lambda: sanctions(desk), lambda found: len(found) == 2)
    for client in CLIENTS:
        assert sanctions(desk, "account", client) == [("warning", "in_force"), ("limit", "in_force")]
    held = newsletter(desk, 0, provider=None, n=1)
    assert [(one["outcome"], one["sanction"]["capability"]) for one in held] == [("refuse", "start")] * 3
    asked = desk.decide("weekly", sender="reader-20-0")
    answered = desk.decide("reader-20-0", sender="weekly")
    assert (asked["outcome"], answered["outcome"]) == ("pass", "pass")


def _suspended_after_review(desk: Desk) -> int:
    assert sanctions(desk) == [("warning", "in_force"), ("suspension", "proposed")]
    number = desk.ada.get("/v1/sanctions", params={"status": "proposed"}).json()[0]["sanction"]
    still = desk.decide("anybody", sender="a-new-client", provider=PROVIDER)
    assert still["outcome"] == "pass"
    signed = confirm(desk.ada, number)
    assert (signed["status"], signed["automated_decision"]) == ("in_force", "partially")
    held = desk.decide("anybody", sender="another-client", provider=PROVIDER)
    assert (held["outcome"], held["sanction"]["sanction"]) == ("refuse", number)
    return int(number)


def _expelled_with_two_signatures(desk: Desk) -> int:
    newsletter(desk, 16, FRESH)  # under new numbers, before the suspension came
    waited(lambda: sanctions(desk), lambda found: len(found) == 3)
    (proposed,) = desk.ada.get("/v1/sanctions", params={"status": "proposed"}).json()
    assert (proposed["measure"], proposed["signatures_needed"]) == ("expulsion", 2)
    assert confirm(desk.ada, proposed["sanction"])["status"] == "proposed"
    signed = confirm(desk.bob, proposed["sanction"])
    lead = datetime.fromisoformat(signed["from"]) - datetime.now(UTC)
    assert (signed["status"], round(lead / timedelta(days=1))) == ("announced", 30)
    notices = [one for one in desk.ada.get("/v1/notices").json() if one["subject"] == PROVIDER]
    assert [one["kind"] for one in notices] == ["sanction", "sanction", "announced"]
    return int(proposed["sanction"])


def _case_is_verified_elsewhere(desk: Desk, tmp_path: Path, expulsion: int) -> None:
    proposal = {"title": "Rundbrief", "summary": "Sells newsletters.", "terms": TERMS, "rules": ["newsletter"]}
    number = desk.ada.post("/v1/cases", json=proposal).json()["case"]
    path = f"/v1/cases/{number}"
    party = {"role": "respondent", "name": "Rundbrief GmbH", "subject_kind": "provider", "subject": PROVIDER}
    claim = {"kind": "claim", "title": "Prices", "text": "80,000 a day", "url": "https://rundbrief.example/"}
    letter = {"kind": "cease_and_desist", "recipient": "Rundbrief GmbH", "service": "Messenger", "due": "2099-01-01"}
    for step, body in (
        ("parties", party),
        ("evidence", claim | {"found_by": "Bob"}),
        ("evidence", {"provider": PROVIDER}),
        *(("evidence", {"account": client}) for client in CLIENTS),
        ("timeline", {"words": f"Expelled by sanction {expulsion}."}),
        ("letters", letter),
    ):
        answer = desk.ada.post(f"{path}/{step}", json=body)
        assert answer.status_code == 200, answer.text
    key = desk.ada.get("/v1/cases/key").json()
    elsewhere = tmp_path / "counsel" / "case.zip"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(desk.ada.post(f"{path}/bundle").content)
    manifest = verify(elsewhere, key["fingerprint"])
    (row,) = desk.ada.get("/v1/audit", params={"after": manifest.audit.seq - 1, "limit": 1}).json()
    assert (row["digest"], row["act"]) == (manifest.audit.digest, "export_case")


def _one_client_appeals_and_wins(desk: Desk) -> None:
    limit = desk.standing("weekly")["sanctions"][1]["sanction"]
    words = {"sanction": limit, "words": "These were answers to our readers' questions.", "kind": "human_review"}
    appeal = desk.ada.post("/v1/appeals", json=words).json()["appeal"]
    assert desk.bob.post(f"/v1/appeals/{appeal}/assign").status_code == 200
    unseen = {"outcome": "reversed", "answer": "They had asked for it."}
    assert desk.bob.post(f"/v1/appeals/{appeal}/decide", json=unseen).json()["field"] == "seen"
    shown = desk.bob.post(f"/v1/appeals/{appeal}/file").json()
    assert [one["words"] for one in shown["appeals"]] == [words["words"]]
    answer = unseen | {"seen": ["the readers' questions, of 3 December"]}
    assert desk.bob.post(f"/v1/appeals/{appeal}/decide", json=answer).json()["status"] == "reversed"
    standing = desk.standing("weekly")
    assert [one["status"] for one in standing["sanctions"]] == ["in_force", "reversed"]
    assert [one["counts"] for one in standing["strikes"]] == [False, False]
    (review,) = desk.ada.get(f"/v1/sanctions/{limit}/reviews").json()
    assert (review["reviewer"].endswith("(Bob)"), review["outcome"]) == (True, "reversed")
    seen = [one["what"] for one in review["seen"]]
    assert seen[0] == f"sanction {limit}"
    assert seen[-1] == "the readers' questions, of 3 December"
    outcomes = {client: desk.decide("somebody-new", sender=client)["outcome"] for client in CLIENTS}
    assert outcomes == {"daily": "refuse", "weekly": "pass", "gazette": "refuse"}


def _the_report_counts_it_all(desk: Desk, suspension: int) -> None:
    period = {"from": day(1), "to": f"{datetime.now(UTC):%Y-%m-%d}"}
    report = desk.ada.get("/v1/transparency", params=period).json()
    counted: dict[tuple[str, str, str], int] = {}
    for row in report["decided"]:
        key = row["measure"], row["subject_kind"], row["automated_decision"]
        counted[key] = counted.get(key, 0) + row["decisions"]
    assert counted == {
        ("warning", "account", "fully"): 6,
        ("limit", "account", "fully"): 3,
        ("warning", "provider", "fully"): 1,
        ("suspension", "provider", "partially"): 1,
        ("expulsion", "provider", "partially"): 1,
    }
    (rule,) = report["rules"]
    assert (rule["rule"], rule["decisions"], rule["appealed"], rule["reversed"]) == ("newsletter", 12, 1, 1)
    appeals = report["appeals"]
    assert (appeals["received"], appeals["human_reviews"], appeals["reversed"]) == (1, 1, 1)
    assert {row["found"] for row in report["decided"]} == {"before any report"}
    assert report["dsa"]["a17_statements"] == 5
    bodies = [msgspec.json.decode(line) for line in desk.ada.get("/v1/statements", params=period).text.splitlines()]
    assert [len(body["statements"]) for body in bodies] == [5]
    published = desk.ada.get(f"/v1/sanctions/{suspension}/statement").json()["published"]
    check_statement(Statement(**{name: tuple(v) if isinstance(v, list) else v for name, v in published.items()}))
