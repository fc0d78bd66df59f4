import pytest

from ecluse.content.salutations import GREETINGS
from tests.content.making import normal


@pytest.mark.parametrize("greeting", GREETINGS)
def test_each_greeting_with_a_name_goes(greeting):
    assert normal(f"{greeting.capitalize()} Ana Souza, come at noon") == "come at noon"


@pytest.mark.parametrize(
    "text",
    [
        "Hi! Come at noon",
        "H1 Ana: come at noon",
        "Dear\nCome at noon",
        "Ηi Ana, come at noon",
        "OLÁ Ana - come at noon",
    ],
)
def test_whatever_ends_a_salutation(text):
    assert normal(text) == "come at noon"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi Ana come at noon", "hi ana come at noon"),
        ("Ana, come at noon", "ana come at noon"),
        ("Hi Ana!", "hi ana"),
        ("Hi there my very dear old friend, come", "hi there my very dear oid friend come"),
        ("hidden, come at noon", "hidden come at noon"),
    ],
)
def test_what_is_no_salutation_stays(text, left):
    assert normal(text) == left
