import json
import threading
from typing import Any

import httpx
import pyarrow as pa
import pytest

from ecluse.events import Event, to_columns
from ecluse.service.media import Media
from ecluse.terms.wordings import LABELS
from tests.service.running import Running, now_ms, send

MODES = ["warnings", "shadow", "rehearsed", "sanction", "forward_token", "content", "campaign", "fact_check"]

NDJSON = {"content-type": "application/x-ndjson"}
ARROW = {"content-type": "application/vnd.apache.arrow.stream"}


def stream(batch: pa.RecordBatch) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def verdict(event: str | None, **fields: Any) -> dict[str, Any]:
    passed = {"outcome": "pass", "rules": [], "retry_after": None, "labels": [], "dropped": [], "late": False}
    modes = {"warnings": [], "shadow": [], "rehearsed": None} | dict.fromkeys(MODES[3:])
    return {"event": event, **passed, "terms": "test@1", **modes, **fields}


def test_an_event_as_an_object_has_one_verdict(running_gate: Running) -> None:
    answer = running_gate.post(send("one", "bob", id="m1"))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == verdict("m1")


def test_near_identical_texts_have_one_content_however_they_come(running_gate: Running) -> None:
    texts = [
        "You WON a holiday for two by the sea",
        "yоu w0n a holiday for two by the sea!",
        "Something else that is long",
    ]
    events = [send("texts", f"p{i}", text=text) for i, text in enumerate(texts)]
    named = [one["content"] for one in running_gate.post(events).json()]
    assert (named[0] == named[1], named[0] == named[2], len(named[2])) == (True, False, 16)
    assert running_gate.post(events[0]).json()["content"] == named[0]
    made = [Event(kind="send", at=now_ms(), sender="arrow texts", recipients=["p"], text=text) for text in texts]
    with running_gate.http("decide") as http:
        answer = http.post("/v1/decisions", content=stream(to_columns(made)), headers=ARROW)
    assert pa.ipc.open_stream(answer.content).read_all()["content"].to_pylist() == named


def test_an_array_has_an_array(running_gate: Running) -> None:
    answer = running_gate.post([send("array", "bob"), send("array", "eve", kind="forward", id="m2")])
    measures = [{"signal": "forward_hops", "value": 1.0, "comparison": ">=", "limit": 1.0}]
    clause, shown = "What was forwarded says so.", LABELS["forwarded"]
    spoke = {"rule": "forwarded", "clause": clause, "measures": measures, "shown": shown}
    assert answer.json() == [verdict(None), verdict("m2", outcome="label", rules=[spoke], labels=["forwarded"])]
    assert running_gate.post([]).json() == []


def test_the_fourth_stranger_is_refused_with_its_reason(running_gate: Running) -> None:
    at = now_ms()
    answers = running_gate.post([send("refused", f"p{i}", at=at + i) for i in range(4)]).json()
    assert [one["outcome"] for one in answers] == ["pass", "pass", "pass", "refuse"]
    measures = [{"signal": "strangers.1h", "value": 4.0, "comparison": ">", "limit": 3.0}]
    clause = "You may write to three strangers an hour."
    told = f"This was not sent. {clause} This would be 4; the limit is 3. You can try again in 60 minutes."
    spoke = {"rule": "three-strangers", "clause": clause, "measures": measures, "notice": told}
    assert answers[3]["rules"] == [spoke]
    assert 3590 < answers[3]["retry_after"] <= 3600


def test_lines_have_lines(running_gate: Running) -> None:
    body = "\n".join(json.dumps(send("lines", "bob", id=f"m{i}")) for i in range(3))
    with running_gate.http("decide") as http:
        answer = http.post("/v1/decisions", content=body, headers=NDJSON)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in answer.text.splitlines()] == [verdict(f"m{i}") for i in range(3)]


def test_a_stream_has_a_stream(running_gate: Running) -> None:
    at = now_ms()
    events = [Event(kind="send", at=at, sender="arrow", recipients=[f"p{i}"], id=f"m{i}") for i in range(4)]
    with running_gate.http("decide") as http:
        answer = http.post("/v1/decisions", content=stream(to_columns(events)), headers=ARROW)
    assert answer.headers["content-type"] == Media.ARROW.value
    verdicts = pa.ipc.open_stream(answer.content).read_all()
    assert verdicts.column_names == ["event", "outcome", "rules", "retry_after", "labels", "late", "terms", *MODES]
    assert verdicts["event"].to_pylist() == ["m0", "m1", "m2", "m3"]
    assert verdicts["outcome"].to_pylist() == ["pass", "pass", "pass", "refuse"]
    assert verdicts["rules"].to_pylist() == [[], [], [], ["three-strangers"]]


def test_an_event_id_is_decided_once(running_gate: Running) -> None:
    event = send("once", "bob", id="the-same")
    assert running_gate.post([event, event]).json() == [verdict("the-same")] * 2
    assert running_gate.post(event).json() == verdict("the-same")
    with running_gate.http("read") as http:
        account = http.get("/v1/accounts/once").json()
    assert [row["unanswered"] for row in account["rows"]] == [1]


def test_observations_are_taken_without_a_verdict(running_gate: Running) -> None:
    for_all = [send("observed", f"p{i}") for i in range(10)]
    answer = running_gate.post(for_all, "/v1/events", "observe")
    assert (answer.status_code, answer.content) == (204, b"")
    assert running_gate.post(send("observed", "one-more")).json()["rules"][0]["measures"][0]["value"] == 11.0


def test_requests_at_the_same_time_each_have_their_own_verdict(running_gate: Running) -> None:
    answers: dict[int, Any] = {}

    def ask(number: int) -> None:
        with running_gate.http("decide") as http:
            answers[number] = [
                http.post("/v1/decisions", json=send(f"crowd-{number}", f"p{i}", id=f"{number}-{i}")).json()
                for i in range(5)
            ]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        assert [one["event"] for one in answers[number]] == [f"{number}-{i}" for i in range(5)]
        assert [one["outcome"] for one in answers[number]] == ["pass", "pass", "pass", "refuse", "refuse"]


@pytest.mark.parametrize(
    ("body", "field", "where"),
    [
        ({"kind": "send", "at": 1, "sender": "a", "recipients": ["b"]}, "at", None),
        ({"kind": "send", "sender": "a", "recipients": ["b"]}, "at", None),
        ({"kind": "sent", "at": 1575676800000, "sender": "a"}, "kind", None),
        ({"kind": "send", "at": 1575676800000, "sender": "a"}, "recipients", None),
        ({"kind": "send", "at": 1575676800000, "sender": "a", "recipients": ["b"], "size": 1}, "size", None),
        ([{"kind": "register", "at": 1575676800000, "sender": "a"}, {"kind": "register"}], "at", "event 1"),
    ],
)
def test_a_wrong_value_is_named(running_gate: Running, body: Any, field: str, where: str | None) -> None:
    answer = running_gate.post(body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], problem["field"], problem.get("where")) == ("invalid", field, where)


def test_an_event_of_the_future_is_refused_and_nothing_judged(running_gate: Running) -> None:
    later = now_ms() + 90_000
    for body in ([send("early", "bob"), send("early", "eve", at=later)], send("early", "eve", at=later)):
        problem = running_gate.post(body).json()
        assert (problem["code"], problem["field"]) == ("invalid", "at")
        assert problem["expected"] == "a time at most 60 seconds ahead of the gate's clock"
    batch = to_columns([Event(kind="send", at=later, sender="early", recipients=["eve"])])
    with running_gate.http("decide") as http:
        assert http.post("/v1/decisions", content=stream(batch), headers=ARROW).json()["field"] == "at"
    assert running_gate.post(send("early", "bob", at=now_ms() + 30_000)).status_code == 200
    with running_gate.http("read") as http:
        assert len(http.get("/v1/accounts/early", params={"at": "latest"}).json()["rows"]) == 1


def ask(gate: Running, method: str = "POST", scope: str | None = "decide", **options: Any) -> httpx.Response:
    with gate.http(scope) as http:
        return http.request(method, "/v1/decisions", **options)


def test_every_refusal_at_the_door(running_gate: Running) -> None:
    def code(*given: Any, **options: Any) -> tuple[int, str]:
        answer = ask(running_gate, *given, **options)
        assert answer.headers["content-type"] == "application/problem+json"
        return answer.status_code, answer.json()["code"]

    event = send("refusals", "bob")
    assert code("GET") == (405, "method-not-allowed")
    assert code(scope=None, json=event) == (401, "key-missing")
    assert code(scope="observe", json=event) == (403, "scope-missing")
    assert code(json=event, headers={"authorization": "Bearer ecl_no"}) == (401, "key-refused")
    assert code(content=b"x=1", headers={"content-type": "text/plain"}) == (415, "media-type")
    assert code(json=event, headers={"content-encoding": "gzip"}) == (415, "compressed")
    assert code(content=b"{", headers={"content-type": "application/json"}) == (400, "malformed")
    assert code(json=[event] * 1001) == (413, "too-many-events")
    assert code(content=b" " * (1 << 19), headers={"content-type": "application/json"}) == (413, "body-too-large")


def test_refusals_say_what_would_be_right(running_gate: Running) -> None:
    assert ask(running_gate, "DELETE").headers["allow"] == "POST"
    assert ask(running_gate, scope=None).headers["www-authenticate"] == "Bearer"
    accepted = "application/json, application/x-ndjson, application/vnd.apache.arrow.stream"
    assert ask(running_gate, content=b"x").headers["accept-post"] == accepted
    assert ask(running_gate, scope="read").json()["expected"] == "decide"
