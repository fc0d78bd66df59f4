from datetime import UTC, datetime
from pathlib import Path
from time import time

import pytest

from ecluse import wire
from ecluse.errors import InputError
from ecluse.gate import Gate
from ecluse.ledger import SIGNALS
from ecluse.service.accounts import account_form, terms_form
from ecluse.service.routes import second_of
from ecluse.terms import parse_terms
from tests.service.running import TERMS, Running, now_ms, send


def test_an_account_shows_its_ledger_signals_and_limits(running_gate: Running) -> None:
    at = now_ms()
    running_gate.post([send("shown", "bob", at=at, registered_at=at - 86_400_000), send("bob", "shown", at=at)])
    with running_gate.http("read") as http:
        account = http.get("/v1/accounts/shown").json()
    second = at // 1000
    assert len(account["rows"][0].pop("peer")) == 16
    assert account["rows"] == [
        {"kind": "person", "members": 1, "first_wrote_s": second, "last_wrote_s": second, "last_heard_s": second}
        | {"unanswered": 0}
    ]
    assert [signal["signal"] for signal in account["signals"]] == [signal.name for signal in SIGNALS]
    assert [signal["unit"] for signal in account["signals"]] == [signal.unit for signal in SIGNALS]
    limit = {"rule": "three-strangers", "signal": "strangers.1h", "unit": "peers", "comparison": ">", "limit": 3.0}
    assert account["limits"][0] == {**limit, "value": 0.0, "holds": False, "scope": None}
    assert (account["registered_s"], account["last_send_s"]) == (second - 86_400, second)
    assert (account["known"], account["kind"], account["terms"]) == (True, "personal", "test@1")


def test_an_account_nobody_knows_is_no_error(running_gate: Running) -> None:
    with running_gate.http("read") as http:
        account = http.get("/v1/accounts/nobody").json()
    assert (account["known"], account["rows"]) == (False, [])


@pytest.mark.parametrize("account", ["a/b", "a b", "über", "a%2Fb", "a\nb\n", "?", "..", "ada@example.org"])
def test_any_id_can_be_asked_for(running_gate: Running, account: str) -> None:
    running_gate.post(send(account, "bob"))
    with running_gate.http("read") as http:
        path = "".join(f"%{byte:02X}" for byte in account.encode())
        found = http.get(f"/v1/accounts/{path}").json()
    assert (found["account"], found["known"]) == (account, True)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/accounts/ada?at=yesterday", "at"),
        ("/v1/accounts/ada?at=1", "at"),
        ("/v1/accounts/ada?at=99999999999999999999", "at"),
        (f"/v1/accounts/{'x' * 256}", "account"),
        ("/v1/accounts/", "account"),
    ],
)
def test_what_can_not_be_asked(running_gate: Running, path: str, field: str) -> None:
    with running_gate.http("read") as http:
        problem = http.get(path).json()
    assert (problem["code"], problem["field"]) == ("invalid", field)


def test_an_account_is_not_shown_before_its_latest_event(running_gate: Running) -> None:
    running_gate.post(send("no-past", "bob"))
    with running_gate.http("read") as http:
        assert http.get("/v1/accounts/no-past", params={"at": now_ms() - 3_600_000}).json()["field"] == "at"
        assert http.get("/v1/accounts/no-past", params={"at": now_ms() + 3_600_000}).json()["known"]


def test_the_terms_in_force(running_gate: Running) -> None:
    with running_gate.http("read") as http:
        terms = http.get("/v1/terms").json()
    assert (terms["id"], terms["version"], terms["source"]) == ("test", "1", TERMS)
    assert terms["rules"][1] == {
        "rule": "forwarded",
        "clause": "What was forwarded says so.",
        "kinds": ["forward"],
        "conditions": ["forward_hops >= 1"],
        "outcome": "label",
        "label": "forwarded",
    }


def test_health_is_open_to_everyone(running_gate: Running) -> None:
    with running_gate.http() as http:
        assert http.get("/healthz").json() == {"status": "alive"}
        assert http.get("/readyz").json() == {"status": "ready", "terms": "test@1"}


@pytest.mark.parametrize("path", ["/v1/accounts/ada", "/v1/terms", "/metrics"])
def test_reading_needs_its_scope(running_gate: Running, path: str) -> None:
    with running_gate.http() as http:
        assert http.get(path).json()["code"] == "key-missing"
    with running_gate.http("decide") as http:
        assert http.get(path).json()["code"] == "scope-missing"


def test_what_is_not_there(running_gate: Running) -> None:
    with running_gate.http("read") as http:
        assert (http.get("/v2").status_code, http.get("/v2").json()["code"]) == (404, "not-found")
        answer = http.post("/v1/terms")
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
        assert answer.headers["allow"] == "GET"


def test_seconds() -> None:
    assert second_of("latest") is None
    assert second_of("1575676800123") == 1_575_676_800
    assert second_of("2019-12-07T00:00:00Z") == 1_575_676_800
    now_s = second_of(None)
    assert now_s is not None
    assert abs(now_s - time()) < 60
    with pytest.raises(InputError):
        second_of("soon")


def test_the_form_of_an_account_is_read_back(tmp_path: Path) -> None:
    gate = Gate(parse_terms(TERMS), secret=bytes(16), memory_bytes=1 << 22)
    form = account_form("ada", gate.account("ada"))
    assert isinstance(form, wire.Account)
    assert terms_form(gate.versions.newest.terms).rules[0].conditions == ["strangers.1h > 3"]
    assert datetime.fromtimestamp(form.at_s, UTC).year == 1970
