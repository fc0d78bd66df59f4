"""Terms with a ladder, refusals, and records for the tests of sanctions."""

from ecluse.records.tables import AuditRow, GateAct, Notice, Sanction, Statement, Strike
from ecluse.sanctions.climbing import climb
from ecluse.sanctions.people import Actor
from ecluse.sanctions.refusals import Key, Refusals
from ecluse.terms import SubjectKind, parse_terms

S = 1_700_000_000
HOUR, DAY = 3_600, 86_400
ADA, BOB, EVE = Actor("key 1", "Ada"), Actor("key 2", "Bob"), Actor("key 3", "Eve")

TERMS = parse_terms("""
id: test
version: 1
title: Terms of the tests
ladder:
  appeal: {how: write to us}
  account:
    strike: {refusals: 3, within: 24h, expires: 30d}
    steps:
      - {id: warned, strikes: 1, then: warning}
      - {id: limited, strikes: 2, then: limit, for: 7d}
      - {id: suspended, strikes: 3, then: suspension, for: 30d, decided_by: person}
      - {id: expelled, strikes: 4, then: expulsion}
  provider:
    strike: {refusals: 4, within: 24h, accounts: 2, expires: 180d}
    steps:
      - {id: provider-warned, strikes: 1, then: warning}
      - {id: provider-expelled, strikes: 2, then: expulsion}
  network:
    strike: {refusals: 2, within: 1h, accounts: 2, expires: 30d}
    steps:
      - {id: closed, strikes: 1, then: limit, for: 1d}
rules:
  - id: newsletter
    clause: {en: No newsletters., fr: "Pas de lettres d'information."}
    when: [recipients.24h > 2]
    then: refuse
  - {id: newcomers, clause: Few registrations., kinds: [register], when: [account_age < 1d], then: refuse}
""")
FIGURES = [{"signal": "recipients.24h", "value": 51.0, "comparison": ">", "limit": 2.0}]


def refused(account="ada", *, at=0, count=1, rule="newsletter", kind=SubjectKind.ACCOUNT, accounts=None, **more):
    """Refusals of one subject by one rule. at: seconds after S."""
    clause = next(str(one.clause) for one in TERMS.rules if one.id == rule)
    fields = {"events": [], "region": None, "language": None, "business": False} | more
    return Refusals(
        key=Key(kind, account, rule),
        terms=TERMS,
        clause=clause,
        figures=FIGURES,
        first_s=S + at,
        last_s=S + at,
        count=count,
        accounts=set(accounts or [account]),
        **fields,
    )


def strike(records, account="ada", *, day=0, **more):
    """Give an account a strike on a day; the sanctions that follow, by their numbers."""
    with records.writing() as session:
        climbed = climb(session, [refused(account, at=day * DAY, count=3, **more)], S + day * DAY)
        return [sanction.id for sanction in climbed.sanctions]


def rows(records, table):
    """All rows of a table, by number."""
    key = table.seq if table is AuditRow else table.id
    with records.reading() as session:
        return session.query(table).order_by(key).all()


def told(records):
    """What was written beside sanctions: acts of the audit, kinds of notices, reasons, acts for the gate."""
    return (
        [f"{row.act} {row.about}" for row in rows(records, AuditRow)],
        [notice.kind for notice in rows(records, Notice)],
        [statement.sanction_id for statement in rows(records, Statement)],
        [act.act["act"] for act in rows(records, GateAct)],
    )


def states(records):
    """Measure and status of each sanction."""
    return [(sanction.measure, sanction.status) for sanction in rows(records, Sanction)]


def counting(records):
    """Which strikes are undone."""
    return [one.undone_s is not None for one in rows(records, Strike)]
