from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.terms import COMPARISONS, Condition
from ecluse.terms.spans import Span, is_whole, span_of

NUMBERS = st.integers(-6, 6).map(lambda n: n / 2)
SPANS = st.builds(Span, NUMBERS, NUMBERS, st.frozensets(NUMBERS, max_size=3))
CONDITIONS = st.builds(
    Condition, st.sampled_from(["reply_ratio.1h", "messages.1h"]), st.sampled_from(COMPARISONS), NUMBERS
)


def lies_in(number, span):
    return span.low <= number <= span.high and number not in span.holes


@given(SPANS, SPANS, NUMBERS)
def test_what_lies_in_both_lies_where_they_meet(first, second, number):
    assert lies_in(number, first.meet(second)) == (lies_in(number, first) and lies_in(number, second))


@given(SPANS, SPANS, NUMBERS)
def test_what_lies_within_lies_in_the_other(inner, outer, number):
    assert not (inner.within(outer) and lies_in(number, inner)) or lies_in(number, outer)


@given(SPANS, NUMBERS)
def test_nothing_lies_in_an_empty_span(span, number):
    assert not (span.empty and lies_in(number, span))


@given(SPANS, st.integers(-6, 6))
def test_whole_numbers_stay(span, number):
    assert lies_in(number, span.whole()) == lies_in(number, span)


@given(CONDITIONS, st.integers(-3, 3))
def test_a_condition_holds_for_what_lies_in_its_span(condition, number):
    number = float(number)
    expected = {"<": number < condition.number, "<=": number <= condition.number, ">": number > condition.number}
    expected |= {">=": number >= condition.number, "==": number == condition.number, "!=": number != condition.number}
    assert lies_in(number, span_of(condition)) == expected[condition.comparison]


@pytest.mark.parametrize(
    ("span", "is_empty"),
    [
        (Span(), False),
        (Span(1, 1), False),
        (Span(1, 0), True),
        (Span(1, 1, frozenset({1.0})), True),
        (Span(0, inf), False),
    ],
)
def test_empty(span, is_empty):
    assert span.empty == is_empty


def test_shares_and_ratios_are_not_whole():
    assert [is_whole(name) for name in ("reply_ratio.1m", "gap_regularity.1h", "reach.1h", "account_age")] == [
        *(False, False, True, True)
    ]
