"""Laws of what sanctions hold back: as a plain list of restrictions would, and until the second that was said."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.gate import Gate
from ecluse.gate.acts import Lift, Restrict
from ecluse.ledger.standing import Capability
from tests.gate.test_restraint import DAY, OPEN, SECRET, S, gate, outcomes, restrict, send

SUBJECTS = st.sampled_from(["ada", "bob", "cyd"])
CAPABILITIES = st.sampled_from([Capability.ALL, Capability.START, Capability.ANSWER, Capability.REGISTER])
LAYS = st.builds(
    lambda subject, capability, number, since, lasts: restrict(
        subject, capability, number=number, since=since, until=None if lasts == 0 else since + lasts
    ),
    SUBJECTS,
    CAPABILITIES,
    st.integers(1, 6),
    st.integers(0, 50),
    st.integers(0, 50),
)
ACTS = st.one_of(LAYS, st.builds(Lift, st.integers(1, 6)))


@settings(max_examples=60)
@given(st.lists(st.one_of(ACTS, st.tuples(SUBJECTS, st.integers(0, 10))), max_size=25))
def test_the_gate_holds_back_what_a_plain_list_of_restrictions_would(steps):
    """Acts and events in any order; the model keeps a dictionary of restrictions and looks at all of them."""
    judge, held, now = gate(), {}, 0
    for step in steps:
        if isinstance(step, Restrict):
            judge.act([step], S + now)
            held[(step.subject, step.number)] = step
        elif isinstance(step, Lift):
            judge.act([step], S + now)
            held = {key: one for key, one in held.items() if key[1] != step.number}
        else:
            sender, later = step
            now += later
            asked = Capability.ALL | Capability.START
            stops = any(
                one.subject == sender
                and one.capability & asked
                and one.from_s <= S + now
                and (one.until_s is None or S + now < one.until_s)
                for one in held.values()
            )
            assert outcomes(judge, send(sender, "nobody", at=now)) == ["refuse" if stops else "pass"]


WAITED = st.lists(
    st.builds(
        lambda capability, number, since, lasts, n: restrict(
            "ada",
            capability,
            number=number,
            since=since,
            until=None if lasts == 0 else since + lasts,
            new_contacts=n,
        ),
        st.sampled_from([Capability.ALL, Capability.START, Capability.NEW_CONTACTS, Capability.NEW_CONTACTS]),
        st.integers(1, 6),
        st.integers(0, 2 * DAY),
        st.sampled_from([0, 60, DAY, 3 * DAY]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=40)
@given(WAITED, st.lists(st.integers(0, DAY), max_size=6), st.integers(1, 3))
def test_retry_after_is_the_first_second_at_which_nothing_holds_it_back(restrictions, gaps, strangers):
    """Whatever holds it back and however it waited: a second earlier it is refused, and then it passes."""
    judge, at = gate(), 0
    judge.act(restrictions, S)
    for number, gap in enumerate(gaps):
        at += gap
        judge.decide([send("ada", f"peer-{number}", at=at)])
    event = ["ada", *(f"new-{number}" for number in range(strangers))]
    (verdict,) = judge.decide([send(*event, at=at)])
    state = judge.state()

    def later(seconds):
        return outcomes(Gate.restore(OPEN, SECRET, state, 1 << 22), send(*event, at=at + seconds)) == ["pass"]

    if verdict.outcome == "refuse" and verdict.retry_after is not None:
        assert [later(verdict.retry_after - 1), later(verdict.retry_after)] == [False, True]
    elif verdict.outcome == "refuse":
        assert [later(wait) for wait in (60, DAY, 10 * DAY, 300 * DAY)] == [False] * 4
