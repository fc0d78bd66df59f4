"""The app: what is asked now and then goes through FastAPI; the two routes of events go through the door before it."""

from __future__ import annotations

from collections.abc import Awaitable
from importlib.metadata import version

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ecluse.errors import EcluseError, InputError
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
from ecluse.service.business.door import BusinessDoor
from ecluse.service.business.handing import FILES
from ecluse.service.business.table import is_business
from ecluse.service.door import DECISIONS, OBSERVATIONS, Door, problem_of
from ecluse.service.openapi import TITLE, complete
from ecluse.service.partners import messenger
from ecluse.service.partners import routes as partners
from ecluse.service.problems import PROBLEM_TYPE, ProblemError
from ecluse.service.rsgi import App, Scope, Transport
from ecluse.service.state import Serving

_CODE_OF_STATUS = {404: "not-found", 405: "method-not-allowed"}


class Front:
    """Sends events to the door, the business API's paths to its own, and everything else to the app behind it."""

    def __init__(self, door: Door, behind: App, business: BusinessDoor | None = None) -> None:
        self._behind, self._business, self._access = behind, business, door.access
        self._routes: dict[str, App] = {DECISIONS: door.decisions, OBSERVATIONS: door.observations}

    def __rsgi__(self, scope: Scope, transport: Transport) -> Awaitable[None]:
        """Answer one request."""
        route = self._routes.get(scope.path)
        if scope.path == FILES and self._business is not None:
            return self._business.files(self._access, scope, transport)
        if route is None:
            route = self._behind if self._business is None or not is_business(scope.path) else self._business
        return route(scope, transport)


def create_app(serving: Serving) -> FastAPI:
    """The routes other than those of events."""
    app = FastAPI(title=TITLE, version=version("ecluse"), docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.serving = serving
    of_records = sanctions, rights, appeals, reviews, notices, audit, cases, reports, complaints, transparency
    for module in (*of_records, campaigns, rumours, routes, terms, partners, messenger):
        app.include_router(module.router)
    for error in (Exception, EcluseError, HTTPException, RequestValidationError):
        app.add_exception_handler(error, _refuse)
    complete(app)
    return app


async def _refuse(request: Request, error: Exception) -> Response:
    problem = _problem(error)
    request.app.state.serving.metrics.refused(problem.code)
    return Response(problem.body(), problem.status, {**problem.headers, "content-type": PROBLEM_TYPE})


def _expected(said: str) -> str:
    """What would be right, of what Pydantic says is wrong.

    >>> _expected("Input should be a valid boolean, unable to interpret input"), _expected("Field required")
    ('a valid boolean', 'given')
    """
    return "given" if said == "Field required" else said.removeprefix("Input should be ").partition(", unable")[0]


def _problem(error: Exception) -> ProblemError:
    if isinstance(error, HTTPException) and error.status_code in _CODE_OF_STATUS:
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        return ProblemError(_CODE_OF_STATUS[error.status_code], headers=headers)
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        return ProblemError.of_input(
            InputError(str(first["loc"][-1]), first.get("input"), _expected(str(first["msg"])))
        )
    return problem_of(error)
