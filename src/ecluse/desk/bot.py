"""A bot as it is asked: keywords, a menu, flows. Read from YAML by ``botfile``; played by ``playing``."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final, NamedTuple

from ecluse.desk.folding import fold_keyword
from ecluse.desk.parts import Choice, Part, choices_part, list_part, text_part

PLACEHOLDER: Final = re.compile(r"\{([a-z0-9_-]+)\}")
NAME: Final = "name"
"""The placeholder that stands for the person's name."""
END: Final = "end"
PEOPLE: Final = "people"
MENU: Final = "menu"
TARGETS: Final = (END, PEOPLE, MENU)
"""Where a step may lead besides other steps."""


class Act(StrEnum):
    """What a keyword does."""

    LATEST = "latest"
    """Give the latest issue of a newsletter."""
    START = "start"
    """Subscribe to a newsletter: an opt-in."""
    STOP = "stop"
    """End everything: an opt-out."""
    MENU = "menu"
    FLOW = "flow"
    PEOPLE = "people"
    """Hand over to people."""
    SAY = "say"


class Newsletter(NamedTuple):
    """A newsletter that may be asked for."""

    id: str
    name: str


class Keyword(NamedTuple):
    """What is done when somebody writes one of its words. words: as they are shown; the first is linked to.

    wording: what people are shown beside the link or button; kept as evidence of opting in or out.
    """

    words: tuple[str, ...]
    act: Act
    newsletter: str | None = None
    flow: str | None = None
    say: str | None = None
    wording: str | None = None


class Row(NamedTuple):
    """A row of the menu. keyword: a folded word of the keyword that it does."""

    title: str
    description: str | None
    keyword: str


class Menu(NamedTuple):
    """The menu: an interactive list. button: what opens it."""

    text: str
    button: str
    footer: str | None
    rows: tuple[Row, ...]


class StepChoice(NamedTuple):
    """A choice of a step. go: a step or one of TARGETS; None: the next step."""

    title: str
    description: str | None
    go: str | None


class Step(NamedTuple):
    """A step of a flow: says something and goes on, or asks and waits. field: what the answer is remembered as."""

    id: str
    say: str | None
    ask: str | None
    field: str | None
    choices: tuple[StepChoice, ...]
    go: str | None


class Flow(NamedTuple):
    """A flow: its steps, in their order."""

    id: str
    steps: tuple[Step, ...]

    def step(self, name: str | None) -> Step | None:
        """A step by its name."""
        return next((step for step in self.steps if step.id == name), None)

    def after(self, step: Step, go: str | None) -> str:
        """Where it goes from a step: a step or one of TARGETS."""
        if go is not None:
            return go
        place = self.steps.index(step) + 1
        return self.steps[place].id if place < len(self.steps) else END


class Bot(NamedTuple):
    """A bot. keywords: by each of their words, folded. otherwise: what is done for what no keyword is."""

    newsletters: tuple[Newsletter, ...]
    keywords: tuple[Keyword, ...]
    menu: Menu | None
    flows: dict[str, Flow]
    otherwise: Keyword
    no_issue: str
    not_a_choice: str
    opener: str
    """What opens a list of choices."""
    handed_over: str

    def keyword(self, text: str) -> Keyword | None:
        """The keyword that a text is, whole."""
        folded = fold_keyword(text)
        if not folded:
            return None
        return next((one for one in self.keywords if any(fold_keyword(word) == folded for word in one.words)), None)

    def fields(self) -> frozenset[str]:
        """What flows remember."""
        return frozenset(step.field for flow in self.flows.values() for step in flow.steps if step.field)


def keyword_id(word: str) -> str:
    """The id of a choice that does a keyword."""
    return f"keyword:{fold_keyword(word)}"


def step_id(flow: str, step: str, place: int) -> str:
    """The id of a choice of a step."""
    return f"step:{flow}:{step}:{place}"


def menu_part(menu: Menu) -> Part:
    """The menu as it is sent."""
    choices = [Choice(keyword_id(row.keyword), row.title, row.description) for row in menu.rows]
    return list_part(menu.text, choices, opener=menu.button, footer=menu.footer)


def step_part(bot: Bot, flow: Flow, step: Step, text: str) -> Part:
    """A step's question, as it is sent: buttons, a list, or a text."""
    if not step.choices:
        return text_part(text)
    choices = [
        Choice(step_id(flow.id, step.id, place), one.title, one.description) for place, one in enumerate(step.choices)
    ]
    return choices_part(text, choices, opener=bot.opener)
