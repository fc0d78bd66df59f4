"""Sanctions over HTTP: laid, signed, lifted, appealed, each at the next event, with notice, reason and audit row."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ecluse.records import Records
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope
from tests.postgres import new_database
from tests.service.running import Running, now_ms, running, send

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
    """Three persons with keys of their own, at a running gate."""

    def __init__(self, gate: Running) -> None:
        self.gate = gate
        keys = KeyStore(gate.data / KEYS)
        scopes = [Scope.ADMIN, Scope.READ, Scope.DECIDE]
        tokens = [keys.create(name, scopes, now_s=1).token for name in ("Ada", "Bob", "Eve")]
        keys.close()
        self.ada, self.bob, self.eve = map(self._http, tokens)

    def close(self) -> None:
        for http in (self.ada, self.bob, self.eve):
            http.close()

    def _http(self, token: str) -> httpx.Client:
        return httpx.Client(base_url=self.gate.url, headers={"authorization": f"Bearer {token}"}, timeout=60)

    def decide(self, *recipients: str, sender: str, **more: Any) -> dict[str, Any]:
        answer = self.ada.post("/v1/decisions", json=send(sender, *recipients, **more))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def lay(self, account: str, who: httpx.Client | None = None, **fields: Any) -> dict[str, Any]:
        body = {"measure": "limit", "rule": "three-strangers", "facts": "Seen by hand.", "lasts_s": 3600} | fields
        given = {field: value for field, value in body.items() if value is not None}
        answer = (who or self.ada).post(f"/v1/accounts/{account}/sanctions", json=given)
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
        Records(url, migrate=True).close()
        options = ["--records", url]
    with running(data, *options) as gate:
        at_desk = Desk(gate)
        yield at_desk
        at_desk.close()


def waited(look: Callable[[], Any], until: Callable[[Any], bool] = bool) -> Any:
    """What ``look`` finds once it is there: the clerk writes a few times a second."""
    give_up = time.monotonic() + 60
    while not until(found := look()) and time.monotonic() < give_up:
        time.sleep(0.05)
    return found


def problem(answer: httpx.Response) -> tuple[int, str, str | None]:
    return answer.status_code, answer.json()["code"], answer.json().get("field")


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


def test_an_expulsion_takes_two_persons_and_is_announced_to_a_business(desk: Desk) -> None:
    proposed = desk.lay("shop", measure="expulsion", lasts_s=None, business=True)
    number = proposed["sanction"]
    assert (proposed["status"], proposed["signatures_needed"], len(proposed["signatures"])) == ("proposed", 2, 1)
    path = f"/v1/sanctions/{number}/signatures"
    alone = desk.ada.post(path, json={"decision": "confirm", "note": "I say it twice."})
    assert problem(alone) == (422, "invalid", "key")
    assert desk.decide("new", sender="shop")["outcome"] == "pass"
    signed = desk.bob.post(path, json={"decision": "confirm", "note": "So do I."}).json()
    assert (signed["status"], [one["decision"] for one in signed["signatures"]]) == ("announced", ["confirm"] * 2)
    begins = datetime.fromisoformat(signed["from"]) - datetime.now(UTC)
    assert timedelta(days=29, hours=23) < begins <= timedelta(days=30)
    assert desk.decide("new", sender="shop")["outcome"] == "pass"
    assert desk.bob.post(path, json={"decision": "confirm", "note": "So do I."}).json() == signed
    late = desk.eve.post(path, json={"decision": "confirm", "note": "Me too."})
    assert problem(late)[:2] == (409, "conflict")
    (notice,) = desk.ada.get("/v1/notices", params={"account": "shop"}).json()
    assert (notice["kind"], notice["title"]) == ("announced", "Announced: Your account is closed")
    assert desk.audit(f"sanction {number}") == ["propose", "confirm"]


def test_a_proposal_may_be_dismissed(desk: Desk) -> None:
    number = desk.lay("ham", measure="expulsion", lasts_s=None)["sanction"]
    body = {"decision": "dismiss", "note": "No reason for it."}
    dismissed = desk.bob.post(f"/v1/sanctions/{number}/signatures", json=body).json()
    assert (dismissed["status"], dismissed["ended_why"]) == ("dismissed", "No reason for it.")
    assert desk.decide("new", sender="ham")["outcome"] == "pass"
    assert desk.ada.get("/v1/notices", params={"account": "ham"}).json() == []


def test_an_expelled_owner_does_not_register_again(desk: Desk) -> None:
    desk.decide("friend", sender="ex", device="phone-1")
    number = desk.lay("ex", measure="expulsion", lasts_s=None)["sanction"]
    desk.bob.post(f"/v1/sanctions/{number}/signatures", json={"decision": "confirm", "note": "Yes."})
    for account, device in (("ex", "phone-2"), ("new-number", "phone-1")):
        event = {"kind": "register", "at": now_ms(), "sender": account, "device": device}
        assert desk.ada.post("/v1/decisions", json=event).json()["outcome"] == "refuse"
    assert desk.decide("friend", sender="ex")["sanction"]["capability"] == "all"


def test_a_decision_says_its_reasons(desk: Desk) -> None:
    laid = desk.lay("why", facts="A person counted 40 complaints.")
    statement = desk.ada.get(f"/v1/sanctions/{laid['sanction']}/statement").json()
    published, recipient = statement["published"], statement["recipient"]
    assert published["decision_provision"] == "DECISION_PROVISION_PARTIAL_SUSPENSION"
    assert published["incompatible_content_explanation"] == "You may write to three strangers an hour."
    assert (published["automated_decision"], published["source_type"]) == (
        "AUTOMATED_DECISION_NOT_AUTOMATED",
        "SOURCE_VOLUNTARY",
    )
    assert "why" not in msgspec.json.encode(published).decode().replace("why it", "").split()
    assert (recipient["subject"], recipient["facts"]) == ("why", "A person counted 40 complaints.")
    assert "answer" in recipient["left"]
    assert recipient["appeal"]["how"] == "write to appeals@example.org"


def test_refusals_make_a_strike_and_the_ladder_a_warning(desk: Desk) -> None:
    for number in range(8):
        desk.decide(f"stranger-{number}", sender="spammer", language="fr")
    standing = waited(lambda: desk.standing("spammer"), lambda found: found["sanctions"])
    (strike,), (sanction,) = standing["strikes"], standing["sanctions"]
    assert (strike["rule"], strike["counts"], strike["figures"][0]["limit"]) == ("three-strangers", True, 3.0)
    assert (sanction["measure"], sanction["step"], sanction["decided_by"]) == ("warning", "warned", "gate")
    assert sanction["automated_decision"] == "fully"
    (notice,) = desk.ada.get("/v1/notices", params={"account": "spammer"}).json()
    assert (notice["language"], notice["title"]) == ("fr", "Avertissement")
    assert "Une machine a décidé" in notice["body"]
    assert desk.audit(f"strike {strike['strike']}") == ["strike"]


def test_an_appeal_that_is_right_undoes_the_sanction_and_its_strikes(desk: Desk) -> None:
    for number in range(8):
        desk.decide(f"guest-{number}", sender="bride")
    waited(lambda: desk.standing("bride")["sanctions"])
    limited = desk.lay("bride", takes=["start"])
    assert desk.decide("cousin", sender="bride")["outcome"] == "refuse"
    filing = {"sanction": limited["sanction"], "words": "It is my wedding. 你好", "language": "es", "request": "a-1"}
    appeal = desk.ada.post("/v1/appeals", json=filing).json()
    assert (appeal["status"], appeal["words"], appeal["language"]) == ("open", "It is my wedding. 你好", "es")
    assert desk.ada.post("/v1/appeals", json=filing).json() == appeal
    path = f"/v1/appeals/{appeal['appeal']}"
    assert problem(desk.ada.post(f"{path}/assign")) == (422, "invalid", "key")
    assert desk.bob.post(f"{path}/assign").json()["assigned_to"].endswith("(Bob)")
    answer = {"outcome": "reversed", "answer": "A wedding is no newsletter."}
    decided = desk.bob.post(f"{path}/decide", json=answer).json()
    assert (decided["status"], decided["answer"]) == ("reversed", "A wedding is no newsletter.")
    assert desk.bob.post(f"{path}/decide", json=answer).json() == decided
    standing = desk.standing("bride")
    assert [one["status"] for one in standing["sanctions"]] == ["in_force", "reversed"]
    assert [strike["counts"] for strike in standing["strikes"]] == [False]
    assert desk.decide("bride", sender="cousin")["outcome"] == "pass"
    verdict = desk.decide("cousin", sender="bride")
    assert (verdict["outcome"], verdict["sanction"]) == ("pass", None)
    kinds = [one["kind"] for one in desk.ada.get("/v1/notices", params={"account": "bride"}).json()]
    assert kinds == ["sanction", "sanction", "appeal_received", "appeal_reversed"]
    assert desk.audit(f"appeal {appeal['appeal']}") == ["appeal", "assign", "decide"]
    again = desk.ada.post("/v1/appeals", json={"sanction": limited["sanction"], "words": "Again."})
    assert problem(again)[:2] == (409, "conflict")


def test_a_notice_is_marked_delivered_once(desk: Desk) -> None:
    desk.lay("told")
    (notice,) = desk.ada.get("/v1/notices", params={"account": "told", "pending": True}).json()
    first = desk.ada.post(f"/v1/notices/{notice['notice']}/delivered").json()
    assert first["delivered_by"] == "poll"
    assert desk.bob.post(f"/v1/notices/{notice['notice']}/delivered").json() == first
    assert desk.ada.get("/v1/notices", params={"account": "told", "pending": True}).json() == []


def test_fifty_at_once_lose_nothing_and_double_nothing(desk: Desk) -> None:
    """Forty ask for the same sanction by one id of theirs, ten for sanctions of their own; then fifty lift them."""

    def ask(number: int) -> dict[str, Any]:
        request = "the-same" if number < 40 else f"own-{number}"
        return desk.lay("crowd", takes=["start"], request=request)

    with ThreadPoolExecutor(50) as pool:
        laid = list(pool.map(ask, range(50)))
    numbers = sorted({one["sanction"] for one in laid})
    standing = desk.standing("crowd")
    assert (len({one["sanction"] for one in laid[:40]}), len(numbers)) == (1, 11)
    assert [one["sanction"] for one in standing["sanctions"]] == numbers
    assert len(desk.ada.get("/v1/notices", params={"account": "crowd"}).json()) == 11
    assert [desk.audit(f"sanction {number}") for number in numbers] == [["lay"]] * 11
    assert desk.decide("new", sender="crowd")["outcome"] == "refuse"

    def lift(place: int) -> int:
        path = f"/v1/sanctions/{numbers[place % 11]}/lift"
        return desk.bob.post(path, json={"why": f"The {place}th."}).status_code

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(lift, range(50))) == {200}
    assert [desk.audit(f"sanction {number}") for number in numbers] == [["lay", "lift"]] * 11
    assert {one["status"] for one in desk.standing("crowd")["sanctions"]} == {"lifted"}
    assert desk.decide("new", sender="crowd")["outcome"] == "pass"
    verification = desk.ada.get("/v1/audit/verification").json()
    assert (verification["whole"], verification["flaws"]) == (True, [])


def test_fifty_at_once_on_one_case_lose_nothing_and_double_nothing(desk: Desk) -> None:
    """Fifty lines, parties and pieces of evidence at once; forty openings by one id; then ten exports at once."""
    proposal = {"title": "Rush", "summary": "s", "terms": "december-2019", "rules": ["answers"], "request": "one-case"}
    with ThreadPoolExecutor(40) as pool:
        opened = list(pool.map(lambda _: desk.ada.post("/v1/cases", json=proposal).json()["case"], range(40)))
    assert len(set(opened)) == 1
    path = f"/v1/cases/{opened[0]}"

    def add(number: int) -> int:
        step, body = (
            ("timeline", {"words": f"line {number}", "at": "2026-11-19"}),
            ("parties", {"role": "client", "name": f"party {number}"}),
            ("evidence", {"kind": "claim", "text": f"claim {number}", "url": "https://example.org/"}),
        )[number % 3]
        return (desk.ada, desk.bob)[number % 2].post(f"{path}/{step}", json=body).status_code

    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(add, range(150))) == {200}
    case = desk.ada.get(path).json()
    told = (
        {entry["words"] for entry in case["timeline"]},
        {party["name"] for party in case["parties"]},
        {piece["text"] for piece in case["evidence"]},
    )
    words = ("line", "party", "claim")
    assert told == tuple({f"{word} {n}" for n in range(150) if n % 3 == k} for k, word in enumerate(words))
    assert [len(case[part]) for part in ("timeline", "parties", "evidence")] == [50, 50, 50]
    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(lambda _: desk.ada.post(f"{path}/bundle").status_code, range(10))) == {200}
    acts = desk.audit(f"case {opened[0]}")
    counts = {act: acts.count(act) for act in set(acts)}
    assert counts == {"open_case": 1, "add_entry": 50, "add_party": 50, "add_evidence": 50, "export_case": 10}
    assert desk.ada.get("/v1/audit/verification").json()["whole"] is True


def test_fifty_appeals_and_fifty_answers_at_once_are_one(desk: Desk) -> None:
    number = desk.lay("rush", takes=["start"])["sanction"]
    filing = {"sanction": number, "words": "Not me."}
    with ThreadPoolExecutor(50) as pool:
        filed = list(pool.map(lambda _: desk.ada.post("/v1/appeals", json=filing).json()["appeal"], range(50)))
    (appeal,) = set(filed)
    answers = [{"outcome": ("upheld", "reversed")[n % 2], "answer": "So be it."} for n in range(50)]

    def decide(answer: dict[str, Any]) -> int:
        return desk.bob.post(f"/v1/appeals/{appeal}/decide", json=answer).status_code

    with ThreadPoolExecutor(50) as pool:
        codes = list(pool.map(decide, answers))
    outcome = desk.ada.get(f"/v1/appeals/{appeal}").json()["status"]
    assert [code for code, answer in zip(codes, answers, strict=True) if answer["outcome"] == outcome] == [200] * 25
    assert [code for code, answer in zip(codes, answers, strict=True) if answer["outcome"] != outcome] == [409] * 25
    assert desk.audit(f"appeal {appeal}") == ["appeal", "decide"]
    kinds = [one["kind"] for one in desk.ada.get("/v1/notices", params={"account": "rush"}).json()]
    assert kinds == ["sanction", "appeal_received", f"appeal_{outcome}"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"measure": "banish"}, "measure"),
        ({"rule": "none"}, "rule"),
        ({"facts": " "}, "facts"),
        ({"facts": "nul\0"}, "facts"),
        ({"lasts_s": None}, "lasts_s"),
        ({"lasts_s": 0}, "lasts_s"),
        ({"measure": "warning"}, "lasts_s"),
        ({"takes": ["shout"]}, "takes"),
        ({"takes": ["new_contacts"]}, "new_contacts"),
        ({"new_contacts": -1}, "new_contacts"),
        ({"from": "2001-01-01"}, "from"),
        ({"from": "soon"}, "from"),
        ({"found_by": "magic"}, "found_by"),
        ({"region": "x" * 41}, "region"),
        ({"subject": "other"}, "subject"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(desk: Desk, fields: dict[str, Any], field: str) -> None:
    body = {"measure": "limit", "rule": "three-strangers", "facts": "Seen.", "lasts_s": 3600} | fields
    given = {name: value for name, value in body.items() if value is not None}
    answer = desk.ada.post("/v1/accounts/untouched/sanctions", json=given)
    assert problem(answer) == (422, "invalid", field)
    assert desk.standing("untouched") == {
        "subject_kind": "account",
        "subject": "untouched",
        "strikes": [],
        "sanctions": [],
    }


def test_what_is_not_there(desk: Desk) -> None:
    for path in ("/v1/sanctions/999999", "/v1/appeals/999999", "/v1/sanctions/999999/statement"):
        assert problem(desk.ada.get(path))[:2] == (404, "not-found")
    for path, body in (
        ("/v1/sanctions/999999/lift", {"why": "x"}),
        ("/v1/appeals", {"sanction": 999999, "words": "x"}),
    ):
        assert problem(desk.ada.post(path, json=body))[:2] == (404, "not-found")


def test_a_sanction_of_no_case_or_parent_is_refused(desk: Desk) -> None:
    body = {"measure": "limit", "rule": "three-strangers", "facts": "Seen.", "lasts_s": 3600}
    for field in ("case", "parent"):
        answer = desk.ada.post("/v1/accounts/untouched/sanctions", json=body | {field: 999_999})
        assert problem(answer)[:2] == (404, "not-found")


def test_a_business_is_known_as_one_to_the_gate(desk: Desk) -> None:
    desk.decide("customer", sender="baker", sender_kind="business")
    proposed = desk.lay("baker", measure="expulsion", lasts_s=None)
    assert proposed["account_type"] == "business"
    assert datetime.fromisoformat(proposed["from"]) - datetime.fromisoformat(proposed["made"]) == timedelta(days=30)


def test_the_head_of_the_audit_is_signed(desk: Desk) -> None:
    head = desk.ada.get("/v1/audit/head").json()
    key = load_pem_public_key(desk.ada.get("/v1/cases/key").json()["pem"].encode())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(bytes.fromhex(head["signature"]), f"{head['seq']} {head['digest']} {head['at']}".encode())


def test_reading_needs_the_scope_read_and_changing_admin(desk: Desk) -> None:
    with desk.gate.http("decide") as http:
        assert problem(http.get("/v1/sanctions"))[:2] == (403, "scope-missing")
    with desk.gate.http("read") as http:
        assert http.get("/v1/sanctions").status_code == 200
        assert problem(http.post("/v1/appeals", json={}))[:2] == (403, "scope-missing")


def test_an_id_that_a_database_does_not_hold_keeps_no_other_from_being_counted(desk: Desk) -> None:
    for sender in ("nul\0", "counted"):
        outcomes = [desk.decide(f"stranger-{number}", sender=sender)["outcome"] for number in range(6)]
        assert outcomes == ["pass"] * 3 + ["refuse"] * 3
    standing = waited(lambda: desk.standing("counted"), lambda found: found.get("strikes"))
    assert [strike["rule"] for strike in standing["strikes"]] == ["three-strangers"]
