"""Sequences on which the compiled gate and the naive model once disagreed."""

import pytest

from ecluse.events import Event
from tests.model.comparison import Both
from tests.model.ledgers import DAY
from tests.model.strategies import START as T
from tests.model.terms import Condition, Rule


def send(at, *recipients, sender="ada", **fields):
    people = list(recipients) or None
    return Event(kind=fields.pop("kind", "send"), at=1_000 * at, sender=sender, recipients=people, **fields)


def rule(then, signal, comparison, number, *kinds):
    return Rule(
        f"{then.replace('_', '-')}-it", (Condition(signal, comparison, float(number)),), then, kinds or ("send",)
    )


FOUND = {
    "a refused registration is none": (
        [rule("refuse", "recipients.1h", ">=", 0, "register")],
        [send(T, kind="register"), send(T + 9, "bob")],
    ),
    "a second later a first message is no longer answered": (
        [rule("refuse", "reply_ratio.30d", ">", 0.2)],
        [send(T, "cem", sender="bob"), send(T, "ada", "bob", sender="cem")],
    ),
    "a second later the attempt itself counts": (
        [rule("refuse", "refused_attempts.24h", "<", 1)],
        [send(T, group="g")],
    ),
    "a first message overtakes what a group was heard to say": (
        [rule("refuse", "reply_ratio.30d", ">", 0.5)],
        [send(T + 60, sender="bob", group="g"), send(T, sender="cem", group="g")],
    ),
    "being judged takes nothing from a group": (
        [rule("drop_strangers", "reach.24h", ">", 1)],
        [
            send(T, group="g", kind="forward"),
            send(T + 30 * DAY + 138, sender="cem", group="g", members=100),
            send(T + 30 * DAY - 3_600, sender="bob", group="g"),
        ],
    ),
    "nobody waits for strangers to be dropped": (
        [rule("delay", "new_contacts.30d", "!=", 1), rule("drop_strangers", "account_age", "!=", DAY)],
        [send(T, "bob", "cem", registered_at=1_000 * (T - DAY))],
    ),
    "a registration asked for later is as young": (
        [rule("refuse", "account_age", "<=", 30 * DAY, "register")],
        [send(T, kind="register")],
    ),
    "a delayed registration, too": (
        [rule("delay", "account_age", "<=", 1, "register")],
        [send(T, kind="register")],
    ),
    "a registration that came a second late": (
        [rule("delay", "account_age", ">=", 1, "register")],
        [send(T + 1, "bob"), send(T, kind="register")],
    ),
}


@pytest.mark.parametrize("found", FOUND)
def test_what_was_once_found(found):
    rules, events = FOUND[found]
    both = Both(rules)
    assert len(both.decide(events)) == len(events)
    both.check_ledgers()
