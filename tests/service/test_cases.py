"""Cases, reports, transparency and rights over HTTP, before a gate that runs."""

import io
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

from ecluse.cases.verify import verify_file
from tests.service.running import now_ms, send


def ask(gate, method, path, body=None, scope="admin", expected=200, **query):
    with gate.http(scope) as http:
        answer = http.request(method, path, json=body, params=query)
    assert answer.status_code == expected, answer.text
    return answer


def opened(gate, **fields):
    plain = {"title": "Newsletters", "summary": "Sells newsletters.", "terms": "starter"}
    return ask(gate, "POST", "/v1/cases", {**plain, **fields}).json()["case"]


def test_a_case_from_its_opening_to_its_bundle(running_gate):
    gate = running_gate
    gate.post([send("case-sender", f"case-victim-{n}") for n in range(6)])
    number = opened(gate, rules=["strangers-hour"], accepted="2019-12-07")
    path = f"/v1/cases/{number}"
    ask(
        gate,
        "POST",
        f"{path}/parties",
        {"role": "client", "name": "C", "subject_kind": "account", "subject": "case-sender"},
    )
    claim = {"kind": "claim", "title": "Prices", "text": "80,000 a day", "url": "https://rundbrief.example/"}
    capture = {"content": b64encode(b"<html>").decode(), "media_type": "text/html", "found": "2026-11-20"}
    ask(gate, "POST", f"{path}/evidence", {**claim, **capture, "found_by": "Bob"})
    ask(gate, "POST", f"{path}/evidence", {"account": "case-sender"})
    ask(gate, "POST", f"{path}/timeline", {"words": "First seen.", "at": "2026-11-19"})
    letter = {"kind": "cease_and_desist", "recipient": "C", "service": "Messenger", "due": "2026-12-08"}
    drafted = ask(gate, "POST", f"{path}/letters", letter).json()["letters"][0]["letter"]
    ask(gate, "POST", f"{path}/letters/{drafted}/sent", {"by": "bailiff"})
    ask(gate, "POST", f"{path}/letters/{drafted}/answered", {"answer": "No.", "on": "2099-01-01"})
    ask(gate, "POST", f"{path}/hold", {"hold": True})
    case = ask(gate, "POST", f"{path}/status", {"status": "referred", "why": "to counsel"}).json()
    assert (case["status"], case["hold"], len(case["evidence"]) >= 3) == ("referred", True, True)
    assert case == ask(gate, "GET", path, scope="read").json()
    assert number in [line["case"] for line in ask(gate, "GET", "/v1/cases", scope="read").json()]

    key = ask(gate, "GET", "/v1/cases/key", scope="read").json()
    bundle = ask(gate, "POST", f"{path}/bundle")
    assert bundle.headers["content-type"] == "application/zip"
    manifest = verify_file(io.BytesIO(bundle.content), key["fingerprint"])
    assert f"evidence/{case['evidence'][1]['evidence']:04}-ledger.parquet" in {part.path for part in manifest.parts}
    row = ask(gate, "GET", "/v1/audit", scope="read", after=manifest.audit.seq - 1, limit=1).json()[0]
    assert (row["digest"], row["act"]) == (manifest.audit.digest, "export_case")


def test_fifty_requests_on_one_case_lose_nothing(running_gate):
    number = opened(running_gate)
    with ThreadPoolExecutor(10) as pool:
        entries = [{"words": f"line {n}", "at": "2026-11-19"} for n in range(50)]
        list(pool.map(lambda entry: ask(running_gate, "POST", f"/v1/cases/{number}/timeline", entry), entries))
    case = ask(running_gate, "GET", f"/v1/cases/{number}", scope="read").json()
    assert sorted(entry["words"] for entry in case["timeline"]) == sorted(entry["words"] for entry in entries)
    assert ask(running_gate, "GET", "/v1/audit/verification", scope="read").json()["whole"] is True


def test_what_is_wrong_is_a_problem(running_gate):
    number = opened(running_gate)
    path = f"/v1/cases/{number}"
    assert ask(running_gate, "GET", "/v1/cases/999999", scope="read", expected=404).json()["code"] == "not-found"
    assert ask(running_gate, "POST", "/v1/cases", {"title": "t"}, expected=400).json()["code"] == "malformed"
    for body, field in (
        ({"kind": "claim"}, "content"),
        ({"kind": "claim", "text": "x", "url": "file:///etc/passwd"}, "url"),
        ({"kind": "ledger", "text": "x"}, "kind"),
        ({"account": "a", "provider": "b"}, "provider"),
    ):
        assert ask(running_gate, "POST", f"{path}/evidence", body, expected=422).json()["field"] == field
    terms = {"title": "t", "summary": "s", "terms": "/etc/passwd"}
    assert ask(running_gate, "POST", "/v1/cases", terms, expected=422).json()["field"] == "terms"
    ask(running_gate, "POST", "/v1/cases", terms, scope="read", expected=403)
    ask(running_gate, "POST", f"{path}/bundle", scope="read", expected=403)
    assert (
        ask(running_gate, "GET", "/v1/cases", scope="read", expected=422, **{"status": "lost"}).json()["field"]
        == "status"
    )


def test_reports_of_a_mob_call_a_person_and_weigh_nothing_and_true_victims_count(running_gate):
    gate = running_gate
    gate.post([send("rep-ada", f"rep-victim-{n}") for n in range(3)])
    for n in range(21):
        body = {"reporter": f"rep-mob-{n}", "subject": "rep-bob", "registered_at": "2026-11-24"}
        ask(gate, "POST", "/v1/reports", body, scope="observe")
    true = {"subject": "rep-ada", "registered_at": "2019-01-01"}
    victims = [{"reporter": f"rep-victim-{n}", **true} for n in range(3)]
    taken = [ask(gate, "POST", "/v1/reports", body, scope="observe").json() for body in victims]
    assert [one["report"]["contact"] for one in taken] == ["approached"] * 3
    assert taken[-1]["calls"] == "review_first"
    reviews = {row["subject"]: row for row in ask(gate, "GET", "/v1/reports/reviews", scope="read").json()}
    assert (reviews["rep-ada"]["calls"], reviews["rep-bob"]["calls"], reviews["rep-bob"]["weight"]) == (
        "review_first",
        "review",
        0.0,
    )
    assert ask(gate, "GET", "/v1/reports/weight", scope="read", subject="rep-ada").json()["weight"] == 3.0
    counted = {
        s["signal"]: s["value"] for s in ask(gate, "GET", "/v1/accounts/rep-ada", scope="read").json()["signals"]
    }
    assert counted["reports.24h"] == 3.0
    known = ask(gate, "GET", "/v1/accounts/rep-bob", scope="read").json()
    assert {s["signal"]: s["value"] for s in known["signals"]}["reports.24h"] in (None, 0.0)
    assert ask(gate, "GET", "/v1/accounts/rep-bob/sanctions", scope="read").json()["sanctions"] == []
    settled = {"subject": "rep-bob", "outcome": "no_action", "note": "a quarrel", "unfounded": True}
    assert ask(gate, "POST", "/v1/reports/settlement", settled).json()["reports"] == 21
    until = {"reporter": "rep-mob-1", "until": "2026-12-24", "why": "again and again"}
    ask(gate, "POST", "/v1/reports/suspension", until, expected=200)
    assert len(ask(gate, "GET", "/v1/reports", scope="read", subject="rep-bob").json()) == 21


def test_an_account_is_exported_and_erased(running_gate):
    gate = running_gate
    gate.post([send("gone@example", "friend"), send("friend", "gone@example")])
    held = ask(gate, "GET", "/v1/accounts/gone@example/data").json()
    assert [row["kind"] for row in held["ledger"]["rows"]] == ["person"]
    assert ask(gate, "POST", "/v1/accounts/gone@example/erasure").json()["kept"] == []
    account = ask(gate, "GET", "/v1/accounts/gone@example", scope="read").json()
    assert (account["rows"], account["last_send_s"]) == ([], None)
    assert ask(gate, "GET", "/v1/accounts/friend", scope="read").json()["rows"] == []
    ask(gate, "GET", "/v1/accounts/friend/data", scope="read", expected=403)


def test_the_transparency_report_in_its_forms(running_gate):
    period = {"from": "2026-11-01", "to": "2026-11-30"}
    found = ask(running_gate, "GET", "/v1/transparency", scope="read", **period).json()
    assert found["first"] == "2026-11-01"
    page = ask(running_gate, "GET", "/v1/transparency", scope="read", **period, format="html")
    assert page.headers["content-type"].startswith("text/html")
    table = ask(running_gate, "GET", "/v1/transparency", scope="read", **period, format="csv")
    assert table.text.startswith("first,last,section,")
    assert ask(running_gate, "GET", "/v1/statements", scope="read", **period).text == '{"statements":[]}\n'
    wrong = ask(running_gate, "GET", "/v1/transparency", scope="read", expected=422, **{**period, "to": "soon"})
    assert wrong.json()["field"] == "to"
    pdf = ask(running_gate, "GET", "/v1/statements", scope="read", expected=422, **period, format="pdf")
    assert pdf.json()["field"] == "format"


def test_members_of_a_group_in_which_it_wrote_weigh_half_and_a_group_weighs_once(running_gate):
    gate = running_gate
    gate.post([{"kind": "send", "at": now_ms(), "sender": "grp-ada", "group": "choir", "members": 300}])
    about = {"subject": "grp-ada", "registered_at": "2019-01-01", "group": "choir"}
    bodies = [{"reporter": f"grp-{n}", "request": f"grp-{n}", **about} for n in range(5)]
    taken = [ask(gate, "POST", "/v1/reports", body, scope="observe").json() for body in bodies]
    assert [one["report"]["contact"] for one in taken] == ["group"] * 5
    again = ask(gate, "POST", "/v1/reports", bodies[0], scope="observe").json()
    assert again["known"] is True
    found = ask(gate, "GET", "/v1/reports/weight", scope="read", subject="grp-ada").json()
    assert (found["weight"], found["reporters"]) == (1.0, 5)
    elsewhere = {"reporter": "grp-9", "subject": "grp-ada", "group": "another"}
    assert ask(gate, "POST", "/v1/reports", elsewhere, scope="observe").json()["report"]["contact"] == "none"
    empty = elsewhere | {"group": ""}
    assert ask(gate, "POST", "/v1/reports", empty, scope="observe", expected=422).json()["field"] == "group"
