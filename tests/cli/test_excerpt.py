from ecluse.cli.excerpt import EXCERPT_CHARACTERS_MAX, excerpt


def mark(text, column):
    line, below = excerpt(text, 1, column).splitlines()
    return line[below.index("^")]


def test_the_mark_is_below_the_column():
    assert mark(["then: refuze"], 7) == "r"
    assert excerpt(["é漢x"], 1, 3).splitlines()[1] == "       │    ^"  # 漢 takes two cells


def test_of_a_long_line_the_part_around_the_mark_is_shown():
    text = " " * 5_000 + "here" + " " * 5_000
    assert mark([text], 5_001) == "h"
    assert len(excerpt([text], 1, 5_001).splitlines()[0]) == EXCERPT_CHARACTERS_MAX + len("     1 │ ")


def test_a_place_after_the_end():
    assert excerpt(["x"], 2, 1) == "     2 │ \n       │ ^"
