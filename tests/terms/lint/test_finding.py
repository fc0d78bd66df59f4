import pytest

from ecluse.terms import RULES_MAX, SHIPPED, TermsError, load_terms, parse_terms
from ecluse.terms.lint import CODES, Finding, Severity, findings_of, lint
from tests.terms.lint.making import document, rule


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_terms_have_no_errors(name):
    assert [one for one in lint(load_terms(name)) if one.severity is Severity.ERROR] == []


def test_a_finding_has_its_place():
    found = lint(parse_terms(document(rule("r", "strangers.1h > 50", "recipients.1h < 20", basis="x"))))
    (error,) = [one for one in found if one.severity is Severity.ERROR]
    assert error[:5] == (5, 53, "rules[0].when[1]", Severity.ERROR, "contradiction")


def test_a_field_that_is_not_written_has_the_place_of_what_is_around_it():
    text = document(rule("hour", "strangers.1h > 50"), effective="2019-12-07")
    (found,) = [one for one in lint(parse_terms("\ufeff" + text)) if one.code == "unannounced"]
    assert (found.line, found.column) == (4, 12)


def test_findings_are_in_the_order_of_their_places():
    found = lint(parse_terms(document(*(rule(f"r{n}", f"strangers.1h > {n}") for n in range(9)))))
    assert len(found) > 8
    assert list(found) == sorted(found, key=lambda one: (one.line, one.column, one.code))


def test_faults_are_findings():
    with pytest.raises(TermsError) as caught:
        parse_terms("id: a\nversion: 1\ntitle: t\nrules: 5\n")
    expected = Finding(4, 8, "rules", Severity.ERROR, "fault", "expected a list of rules, got a number")
    assert findings_of(caught.value) == (expected,)


def test_a_large_document_is_linted():
    rules = [rule(f"r{n}", f"strangers.1h > {n}", f"reach.24h > {2 * n + 1}") for n in range(RULES_MAX)]
    codes = {one.code for one in lint(parse_terms(document(*rules)))}
    assert codes == {"subsumed", "languages", "no-basis"}


def test_every_code_is_a_word_and_a_sentence():
    assert [code for code, (_, says) in CODES.items() if not code.islower() or not says.endswith(".")] == []
