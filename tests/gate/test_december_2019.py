"""The rule of December 2019 as one provider's client lives through it, day by day, and what it is told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from ecluse.events import Event
from ecluse.gate import Gate
from ecluse.terms import Versions, load_terms, parse_terms
from tests.gate.making import MEMORY_BYTES, SECRET

TERMS = load_terms("december-2019")
LONGER = parse_terms(TERMS.source.replace("    meanwhile: warn", "    until: 2020-01-07\n    meanwhile: warn"))
ANNOUNCED, EFFECTIVE, LONGER_UNTIL = date(2019, 6, 11), date(2019, 12, 7), date(2020, 1, 7)
OFFSETS_S = [0, 10, 160, 180, 190, 250, 270, 440, 470, 480, 530, 540]
"""When an issue goes to each of twelve subscribers, in seconds; as uneven as a person is."""

CLAUSE = {
    "en": "Newsletters are not allowed. You may not write to many people in a day of whom hardly any answers.",
    "fr": "Les newsletters ne sont pas autorisées. Vous ne pouvez pas écrire en un jour à un grand nombre de personnes "
    "dont presque aucune ne répond.",
}
WARNED = {
    "en": "This was sent. From {day} on it will be refused. " + CLAUSE["en"],
    "fr": "Ceci a été envoyé. À partir du {day}, ce sera refusé. " + CLAUSE["fr"],
}
REFUSED = {
    "en": f"This was not sent. {CLAUSE['en']} This would be 12; the limit is 10. You can try again in 13 hours.",
    "fr": f"Ceci n'a pas été envoyé. {CLAUSE['fr']} Vous en seriez à 12 ; la limite est de 10. "
    "Vous pourrez réessayer dans 13\xa0heures.",
}


def ms(day, hour=12, minute=0, second=0):
    return int(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC).timestamp() * 1_000)


def started(terms, kind="client", language="en"):
    """A gate before which twelve subscribers of an account wrote "start" on 8 June 2019, and a way to ask it."""
    gate = Gate(Versions.of(terms), secret=SECRET, memory_bytes=MEMORY_BYTES)
    start = [
        Event(kind="send", at=ms(date(2019, 6, 8)) + n, sender=f"subscriber {n}", recipients=["paper"])
        for n in range(12)
    ]
    gate.observe(start)

    def send(at_ms, subscriber):
        return gate.decide_one(
            Event(
                kind="send",
                at=at_ms,
                sender="paper",
                recipients=[f"subscriber {subscriber}"],
                sender_kind=kind,
                provider="mailer" if kind == "client" else None,
                registered_at=ms(date(2018, 1, 1)),
                language=language,
            )
        )

    return send


def issue(send, day):
    """Send a day's issue to all twelve, from noon on."""
    return [send(ms(day) + 1_000 * offset, n) for n, offset in enumerate(OFFSETS_S)]


def days(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def said(verdict):
    """Outcome, the rules that count, those that warn, those in shadow, and the terms."""
    ids = (tuple(rule.rule for rule in rules) for rules in (verdict.rules, verdict.warnings, verdict.shadow))
    return (verdict.outcome, *ids, verdict.terms)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_client_is_warned_from_the_announcement_on_and_refused_from_december_7(language):
    send = started(TERMS, language=language)
    december_7 = {"en": "December 7, 2019", "fr": "7 décembre 2019"}[language]
    for day in days(date(2019, 6, 9), date(2019, 6, 10)):
        assert [said(verdict) for verdict in issue(send, day)] == [("pass", (), (), (), None)] * 12
    for day in days(ANNOUNCED, date(2019, 12, 6)):
        verdicts = issue(send, day)
        assert {said(verdict) for verdict in verdicts[-2:]} == {("pass", (), ("newsletter",), (), None)}, day
        assert {rule.notice for verdict in verdicts for rule in verdict.warnings} == {
            WARNED[language].format(day=december_7)
        }
        assert {rule.refused_from for verdict in verdicts for rule in verdict.warnings} == {"2019-12-07T00:00:00Z"}
    last = send(ms(date(2019, 12, 6), 23, 59, 59), 0)
    assert said(last) == ("pass", (), ("newsletter",), (), None)
    assert last.warnings[0].notice == WARNED[language].format(day=december_7)
    first = send(ms(EFFECTIVE, 0), 1)
    assert said(first) == ("refuse", ("newsletter",), (), (), "december-2019@1")
    # Of twelve in a day ten may remain: of yesterday's issue those of subscribers 2 and 3 must have left the window.
    assert first.retry_after == 12 * 3_600 + OFFSETS_S[3]
    assert first.rules[0].notice == REFUSED[language]
    assert send(ms(EFFECTIVE, 0) + 1_000 * (first.retry_after - 1), 1).outcome == "refuse"
    assert send(ms(EFFECTIVE, 0) + 1_000 * first.retry_after, 1).outcome == "pass"


def clockwork(terms, day):
    """What a person is told who writes to 26 people by a machine."""
    gate = Gate(Versions.of(terms), secret=SECRET, memory_bytes=MEMORY_BYTES)
    sends = [
        Event(kind="send", at=ms(day) + 10_000 * n, sender="ada", recipients=[f"person {n}"], sender_kind="personal")
        for n in range(26)
    ]
    verdicts = list(gate.decide(sends))
    assert {said(verdict)[:4] for verdict in verdicts[:-1]} == {("pass", (), (), ())}
    return said(verdicts[-1])


def test_of_a_person_it_is_only_noted_until_december_7():
    assert clockwork(TERMS, date(2019, 6, 10)) == ("pass", (), (), (), None)
    assert clockwork(TERMS, ANNOUNCED) == ("pass", (), (), ("automation",), None)
    assert clockwork(TERMS, date(2019, 12, 6)) == ("pass", (), (), ("automation",), None)
    assert clockwork(TERMS, EFFECTIVE) == ("refuse", ("automation",), (), (), "december-2019@1")


def test_a_transition_that_goes_on_warns_with_its_own_date_while_others_are_refused():
    send = started(LONGER, language="fr")
    for day in days(ANNOUNCED, date(2020, 1, 6)):
        in_force = "december-2019@1" if day >= EFFECTIVE else None
        verdicts = issue(send, day)
        assert [said(verdict)[:3] for verdict in verdicts[-2:]] == [("pass", (), ("newsletter",))] * 2, day
        assert {verdict.terms for verdict in verdicts} == {in_force}
        assert {verdict.warnings[0].notice for verdict in verdicts[-2:]} == {WARNED["fr"].format(day="7 janvier 2020")}
    assert said(send(ms(date(2020, 1, 6), 23, 59, 59), 0)) == ("pass", (), ("newsletter",), (), "december-2019@1")
    assert said(send(ms(LONGER_UNTIL, 0), 1)) == ("refuse", ("newsletter",), (), (), "december-2019@1")


def test_while_a_transition_goes_on_people_are_refused():
    assert clockwork(LONGER, date(2019, 12, 20)) == ("refuse", ("automation",), (), (), "december-2019@1")
