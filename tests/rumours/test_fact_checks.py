import threading

import pytest
from sqlalchemy import select

from ecluse.errors import InputError
from ecluse.records import Records, audit
from ecluse.records.tables import AuditRow
from ecluse.rumours import ClaimReview, FactChecks, Source
from ecluse.rumours.fact_checks import NoFactCheckError

FLAT, ROUND = "00000000000000a1", "ffffffffffffffff"
FALSE = ClaimReview("The earth is flat", "False", 0.0, "https://facts.example/flat", "Facts", "en", "2018-10-01")
MIXED = ClaimReview("The earth is flat", "Half true", 0.5, "https://other.example/flat")
UNSAID = ClaimReview("The earth is flat", "Needs context", None, "https://third.example/flat")


@pytest.fixture
def records(records_url):
    with Records(records_url, migrate=True) as opened:
        yield opened


@pytest.fixture
def checks(records):
    return FactChecks(records)


def attach(checks, cluster, review, at_s=100):
    return checks.attach(cluster, review, source=Source.HAND, who="command line (ada)", at_s=at_s)


def acts(records):
    with records.reading() as session:
        assert audit.verify(session) == []
        return [(row.act, row.about, row.who) for row in session.scalars(select(AuditRow).order_by(AuditRow.seq))]


def test_what_is_attached_counts_until_it_is_withdrawn_and_the_audit_says_by_whom(records, checks):
    check = attach(checks, FLAT, FALSE)
    assert {cluster: (c.truth, c.claim, c.attached_by) for cluster, c in checks.counting().items()} == {
        FLAT: (0.0, FALSE.claim, "command line (ada)")
    }
    for _ in range(2):
        checks.withdraw(check.id, who="key 1 (Bob)", why="corrected", at_s=200)
    assert (checks.counting(), [c.withdrawn_why for c in checks.of_cluster(FLAT)]) == ({}, ["corrected"])
    assert acts(records) == [
        ("attach_fact_check", f"fact-check {check.id}", "command line (ada)"),
        ("withdraw_fact_check", f"fact-check {check.id}", "key 1 (Bob)"),
    ]


def test_the_same_page_again_is_the_same_fact_check(records, checks):
    first = attach(checks, FLAT, FALSE)
    assert attach(checks, FLAT, FALSE, at_s=200).id == first.id
    changed = attach(checks, FLAT, FALSE._replace(rating="True", truth=1.0), at_s=300)
    assert (changed.id, changed.truth, changed.attached_s) == (first.id, 1.0, 300)
    assert len(acts(records)) == 2


def test_a_fact_check_that_was_withdrawn_can_be_attached_again(checks):
    check = attach(checks, FLAT, FALSE)
    checks.withdraw(check.id, who="ada", why="corrected", at_s=200)
    assert attach(checks, FLAT, FALSE, at_s=300).id == check.id
    assert list(checks.counting()) == [FLAT]


@pytest.mark.parametrize("order", [(FALSE, MIXED, UNSAID), (UNSAID, MIXED, FALSE)])
def test_of_several_the_one_that_says_least_true_counts(checks, order):
    for second, review in enumerate(order):
        attach(checks, FLAT, review, at_s=second)
    attach(checks, ROUND, UNSAID)
    assert {cluster: check.truth for cluster, check in checks.counting().items()} == {FLAT: 0.0, ROUND: None}


def test_of_many_all_are_attached_or_none(records, checks):
    with pytest.raises(InputError, match="cluster: 'FLAT' is not a cluster as a verdict names it"):
        checks.attach_all([(FLAT, FALSE), ("FLAT", MIXED)], source=Source.FEED, who="feed", at_s=1)
    assert (checks.counting(), acts(records)) == ({}, [])
    attached = checks.attach_all([(FLAT, FALSE), (ROUND, MIXED)], source=Source.FEED, who="feed", at_s=1)
    assert [check.source for check in attached] == ["feed", "feed"]


def test_what_is_not_there_cannot_be_withdrawn(checks):
    with pytest.raises(NoFactCheckError, match="there is no fact-check 7"):
        checks.withdraw(7, who="ada", why="wrong", at_s=1)


def test_many_at_once_attach_the_same_page_once(records, checks):
    threads = [threading.Thread(target=attach, args=(checks, FLAT, FALSE)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(checks.of_cluster(FLAT)), len(acts(records))) == (1, 1)
