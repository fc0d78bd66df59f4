"""The published schema is the one that is generated, and every document that parses fits it."""

import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from ecluse.cli.terms import terms_app
from ecluse.events import AccountKind, Chat, Kind
from ecluse.ledger import SIGNALS
from ecluse.terms import (
    KINDS_JUDGED,
    LANGUAGES,
    SHIPPED,
    Mode,
    Outcome,
    TermsError,
    loading,
    parse_terms,
)
from ecluse.terms.schema import terms_schema
from tests.terms.making import changed, documents, paths

DOCS = Path(__file__).parents[2] / "docs"
SHIPPED_TERMS = Path(loading.__file__).parent / "shipped"
VALIDATOR = jsonschema_rs.validator_for(terms_schema())


class Loader(yaml.SafeLoader):
    """Reads YAML as editors do: a date is text."""


Loader.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def fits(text):
    return VALIDATOR.is_valid(yaml.load(text, Loader))


def test_the_published_schema_is_what_the_command_prints():
    printed = CliRunner().invoke(terms_app, ["schema"]).stdout
    assert (DOCS / "reference" / "terms.schema.json").read_text() == printed
    assert json.loads(printed) == terms_schema()


def test_it_is_a_schema():
    jsonschema_rs.meta.validate(terms_schema())


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_documents_fit(name):
    VALIDATOR.validate(yaml.load((SHIPPED_TERMS / f"{name}.yaml").read_text(), Loader))


def documents_of(page):
    return [text for text in re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL) if "\nrules:" in f"\n{text}"]


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_documented_examples_fit_if_they_parse(page):
    for text in documents_of(page):
        whole = text if text.startswith("id:") or "\nid:" in text else f"id: a\nversion: 1\ntitle: t\n{text}"
        try:
            parse_terms(whole)
        except TermsError:
            assert not fits(whole), whole
        else:
            VALIDATOR.validate(yaml.load(whole, Loader))


def test_there_are_documented_examples():
    assert len(documents_of(DOCS / "reference" / "lint.md")) > 10


ODD = st.sampled_from(
    [
        None,
        True,
        5,
        -1,
        1.5,
        "",
        " ",
        "x",
        "5",
        "on",
        [],
        ["x"],
        {},
        {"en": "x"},
        "2019-12-07",
        "2019-W49-6",
        "20191207T000000Z",
        "7d",
    ]
)


@given(documents(), st.data())
def test_what_parses_fits(document, data):
    """Of documents as they are, and with any one value in them replaced by another."""
    where_ = [path for path in paths(document) if path]
    for candidate in (document, changed(document, data.draw(st.sampled_from(where_)), data.draw(ODD))):
        text = yaml.safe_dump(candidate, allow_unicode=True)
        try:
            parse_terms(text)
        except TermsError:
            event("does not parse")
            continue
        event("parses")
        VALIDATOR.validate(yaml.load(text, Loader))


SOUND = {
    "id": "a",
    "version": 1,
    "title": "t",
    "effective": "2019-12-07",
    "transition": [{"where": {"account_kinds": ["client"]}, "until": "2020-01-01"}],
    "scopes": [{"id": "s", "where": {"regions": ["BR"]}, "limits": {"r": {"strangers.1h": 5}}}],
    "rules": [{"id": "r", "clause": {"en": "c"}, "when": ["strangers.1h > 50"], "then": "refuse"}],
}


def test_the_sound_document_is_one():
    parse_terms(yaml.safe_dump(SOUND))
    assert VALIDATOR.is_valid(SOUND)


OBJECTS = [path for path in paths(SOUND) if path[-1:] not in ((), ("limits",), ("r",))]


@pytest.mark.parametrize(
    "path", [p for p in OBJECTS if isinstance(p[-1], int) or p[-1] in ("where", "clause")], ids=str
)
def test_an_unknown_field_is_marked_wherever_it_stands(path):
    inside = SOUND
    for step in path:
        inside = inside[step]
    if isinstance(inside, dict):
        assert not VALIDATOR.is_valid(changed(SOUND, path, inside | {"nonsense": 1}))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rules", 0, "when", 0), "stranger.1h > 50"),
        (("rules", 0, "when", 0), "strangers.1h => 50"),
        (("rules", 0, "when", 0), "strangers.1h > many"),
        (("rules", 0, "when"), []),
        (("rules", 0, "then"), "refuze"),
        (("rules", 0, "then"), "label"),
        (("rules", 0, "label"), "seen"),
        (("rules", 0, "kinds"), ["report"]),
        (("rules", 0, "mode"), "quiet"),
        (("rules", 0, "clause"), {"fr": "c"}),
        (("rules", 0, "clause"), {"en": "c", "de": "c"}),
        (("rules", 0, "id"), "R"),
        (("scopes", 0, "where"), {}),
        (("scopes", 0, "limits", "r"), {"stranger.1h": 5}),
        (("transition", 0, "where", "account_kinds", 0), "clients"),
        (("transition", 0, "meanwhile"), "enforce"),
        (("effective",), "7 December 2019"),
        (("version",), 1.5),
    ],
)
def test_what_is_wrong_is_marked(path, value):
    wrong = changed(SOUND, path, value)
    assert not VALIDATOR.is_valid(wrong)
    with pytest.raises(TermsError):
        parse_terms(yaml.safe_dump(wrong))


def test_editors_can_complete_every_word():
    text = json.dumps(terms_schema())
    words = [*(f'"{signal.name}"' for signal in SIGNALS), *(f'"{language}"' for language in LANGUAGES)]
    words += [f'"{word}"' for part in (Outcome, Mode, AccountKind, Chat) for word in part.words()]
    words += [f'"{kind.word}"' for kind in Kind if kind in KINDS_JUDGED]
    assert [word for word in words if word not in text] == []
    snippets = [one["body"] for one in terms_schema()["$defs"]["condition"]["anyOf"][0]["defaultSnippets"]]
    conditions = [re.sub(r"\$\{1:(.*?)\}", r"\1", body) for body in snippets]
    terms = parse_terms(yaml.safe_dump(changed(changed(SOUND, ("rules", 0, "when"), conditions), ("scopes",), [])))
    assert len(terms.rules[0].conditions) == len(SIGNALS)
