"""The pages of the reference name what there is: each field, word and limit, and nothing else."""

import re
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pytest

from ecluse.events import SCHEMA, Kind, to_columns
from ecluse.events.event import Event
from ecluse.gate import Gate, Measure, SpokenRule, Verdict
from ecluse.ledger import layout
from ecluse.terms import Outcome, parse_terms

PROJECT = Path(__file__).parents[1]
DOCS = PROJECT / "docs"
PAGES = [*sorted(PROJECT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def section(page, heading):
    """The text under a heading of a page of the reference."""
    text = (DOCS / "reference" / page).read_text()
    (found,) = re.findall(rf"^(#+) {re.escape(heading)}.*?\n(.*?)(?=^\#|\Z)", text, re.DOTALL | re.MULTILINE)
    return found[1]


def column(page, heading, place=0):
    """A column of the table under a heading, without backticks."""
    lines = [line for line in section(page, heading).splitlines() if line.startswith("|")][2:]
    return [re.split(r"(?<!\\)\|", line)[1 + place].strip().strip("`") for line in lines]


@pytest.mark.parametrize("record", ["HEADER", "METER", "GAPS_BLOCK", "ROW"])
def test_each_field_of_a_record_is_in_its_table(record):
    dtype = getattr(layout, record)
    assert column("ledger.md", f"{record}: {dtype.itemsize} bytes") == list(dtype.names)


@pytest.mark.parametrize("record", ["HEADER", "ROW"])
def test_each_field_of_a_record_has_its_type(record):
    dtype = getattr(layout, record)
    types = [f"u{8 * dtype[name].itemsize}" for name in dtype.names]
    assert all(np.issubdtype(dtype[name], np.unsignedinteger) for name in dtype.names)
    assert column("ledger.md", f"{record}: {dtype.itemsize} bytes", 1) == types


def test_the_limits_of_a_ledger_are_its_limits():
    values = [int(value.replace(",", "")) for value in column("ledger.md", "Units and limits", 1)]
    names = column("ledger.md", "Units and limits")
    assert values == [getattr(layout, name) for name in names]
    bounds = [name for name in vars(layout) if name.endswith(("_MAX", "_MIN", "_S", "_WEIGHED", "BUCKETS"))]
    assert sorted(names) == sorted(bounds)


def test_each_field_of_an_event_is_in_its_table():
    names = column("events.md", "Fields")
    assert sorted(names) == sorted(SCHEMA.names) == sorted(Event.__struct_fields__)
    arrow = dict(zip(names, column("events.md", "Fields", 2), strict=True))
    words = {pa.list_(pa.string()): "list of string"}
    assert arrow == {field.name: words.get(field.type, str(field.type).replace("tz=", "")) for field in SCHEMA}


def test_each_kind_of_event_is_in_its_table():
    assert column("events.md", "Kinds") == list(Kind.words())


def test_each_field_of_a_verdict_is_in_its_table():
    assert column("verdicts.md", "Fields") == list(Verdict.__struct_fields__)
    text = section("verdicts.md", "Fields")
    for part in (SpokenRule, Measure):
        assert [name for name in part.__struct_fields__ if f"`{name}`" not in text] == []


def test_each_outcome_is_in_its_table():
    assert column("verdicts.md", "Outcomes") == list(Outcome.words())


def test_the_verdict_shown_is_one():
    (shown,) = re.findall(r"```json\n(.*?)```", (DOCS / "reference" / "verdicts.md").read_text(), re.DOTALL)
    verdict = msgspec.json.decode(shown, type=Verdict)
    assert msgspec.json.decode(shown) == msgspec.to_builtins(verdict)
    (terms,) = re.findall(r"```yaml\n(id: example.*?)```", (DOCS / "reference" / "terms.md").read_text(), re.DOTALL)
    clauses = {rule.id: str(rule.clause) for rule in parse_terms(terms).rules}
    assert [clauses[rule.rule] for rule in verdict.rules] == [rule.clause for rule in verdict.rules]


def test_the_columns_of_verdicts_are_named():
    gate = Gate(parse_terms("id: none\nversion: 1\ntitle: None\nrules: []\n"), secret=bytes(16), memory_bytes=1 << 22)
    verdicts = gate.decide(to_columns([Event(kind="send", at=1_600_000_000_000, sender="ada", recipients=["bob"])]))
    arrow = ", ".join(f"`{name}`" for name in verdicts.to_arrow().schema.names)
    assert arrow in " ".join(section("verdicts.md", "Fields").split()).replace(" (ids)", "")
    assert [name for name in column("verdicts.md", "Columns") if not hasattr(verdicts, name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_what_a_page_points_at_is_there(page):
    text = page.read_text()
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (page.parent / link).exists()] == []
    tests = re.findall(r"`(tests/[\w/]+\.py)`", text)
    assert [test for test in tests if not (PROJECT / test).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_every_picture_is_said_in_words(page):
    assert [picture for words, picture in re.findall(r"!\[(.*?)\]\((.*?)\)", page.read_text()) if len(words) < 20] == []


def test_every_decision_is_in_the_index():
    folder = DOCS / "decisions"
    index = (folder / "README.md").read_text()
    pages = {page.name for page in folder.glob("*.md")} - {"README.md"}
    assert set(re.findall(r"\]\(([\w-]+\.md)\)", index)) == pages
