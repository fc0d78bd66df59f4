import pytest

from ecluse.errors import InputError
from ecluse.forwarding import ForwardTokens, Keyring, derive
from ecluse.forwarding.checking import Checked, Fault
from tests.forwarding.making import ISSUED_S, NEW, OLD, RING


def shown(tokens, text, holder="bob", at_s=ISSUED_S):
    return tokens.check(text, holder=holder, at_s=at_s, content=None)


@pytest.mark.parametrize(("required", "said"), [(False, None), (True, Checked(Fault.MISSING))])
def test_no_token_is_a_fault_where_one_is_required(required, said):
    assert shown(ForwardTokens(RING, required=required), None) == said


def test_hops_stop_at_the_most_that_a_token_can_say():
    tokens = ForwardTokens(RING)
    root = tokens.issue(origin=1, hops=1_000, issued_s=ISSUED_S, content=None)
    assert shown(tokens, derive(root, "bob")) == Checked(Fault.NONE, 255, 1)


def test_keys_may_change_while_tokens_are_about():
    tokens = ForwardTokens(Keyring([OLD]))
    before = derive(tokens.issue(origin=1, hops=0, issued_s=ISSUED_S, content=None), "bob")
    tokens.use_keys(Keyring([OLD, NEW]))
    after = derive(tokens.issue(origin=1, hops=0, issued_s=ISSUED_S, content=None), "bob")
    assert before != after
    assert [shown(tokens, text).fault for text in (before, after)] == [Fault.NONE, Fault.NONE]


def test_an_age_is_a_second_at_least():
    with pytest.raises(InputError, match=r"^age_max_s: 0 is not at least 1 second$"):
        ForwardTokens(RING, age_max_s=0)
