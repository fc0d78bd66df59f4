"""Commands that are imported when they are asked for: the whole of Écluse takes seconds to import, one command less."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

COMMANDS: Final = {
    "demo": "demo:demo",
    "serve": "serve:serve",
    "policy-server": "policy_server:policy_server",
    "doctor": "doctor:doctor",
    "replay": "replay:replay",
    "explain": "explain:explain",
    "terms": "terms:terms_app",
    "keys": "keys:keys_app",
    "hop-keys": "hop_keys:hop_keys_app",
    "lab": "lab:lab_app",
    "simulate": "simulate:simulate",
    "content": "content:content_app",
    "prosody": "prosody:prosody_app",
    "sanctions": "sanctions:sanctions_app",
    "appeals": "appeals:appeals_app",
    "audit": "audit:audit_app",
    "records": "records:records_app",
    "cases": "cases:cases_app",
    "report": "transparency:report",
    "statements": "transparency:statements",
    "accounts": "rights:accounts_app",
    "retention": "rights:retention_app",
    "campaigns": "campaigns:campaigns_app",
    "rumours": "rumours:rumours_app",
    "partners": "partners:partners_app",
    "preflight": "preflight:preflight",
    "desk": "desk:desk_app",
}
"""Each command's module in this package and what it is called there, in the order in which help lists them."""


class LazyGroup(TyperGroup):
    """The commands of COMMANDS."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command of that name; None if there is none."""
        return command_of(cmd_name) if cmd_name in COMMANDS else None


def command_of(name: str) -> Any:
    """The command ``name`` of COMMANDS, imported now."""
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(f"{__package__}.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name)(found)
        found = alone
    command = typer.main.get_command(found)
    command.name = name
    return command
