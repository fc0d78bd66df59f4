"""Playing a bot: what it does about one message. Nothing is looked up or kept here: the same in gives the same out."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from ecluse.business.limits import TEXT_MAX
from ecluse.desk.bot import (
    MENU,
    NAME,
    PEOPLE,
    PLACEHOLDER,
    Act,
    Bot,
    Flow,
    Keyword,
    Step,
    StepChoice,
    keyword_id,
    menu_part,
    step_id,
    step_part,
)
from ecluse.desk.folding import fold_keyword
from ecluse.desk.parts import Part, text_part
from ecluse.desk.views import Handling

TRIES_MAX: Final = 3
"""Answers that are none of the choices, after which people are asked to help."""
OURS: Final = ("keyword:", "step:")
"""How ids of choices begin that a bot made."""
ANSWER_CHARACTERS_MAX: Final = 1_000
"""Of an answer that is remembered."""


class Asked(NamedTuple):
    """A message as a bot sees it, and where the person stands. choice: the id of what they tapped."""

    text: str
    choice: str | None
    name: str
    handling: Handling
    flow: str | None
    step: str | None
    tries: int
    fields: dict[str, Any]


class Latest(NamedTuple):
    """The latest issue of a newsletter, in the place of a part."""

    newsletter: str


class Done(NamedTuple):
    """What a bot does. parts: sent in their order. flow, step, tries, fields, handling: where the person stands now.

    keyword: the one that was done, with ``started`` (an opt-in) or ``stopped`` (an opt-out) by it; word: as written.
    answers: whether the parts answer the person, or only say that somebody will.
    """

    parts: tuple[Part | Latest, ...] = ()
    flow: str | None = None
    step: str | None = None
    tries: int = 0
    fields: dict[str, Any] | None = None
    handling: Handling = Handling.BOT
    keyword: Keyword | None = None
    answers: bool = True

    @property
    def stopped(self) -> bool:
        """Whether the person is to get nothing more."""
        return self.keyword is not None and self.keyword.act is Act.STOP

    @property
    def started(self) -> bool:
        """Whether the person subscribed."""
        return self.keyword is not None and self.keyword.act is Act.START


def play(bot: Bot, asked: Asked) -> Done:
    """What a bot does about a message. Where people answer, it does nothing but stop."""
    keyword = _keyword(bot, asked)
    if keyword is not None and keyword.act is Act.STOP:
        return _do(bot, asked, keyword)
    if asked.handling is Handling.PEOPLE:
        return Done(flow=None, fields=asked.fields, handling=Handling.PEOPLE)
    flow, step, choice = _where(bot, asked)
    if flow is not None and step is not None:
        if choice is not None:
            return _answer(bot, asked, flow, step, choice.title, choice.go or step.go)
        leaves = keyword is not None and (bool(step.choices) or keyword.act is Act.MENU or asked.choice is not None)
        if not leaves and step.choices:
            return _again(bot, asked, flow, step)
        if not leaves:
            return _answer(bot, asked, flow, step, asked.text[:ANSWER_CHARACTERS_MAX], step.go)
    return _do(bot, asked, keyword or bot.otherwise)


def _keyword(bot: Bot, asked: Asked) -> Keyword | None:
    if asked.choice is not None and asked.choice.startswith(OURS):
        words = ((keyword_id(word), keyword) for keyword in bot.keywords for word in keyword.words)
        return next((keyword for word, keyword in words if word == asked.choice), None)
    return bot.keyword(asked.text)


def _where(bot: Bot, asked: Asked) -> tuple[Flow | None, Step | None, StepChoice | None]:
    """The step that a message answers, and what was chosen: that of a tapped choice, else the one they are at."""
    if asked.choice is not None:
        for flow in bot.flows.values():
            for step in flow.steps:
                for place, choice in enumerate(step.choices):
                    if step_id(flow.id, step.id, place) == asked.choice:
                        return flow, step, choice
        if asked.choice.startswith(OURS):
            return None, None, None
    at = bot.flows.get(asked.flow or "")
    step_at = None if at is None else at.step(asked.step)
    if at is None or step_at is None or step_at.ask is None:
        return None, None, None
    written = fold_keyword(asked.text)
    for place, choice in enumerate(step_at.choices):
        if written in (fold_keyword(choice.title), str(place + 1)):
            return at, step_at, choice
    return at, step_at, None


def _again(bot: Bot, asked: Asked, flow: Flow, step: Step) -> Done:
    if asked.tries + 1 >= TRIES_MAX:
        return _hand_over(bot, asked, (), None)
    parts = (text_part(bot.not_a_choice), step_part(bot, flow, step, _fill(step.ask or "", asked.name, asked.fields)))
    return Done(parts, flow.id, step.id, asked.tries + 1, asked.fields)


def _answer(bot: Bot, asked: Asked, flow: Flow, step: Step, answer: str, go: str | None) -> Done:
    fields = asked.fields | ({step.field: answer} if step.field else {})
    return _go(bot, asked._replace(fields=fields), flow, flow.after(step, go))


def _go(bot: Bot, asked: Asked, flow: Flow, target: str) -> Done:
    """Go to a step: say what is said on the way, until something is asked or the flow ends."""
    parts: list[Part | Latest] = []
    for _ in range(len(flow.steps) + 1):
        step = flow.step(target)
        if step is None:
            break
        text = _fill(step.say or step.ask or "", asked.name, asked.fields)
        if step.ask is not None:
            return Done((*parts, step_part(bot, flow, step, text)), flow.id, step.id, 0, asked.fields)
        parts.append(text_part(text))
        target = flow.after(step, step.go)
    if target == PEOPLE:
        return _hand_over(bot, asked, tuple(parts), None)
    if target == MENU and bot.menu is not None:
        parts.append(menu_part(bot.menu))
    return Done(tuple(parts), fields=asked.fields)


def _do(bot: Bot, asked: Asked, keyword: Keyword) -> Done:
    said = (text_part(_fill(keyword.say, asked.name, asked.fields)),) if keyword.say else ()
    if keyword.act is Act.FLOW:
        flow = bot.flows[keyword.flow or ""]
        return _go(bot, asked, flow, flow.steps[0].id)._replace(keyword=keyword)
    if keyword.act is Act.PEOPLE:
        return _hand_over(bot, asked, said, keyword)
    parts: tuple[Part | Latest, ...] = said
    if keyword.act is Act.LATEST:
        parts = (*said, Latest(keyword.newsletter or ""))
    elif keyword.act is Act.MENU and bot.menu is not None:
        parts = (*said, menu_part(bot.menu))
    return Done(parts, fields=asked.fields, keyword=keyword)


def _hand_over(bot: Bot, asked: Asked, parts: tuple[Part | Latest, ...], keyword: Keyword | None) -> Done:
    said = parts or (text_part(_fill(bot.handed_over, asked.name, asked.fields)),)
    return Done(said, fields=asked.fields, handling=Handling.PEOPLE, keyword=keyword, answers=False)


def _fill(text: str, name: str, fields: dict[str, Any]) -> str:
    known = {**fields, NAME: name}
    return PLACEHOLDER.sub(lambda found: str(known.get(found[1], found[0])), text)[:TEXT_MAX] or "…"
