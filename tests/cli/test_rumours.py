"""The commands about rumours: against a running gate, then on the folder that it leaves."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import Result
from typer.testing import CliRunner

from ecluse.cases import case as cases
from ecluse.cases.verify import verify
from ecluse.cli.cases import cases_app
from ecluse.cli.rumours import rumours_app
from ecluse.records import Records
from ecluse.rumours import forms
from ecluse.rumours.matching import REVIEWS_AT_ONCE
from ecluse.stores.data import KEYS
from ecluse.stores.keys import KeyStore, Scope
from ecluse.terms import load_terms
from tests.rumours.making import review
from tests.service.running import Running, now_ms, running

TERMS = """
id: test
version: "1"
title: Terms of the tests
rules:
  - {id: disputed, clause: It says so., when: [content.truth <= 0.25], then: label, label: disputed}
"""
RUMOUR = "They will close all polling stations at noon and count only half of the votes, pass it on"
CLAIM = ("--claim", "Stations close", "--rating", "False", "--link", "https://facts.example/1", "--publisher", "Facts")


class Office:
    """A gate, and a person at a terminal."""

    def __init__(self, gate: Running) -> None:
        self.gate = gate
        store = KeyStore(gate.data / KEYS)
        self.key = store.create("Ada", [Scope.ADMIN, Scope.READ], now_s=1).token
        store.close()

    def run(self, *arguments: str) -> Result:
        env = {"ECLUSE_URL": self.gate.url, "ECLUSE_KEY": self.key, "COLUMNS": "250"}
        return CliRunner().invoke(rumours_app, arguments, env=env)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("rumours") / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    return data


@pytest.fixture(scope="module")
def office(folder: Path) -> Iterator[Office]:
    with running(folder) as gate:
        yield Office(gate)


@pytest.fixture(scope="module")
def cluster(office: Office) -> str:
    found = {}
    for k in range(3):
        event = {"kind": "send", "at": now_ms(), "sender": f"s{k}", "recipients": [f"p{k}", f"q{k}"], "text": RUMOUR}
        verdict = office.gate.post({**event, "region": "BR-SP", "language": "pt"}).json()
        found[verdict["content"]] = verdict["outcome"]
    ((name, outcome),) = found.items()
    assert outcome == "pass"
    return str(name)


def said(result: Result) -> str:
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.replace("│", " ").split())


def test_the_fastest_are_shown_as_a_table_json_and_a_page(office: Office, cluster: str, tmp_path: Path) -> None:
    line = said(office.run("top", "--region", "BR", "--language", "pt-BR"))
    assert "from BR, in pt-BR, by 2 accounts or more" in line
    assert f"{cluster} 6" in line
    assert "× 24.0 3 100% 0" in line
    (found,) = msgspec.json.decode(office.run("top", "--json").stdout, type=list[forms.RumourForm])
    assert (found.cluster, found.reached, found.counted.curve[-1]) == (cluster, 6, 6)
    assert "Nothing spreads: 24h, from PT" in said(office.run("top", "--region", "PT", "--window", "24h"))
    page = tmp_path / "page.html"
    said(office.run("top", "--html", str(page)))
    assert cluster in page.read_text()
    assert "http" not in page.read_text().replace("http-equiv", "")


def test_a_fact_check_is_attached_shown_and_withdrawn(office: Office, cluster: str) -> None:
    attached = msgspec.json.decode(office.run("attach", cluster, *CLAIM, "--json").stdout, type=forms.FactCheckForm)
    assert (attached.truth, attached.publisher) == (0.0, "Facts")
    words = said(office.run("show", cluster))
    assert "Labels by the terms: disputed" in words
    assert f"attached {attached.attached} by {attached.attached_by} (hand)" in words
    assert "BR-SP, pt: 6" in words
    assert "0 (false)" in said(office.run("top"))
    gone = said(office.run("withdraw", cluster, str(attached.fact_check), "--why", "Corrected."))
    assert f"fact-check {attached.fact_check} of {cluster}: withdrawn" in gone
    sheet = msgspec.json.decode(office.run("show", cluster, "--json").stdout, type=forms.RumourSheet)
    assert (sheet.labels, sheet.fact_checks[0].withdrawn_why) == ([], "Corrected.")


def test_a_feed_longer_than_one_request_is_attached_in_parts(office: Office, cluster: str, tmp_path: Path) -> None:
    many = [
        review(claimReviewed=f"Nobody said {k} of this claim about ferries", url=f"https://f.example/{k}")
        for k in range(REVIEWS_AT_ONCE)
    ]
    feed = tmp_path / "feed.json"
    feed.write_text(
        json.dumps([*many, review(claimReviewed=RUMOUR, url="https://facts.example/last"), review(url="x")])
    )
    found = msgspec.json.decode(office.run("feed", str(feed), "--json").stdout, type=forms.FeedForm)
    assert [(one.review, one.cluster) for one in found.matched] == [(REVIEWS_AT_ONCE, cluster)]
    assert (len(found.unmatched), found.unmatched[-1].review, len(found.faults)) == (
        REVIEWS_AT_ONCE,
        REVIEWS_AT_ONCE - 1,
        1,
    )
    feed.write_text(json.dumps([many[0], review(claimReviewed=RUMOUR, url="https://facts.example/last")]))
    words = said(office.run("feed", str(feed)))
    assert "Attached: 1" in words
    assert "Not seen: 1" in words
    assert "1 was attached" not in words


def test_an_export_is_a_bundle_that_verifies(office: Office, cluster: str, tmp_path: Path) -> None:
    bundle = tmp_path / "rumour.zip"
    assert "sealed" in said(office.run("export", cluster, "--out", str(bundle)))
    assert verify(bundle).about == f"content {cluster}"
    checked = CliRunner().invoke(cases_app, ["verify", str(bundle)])
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("top", "--window", "2h"), "window: '2h' is not one of 1h, 24h, 30d"),
        (("top", "--limit", "0"), "limit: 0 is not 1 to 100"),
        (("show", "flat"), "cluster: 'flat' is not 16 hexadecimal digits"),
        (("show", "0123456789abcdef"), "404 not-found"),
        (("withdraw", "0123456789abcdef", "99", "--why", "x"), "there is no fact-check 99"),
        (("attach", "0123456789abcdef", *CLAIM, "--truth", "2"), "truth: 2.0 is not from 0 (false) to 1 (true)"),
        (("export", "0123456789abcdef", "--case", "1"), "404 not-found"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(office: Office, arguments: tuple[str, ...], fault: str) -> None:
    result = office.run(*arguments)
    assert (result.exit_code, fault in result.stderr) == (1, True), result.stderr


@pytest.fixture(scope="module")
def stopped(office: Office, cluster: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of another gate, stopped, that knows a rumour with a fact-check."""
    data = tmp_path_factory.mktemp("stopped") / "data"
    data.mkdir()
    (data / "terms.yaml").write_text(TERMS)
    with running(data) as gate:
        other = Office(gate)
        for k in range(2):
            event = {"kind": "send", "at": now_ms(), "sender": f"s{k}", "recipients": [f"p{k}"], "text": RUMOUR}
            name = gate.post(event).json()["content"]
        said(other.run("attach", name, *CLAIM))
    return data, name


def test_the_folder_of_a_stopped_gate_is_read(stopped: tuple[Path, str], tmp_path: Path) -> None:
    data, name = stopped
    run = lambda *arguments: CliRunner(env={"COLUMNS": "250"}).invoke(rumours_app, [*arguments, "--data", str(data)])  # noqa: E731
    assert f"{name} 2" in said(run("top"))
    assert "Labels by the terms: disputed" in said(run("show", name))
    bundle = tmp_path / "rumour.zip"
    said(run("export", name, "--out", str(bundle)))
    assert {part.path for part in verify(bundle).parts} >= {
        "rumour.json",
        "fact-checks.json",
        "audit.json",
        "rumour.txt",
    }
    with Records.of_folder(data) as records, records.writing() as session:
        terms = load_terms("starter")
        number = cases.open_case(session, title="A rumour", summary="It spread.", terms=terms, at_s=1, who="ada").id
    said(run("export", name, "--case", str(number)))
    with Records.of_folder(data) as records, records.reading() as session:
        assert [piece.kind for piece in cases.find_case(session, number).evidence] == ["rumour"]
    past = run("top", "--at", "2020-01-01T00:00:00Z")
    assert (past.exit_code, "at: '2020-01-01T00:00:00Z' is not latest: the folder" in past.stderr) == (1, True)
    elsewhere = CliRunner(env={"COLUMNS": "250", "ECLUSE_URL": "http://127.0.0.1:9"})
    assert f"{name} 2" in said(elsewhere.invoke(rumours_app, ["top", "--data", str(data)]))
    nothing = run("show", "0123456789abcdef")
    assert (nothing.exit_code, "is not one that the gate knows" in nothing.stderr) == (1, True)


def test_a_gate_or_a_folder_is_needed() -> None:
    result = CliRunner().invoke(rumours_app, ["top"])
    told = "url: None is not the address of a running gate; give --url, or --data for a stopped one"
    assert (result.exit_code, told in result.stderr) == (1, True)
