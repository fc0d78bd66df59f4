import pytest

from ecluse.lab.fit import Row, fit, nearness
from ecluse.lab.logs import read_log

PUBLISHED = {  # of the real log, computed by an independent program
    ("messages sent on a day with any", "p50"): 2,
    ("messages sent on a day with any", "p75"): 4,
    ("messages sent on a day with any", "p90"): 9,
    ("messages sent on a day with any", "p95"): 15,
    ("messages sent on a day with any", "p99"): 37,
    ("messages sent on a day with any", "mean"): 4.1,
    ("people written to in all", "p50"): 7,
    ("people written to in all", "p75"): 17,
    ("people written to in all", "p90"): 36,
    ("people written to in all", "p99"): 136,
    ("first contact answered within 1 h, %", "mean"): 17,
    ("first contact answered within 24 h, %", "mean"): 34,
    ("first contact answered within 7 d, %", "mean"): 42,
    ("ties that are mutual, %", "mean"): 47,
    ("messages on mutual ties, %", "mean"): 77,
    ("time to a first answer, min", "p25"): 12,
    ("time to a first answer, min", "p50"): 3.9 * 60,
    ("time to a first answer, min", "p75"): 27 * 60,
    ("time to a first answer, min", "p90"): 6.3 * 1_440,
    ("opening messages", "p75"): 1,
    ("opening messages", "p90"): 3,
    ("opening messages", "p95"): 5,
    ("opening messages", "p99"): 11,
    ("time to answer in a talk, min", "p25"): 2.7,
    ("time to answer in a talk, min", "p50"): 32,
    ("time to answer in a talk, min", "p75"): 9 * 60,
    ("time to answer in a talk, min", "p90"): 1.8 * 1_440,
    ("gaps of a pair that are turns, %", "mean"): 66,
    ("gap between own messages, min", "p25"): 2,
    ("gap between own messages, min", "p50"): 10,
    ("gap between own messages, min", "p75"): 7.5 * 60,
    ("new contacts on a day with any message", "p50"): 0,
    ("new contacts on a day with any message", "p90"): 2,
    ("new contacts on a day with any message", "p95"): 4,
    ("new contacts on a day with any message", "p99"): 9,
    ("new contacts on a day with any message", "p99.9"): 26,
    ("share to the best friend, %", "p50"): 22,
    ("share to the best friend, %", "p90"): 46,
}

MESSENGER = {  # lowest and highest that is still what is published
    ("people written to in a month", "mean"): (12, 17),
    ("talks a day", "mean"): (7, 9),
    ("first contact answered within 24 h, %", "mean"): (85, 95),
    ("messages a person a day, groups too", "mean"): (37, 49),
    ("sent to groups, %", "mean"): (8, 12),
    ("members of a group", "p50"): (3, 9),
    ("members of a group", "max"): (3, 256),
}


@pytest.fixture(scope="module")
def rows(shared_data) -> dict[tuple[str, str], Row]:
    return {(row.measure, row.statistic): row for row in fit(read_log(shared_data / "college-messages.csv"))}


@pytest.mark.parametrize("figure", PUBLISHED)
def test_the_real_log_is_measured_as_published(rows, figure):
    assert rows[figure].real == pytest.approx(PUBLISHED[figure], rel=0.05, abs=0.4)


def test_most_figures_of_the_made_up_college_are_near_the_real_ones(rows):
    near = nearness(list(rows.values()))
    assert near.figures >= 40
    assert near.within_quarter >= 0.7 * near.figures
    assert near.within_half >= 0.9 * near.figures


@pytest.mark.parametrize("figure", MESSENGER)
def test_the_made_up_messenger_is_as_published(rows, figure):
    low, high = MESSENGER[figure]
    assert low <= rows[figure].messenger <= high


def test_nearness_counts_only_what_both_have():
    rows = [
        Row("a", "mean", 10.0, 10.5, 1.0),
        Row("b", "mean", 10.0, 12.0, 1.0),
        Row("c", "mean", 10.0, 7.0, 1.0),
        Row("d", "mean", 0.0, 3.0, 1.0),
        Row("e", "mean", None, None, 1.0),
    ]
    near = nearness(rows)
    assert (near.figures, near.within_tenth, near.within_quarter, near.within_half) == (3, 1, 2, 3)
    assert near.furthest.measure == "c"
