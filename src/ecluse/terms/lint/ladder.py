"""What is doubtful about a ladder: steps that nobody reaches, and what law asks of sanctions and appeals."""

from __future__ import annotations

from typing import Final

from ecluse.terms.document import Terms
from ecluse.terms.faults import quoted
from ecluse.terms.ladder import Deciding, Measure, Rungs, SubjectKind
from ecluse.terms.ladder.ladder import APPEAL_WITHIN_S, BUSINESS_LEAD_S, DAY_S
from ecluse.terms.lint.finding import Findings
from ecluse.terms.mode import Mode
from ecluse.terms.outcome import Outcome

GRAVE: Final = (Measure.EXPULSION, Measure.LEGAL_REFERRAL)


def check_ladder(terms: Terms, findings: Findings) -> None:
    """Find what is doubtful about the ladder, if there is one."""
    ladder = terms.ladder
    if ladder is None:
        return
    if not any(rule.mode is not Mode.SHADOW and rule.outcome is Outcome.REFUSE for rule in terms.rules):
        message = "strikes come from refusals, and no rule of these terms refuses anything: the ladder leads nowhere"
        findings.add("ladder-idle", "ladder", message)
    if ladder.appeal_within_s < APPEAL_WITHIN_S:
        days = ladder.appeal_within_s / DAY_S
        message = (
            f"sanctions can be appealed for {days:.3g} days, and the Digital Services Act asks for six months "
            "(Art. 20(1)): put it at 183d or more, or leave it out"
        )
        findings.add("ladder-appeal", "ladder.appeal.within", message)
    for rungs in ladder.rungs:
        _check_rungs(rungs, f"ladder.{rungs.subject.word}", ladder.business_lead_s, findings)


def _check_rungs(rungs: Rungs, field: str, business_lead_s: int, findings: Findings) -> None:
    for place, step in enumerate(rungs.steps):
        here, before = f"{field}.steps[{place}]", rungs.steps[place - 1] if place else None
        needs_s = (step.strikes - 1) * rungs.strike.within_s
        if needs_s >= rungs.strike.expires_s:
            message = (
                f"{step.strikes} strikes take {needs_s / DAY_S:.3g} days, for there is one in "
                f"{rungs.strike.within_s / 3_600:.3g} hours at most; by then the first has expired, after "
                f"{rungs.strike.expires_s / DAY_S:.3g} days. Let them expire later"
            )
            findings.add("ladder-never", f"{here}.strikes", message)
        if before is not None and step.measure < before.measure:
            message = (
                f"the step {quoted(step.id)} comes at more strikes than {quoted(before.id)} and is milder "
                f"({step.measure.word} after {before.measure.word}): put it before"
            )
            findings.add("ladder-order", f"{here}.then", message)
        if step.measure in GRAVE and step.decided_by is Deciding.AUTOMATIC:
            message = (
                f"a machine alone decides on {step.measure.word}; whom it weighs on gravely may ask for a person "
                "(GDPR, Art. 22): let `decided_by` be `person` or `two_persons`"
            )
            findings.add("ladder-machine", f"{here}.decided_by", message)
        concerns_businesses = rungs.subject in (SubjectKind.ACCOUNT, SubjectKind.PROVIDER)
        if step.measure is Measure.EXPULSION and concerns_businesses and business_lead_s < BUSINESS_LEAD_S:
            message = (
                f"businesses are told {business_lead_s / DAY_S:.3g} days before they are expelled, and in the EU are "
                "owed 30 (Regulation (EU) 2019/1150, Art. 4(2)): leave `business_lead` out, or put it at 30d or more"
            )
            findings.add("ladder-lead", "ladder.business_lead", message)
