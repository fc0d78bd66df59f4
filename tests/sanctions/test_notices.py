"""Notices say what the law and fairness ask for, in every language."""

import pytest

from ecluse.records.tables import Notice
from ecluse.sanctions.notices import KINDS, worded
from ecluse.terms import LANGUAGES, Measure
from tests.sanctions.making import rows, strike

SAID = {
    "subject_kind": "account",
    "number": 7,
    "clause": "CLAUSE",
    "terms": "test@1",
    "facts": "FACTS",
    "refusals": "1,234",
    "first": "FIRST",
    "last": "LAST",
    "incidents": True,
    "of_campaign": False,
    "figure": {"value": "VALUE", "limit": "LIMIT"},
    "from_day": "FROM",
    "until_day": "UNTIL",
    "taken": ["TAKEN"],
    "may_answer": True,
    "automated": "fully",
    "detected": True,
    "appeal": "HOW",
    "appeal_day": "APPEAL DAY",
    "why": "WHY",
    "answer": "ANSWER",
    "due_day": "DUE",
}
STEP = ("1,234", "FIRST", "LAST", "VALUE", "LIMIT", "FACTS", "CLAUSE", "test@1", "FROM", "UNTIL", "TAKEN", "HOW")
NAMED = {
    "transition": ["FROM", "CLAUSE", "test@1"],
    **dict.fromkeys(("sanction", "announced", "applies"), STEP),
    "lifted": ["7", "WHY"],
    "expired": ["7"],
    "reversed": ["7", "WHY"],
    "appeal_received": ["7", "DUE"],
    "appeal_upheld": ["7", "ANSWER"],
    "appeal_reversed": ["7", "ANSWER"],
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("measure", Measure.words())
def test_every_notice_says_what_it_must(kind, language, measure):
    title, body = worded(kind, language, SAID | {"measure": measure})
    assert [word for word in NAMED[kind] if word not in body] == []
    assert title
    assert "{" not in title + body
    assert "  " not in body


@pytest.mark.parametrize("kind", KINDS)
def test_every_language_has_words_of_its_own(kind):
    told = {worded(kind, language, SAID | {"measure": "limit"}) for language in LANGUAGES}
    assert len(told) == len(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whether_a_machine_decided_is_said(language):
    said = SAID | {"measure": "limit"}
    ways = [
        {"automated": "fully"},
        {"automated": "partially"},
        {"automated": "not", "detected": True},
        {"automated": "not", "detected": False},
    ]
    assert len({worded("sanction", language, said | way)[1] for way in ways}) == 4


def test_a_notice_reads_as_it_should(records):
    strike(records, "ada", day=0, language="en-GB")
    strike(records, "ada", day=1, language="en-GB")
    notice = rows(records, Notice)[1]
    assert notice.title == "Your account is limited"
    assert notice.body == (
        "Between November 14, 2023 and November 15, 2023, 6 messages of yours were refused. Measured: 51; the limit is "
        "2.\n\n"
        "The clause: No newsletters. (test@1)\n\n"
        "Since November 15, 2023, until November 22, 2023, you may not: write to people who never wrote to you. "
        "You may still answer whoever wrote to you first.\n\n"
        "A machine decided this, by the terms alone. You can ask that a person looks at it.\n\n"
        "You can appeal until May 16, 2024: write to us. Name the number 2. A person will answer. "
        "You may also turn to an out-of-court body or a court."
    )
    assert notice.facts["left"] == ["answer", "add", "forward", "register", "send"]


def test_a_clause_is_in_the_accounts_language(records):
    strike(records, language="fr")
    (notice,) = rows(records, Notice)
    assert "Pas de lettres d'information." in notice.body
