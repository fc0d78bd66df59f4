"""What is written runs and points somewhere: examples in docstrings, links and headings in pages."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import ecluse

PROJECT = Path(__file__).parents[1]
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
SLOW = {"ecluse.lab.traffic"}
"""Modules whose example makes a whole population; their own tests do so anyway."""
ELSEWHERE = {
    f"ecluse.adapters.synapse.{name}"
    for name in ("labels", "link", "module", "moderation", "notices", "people", "standings", "storing", "telling")
}
"""Modules that only Synapse's own environment can import, where their tests run them."""


def examples():
    """Every docstring of the package that has an example, by the name of what it belongs to."""
    found = {}
    for module in pkgutil.walk_packages(ecluse.__path__, "ecluse."):
        if module.name.endswith("__main__") or module.name in SLOW | ELSEWHERE:
            continue
        tests = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(module.name))
        found |= {test.name: test for test in tests if test.examples}
    return found


EXAMPLES = examples()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_does_what_it_says(name, capsys):
    options = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    assert doctest.DocTestRunner(optionflags=options).run(EXAMPLES[name]).failed == 0, capsys.readouterr().out


def test_there_are_examples():
    assert len(EXAMPLES) > 20
    assert "ecluse.events.decoding.decode_event" in EXAMPLES


FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def headings(page):
    """The anchors of a page's headings, as GitHub makes them."""
    lines = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in lines}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_what_a_page_links_to_is_there(page):
    missing = []
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", page.read_text())):
        if "://" in link or link.startswith("mailto:"):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in headings(target)):
            missing.append(link)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_the_files_that_a_page_names_are_there(page):
    named = re.findall(r"`((?:src|tests|docs|benchmarks)/[\w./-]+)`", page.read_text())
    assert [name for name in named if not (PROJECT / name).exists()] == []
