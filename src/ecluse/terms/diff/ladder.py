"""What has become of the ladder: of strikes, of steps, and of the times to appeal and to be told."""

from __future__ import annotations

from collections.abc import Iterator

from ecluse.terms.diff.change import Change, Direction
from ecluse.terms.document import Terms
from ecluse.terms.faults import quoted
from ecluse.terms.ladder import Ladder, Members, Rungs, Step, SubjectKind

_NONE = Ladder(())
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def ladder_changes(before: Terms, after: Terms) -> Iterator[Change]:
    """What has become of each subject's ladder."""
    was, now = before.ladder or _NONE, after.ladder or _NONE
    if before.ladder is not None or after.ladder is not None:
        yield from _times(was, now)
    for subject in SubjectKind:
        old, new = was.of(subject), now.of(subject)
        if old is None and new is not None:
            yield _whole(Direction.ADDED, new)
        elif old is not None and new is None:
            yield _whole(Direction.DROPPED, old)
        elif old is not None and new is not None:
            yield from _strike(old, new)
            yield from _steps(old, new)


def _times(was: Ladder, now: Ladder) -> Iterator[Change]:
    told = (
        ("appeal.within", "sanctions can be appealed for", was.appeal_within_s, now.appeal_within_s, True),
        ("appeal.answered_within", "appeals are answered in", was.answered_within_s, now.answered_within_s, False),
        ("business_lead", "businesses are told before", was.business_lead_s, now.business_lead_s, True),
    )
    for field, says, old, new, longer_is_milder in told:
        if old != new:
            direction = Direction.LOOSENED if (new > old) is longer_is_milder else Direction.TIGHTENED
            words = f"{says} {time(new)} (before: {time(old)})"
            yield Change(direction, "ladder", "times", field, words, old, new, float(new - old))
    if was.appeal != now.appeal:
        words = f"how to appeal: {now.appeal or 'not said'} (before: {was.appeal or 'not said'})"
        yield Change(Direction.CHANGED, "ladder", "times", "appeal.how", words, was.appeal, now.appeal)


def _strike(was: Rungs, now: Rungs) -> Iterator[Change]:
    old, new = was.strike, now.strike
    told = (
        ("refusals", "refusals make a strike", old.refusals, new.refusals, False, str),
        ("accounts", "accounts must be refused for a strike", old.accounts, new.accounts, False, str),
        ("within", "is the time in which they count", old.within_s, new.within_s, True, time),
        ("expires", "is how long a strike counts", old.expires_s, new.expires_s, True, time),
    )
    for field, says, before, after, more_is_harder, shown in told:
        if before != after:
            direction = Direction.TIGHTENED if (after > before) is more_is_harder else Direction.LOOSENED
            words = f"{shown(after)} {says} (before: {shown(before)})"
            by = float(after - before)
            yield Change(direction, "ladder", now.subject.word, f"strike.{field}", words, before, after, by)


def _steps(was: Rungs, now: Rungs) -> Iterator[Change]:
    old, new = ({step.id: step for step in rungs.steps} for rungs in (was, now))
    subject = now.subject.word
    for step_id, step in new.items():
        field = f"steps.{step_id}"
        if step_id not in old:
            says = f"new step {quoted(step_id)}: {step_words(step)}"
            yield Change(Direction.ADDED, "ladder", subject, field, says, None, step_words(step))
        elif old[step_id] != step:
            words = step_words(old[step_id]), step_words(step)
            says = f"the step {quoted(step_id)} is {words[1]} (before: {words[0]})"
            yield Change(_direction(old[step_id], step), "ladder", subject, field, says, *words)
    for step_id, step in old.items():
        if step_id not in new:
            says = f"no step {quoted(step_id)} any more: {step_words(step)}"
            yield Change(Direction.DROPPED, "ladder", subject, f"steps.{step_id}", says, step_words(step), None)


def _direction(was: Step, now: Step) -> Direction:
    """What it means to those whom it concerns, if all that changed points one way."""
    endless = float("inf")
    harder = [
        was.strikes - now.strikes,
        now.measure - was.measure,
        _sign((now.lasts_s or endless), (was.lasts_s or endless)),
        was.decided_by - now.decided_by,
        was.lead_s - now.lead_s,
        now.members - was.members,
    ]
    if was.takes != now.takes or was.new_contacts != now.new_contacts:
        return Direction.CHANGED
    if all(one >= 0 for one in harder):
        return Direction.TIGHTENED
    return Direction.LOOSENED if all(one <= 0 for one in harder) else Direction.CHANGED


def _sign(now: float, was: float) -> int:
    return (now > was) - (now < was)


def _whole(direction: Direction, rungs: Rungs) -> Change:
    says = "; ".join(step_words(step) for step in rungs.steps)
    before, after = (None, says) if direction is Direction.ADDED else (says, None)
    return Change(direction, "ladder", rungs.subject.word, "", says, before, after)


def step_words(step: Step) -> str:
    """A step in words, such as "limit for 7 days (start) at 2 strikes, automatic"."""
    lasts = "" if step.lasts_s is None else f" for {time(step.lasts_s)}"
    takes = ", ".join(capability.word for capability in step.takes)
    if step.new_contacts is not None:
        takes += f" {step.new_contacts}"
    lead = f", announced {time(step.lead_s)} before" if step.lead_s else ""
    strikes = "1 strike" if step.strikes == 1 else f"{step.strikes} strikes"
    shown = f" ({takes})" if takes else ""
    members = ", later members too" if step.members is Members.LATER else ""
    return f"{step.measure.word}{lasts}{shown} at {strikes}, {step.decided_by.word}{lead}{members}"


def time(seconds: int) -> str:
    """A duration in its largest whole unit.

    >>> time(604_800), time(5_400), time(86_400)
    ('7 days', '90 minutes', '1 day')
    """
    for unit_s, unit in _UNITS:
        if seconds >= unit_s and seconds % unit_s == 0:
            count = seconds // unit_s
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return "0 seconds"
