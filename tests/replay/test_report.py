import json
import re

import pytest
from playwright.sync_api import sync_playwright

from ecluse.replay import Logs, replay
from tests.replay.making import NO_RULES, SMALL, loud, write_flat

HOSTILE = '</script><img src=x onerror="document.title=1">'
ROWS = sorted([*loud(30), *loud(5, HOSTILE), ("quiet", "loud", 33), ("loud", "late", 90_000)], key=lambda row: row[2])


@pytest.fixture
def page(tmp_path):
    return written(tmp_path, SMALL)


def written(tmp_path, terms):
    log = tmp_path / "a.jsonl"
    flat = [dict(zip(("sender", "recipient", "at"), (a, b, 1_700_000_000 + s), strict=True)) for a, b, s in ROWS]
    log.write_text("\n".join(map(json.dumps, flat)))
    replay(Logs([log]), terms, report=tmp_path / "report.html")
    return tmp_path / "report.html"


def data_of(page):
    return json.loads(re.search(r'id="data">(.*?)</script>', page.read_text(), re.DOTALL)[1])


def test_the_page_says_what_came_of_the_log(page):
    text = page.read_text()
    assert "2 of 3 accounts were ever refused: <em>66.7 %</em>" in text
    assert "Wrote to 30 people within an hour, 30 of whom had never written back; the limit is 3;" in text
    assert HOSTILE not in text


def test_charts_hold_every_account_as_recorded(page):
    data = data_of(page)
    assert (sum(data["timeline"]["events"]), sum(data["timeline"]["felt"][0]["counts"])) == (37, 29)
    strangers = data["charts"][0]
    hour = next(curve for curve in strangers["curves"] if curve["window"] == "1h")
    assert strangers["id"] == "strangers"
    assert [[round(x), round(y, 3)] for x, y in zip(hour["x"], hour["y"], strict=True)] == [
        [1, 1],
        [5, 0.667],
        [30, 0.333],
    ]
    assert [(limit["condition"], limit["rules"], limit["beyond"]) for limit in strangers["limits"]] == [
        ("strangers.1h > 3", ["few"], "2 accounts, 66.7 %"),
        ("strangers.1h > 2", ["some"], "2 accounts, 66.7 %"),
    ]


def test_the_same_log_gives_the_same_page(page, tmp_path):
    first = page.read_bytes()
    assert written(tmp_path, SMALL).read_bytes() == first


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_draws_it_without_any_network(page, chromium, width, scheme):
    asked, said = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(page.as_uri())
        tab.wait_for_selector("#timeline .barlayer .point")
        charts = [chart["id"] for chart in data_of(page)["charts"]]
        curves = {chart: tab.locator(f"#chart-{chart} .scatterlayer .js-line").count() for chart in charts}
        limits = tab.locator("#chart-strangers .shapelayer path").count()
        wide = tab.evaluate("document.documentElement.scrollWidth")
        title = tab.title()
        browser.close()
    assert (asked, said) == ([page.as_uri()], [])
    assert curves == {chart["id"]: len(chart["curves"]) for chart in data_of(page)["charts"]}
    assert (limits, wide, title) == (2, width, "Replay: Small (small@2)")


def test_terms_without_rules_give_the_signals_alone(tmp_path):
    page = written(tmp_path, NO_RULES)
    text = page.read_text()
    assert "the 3 accounts were measured, and nothing was judged" in text
    assert ("Which rules spoke" in text, data_of(page)["timeline"]["felt"]) == (False, [])
    assert [chart["limits"] for chart in data_of(page)["charts"] if chart["limits"]] == []


def test_flat_logs_of_one_second_are_drawn(tmp_path):
    log = write_flat(tmp_path / "a.csv", [("a", "b", 0)])
    replay(Logs([log]), SMALL, report=tmp_path / "r.html")
    assert data_of(tmp_path / "r.html")["timeline"]["events"] == [1]
