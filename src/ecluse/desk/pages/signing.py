"""Signing in and out, and the choice of a business: pages that need no script."""

from __future__ import annotations

import asyncio
import re
from typing import Final
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from ecluse.desk.agents import PASSWORD_CHARACTERS_MAX, TooManyTriesError
from ecluse.desk.bodies import Bodies, BodyError
from ecluse.desk.config import NAME_CHARACTERS_MAX
from ecluse.desk.pages.seat import SIGN_IN, SIGN_OUT, Office, plain
from ecluse.desk.pages.sessions import COOKIE, LASTS_S

FORM_BYTES_MAX: Final = 16_384
FIELDS: Final = 3
"""Of the form: ``name``, ``password``, ``then``."""
CHECKS_MAX: Final = 2
"""Passwords that are checked at the same time: each takes 32 MiB."""
WAITING_MAX: Final = 20
"""Those who may wait for that."""
WRONG: Final = "There is nobody with this name and password."
TOO_LONG: Final = (
    f"A name has at most {NAME_CHARACTERS_MAX} characters, a password {PASSWORD_CHARACTERS_MAX}. Nothing else is asked."
)
BUSY: Final = "Too many people are signing in. Try again in a moment."
_THEN: Final = re.compile(r"/b/[a-z0-9_/-]{1,200}(\?[A-Za-z0-9_.~%=&+-]{0,1000})?")


def add_signing(app: FastAPI, office: Office) -> None:
    """Add the pages by which agents come and go."""
    door = _Door(office)
    app.add_api_route("/", door.choice, methods=["GET"], response_model=None)
    app.add_api_route(SIGN_IN, door.show, methods=["GET"], response_model=None)
    app.add_api_route(SIGN_IN, door.sign_in, methods=["POST"], response_model=None)
    app.add_api_route(SIGN_OUT, door.sign_out, methods=["POST"], response_model=None)


class _Door:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._bodies = Bodies(FORM_BYTES_MAX)
        self._checks = asyncio.Semaphore(CHECKS_MAX)
        self._waiting = 0

    async def choice(self, request: Request) -> Response:
        """The businesses of an agent; if it is one, its inbox."""
        agent = self._office.agent(request)
        if agent is None:
            return RedirectResponse(SIGN_IN, 303)
        configured = self._office.desk.config.businesses
        theirs = [configured[name] for name in agent.businesses if name in configured]
        if len(theirs) == 1:
            return RedirectResponse(f"/b/{theirs[0].id}", 303)
        return plain("choice.html", businesses=theirs, agent=agent.name)

    async def show(self, request: Request, then: str = "") -> Response:
        """The form."""
        if self._office.agent(request) is not None:
            return RedirectResponse(_then(then), 303)
        return plain("sign_in.html", then=then if _THEN.fullmatch(then) else "", name="", wrong="")

    async def sign_in(self, request: Request) -> Response:
        """Let in who has the name and the password."""
        if not _is_ours(request):
            return plain("none.html", 403)
        try:
            form = dict(parse_qsl((await self._bodies.read(request)).decode("utf-8", "replace"), max_num_fields=FIELDS))
        except BodyError as error:
            return plain("sign_in.html", error.status, wrong=str(error), then="", name="")
        except ValueError:
            return plain("sign_in.html", 422, wrong=TOO_LONG, then="", name="")
        name, password, then = form.get("name", ""), form.get("password", ""), form.get("then", "")
        if len(name) > NAME_CHARACTERS_MAX or len(password) > PASSWORD_CHARACTERS_MAX:
            return plain("sign_in.html", 422, wrong=TOO_LONG, then="", name="")
        shown = {"then": then if _THEN.fullmatch(then) else "", "name": name}
        if self._waiting >= WAITING_MAX:
            return plain("sign_in.html", 503, wrong=BUSY, **shown)
        now_s = self._office.now_s()
        self._waiting += 1
        try:
            async with self._checks:
                agent = await asyncio.to_thread(
                    lambda: self._office.desk.agents.check(name.strip(), password, now_s=now_s)
                )
        except TooManyTriesError as error:
            wrong = f"Too many wrong passwords. Try again in {error.retry_after_s} seconds."
            answer = plain("sign_in.html", 429, wrong=wrong, **shown)
            answer.headers["retry-after"] = str(error.retry_after_s)
            return answer
        finally:
            self._waiting -= 1
        if agent is None:
            return plain("sign_in.html", 401, wrong=WRONG, **shown)
        answer = RedirectResponse(_then(then), 303)
        cookie = self._office.sessions.begin(agent, now_s)
        answer.set_cookie(
            COOKIE, cookie, max_age=LASTS_S, path="/", secure=_is_https(request), httponly=True, samesite="lax"
        )
        return answer

    async def sign_out(self, request: Request) -> Response:
        """End a session; its open pages show the sign-in when they next draw anything."""
        if not _is_ours(request):
            return plain("none.html", 403)
        self._office.sessions.end(request.cookies.get(COOKIE), self._office.now_s())
        answer = RedirectResponse(SIGN_IN, 303)
        answer.delete_cookie(COOKIE, path="/", secure=_is_https(request), httponly=True, samesite="lax")
        return answer


def _then(given: str) -> str:
    return given if _THEN.fullmatch(given) else "/"


def _is_ours(request: Request) -> bool:
    """Whether a form was sent from a page of this desk; browsers that say nothing send cookies from nowhere else."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def _is_https(request: Request) -> bool:
    return request.url.scheme == "https" or request.headers.get("x-forwarded-proto", "") == "https"
