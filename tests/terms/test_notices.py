import pytest

from ecluse.ledger import SIGNALS
from ecluse.terms import LANGUAGES, Versions, parse_terms
from ecluse.terms.notices import amount, notice, shown
from ecluse.terms.wordings import LABELS

DOCUMENT = """
id: t
version: 1
title: T
effective: 2019-12-07
announced: 2019-06-11
transition: [{{where: {{account_kinds: [client]}}, until: 2020-01-10}}]
rules:
  - id: r
    clause: {{en: Few strangers., fr: Peu d'inconnus.}}
    when: {when}
    then: {then}{more}
"""


def variants(then="refuse", when="[strangers.1h > 50]", more=""):
    versions = Versions.of(parse_terms(DOCUMENT.format(then=then, when=when, more=more)))
    return versions.eras[-1].program.variants


def told(language="en", values=(51.0,), retry_after=3_595, place=-1, **rule):
    return notice(variants(**rule)[place], values, language, retry_after)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "This was not sent. Few strangers. This would be 51; the limit is 50. You can try again in 60 minutes."),
        (
            "fr-CA",
            "Ceci n'a pas été envoyé. Peu d'inconnus. Vous en seriez à 51 ; la limite est de 50. "
            "Vous pourrez réessayer dans 60 minutes.",
        ),
        (
            "pt",
            "Isto não foi enviado. Few strangers. Com isto seriam 51; o limite é 50. "
            "Você pode tentar novamente em 60 minutos.",
        ),
        ("hi", "यह नहीं भेजा गया। Few strangers. इसके साथ यह 51 होता; सीमा 50 है। आप 60 मिनट बाद फिर कोशिश कर सकते हैं।"),
        (
            "es",
            "Esto no se ha enviado. Few strangers. Con esto serían 51; el límite es 50. "
            "Puede volver a intentarlo dentro de 60 minutos.",
        ),
        (None, "This was not sent. Few strangers. This would be 51; the limit is 50. You can try again in 60 minutes."),
    ],
)
def test_a_refusal_in_every_language(language, expected):
    assert told(language) == expected


def test_a_warning_names_the_date():
    assert told("en", place=0) == "This was sent. From January 10, 2020 on it will be refused. Few strangers."
    assert told("fr", place=0) == "Ceci a été envoyé. À partir du 10 janvier 2020, ce sera refusé. Peu d'inconnus."


@pytest.mark.parametrize(
    ("rule", "values", "retry_after", "expected"),
    [
        ({}, (51.0,), None, "This was not sent. Few strangers. This would be 51; the limit is 50."),
        (
            {"when": "[strangers.1h >= 50]"},
            (50.0,),
            60,
            "This would be 50; the limit is 49. You can try again in 60 seconds.",
        ),
        ({"when": "[forward_hops >= 5]"}, (7.0,), None, "This was not sent. Few strangers."),
        ({"when": "[account_age < 1h]"}, (60.0,), 91, "Few strangers. You can try again in 2 minutes."),
        ({"then": "delay"}, (51.0,), 30, "This will be delivered a little later. Few strangers. This would be 51; "),
        ({"then": "drop_strangers"}, (51.0,), None, "This reaches only those who have written to you. Few strangers."),
    ],
)
def test_what_is_told_follows_the_rule(rule, values, retry_after, expected):
    assert expected in told("en", values, retry_after, **rule)


def test_a_notice_of_the_rules_own_is_filled_in():
    more = '\n    notice: "{clause} {value} of {limit}, {wait}, {from}, {terms}, {{so}}"'
    assert told(more=more) == "Few strangers. 51 of 50, 60 minutes, soon, t@1, {so}"
    assert (
        told(more=more, values=(float("nan"),), retry_after=None)
        == "Few strangers. unknown of 50, never, soon, t@1, {so}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("signal", SIGNALS, ids=lambda signal: signal.name)
def test_every_signal_has_an_amount_in_every_language(signal, language):
    words = amount(signal.name, 0.5, language)
    assert words
    assert "duration" not in words


LABELLED = "label\n    label: {label}{shown}"


@pytest.mark.parametrize(
    ("label", "own", "expected"),
    [
        ("forwarded", "", LABELS["forwarded"]),
        ("forwarded_many_times", "", LABELS["forwarded_many_times"]),
        ("mine", "", None),
        ("mine", "\n    shown: {en: Mine, fr: À moi}", {"en": "Mine", "fr": "À moi"}),
        ("forwarded", "\n    shown: Passed on", {"en": "Passed on"}),
    ],
)
def test_what_recipients_read_for_a_label(label, own, expected):
    assert shown(variants(LABELLED.format(label=label, shown=own))[-1].rule) == expected


def test_shipped_labels_are_worded_in_every_language_each_otherwise():
    for wording in LABELS.values():
        assert tuple(wording) == LANGUAGES
        assert len(set(wording.values())) == len(LANGUAGES)


def test_what_is_not_labelled_shows_nothing():
    assert shown(variants()[-1].rule) is None
