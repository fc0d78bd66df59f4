from ecluse.replay import Logs, replay
from ecluse.replay.sentences import sentence
from ecluse.terms import Outcome, parse_terms
from tests.replay.making import SMALL, loud, write_flat

ROWS = sorted([*loud(7), *loud(5, "other"), ("quiet", "loud", 33), ("loud", "late", 90_000)], key=lambda row: row[2])


def tallied(tmp_path, terms=SMALL, rows=ROWS, report=True):
    log = write_flat(tmp_path / "a.csv", rows)
    return replay(Logs([log]), terms, report=tmp_path / "r.html" if report else None)


def test_outcomes_accounts_and_rules_are_counted(tmp_path):
    for report in (True, False):
        tally = tallied(tmp_path, report=report)
        assert tally.outcomes == {
            Outcome.PASS: 6, Outcome.LABEL: 2, Outcome.DELAY: 0, Outcome.DROP_STRANGERS: 0, Outcome.REFUSE: 6
        }  # fmt: skip
        assert (tally.events, tally.accounts, tally.last_s - tally.first_s) == (14, 3, 90_000)
        assert (tally.accounts_with(Outcome.REFUSE), tally.affected_accounts) == (2, 2)
        assert [(spoken.rule.id, spoken.times, spoken.accounts) for spoken in tally.spoken] == [
            ("few", 6, 2),
            ("some", 8, 2),
        ]


def test_the_most_affected_come_first_and_are_told_as_recorded(tmp_path):
    tally = tallied(tmp_path)
    loudest, other = tally.affected(5)
    assert [(a.name, a.events, a.outcomes[Outcome.REFUSE]) for a in (loudest, other)] == [
        ("loud", 8, 4),
        ("other", 5, 2),
    ]
    assert [case.rule.id for case in loudest.cases] == ["few"]
    assert loudest.cases[0].measured == {"strangers.1h": 7, "recipients.1h": 7}
    assert sentence(loudest) == (
        "Wrote to 7 people within an hour, 7 of whom had never written back; the limit is 3; "
        "refused 4 times on 14 Nov 2023, from 22:13 to 22:14."
    )
    assert tally.affected(1) == [loudest]


def test_without_a_report_the_sentence_has_no_figures(tmp_path):
    (loudest, _) = tallied(tmp_path, report=False).affected(2)
    assert sentence(loudest).startswith("Came to strangers.1h > 3; the limit is 3; refused 4 times on 14 Nov 2023")


def test_other_outcomes_are_told_too(tmp_path):
    terms = parse_terms("""
    id: mild
    version: 1
    title: Mild
    rules:
      - {id: slow, clause: Slowly., when: [messages.1m > 1, reply_ratio.1h < 0.5], then: delay}
    """)
    (loudest, other) = tallied(tmp_path, terms).affected(2)
    assert (loudest.name, loudest.outcomes[Outcome.DELAY], other.name) == ("loud", 6, "other")
    assert sentence(loudest) == (
        "Sent 6 messages within a minute, and none of those it wrote to answered; the limit is 1; "
        "delayed 6 times on 14 Nov 2023, from 22:13 to 22:14."
    )
