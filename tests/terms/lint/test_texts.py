from ecluse.terms import parse_terms
from ecluse.terms.lint import lint
from tests.terms.lint.making import document, findings, message, rule

ALL = "{en: Few., fr: Peu., pt-BR: Poucos., hi: कम।, es: Pocos.}"


def hints(*rules):
    return [
        (one.code, one.field) for one in lint(parse_terms(document(*rules))) if one.code in ("languages", "no-basis")
    ]


def test_a_text_without_a_language_that_others_have():
    whole = rule("hour", "strangers.1h > 50", clause=ALL)
    assert findings(whole) == []
    assert findings(whole, rule("r", "reach.1h > 500")) == [("untranslated", "rules[1].clause")]
    assert findings(rule("hour", "strangers.1h > 50", clause=ALL, notice='"{clause}"')) == [
        ("untranslated", "rules[0].notice")
    ]
    assert message("untranslated", whole, rule("r", "reach.1h > 500", clause="{en: Few., hi: कम।}")) == (
        "there is no text in fr, pt-BR, es, as others of this document have: those readers get `en`. Translate it"
    )


def test_languages_without_any_text_are_a_hint():
    assert hints(rule("r", "reach.1h > 5", basis="x")) == [("languages", "rules")]
    assert hints(rule("r", "reach.1h > 5", basis="x", clause=ALL)) == []
    assert hints() == []


def test_rules_without_a_basis_are_a_hint():
    assert hints(rule("r", "reach.1h > 5", clause=ALL)) == [("no-basis", "rules")]
    for then in ({"then": "pass"}, {"then": "label", "label": "x"}):
        assert hints(rule("r", "reach.1h > 5", clause=ALL, **then)) == []
