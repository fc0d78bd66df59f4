"""The directory: who may do what with which number, held in memory and read anew when somebody changed it.

Every id that a caller names is looked up here for that caller, so what is another's is not found. A provider finds
what is its clients'.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from sqlalchemy import select

from ecluse.business.codes import ApiError, no_node
from ecluse.business.ids import Secrets, pair_hash
from ecluse.business.outbox import Receiver
from ecluse.partners import Partner, Status, Tier, Token, tier_of
from ecluse.partners.quality import DAY_S, WINDOW_DAYS, Counts, Rating, first_day_of, rate
from ecluse.partners.register import partner_of, token_of
from ecluse.partners.tokens import parts_of
from ecluse.records import Records
from ecluse.records.tables import (
    BusinessAccount,
    BusinessApp,
    BusinessBlock,
    BusinessConversation,
    BusinessNumber,
    BusinessTemplate,
    BusinessVersion,
    PartnerDay,
    PartnerRow,
    PartnerToken,
)

APP_SEPARATOR: Final = "|"


class App(NamedTuple):
    """An app: what has a secret, and a webhook."""

    id: str
    partner_id: str
    generation: int
    callback_url: str | None
    verify_token: str | None


class Account(NamedTuple):
    """An account of a business."""

    id: str
    partner_id: str
    name: str
    app_id: str | None
    callback_url: str | None


class Number(NamedTuple):
    """A number of a business. number: its id at the service, the gate's account."""

    id: str
    account_id: str
    number: str
    name: str
    callback_url: str | None
    profile: dict[str, Any]
    registered: bool
    created_s: int


class Template(NamedTuple):
    """A text made beforehand."""

    id: str
    account_id: str
    name: str
    language: str
    components: list[Any]
    created_s: int


class Caller(NamedTuple):
    """Who asks: a partner by one of its tokens, or one of its apps by its own. app_only: may only register webhooks."""

    partner: Partner
    tier: Tier
    app_only: bool = False


class Loaded(NamedTuple):
    """What people decided, as it was read. version: raised by every change."""

    version: int
    partners: dict[str, Partner]
    tokens: dict[str, Token]
    apps: dict[str, App]
    accounts: dict[str, Account]
    numbers: dict[str, Number]
    templates: dict[str, list[Template]]


class Directory:
    """All partners, tokens, apps, accounts, numbers, templates, blocks, and conversations that were ended."""

    def __init__(self, records: Records, secrets: Secrets) -> None:
        self._records, self._secrets = records, secrets
        self._version = -1
        self.partners: dict[str, Partner] = {}
        self.tokens: dict[str, Token] = {}
        self.apps: dict[str, App] = {}
        self.accounts: dict[str, Account] = {}
        self.numbers: dict[str, Number] = {}
        self.by_number: dict[str, Number] = {}
        self.templates: dict[str, list[Template]] = {}
        self.counts: dict[str, dict[int, Counts]] = {}
        self.clients: dict[str, list[str]] = {}
        self.blocked_by_user: set[int] = set()
        self.blocked_by_business: set[int] = set()
        self.ended: dict[int, int] = {}
        self._receivers: dict[str, Receiver | None] = {}
        self._ratings: dict[str, Rating] = {}
        self._good: dict[str, Token] = {}
        self._counted: set[str] = set()
        self._day = 0

    def start(self) -> None:
        """Read everything, also what only a running service changes. Raises RecordsError."""
        with self._records.reading() as session:
            blocks = session.execute(select(BusinessBlock.number_id, BusinessBlock.account, BusinessBlock.by_user))
            for number_id, account, by_user in blocks:
                (self.blocked_by_user if by_user else self.blocked_by_business).add(pair_hash(number_id, account))
            talks = BusinessConversation
            ended = select(talks.number_id, talks.account, talks.ended_s).where(talks.ended_s > 0)
            self.ended = {pair_hash(number_id, account): at_s for number_id, account, at_s in session.execute(ended)}
            for row in session.execute(select(PartnerDay.__table__)).mappings():
                counts = Counts(*(row[name] for name in Counts._fields))
                self.counts.setdefault(row["partner_id"], {})[row["day"]] = counts
        self.refresh()

    def refresh(self) -> bool:
        """Read what people decided, if it changed, and know it. Returns whether it had. Raises RecordsError."""
        loaded = self.load()
        if loaded is not None:
            self.know(loaded)
        return loaded is not None

    def load(self) -> Loaded | None:
        """Read what people decided; None if nothing changed. In any thread. Raises RecordsError."""
        with self._records.reading() as session:
            version = session.scalar(select(BusinessVersion.number)) or 0
            if version == self._version:
                return None
            partners = {row.id: partner_of(row) for row in session.scalars(select(PartnerRow))}
            tokens = {row.id: token_of(row) for row in session.scalars(select(PartnerToken))}
            apps = {row.id: _made(App, row) for row in session.scalars(select(BusinessApp))}
            accounts = {row.id: _made(Account, row) for row in session.scalars(select(BusinessAccount))}
            numbers = {row.id: _made(Number, row) for row in session.scalars(select(BusinessNumber))}
            templates: dict[str, list[Template]] = {}
            for row in session.scalars(select(BusinessTemplate).order_by(BusinessTemplate.created_s)):
                templates.setdefault(row.account_id, []).append(_made(Template, row))
        return Loaded(version, partners, tokens, apps, accounts, numbers, templates)

    def know(self, loaded: Loaded) -> None:
        """Know what was read. In the thread that asks."""
        self._version, self.partners, self.tokens, self.apps, self.accounts, self.numbers, self.templates = loaded
        self.clients = {}
        for partner in self.partners.values():
            if partner.provider_id is not None:
                self.clients.setdefault(partner.provider_id, []).append(partner.id)
        self.by_number = {number.number: number for number in self.numbers.values()}
        self._receivers, self._ratings, self._good = {}, {}, {}

    # Who asks

    def caller(self, token: str | None, now_s: int) -> Caller:
        """Whose a token is. Raises ApiError: 0, 190; 10 for a partner that is not verified, 368, 131031."""
        if not token:
            raise ApiError(0, "No access token was given: send it as `Authorization: Bearer …` or as `access_token`.")
        app_only = APP_SEPARATOR in token
        partner_id = self._app_of(token).partner_id if app_only else self._token(token, now_s).partner_id
        partner = self.partners[partner_id]
        self.check_admitted(partner)
        return Caller(partner, tier_of(partner.status, partner.sort), app_only)

    def check_admitted(self, partner: Partner) -> None:
        """See that a partner, and its provider, may do anything. Raises ApiError."""
        for one in (partner, self.partners.get(partner.provider_id or "")):
            if one is None or one.is_admitted:
                continue
            if one.status is Status.EXPELLED:
                raise ApiError(131031, "The partner was expelled.")
            if one.status is Status.SUSPENDED:
                raise ApiError(368, "The partner is suspended, until a person reinstates it.")
            raise ApiError(10, f"The partner is {one.status}: only verified and trusted partners may use the API.")

    def app_of_client(self, client_id: str, client_secret: str) -> App:
        """The app whose id and secret these are. Raises ApiError 190."""
        app = self.apps.get(client_id)
        if app is None or not self._secrets.same(self._secrets.app_secret(app.id, app.generation), client_secret):
            raise ApiError(190, "No app has this id and this secret.")
        return app

    def _app_of(self, token: str) -> App:
        app = self.apps.get(token.partition(APP_SEPARATOR)[0])
        if app is not None:
            good = self._secrets.app_token(app.id, app.generation)
            secret = f"{app.id}{APP_SEPARATOR}{self._secrets.app_secret(app.id, app.generation)}"
            if self._secrets.same(good, token) or self._secrets.same(secret, token):
                return app
        raise ApiError(190, "The access token is unknown.")

    def _token(self, text: str, now_s: int) -> Token:
        found = self._good.get(text)
        if found is not None and (found.expires_s is None or found.expires_s > now_s):
            return found
        parts = parts_of(text)
        found = self.tokens.get(parts[0]) if parts is not None else None
        if parts is None or found is None or not found.opens(parts[1], now_s):
            raise ApiError(190, "The access token is unknown, has expired or was revoked.")
        if len(self._good) < 10_000:
            self._good[text] = found
        return found

    def expires_s(self, text: str) -> int | None:
        """When a token ends; None: never."""
        parts = parts_of(text)
        found = self.tokens.get(parts[0]) if parts is not None else None
        return None if found is None else found.expires_s

    # What they may see

    def owns(self, caller: Caller, partner_id: str) -> bool:
        """Whether something of a partner is the caller's: its own, or its client's."""
        if partner_id == caller.partner.id:
            return True
        other = self.partners.get(partner_id)
        return other is not None and other.provider_id == caller.partner.id

    def number(self, caller: Caller, number_id: str) -> Number:
        """A number of the caller's. Raises ApiError 100/33; 133010 if it was given up; 368 and such of its owner."""
        number = self.numbers.get(number_id)
        if number is None or caller.app_only or not self.owns(caller, self.partner_of(number).id):
            raise no_node(number_id)
        if not number.registered:
            raise ApiError(133010, "The number is not registered.")
        self.check_admitted(self.partner_of(number))
        return number

    def account(self, caller: Caller, account_id: str) -> Account:
        """An account of the caller's. Raises ApiError 100/33; 368 and such of its owner."""
        account = self.accounts.get(account_id)
        if account is None or caller.app_only or not self.owns(caller, account.partner_id):
            raise no_node(account_id)
        self.check_admitted(self.partners[account.partner_id])
        return account

    def app(self, caller: Caller, app_id: str) -> App:
        """An app of the caller's own. Raises ApiError 100/33."""
        app = self.apps.get(app_id)
        if app is None or app.partner_id != caller.partner.id:
            raise no_node(app_id)
        return app

    def own_app(self, partner_id: str) -> App | None:
        """The app of a partner."""
        return next((app for app in self.apps.values() if app.partner_id == partner_id), None)

    def partner_of(self, number: Number) -> Partner:
        """Whose a number is."""
        return self.partners[self.accounts[number.account_id].partner_id]

    def numbers_of(self, account_id: str) -> list[Number]:
        """The numbers of an account, the oldest first."""
        found = [number for number in self.numbers.values() if number.account_id == account_id]
        return sorted(found, key=lambda number: (number.created_s, number.id))

    def receiver(self, number_id: str) -> Receiver | None:
        """Where the webhooks of a number go: its own address, its account's, or its app's."""
        if number_id not in self._receivers:
            self._receivers[number_id] = self._find_receiver(number_id)
        return self._receivers[number_id]

    def _find_receiver(self, number_id: str) -> Receiver | None:
        number = self.numbers.get(number_id)
        if number is None:
            return None
        account = self.accounts[number.account_id]
        app = self.apps.get(account.app_id or "")
        if app is None:
            return None
        url = number.callback_url or account.callback_url or app.callback_url
        return None if url is None else Receiver(url, app.id, self._secrets.app_secret(app.id, app.generation))

    # How they stand

    def count(self, partner_id: str, day: int, counts: Counts) -> None:
        """Count something of a partner; the same goes into the records by the writer."""
        days = self.counts.setdefault(partner_id, {})
        days[day] = days.get(day, Counts()).plus(counts)
        self._counted.add(partner_id)
        if counts.reports or counts.blocks:
            self._rate_anew(partner_id)

    def _rate_anew(self, partner_id: str) -> None:
        self._ratings.pop(partner_id, None)
        partner = self.partners.get(partner_id)
        if partner is not None and partner.provider_id is not None:
            self._ratings.pop(partner.provider_id, None)

    def rerate(self, now_s: int) -> dict[str, Rating]:
        """Once a second: the ratings of those of whom something was counted, and of their providers."""
        counted, self._counted = self._counted, set()
        if now_s // DAY_S != self._day:
            self._day, self._ratings = now_s // DAY_S, {}
            for days in self.counts.values():
                for old in [old for old in days if old <= self._day - WINDOW_DAYS]:
                    del days[old]
        providers = {self.partners[one].provider_id for one in counted if one in self.partners} - {None}
        for one in counted:
            self._rate_anew(one)
        return {one: self.rating(one, now_s) for one in (*counted, *providers) if one in self.partners}

    def rating(self, partner_id: str, now_s: int) -> Rating:
        """The rating of a partner; of a provider, with its clients."""
        found = self._ratings.get(partner_id)
        if found is None:
            found = self._ratings[partner_id] = rate(self.standing(partner_id, now_s))
        return found

    def standing(self, partner_id: str, now_s: int) -> Counts:
        """The counts of the last seven days of a partner; of a provider, with its clients."""
        own = self.partners[partner_id]
        total = Counts()
        for one in (partner_id, *self.clients.get(partner_id, ())):
            since_s = max(own.quality_since_s, self.partners[one].quality_since_s)
            first = first_day_of(since_s, now_s)
            for day, counts in self.counts.get(one, {}).items():
                if day >= first:
                    total = total.plus(counts)
        return total


def _made(form: Any, row: Any) -> Any:
    return form(*(getattr(row, name) for name in form._fields))
