"""What is wrong in a document of cases is told with its place, all at once, and what would be right."""

import pytest

from ecluse.terms import TermsError
from tests.trials.making import one_case, suite

LENGTH = "a length of time, such as `20s`, `90m`, `36h` or `3d`, at most 3650d"
NAME = "a name, such as `ada`, or many, such as `friend 1..80`, at most 4,096 of 1 to 255 characters"


def faults(act):
    with pytest.raises(TermsError) as caught:
        act()
    return [f"{fault.line}:{fault.column} {fault.field}: {fault.message}" for fault in caught.value.faults]


def step_faults(step, head=""):
    """Messages about one step that lacks nothing else."""
    found = faults(lambda: one_case(f"- {{{step}, expect: pass}}", head))
    return [line.partition("steps[0]")[2].removeprefix(".").removeprefix(": ") for line in found]


def test_every_fault_is_told_at_once_with_its_place():
    text = """\
    now: 2024-03-01
    acounts: {}
    cases:
      - case: first
        steps:
          - {send: ada, too: bob, expect: pass}
          - {send: ada, to: bob, expect: {outcome: refuze, rule: [x]}}
      - case: second
        steps: [{send: ada, to: bob}]
      - case: first
        steps: [{send: ada, to: bob, expect: pass}]
    """
    assert faults(lambda: suite(text)) == [
        "2:1 : unknown field `acounts`; did you mean `accounts`?",
        "6:9 cases[0].steps[0]: its events need recipients: 1 to 1024 ids of 1 to 255 characters, or a group, got None",
        "6:21 cases[0].steps[0]: unknown field `too`; did you mean `tool`?",
        "7:48 cases[0].steps[1].expect.outcome: unknown outcome `refuze`; did you mean `refuse`?",
        "7:56 cases[0].steps[1].expect: unknown field `rule`; did you mean `rules`?",
        "8:5 cases[1]: nothing is expected in this case: give one of its steps the field `expect`",
        "10:5 cases[2]: the case `first` is there already",
    ]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("to: bob", "expected one of `send`, `forward`, `register`, `create_group`, `add_to_group`, `report`, `block`, "
         "`import_contacts`, with who does it"),
        ("send: ada, to: bob, to_each: eve", "to_each: expected `to`, one event to all of them, or `to_each`, one "
         "event to each; not both"),
        ("send: ada, to: p 3..1", f"to: expected {NAME}, got `p 3..1`"),
        ("send: ada, to: [bob, bob]", "to[1]: the name `bob` is given twice"),
        ("send: a 1..2, to_each: b 1..3", "expected one name or equally many in `send`, `to_each`"),
        ("send: ada, to: bob, every: soon", f"every: expected {LENGTH}, got `soon`"),
        ("send: ada, to: bob, repeat: 0",
         "repeat: expected a whole number from 1 on, at most 4,096 events in all, got `0`"),
        ("send: ada, to: bob, at: 2024-02-29", "at: time does not go back: this is before the events above it"),
        ("send: ada, to: bob, at: 2024-03-02, after: 3d", "after: expected `at` or `after`, not both"),
        ("send: ada, to: bob, region: Brazil", "region: 'Brazil' is not an ISO 3166 code such as BR or BR-SP"),
        ("send: ada, to: bob, chat: party", "chat: 'party' is not one of direct, group, broadcast"),
        ("forward: ada, to: bob, hops: many", "hops: expected a whole number, got `many`"),
        ("report: ada", "its events need subject: the id of the account that the report is about, got None"),
    ],
)  # fmt: skip
def test_a_step_that_can_not_be_is_told(step, message):
    assert step_faults(step) == [message]


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("accounts: {ada: {kind: firm}}", "accounts.ada.kind: 'firm' is not one of personal, business, client"),
        ("accounts: {ada: {age: old}}", f"accounts.ada.age: expected {LENGTH}, got `old`"),
        ("accounts: {ada: {history: [{ago: 3d}]}}", "accounts.ada.history[0]: expected one of `talked_with`, "
         "`heard_from`, `wrote_to`"),
        ("accounts: {a 1..2: {}, a 2: {}}", "accounts.a 2: the account `a 2` is there already"),
        ("in_force: never", "in_force: expected a date such as 2019-12-07 (midnight UTC), or a time such as "
         "2019-12-07T00:00:00Z, 2000 to 2099, got `never`"),
        ("fact_checks: [{text: x, truth: 2}]", "fact_checks[0].truth: expected how true it is, from 0 to 1, got `2`"),
        ("fact_checks: [{text: x, truth: no}]", "fact_checks[0].truth: expected how true it is, from 0 to 1, got "
         "true or false; in quotes it is text"),
        ("fact_checks: [{truth: 1}]", "fact_checks[0]: the field `text` is missing"),
        ("terms: []", "terms: expected at least one document of terms"),
    ],
)  # fmt: skip
def test_what_stands_above_the_cases_is_checked(head, message):
    (found,) = faults(lambda: one_case("- {send: ada, to: bob, expect: pass}", head))
    assert found.partition(" ")[2] == message


@pytest.mark.parametrize("events", ["0", "4", "2..9", "3..2", "all"])
def test_events_are_meant_that_are_there(events):
    act = lambda: one_case(f"- {{send: ada, to_each: p 1..3, expect: {{events: {events}, outcome: pass}}}}")  # noqa: E731
    (found,) = faults(act)
    assert found.endswith(
        f"expected events by their numbers, from 1 to 3: `51`, `51..60`, `first` or `last`, got `{events}`"
    )


def test_a_case_is_bounded():
    (found,) = faults(lambda: one_case("- {send: ada, to_each: p 1..4096, expect: pass}\n- {send: ada, to: bob}"))
    assert found.endswith("a case has at most 4,096 events, and 16,384 recipients of all together")


def test_a_case_needs_to_know_when_it_begins():
    (found,) = faults(lambda: suite("cases: [{case: it, steps: [{send: ada, to: bob, expect: pass}]}]"))
    assert "the field `now` is missing" in found


def test_one_line_may_stand_for_many_events():
    (case,) = one_case(
        """
        - {send: p 1..3, to: ada, every: 2s}
        - {send: ada, after: 10s, to_each: p 1..3, repeat: 2, every: 5s, expect: pass}
        - {create_group: ada, at: 2024-03-02, group: g 1..2, to: p 1..3}
        """
    ).cases
    noon = 1_709_294_400
    assert [(event.sender, event.recipients, event.group, event.at // 1_000 - noon) for event in case.events] == [
        ("p 1", ["ada"], None, 0),
        ("p 2", ["ada"], None, 2),
        ("p 3", ["ada"], None, 4),
        *(("ada", [f"p {n % 3 + 1}"], None, 14 + 5 * n) for n in range(6)),
        ("ada", ["p 1", "p 2", "p 3"], "g 1", 43_200),
        ("ada", ["p 1", "p 2", "p 3"], "g 2", 43_260),
    ]


def test_accounts_give_their_fields_to_their_events():
    head = "accounts: {ada: {kind: client, age: 1d, region: BR-SP, language: pt-BR, provider: mailer}}"
    (case,) = one_case("- {send: ada, to: bob, language: fr, expect: pass}", head).cases
    (event,) = case.events
    assert (event.sender_kind, event.region, event.language, event.provider) == ("client", "BR-SP", "fr", "mailer")
    assert event.registered_at == 1_000 * (1_709_294_400 - 86_400)
