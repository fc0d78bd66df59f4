import numpy as np

from ecluse.lab.spread import Curve, measure, steps_to


def curve(*points, unlabelled=float("nan"), sent=0):
    at, reached = zip(*points, strict=True)
    return Curve(1000, np.array(at), np.array(reached), unlabelled, sent, sent // 2)


def test_medians_are_over_the_runs_that_took_off():
    far = [curve((0, 1), (step, 500), (10 * step, 950), unlabelled=0.5, sent=2000) for step in (1, 2, 6)]
    measures = measure([*far, curve((0, 1)), curve((0, 1), (3, 9))])
    assert measures == (5, 3, 0.95, (3 * 0.95 + 0.001 + 0.009) / 5, 2.0, 20.0, 20.0, 0.5, 2.0, 1.0)


def test_what_never_comes_so_far_has_no_steps():
    measures = measure([curve((0, 1), (4, 700), (7, 800)) for _ in range(3)])
    assert (measures.t50, measures.t90, measures.t90_own, measures.unlabelled) == (4.0, None, 7.0, None)


def test_of_two_runs_one_that_never_comes_so_far_leaves_no_median():
    assert steps_to([curve((0, 1), (4, 950)), curve((0, 1), (4, 700))], 0.9) is None
    assert steps_to([curve((0, 1), (4, 950)), curve((0, 1), (6, 950))], 0.9) == 5.0


def test_runs_that_all_died_out_are_told_of_all_the_same():
    measures = measure([curve((0, 1)), curve((0, 1), (3, 3))])
    assert (measures.took_off, measures.reach, measures.t50) == (0, 0.002, None)
