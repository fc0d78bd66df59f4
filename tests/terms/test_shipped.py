"""The documents that are shipped: whom they speak to, in which languages, and where their limits come from."""

import pytest

from ecluse.terms import LANGUAGES, SHIPPED, Mode, Outcome, load_terms

TRANSLATED = ("december-2019", "election", "personal")


def test_these_are_shipped():
    assert SHIPPED == ("december-2019", "election", "personal", "starter")


@pytest.mark.parametrize("terms", TRANSLATED)
def test_every_clause_and_notice_is_there_in_every_language(terms):
    rules = load_terms(terms).rules
    texts = [(rule.id, text) for rule in rules for text in (rule.clause, rule.notice) if text is not None]
    assert [id_ for id_, text in texts if tuple(language for language, _ in text.by_language) != LANGUAGES] == []
    words = [text for _, texts in texts for _, text in texts.by_language]
    assert [text for text in words if text[-1] not in ".।"] == []


@pytest.mark.parametrize("terms", TRANSLATED)
def test_every_rule_says_where_its_limits_come_from(terms):
    text = load_terms(terms).source
    for rule in load_terms(terms).rules:
        assert rule.basis is not None, rule.id
        marks = [part.partition("]")[0] for part in rule.basis.split("[")[1:]]
        assert marks, rule.id
        assert [mark for mark in marks if f"#   [{mark}]" not in text] == [], rule.id


@pytest.mark.parametrize("terms", TRANSLATED)
def test_no_rule_rests_on_reports_or_blocks_alone(terms):
    for rule in load_terms(terms).rules:
        about = {condition.signal.partition(".")[0] for condition in rule.conditions}
        assert about - {"reports", "blocks"}, rule.id


def test_the_december_rule_has_the_dates_of_the_real_one():
    terms = load_terms("december-2019")
    assert (terms.announced_s, terms.effective_s) == (1_560_211_200, 1_575_676_800)
    (transition,) = terms.transition
    assert [kind.word for kind in transition.where.account_kinds] == ["business", "client"]
    assert (transition.meanwhile, transition.until_s, transition.rules) == (Mode.WARN, None, ())


def test_the_election_is_brazils_of_2022():
    (scope,) = load_terms("election").scopes
    assert (scope.where.regions, scope.where.from_s, scope.where.until_s) == (("BR",), 1_660_618_800, 1_667_185_200)
    rules = {rule.id: rule for rule in load_terms("election").rules}
    for rule_id, signal, number in scope.limits:
        (condition,) = [c for c in rules[rule_id].conditions if c.signal == signal]
        assert (condition.comparison, number < condition.number) in [(">", True), (">=", True), ("<=", False)]


def test_all_documents_together_use_every_outcome():
    assert {rule.outcome for terms in SHIPPED for rule in load_terms(terms).rules} == set(Outcome)
