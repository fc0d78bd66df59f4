"""What sanctions hold back, from when until when, and that recovery and snapshots know it."""

import numpy as np
import pytest

from ecluse.errors import InputError
from ecluse.events import Event, to_columns
from ecluse.gate import Gate
from ecluse.gate.acts import Lift, Restrict
from ecluse.gate.sanctioned import SanctionWords
from ecluse.ledger.standing import Capability, SubjectSort
from ecluse.terms import Text, parse_terms

S = 1_700_000_000
DAY = 86_400
OPEN = parse_terms("{id: open, version: 1, title: Open, rules: []}")
SECRET = b"a secret of the tests"
ACCOUNT = SubjectSort.ACCOUNT


def gate(memory_bytes=1 << 22):
    return Gate(OPEN, secret=SECRET, memory_bytes=memory_bytes)


def send(sender, *recipients, at=0, kind="send", **fields):
    return Event(kind=kind, at=(S + at) * 1000, sender=sender, recipients=list(recipients) or None, **fields)


def restrict(subject, capability, *, number=1, sort=ACCOUNT, since=0, until=None, **more):
    until_s = None if until is None else S + until
    return Restrict(sort, subject, number, 10 + number, capability, S + since, until_s, **more)


def outcomes(judge, *events):
    return [verdict.outcome for verdict in judge.decide(events)]


KINDS = {
    "start": send("ada", "new"),
    "answer": send("ada", "bob"),
    "forward to a friend": send("ada", "bob", kind="forward"),
    "create": send("ada", kind="create_group", group="g"),
    "add": send("ada", "cyd", kind="add_to_group", group="g"),
    "register": send("ada", kind="register"),
    "import": send("ada", kind="import_contacts"),
    "report": send("ada", kind="report", subject="bob"),
    "block": send("ada", kind="block", subject="bob"),
}


@pytest.mark.parametrize(
    ("capability", "refused"),
    [
        (Capability.START, ["start"]),
        (Capability.ANSWER, ["answer", "forward to a friend"]),
        (Capability.FORWARD, ["forward to a friend"]),
        (Capability.ADD, ["create", "add"]),
        (Capability.REGISTER, ["register"]),
        (Capability.SEND, ["start", "answer", "forward to a friend"]),
        (Capability.ALL, ["start", "answer", "forward to a friend", "create", "add", "register", "import"]),
        (Capability.NEW_CONTACTS, ["start"]),
    ],
)
def test_a_capability_is_taken_and_no_other(capability, refused):
    judge = gate()
    judge.decide([send("bob", "ada", at=-10)])
    judge.act([restrict("ada", capability)], S)
    found = [name for name, event in KINDS.items() if outcomes(judge, event) == ["refuse"]]
    assert found == refused


def test_a_verdict_says_which_sanction_and_until_when():
    judge = gate()
    words = SanctionWords("newsletter", Text.english("No newsletters."), "open@1", "https://example.org/appeal")
    judge.sanction_words[11] = words
    judge.act([restrict("ada", Capability.START, until=DAY)], S)
    (verdict,) = judge.decide([send("ada", "new")])
    said = verdict.sanction
    assert (verdict.outcome, verdict.rules, verdict.retry_after) == ("refuse", [], DAY)
    assert (said.sanction, said.capability, said.until) == (11, "start", "2023-11-15T22:13:20Z")
    assert (said.rule, said.clause, said.terms, said.appeal) == (
        "newsletter",
        "No newsletters.",
        "open@1",
        "https://example.org/appeal",
    )
    assert said.notice == (
        "This was not sent: until November 15, 2023 you may not write to people who never wrote to you. "
        "No newsletters. You can appeal: https://example.org/appeal"
    )


@pytest.mark.parametrize("language", ["fr", "pt-BR", "hi", "es"])
def test_a_verdict_is_in_the_senders_language(language):
    judge = gate()
    judge.act([restrict("ada", Capability.ALL)], S)
    english, other = judge.decide([send("ada", "new"), send("ada", "new", language=language)])
    assert english.sanction.notice == "This was not sent: until further notice you may not use the service."
    assert other.sanction.notice != english.sanction.notice


def test_a_column_names_the_sanction():
    judge = gate()
    judge.act([restrict("ada", Capability.START)], S)
    table = judge.decide(to_columns([send("ada", "new"), send("bob", "new")])).to_arrow()
    assert table.column("sanction").to_pylist() == [11, None]
    assert table.column("rules").to_pylist() == [[], []]


def test_whoever_wrote_first_may_be_answered():
    judge = gate()
    judge.act([restrict("ada", Capability.START)], S)
    before = send("ada", "bob")
    assert outcomes(judge, before, send("bob", "ada"), before, send("ada", "bob", "new")) == [
        "refuse",
        "pass",
        "pass",
        "refuse",
    ]


def test_it_holds_from_its_first_second_until_the_one_before_its_end():
    judge = gate()
    judge.act([restrict("ada", Capability.ALL, since=100, until=200)], S)
    events = [send("ada", "bob", at=at) for at in (99, 100, 199, 200)]
    assert outcomes(judge, *events) == ["pass", "refuse", "refuse", "pass"]


def test_lifted_it_holds_nothing_back_from_the_next_event_on():
    judge = gate()
    judge.act([restrict("ada", Capability.ALL), restrict("ada", Capability.START, number=2)], S)
    assert outcomes(judge, send("ada", "bob")) == ["refuse"]
    judge.act([Lift(1)], S)
    assert judge.decide([send("ada", "bob")])[0].sanction.capability == "start"
    judge.act([Lift(2), Lift(3)], S)
    assert outcomes(judge, send("ada", "bob")) == ["pass"]
    assert judge.restrictions[0] == 0


def test_of_several_the_one_that_lasts_longest_is_said_and_retry_knows_all():
    judge = gate()
    judge.act(
        [
            restrict("ada", Capability.ALL, number=1, until=100),
            restrict("ada", Capability.START, number=2, since=50, until=300),
            restrict("ada", Capability.SEND, number=3, until=70),
        ],
        S,
    )
    (verdict,) = judge.decide([send("ada", "bob")])
    assert (verdict.sanction.sanction, verdict.retry_after) == (11, 300)
    judge.act([restrict("ada", Capability.REGISTER, number=4)], S)
    assert judge.decide([send("ada", "bob")])[0].retry_after == 300
    judge.act([restrict("ada", Capability.SEND, number=5)], S)
    (verdict,) = judge.decide([send("ada", "bob")])
    assert (verdict.sanction.sanction, verdict.sanction.until, verdict.retry_after) == (15, None, None)


def test_new_contacts_a_day():
    judge = gate()
    judge.decide([send("friend", "ada", at=-10)])
    judge.act([restrict("ada", Capability.NEW_CONTACTS, new_contacts=2)], S)
    events = [
        send("ada", "one", at=0),
        send("ada", "two", at=10),
        send("ada", "two", at=11),
        send("ada", "friend", at=12),
        send("ada", "three", at=20),
    ]
    verdicts = judge.decide(events)
    assert [verdict.outcome for verdict in verdicts] == ["pass"] * 4 + ["refuse"]
    said = verdicts[4].sanction
    assert (said.new_contacts, said.new_contacts_max, verdicts[4].retry_after) == (3, 2, DAY - 20)
    waited = [send("ada", "three", at=DAY - 1), send("ada", "three", at=DAY)]
    assert outcomes(judge, *waited) == ["refuse", "pass"]


def test_one_who_answers_is_no_stranger_any_more():
    judge = gate()
    judge.act([restrict("ada", Capability.NEW_CONTACTS, new_contacts=1)], S)
    first, second = send("ada", "one"), send("ada", "two", at=2)
    assert outcomes(judge, first, second, send("one", "ada", at=3), second) == ["pass", "refuse", "pass", "pass"]


def test_more_new_contacts_at_once_than_a_day_allows_wait_for_the_end():
    judge = gate()
    judge.act([restrict("ada", Capability.NEW_CONTACTS, new_contacts=1, until=3 * DAY)], S)
    assert judge.decide([send("ada", "one", "two")])[0].retry_after == 3 * DAY


def test_a_provider_answers_for_its_clients():
    judge = gate()
    judge.act([restrict("bulk inc", Capability.START, sort=SubjectSort.PROVIDER)], S)
    through, past = send("shop", "new", provider="bulk inc"), send("shop", "new", provider="other")
    answer = send("shop", "buyer", provider="bulk inc")
    assert outcomes(judge, through, past, send("buyer", "shop"), answer) == ["refuse", "pass", "pass", "pass"]


@pytest.mark.parametrize("sort", [SubjectSort.NETWORK, SubjectSort.DEVICE])
def test_a_network_or_device_is_kept_from_registering_alone(sort):
    judge = gate()
    field = {SubjectSort.NETWORK: "network", SubjectSort.DEVICE: "device"}[sort]
    judge.act([restrict("that", Capability.REGISTER, sort=sort)], S)
    new = send("new", kind="register", **{field: "that"})
    other = send("new", kind="register", **{field: "another"})
    assert outcomes(judge, new, other, send("new", "bob", **{field: "that"})) == ["refuse", "pass", "pass"]


def test_an_expelled_owner_registers_neither_again_nor_anew_on_the_same_device():
    judge = gate()
    judge.decide([send("ada", "bob", at=-10, device="phone")])
    judge.act([restrict("ada", Capability.ALL, with_device=True)], S)
    again, anew = send("ada", kind="register"), send("eve", kind="register", device="phone")
    borrowed = send("bob", "cyd", device="phone")
    assert outcomes(judge, again, anew, borrowed, send("eve", kind="register", device="other")) == [
        "refuse",
        "refuse",
        "pass",
        "pass",
    ]
    judge.act([Lift(1)], S)
    assert outcomes(judge, again, anew) == ["pass", "pass"]


def test_a_refused_registration_leaves_no_date():
    judge = gate()
    judge.act([restrict("ada", Capability.REGISTER)], S)
    judge.decide([send("ada", kind="register")])
    assert judge.account("ada").registered_s == 0


def test_what_is_held_back_is_an_attempt_and_no_contact():
    judge = gate()
    judge.act([restrict("ada", Capability.ALL)], S)
    judge.decide([send("ada", "bob"), send("ada", "cyd")])
    account = judge.account("ada", S)
    assert (len(account.rows), account.signals["refused_attempts.1h"]) == (0, 2.0)


def test_observed_events_are_never_held_back():
    judge = gate()
    judge.act([restrict("ada", Capability.ALL)], S)
    judge.observe([send("ada", "bob")])
    assert len(judge.account("ada").rows) == 1


def test_a_late_event_is_held_back_too():
    judge = gate()
    judge.decide([send("ada", "bob", at=1_000)])
    judge.act([restrict("ada", Capability.ALL)], S + 1_000)
    (verdict,) = judge.decide([send("ada", "cyd", at=10)])
    assert (verdict.late, verdict.outcome) == (True, "refuse")


def test_asked_again_the_first_verdict_is_given():
    judge = gate()
    judge.act([restrict("ada", Capability.ALL)], S)
    event = send("ada", "bob", id="m-1")
    (first,) = judge.decide([event])
    judge.act([Lift(1)], S)
    assert judge.decide([event])[0] == first


def test_one_event_is_judged_as_a_batch_of_one():
    one, many = gate(), gate()
    for judge in (one, many):
        judge.act([restrict("ada", Capability.START, until=60)], S)
    assert one.decide_one(send("ada", "bob")) == many.decide([send("ada", "bob")])[0]


def test_acts_take_effect_in_their_place_among_events():
    judge = gate()
    packed = judge.pack_acts([restrict("ada", Capability.ALL)], S)
    events = judge.identify([send("ada", "bob"), send("ada", "bob")])
    together = np.concatenate([events.events[:1], packed.events, events.events[1:]])
    verdicts = judge.judge(events._replace(events=together))
    assert verdicts.outcome.tolist() == [0, 0, 4]


def test_a_gate_of_a_snapshot_knows_its_restrictions():
    judge = gate()
    judge.decide([send("ada", "bob", device="phone")])
    judge.act([restrict("ada", Capability.ALL, until=DAY, with_device=True)], S)
    other = Gate.restore(OPEN, SECRET, judge.state(), 1 << 22)
    events = [send("ada", "bob"), send("new", kind="register", device="phone"), send("ada", "bob", at=DAY)]
    assert outcomes(other, *events) == outcomes(judge, *events) == ["refuse", "refuse", "pass"]


def test_a_ledger_with_restrictions_stays_when_room_is_made():
    judge = gate(memory_bytes=1 << 22)
    judge.act([restrict("ada", Capability.ALL)], S)
    for start in range(0, 40_000, 4_000):
        judge.decide([send(f"s{number}", f"r{number}", at=1) for number in range(start, start + 4_000)])
    assert outcomes(judge, send("ada", "bob", at=2)) == ["refuse"]


def test_without_room_what_has_ended_goes_and_nothing_falls():
    judge = gate()
    room = judge.restrictions[1]
    ended = [restrict(f"old{n}", Capability.ALL, number=n + 1, until=1) for n in range(room)]
    judge.act(ended, S)
    assert judge.restrictions == (room, room)
    judge.act([restrict("ada", Capability.ALL, number=room + 1)], S + 3 * DAY)
    assert judge.restrictions == (1, room)
    assert outcomes(judge, send("ada", "bob", at=3 * DAY), send("old1", "bob", at=3 * DAY)) == ["refuse", "pass"]
    judge.act([restrict(f"new{n}", Capability.ALL, number=n + 2 * room) for n in range(room)], S + 3 * DAY)
    assert judge.restrictions[0] <= room


@pytest.mark.parametrize(
    "act",
    [
        restrict("ada", Capability.ALL, number=0),
        restrict("ada", Capability.ALL, until=1 << 33),
        restrict("ada", Capability.NEW_CONTACTS, new_contacts=1 << 16),
        Lift(0),
    ],
)
def test_an_act_that_does_not_fit_is_refused(act):
    with pytest.raises(InputError):
        gate().act([act], S)
