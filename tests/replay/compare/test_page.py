import json
import re

import pytest
from playwright.sync_api import sync_playwright

from ecluse.replay import Logs
from ecluse.replay.compare import Group, compare
from ecluse.replay.compare.page import group_rows, rule_pairs, who
from tests.replay.compare.making import LOOSE, TIGHT, compared
from tests.replay.making import NO_RULES, START_S, loud

HOSTILE = '</script><img src=x onerror="document.title=1">'


@pytest.fixture
def page(tmp_path):
    compared(tmp_path, report=tmp_path / "r.html")
    return tmp_path / "r.html"


def data_of(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page.read_text(), re.DOTALL)[1])


def test_the_page_leads_with_ordinary_accounts_newly_touched(page):
    text = page.read_text()
    lead = re.sub(r"\s+", " ", re.search(r'<p class="lead">(.*?)</p>', text, re.DOTALL)[1]).strip()
    assert lead == (
        "B would touch <em>1 ordinary account</em> that A leaves alone, and stop 1 bulk sender more; "
        "1 account would no longer be touched. Of 127 events 20 would be judged otherwise."
    )
    sections = re.findall(r'<section id="(\w+)">', text)
    assert sections == ["newly_touched", "newly_stopped", "no_longer", "otherwise"]


def test_ids_of_the_log_are_text(tmp_path):
    log = tmp_path / "a.jsonl"
    flat = [{"sender": HOSTILE, "recipient": b, "at": START_S + s} for _, b, s in loud(3)]
    log.write_text("\n".join(map(json.dumps, flat)))
    compare(Logs([log]), LOOSE, TIGHT, report=tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text()
    assert (HOSTILE in text, "&lt;img src=x" in text) == (False, True)


def test_what_is_drawn_is_what_was_counted(page):
    data = data_of(page)
    assert [sum(counts) for counts in data["timeline"]["stopped"]] == [6, 22]
    assert (sum(data["timeline"]["harder"]), sum(data["timeline"]["milder"])) == (18, 2)
    assert [(c["side"], c["ordinary"], c["y"][-1:]) for c in data["touched"]] == [
        ("A", True, [2]), ("A", False, []), ("B", True, [2]), ("B", False, [1])
    ]  # fmt: skip
    assert data["reach"] == [{"x": [3], "y": [1]}, {"x": [2, 40], "y": [3, 1]}]
    limits = {limit["condition"]: limit["of"] for chart in data["charts"] for limit in chart["limits"]}
    assert limits == {
        "strangers.1h > 3": "A",
        "strangers.1h > 2": "B",
        "strangers.24h > 40": "B",
        "messages.1m > 4": "A",
    }


def test_limits_of_both_are_drawn_once(tmp_path):
    compared(tmp_path, LOOSE, LOOSE, report=tmp_path / "r.html")
    limits = [limit["of"] for chart in data_of(tmp_path / "r.html")["charts"] for limit in chart["limits"]]
    assert limits == ["AB", "AB"]


def test_rules_stand_beside_those_of_the_same_id(tmp_path):
    pairs = rule_pairs(compared(tmp_path))
    assert [(p.rule.id, p.a and p.a.times, p.b and p.b.times, p.differs) for p in pairs] == [
        ("few", 4, 6, True), ("many", None, 16, True), ("pace", 2, None, True)
    ]  # fmt: skip
    same = rule_pairs(compared(tmp_path, LOOSE, LOOSE))
    assert [(p.rule.id, p.differs) for p in same] == [("few", False), ("pace", False)]
    quiet = rule_pairs(compared(tmp_path, LOOSE, LOOSE, loud(1)))
    assert ([p.heard for p in pairs], [p.heard for p in quiet]) == ([True, True, True], [False, False])


def test_shares_and_reach_are_told_for_each_kind_of_account(tmp_path):
    rows = [(row.title, row.accounts, row.refused, row.median, row.most) for row in who(compared(tmp_path))]
    assert rows == [
        ("all accounts", 5, ["1", "3"], ["3", "2"], ["3", "40"]),
        ("ordinary", 4, ["1", "2"], ["3", "2"], ["3", "2"]),
        ("sending in bulk", 1, ["0", "1"], ["–", "40"], ["–", "40"]),
    ]


def test_no_more_accounts_are_listed_than_asked_for(tmp_path):
    rows = sorted([*loud(3, "x"), *loud(3, "y")], key=lambda row: row[2])
    listed = group_rows(compared(tmp_path, rows=rows), Group.NEWLY_TOUCHED, 1)
    assert (listed.accounts, len(listed.rows), listed.rows[0].a, listed.rows[0].b) == (2, 1, "nothing", "refused once")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_draws_it_without_any_network(page, chromium, width, scheme):
    asked, said = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}).new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(page.as_uri())
        tab.wait_for_selector("#timeline .barlayer .point")
        lines = {
            name: tab.locator(f"#{name} .scatterlayer .js-line").count() for name in ("timeline", "touched", "reach")
        }
        limits = tab.locator("#chart-strangers .shapelayer path").count()
        wide = tab.evaluate("document.documentElement.scrollWidth")
        title = tab.title()
        browser.close()
    assert (asked, said) == ([page.as_uri()], [])
    assert (lines, limits, wide, title) == (
        {"timeline": 2, "touched": 4, "reach": 2}, 3, width, "Compare: loose@1 and tight@2"
    )  # fmt: skip


def test_terms_without_rules_can_be_compared(tmp_path):
    compared(tmp_path, NO_RULES, LOOSE, report=tmp_path / "r.html")
    assert "B would touch <em>2 ordinary accounts</em>" in (tmp_path / "r.html").read_text()
