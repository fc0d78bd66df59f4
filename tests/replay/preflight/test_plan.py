"""A plan of two lists under terms with a date: what passes, what is warned of, what is refused, whom one may write."""

import csv
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ecluse.errors import InputError
from ecluse.replay import Logs, Naming
from ecluse.replay.preflight import Plan, preflight, write_csv, write_page
from ecluse.replay.preflight.advice import advice
from ecluse.terms import Versions, parse_terms

TERMS = """
id: dated
version: "1"
title: No newsletters
announced: 2026-03-01
effective: 2026-04-01
rules:
  - id: answers
    clause: Answers are free.
    when: [peer_wrote_within.24h >= 1]
    then: pass
  - id: newsletter
    clause: You may not write to more than twenty people a day of whom few answer.
    when: [recipients.24h > 20, reply_ratio.24h < 0.2]
    then: refuse
"""
FIRST = datetime(2026, 3, 30, 8, tzinfo=UTC)
COLUMNS = Naming({"text": "list"})


def write(path: Path, rows: list[tuple[datetime, str, str, str]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["at", "sender", "recipient", "list"])
        writer.writerows((at.isoformat(), *rest) for at, *rest in sorted(rows))
    return path


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """An issue a day for four days, from two days before the date: to 40 people, and to 15."""
    sends = []
    for day in range(4):
        for n in range(40):
            sends.append((FIRST + timedelta(days=day, minutes=n), "news", f"n{n}", "=News"))
        for n in range(15):
            sends.append((FIRST + timedelta(days=day, hours=3, minutes=n), "few", f"f{n}", "Few"))
    before = [(FIRST - timedelta(days=3, minutes=n), f"n{n}", "news", "") for n in range(10)]
    before += [(FIRST - timedelta(hours=2, minutes=n), f"n{n}", "news", "") for n in range(4)]
    history = Logs([write(tmp_path / "history.csv", before)], Naming(ignored=frozenset(["list"])))
    log = Logs([write(tmp_path / "plan.csv", sends)], COLUMNS)
    return preflight(log, Versions.of(parse_terms(TERMS)), history=history, list_column="list")


def test_each_list_is_told_what_becomes_of_it(plan: Plan) -> None:
    news, few = plan.lists
    assert (news.name, news.people, news.sends) == ("=News", 40, 160)
    assert (few.name, few.people, few.sends, few.refused, few.warned) == ("Few", 15, 60, 0, 0)
    assert news.warned + news.refused < 160
    assert news.refused > 0
    assert news.warned > 0
    effective = datetime(2026, 4, 1, tzinfo=UTC)
    assert news.refused_from_s == int(effective.timestamp())
    assert news.first_refused_s >= int(effective.timestamp())
    (clause,) = news.clauses.values()
    assert (clause.rule, clause.terms, clause.from_s) == ("newsletter", "dated@1", news.refused_from_s)
    assert clause.sends == news.warned + news.refused


def test_conversations_are_counted_as_of_the_last_thing_known(plan: Plan) -> None:
    news = plan.lists[0]
    assert plan.now_s == int((FIRST - timedelta(hours=2)).timestamp())
    assert (news.open, news.wrote, news.never) == (4, 10, 30)
    assert news.closes_s == plan.now_s + 86_400
    assert news.pushes == 160 - 4


def test_it_says_what_to_do(plan: Plan) -> None:
    told = " ".join(advice(plan.lists[0]))
    for part in (
        "before 1 Apr 2026",
        "the 4 whose conversation is open",
        "Invite the 6",
        "Take the 30",
        "156 of the 160",
    ):
        assert part in told


def test_the_table_and_the_page(plan: Plan, tmp_path: Path) -> None:
    write_csv(plan, tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert [row["list"] for row in rows] == ["'=News", "Few"]
    assert (rows[0]["conversation_open"], rows[0]["refused_from"]) == ("4", "2026-04-01T00:00:00Z")
    write_page(plan, tmp_path / "out.html", ["plan.csv"])
    loaded: list[str] = []

    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            loaded.extend(str(value) for name, value in attributes if name in ("src", "href"))

    page = (tmp_path / "out.html").read_text()
    Page().feed(page)
    assert loaded == []
    assert "From <em>1 Apr 2026</em> on" in page
    assert "<script" not in page


def test_a_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    log = Logs([write(tmp_path / "plan.csv", [(FIRST, "news", "n", "x")])], COLUMNS)
    with pytest.raises(InputError):
        preflight(log, Versions.of(parse_terms(TERMS)), senders=frozenset(["news"]), list_column="team")


def test_a_plan_without_lists_is_a_page_too(tmp_path: Path) -> None:
    log = Logs([write(tmp_path / "plan.csv", [(FIRST, "ada", "bob", "")])], COLUMNS)
    found = preflight(log, Versions.of(parse_terms(TERMS)))
    assert found.lists == []
    write_page(found, tmp_path / "out.html", ["plan.csv"])
    assert "no list to look at" in (tmp_path / "out.html").read_text()
