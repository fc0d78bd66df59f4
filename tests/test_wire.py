import doctest

from ecluse import wire


def test_the_examples_of_docstrings_run():
    failed, attempted = doctest.testmod(wire)
    assert (failed, attempted > 0) == (0, True)
