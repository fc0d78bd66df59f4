"""The page about the business API names each route, code and type, and nothing else."""

import re
from pathlib import Path

from ecluse.business.codes import CODES
from ecluse.business.composing import TYPES
from ecluse.service.business.table import ROUTES

PAGE = (Path(__file__).parents[2] / "docs" / "business-api.md").read_text()


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_route() -> None:
    told = re.findall(r"^\| `([A-Z]+ [^`]+)` \|", section("Routes"), re.MULTILINE)
    assert sorted(told) == sorted(f"{route.method} {route.path}" for route in ROUTES)


def test_every_code_with_its_status() -> None:
    told = re.findall(r"^\| (\d+) \| (\d+) \|", section("Errors"), re.MULTILINE)
    assert told == [(str(code), str(told.status)) for code, told in CODES.items()]


def test_every_type() -> None:
    assert [kind for kind in TYPES if f"`{kind}`" not in section("Routes")] == []
