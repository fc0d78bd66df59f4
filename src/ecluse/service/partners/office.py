"""What operators do about partners, for HTTP and the command line alike. Nothing here looks at a clock."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from ecluse.business import registry
from ecluse.business.ids import Secrets
from ecluse.errors import InputError
from ecluse.outbound import Outbound
from ecluse.partners import Method, Partner, Register, challenge
from ecluse.partners.looking import looked_up
from ecluse.records import Records
from ecluse.records.tables import BusinessAccount, BusinessApp, BusinessNumber
from ecluse.service.partners.forms import AppForm, NumberForm, PartnerSheet, sheet

DEEDS = ("verify", "refuse", "trust", "suspend", "reinstate", "expel")


class Office(NamedTuple):
    """Where partners are decided on. secret: of the data folder."""

    records: Records
    secret: bytes

    @property
    def register(self) -> Register:
        """The partners."""
        return Register(self.records)

    def sheet(self, partner_id: str, now_s: int) -> PartnerSheet:
        """All about a partner. Raises InputError, RecordsError."""
        register = self.register
        partner = register.partner(partner_id)
        return sheet(
            partner,
            register.standing(partner_id, now_s),
            register.documents(partner_id),
            register.tokens(partner_id),
            self.numbers(partner_id),
            self.word(partner),
        )

    def numbers(self, partner_id: str) -> list[NumberForm]:
        """A partner's numbers, the oldest first."""
        numbers, accounts = BusinessNumber, BusinessAccount
        query = select(numbers).join(accounts, accounts.id == numbers.account_id)
        query = query.where(accounts.partner_id == partner_id).order_by(numbers.created_s, numbers.id)
        with self.records.reading() as session:
            return [
                NumberForm(row.id, row.account_id, row.number, row.name, row.registered)
                for row in session.scalars(query)
            ]

    def word(self, partner: Partner) -> str:
        """What a partner's domain must show."""
        return challenge(self.secret, partner.id, partner.domain)

    async def check_domain(
        self, partner: Partner, method: Method, outbound: Outbound, *, who: str, now_s: int
    ) -> Partner:
        """Look whether a partner's domain is its own, and keep that it is. Raises InputError, RecordsError."""
        if not await looked_up(partner.domain, self.word(partner), method, outbound):
            raise InputError("domain", partner.domain, f"one that shows {self.word(partner)} by {method}")
        return self.register.confirm_domain(partner.id, who=who, now_s=now_s, how=method.value)

    def decide(self, partner_id: str, deed: str, *, who: str, why: str, now_s: int) -> Partner:
        """Do one of DEEDS. Raises InputError, DeedError, RecordsError."""
        if deed not in DEEDS:
            raise InputError("deed", deed, f"one of {', '.join(DEEDS)}")
        done: Partner = getattr(self.register, deed)(partner_id, who=who, why=why, now_s=now_s)
        if deed == "verify":
            with self.records.writing() as session:
                registry.ensure_app(session, partner_id)
        return done

    def add_number(self, partner_id: str, number: str, name: str, *, who: str, now_s: int) -> NumberForm:
        """Give a partner a number. Raises InputError, DeedError, NotAdmittedError, RecordsError."""
        with self.records.writing() as session:
            number_id = registry.add_number(session, partner_id, number, name, who=who, now_s=now_s)
        return next(form for form in self.numbers(partner_id) if form.id == number_id)

    def give_up_number(self, number_id: str, *, who: str, now_s: int) -> None:
        """Let a number be used no more. Raises InputError, RecordsError."""
        with self.records.writing() as session:
            registry.give_up_number(session, number_id, who=who, now_s=now_s)

    def app(self, partner_id: str) -> AppForm:
        """A partner's app, with its secret. Raises InputError, RecordsError."""
        with self.records.reading() as session:
            row = session.scalar(select(BusinessApp).where(BusinessApp.partner_id == partner_id))
            if row is None:
                raise InputError("partner_id", partner_id, "the id of a partner that was verified")
            return AppForm(row.id, Secrets(self.secret).app_secret(row.id, row.generation))

    def change_secret(self, partner_id: str, *, who: str, now_s: int) -> AppForm:
        """Give a partner's app another secret. Raises InputError, RecordsError."""
        self.app(partner_id)
        with self.records.writing() as session:
            registry.change_secret(session, partner_id, who=who, now_s=now_s)
        return self.app(partner_id)
