"""What a user sees of the service is named in the docs, and they name nothing else."""

import inspect
import re
from pathlib import Path

import msgspec

from ecluse.cli.serve import serve
from ecluse.service import (
    appeals,
    audit,
    campaigns,
    cases,
    complaints,
    notices,
    reports,
    reviews,
    rights,
    routes,
    rumours,
    sanctions,
    terms,
    transparency,
)
from ecluse.service.door import DECISIONS, OBSERVATIONS
from ecluse.service.media import Media
from ecluse.service.metrics import METRICS
from ecluse.service.partners import messenger
from ecluse.service.partners import routes as partners
from ecluse.service.problems import CODES
from ecluse.service.settings import Settings
from ecluse.stores.keys import Scope

DOCS = Path(__file__).parents[2] / "docs"
SERVICE = (DOCS / "service.md").read_text()
HTTP = (DOCS / "reference" / "http.md").read_text()


def section(page: str, title: str) -> str:
    return page.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_column(text: str) -> list[str]:
    """The code in the first cell of each row of a table."""
    return [code for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for code in re.findall("`([^`]*)`", row)]


def test_every_route() -> None:
    served = {f"POST {DECISIONS}", f"POST {OBSERVATIONS}", "GET /openapi.json"}
    of_records = sanctions, appeals, notices, audit, cases, complaints, reports, reviews, rights, transparency
    for module in (*of_records, campaigns, routes, rumours, terms, partners, messenger):
        served |= {f"{method} {route.path_format}" for route in module.router.routes for method in route.methods}  # type: ignore[attr-defined]
    assert set(first_column(section(HTTP, "Routes"))) == served


def test_every_type_of_body() -> None:
    assert first_column(section(HTTP, "Bodies"))[1:] == [media.value for media in Media]


def test_every_problem_with_its_status() -> None:
    told = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", section(HTTP, "Problems"), re.MULTILINE)
    assert told == [(name, str(code.status)) for name, code in CODES.items()]


def test_every_metric_with_its_kind_and_labels() -> None:
    page = (DOCS / "reference" / "metrics.md").read_text()
    told = re.findall(r"^\| `(ecluse_\w+)` \| (\w+) \| ([`\w, ]*?) ?\|", page, re.MULTILINE)
    kinds = {"CounterMetricFamily": "counter", "GaugeMetricFamily": "gauge", "HistogramMetricFamily": "histogram"}
    assert told == [
        (name, kinds[described.kind.__name__], ", ".join(f"`{label}`" for label in described.labels))
        for name, described in METRICS.items()
    ]


def test_every_setting_is_an_option_a_variable_and_in_the_docs() -> None:
    names = [field.name for field in msgspec.structs.fields(Settings)]
    assert sorted(inspect.signature(serve).parameters) == sorted(names)
    told = re.findall(r"^\| `--([a-z-]+)`(?:, `--no-auth`)? \| `(\w+)` \|", section(SERVICE, "Settings"), re.MULTILINE)
    assert told == [(name.replace("_", "-"), f"ECLUSE_{name.upper()}") for name in names]


def test_every_scope() -> None:
    assert first_column(section(SERVICE, "API keys")) == [str(scope) for scope in Scope]
