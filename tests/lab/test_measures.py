import math

import numpy as np
import pytest

from ecluse.lab import measures
from ecluse.lab.measures import Log

MINUTE, DAY = 60, 86_400

LOG = Log.of(
    *np.array(
        [  # ann and ben talk; ann writes twice to cyn, who never answers
            (100, 200, 0),
            (100, 200, 2 * MINUTE),
            (200, 100, 12 * MINUTE),
            (100, 200, 13 * MINUTE),
            (100, 300, DAY),
            (100, 300, DAY + 5 * MINUTE),
        ]
    ).T
)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (measures.sent_a_day, [3, 2, 1]),
        (measures.people_written_to, [2, 1]),
        (measures.people_written_to_in_month, [2, 1]),
        (measures.answered_within(12 * MINUTE), [1, 0]),
        (measures.answered_within(11 * MINUTE), [0, 0]),
        (measures.first_answer_minutes, [12]),
        (measures.opening_messages, [2, 2]),
        (measures.answer_minutes, [10, 1]),
        (measures.turns, [0, 1, 1, 0]),
        (measures.own_gap_minutes, [2, 11, (DAY - 13 * MINUTE) / 60, 5]),
        (measures.new_contacts_a_day, [1, 1, 0]),
        (measures.best_friend_percent, []),
        (measures.mutual_ties, [1, 0]),
        (measures.messages_of_mutual_ties, [1, 1, 1, 1, 0, 0]),
        (measures.sent_in_hour(0), [1, 1, 1, 1, 1, 1]),
        (measures.talks_a_day, [2 / (1 + 5 / 1_440), 1 / (1 + 5 / 1_440), 1 / (1 + 5 / 1_440)]),
    ],
)
def test_each_measure_of_a_small_log(measure, expected):
    assert measure(LOG).tolist() == pytest.approx(expected)


def test_the_best_friend_is_the_one_written_to_most():
    log = Log.of(np.zeros(10, dtype=int), np.array([1] * 7 + [2] * 3), np.arange(10))
    assert measures.best_friend_percent(log).tolist() == [70]


def test_a_log_may_come_in_any_order():
    backwards = Log.of(LOG.sender[::-1], LOG.recipient[::-1], LOG.at_s[::-1])
    assert measures.answer_minutes(backwards).tolist() == [10, 1]


def test_who_never_answers_keeps_nobody_waiting_forever():
    assert math.isfinite(measures.first_answer_minutes(LOG).max())
