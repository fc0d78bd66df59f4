"""A verdict: what the gate says of one event, and on which rules and figures it rests."""

from __future__ import annotations

import msgspec

from ecluse.wire import FactCheckTold, SpokenRule, Withheld


class Verdict(msgspec.Struct, omit_defaults=False):
    """What the gate says of one event.

    event: the event's id. outcome: pass, label, delay, drop_strangers or refuse. retry_after: seconds after which the
    same event would have a milder one, None when waiting does not help or is not needed. dropped: recipients
    that are not to get it. late: it was too late to be judged. terms: those in force, as ``id@version``; None before
    any are. warnings: rules that spoke and do not count yet, which the sender is to be told. shadow: rules that spoke
    and are only recorded. rehearsed: the outcome by the terms that are rehearsed, if any are. sanction: what holds the
    event back, if a sanction does; then no rule was asked. forward_token: of a message that is let through, the root of
    its hop tokens, if tokens are issued; for who delivers it, and no client. content: the cluster of near-identical
    contents that the message is of, 16 hex digits; None without content. campaign: the id of the campaign that it is
    of, likewise. fact_check: what fact-checkers say of its content, to be shown with it.
    """

    event: str | None
    outcome: str
    rules: list[SpokenRule]
    retry_after: int | None
    labels: list[str]
    dropped: list[str]
    late: bool
    terms: str | None
    warnings: list[SpokenRule] = []
    shadow: list[SpokenRule] = []
    rehearsed: str | None = None
    sanction: Withheld | None = None
    forward_token: str | None = None
    content: str | None = None
    campaign: str | None = None
    fact_check: FactCheckTold | None = None
