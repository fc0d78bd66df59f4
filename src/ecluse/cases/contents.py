"""What goes into a case's bundle: a page for people, the case as data, each piece of evidence, letters, the audit."""

from __future__ import annotations

import io
import json
import re
from typing import Any, Final, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecluse import wire
from ecluse.cases.case_page import render
from ecluse.cases.evidence import JSON, campaign_of
from ecluse.cases.forms import case_form
from ecluse.cases.manifest import MANIFEST, SIGNATURE, AuditHead
from ecluse.cases.seal import Content, sums
from ecluse.cases.sealing_key import PublicKey, shown
from ecluse.records.audit import append, head
from ecluse.records.tables import AuditRow, Case, CaseEvidence
from ecluse.wire import time_form

PARQUET: Final = "application/vnd.apache.parquet"
TEXT: Final = "text/plain"
AUDIT_ROWS_MAX: Final = 20_000

_ENDINGS: Final = {
    **{"application/json": "json", "application/pdf": "pdf", "application/yaml": "yaml", "application/zip": "zip"},
    **{"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif", "message/rfc822": "eml"},
    **{"text/html": "html.txt", "text/plain": "txt", "text/csv": "csv", "application/warc": "warc"},
    PARQUET: "parquet",
}
"""Endings by media type. A captured page is not one that a browser opens by itself: what it holds is not ours."""

_HOW: Final = """How to see that nothing in this bundle was changed
================================================

It was sealed with the Ed25519 key of this fingerprint (SHA-256 of the key as SubjectPublicKeyInfo, DER):

  {fingerprint}

Compare it with the one that the service publishes. Then, on any machine that has Ecluse:

  ecluse cases verify THIS-FILE.zip --fingerprint {plain}

or without Ecluse, with OpenSSL 3 and coreutils, in a folder that the zip was unpacked in:

  openssl pkeyutl -verify -pubin -inkey public-key.pem -rawin -in {manifest} -sigfile {signature}
  openssl pkey -pubin -in public-key.pem -outform DER | sha256sum
  sha256sum -c sha256sums

The first says that {manifest} is what was signed; the second prints the fingerprint; the third compares the other
parts with sha256sums, whose own SHA-256 stands in {manifest}, as that of every part does.

audit.json holds the acts on what is in here as the audit of the service has them. {manifest} names the last row of that
audit at the time of sealing: the service's own audit must still have that row, with that digest.
"""


class Bundled(NamedTuple):
    """The parts of a bundle, and the audit's head that its manifest names."""

    contents: list[Content]
    audit: AuditHead


def contents_of(session: Session, case: Case, key: PublicKey, *, at_s: int, who: str) -> Bundled:
    """The parts of a case's bundle. The export is itself an act of the audit, so this needs ``Records.writing``.

    Exported again at the same second by the same person, a case that nothing came to differs by that one act.
    """
    append(session, at_s=at_s, who=who, act="export_case", about=f"case {case.id}", body={"key": key.fingerprint})
    session.flush()
    end = head(session)
    pieces = {piece.id: path_of(piece) for piece in case.evidence}
    parts: list[Content] = [Content("case.json", JSON, as_json(msgspec.to_builtins(case_form(case))))]
    for piece in case.evidence:
        if piece.content:
            parts.append(Content(pieces[piece.id], piece.media_type or TEXT, piece.content))
            parts += _tables(piece, pieces[piece.id])
    for letter in case.letters:
        text = f"{letter.subject}\n\n{letter.body}".encode()
        parts.append(Content(f"letters/{letter.id:04}-{_slug(letter.kind)}.txt", TEXT, text))
    parts.append(Content("audit.json", JSON, as_json(_audit(session, case))))
    page = render(case_form(case), pieces, {piece.id: piece.content for piece in case.evidence}, key, end, at_s)
    return Bundled(completed([Content("case.html", "text/html", page.encode()), *parts], key), AuditHead(*end))


def completed(parts: list[Content], key: PublicKey) -> list[Content]:
    """Parts of a bundle with what verifies them by hand, behind the first."""
    names = {"fingerprint": shown(key.fingerprint), "plain": key.fingerprint}
    how = _HOW.format(**names, manifest=MANIFEST, signature=SIGNATURE).encode()
    parts = [parts[0], Content("verify.txt", TEXT, how), *parts[1:]]
    parts.append(Content("public-key.pem", "application/x-pem-file", key.pem.encode()))
    return [*parts, Content("sha256sums", TEXT, sums(parts))]


def path_of(piece: CaseEvidence) -> str:
    """Where a piece of evidence lies in a bundle: by its number and kind, never by the name that it came with."""
    ending = _ENDINGS.get(piece.media_type or "", "bin")
    return f"evidence/{piece.id:04}-{_slug(piece.kind)}.{ending}"


def _slug(word: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")


def _tables(piece: CaseEvidence, path: str) -> list[Content]:
    """Rows of evidence from the service as Parquet, beside the JSON that they are in."""
    if piece.origin != "service" or piece.media_type != JSON:
        return []
    graph = campaign_of(piece.kind, piece.content)
    if graph is not None:
        stem = path.removesuffix(".json")
        return [*_table(_nodes(graph), f"{stem}-nodes"), *_table(_edges(graph), f"{stem}-edges")]
    decoded = msgspec.json.decode(piece.content)
    return _table(decoded.get("rows") if isinstance(decoded, dict) else decoded, path.removesuffix(".json"))


def _nodes(graph: wire.CampaignGraph) -> list[dict[str, Any]]:
    """Members and things of a campaign: sort, keyed hash, and what is known of each."""
    members = [{"sort": "account", "node": one.account, "joined_s": one.joined_s} for one in graph.members]
    return members + [
        {
            **{"sort": one.sort, "node": one.thing, "accounts": one.accounts},
            **{"recipients": one.recipients, "strangers": one.strangers},
        }
        for one in graph.evidence
    ]


def _edges(graph: wire.CampaignGraph) -> list[dict[str, Any]]:
    return [msgspec.structs.asdict(edge) for edge in graph.edges]


def _table(rows: Any, stem: str) -> list[Content]:
    """Rows as Parquet; none if they are none."""
    if not rows or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return []
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: pa.array([_cell(row.get(name)) for row in rows], _type(rows, name)) for name in names}
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return [Content(f"{stem}.parquet", PARQUET, file.getvalue())]


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _type(rows: list[dict[str, Any]], name: str) -> pa.DataType:
    """The type of a column: what all of its values are, else text. Seconds are times."""
    values = [row[name] for row in rows if row.get(name) is not None]
    if values and all(isinstance(value, bool) for value in values):
        return pa.bool_()
    if values and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return pa.timestamp("s", tz="UTC") if name.endswith("_s") else pa.int64()
    if values and all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return pa.float64()
    return pa.string()


def _audit(session: Session, case: Case) -> list[dict[str, Any]]:
    """The acts on a case, as the audit has them."""
    return audit_of(session, [f"case {case.id}"])


def audit_of(session: Session, about: list[str]) -> list[dict[str, Any]]:
    """The acts on some things, as the audit has them."""
    asked = select(AuditRow).where(AuditRow.about.in_(about)).order_by(AuditRow.seq).limit(AUDIT_ROWS_MAX)
    rows = session.scalars(asked)
    return [
        {
            **{"seq": row.seq, "at": time_form(row.at_s), "at_s": row.at_s, "who": row.who, "act": row.act},
            **{"about": row.about, "body": row.body, "previous": row.previous, "digest": row.digest},
        }
        for row in rows
    ]


def as_json(value: Any) -> bytes:
    """JSON for people and programs."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
