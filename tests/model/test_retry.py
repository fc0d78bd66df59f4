"""The model's waits are those that asking at every single second finds."""

from hypothesis import HealthCheck, example, given, settings

from ecluse.events import Event
from tests.model import strategies
from tests.model.gate import ModelGate, second
from tests.model.strategies import START
from tests.model.terms import Condition, Rule

HORIZON_S = 400


def written_to_group(sender, at):
    return Event(kind="send", at=1_000 * at, sender=sender, group="g")


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=150)
@given(strategies.rules(), strategies.events(max_size=15, steps=strategies.SHORT_STEPS, huge=False))
@example(
    [Rule("answered", (Condition("reply_ratio.30d", ">", 0.5),), "refuse", ("send",))],
    [written_to_group("bob", START + 60), written_to_group("cem", START)],
)
def test_the_first_second_that_helps_is_found(rules, events):
    gate = ModelGate(rules)
    for event in events[:-1]:
        gate.decide(event, names=())
    last = events[-1]
    now, _ = gate.ledgers[last.sender].touch(second(last))
    for bad in [("refuse",), ("refuse", "drop_strangers", "delay")]:
        found = gate.retry_after(last, now, bad)
        by_seconds = gate.retry_after_by_seconds(last, now, bad, HORIZON_S)
        assert by_seconds == (found if found is not None and found <= HORIZON_S else None)
