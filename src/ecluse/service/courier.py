"""The courier: posts notices to the service's webhook, signed, until each is known to have arrived.

What is to be posted lies in the records, so nothing is lost over a restart. A notice may come twice (its answer may be
lost): ``notice`` in the body is its number. Those of one account come in their order.

The header ``Ecluse-Signature`` is ``t=<seconds>,v1=<hex>``, the
HMAC-SHA-256 of ``<seconds>.<body>`` with the secret; who takes it refuses old seconds.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from time import time
from typing import Final

import httpx
import msgspec
import structlog
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from ecluse.errors import EcluseError
from ecluse.records import Records
from ecluse.records.tables import Notice
from ecluse.sanctions.forms import notice_form
from ecluse.sanctions.notices import mark_delivered

PAUSE_S: Final = 0.5
TIMEOUT_S: Final = 10.0
AT_ONCE: Final = 50
WAITS_S: Final = (5, 30, 120, 600, 1_800, 3_600, 21_600)
"""Seconds until the next try; the last again and again."""
ERROR_CHARACTERS_MAX: Final = 300
SIGNATURE: Final = "ecluse-signature"
WEBHOOK: Final = "webhook"

log = structlog.get_logger(__name__)


def signature(secret: str, body: bytes, now_s: int) -> str:
    """What the header says of a body.

    >>> signature("a secret of sixteen", b"{}", 0)
    't=0,v1=a301eaeece164806c5eba6c34b349cffc9de159f9fdd31cdb27a023719c1ce8b'
    """
    digest = hmac.new(secret.encode(), f"{now_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={now_s},v1={digest}"


class Courier:
    """Posts the notices of ``records`` to ``url``. ``start`` begins its thread."""

    def __init__(self, records: Records, url: str, secret: str) -> None:
        self._records, self._url, self._secret = records, url, secret
        self._http = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End, once the post under way is done."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self._http.close()

    def _run(self) -> None:
        while not self._stopping.wait(PAUSE_S):
            try:
                while self.deliver(int(time())) and not self._stopping.is_set():
                    pass  # what failed is put off, so this ends
            except EcluseError as error:
                log.error("records failed", error=type(error).__qualname__)
            except Exception as error:  # one bad notice must not end the posting
                log.error("posting failed", error=type(error).__qualname__)

    def deliver(self, now_s: int) -> int:
        """Post what is due, of each account the earliest that waits. Returns how many were tried. Raises RecordsError.

        So nobody hears that something was lifted before hearing of it.
        """
        earlier = aliased(Notice)
        waits = exists().where(
            earlier.subject_kind == Notice.subject_kind,
            earlier.subject == Notice.subject,
            earlier.id < Notice.id,
            earlier.delivered_s.is_(None),
            earlier.next_try_s.is_not(None),
        )
        due = select(Notice).where(Notice.delivered_s.is_(None), Notice.next_try_s <= now_s, ~waits)
        with self._records.reading() as session:
            notices = session.scalars(due.order_by(Notice.next_try_s, Notice.id).limit(AT_ONCE)).all()
        for notice in notices:
            if self._stopping.is_set():
                break
            error = self._post(notice, now_s)
            with self._records.writing() as session:
                if error is None:
                    mark_delivered(session, notice.id, WEBHOOK, now_s)
                else:
                    self._put_off(session.get_one(Notice, notice.id), error, now_s)
        return len(notices)

    def _post(self, notice: Notice, now_s: int) -> str | None:
        """Post a notice; what went wrong, if it did."""
        body = msgspec.json.encode(notice_form(notice))
        headers = {"content-type": "application/json", SIGNATURE: signature(self._secret, body, now_s)}
        try:
            answer = self._http.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return type(error).__name__
        return None if answer.is_success else f"status {answer.status_code}"

    @staticmethod
    def _put_off(notice: Notice, error: str, now_s: int) -> None:
        wait_s = WAITS_S[min(notice.attempts, len(WAITS_S) - 1)]
        notice.attempts += 1
        notice.last_error, notice.next_try_s = error[:ERROR_CHARACTERS_MAX], now_s + wait_s
