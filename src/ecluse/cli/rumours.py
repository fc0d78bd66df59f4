"""``ecluse rumours``: what spreads fastest, fact-checks of it, and one of them as evidence."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlencode

import msgspec
import typer
from rich.console import Console

from ecluse.cases import case as cases
from ecluse.cases.seal import seal
from ecluse.cases.sealing_key import SealingKey, shown
from ecluse.cases.service_evidence import add_rumour
from ecluse.cli.asking import TIMEOUT_S, Json, Key, Url, ask, print_json, told
from ecluse.cli.gates import GateData, GateUrl, folder_of, gate_in, is_running
from ecluse.cli.kept import RecordsUrl, records_at, who
from ecluse.cli.rumours_show import show_fact_check, show_feed, show_sheet, show_top
from ecluse.client import Client
from ecluse.errors import InputError
from ecluse.rumours import forms, reviews_in
from ecluse.rumours.asking import SENDERS, Asked, sheet_of, top
from ecluse.rumours.bundle import contents_of
from ecluse.rumours.matching import REVIEWS_AT_ONCE
from ecluse.rumours.page import render
from ecluse.wire import time_form

LATEST: Final = "latest"

rumours_app = typer.Typer(help="What spreads fastest, and what fact-checkers say of it.", no_args_is_help=True)

Cluster = Annotated[str, typer.Argument(help="The content's cluster, as verdicts name it.")]


@rumours_app.command("top")
def show_fastest(
    url: GateUrl = None,
    key: Key = None,
    data: GateData = None,
    region: Annotated[str | None, typer.Option(help="Sent from it or a part of it, such as BR.")] = None,
    language: Annotated[str | None, typer.Option(help="Sent in it, such as pt.")] = None,
    window: Annotated[str, typer.Option(help="1h, 24h or 30d.")] = "1h",
    senders: Annotated[int, typer.Option(help="Accounts that sent it, at least.")] = SENDERS,
    limit: Annotated[int, typer.Option(help="How many at most.")] = 20,
    at: Annotated[
        str | None, typer.Option(help="RFC 3339, epoch milliseconds or latest. Of a running gate: now, unless given.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page.")] = None,
    json: Json = False,
) -> None:
    """Show the contents that reach most people in a window."""
    with told("rumours top"):
        asked = Asked.checked(window=window, region=region, language=language, senders=senders, limit=limit)
        if is_running(url, data):
            given = {**asked._asdict(), "at": at}
            query = urlencode({name: value for name, value in given.items() if value is not None})
            found = ask(str(url), key, "GET", f"/v1/rumours?{query}", list[forms.RumourForm])
        elif at not in (None, LATEST):
            raise InputError("at", at, "latest: the folder of a stopped gate is read as of its latest message")
        else:
            found = top(gate_in(data), asked, None)
        if html is not None:
            html.write_text(render(found, _words(asked)), encoding="utf-8")
        if json:
            print_json(found)
        elif html is None:
            show_top(found, _words(asked), Console())


@rumours_app.command("show")
def show_one(
    cluster: Cluster,
    url: GateUrl = None,
    key: Key = None,
    data: GateData = None,
    json: Json = False,
    records: RecordsUrl = None,
) -> None:
    """Show all that is known of a content, with its fact-checks."""
    with told("rumours show"):
        if is_running(url, data):
            found = ask(str(url), key, "GET", f"/v1/rumours/{_path(cluster)}", forms.RumourSheet)
        else:
            found = _of_folder(cluster, folder_of(data), records)
        if json:
            print_json(found)
        else:
            show_sheet(found, Console())


@rumours_app.command("attach")
def attach(
    cluster: Cluster,
    claim: Annotated[str, typer.Option(help="What is claimed.")],
    rating: Annotated[str, typer.Option(help="The fact-checker's verdict in words, such as False.")],
    link: Annotated[str, typer.Option(help="The page to read.")],
    url: Url,
    key: Key = None,
    publisher: Annotated[str, typer.Option(help="Who checked.")] = "",
    language: Annotated[str, typer.Option(help="Of claim and rating.")] = "",
    truth: Annotated[
        float | None, typer.Option(help="0 (false) to 1 (true). Unless given, what the rating's words say.")
    ] = None,
    json: Json = False,
) -> None:
    """Attach a fact-check to a content: label, limit and note change with the next message."""
    with told("rumours attach"):
        proposal = forms.FactCheckProposal(claim, rating, link, publisher, language, truth=truth)
        path = f"/v1/rumours/{_path(cluster)}/fact-checks"
        show_fact_check(ask(url, key, "POST", path, forms.FactCheckForm, proposal), Console(), json=json)


@rumours_app.command("withdraw")
def withdraw(
    cluster: Cluster,
    number: Annotated[int, typer.Argument(help="The fact-check's number.")],
    why: Annotated[str, typer.Option(help="Why.")],
    url: Url,
    key: Key = None,
    json: Json = False,
) -> None:
    """Withdraw a fact-check."""
    with told("rumours withdraw"):
        path = f"/v1/rumours/{_path(cluster)}/fact-checks/{number}?{urlencode({'why': why})}"
        show_fact_check(ask(url, key, "DELETE", path, forms.FactCheckForm), Console(), json=json)


@rumours_app.command("feed")
def feed(
    file: Annotated[Path, typer.Argument(help="ClaimReviews as JSON-LD.", exists=True, dir_okay=False)],
    url: Url,
    key: Key = None,
    cluster: Annotated[str | None, typer.Option(help="What all of it is about.")] = None,
    ahead: Annotated[bool, typer.Option("--ahead", help="Attach also to what nobody has sent yet.")] = False,
    json: Json = False,
) -> None:
    """Attach the reviews of a feed to the contents that they name, or that their texts are near-identical to."""
    with told("rumours feed"):
        reviews = reviews_in(file.read_bytes())
        query = urlencode({"ahead": str(ahead).lower()} | ({} if cluster is None else {"cluster": cluster}))
        parts = [
            ask(url, key, "POST", f"/v1/rumours/feed?{query}", forms.FeedForm, reviews[start : start + REVIEWS_AT_ONCE])
            for start in range(0, len(reviews), REVIEWS_AT_ONCE)
        ]
        found = _joined(parts)
        if json:
            print_json(found)
        else:
            show_feed(found, Console())


@rumours_app.command("export")
def export(
    cluster: Cluster,
    url: GateUrl = None,
    key: Key = None,
    data: GateData = None,
    out: Annotated[Path | None, typer.Option(help="The bundle's file; rumour-CLUSTER.zip, unless given.")] = None,
    case: Annotated[int | None, typer.Option(help="Instead: add it to this case.")] = None,
    records: RecordsUrl = None,
) -> None:
    """Write all that is known of a content as a sealed bundle, or add it to a case."""
    with told("rumours export"):
        path = out or Path(f"rumour-{_path(cluster)}.zip")
        if is_running(url, data):
            _export_running(cluster, str(url), key, path, case)
        else:
            _export_folder(cluster, folder_of(data), records, path, case)
        typer.echo(f"{path}: sealed" if case is None else f"case {case}: content {cluster} is in it")


def _export_running(cluster: str, url: str, key: str | None, path: Path, case: int | None) -> None:
    with Client(url, key=key, timeout_s=TIMEOUT_S) as client:
        if case is None:
            path.write_bytes(client.ask("POST", f"/v1/rumours/{cluster}/bundle"))
        else:
            client.ask("POST", f"/v1/rumours/{cluster}/evidence", forms.CaseOfRumour(case))


def _export_folder(cluster: str, data: Path, records: str | None, path: Path, case: int | None) -> None:
    found, now_s = _of_folder(cluster, data, records), int(time.time())
    with records_at(data, records) as kept:
        if case is not None:
            with kept.writing() as session:
                add_rumour(session, cases.find_case(session, case), cluster, found, at_s=now_s, who=who())
            return
        sealing = SealingKey.of_folder(data)
        with kept.writing() as session:
            bundled = contents_of(session, found, sealing.public, at_s=now_s, who=who())
        made = {"about": f"content {cluster}", "made_at": time_form(now_s)}
        seal(path, bundled.contents, sealing, **made, audit=bundled.audit)
    typer.echo(f"sealed with the key {shown(sealing.public.fingerprint)}", err=True)


def _of_folder(cluster: str, data: Path, records: str | None) -> forms.RumourSheet:
    gate = gate_in(data)
    with records_at(data, records) as kept:
        found = sheet_of(gate, kept, cluster, None)
    if found.rumour is None and not found.fact_checks:
        raise InputError("cluster", cluster, "one that the gate knows or that has a fact-check")
    return found


def _path(cluster: str) -> str:
    """A cluster as a part of a path. Raises InputError."""
    if len(cluster) != 16 or not set(cluster) <= set("0123456789abcdef"):
        raise InputError("cluster", cluster, "16 hexadecimal digits")
    return cluster


def _words(asked: Asked) -> str:
    region = f"from {asked.region}" if asked.region else "from anywhere"
    language = f"in {asked.language}" if asked.language else "in any language"
    return f"{asked.window}, {region}, {language}, by {asked.senders} accounts or more"


def _joined(parts: list[forms.FeedForm]) -> forms.FeedForm:
    """The answers to parts of a feed as one: reviews are numbered from its beginning."""
    matched, unmatched, faults = [], [], []
    for place, part in enumerate(parts):
        before = place * REVIEWS_AT_ONCE
        matched += [msgspec.structs.replace(one, review=one.review + before) for one in part.matched]
        unmatched += [msgspec.structs.replace(one, review=one.review + before) for one in part.unmatched]
        faults += [f"part {place + 1}, {fault}" if before else fault for fault in part.faults]
    return forms.FeedForm(matched, unmatched, faults)
