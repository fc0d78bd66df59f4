"""``ecluse desk``: a newsletter service's inbox, bot and links, by our business API or by the WhatsApp Cloud API."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from ecluse.cli.asking import Json, told
from ecluse.desk import founding
from ecluse.desk.botfile import load_bot
from ecluse.desk.config import DeskConfig, load_config
from ecluse.desk.desk import Desk
from ecluse.desk.entry import entry_link, qr_svg
from ecluse.desk.founding import config_path
from ecluse.desk.pages import add_pages
from ecluse.desk.parts import Part, link_part, media_part, text_part
from ecluse.desk.receiver import create_app
from ecluse.desk.serving import HOST, PORT, run
from ecluse.desk.views import Numbers, Times
from ecluse.errors import InputError
from ecluse.service.logs import configure
from ecluse.terms.faults import Faults
from ecluse.terms.loading import read_text
from ecluse.terms.nodes import read_document

DAYS: Final = 30
"""Days that are counted, unless others are asked for."""

desk_app = typer.Typer(
    name="desk", help="The desk of a newsletter service: inbox, bot, entry links, numbers.", no_args_is_help=True
)
agent_app = typer.Typer(name="agent", help="People who answer at the desk.", no_args_is_help=True)
desk_app.add_typer(agent_app)

Config = Annotated[
    Path, typer.Option("--config", "-c", envvar="ECLUSE_DESK", help="The desk's configuration, or its folder.")
]
HERE: Final = Path("desk.yaml")
Business = Annotated[str | None, typer.Option("--business", help="Which business; not needed where there is only one.")]


def _config(path: Path) -> DeskConfig:
    return load_config(config_path(path))


def _business(config: DeskConfig, given: str | None) -> str:
    if given is None and len(config.businesses) == 1:
        return next(iter(config.businesses))
    if given is None:
        raise InputError("business", None, f"one of: {', '.join(config.businesses)}")
    return config.business(given).id


@desk_app.command("init")
def init(
    folder: Annotated[Path, typer.Argument(help="Where to; made if absent. No file is replaced.")] = Path("desk"),
) -> None:
    """Write a configuration and a bot to begin with."""
    with told("desk init"):
        for path in founding.found(folder):
            typer.echo(str(path))
    typer.echo(f"Fill in your numbers, then: ecluse desk check {folder}", err=True)


@desk_app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A desk's configuration, its folder, or a bot.")] = HERE,
    secrets: Annotated[
        bool, typer.Option("--secrets", help="Look whether all secrets are where they should be.")
    ] = False,
) -> None:
    """Say all that is wrong with a configuration, or with a bot: line, field, and what would be right."""
    path = config_path(file)
    with told("desk check"):
        if _is_bot(path):
            bot = load_bot(path)
            typer.echo(f"{path}: a bot with {len(bot.keywords)} keywords and {len(bot.flows)} flows")
            return
        config = load_config(path)
        if secrets:
            for one in config.businesses.values():
                for secret in (one.token, one.app_secret, one.verify_token):
                    secret.read()
        typer.echo(f"{path}: a desk of {len(config.businesses)} businesses and {len(config.agents)} agents")


def _is_bot(path: Path) -> bool:
    """Whether a file is meant to be a bot: what it begins with tells."""
    text = read_text(path, str(path), "a file that can be read")
    document = read_document(text, Faults(str(path)))
    names = [key.value for key, _ in document.node.value] if document.type == "fields" else []
    return "keywords" in names and "businesses" not in names


@desk_app.command("link")
def link(
    keyword: Annotated[str, typer.Argument(help="What the person's first message will be, such as NEWS.")],
    config: Config = HERE,
    business: Business = None,
    svg: Annotated[Path | None, typer.Option(help="Write a QR code there, as SVG.")] = None,
    scale: Annotated[int, typer.Option(help="Pixels of a module of the QR code.")] = 8,
) -> None:
    """Print the link that starts a conversation with a keyword; with --svg its QR code, too."""
    with told("desk link"):
        found = _config(config)
        one = found.business(_business(found, business))
        address = entry_link(found.link_base, one.number, keyword, one.bot)
        if svg is not None:
            svg.write_bytes(qr_svg(address, scale=scale))
        typer.echo(address)


@desk_app.command("publish")
def publish(
    title: Annotated[str, typer.Argument(help="The issue's title; people do not see it.")],
    config: Config = HERE,
    business: Business = None,
    newsletter: Annotated[
        str | None, typer.Option(help="Which newsletter; not needed where there is only one.")
    ] = None,
    text: Annotated[str | None, typer.Option(help="What it says.")] = None,
    text_file: Annotated[Path | None, typer.Option(help="A file with what it says.")] = None,
    image: Annotated[str | None, typer.Option(help="The address of a picture.")] = None,
    document: Annotated[str | None, typer.Option(help="The address of a document.")] = None,
    link: Annotated[str | None, typer.Option(help="An address that a button opens.")] = None,
    label: Annotated[str, typer.Option(help="What the button says.")] = "Read",
) -> None:
    """Publish an issue: whoever asks for it gets it. Nobody is sent anything."""
    with told("desk publish"):
        found = _config(config)
        name = _business(found, business)
        bot = found.business(name).bot
        known = [one.id for one in bot.newsletters] if bot is not None else []
        chosen = newsletter or (known[0] if len(known) == 1 else None)
        if chosen is None or (known and chosen not in known):
            raise InputError("newsletter", chosen, f"one of: {', '.join(known)}")
        if text is not None and text_file is not None:
            raise InputError("text", "…", "given once: as --text or as --text-file")
        said = text if text_file is None else read_text(text_file, str(text_file), "a file that can be read")
        parts = _parts(said, image, document, link, label)
        with Desk(found) as desk:
            issue = desk.inbox(name).publish(chosen, title, parts, by="command line", now_s=_now_s())
        typer.echo(f"{issue.newsletter} number {issue.number}: {len(issue.parts)} messages for whoever asks")


def _parts(text: str | None, image: str | None, document: str | None, link: str | None, label: str) -> list[Part]:
    parts = [media_part("image", image)] if image is not None else []
    if document is not None:
        parts.append(media_part("document", document, filename=document.rpartition("/")[2] or None))
    if link is not None:
        parts.append(link_part(text or label, link, label))
    elif text is not None:
        parts.append(text_part(text))
    if not parts:
        raise InputError("text", None, "given, or --text-file, --image, --document or --link")
    return parts


@desk_app.command("numbers")
def numbers(
    config: Config = HERE,
    business: Business = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", help=f"The first day (UTC), such as 2026-11-01; {DAYS} days ago, unless given."),
    ] = None,
    to: Annotated[str | None, typer.Option("--to", help="The last day; today, unless given.")] = None,
    as_json: Json = False,
) -> None:
    """Count who asked, who answered and how soon, who came and who left."""
    with told("desk numbers"):
        found = _config(config)
        name = _business(found, business)
        until = _day("to", to, datetime.now(UTC)) + timedelta(days=1)
        since = _day("from", from_, until - timedelta(days=DAYS))
        with Desk(found) as desk:
            counted = desk.inbox(name).numbers(int(since.timestamp()), int(until.timestamp()))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(_plain(counted))).decode())
    else:
        _show(name, counted)


def _day(field: str, given: str | None, otherwise: datetime) -> datetime:
    if given is None:
        return otherwise.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise InputError(field, given, "a day, such as 2026-11-01") from None


def _plain(counted: Any) -> Any:
    if hasattr(counted, "_asdict"):
        return {name: _plain(value) for name, value in counted._asdict().items()}
    return [_plain(value) for value in counted] if isinstance(counted, tuple) else counted


def _show(name: str, counted: Numbers) -> None:
    console = Console(highlight=False, soft_wrap=True)
    table = Table(title=f"{name}: by day (UTC)", title_justify="left")
    table.add_column("day", no_wrap=True)
    for column in ("asked", "people", "by bot", "by agents", "opt-ins", "opt-outs", "issues"):
        table.add_column(column, justify="right")
    for day in counted.days:
        table.add_row(day.date, *(f"{value:,}" for value in day[1:]))
    console.print(table)
    console.print(
        f"{counted.people:,} people asked {counted.asked:,} times; {counted.by_bot:,} were answered by the bot "
        f"({_waited(counted.bot_times)}), {counted.by_agents:,} by agents ({_waited(counted.agent_times)}), "
        f"{counted.unanswered:,} by nobody."
    )
    console.print(
        f"{counted.refused:,} messages were not sent, for their conversation was not open; {counted.failed:,} failed."
    )


def _waited(times: Times) -> str:
    return "none" if times.median_s is None else f"median {times.median_s:,} s, p90 {times.p90_s:,} s"


@desk_app.command("serve")
def serve(
    config: Config = HERE,
    host: Annotated[str, typer.Option(envvar="ECLUSE_DESK_HOST", help="Address to listen at.")] = HOST,
    port: Annotated[int, typer.Option(envvar="ECLUSE_DESK_PORT", help="Port to listen at.")] = PORT,
) -> None:
    """Take webhooks, answer, send, and show the inbox, until SIGTERM or Ctrl-C."""
    with told("desk serve"), Desk(_config(config)) as desk:
        app = create_app(desk)
        add_pages(app, desk)
        configure()
        run(app, "127.0.0.1" if host == "localhost" else host, port)


@agent_app.command("add")
def add_agent(
    name: Annotated[str, typer.Argument(help="The agent's name, as others see it.")],
    business: Annotated[list[str], typer.Option(help="A business whose inbox they see; may be repeated.")],
    config: Config = HERE,
    password: Annotated[
        str, typer.Option(envvar="ECLUSE_DESK_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True)
    ] = "",
) -> None:
    """Write an agent into the configuration; of the password only its hash."""
    with told("desk agent"):
        founding.add_agent(config_path(config), name, password, business)
    typer.echo(f"{name} may come in once the desk is started again.")


def _now_s() -> int:
    return int(time.time())
