"""The published schema is the one that is generated, and every document that parses fits it."""

import copy
import json
import re
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st
from typer.testing import CliRunner

from ecluse.cli.terms import terms_app
from ecluse.events import AccountKind, Chat, Kind
from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS
from ecluse.terms import (
    COMPARISONS,
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


NAMES = st.from_regex(r"[a-z0-9-]{1,8}", fullmatch=True)
WORDS = st.text("aé ж कि\n'\":#", min_size=1, max_size=20).filter(str.strip)
TEXTS = st.one_of(WORDS, st.dictionaries(st.sampled_from(LANGUAGES), WORDS).map(lambda texts: {"en": "Few."} | texts))
MOMENTS = st.one_of(
    st.dates(date(2020, 1, 1), date(2029, 12, 31)).map(str),
    st.sampled_from(["2020-12-07T00:00:00Z", "2020-12-07 00:00:00.5+01:00", "2020-12-07T00:00-0300"]),
)
NUMBERS = {
    "share": st.one_of(st.sampled_from([0, 1, 0.2, ".5", "1."]), st.floats(0, 1).filter(lambda x: "e" not in repr(x))),
    "seconds": st.sampled_from([0, 3600, "7d", "1.5h", "30m", "+5s", "1e3"]),
}
COUNTS = st.one_of(st.sampled_from(["+5", "-1", "1e3", "5.5"]), st.integers(-5, 4_095))
SIGNS = st.sampled_from(COMPARISONS)


def numbers(signal):
    return NUMBERS.get(signal.unit, COUNTS)


@st.composite
def conditions(draw):
    """A condition, in one line or in three fields."""
    signal, sign = draw(st.sampled_from(SIGNALS)), draw(SIGNS)
    number, space = draw(numbers(signal)), st.sampled_from(["", " ", "  "])
    if draw(st.booleans()):
        return {"signal": signal.name, "comparison": sign, "number": number}
    return f"{draw(space)}{signal.name}{draw(space)}{sign}{draw(space)}{number}{draw(space)}"


CONDITIONS = conditions()
AGES = st.tuples(st.sampled_from(["<", ">", "<= ", ">= "]), st.sampled_from(["7d", "3600", "1.5h"])).map("".join)
SENDERS = {
    "regions": st.lists(st.sampled_from(["BR", "br-sp", "IN", "GB-ENG"]), min_size=1, unique=True),
    "account_kinds": st.lists(st.sampled_from(AccountKind.words()), min_size=1, unique=True),
    "providers": st.lists(WORDS, min_size=1, max_size=3, unique=True),
    "account_age": st.one_of(AGES, st.lists(AGES, min_size=1, max_size=2)),
}
EVENTS = SENDERS | {
    "chats": st.lists(st.sampled_from(Chat.words()), min_size=1, unique=True),
    "from": st.just("2019-12-31"),
    "until": MOMENTS,
}


@st.composite
def where(draw, fields):
    """At least one of the fields."""
    names = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, unique=True))
    return {name: draw(fields[name]) for name in names}


@st.composite
def documents(draw):
    """A document as plain values; most of them parse."""
    ids = draw(st.lists(NAMES, max_size=4, unique=True))
    scopes = draw(st.lists(NAMES, max_size=3, unique=True))
    rules = []
    for name in ids:
        optional = {
            "kinds": st.lists(st.sampled_from([kind.word for kind in KINDS_JUDGED]), min_size=1, unique=True),
            "mode": st.sampled_from(Mode.words()),
            "notice": st.sampled_from(["{clause}", {"en": "{value} of {limit}"}]),
            "basis": WORDS,
        }
        if scopes:
            optional["only_in"] = st.lists(st.sampled_from(scopes), min_size=1)
        needed = {"id": st.just(name), "clause": TEXTS, "when": st.lists(CONDITIONS, min_size=1, max_size=3)}
        rule = draw(st.fixed_dictionaries(needed | {"then": st.sampled_from(Outcome.words())}, optional=optional))
        rules.append(rule | ({"label": "seen"} if rule["then"] == "label" else {}))
    document = draw(
        st.fixed_dictionaries(
            {
                "id": NAMES,
                "version": st.one_of(st.integers(0, 99), st.from_regex(r"[A-Za-z0-9._+-]{1,8}", fullmatch=True)),
                "title": WORDS,
                "rules": st.just(rules),
                "effective": MOMENTS,
            },
            optional={"announced": st.just("2019-05-01"), "supersedes": st.just("a@1")},
        )
    )
    if scopes:
        document["scopes"] = [{"id": name, "where": draw(where(EVENTS))} for name in scopes]
        for scope in document["scopes"]:
            if rules and draw(st.booleans()):
                rule = draw(st.sampled_from(rules))
                signals = [c["signal"] for c in rule["when"] if isinstance(c, dict)]
                if signals and "only_in" not in rule:
                    signal = SIGNALS[SIGNAL_COLUMNS[draw(st.sampled_from(signals))]]
                    scope["limits"] = {rule["id"]: {signal.name: draw(numbers(signal))}}
    if draw(st.booleans()):
        optional = {"until": MOMENTS, "meanwhile": st.sampled_from(["warn", "shadow"])}
        if ids:
            optional["rules"] = st.lists(st.sampled_from(ids), min_size=1, unique=True)
        transition = st.fixed_dictionaries({"where": where(SENDERS)}, optional=optional)
        document["transition"] = draw(st.lists(transition, max_size=2))
    return document


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


def paths(value, before=()):
    """The paths of all values within one."""
    yield before
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*before, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from paths(inner, (*before, place))


def changed(document, path, value):
    copied = copy.deepcopy(document)
    inside = copied
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    return copied


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
