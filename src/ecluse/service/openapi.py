"""The OpenAPI document: what FastAPI says of its routes, and by hand what it can't know of the door's."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, get_args, get_origin

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ecluse import wire
from ecluse.business.incoming import Deed, Incoming, Report
from ecluse.events import Event
from ecluse.gate.verdict import Verdict
from ecluse.partners import Application
from ecluse.service.cases_answers import CASES_ANSWERS, CASES_FORMS
from ecluse.service.door import DECISIONS, OBSERVATIONS
from ecluse.service.media import Media
from ecluse.service.partners import forms
from ecluse.service.problems import CODES, PROBLEM_TYPE
from ecluse.service.records_answers import RECORDS_ANSWERS, RECORDS_FORMS
from ecluse.service.rumours_answers import RUMOURS_ANSWERS, RUMOURS_FORMS

Document = dict[str, Any]

TITLE: Final = "Écluse"
ABOUT: Final = (
    "Every send, forward, group addition and registration is put to the gate, and it answers at once: pass, or not, "
    "why, and when to try again. Keys go into `Authorization: Bearer ecl_…`."
)
REF: Final = "#/components/schemas/{name}"
EXAMPLE: Final = {
    "id": "m-1",
    "kind": "send",
    "at": "2026-11-24T09:00:00Z",
    "sender": "ada",
    "recipients": ["bob"],
}

_GUARDED: Final = ("key-missing", "key-refused", "scope-missing")
_NO_GATE: Final = ("starting", "stopping")
_CHANGES: Final = ("malformed", "body-too-large", "invalid", "internal")
_RECORDS: Final = ("internal", "records", *_NO_GATE)
_OF_MESSENGER: Final = ("not-found",)
"""The business API may be off."""
_REGISTER: Final = ("partner-not-verified", "conflict", *_RECORDS)
_ANSWERS: Final[dict[str, tuple[str, Any, tuple[str, ...]]]] = {
    "account": ("What the gate knows of the account.", wire.Account, (*_GUARDED, "invalid", "internal", *_NO_GATE)),
    "campaigns": ("The campaigns.", list[wire.CampaignSummary], (*_GUARDED, "internal", *_NO_GATE)),
    "campaign": ("The campaign.", wire.Campaign, (*_GUARDED, "not-found", "invalid", "internal", *_NO_GATE)),
    "campaign_graph": (
        *("The campaign, with who shares what.", wire.CampaignGraph),
        (*_GUARDED, "not-found", "invalid", "internal", *_NO_GATE),
    ),
    "terms": ("The terms as they stand.", wire.TermsState, (*_GUARDED, "internal", *_NO_GATE)),
    "terms_history": ("What was done.", list[wire.TermsAct], (*_GUARDED, "internal", *_NO_GATE)),
    "rehearsal": ("What came of it so far.", wire.Rehearsal, (*_GUARDED, "internal", *_NO_GATE)),
    **dict.fromkeys(
        ("activate", "rollback", "rehearse", "end_rehearsal"),
        ("The terms as they stand now.", wire.TermsState, (*_GUARDED, *_CHANGES, *_NO_GATE)),
    ),
    **RECORDS_ANSWERS,
    "partners": ("The partners.", list[forms.PartnerForm], (*_GUARDED, "invalid", *_RECORDS)),
    "partner": ("All about it.", forms.PartnerSheet, (*_GUARDED, "invalid", *_RECORDS)),
    **dict.fromkeys(
        ("apply", "check_domain", "decide_partner"),
        ("The partner as it is now.", forms.PartnerForm, (*_GUARDED, *_CHANGES, *_REGISTER)),
    ),
    "add_document": ("The document.", forms.DocumentForm, (*_GUARDED, *_CHANGES, *_REGISTER)),
    "add_number": ("The number.", forms.NumberForm, (*_GUARDED, *_CHANGES, *_REGISTER)),
    "give_up_number": ("Done.", None, (*_GUARDED, *_CHANGES, *_REGISTER)),
    "create_token": ("The token, this once.", forms.TokenForm, (*_GUARDED, *_CHANGES, *_REGISTER)),
    "revoke_token": ("The token as it ended.", forms.TokenForm, (*_GUARDED, *_CHANGES, *_REGISTER)),
    "partner_app": ("The app.", forms.AppForm, (*_GUARDED, "invalid", *_RECORDS)),
    "change_secret": ("The app.", forms.AppForm, (*_GUARDED, *_CHANGES, *_REGISTER)),
    "hear": ("What became of it.", forms.HeardForm, (*_GUARDED, *_OF_MESSENGER, *_CHANGES, *_RECORDS)),
    **dict.fromkeys(
        ("report_standing", "do_deed", "add_person"), ("Done.", None, (*_GUARDED, *_OF_MESSENGER, *_CHANGES, *_RECORDS))
    ),
    "inbox": ("What the person got.", forms.Inbox, (*_GUARDED, *_OF_MESSENGER, "invalid", *_RECORDS)),
    **CASES_ANSWERS,
    **RUMOURS_ANSWERS,
    "metrics": ("Metrics in Prometheus's text format.", None, (*_GUARDED, "internal")),
    "healthz": ("The process is alive.", None, ("internal",)),
    "readyz": ("Events may be put to the gate.", None, ("internal", *_NO_GATE)),
}
_TEXTS: Final = {
    "metrics": ("text/plain",),
    "bundle": ("application/zip",),
    "rumour_bundle": ("application/zip",),
    "statements": ("application/x-ndjson", "text/csv"),
}
"""Answers that are no JSON document, by operation: their media types."""
_NOT_OF_EVENTS: Final = ("not-found", "method-not-allowed", "partner-not-verified")
_EVENTS_REFUSED: Final = tuple(code for code in CODES if code not in _NOT_OF_EVENTS)


_FORMS: Final = (
    *(Event, Verdict, wire.Account, wire.TermsState, wire.TermsAct, wire.Rehearsal),
    *RECORDS_FORMS,
    *(forms.PartnerForm, forms.PartnerSheet, forms.DocumentForm, forms.NumberForm, forms.TokenForm, forms.AppForm),
    *(Application, forms.NewDocument, forms.DomainCheck, forms.Decision, forms.NewNumber, forms.NewToken),
    *(Incoming, Report, Deed, forms.HeardForm, forms.NewPerson, forms.Inbox),
    *CASES_FORMS,
    *RUMOURS_FORMS,
    *(wire.TermsProposal, wire.Reason, wire.CampaignSummary, wire.Campaign, wire.CampaignGraph),
)


def described(name: str) -> Document:
    """What FastAPI is to be told of a route: its name, answers and problems."""
    doc, form, codes = _ANSWERS[name]
    schema: Document = {"type": "object"} if form is None else _schema_of(form)
    content: Document = {"application/json": {"schema": schema}}
    if name in _TEXTS:
        content = {media: {"schema": {"type": "string"}} for media in _TEXTS[name]}
    if name == "transparency":
        content |= {media: {"schema": {"type": "string"}} for media in ("text/csv", "text/html")}
    answers: dict[int, Document] = {200: {"description": doc, "content": content}, **_problems(codes)}
    security: list[Document] = [{"key": []}] if "key-missing" in codes else []
    return {
        "responses": answers,
        "response_model": None,
        "operation_id": name,
        "openapi_extra": {"security": security},
    }


def takes(name: str, form: type) -> Document:
    """The same of a route that takes a body."""
    told = described(name)
    content = {"application/json": {"schema": _schema_of(form)}}
    told["openapi_extra"]["requestBody"] = {"required": True, "content": content}
    return told


def _schema_of(form: Any) -> Document:
    if get_origin(form) is list:
        return {"type": "array", "items": _schema_of(*get_args(form))}
    return {"$ref": REF.format(name=form.__name__)}


def complete(app: FastAPI) -> None:
    """Let the app's OpenAPI document name the door's routes, and all that they take and give."""

    @cache
    def document() -> Document:
        made = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
        decide = _events_route(
            "decide",
            "Judge events: one verdict each, in their order. One event as an object is answered by an object.",
            "decide",
            {"description": "A verdict on each event.", "content": _contents("Verdict")},
        )
        observe = _events_route(
            "observe",
            "Take events that need no verdict: their effects, as if every one of them had passed.",
            "observe",
            None,
        )
        made["paths"] = {DECISIONS: {"post": decide}, OBSERVATIONS: {"post": observe}, **made["paths"]}
        components = made.setdefault("components", {})
        components["schemas"] = {**_schemas(), "Problem": _problem_schema()}
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "ecl_…"}}
        for path in made["paths"].values():
            for operation in path.values():
                operation["responses"].pop("422", None) if "422" not in _given(operation) else None
        return made

    app.openapi = document  # type: ignore[method-assign]


def _given(operation: Document) -> set[str]:
    name = operation["operationId"]
    codes = _ANSWERS[name][2] if name in _ANSWERS else _EVENTS_REFUSED
    return {str(CODES[code].status) for code in codes}


def _events_route(name: str, about: str, scope: str, answer: Document | None) -> Document:
    answers: Document = {"204": {"description": "They are in the journal."}} if answer is None else {"200": answer}
    answers |= {str(status): content for status, content in _problems(_EVENTS_REFUSED).items()}
    return {
        "operationId": name,
        "summary": about.partition(":")[0],
        "description": f"{about} Needs the scope `{scope}`.",
        "security": [{"key": []}],
        "requestBody": {"required": True, "content": _contents("Event", example=EXAMPLE)},
        "responses": answers,
    }


def _contents(name: str, example: Document | None = None) -> Document:
    one = {"$ref": REF.format(name=name)}
    json: Document = {"schema": {"anyOf": [one, {"type": "array", "items": one}]}}
    if example is not None:
        json["example"] = example
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {
        Media.JSON.value: json,
        Media.NDJSON.value: binary,
        Media.ARROW.value: binary,
    }


def _problems(codes: tuple[str, ...]) -> dict[int, Document]:
    """A response for each status, naming the codes that it may come with."""
    content = {PROBLEM_TYPE: {"schema": {"$ref": REF.format(name="Problem")}}}
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(CODES[code].status, []).append(f"`{code}`: {CODES[code].title}.")
    return {status: {"description": " ".join(said), "content": content} for status, said in by_status.items()}


def _schemas() -> Document:
    _, schemas = msgspec.json.schema_components(_FORMS, ref_template=REF)
    return schemas


def _problem_schema() -> Document:
    text = {"type": "string"}
    return {
        "title": "Problem",
        "description": "Problem details (RFC 9457).",
        "type": "object",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": text,
            "status": {"type": "integer"},
            "code": {"enum": list(CODES)},
            "detail": text,
            "field": text,
            "value": text,
            "expected": text,
            "where": text,
            "retry_after": {"type": "integer"},
        },
    }
