"""Issues of newsletters: published once, and there for whoever asks. Nothing is sent by publishing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ecluse.desk.parts import PARTS_MAX, Part, check_part
from ecluse.desk.tables import Issue, Pull
from ecluse.desk.views import IssueView
from ecluse.errors import InputError

TITLE_CHARACTERS_MAX: Final = 200
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
"""What newsletters, businesses, flows and steps may be called."""
EXPECTED_SLUG: Final = "1 to 40 of a-z, 0-9, _ and -, and a letter or digit first"


def check_slug(field: str, name: str) -> str:
    """Check a name of ours. Raises InputError."""
    if not SLUG.fullmatch(name):
        raise InputError(field, name, EXPECTED_SLUG)
    return name


def publish(
    session: Session, business: str, newsletter: str, title: str, parts: Sequence[Part], *, by: str, now_s: int
) -> Issue:
    """Add an issue; it is the latest from now on. Raises InputError."""
    check_slug("newsletter", newsletter)
    if not 0 < len(title.strip()) <= TITLE_CHARACTERS_MAX or not title.isprintable():
        raise InputError("title", title, f"1 to {TITLE_CHARACTERS_MAX} printable characters")
    if not 0 < len(parts) <= PARTS_MAX:
        raise InputError("parts", len(parts), f"1 to {PARTS_MAX} messages")
    kept = [check_part(part, f"parts[{place}]")._asdict() for place, part in enumerate(parts)]
    mine = (Issue.business == business, Issue.newsletter == newsletter)
    last = session.scalar(select(func.max(Issue.number)).where(*mine)) or 0
    issue = Issue(
        business=business,
        newsletter=newsletter,
        number=last + 1,
        title=title.strip(),
        messages={"parts": kept},
        published_s=now_s,
        published_by=by,
    )
    session.add(issue)
    session.flush()
    return issue


def latest(session: Session, business: str, newsletter: str) -> Issue | None:
    """The latest issue of a newsletter; None: there is none."""
    mine = (Issue.business == business, Issue.newsletter == newsletter)
    return session.scalars(select(Issue).where(*mine).order_by(Issue.number.desc()).limit(1)).one_or_none()


def parts_of(issue: Issue) -> list[Part]:
    """What is sent of an issue."""
    return [Part(part["type"], part["content"]) for part in issue.messages["parts"]]


def list_issues(session: Session, business: str, newsletter: str | None, limit: int) -> tuple[IssueView, ...]:
    """Issues of a business, or of one newsletter, the newest first."""
    pulled = select(func.count()).where(Pull.issue_id == Issue.id).scalar_subquery()
    query = select(Issue, pulled).where(Issue.business == business)
    if newsletter is not None:
        query = query.where(Issue.newsletter == newsletter)
    return tuple(
        issue_view(issue, number) for issue, number in session.execute(query.order_by(Issue.id.desc()).limit(limit))
    )


def issue_view(issue: Issue, pulled: int = 0) -> IssueView:
    """An issue as it is shown."""
    return IssueView(
        issue.id,
        issue.newsletter,
        issue.number,
        issue.title,
        tuple(issue.messages["parts"]),
        issue.published_s,
        issue.published_by,
        pulled,
    )
