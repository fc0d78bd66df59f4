import xml.etree.ElementTree as ElementTree

from ecluse.lab.spread.figures import Line, Panel
from ecluse.lab.spread.picture import picture

SVG = "{http://www.w3.org/2000/svg}"
CURVES = Panel("virality <1>", "steps", "people reached", True, True, [Line("a & b", [1, 10, 100], [0.0, 0.5, 1.0])])
C, A_AND_B = Line("c", [0, 0.5, 1], [None, 30, 20]), Line("a & b", [0, 1], [5, 5])
STEPS = Panel("t", "lost", "steps", False, False, [C, A_AND_B])


def drawn(*panels):
    return ElementTree.fromstring(picture(panels, "what & why"))


def points(line):
    return [tuple(map(float, point.split(","))) for point in line.get("points").split()]


def test_each_line_is_drawn_where_its_points_are():
    (line,) = drawn(CURVES).iter(SVG + "polyline")
    (x1, y1), (x2, y2), (x3, y3) = points(line)
    assert (x1 < x2 < x3, y1 > y2 > y3) == (True, True)
    assert (round(x2 - x1, 1), round(y1 - y2, 1)) == (round(x3 - x2, 1), round(y2 - y3, 1))


def test_a_line_begins_after_what_is_missing():
    tree = drawn(CURVES, STEPS)
    lines = [points(line) for line in tree.iter(SVG + "polyline")]
    assert [len(line) for line in lines] == [3, 2, 2]


def test_a_name_has_one_colour_in_all_panels_and_one_place_in_the_legend():
    tree = drawn(CURVES, STEPS)
    first, third, second = (line.get("class") for line in tree.iter(SVG + "polyline"))
    assert (first == second, first == third) == (True, False)
    texts = [text.text for text in tree.iter(SVG + "text")]
    assert (texts.count("a & b"), texts.count("c"), texts.count("virality <1>")) == (1, 1, 1)


def test_it_has_a_title_for_those_who_cannot_see_it():
    assert next(drawn(CURVES).iter(SVG + "title")).text == "what & why"


def test_a_level_line_and_a_single_point_can_be_drawn():
    flat = Panel("flat", "x", "y", False, False, [Line("", [0, 1, 2, 3], [0, 0, 0, 0]), Line("", [0], [0])])
    lines = [points(line) for line in drawn(flat).iter(SVG + "polyline")]
    assert [len(line) for line in lines] == [2, 1]
