"""Fact-checks of clusters: attached by hand or from a feed, withdrawn, and which of them count now.

Each act stands in the audit, with who did it, in the act's own transaction.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ecluse.content.checks import CHECKS_MAX
from ecluse.errors import InputError
from ecluse.records import Records, audit
from ecluse.records.tables import FactCheck
from ecluse.rumours.claim_review import ClaimReview
from ecluse.sanctions.people import checked
from ecluse.sanctions.subjects import NotFoundError

CLUSTER: Final = re.compile(r"[0-9a-f]{16}")
EXPECTED_CLUSTER: Final = "a cluster as a verdict names it: 16 hexadecimal digits"


class Source(StrEnum):
    """Where a fact-check comes from."""

    HAND = "hand"
    FEED = "feed"


class NoFactCheckError(NotFoundError):
    """There is no fact-check of that number."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"fact-check {number}")


class FactChecks:
    """The fact-checks in the records. Any number of threads may use it."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def attach(self, cluster: str, review: ClaimReview, *, source: Source, who: str, at_s: int) -> FactCheck:
        """Attach a review to a cluster. The same page attached again is the same fact-check, with what it says now.

        Raises InputError for what is no cluster, RecordsError.
        """
        return self.attach_all([(cluster, review)], source=source, who=who, at_s=at_s)[0]

    def attach_all(
        self, found: Sequence[tuple[str, ClaimReview]], *, source: Source, who: str, at_s: int
    ) -> list[FactCheck]:
        """Attach many, all or none: of each, a cluster and the review. Raises InputError, RecordsError."""
        for cluster, _ in found:
            check_cluster(cluster)
        with self._records.writing() as session:
            checks = [_attach(session, cluster, review, source, who, at_s) for cluster, review in found]
            clusters = session.scalars(
                select(func.count(FactCheck.cluster.distinct())).where(FactCheck.withdrawn_s.is_(None))
            ).one()
            if clusters > CHECKS_MAX:
                raise InputError("fact-checks", clusters, f"of at most {CHECKS_MAX} clusters: withdraw some")
            return checks

    def withdraw(self, number: int, *, who: str, why: str, at_s: int) -> FactCheck:
        """Withdraw a fact-check; one withdrawn before stays as it was.

        Raises NoFactCheckError, InputError for no reason, RecordsError.
        """
        checked("why", why)
        with self._records.writing() as session:
            check = session.get(FactCheck, number)
            if check is None:
                raise NoFactCheckError(number)
            if check.withdrawn_s is None:
                check.withdrawn_s, check.withdrawn_by, check.withdrawn_why = at_s, who, why
                about = f"fact-check {check.id}"
                audit.append(session, at_s=at_s, who=who, act="withdraw_fact_check", about=about)
            return check

    def of_cluster(self, cluster: str) -> list[FactCheck]:
        """All of one cluster, also those withdrawn; the newest last. Raises InputError, RecordsError."""
        check_cluster(cluster)
        with self._records.reading() as session:
            asked = select(FactCheck).where(FactCheck.cluster == cluster)
            return list(session.scalars(asked.order_by(FactCheck.attached_s, FactCheck.id)))

    def counting(self, clusters: Collection[str] | None = None) -> dict[str, FactCheck]:
        """The fact-check that counts for each cluster: the one that says least true; of those, the newest.

        clusters: only of these, at most a thousand or so; None: of all.
        """
        with self._records.reading() as session:
            asked = select(FactCheck).where(FactCheck.withdrawn_s.is_(None))
            if clusters is not None:
                asked = asked.where(FactCheck.cluster.in_(clusters))
            checks = session.scalars(asked.order_by(FactCheck.attached_s.desc(), FactCheck.id.desc())).all()
        counting: dict[str, FactCheck] = {}
        for check in checks:
            before = counting.get(check.cluster)
            if before is None or _truth(check) < _truth(before):
                counting[check.cluster] = check
        return counting


def check_cluster(cluster: str) -> None:
    """Raises InputError for what is no cluster's name."""
    if CLUSTER.fullmatch(cluster) is None:
        raise InputError("cluster", cluster, EXPECTED_CLUSTER)


def _truth(check: FactCheck) -> float:
    return 1.0 if check.truth is None else check.truth


def _attach(session: Session, cluster: str, review: ClaimReview, source: Source, who: str, at_s: int) -> FactCheck:
    asked = select(FactCheck).where(FactCheck.cluster == cluster, FactCheck.url == review.url)
    check = session.scalars(asked).one_or_none()
    said = review._asdict()
    if check is not None and check.withdrawn_s is None and all(getattr(check, name) == said[name] for name in said):
        return check
    if check is None:
        check = FactCheck(cluster=cluster, url=review.url)
        session.add(check)
    for name, value in said.items():
        setattr(check, name, value)
    check.source, check.attached_s, check.attached_by = source.value, at_s, who
    check.withdrawn_s = check.withdrawn_by = check.withdrawn_why = None
    session.flush()
    body = {"cluster": cluster, "truth": review.truth, "rating": review.rating, "url": review.url, "source": source}
    audit.append(session, at_s=at_s, who=who, act="attach_fact_check", about=f"fact-check {check.id}", body=body)
    return check
