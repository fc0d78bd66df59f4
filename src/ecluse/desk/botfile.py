"""Bots from YAML: every fault at once, each with line, column, field, and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ecluse.business import limits
from ecluse.desk.bot import NAME, PLACEHOLDER, Act, Bot, Keyword, Menu, Newsletter, Row, menu_part
from ecluse.desk.botflows import read_flows
from ecluse.desk.folding import fold_keyword
from ecluse.desk.issues import EXPECTED_SLUG, SLUG
from ecluse.desk.parts import check_part
from ecluse.errors import InputError
from ecluse.terms.faults import Faults, meant, quoted
from ecluse.terms.loading import read_text
from ecluse.terms.nodes import Value, read_document

KEYWORDS_MAX: Final = 100
WORDS_MAX: Final = 50
WORD_CHARACTERS_MAX: Final = 40
NEWSLETTERS_MAX: Final = 50
WORDING_CHARACTERS_MAX: Final = 2_000

_NEEDS: Final = {Act.LATEST: "newsletter", Act.START: "newsletter", Act.FLOW: "flow", Act.SAY: "say"}
_TAKES: Final = {
    Act.LATEST: {"newsletter"},
    Act.START: {"newsletter", "say", "wording"},
    Act.STOP: {"say", "wording"},
    Act.MENU: set(),
    Act.FLOW: {"flow"},
    Act.PEOPLE: {"say"},
    Act.SAY: {"say"},
}
_TEXTS: Final = {
    "no_issue": ("There is no issue yet.", limits.TEXT_MAX),
    "not_a_choice": ("Please choose one of these.", limits.TEXT_MAX),
    "opener": ("Choose", limits.OPENER_MAX),
    "handed_over": ("Somebody will answer you here.", limits.TEXT_MAX),
}
"""What a bot says if its file says nothing else, and how long it may be."""
_NOBODY: Final = Keyword((), Act.PEOPLE)


def load_bot(path: Path) -> Bot:
    """Read a bot. Raises TermsError for a file with faults, InputError if there is none."""
    try:
        text = read_text(path, str(path), "a file that can be read")
    except InputError:
        raise InputError("bot", str(path), "a file that can be read") from None
    return parse_bot(text, str(path))


def parse_bot(text: str, source: str) -> Bot:
    r"""Read a bot from its text. source: its name in messages. Raises TermsError.

    >>> parse_bot("keywords:\n- words: [GO]\n  do: stop\n- words: [go!]\n  do: say\n  say: x\n", "bot.yaml")
    Traceback (most recent call last):
    ecluse.terms.faults.TermsError: bot.yaml:4:11: keywords[1].words[0]: `go!` is a word of keywords[0] already
    """
    faults = Faults(source)
    document = read_document(text, faults)
    fields = document.fields(("keywords",), ("newsletters", "menu", "flows", "otherwise", "texts"))
    newsletters = _newsletters(fields["newsletters"]) if "newsletters" in fields else ()
    texts = _texts(fields.get("texts"))
    flows = read_flows(fields["flows"], texts["opener"], "menu" in fields) if "flows" in fields else {}
    names = tuple(one.id for one in newsletters)
    keywords = _keywords(fields["keywords"], names, tuple(flows), "menu" in fields) if "keywords" in fields else ()
    otherwise = _NOBODY
    if "otherwise" in fields:
        otherwise = _keyword(fields["otherwise"], names, tuple(flows), "menu" in fields, otherwise=True) or _NOBODY
    menu = _menu(fields["menu"], keywords) if "menu" in fields else None
    bot = Bot(newsletters, keywords, menu, flows, otherwise, **texts)
    whole = "keywords" in fields and len(keywords) == len(fields["keywords"].items("keywords") or [])
    if whole and not any(one.act is Act.STOP for one in keywords):
        fields["keywords"].blame("no keyword does `stop`: people must be able to leave, with a word such as STOP")
    _check_placeholders(document, bot)
    faults.raise_any()
    return bot


def _newsletters(value: Value) -> tuple[Newsletter, ...]:
    found: dict[str, Newsletter] = {}
    items = value.items("newsletters") or []
    if len(items) > NEWSLETTERS_MAX:
        value.blame(f"expected at most {NEWSLETTERS_MAX} newsletters")
    for item in items[:NEWSLETTERS_MAX]:
        fields = item.fields(("id", "name"))
        if len(fields) == 2:
            name = fields["id"].scalar(EXPECTED_SLUG) or ""
            if not SLUG.fullmatch(name):
                fields["id"].blame(f"{quoted(name)} is not {EXPECTED_SLUG}")
            if name in found:
                item.blame(f"the newsletter {quoted(name)} is given twice")
            found[name] = Newsletter(name, text_at(fields["name"], 100) or "")
    return tuple(found.values())


def _texts(value: Value | None) -> dict[str, str]:
    fields = {} if value is None else value.fields((), tuple(_TEXTS))
    given = {name: text_at(fields[name], _TEXTS[name][1]) for name in fields}
    return {name: given.get(name) or text for name, (text, _) in _TEXTS.items()}


def _keywords(value: Value, newsletters: tuple[str, ...], flows: tuple[str, ...], menu: bool) -> tuple[Keyword, ...]:
    found: list[Keyword] = []
    taken: dict[str, str] = {}
    items = value.items("keywords") or []
    if not 0 < len(items) <= KEYWORDS_MAX:
        value.blame(f"expected 1 to {KEYWORDS_MAX} keywords")
    for item in items[:KEYWORDS_MAX]:
        keyword = _keyword(item, newsletters, flows, menu)
        if keyword is None:
            continue
        words = item.fields(("words", "do"), ("newsletter", "flow", "say", "wording"))["words"].items("words") or []
        for word, text in zip(words, keyword.words, strict=False):
            folded = fold_keyword(text)
            if folded in taken:
                word.blame(f"{quoted(text)} is a word of {taken[folded]} already")
            taken.setdefault(folded, item.path)
        found.append(keyword)
    return tuple(found)


def _keyword(
    item: Value, newsletters: tuple[str, ...], flows: tuple[str, ...], menu: bool, *, otherwise: bool = False
) -> Keyword | None:
    needed = ("do",) if otherwise else ("words", "do")
    fields = item.fields(needed, ("newsletter", "flow", "say", "wording"))
    if not all(name in fields for name in needed):
        return None
    acts = tuple(act for act in Act if not otherwise or act not in (Act.STOP, Act.START))
    done = fields["do"].scalar(f"one of {', '.join(acts)}")
    if done is None or done not in acts:
        if done is not None:
            fields["do"].blame(f"{quoted(done)} is nothing that is done here{meant(done, acts)}")
        return None
    act = Act(done)
    if act in _NEEDS and _NEEDS[act] not in fields:
        item.blame(f"the field {quoted(_NEEDS[act])} is missing: {quoted(done)} needs it")
    for name in fields.keys() - {"words", "do"} - _TAKES[act]:
        fields[name].blame(f"this means nothing where {quoted(done)} is done")
    if act is Act.MENU and not menu:
        fields["do"].blame("there is no `menu` in this file")
    words = () if otherwise else _words(fields["words"])
    return Keyword(
        words,
        act,
        _one_of(fields.get("newsletter"), newsletters, "newsletter"),
        _one_of(fields.get("flow"), flows, "flow"),
        text_at(fields["say"], limits.TEXT_MAX) if "say" in fields else None,
        text_at(fields["wording"], WORDING_CHARACTERS_MAX) if "wording" in fields else None,
    )


def _words(value: Value) -> tuple[str, ...]:
    items = value.items("words") or []
    if not 0 < len(items) <= WORDS_MAX:
        value.blame(f"expected 1 to {WORDS_MAX} words")
    found = []
    for item in items[:WORDS_MAX]:
        word = item.scalar("a word", numbers=True)
        if word is not None and (not fold_keyword(word) or len(word) > WORD_CHARACTERS_MAX):
            item.blame(f"{quoted(word)} is not 1 to {WORD_CHARACTERS_MAX} characters with a letter or digit")
        found.append(word or "")
    return tuple(found)


def _one_of(value: Value | None, known: tuple[str, ...], what: str) -> str | None:
    given = None if value is None else value.scalar(f"the id of a {what}")
    if value is not None and given is not None and given not in known:
        value.blame(f"there is no {what} {quoted(given)} in this file{meant(given, known)}")
    return given


def _menu(value: Value, keywords: tuple[Keyword, ...]) -> Menu | None:
    fields = value.fields(("text", "button", "rows"), ("footer",))
    if not all(name in fields for name in ("text", "button", "rows")):
        return None
    known = {fold_keyword(word): word for keyword in keywords for word in keyword.words}
    rows = []
    for item in fields["rows"].items("rows") or []:
        row = item.fields(("title", "keyword"), ("description",))
        if "title" not in row or "keyword" not in row:
            continue
        word = row["keyword"].scalar("a word of a keyword", numbers=True) or ""
        if fold_keyword(word) not in known:
            row["keyword"].blame(f"{quoted(word)} is a word of no keyword{meant(word, tuple(known.values()))}")
        description = text_at(row["description"], limits.ROW_DESCRIPTION_MAX) if "description" in row else None
        rows.append(Row(text_at(row["title"], limits.ROW_TITLE_MAX) or "", description, word))
    footer = text_at(fields["footer"], limits.FOOTER_MAX) if "footer" in fields else None
    text, button = text_at(fields["text"], limits.LIST_BODY_MAX), text_at(fields["button"], limits.OPENER_MAX)
    menu = Menu(text or "", button or "", footer, tuple(rows))
    if text and button and all(row.title for row in rows):
        try:
            check_part(menu_part(menu), "menu")
        except InputError as error:
            fields["rows"].blame(f"expected {error.expected}")
    return menu


def text_at(value: Value, most: int) -> str | None:
    """A text of at most ``most`` characters; blames anything else."""
    given = value.scalar("a text", numbers=True)
    if given is None:
        return None
    if not 0 < len(given.strip()) <= most:
        value.blame(f"expected 1 to {most} characters, got {len(given.strip())}")
        return None
    return given.strip()


def _check_placeholders(document: Value, bot: Bot) -> None:
    """Blame the placeholders that nothing will ever fill."""
    known = {NAME, *bot.fields()}
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if value.type == "fields":
            waiting += [
                Value(node, f"{value.path}.{key.value}" if value.path else str(key.value), value.faults)
                for key, node in value.node.value
            ]
        elif value.type == "a list":
            waiting += value.items("values") or []
        elif value.path.rpartition(".")[2] in ("say", "ask"):
            for name in PLACEHOLDER.findall(str(value.node.value)):
                if name not in known:
                    value.blame(f"nothing is remembered as {quoted(name)}{meant(name, tuple(sorted(known)))}")
