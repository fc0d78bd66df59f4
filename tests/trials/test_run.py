import pytest

from ecluse.trials import run_suite
from tests.trials.making import failures, one_case, suite

NOTICE = (
    "This was not sent. Three people an hour. This would be 4; the limit is 3. You can try again in 57 minutes.",
    "Ceci n'a pas été envoyé. Trois personnes par heure. Vous en seriez à 4 ; la limite est de 3. "
    "Vous pourrez réessayer dans 57 minutes.",
)


def test_what_is_as_expected_passes():
    assert (
        failures(
            """
            - send: ada
              to_each: person 1..5
              expect:
                - {events: 1..3, outcome: pass, rules: [], labels: [], retry_after: none, terms: small@1}
                - {events: 4..5, outcome: refuse, rules: [three]}
                - {events: last, retry_after: 56m}
            - {forward: ada, to: person 1, expect: {outcome: label, labels: [forwarded]}}
            """
        )
        == ()
    )


def test_a_failure_says_where_what_was_expected_what_came_and_what_was_measured():
    (failure,) = failures("- {send: ada, to_each: person 1..5, every: 1m, expect: pass}")
    assert failure._asdict() == {
        "line": 6,
        "step": 1,
        "event": 4,
        "events": 5,
        "at_s": 1_709_294_580,
        "field": "outcome",
        "expected": "pass",
        "got": "refuse",
        "measured": ("three: recipients.1h 4 > 3 holds",),
        "more": 1,
    }


def test_of_a_rule_that_did_not_speak_it_says_what_it_lacked():
    (failure,) = failures("- {send: ada, to_each: person 1..3, expect: {events: 3, outcome: refuse, rules: [three]}}")
    assert failure.measured == ("three: recipients.1h 3 > 3 does not hold",)
    (failure,) = failures("- {send: ada, to: person 1, expect: {rules: [nobody]}}")
    assert failure.measured == ("nobody: no rule of the terms at this time",)
    (failure,) = failures("- {send: ada, to: person 1, expect: {rules: [young]}}")
    assert failure.measured == ("young: not asked of a send, account_age unknown < 24 hours does not hold",)


def test_without_rules_it_shows_all_that_ask_for_the_outcome_expected():
    (failure,) = failures("- {send: ada, to: person 1, expect: refuse}")
    assert [line.partition(":")[0] for line in failure.measured] == ["three", "young"]


def test_a_rule_behind_one_that_let_pass_is_said_to_be():
    (failure,) = failures(
        """
        - {send: ada, to_each: person 1..3}
        - {send: person 4, to: ada}
        - {send: ada, to: person 4, expect: {rules: [three]}}
        """
    )
    assert failure.measured == (
        "three: recipients.1h 4 > 3 holds, not asked if it comes after answers, which let it pass",
        "answers: peer_wrote_within.24h 100% >= 100% holds",
    )


@pytest.mark.parametrize(
    ("expect", "field", "expected", "got"),
    [
        ("{outcome: pass}", "outcome", "pass", "refuse"),
        ("{rules: []}", "rules", "[]", "[three]"),
        ("{warnings: [three]}", "warnings", "[three]", "[]"),
        ("{shadow: [three]}", "shadow", "[three]", "[]"),
        ("{labels: [forwarded]}", "labels", "[forwarded]", "[]"),
        ("{dropped: bob}", "dropped", "[bob]", "[]"),
        ("{retry_after: none}", "retry_after", "none", "3420 s"),
        ("{terms: none}", "terms", "none", "small@1"),
        ("{notice: {en: Sent.}}", "notice in en", "Sent.", NOTICE[0]),
    ],
)
def test_every_field_is_compared(expect, field, expected, got):
    steps = f"- {{send: ada, to_each: person 1..3}}\n- {{send: ada, to: person 4, expect: {expect}}}"
    assert [failure[5:8] for failure in failures(steps)] == [(field, expected, got)]


def test_a_notice_is_told_in_each_language_whatever_the_sender_speaks():
    notice = f"{{en: '{NOTICE[0]}', fr: {NOTICE[1]!r}}}"
    steps = f"- {{send: ada, to_each: person 1..3}}\n- {{send: ada, to: person 4, expect: {{notice: {notice}}}}}"
    assert failures(steps, "accounts: {ada: {language: es}}") == ()


def test_the_notice_is_of_the_rule_that_decided():
    (failure,) = failures(
        "- {forward: ada, to: bob, expect: {outcome: refuse, notice: {en: x}}}", "accounts: {ada: {age: 1h}}"
    )
    assert failure.got == "This was not sent. Not on the first day. You can try again in 23 hours."
    (failure,) = failures("- {forward: ada, to: bob, expect: {outcome: label, notice: {en: x}}}")
    assert failure.got == "none"


def test_dropped_recipients_are_named():
    head = "accounts: {ada: {history: [{talked_with: friend, ago: 2d}]}}"
    assert failures("- {send: ada, to: [friend, stranger 1..2], expect: {dropped: stranger 1..2}}", head) == ()


def test_no_case_leans_on_another():
    steps = "steps: [{send: ada, to_each: person 1..3, expect: pass}]"
    cases = "\n".join(f"  - {{case: case {n}, {steps}}}" for n in range(3))
    result = run_suite(suite(f"now: 2024-03-01\ncases:\n{cases}\n"))
    assert (len(result.cases), result.failed) == (3, 0)


def test_history_is_what_was_before_and_asks_no_rule():
    head = """
    accounts:
      ada:
        age: 30d
        history:
          - {talked_with: friend 1..10, ago: 40d}
          - {heard_from: asker, ago: 23h}
          - {wrote_to: old 1..2, ago: 10m}
    """
    case = one_case("- {send: ada, to: person 1, expect: pass}", head).cases[0]
    assert (len(case.before), len(case.events)) == (23, 1)
    assert [event.at for event in case.before] == sorted(event.at for event in case.before)
    steps = """
    - {send: ada, to: asker, expect: {rules: [answers]}}
    - {send: ada, to: person 1, expect: {outcome: refuse, rules: [three]}}
    """
    assert failures(steps, head) == ()
