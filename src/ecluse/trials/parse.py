"""From a document of cases in YAML to a ``Suite``. Every fault is told at once, with its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ecluse.errors import EcluseError
from ecluse.events import Event
from ecluse.terms import Entry, Terms, Versions, fields
from ecluse.terms.faults import Faults, quoted
from ecluse.terms.nodes import Value, read_document
from ecluse.trials.document import CASES_MAX, DELIVERIES_MAX, EVENTS_MAX, Account, Case, Suite
from ecluse.trials.parse_accounts import history, read_accounts
from ecluse.trials.parse_checks import read_checks
from ecluse.trials.parse_steps import deliveries, read_steps

Find = Callable[[str | None], Terms]
"""The terms of a name that stands in a document of cases; None: those that lie beside it. Raises EcluseError."""

ALWAYS: Final = "always"
NOW: Final = "now"

_IN_FORCE: Final = "`always`, a date, or without the field as the terms say"
_SET: Final = ("now", "in_force", "accounts", "fact_checks")


def parse_suite(text: str, source: str, find: Find) -> Suite:
    """Read a document of cases. source: its name in messages. find: terms by name.

    Raises TermsError, which tells every fault.
    """
    faults = Faults(source)
    given = read_document(text, faults).fields(("cases",), ("terms", *_SET))
    documents = _terms(given.get("terms"), find, faults)
    shared = read_accounts(given.get("accounts"))
    cases: list[Case] = []
    names: set[str] = set()
    for place, item in enumerate((given["cases"].items("cases") if "cases" in given else None) or ()):
        if place == CASES_MAX:
            item.blame(f"there may be at most {CASES_MAX:,} cases")
            break
        case = _case(item, given, documents, shared)
        if case is not None and case.name in names:
            item.blame(f"the case {quoted(case.name)} is there already")
        elif case is not None:
            names.add(case.name)
            cases.append(case)
    if "cases" in given and given["cases"].items("cases") == []:
        given["cases"].blame("expected at least one case")
    faults.raise_any()
    return Suite(source, tuple(cases))


def _terms(value: Value | None, find: Find, faults: Faults) -> list[Terms]:
    """The terms that are tested: those named, or those beside the document."""
    if value is None:
        try:
            return [find(None)]
        except EcluseError as error:
            faults.refuse(1, 1, str(error))
    items = value.items("terms") if value.type == "a list" else [value]
    if items == []:
        value.blame("expected at least one document of terms")
    found = []
    for item in items or ():
        name = item.scalar("a file of terms beside this one, or the id of a shipped document")
        try:
            found += [] if name is None else [find(name)]
        except EcluseError as error:
            item.blame(str(error).partition("\n")[0])
    return found


def _case(value: Value, above: dict[str, Value], documents: list[Terms], shared: dict[str, Account]) -> Case | None:
    """One case; what it does not say stands above it, for all."""
    given = value.fields(("case", "steps"), _SET)
    name = fields.text(given.get("case"))
    set_ = {field: given.get(field) or above.get(field) for field in _SET}
    now_s = fields.moment(set_["now"])
    if set_["now"] is None:
        value.blame(f"the field {quoted(NOW)} is missing, here or above for all cases: when the case begins")
    accounts = shared | read_accounts(given.get("accounts"))
    versions = _versions(set_["in_force"], documents)
    if now_s is None or name is None:
        return None
    before = history(accounts, now_s)
    played = read_steps(given.get("steps"), accounts, now_s)
    _check_size(value, before, played.events)
    if not played.expects:
        value.blame("nothing is expected in this case: give one of its steps the field `expect`")
    if versions is None:
        return None
    line = value.node.start_mark.line + 1
    events = tuple(before), tuple(played.events)
    checks = read_checks(set_["fact_checks"])
    return Case(name, line, versions, *events, tuple(played.expectations), tuple(played.faults), checks)


def _check_size(value: Value, before: list[Event], events: list[Event]) -> None:
    if before and (len(before) + len(events) > EVENTS_MAX or deliveries([*before, *events]) > DELIVERIES_MAX):
        value.blame(
            f"a case has at most {EVENTS_MAX:,} events and {DELIVERIES_MAX:,} recipients of all together, "
            f"what was before included; got {len(before) + len(events):,} and {deliveries([*before, *events]):,}"
        )


def _versions(value: Value | None, documents: list[Terms]) -> Versions | None:
    """The terms as they are in force in a case."""
    if not documents:
        return None
    if value is None:
        return Versions.of(*documents)
    word = value.scalar(_IN_FORCE, dates=True)
    if word is None:
        return None
    if len(documents) > 1:
        value.blame("expected one document of terms with this field; several are in force when they say")
        return None
    if word == ALWAYS:
        return Versions.always(documents[0])
    from_s = fields.moment(value)
    return None if from_s is None else Versions([Entry(documents[0], from_s)])
