"""The page at /docs: the OpenAPI document as plain HTML. It loads nothing from elsewhere and needs no script."""

from __future__ import annotations

import json
from typing import Any, Final

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("ecluse.service"), autoescape=select_autoescape(), trim_blocks=True, lstrip_blocks=True
)


def _coded(text: str | None) -> Markup:
    """Words between backticks as code.

    >>> _coded("the scope `read`, <b>")
    Markup('the scope <code>read</code>, &lt;b&gt;')
    """
    parts = (text or "").replace("``", "`").split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part for place, part in enumerate(parts)
    )


_ENVIRONMENT.filters["coded"] = _coded


def render(document: dict[str, Any]) -> str:
    """The page of an OpenAPI document."""
    return _ENVIRONMENT.get_template("docs.html").render(api=document, type_of=_type_of, shown=_shown)


def _type_of(schema: dict[str, Any]) -> str:
    """A schema in a few words.

    >>> _type_of({"anyOf": [{"type": "integer"}, {"type": "null"}]})
    'integer or null'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type_of(schema.get('items', {}))}"
    kind = str(schema.get("type", "any"))
    return f"{kind} ({schema['format']})" if "format" in schema else kind


def _shown(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
