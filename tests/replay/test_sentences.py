from datetime import UTC, datetime

import pytest

from ecluse.ledger import SIGNALS
from ecluse.replay.sentences import sentence
from ecluse.replay.spoken import Case
from ecluse.replay.tally import Affected
from ecluse.terms import Outcome, parse_terms

DAY_S = int(datetime(2024, 5, 3, tzinfo=UTC).timestamp())


def rule(*conditions, then="refuse"):
    document = (
        f"{{id: x, version: 1, title: X, rules: [{{id: r, clause: C., when: {list(conditions)}, then: {then}}}]}}"
    )
    return parse_terms(document.replace("'", '"')).rules[0]


def told(rule, measured, times=1, first_s=DAY_S, last_s=DAY_S):
    case = Case(rule, times, first_s, last_s, measured)
    return sentence(Affected("ada", 99, {rule.outcome: times}, [case]))


@pytest.mark.parametrize(
    ("conditions", "main"),
    [
        (["account_age < 1d", "strangers.1h > 5", "reply_ratio.1h < 0.2"], "strangers.1h"),
        (["gap_regularity.1h < 0.3", "recipients.1h > 25"], "recipients.1h"),
        (["gap_regularity.1h < 0.3"], "gap_regularity.1h"),
        (["forward_hops >= 5", "recipients_of_this_send > 1"], "recipients_of_this_send"),
        (["account_age < 1d", "forward_hops >= 5"], "forward_hops"),
    ],
)
def test_the_condition_that_a_rule_is_about(conditions, main):
    assert rule(*conditions).principal().signal == main


@pytest.mark.parametrize(
    ("conditions", "measured", "expected"),
    [
        (["strangers.1h > 50"], {"strangers.1h": 71, "recipients.1h": 78},
         "Wrote to 78 people within an hour, 71 of whom had never written back; the limit is 50; refused"),
        (["recipients.24h > 100", "reply_ratio.24h < 0.2"], {"recipients.24h": 158, "reply_ratio.24h": 0.125},
         "Wrote to 158 people within a day, of whom 12.5 % answered; the limit is 100; refused"),
        (["account_age < 1d", "forward_hops >= 5"], {"account_age": 60, "forward_hops": 7},
         "Forwarded what had been forwarded 7 times; the limit is less than 5; refused"),
        (["account_age < 2h"], {"account_age": 60}, "Had been registered for 1 minute; the least is 2 hours; refused"),
        (["gap_regularity.1h < 0.3"], {"gap_regularity.1h": 0.04, "recipients.1h": 9},
         "Sent like clockwork, at gaps that vary by 4% of their mean; the least is 0.3; refused"),
    ],
)  # fmt: skip
def test_what_was_done_is_told(conditions, measured, expected):
    assert told(rule(*conditions), measured) == f"{expected} once, on 3 May 2024 at 00:00."


@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_every_signal_can_be_told(signal):
    window = signal.name.partition(".")[2]
    limit = 0 if signal.unit == "share" else 1
    text = told(rule(f"{signal.name} > {limit}"), {signal.name: 1, **({f"recipients.{window}": 1.0} if window else {})})
    assert (text[0].isupper(), text.endswith("refused once, on 3 May 2024 at 00:00."), "nan" in text) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("times", "last_s", "expected"),
    [
        (3, DAY_S + 5, "refused 3 times on 3 May 2024 at 00:00."),
        (3, DAY_S + 90, "refused 3 times on 3 May 2024, from 00:00 to 00:01."),
        (1_200, DAY_S + 86_400, "refused 1,200 times, first on 3 May 2024 at 00:00, last on 4 May 2024 at 00:00."),
    ],
)
def test_when_is_told(times, last_s, expected):
    text = told(rule("messages.1h > 5"), {"messages.1h": 6}, times, DAY_S, last_s)
    assert text == f"Sent 6 messages within an hour; the limit is 5; {expected}"


def test_a_verdict_given_before_is_told():
    assert sentence(Affected("ada", 1, {Outcome.REFUSE: 1}, [])) == "Asked again about what had been decided."
