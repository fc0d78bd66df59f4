"""Flows of a bot from YAML: steps that lead somewhere, questions that can be sent, and no way in a circle."""

from __future__ import annotations

from typing import Final

from ecluse.business import limits
from ecluse.desk.bot import END, MENU, TARGETS, Flow, Step, StepChoice
from ecluse.desk.folding import fold_keyword
from ecluse.desk.issues import EXPECTED_SLUG, SLUG
from ecluse.desk.parts import Choice, check_part, choices_part
from ecluse.errors import InputError
from ecluse.terms.faults import meant, quoted
from ecluse.terms.nodes import Value

FLOWS_MAX: Final = 50
STEPS_MAX: Final = 50
RESERVED: Final = ("name",)
"""What answers may not be remembered as: it stands for something else."""


def read_flows(value: Value, opener: str, menu: bool) -> dict[str, Flow]:
    """The flows of a bot, by id. opener: what opens its lists. menu: it has one. Blames what is wrong."""
    found: dict[str, Flow] = {}
    items = value.items("flows") or []
    if len(items) > FLOWS_MAX:
        value.blame(f"expected at most {FLOWS_MAX} flows")
    for item in items[:FLOWS_MAX]:
        fields = item.fields(("id", "steps"))
        if len(fields) < 2:
            continue
        name = _slug(fields["id"])
        if name in found:
            item.blame(f"the flow {quoted(name)} is given twice")
        found[name] = _flow(name, fields["steps"], opener, menu)
    return found


def _flow(name: str, value: Value, opener: str, menu: bool) -> Flow:
    items = value.items("steps") or []
    if not 0 < len(items) <= STEPS_MAX:
        value.blame(f"expected 1 to {STEPS_MAX} steps")
    steps: dict[str, Step] = {}
    places: dict[str, Value] = {}
    for item in items[:STEPS_MAX]:
        step = _step(item, opener)
        if step is None:
            continue
        if step.id in steps or step.id in TARGETS:
            item.blame(f"{quoted(step.id)} is {'a step' if step.id in steps else 'a way out of every flow'} already")
            continue
        steps[step.id], places[step.id] = step, item
    flow = Flow(name, tuple(steps.values()))
    known = (*steps, *TARGETS)
    for step in flow.steps:
        for go in (step.go, *(choice.go for choice in step.choices)):
            if go is not None and go not in known:
                places[step.id].blame(f"there is no step {quoted(go)} in this flow{meant(go, known)}")
            if go == MENU and not menu:
                places[step.id].blame("there is no `menu` in this file")
    _check_circles(flow, places)
    return flow


def _check_circles(flow: Flow, places: dict[str, Value]) -> None:
    """Blame steps that lead back to themselves and ask nothing on the way: they would speak for ever."""
    for step in flow.steps:
        seen, at = set(), flow.step(step.id)
        while at is not None and at.say is not None and at.id not in seen:
            seen.add(at.id)
            at = flow.step(flow.after(at, at.go))
        if at is not None and at.id == step.id and step.say is not None:
            places[step.id].blame("this leads back to itself without asking anything")
            return


def _step(item: Value, opener: str) -> Step | None:
    fields = item.fields(("id",), ("say", "ask", "field", "choices", "go"))
    if "id" not in fields:
        return None
    name = _slug(fields["id"])
    if ("say" in fields) == ("ask" in fields):
        item.blame("expected either `say` or `ask`")
        return None
    if "say" in fields:
        for other in ("field", "choices"):
            if other in fields:
                fields[other].blame("only a step that has `ask` may have this")
    words = fields.get("say") or fields["ask"]
    text = words.scalar("a text", numbers=True) or ""
    if not 0 < len(text.strip()) <= limits.TEXT_MAX:
        words.blame(f"expected 1 to {limits.TEXT_MAX} characters")
    choices = _choices(fields["choices"]) if "choices" in fields and "ask" in fields else ()
    field = _slug(fields["field"]) if "field" in fields else None
    if field in RESERVED:
        fields["field"].blame(f"{quoted(field or '')} stands for the person's name")
    go = fields["go"].scalar(f"a step, or one of {', '.join(TARGETS)}") if "go" in fields else None
    if choices and text.strip():
        given = [Choice(str(place), one.title, one.description) for place, one in enumerate(choices)]
        try:
            check_part(choices_part(text.strip(), given, opener=opener), "choices")
        except InputError as error:
            fields["choices"].blame(f"expected {error.expected}")
    asked = "ask" in fields
    return Step(name, None if asked else text.strip(), text.strip() if asked else None, field, choices, go)


def _choices(value: Value) -> tuple[StepChoice, ...]:
    found: list[StepChoice] = []
    items = value.items("choices") or []
    if not 0 < len(items) <= limits.LIST_ROWS_MAX:
        value.blame(f"expected 1 to {limits.LIST_ROWS_MAX} choices")
    for item in items[: limits.LIST_ROWS_MAX]:
        fields = item.fields(("title",), ("description", "go"))
        title = fields["title"].scalar("a text", numbers=True) if "title" in fields else None
        if title is None:
            continue
        if not fold_keyword(title) or len(title) > limits.ROW_TITLE_MAX:
            fields["title"].blame(
                f"{quoted(title)} is not 1 to {limits.ROW_TITLE_MAX} characters with a letter or digit"
            )
        if any(fold_keyword(title) == fold_keyword(one.title) for one in found):
            fields["title"].blame(f"{quoted(title)} is a choice already")
        description = fields["description"].scalar("a text") if "description" in fields else None
        go = fields["go"].scalar("a step") if "go" in fields else None
        found.append(StepChoice(title.strip(), description, go))
    return tuple(found)


def _slug(value: Value) -> str:
    given = value.scalar(EXPECTED_SLUG) or END
    if not SLUG.fullmatch(given):
        value.blame(f"{quoted(given)} is not {EXPECTED_SLUG}")
    return given
