"""The words of an event, and that nobody says them otherwise."""

import pytest

from ecluse.events import AccountKind, Chat, Kind
from ecluse.events.event import AccountKindWord, ChatWord, KindWord

WORDS = {
    Kind: ("send", "forward", "register", "create_group", "add_to_group", "report", "block", "import_contacts"),
    Chat: ("direct", "group", "broadcast"),
    AccountKind: ("personal", "business", "client"),
}


@pytest.mark.parametrize("words", WORDS)
def test_numbers_are_the_words_places(words):
    assert words.words() == WORDS[words]
    assert [int(member) for member in words] == list(range(len(WORDS[words])))
    assert [words.of(word) for word in WORDS[words]] == list(words)


@pytest.mark.parametrize(("words", "schema"), [(Kind, KindWord), (Chat, ChatWord), (AccountKind, AccountKindWord)])
def test_the_schema_takes_these_words(words, schema):
    assert schema.__args__ == words.words()


def test_a_word_that_is_none_is_not_found():
    with pytest.raises(KeyError):
        Kind.of("shout")
