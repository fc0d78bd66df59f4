"""Templates: texts made beforehand. They are answers like any other: none opens a conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from ecluse.business import limits
from ecluse.business.codes import ApiError, invalid, missing
from ecluse.business.composing import Content
from ecluse.business.directory import Template

_PLACE: Final = re.compile(r"\{\{(\d{1,2})\}\}")
_NAME: Final = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?")


def check_template(name: object, language: object, category: object, components: object) -> list[dict[str, Any]]:
    """Check a new template. Returns its components. Raises ApiError 131008, 131009."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise invalid("name", f"1 to {limits.TEMPLATE_NAME_MAX} of a-z, 0-9 and _")
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        raise invalid("language", "a language, such as en or pt_BR")
    if category is not None and str(category).upper() != "UTILITY":
        raise invalid("category", "UTILITY: marketing and authentication are not offered")
    if not isinstance(components, list) or len(components) > 3:
        raise invalid("components", "a list of a header, a body and a footer, of which only the body is needed")
    kept: dict[str, str] = {}
    most = {"HEADER": limits.HEADER_MAX, "BODY": limits.INTERACTIVE_BODY_MAX, "FOOTER": limits.FOOTER_MAX}
    for component in components:
        kind = str(component.get("type", "")).upper() if isinstance(component, dict) else ""
        text = component.get("text") if isinstance(component, dict) else None
        if kind not in most or kind in kept or str(component.get("format", "TEXT")).upper() != "TEXT":
            raise invalid("components.type", "one of HEADER (of text), BODY and FOOTER, each once")
        if not isinstance(text, str) or not 0 < len(text) <= most[kind]:
            raise invalid("components.text", f"a text of 1 to {most[kind]} characters")
        kept[kind] = text
    if "BODY" not in kept:
        raise missing("components.BODY")
    if set(_numbers(kept["BODY"])) != set(range(1, _count(kept["BODY"]) + 1)) or any(
        _PLACE.search(kept.get(kind, "")) for kind in ("HEADER", "FOOTER")
    ):
        raise invalid("components.text", "a body whose places are {{1}}, {{2}}, … and nothing else with places")
    return [{"type": kind, "text": text} for kind, text in kept.items()]


def fill(templates: Sequence[Template], asked: Content) -> Content:
    """The text that a template makes. asked: name, language, parameters. Raises ApiError 132001, 132000, 131009."""
    name, language = asked["name"], asked["language"]
    found = [template for template in templates if template.name == name]
    exact = [template for template in found if template.language == language]
    near = [template for template in found if template.language.partition("_")[0] == language.partition("_")[0]]
    if not (exact or near):
        raise ApiError(132001, f"There is no template {name[:80]} in {language[:20]}.")
    texts = {part["type"]: part["text"] for part in (exact or near)[0].components}
    parameters: list[str] = asked["parameters"]
    needed = _count(texts["BODY"])
    if len(parameters) != needed:
        raise ApiError(132000, f"The template {name[:80]} has {needed} parameters; {len(parameters)} were given.")
    body = _PLACE.sub(lambda place: parameters[int(place[1]) - 1], texts["BODY"])
    lines = [texts.get("HEADER"), body, texts.get("FOOTER")]
    text = "\n\n".join(line for line in lines if line)
    if len(text) > limits.TEXT_MAX:
        raise invalid("template.components", f"parameters that make a text of at most {limits.TEXT_MAX} characters")
    return {"body": text, "preview_url": False}


def _numbers(text: str) -> list[int]:
    return [int(place) for place in _PLACE.findall(text)]


def _count(text: str) -> int:
    return max(_numbers(text), default=0)
