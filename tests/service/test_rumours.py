"""Rumours over HTTP, at a running gate: what spreads, fact-checks that count at the next event, feeds, evidence."""

import io
import json
import random
import subprocess
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ecluse.cases.verify import verify_file
from ecluse.records import Records
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope
from tests.postgres import new_database
from tests.rumours.making import review
from tests.service.running import Running, now_ms, running, start, wait

TERMS = """
id: test
version: "1"
title: Terms of the tests
rules:
  - id: disputed
    clause: What fact-checkers found to be false says so.
    when: [content.truth <= 0.25]
    then: label
    label: disputed
  - id: one-chat
    clause: What fact-checkers found to be false goes to one chat.
    kinds: [forward]
    when: [content.truth <= 0.25, recipients_of_this_send > 1]
    then: refuse
"""
LINK = "https://facts.example/1"
SAID = {"claim": "Stations close at noon", "rating": "Falso", "url": LINK, "publisher": "Fatos", "language": "pt"}


WORDS = """
    station school harbour bridge airport museum market library tower forest pharmacy ministry factory railway
    minister doctor farmer teacher captain soldier neighbour painter journalist engineer grandmother professor
    closes poisons forbids discovers steals promises hides invents cancels doubles abolishes confesses
    tomorrow yesterday secretly together nowhere everywhere overnight quietly suddenly officially forever
    vaccine pension petrol medicine coffee election passport holiday chicken telephone umbrella mountain
"""


def text_of(name: str) -> str:
    """A text of a name: that of another shares hardly anything with it."""
    return " ".join(random.Random(name.lower()).sample(WORDS.split(), 14))


class Desk:
    """A running gate, asked with a key that may do all and one that may only look."""

    def __init__(self, gate: Running) -> None:
        self.gate = gate
        store = KeyStore(gate.data / KEYS)
        self.token = store.create("Ada", [Scope.ADMIN, Scope.READ, Scope.DECIDE], now_s=1).token
        store.close()
        self.ada, self.eve = self._http(self.token), self._http(gate.keys["read"])

    def close(self) -> None:
        self.ada.close()
        self.eve.close()

    def _http(self, token: str) -> httpx.Client:
        return httpx.Client(base_url=self.gate.url, headers={"authorization": f"Bearer {token}"}, timeout=120)

    def forward(self, name: str, *to: str, sender: str = "bia", **fields: Any) -> dict[str, Any]:
        event = {"kind": "forward", "at": now_ms(), "sender": sender, "recipients": list(to), "text": text_of(name)}
        answer = self.ada.post("/v1/decisions", json={**event, **fields})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def attach(self, cluster: str, **fields: Any) -> dict[str, Any]:
        answer = self.ada.post(f"/v1/rumours/{cluster}/fact-checks", json=SAID | fields)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def audit(self, about: str) -> list[tuple[str, str]]:
        rows = self.ada.get("/v1/audit", params={"about": about, "limit": 1000}).json()
        return [(row["act"], row["who"]) for row in rows]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data = tmp_path_factory.mktemp("rumours") / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    options = []
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres"))
        Records(url, migrate=True).close()
        options = ["--records", url]
    with running(data, "--terms", str(data / "terms.yaml"), *options) as gate:
        at_desk = Desk(gate)
        yield at_desk
        at_desk.close()


def problem(answer: httpx.Response) -> tuple[int, str, str | None]:
    return answer.status_code, answer.json()["code"], answer.json().get("field")


def test_a_fact_check_counts_at_the_next_event_and_is_withdrawn_at_the_next(desk: Desk) -> None:
    first = desk.forward("station", "ana", "caio", language="pt-BR")
    assert (first["outcome"], first["fact_check"]) == ("pass", None)
    cluster = first["content"]
    check = desk.attach(cluster)
    assert (check["truth"], check["source"], check["attached_by"].endswith("(Ada)")) == (0.0, "hand", True)
    refused = desk.forward("station", "davi", "eva", language="pt-BR")
    assert (refused["outcome"], refused["labels"]) == ("refuse", ["disputed"])
    told = refused["fact_check"]
    assert told["note"] == f"Verificado por Fatos: “Falso”. {LINK}"
    assert sorted(told["shown"]) == ["en", "es", "fr", "hi", "pt-BR"]
    labelled = desk.forward("station", "davi")
    assert (labelled["outcome"], labelled["labels"], labelled["rules"][0]["shown"]["fr"]) == (
        *("label", ["disputed"]),
        "Contesté par des vérificateurs de faits",
    )
    path = f"/v1/rumours/{cluster}/fact-checks"
    gone = desk.ada.delete(f"{path}/{check['fact_check']}", params={"why": "They corrected it."}).json()
    assert (gone["withdrawn_why"], gone["withdrawn_by"]) == ("They corrected it.", gone["attached_by"])
    free = desk.forward("station", "fay", "gil")
    assert (free["outcome"], free["labels"], free["fact_check"]) == ("pass", [], None)
    assert [one["fact_check"] for one in desk.eve.get(path).json()] == [check["fact_check"]]
    who = check["attached_by"]
    assert desk.audit(f"fact-check {check['fact_check']}") == [("attach_fact_check", who), ("withdraw_fact_check", who)]


def test_what_spreads_is_told_by_region_and_language(desk: Desk) -> None:
    for k in range(4):
        desk.forward("school", f"s{k}", f"t{k}", sender=f"mia{k}", region="BR-SP", language="pt-BR", hops=k + 1)
    desk.forward("harbour", "x", "y", sender="noa", region="PT", language="pt")
    desk.forward("harbour", "z", sender="oli", region="PT", language="pt")
    ask = {"window": "1h", "language": "pt"}
    school, *_ = desk.eve.get("/v1/rumours", params=ask | {"region": "BR"}).json()
    harbour, *_ = desk.eve.get("/v1/rumours", params=ask | {"region": "PT"}).json()
    assert (school["reached"], school["counted"]["senders"], school["hops"]) == (8, 4, 4)
    assert (school["counted"]["strangers_share"], school["growth"], school["per_hour"]) == (1.0, 24.0, 8.0)
    assert (harbour["reached"], harbour["counted"]["senders"], harbour["cluster"] != school["cluster"]) == (3, 2, True)
    assert desk.eve.get("/v1/rumours", params={"region": "AR"}).json() == []
    both = {one["cluster"] for one in desk.eve.get("/v1/rumours", params={"window": "24h"}).json()}
    assert both >= {school["cluster"], harbour["cluster"]}
    alone = desk.eve.get("/v1/rumours", params={"senders": 4, "limit": 1}).json()
    assert [one["cluster"] for one in alone] == [school["cluster"]]
    sheet = desk.eve.get(f"/v1/rumours/{school['cluster']}").json()
    assert [(one["region"], one["language"], one["reached"]) for one in sheet["audiences"]] == [("BR-SP", "pt", 8)]
    assert (sheet["fact_checks"], sheet["labels"], sheet["windows"]["30d"]["recipients"]) == ([], [], 8)


def test_what_spread_before_is_not_said_to_be_nothing(desk: Desk) -> None:
    desk.forward("umbrella", "b1", "b2", sender="uma")
    sheet = desk.forward("umbrella", "b3", sender="ugo")["content"]
    for path in ("/v1/rumours", f"/v1/rumours/{sheet}"):
        assert desk.eve.get(path, params={"at": "latest"}).status_code == 200
        for at, said in (("2020-01-01T00:00:00Z", "windows that ended before are not kept"), ("soon", "RFC 3339")):
            answer = desk.eve.get(path, params={"at": at})
            assert (answer.status_code, answer.json()["field"], said in answer.json()["detail"]) == (422, "at", True)


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("senders=0", "senders: '0' is not greater than or equal to 1"),
        ("limit=many", "limit: 'many' is not a valid integer"),
    ],
)
def test_what_is_wrong_with_a_query_is_a_sentence(desk: Desk, query: str, detail: str) -> None:
    assert desk.eve.get(f"/v1/rumours?{query}").json()["detail"] == detail


def test_a_feed_is_attached_to_what_was_sent_and_the_rest_is_told(desk: Desk) -> None:
    cluster = desk.forward("bridge", "ana", sender="pia")["content"]
    other = desk.forward("airport", "ana", sender="pia")["content"]
    false = {"@type": "Rating", "ratingValue": 1, "alternateName": "False"}
    document = {
        "@context": "https://schema.org",
        "@graph": [
            review(claimReviewed=text_of("bridge").upper(), url=f"{LINK}/bridge", reviewRating=false),
            review(url=f"{LINK}/airport", identifier=f"ecluse:{other}"),
            review(claimReviewed="Nobody ever sent this claim about ferries and their many horses", url=f"{LINK}/x"),
            review(url="javascript:alert(1)"),
        ],
    }
    answer = desk.ada.post("/v1/rumours/feed", json=document)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [(one["review"], one["cluster"], one["by"]) for one in found["matched"]] == [
        (0, cluster, "text"),
        (1, other, "identifier"),
    ]
    assert [(one["review"], one["url"]) for one in found["unmatched"]] == [(2, f"{LINK}/x")]
    assert len(found["faults"]) == 1
    assert desk.forward("bridge", "ben", "caio")["outcome"] == "refuse"
    again = desk.ada.post("/v1/rumours/feed", json=document).json()
    assert [one["fact_check"] for one in again["matched"]] == [one["fact_check"] for one in found["matched"]]


def test_a_feed_ahead_holds_what_comes_later(desk: Desk) -> None:
    document = review(claimReviewed=text_of("museum"), url=f"{LINK}/museum")
    (matched,) = desk.ada.post("/v1/rumours/feed", json=document, params={"ahead": True}).json()["matched"]
    verdict = desk.forward("museum", "ana", "ben", sender="rui")
    assert (verdict["outcome"], verdict["content"]) == ("refuse", matched["cluster"])


def test_the_bundle_of_a_rumour_is_sealed_and_says_who_attached_what(desk: Desk, tmp_path: Path) -> None:
    cluster = desk.forward("market", "ana", "ben", sender="sol", region="BR", language="pt")["content"]
    check = desk.attach(cluster, url=f"{LINK}/market")
    desk.forward("market", "cem", "dan", sender="tom")
    answer = desk.ada.post(f"/v1/rumours/{cluster}/bundle")
    assert answer.headers["content-type"] == "application/zip"
    fingerprint = desk.eve.get("/v1/cases/key").json()["fingerprint"]
    manifest = verify_file(io.BytesIO(answer.content), fingerprint)
    assert manifest.about == f"content {cluster}"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as bundle:
        sheet = json.loads(bundle.read("rumour.json"))
        acts = [row["act"] for row in json.loads(bundle.read("audit.json"))]
        words = bundle.read("rumour.txt").decode()
    assert sheet["rumour"]["outcomes"] == {"pass": 1, "refuse": 1}
    assert (sheet["labels"], sheet["fact_checks"][0]["attached_by"]) == (["disputed"], check["attached_by"])
    assert [(one["region"], one["reached"]) for one in sheet["audiences"]] == [("BR", 2)]
    assert sorted(acts) == ["attach_fact_check", "export_rumour"]
    assert check["attached_by"] in words
    assert manifest.audit is not None
    assert text_of("market").encode() not in answer.content
    broken = bytearray(answer.content)
    broken[broken.index(b"Fatos")] ^= 1
    with pytest.raises(Exception, match="not a bundle as it was sealed"):
        verify_file(io.BytesIO(bytes(broken)))


def test_a_rumour_becomes_evidence_in_a_case(desk: Desk) -> None:
    cluster = desk.forward("library", "ana", sender="uma")["content"]
    opened = {"title": "A rumour", "summary": "It spread.", "terms": "starter"}
    case = desk.ada.post("/v1/cases", json=opened).json()["case"]
    answer = desk.ada.post(f"/v1/rumours/{cluster}/evidence", json={"case": case})
    assert answer.status_code == 200, answer.text
    assert [(one["origin"], one["kind"]) for one in answer.json()["evidence"]] == [("service", "rumour")]
    bundle = desk.ada.post(f"/v1/cases/{case}/bundle").content
    assert any("rumour" in part.path for part in verify_file(io.BytesIO(bundle)).parts)
    assert desk.ada.post(f"/v1/rumours/{cluster}/evidence", json={"case": 999}).status_code == 404


NONE = "0123456789abcdef"


@pytest.mark.parametrize(
    ("method", "path", "said", "expected"),
    [
        ("GET", "/v1/rumours?window=1m", None, (422, "invalid", "window")),
        ("GET", "/v1/rumours?region=Brazil", None, (422, "invalid", "region")),
        ("GET", "/v1/rumours?language=1", None, (422, "invalid", "language")),
        ("GET", f"/v1/rumours/{NONE}", None, (404, "not-found", None)),
        ("GET", "/v1/rumours/market", None, (422, "invalid", "cluster")),
        ("POST", f"/v1/rumours/{NONE}/bundle", None, (404, "not-found", None)),
        ("POST", "/v1/rumours/market/fact-checks", SAID, (422, "invalid", "cluster")),
        ("POST", f"/v1/rumours/{NONE}/fact-checks", SAID | {"url": "ftp://x"}, (422, "invalid", "url")),
        ("POST", f"/v1/rumours/{NONE}/fact-checks", SAID | {"truth": 2}, (422, "invalid", "truth")),
        ("POST", f"/v1/rumours/{NONE}/fact-checks", SAID | {"claim": "a\0b"}, (422, "invalid", "claim")),
        ("POST", f"/v1/rumours/{NONE}/fact-checks", SAID | {"rating": " "}, (422, "invalid", "rating")),
        ("POST", f"/v1/rumours/{NONE}/fact-checks", {"claim": "x"}, (400, "malformed", "body")),
        ("DELETE", f"/v1/rumours/{NONE}/fact-checks/999?why=x", None, (404, "not-found", None)),
        ("POST", "/v1/rumours/feed", {"@type": "Article"}, (400, "malformed", None)),
        ("POST", "/v1/rumours/feed?cluster=x", review(), (422, "invalid", "cluster")),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    desk: Desk, method: str, path: str, said: Any, expected: tuple[int, str, str | None]
) -> None:
    assert problem(desk.ada.request(method, path, json=said)) == expected
    assert desk.eve.get(f"/v1/rumours/{NONE}/fact-checks").json() == []


def test_to_change_anything_takes_the_scope_admin(desk: Desk) -> None:
    asked = [
        desk.eve.post(f"/v1/rumours/{NONE}/fact-checks", json=SAID),
        desk.eve.delete(f"/v1/rumours/{NONE}/fact-checks/1", params={"why": "x"}),
        desk.eve.post("/v1/rumours/feed", json=review()),
        desk.eve.post(f"/v1/rumours/{NONE}/bundle"),
        desk.eve.post(f"/v1/rumours/{NONE}/evidence", json={"case": 1}),
    ]
    assert [answer.status_code for answer in asked] == [403] * 5
    with desk.gate.http() as nobody:
        assert nobody.get("/v1/rumours").status_code == 401


def test_after_kill_9_the_next_event_is_judged_by_what_counts(tmp_path: Path) -> None:
    """The process dies right after the answer: started again, the gate has the act and the words."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    store = KeyStore(data / KEYS)
    token = store.create("Ada", [Scope.ADMIN, Scope.READ, Scope.DECIDE], now_s=int(time.time())).token
    store.close()
    headers = {"authorization": f"Bearer {token}"}
    event = {"kind": "forward", "at": now_ms(), "sender": "ada", "recipients": ["b", "c"], "text": text_of("tower")}

    def started() -> tuple[subprocess.Popen[bytes], httpx.Client]:
        process, port = start(data, "--terms", str(data / "terms.yaml"))
        wait(process, f"http://127.0.0.1:{port}")
        return process, httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=120)

    process, http = started()
    with http:
        cluster = http.post("/v1/decisions", json=event).json()["content"]
        assert http.post(f"/v1/rumours/{cluster}/fact-checks", json=SAID).status_code == 200
        process.kill()
        process.communicate()
    process, http = started()
    with http:
        verdict = http.post("/v1/decisions", json=event | {"sender": "eve", "at": now_ms()}).json()
        process.kill()
        process.communicate()
    assert (verdict["outcome"], verdict["content"], verdict["fact_check"]["rating"]) == ("refuse", cluster, "Falso")
