"""``ecluse cases``: what is collected against who sends in bulk, and the sealed bundle for a lawyer or a court."""

from __future__ import annotations

import mimetypes
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ecluse.cases import case as cases
from ecluse.cases.contents import contents_of
from ecluse.cases.evidence import FILE_BYTES_MAX, Found, Origin, add_evidence
from ecluse.cases.forms import case_form, case_line
from ecluse.cases.letters import LANGUAGES, draft_letter, find_letter, letter_answered, letter_sent
from ecluse.cases.seal import seal
from ecluse.cases.sealing_key import SealingKey, shown
from ecluse.cases.service_evidence import add_campaign, add_ledger, add_terms, collect
from ecluse.cases.verify import verify as verify_bundle
from ecluse.cli.asking import told
from ecluse.cli.campaigns import graph_of
from ecluse.cli.cases_show import show_case, show_list, show_manifest, show_timeline
from ecluse.cli.explain import account_of
from ecluse.cli.kept import Data, RecordsUrl, records_at, second_at, who
from ecluse.errors import InputError
from ecluse.terms import load_terms
from ecluse.wire import time_form

cases_app = typer.Typer(name="cases", help="Case files: collect, write letters, seal, verify.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The case's number.")]


def _now() -> int:
    return int(time.time())


@cases_app.command("new")
def new(
    data: Data,
    title: Annotated[str, typer.Option(help="What the case is called.")],
    summary: Annotated[str, typer.Option(help="What it is about, in a sentence or more.")],
    terms: Annotated[str, typer.Option(help="The terms that were broken: a file, or the id of a shipped document.")],
    rule: Annotated[list[str] | None, typer.Option(help="A rule of them that was; may be given several times.")] = None,
    technique: Annotated[str | None, typer.Option(help="How limits were passed.")] = None,
    mark: Annotated[list[str] | None, typer.Option(help="A trade mark used; may be given several times.")] = None,
    relief: Annotated[list[str] | None, typer.Option(help="What is asked for; may be given several times.")] = None,
    accepted: Annotated[str | None, typer.Option(help="When the terms were accepted.")] = None,
    cutoff: Annotated[str | None, typer.Option(help="From when going on is a breach.")] = None,
    records: RecordsUrl = None,
) -> None:
    """Open a case, and print its number."""
    with told("cases new"), records_at(data, records) as kept, kept.writing() as session:
        opened = cases.open_case(
            session,
            title=title,
            summary=summary,
            terms=load_terms(terms),
            rules=rule,
            technique=technique,
            marks=mark,
            relief=relief,
            accepted_s=None if accepted is None else second_at("accepted", accepted),
            cutoff_s=None if cutoff is None else second_at("cutoff", cutoff),
            at_s=_now(),
            who=who(),
        )
        number = opened.id
    typer.echo(number)


@cases_app.command("list")
def list_cases(
    data: Data,
    status: Annotated[cases.Status | None, typer.Option(help="Only those that stand so.")] = None,
    records: RecordsUrl = None,
) -> None:
    """List the cases, the newest first."""
    with told("cases list"), records_at(data, records) as kept, kept.reading() as session:
        show_list([case_line(case) for case in cases.list_cases(session, status)], Console())


@cases_app.command("show")
def show(number: Number, data: Data, records: RecordsUrl = None) -> None:
    """Show a case."""
    with told("cases show"), records_at(data, records) as kept, kept.reading() as session:
        show_case(case_form(cases.find_case(session, number)), Console())


@cases_app.command("party")
def party(
    number: Number,
    data: Data,
    name: Annotated[str, typer.Option(help="Who it is.")],
    role: Annotated[cases.Role, typer.Option(help="What they are in the case.")] = cases.Role.RESPONDENT,
    kind: Annotated[cases.SubjectKind | None, typer.Option(help="What the id is of.")] = None,
    subject: Annotated[str | None, typer.Option(help="Their id on the service.")] = None,
    records: RecordsUrl = None,
) -> None:
    """Say who is in a case."""
    with told("cases party"), records_at(data, records) as kept, kept.writing() as session:
        found = cases.find_case(session, number)
        cases.add_party(
            *(session, found), role=role, name=name, subject_kind=kind, subject=subject, at_s=_now(), who=who()
        )


@cases_app.command("add")
def add(
    number: Number,
    data: Data,
    file: Annotated[Path | None, typer.Argument(help="A file: a capture, a document.", dir_okay=False)] = None,
    title: Annotated[str | None, typer.Option(help="What it is. Of a file: its name, unless given.")] = None,
    kind: Annotated[Found, typer.Option(help="What was found outside the service.")] = Found.CLAIM,
    text: Annotated[str | None, typer.Option(help="What it says, word for word.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it was found.")] = None,
    found_by: Annotated[str | None, typer.Option(help="Who found it.")] = None,
    found: Annotated[str | None, typer.Option(help="When; now, unless given.")] = None,
    account: Annotated[str | None, typer.Option(help="Instead: all that the service has of this account.")] = None,
    provider: Annotated[str | None, typer.Option(help="Instead: all that the records have of this provider.")] = None,
    campaign: Annotated[str | None, typer.Option(help="Instead: this campaign, its graph and strikes.")] = None,
    terms: Annotated[str | None, typer.Option(help="Instead: these terms, a file or a shipped document.")] = None,
    gate: Annotated[str | None, typer.Option(envvar="ECLUSE_URL", help="A running gate, for the ledger.")] = None,
    key: Annotated[str | None, typer.Option(envvar="ECLUSE_KEY", help="An API key of it with the scope read.")] = None,
    records: RecordsUrl = None,
) -> None:
    """Add evidence: a file or words from outside, or what the service has itself."""
    with told("cases add"), records_at(data, records) as kept:
        ledger = None if account is None else account_of(account, gate, key, data)
        graph = None if campaign is None else graph_of(campaign, gate, key, data)
        content = b"" if file is None else _content(file)
        with kept.writing() as session:
            case, now_s = cases.find_case(session, number), _now()
            if ledger is not None and account is not None:
                if ledger.known:
                    add_ledger(session, case, ledger, at_s=now_s, who=who())
                collect(session, case, "account", account, at_s=now_s, who=who())
            elif provider is not None:
                collect(session, case, "provider", provider, at_s=now_s, who=who())
            elif graph is not None:
                add_campaign(session, case, graph, at_s=now_s, who=who())
                collect(session, case, "campaign", graph.id, at_s=now_s, who=who())
            elif terms is not None:
                add_terms(session, case, load_terms(terms), at_s=now_s, who=who())
            else:
                add_evidence(
                    session,
                    case,
                    origin=Origin.OUTSIDE,
                    kind=kind,
                    title=title or (file.name if file else str(kind)),
                    found_by=found_by or who(),
                    found_s=now_s if found is None else second_at("found", found),
                    content=content,
                    file_name=None if file is None else file.name,
                    media_type=_media_type(file),
                    url=url,
                    text=text,
                    at_s=now_s,
                    who=who(),
                )


def _content(file: Path) -> bytes:
    size = file.stat().st_size
    if size > FILE_BYTES_MAX:
        raise InputError("file", f"{size} bytes", f"a file of up to {FILE_BYTES_MAX} bytes")
    return file.read_bytes()


def _media_type(file: Path | None) -> str:
    guessed = None if file is None else mimetypes.guess_type(file.name)[0]
    return guessed or ("text/plain" if file is None else "application/octet-stream")


@cases_app.command("timeline")
def timeline(
    number: Number,
    data: Data,
    words: Annotated[str | None, typer.Option(help="What happened. Without it, the timeline is shown.")] = None,
    at: Annotated[str | None, typer.Option(help="When; now, unless given.")] = None,
    kind: Annotated[cases.Happening, typer.Option(help="What it is.")] = cases.Happening.EVENT,
    records: RecordsUrl = None,
) -> None:
    """Add a line to the timeline, or show it."""
    with told("cases timeline"), records_at(data, records) as kept, kept.writing() as session:
        case, now_s = cases.find_case(session, number), _now()
        if words is None:
            show_timeline(case_form(case).timeline, Console())
            return
        happened_s = now_s if at is None else second_at("at", at)
        cases.add_entry(session, case, happened_s=happened_s, kind=kind, words=words, at_s=now_s, who=who())


@cases_app.command("letter")
def letter(
    number: Number,
    data: Data,
    to: Annotated[str | None, typer.Option(help="Whom a new letter is to.")] = None,
    service: Annotated[str, typer.Option(help="In whose name it is written.")] = "the service",
    due: Annotated[str | None, typer.Option(help="Until when an answer is awaited.")] = None,
    kind: Annotated[str, typer.Option(help="notice or cease_and_desist.")] = "cease_and_desist",
    language: Annotated[str, typer.Option(help=f"One of {', '.join(LANGUAGES)}.")] = "en",
    address: Annotated[str | None, typer.Option(help="Where it goes.")] = None,
    sent: Annotated[int | None, typer.Option(help="Instead: this letter went out.")] = None,
    by: Annotated[str, typer.Option(help="How: post, email, bailiff, courier or portal.")] = "post",
    answered: Annotated[int | None, typer.Option(help="Instead: this letter was answered.")] = None,
    answer: Annotated[str | None, typer.Option(help="What was answered.")] = None,
    on: Annotated[str | None, typer.Option(help="When it went out or was answered; now, unless given.")] = None,
    records: RecordsUrl = None,
) -> None:
    """Draft a letter and print it; say that it went out; keep the answer."""
    with told("cases letter"), records_at(data, records) as kept, kept.writing() as session:
        case, now_s = cases.find_case(session, number), _now()
        then_s = now_s if on is None else second_at("on", on)
        if sent is not None:
            letter_sent(session, case, find_letter(case, sent), sent_s=then_s, sent_by=by, at_s=now_s, who=who())
        elif answered is not None:
            found = find_letter(case, answered)
            letter_answered(session, case, found, answered_s=then_s, answer=answer or "", at_s=now_s, who=who())
        else:
            if to is None or due is None:
                raise InputError("to" if to is None else "due", None, "there, for a new letter")
            drafted = draft_letter(
                session,
                case,
                kind=kind,
                recipient=to,
                service=service,
                answer_due_s=second_at("due", due),
                language=language,
                address=address,
                at_s=now_s,
                who=who(),
            )
            typer.echo(f"{drafted.subject}\n\n{drafted.body}")
            typer.echo(f"It is letter {drafted.id}.", err=True)


@cases_app.command("status")
def status(
    number: Number,
    to: Annotated[cases.Status, typer.Argument(help="How it stands now.")],
    data: Data,
    why: Annotated[str, typer.Option(help="Why.")],
    records: RecordsUrl = None,
) -> None:
    """Say how a case stands."""
    with told("cases status"), records_at(data, records) as kept, kept.writing() as session:
        cases.set_status(session, cases.find_case(session, number), to, why=why, at_s=_now(), who=who())


@cases_app.command("hold")
def hold(
    number: Number,
    data: Data,
    off: Annotated[bool, typer.Option("--off", help="Take it off.")] = False,
    records: RecordsUrl = None,
) -> None:
    """Put a case under legal hold: nothing in it is erased or runs out meanwhile."""
    with told("cases hold"), records_at(data, records) as kept, kept.writing() as session:
        cases.set_hold(session, cases.find_case(session, number), not off, at_s=_now(), who=who())


@cases_app.command("key")
def key(data: Data) -> None:
    """Print the public key that bundles are sealed with, and its fingerprint: publish both."""
    with told("cases key"):
        public = SealingKey.of_folder(data).public
    typer.echo(public.pem, nl=False)
    typer.echo(shown(public.fingerprint))


@cases_app.command("export")
def export(
    number: Number,
    data: Data,
    out: Annotated[Path | None, typer.Option(help="The bundle's file; case-N.zip, unless given.")] = None,
    records: RecordsUrl = None,
) -> None:
    """Write a case as a sealed bundle."""
    path = out or Path(f"case-{number}.zip")
    with told("cases export"), records_at(data, records) as kept:
        sealing, now_s = SealingKey.of_folder(data), _now()
        with kept.writing() as session:
            case = cases.find_case(session, number)
            about = f"case {case.id}: {case.title}"
            bundled = contents_of(session, case, sealing.public, at_s=now_s, who=who())
        seal(path, bundled.contents, sealing, about=about, made_at=time_form(now_s), audit=bundled.audit)
    typer.echo(f"{path}: {len(bundled.contents)} parts, sealed with the key {shown(sealing.public.fingerprint)}")


@cases_app.command("verify")
def verify(
    file: Annotated[Path, typer.Argument(help="A bundle.", exists=True, dir_okay=False)],
    fingerprint: Annotated[str | None, typer.Option(help="Of the key that it has to be sealed with.")] = None,
) -> None:
    """Prove that nothing in a bundle was changed since it was sealed; ends with 1 if anything was."""
    with told("cases verify"):
        show_manifest(verify_bundle(file, fingerprint), Console(), expected=fingerprint is not None)
