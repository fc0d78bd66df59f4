"""Made-up sequences of events and rules for hypothesis: few accounts, so that they meet, and times at all the edges."""

from __future__ import annotations

from hypothesis import strategies as st

from ecluse.events import Event
from ecluse.ledger import split_window
from tests.model.content import FINGERPRINTS, TEXTS
from tests.model.ledgers import DAY, WINDOWS
from tests.model.places import Place, Scope, Transition
from tests.model.signals import NAMES
from tests.model.terms import COMPARE, JUDGED_KINDS, MODES, OUTCOMES, Condition, Rule

START = 1_600_000_003
"""Second of the first event: on no edge of any bucket."""

ORIGINS = ("o", "p")
PEOPLE = ("ada", "bob", "cem", "dan", "eve")
GROUPS = ("g", "h")
REGIONS = (None, "BR", "br-sp", "DE", "DE-BY")
PROVIDERS = (None, "p", "q")
NETWORKS = (None, "192.0.2.0/24", "AS64496")

EDGES = [window + step for window in WINDOWS.values() for step in (-1, 0, 1)]
STEPS = st.one_of(
    st.sampled_from([0, 0, 0, 1, 1, 2, 9, 10, 11]),
    st.sampled_from(EDGES),
    st.sampled_from([3 * 3_600, 7 * DAY, 29 * DAY, 399 * DAY, 400 * DAY - 1, 400 * DAY, 400 * DAY + 1]),
    st.sampled_from([-1, -30, -60, -61, -600, -3_601, -2 * DAY, -31 * DAY]),
)
SHORT_STEPS = st.sampled_from([0, 1, 1, 2, 5, 10, 30, 59, 60, 61, -1, -61, 600])

PLACES = (
    *(Place(regions=regions) for regions in (("BR",), ("BR-SP", "DE"), ("DE-BY",))),
    *(Place(kinds=kinds) for kinds in (("client",), ("business", "client"), ("personal",))),
    *(Place(chats=chats) for chats in (("group",), ("direct", "broadcast"))),
    *(Place(providers=providers) for providers in (("p",), ("p", "q"))),
    *(Place(ages=ages) for ages in ((("<", 3_600.0),), ((">=", 60.0), ("<=", 86_400.5)))),
    *(Place(start=START + step) for step in (-DAY, 1, 3_600)),
    *(Place(end=START + step) for step in (61, 3_600, 40 * DAY)),
)

FAN_OUTS = st.sampled_from([1, 2, 3, 30, 300, 1_000, 1_024])


@st.composite
def recipients(draw: st.DrawFn, huge: bool) -> list[str]:
    """Recipients: few and perhaps repeated or the sender itself; now and then a crowd out of one long row of ids."""
    if huge and draw(st.integers(0, 5)) == 0:
        first, n = draw(st.sampled_from([0, 1, 500, 1_024, 2_000, 3_000, 4_000])), draw(FAN_OUTS)
        return [f"crowd{i}" for i in range(first, first + n)]
    return draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=6))


@st.composite
def events(
    draw: st.DrawFn, max_size: int = 30, steps: st.SearchStrategy[int] = STEPS, huge: bool = True
) -> list[Event]:
    """A sequence of events in the order in which they are put to a gate."""
    at, made = START, []
    for _ in range(draw(st.integers(1, max_size))):
        at = max(at + draw(steps), START - 40 * DAY)
        made.append(draw(event(at, huge)))
        if draw(st.integers(0, 7)) == 0:
            made.append(made[draw(st.integers(0, len(made) - 1))])  # asked again
    return made


@st.composite
def sends(draw: st.DrawFn, max_size: int = 30) -> list[Event]:
    """Sends of one account, few or many, at once and months apart, some of them late, and attempts between them."""
    at, made = START, []
    for _ in range(draw(st.integers(1, max_size))):
        at = max(at + draw(st.one_of(SHORT_STEPS, SHORT_STEPS, STEPS)), START - 40 * DAY)
        to = draw(st.sampled_from(PEOPLE[1:]))
        made.append(Event(kind="send", at=1_000 * at, sender="ada", recipients=[to]))
        if draw(st.integers(0, 4)) == 0:
            made.append(draw(event(at, huge=False)))
    return made


@st.composite
def forwards(draw: st.DrawFn, max_size: int = 20) -> list[Event]:
    """Forwards of one account, most of them of one message, to one chat or a few, and what else happens meanwhile."""
    at, made = START, []
    for _ in range(draw(st.integers(1, max_size))):
        at = max(at + draw(st.one_of(SHORT_STEPS, STEPS)), START - 40 * DAY)
        to = draw(st.lists(st.sampled_from([*PEOPLE[1:], "fay", "gus"]), min_size=1, max_size=3))
        group = draw(st.sampled_from([None, None, *GROUPS]))
        origin = draw(st.sampled_from([*ORIGINS, "o", None]))
        made.append(
            Event(kind="forward", at=1_000 * at, sender="ada", recipients=to, group=group, origin=origin, members=9)
        )
        if draw(st.integers(0, 3)) == 0:
            made.append(draw(event(at, huge=False)))
    return made


@st.composite
def event(draw: st.DrawFn, at: int, huge: bool = True) -> Event:
    """One event at second ``at``."""
    others = ("forward", "register", "create_group", "add_to_group", "report", "block", "import_contacts")
    kind = draw(st.one_of(st.just("send"), st.just("send"), st.sampled_from(others)))
    fields: dict[str, object] = {}
    if kind in ("report", "block"):
        fields["subject"] = draw(st.sampled_from(PEOPLE))
    elif kind in ("send", "forward"):
        if draw(st.integers(0, 3)) == 0:
            fields |= {"group": draw(st.sampled_from(GROUPS)), "chat": "group"}
            fields["members"] = draw(st.sampled_from([None, 1, 7, 100, 4_095, 4_096, 99_999]))
        if "group" not in fields or draw(st.booleans()):
            fields["recipients"] = draw(recipients(huge))
    elif kind in ("create_group", "add_to_group"):
        fields["group"] = draw(st.sampled_from(GROUPS))
        if kind == "add_to_group" or draw(st.booleans()):
            fields["recipients"] = draw(recipients(huge))
    if kind == "forward":
        fields["hops"] = draw(st.sampled_from([None, 0, 1, 5, 255]))
        fields["origin"] = draw(st.sampled_from([None, *ORIGINS]))
    if draw(st.integers(0, 5)) == 0:
        fields["sender_kind"] = draw(st.sampled_from(["personal", "business", "client"]))
    if draw(st.booleans()):
        fields |= {"region": draw(st.sampled_from(REGIONS)), "provider": draw(st.sampled_from(PROVIDERS))}
        fields.setdefault("chat", draw(st.sampled_from([None, "direct", "broadcast"])))
    if draw(st.booleans()):
        fields["network"] = draw(st.sampled_from(NETWORKS))
    if draw(st.integers(0, 2)) > 0:
        if draw(st.integers(0, 4)) > 0:
            fields["text"] = draw(st.sampled_from(sorted(TEXTS)))
        if draw(st.integers(0, 4)) == 0:
            fields["fingerprint"] = draw(st.sampled_from(sorted(FINGERPRINTS)))
    if draw(st.integers(0, 5)) == 0:
        fields["registered_at"] = 1_000 * (at + draw(st.sampled_from([-400 * DAY, -DAY, -1, 0, 1, 3_600])))
    if draw(st.integers(0, 3)) == 0:
        fields["id"] = draw(st.sampled_from(["1", "2", "3"]))
    milliseconds = draw(st.sampled_from([0, 0, 999]))
    return Event(kind=kind, at=1_000 * at + milliseconds, sender=draw(st.sampled_from(PEOPLE[:3])), **fields)


def _limits(signal: str) -> st.SearchStrategy[float]:
    name = split_window(signal)[0]
    if name in ("reply_ratio", "peer_wrote_within") or name.endswith(("strangers_share", "content.truth")):
        return st.sampled_from([0.0, 0.2, 0.5, 1.0])
    if name == "gap_regularity":
        return st.sampled_from([0.0, 0.05, 0.3, 1.0, 2.0])
    if name == "content.growth":
        return st.sampled_from([0.0, 1.0, 4.0, 12.0, 24.0])
    if name in ("account_age", "content.age"):
        return st.sampled_from([0.0, 1.0, 59.5, 3_600.0, 86_400.0, 2_592_000.0])
    return st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 30.0])


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """One comparison, of a small limit; above a limit more often than not."""
    signal = draw(st.sampled_from(NAMES))
    comparison = draw(st.one_of(st.sampled_from([">", ">="]), st.sampled_from(sorted(COMPARE))))
    return Condition(signal, comparison, draw(_limits(signal)))


@st.composite
def rules(draw: st.DrawFn, max_size: int = 4) -> list[Rule]:
    """A few rules of every outcome."""
    made = []
    for place in range(draw(st.integers(0, max_size))):
        then = draw(st.sampled_from([*OUTCOMES, "refuse", "delay"]))
        when = tuple(draw(st.lists(conditions(), min_size=1, max_size=2)))
        every = (*JUDGED_KINDS, "register", "import_contacts")
        kinds = draw(st.sampled_from([JUDGED_KINDS, JUDGED_KINDS, ("send",), every]))
        made.append(Rule(f"rule-{place}", when, then, kinds, f"label-{place}" if then == "label" else None))
    return made


@st.composite
def places(draw: st.DrawFn) -> Place:
    """A place that asks for one thing or two."""
    first, second = draw(st.sampled_from(PLACES)), draw(st.sampled_from(PLACES))
    both = first._replace(**{name: value for name, value in second._asdict().items() if value not in ((), None)})
    return first if both.start and both.end and both.start >= both.end else both


@st.composite
def placed_rules(draw: st.DrawFn, max_size: int = 4) -> list[Rule]:
    """Rules of any mode, with scopes and transitions."""
    made = []
    for rule in draw(rules(max_size)):
        signals = [condition.signal for condition in rule.when]
        once = [signal for signal in dict.fromkeys(signals) if signals.count(signal) == 1]
        scopes = [
            Scope(draw(places()), tuple((signal, draw(_limits(signal))) for signal in once))
            for _ in range(draw(st.integers(0, 2)) if once else 0)
        ]
        transition = None
        if draw(st.integers(0, 3)) == 0:
            place = draw(places())._replace(chats=(), start=None, end=None)
            if place != Place():
                until = draw(st.sampled_from([START + 61, START + 3_600, START + 2 * DAY]))
                transition = Transition(place, until, draw(st.sampled_from(MODES[1:])))
        mode = draw(st.sampled_from([*["enforce"] * 4, "warn", "shadow"]))
        made.append(rule._replace(mode=mode, scopes=tuple(scopes), transition=transition))
    return made


@st.composite
def cuts(draw: st.DrawFn, n: int) -> list[int]:
    """Where to cut a sequence of ``n`` events into batches: starts and the end."""
    return [0, *sorted(draw(st.sets(st.integers(1, n - 1))) if n > 1 else []), n]
