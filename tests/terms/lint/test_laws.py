"""What lint says of rules is so: held to what a gate does with them, on events that hypothesis thinks of."""

import numpy as np
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from ecluse.events import Kind, to_columns
from ecluse.gate import Gate
from ecluse.terms import COMPARISONS, parse_terms
from ecluse.terms.lint import lint
from tests.model import strategies
from tests.terms.lint.making import document, rule

SIGNALS = (
    *("recipients.1h", "strangers.1h", "strangers.24h", "reach.1m", "messages.1m", "recipients_of_this_send"),
    *("peer_wrote_within.24h", "reply_ratio.1h", "group_additions.1h", "forward_hops"),
)
SHARES = ("peer_wrote_within", "reply_ratio")
OUTCOMES = ("refuse", "refuse", "delay", "drop_strangers", "pass", "label")
KINDS = ("[send]", "[send, forward]", "[forward, register]", "[create_group, add_to_group]", None)


@st.composite
def conditions(draw):
    signal = draw(st.sampled_from(SIGNALS))
    numbers = [0, 0.5, 1] if signal.startswith(SHARES) else [0, 1, 2, 3, 5]
    comparison = draw(st.one_of(st.sampled_from([">", ">="]), st.sampled_from(COMPARISONS)))
    return f"{signal} {comparison} {draw(st.sampled_from(numbers))}"


@st.composite
def rules(draw):
    """Fields of a few rules."""
    made = []
    for place in range(draw(st.integers(1, 4))):
        fields = {"then": draw(st.sampled_from(OUTCOMES)), "kinds": draw(st.sampled_from(KINDS))}
        fields["label"] = "seen" if fields["then"] == "label" else None
        fields["mode"] = draw(st.sampled_from(["enforce", "enforce", "enforce", "warn", "shadow"]))
        made.append((f"r{place}", draw(st.lists(conditions(), min_size=1, max_size=3)), fields))
    return made


def written(made):
    return document(*(rule(name, *when, **{k: v for k, v in more.items() if v}) for name, when, more in made))


def judged(made, events):
    """Of each event the outcome and, unless it is refused, its labels; and which rules spoke, by id."""
    gate = Gate(parse_terms(written(made)), secret=b"a secret of the tests", memory_bytes=1 << 22)
    verdicts = gate.decide(to_columns(events))
    told = [(one.outcome, one.outcome != "refuse" and sorted(set(one.labels))) for one in verdicts]
    return told, {name: np.array(verdicts.spoke)[:, place] > 0 for place, (name, _, _) in enumerate(made)}


def without(made, place, condition=None):
    """The rules but for one, or but for one condition of it."""
    if condition is None:
        return made[:place] + made[place + 1 :]
    name, when, more = made[place]
    return [*made[:place], (name, when[:condition] + when[condition + 1 :], more), *made[place + 1 :]]


def numbers_in(field):
    """Places in a field such as ``rules[2].when[0]``."""
    return [int(part.partition("]")[0]) for part in field.split("[")[1:]]


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(rules(), strategies.events(steps=strategies.SHORT_STEPS.filter(lambda step: step >= -60), huge=False))
def test_what_is_found_is_so(made, events):
    told, spoke = judged(made, events)
    kinds = np.array([Kind.of(one.kind) for one in events])
    for finding in lint(parse_terms(written(made))):
        event(finding.code)
        if not finding.field.startswith("rules["):
            continue
        place, *more = numbers_in(finding.field)
        name = made[place][0]
        if finding.code in ("never", "contradiction", "unreachable"):
            assert not spoke[name].any(), finding
        elif finding.code == "never-on-kind":
            kind = parse_terms(written(made)).rules[place].kinds[more[0]]
            assert not spoke[name][kinds == kind].any(), finding
        elif finding.code == "implied" and len(made[place][1]) > 1:
            told_without, spoke_without = judged(without(made, place, more[0]), events)
            assert told_without == told, finding
            assert (spoke_without[name] == spoke[name]).all(), finding
        elif finding.code == "no-effect" and made[place][2]["then"] != "pass":
            assert not spoke[name][(kinds == Kind.SEND) | (kinds == Kind.FORWARD)].any() or finding.field.endswith(
                "mode"
            )
        elif finding.code in ("subsumed", "window", "no-effect") and len(made) > 1:
            assert judged(without(made, place), events)[0] == told, finding
