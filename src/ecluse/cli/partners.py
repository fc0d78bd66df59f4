"""``ecluse partners``: applications, documents, domains, decisions, numbers and tokens, beside a running service."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from ecluse.errors import EcluseError, InputError
from ecluse.outbound import Outbound, Reach
from ecluse.partners import Application, Method, Partner, Sort, Status
from ecluse.partners.domains import TXT_PREFIX, WELL_KNOWN
from ecluse.partners.quality import DAY_S
from ecluse.records import Records
from ecluse.service.partners.forms import PartnerSheet
from ecluse.service.partners.office import Office
from ecluse.stores.secret import create_secret, read_secret

partners_app = typer.Typer(
    name="partners", help="Partners of the business API: who they are, and what they may do.", no_args_is_help=True
)

ME: Final = os.environ.get("USER") or "operator"

Data = Annotated[Path, typer.Option("--data", envvar="ECLUSE_DATA", help="The gate's data folder.")]
RecordsUrl = Annotated[
    str | None, typer.Option("--records", envvar="ECLUSE_RECORDS", help="Where records are kept, if not in the folder.")
]
Who = Annotated[str, typer.Option("--who", envvar="ECLUSE_WHO", help="Who decides; kept in the audit.")]
Why = Annotated[str, typer.Option("--why", help="Why; kept in the audit.")]
PartnerId = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id.")]


@contextmanager
def _office(data: Path, records: str | None) -> Iterator[Office]:
    """Where partners are decided on; says what is wrong and ends with 1."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    secret = data / "secret"
    try:
        kept = Records(records) if records else Records.of_folder(data)
        try:
            yield Office(kept, read_secret(secret) if secret.exists() else create_secret(secret))
        finally:
            kept.close()
    except InputError as error:
        raise typer.BadParameter(str(error)) from None
    except EcluseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _now_s() -> int:
    return int(time.time())


def _say(partner: Partner) -> None:
    typer.echo(f"{partner.id} ({partner.name}) is {partner.status}.")


@partners_app.command("apply")
def apply(
    data: Data,
    name: Annotated[str, typer.Option(help="Its name, as people see it.")],
    domain: Annotated[str, typer.Option(help="Its domain, such as example.org.")],
    region: Annotated[str, typer.Option(help="Its country, such as DE.")],
    contact: Annotated[str, typer.Option(help="An address of mail.")],
    sort: Annotated[Sort, typer.Option(help="Whether it writes for itself or for clients.")] = Sort.BUSINESS,
    provider: Annotated[str | None, typer.Option(help="The provider that acts for it and answers for it.")] = None,
    who: Who = ME,
    records: RecordsUrl = None,
) -> None:
    """Take an application."""
    with _office(data, records) as office:
        application = Application(name, domain, region, contact, sort, provider)
        partner = office.register.apply(application, who=who, now_s=_now_s())
        _say(partner)
        _say_domain(office, partner)


def _say_domain(office: Office, partner: Partner) -> None:
    word = office.word(partner)
    typer.echo(f"Its domain must show it: a TXT record of {partner.domain} with {TXT_PREFIX}{word}", err=True)
    typer.echo(f"or a file https://{partner.domain}{WELL_KNOWN} with {word}", err=True)


@partners_app.command("list")
def list_partners(
    data: Data,
    status: Annotated[Status | None, typer.Option(help="Only those of this status.")] = None,
    records: RecordsUrl = None,
) -> None:
    """List partners, the newest application first."""
    with _office(data, records) as office:
        table = Table("id", "name", "sort", "status", "domain", "country", "provider")
        for one in office.register.partners(status):
            table.add_row(one.id, one.name, one.sort, one.status, one.domain, one.region, one.provider_id or "")
        Console().print(table)


@partners_app.command("show")
def show(partner: PartnerId, data: Data, records: RecordsUrl = None) -> None:
    """Show all about one: its standing, documents, tokens and numbers."""
    with _office(data, records) as office:
        _show(office.sheet(partner, _now_s()))


def _show(sheet: PartnerSheet) -> None:
    console, one, counts = Console(highlight=False, markup=False, soft_wrap=True), sheet.partner, sheet.counts
    console.print(f"{one.id}  {one.name}, {one.domain}, {one.region}: {one.sort}, {one.status}")
    console.print(f"domain seen: {one.domain_seen or 'never'}; provider: {one.provider_id or 'none'}")
    console.print(
        f"quality {sheet.rating}: in seven days {counts.people} people wrote, {counts.sent} messages, "
        f"{counts.reports} reports, {counts.blocks} blocks, {counts.endings} endings, {counts.pushes} pushes refused"
    )
    console.print("may: " + ", ".join(f"{name} {value:,}" for name, value in sheet.may.items()))
    for document in sheet.documents:
        console.print(f"document {document.title}: sha256 {document.digest}, {document.size:,} bytes, {document.added}")
    for number in sheet.numbers:
        given_up = "" if number.registered else ", given up"
        console.print(f"number {number.number} ({number.name}): id {number.id}, account {number.account_id}{given_up}")
    for token in sheet.tokens:
        until = f"until {token.expires}" if token.expires else "in force"
        ends = f"revoked {token.revoked}" if token.revoked else until
        console.print(f"token {token.id} ({token.name}): {ends}")


@partners_app.command("document")
def document(
    partner: PartnerId,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The document; only its hash is kept.")],
    data: Data,
    title: Annotated[str | None, typer.Option(help="What it is; the file's name, unless given.")] = None,
    who: Who = ME,
    records: RecordsUrl = None,
) -> None:
    """Keep the hash of a document that it showed."""
    with _office(data, records) as office, file.open("rb") as opened:
        kept = office.register.add_document(partner, title or file.name, opened, who=who, now_s=_now_s())
        typer.echo(f"{kept.title}: sha256 {kept.digest}")


@partners_app.command("domain")
def domain(
    partner: PartnerId,
    data: Data,
    method: Annotated[Method, typer.Option(help="Where to look: in its DNS or in a file on its site.")] = Method.DNS,
    who: Who = ME,
    records: RecordsUrl = None,
) -> None:
    """Look whether its domain is its own."""

    async def look(office: Office, found: Partner) -> Partner:
        outbound = Outbound(Reach.PUBLIC)
        try:
            return await office.check_domain(found, method, outbound, who=who, now_s=_now_s())
        finally:
            await outbound.close()

    with _office(data, records) as office:
        found = office.register.partner(partner)
        try:
            asyncio.run(look(office, found))
        except InputError:
            typer.echo(f"{found.domain} does not show it.", err=True)
            _say_domain(office, found)
            raise typer.Exit(1) from None
        typer.echo(f"{found.domain} is {found.name}'s own.")


def _decide(data: Path, records: str | None, partner: str, deed: str, who: str, why: str) -> None:
    with _office(data, records) as office:
        _say(office.decide(partner, deed, who=who, why=why, now_s=_now_s()))


@partners_app.command("verify")
def verify(partner: PartnerId, data: Data, why: Why, who: Who = ME, records: RecordsUrl = None) -> None:
    """Decide that it is who it says it is. It has shown a document, and its domain is its own."""
    _decide(data, records, partner, "verify", who, why)


@partners_app.command("refuse")
def refuse(partner: PartnerId, data: Data, why: Why, who: Who = ME, records: RecordsUrl = None) -> None:
    """Turn its application down."""
    _decide(data, records, partner, "refuse", who, why)


@partners_app.command("trust")
def trust(partner: PartnerId, data: Data, why: Why, who: Who = ME, records: RecordsUrl = None) -> None:
    """Give it more: it has been verified for 30 days, is rated green, and people write to it."""
    _decide(data, records, partner, "trust", who, why)


@partners_app.command("suspend")
def suspend(partner: PartnerId, data: Data, why: Why, who: Who = ME, records: RecordsUrl = None) -> None:
    """Take everything from it until it is reinstated; of a provider, from its clients too."""
    _decide(data, records, partner, "suspend", who, why)


@partners_app.command("reinstate")
def reinstate(partner: PartnerId, data: Data, why: Why, who: Who = ME, records: RecordsUrl = None) -> None:
    """Let a suspended one be verified again."""
    _decide(data, records, partner, "reinstate", who, why)


@partners_app.command("expel")
def expel(partner: PartnerId, data: Data, why: Why, who: Who = ME, records: RecordsUrl = None) -> None:
    """End it for good."""
    _decide(data, records, partner, "expel", who, why)


@partners_app.command("number")
def number(
    partner: PartnerId,
    data: Data,
    number: Annotated[str, typer.Option(help="The number: its id at the service, such as 33100000001.")],
    name: Annotated[str, typer.Option(help="What people see.")],
    who: Who = ME,
    records: RecordsUrl = None,
) -> None:
    """Give it a number."""
    with _office(data, records) as office:
        given = office.add_number(partner, number, name, who=who, now_s=_now_s())
        typer.echo(f"number {given.number}: id {given.id}, account {given.account_id}")


@partners_app.command("give-up")
def give_up(
    number_id: Annotated[str, typer.Argument(metavar="NUMBER_ID", help="The number's id at the API.")],
    data: Data,
    who: Who = ME,
    records: RecordsUrl = None,
) -> None:
    """Let a number be used no more."""
    with _office(data, records) as office:
        office.give_up_number(number_id, who=who, now_s=_now_s())


@partners_app.command("app")
def app(
    partner: PartnerId,
    data: Data,
    new_secret: Annotated[bool, typer.Option("--new-secret", help="Change the secret first.")] = False,
    who: Who = ME,
    records: RecordsUrl = None,
) -> None:
    """Show its app and the secret that its webhooks are signed with."""
    with _office(data, records) as office:
        found = office.change_secret(partner, who=who, now_s=_now_s()) if new_secret else office.app(partner)
        typer.echo(f"app {found.id}: secret {found.secret}")


@partners_app.command("token")
def token(
    partner: PartnerId,
    data: Data,
    name: Annotated[str, typer.Option(help="What the token is for.")],
    expires_days: Annotated[int | None, typer.Option(min=1, help="Days until it ends; never, unless given.")] = None,
    who: Who = ME,
    records: RecordsUrl = None,
) -> None:
    """Make a token and print it, this once. Only verified and trusted partners get one."""
    now_s = _now_s()
    expires_s = None if expires_days is None else now_s + expires_days * DAY_S
    with _office(data, records) as office:
        _, text = office.register.create_token(partner, name, who=who, now_s=now_s, expires_s=expires_s)
        typer.echo(text)
        typer.echo("It is shown this once: only its hash is kept.", err=True)


@partners_app.command("revoke")
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="TOKEN_ID", help="The token's id.")],
    data: Data,
    who: Who = ME,
    records: RecordsUrl = None,
) -> None:
    """End a token; a running service knows within a second."""
    with _office(data, records) as office:
        ended = office.register.revoke_token(token_id, who=who, now_s=_now_s())
        typer.echo(f"{ended.id} ({ended.name}) is revoked.", err=True)
