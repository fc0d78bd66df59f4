import pytest

from ecluse.desk.parts import Choice, Part, choices_part, link_part, list_part, media_part, text_part
from ecluse.errors import InputError
from tests.desk.making import NOW_S, inbox


def publishes(store, parts, newsletter="daily", title="One"):
    return inbox(store).publish(newsletter, title, parts, by="ada", now_s=NOW_S)


def test_issues_are_numbered_in_their_newsletter_and_listed_from_the_newest(store):
    publishes(store, [text_part("a")])
    publishes(store, [media_part("image", "https://example.org/a.png", "A"), text_part("b")], title="Two")
    publishes(store, [text_part("c")], newsletter="weekly")
    box = inbox(store)
    assert [(one.newsletter, one.number, one.title) for one in box.issues()] == [
        ("weekly", 1, "One"),
        ("daily", 2, "Two"),
        ("daily", 1, "One"),
    ]
    (_, two) = box.issues("daily")[0].parts
    assert two == {"type": "text", "content": {"body": "b", "preview_url": True}}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"newsletter": "The daily"}, "newsletter"),
        ({"title": " "}, "title"),
        ({"parts": []}, "parts"),
        ({"parts": [text_part("x")] * 11}, "parts"),
        ({"parts": [text_part("x"), text_part("y" * 4_097)]}, "parts[1]"),
        ({"parts": [media_part("image", "ftp://example.org/x")]}, "parts[0]"),
        ({"parts": [link_part("x", "https://example.org", "a label that is too long")]}, "parts[0]"),
        ({"parts": [Part("poem", {"body": "x"})]}, "parts[0]"),
        ({"parts": [Part("text", {"body": 7})]}, "parts[0]"),
    ],
)
def test_an_issue_that_the_api_would_not_take_is_not_kept(store, given, field):
    with pytest.raises(InputError) as refused:
        publishes(store, **{"parts": [text_part("x")], **given})
    assert refused.value.field == field
    assert inbox(store).issues() == ()


def test_choices_are_buttons_if_they_are_few_and_short():
    few = [Choice(str(place), f"Choice {place}") for place in range(3)]
    assert choices_part("Which?", few, opener="Open").content["type"] == "button"
    assert choices_part("Which?", [*few, Choice("4", "Four")], opener="Open").content["type"] == "list"
    assert choices_part("Which?", [Choice("1", "x" * 24)], opener="Open").content["type"] == "list"
    assert list_part("Which?", few, opener="Open").content["action"]["sections"][0]["rows"][0] == {
        "id": "0",
        "title": "Choice 0",
    }
