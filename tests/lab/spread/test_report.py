import json
import re

import pytest
from playwright.sync_api import sync_playwright

from ecluse.lab.spread import NetworkOptions, make_network, scenarios, sweep
from ecluse.lab.spread.figures import figure
from ecluse.lab.spread.report import describe, write_report

OPTIONS = NetworkOptions(people=300)


@pytest.fixture(scope="module")
def network():
    return make_network(OPTIONS)


@pytest.fixture(scope="module")
def results(network):
    return sweep(network, scenarios(virality=[1, 0.01], limit=[256, 5]), seeds=3)


@pytest.fixture
def page(network, results, tmp_path):
    write_report(results, network, OPTIONS, tmp_path / "report.html")
    return tmp_path / "report.html"


def test_the_page_has_the_figures_and_the_curves(page, results, network):
    text = page.read_text()
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    assert [panel["lines"][1]["y"] for panel in data["panels"]] == [panel.lines[1].y for panel in figure(results)]
    assert text.count("<td>3 of 3</td>") == 4
    assert describe(network) in text


def test_the_same_results_give_the_same_page(page, network, results):
    first = page.read_bytes()
    write_report(results, network, OPTIONS, page)
    assert page.read_bytes() == first


@pytest.mark.parametrize("width", [390, 1280])
def test_a_browser_draws_it_without_any_network(page, chromium, width):
    asked, said = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_context(viewport={"width": width, "height": 900}).new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(page.as_uri())
        tab.wait_for_selector("#panel-1 .scatterlayer .js-line")
        lines = [tab.locator(f"#panel-{panel} .scatterlayer .js-line").count() for panel in range(2)]
        wide = tab.evaluate("document.documentElement.scrollWidth")
        browser.close()
    assert (asked, said, lines, wide) == ([page.as_uri()], [], [2, 2], width)
