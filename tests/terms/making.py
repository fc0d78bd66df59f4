"""Made-up documents of terms for hypothesis, as plain values."""

import copy
from datetime import date

from hypothesis import strategies as st

from ecluse.events import AccountKind, Chat
from ecluse.ledger import SIGNAL_COLUMNS, SIGNALS
from ecluse.ledger.standing import Capability
from ecluse.terms import COMPARISONS, KINDS_JUDGED, LANGUAGES, Deciding, Measure, Mode, Outcome, SubjectKind

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
NUMBERS["truth"] = NUMBERS["share"]
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


DURATIONS = st.one_of(st.integers(1, 10**6), st.from_regex(r"[1-9][0-9]{0,2}[smhd]", fullmatch=True))
REFUSALS = st.integers(1, 100)


@st.composite
def steps(draw):
    """Steps of a ladder, each at more strikes than the one before."""
    made = []
    for place, name in enumerate(draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))):
        measure = draw(st.sampled_from(Measure.words()))
        optional = {"decided_by": st.sampled_from(Deciding.words()), "announced": DURATIONS}
        step = {"id": name, "strikes": 10 * place + draw(st.integers(1, 10)), "then": measure}
        if measure in ("limit", "suspension"):
            step |= {"for": draw(DURATIONS)}
            words = [capability.word for capability in Capability if capability is not Capability.NEW_CONTACTS]
            optional["takes"] = st.lists(st.sampled_from(words), min_size=1, unique=True)
        made.append(step | draw(st.fixed_dictionaries({}, optional=optional)))
    return made


@st.composite
def ladders(draw):
    """A ladder of one kind of subject or more."""
    optional = {"within": DURATIONS, "expires": DURATIONS}
    strikes = st.fixed_dictionaries({"refusals": REFUSALS}, optional=optional)
    subjects = draw(st.lists(st.sampled_from(SubjectKind.words()), min_size=1, max_size=2, unique=True))
    ladder = {subject: {"strike": draw(strikes), "steps": draw(steps())} for subject in subjects}
    appeal = st.fixed_dictionaries({}, optional={"how": WORDS, "within": DURATIONS, "answered_within": DURATIONS})
    return ladder | draw(st.fixed_dictionaries({}, optional={"appeal": appeal, "business_lead": DURATIONS}))


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
            optional["only_in"] = st.lists(st.sampled_from(scopes), min_size=1, max_size=16)
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
            optional={"announced": st.just("2019-05-01"), "supersedes": st.just("a@1"), "ladder": ladders()},
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
