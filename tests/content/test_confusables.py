from confusable_homoglyphs.confusables import confusables_data

from ecluse.content.confusables import look_alikes


def test_what_looks_like_a_letter_is_that_letter():
    letters = look_alikes()
    assert [letters[character] for character in "аеорсухіѕԁ"] == list("aeopcyxisd")
    assert [letters[character] for character in "ΑΒΕΗΚΜΝΡΤΧ"] == list("abehkmnptx")
    assert [letters.get(character) for character in "жשあ中"] == [None] * 4


def test_i_and_l_are_one():
    letters = look_alikes()
    assert [letters[character] for character in "iIlL|"] == ["i"] * 5
    assert sorted(set(letters.values())) == list("abcdefghijkmnopqrstuvwxyz")


def test_each_pair_of_the_data_is_one_letter():
    letters = look_alikes()
    pairs = [(source, other["c"]) for source, others in confusables_data.items() for other in others]
    single = [(one, two) for one, two in pairs if len(one) == len(two) == 1 and one not in "0123456789"]
    apart = [(one, two) for one, two in single if letters.get(one) != letters.get(two)]
    assert len(single) > 5_000
    assert {one for one, two in apart if one.isascii() and two.isascii()} == set()
