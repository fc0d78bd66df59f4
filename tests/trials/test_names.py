from ecluse.terms.faults import Faults
from ecluse.terms.nodes import read_document
from ecluse.trials.names import NAMES_MAX, expand, read_names


def names(text):
    faults = Faults("x")
    found = read_names(read_document(text, faults))
    faults.raise_any()
    return found


def test_one_name_or_many():
    assert names("ada") == ("ada",)
    assert names("friend 9..11") == ("friend 9", "friend 10", "friend 11")
    assert names("[ada, friend 1..2, 7]") == ("ada", "friend 1", "friend 2", "7")


def test_a_range_is_bounded():
    assert len(expand(f"p 1..{NAMES_MAX}")) == NAMES_MAX
    assert expand(f"p 0..{NAMES_MAX}") is None
    assert expand("p 2..1") is None
