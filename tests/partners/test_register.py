"""From application to token and back, on SQLite and PostgreSQL; time is an argument."""

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from ecluse.business import registry
from ecluse.errors import InputError
from ecluse.partners import (
    Application,
    DeedError,
    NotAdmittedError,
    Partner,
    Rating,
    Register,
    Sort,
    Status,
)
from ecluse.partners.tokens import digest_of, parts_of
from ecluse.records import Records
from ecluse.records.audit import verify
from ecluse.records.tables import AuditRow, PartnerDay, PartnerToken

DAY = 86_400
T = 20_000 * DAY
SHOP = Application("Flowers", "flowers.example.org", "DE", "ada@example.org")


@pytest.fixture
def records(records_url: str) -> Iterator[Records]:
    with Records(records_url, migrate=True) as kept:
        yield kept


@pytest.fixture
def register(records: Records) -> Register:
    return Register(records)


def ready(register: Register, application: Application = SHOP) -> Partner:
    """A partner that may be verified."""
    partner = register.apply(application, who="ada", now_s=T)
    register.add_document(partner.id, "extract", io.BytesIO(b"text"), who="ada", now_s=T)
    return register.confirm_domain(partner.id, who="ada", now_s=T, how="dns")


def verified(register: Register, application: Application = SHOP) -> Partner:
    return register.verify(ready(register, application).id, who="ada", why="agrees", now_s=T)


def count(records: Records, partner_id: str, day: int, **counts: int) -> None:
    row = {"people": 0, "sent": 0, "reports": 0, "blocks": 0, "endings": 0, "pushes": 0} | counts
    with records.writing() as session:
        session.add(PartnerDay(partner_id=partner_id, day=day, **row))


def test_nobody_is_verified_without_a_document_a_domain_and_a_reason(register: Register) -> None:
    partner = register.apply(SHOP, who="ada", now_s=T)
    with pytest.raises(DeedError, match="no document"):
        register.verify(partner.id, who="ada", why="x", now_s=T)
    register.add_document(partner.id, "extract", io.BytesIO(b"text"), who="ada", now_s=T)
    with pytest.raises(DeedError, match="is its own"):
        register.verify(partner.id, who="ada", why="x", now_s=T)
    register.confirm_domain(partner.id, who="ada", now_s=T, how="file")
    with pytest.raises(InputError):
        register.verify(partner.id, who="ada", why=" ", now_s=T)
    assert register.verify(partner.id, who="ada", why="agrees", now_s=T + 5).status is Status.VERIFIED
    assert register.partner(partner.id).decided_s == T + 5
    with pytest.raises(DeedError):
        register.verify(partner.id, who="ada", why="again", now_s=T)


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.VERIFIED, Status.TRUSTED)])
def test_only_verified_and_trusted_get_a_token(register: Register, status: Status) -> None:
    partner = ready(register)
    if status is Status.REFUSED:
        register.refuse(partner.id, who="ada", why="x", now_s=T)
    elif status is not Status.APPLIED:
        register.verify(partner.id, who="ada", why="x", now_s=T)
        deed = register.suspend if status is Status.SUSPENDED else register.expel
        deed(partner.id, who="ada", why="x", now_s=T)
    assert register.partner(partner.id).status is status
    with pytest.raises(NotAdmittedError) as refused:
        register.create_token(partner.id, "shop", who="ada", now_s=T)
    assert refused.value.status is status
    assert register.tokens(partner.id) == []


def test_a_token_is_kept_as_a_hash_and_ends(register: Register, records: Records) -> None:
    partner = verified(register)
    token, text = register.create_token(partner.id, "shop", who="ada", now_s=T, expires_s=T + 10)
    token_id, secret = parts_of(text) or ("", "")
    assert (token_id, token.digest) == (token.id, digest_of(secret))
    with records.reading() as session:
        (row,) = session.scalars(select(PartnerToken))
    assert secret.encode() not in row.digest
    assert [token.opens(secret, now) for now in (T, T + 9, T + 10)] == [True, True, False]
    assert not token.opens(secret[:-1] + ("y" if secret.endswith("x") else "x"), T)
    ended = register.revoke_token(token.id, who="ada", now_s=T + 3)
    assert not ended.opens(secret, T + 4)
    for number in range(10):
        register.create_token(partner.id, f"t{number}", who="ada", now_s=T)
    with pytest.raises(DeedError, match="as many tokens"):
        register.create_token(partner.id, "more", who="ada", now_s=T)


def test_trust_is_earned_lost_by_a_rating_and_given_back_by_a_person(register: Register, records: Records) -> None:
    partner = verified(register)
    with pytest.raises(DeedError, match="less than 30 days"):
        register.trust(partner.id, who="ada", why="x", now_s=T + 29 * DAY)
    with pytest.raises(DeedError, match="0 people"):
        register.trust(partner.id, who="ada", why="x", now_s=T + 30 * DAY)
    today = T // DAY + 30
    count(records, partner.id, today, people=50)
    assert register.trust(partner.id, who="ada", why="good", now_s=T + 30 * DAY).status is Status.TRUSTED
    assert register.lose_trust(partner.id, Rating.GREEN, now_s=T + 30 * DAY).status is Status.TRUSTED
    count(records, partner.id, today + 1, blocks=6)
    standing = register.standing(partner.id, T + 31 * DAY)
    assert (standing.rating, standing.tier.messages_a_second) == (Rating.RED, 1_000)
    assert register.lose_trust(partner.id, standing.rating, now_s=T + 31 * DAY).status is Status.VERIFIED
    register.suspend(partner.id, who="ada", why="x", now_s=T + 31 * DAY)
    again = register.reinstate(partner.id, who="ada", why="x", now_s=T + 31 * DAY)
    assert (again.status, register.standing(partner.id, T + 31 * DAY).rating) == (Status.VERIFIED, Rating.GREEN)


def test_counts_are_those_of_seven_days(register: Register, records: Records) -> None:
    partner = verified(register)
    for day in range(10):
        count(records, partner.id, T // DAY + day, people=1 << day)
    assert register.standing(partner.id, T + 9 * DAY).counts.people == sum(1 << day for day in range(3, 10))


def test_a_provider_answers_for_its_clients(register: Register, records: Records) -> None:
    provider = verified(register, Application("P", "p.example.org", "DE", "p@example.org", Sort.PROVIDER))
    clients = [
        verified(register, Application("C", "c.example.org", "DE", "c@example.org", Sort.BUSINESS, provider.id))
        for _ in range(2)
    ]
    for client in clients:
        count(records, client.id, T // DAY, people=30, blocks=3)
    assert [register.standing(client.id, T).rating for client in clients] == [Rating.YELLOW, Rating.YELLOW]
    assert register.standing(provider.id, T).rating is Rating.RED
    with pytest.raises(InputError):
        register.apply(
            Application("C", "c.example.org", "DE", "c@example.org", Sort.BUSINESS, clients[0].id), who="ada", now_s=T
        )
    register.suspend(provider.id, who="ada", why="x", now_s=T)
    with pytest.raises(NotAdmittedError):
        register.apply(
            Application("C", "c.example.org", "DE", "c@example.org", Sort.BUSINESS, provider.id), who="ada", now_s=T
        )


def test_numbers_are_counted_and_nobody_gets_another_s(register: Register, records: Records) -> None:
    one, two = verified(register), verified(register)
    with records.writing() as session:
        first = registry.add_number(session, one.id, "331", "Shop", who="ada", now_s=T)
        registry.add_number(session, one.id, "332", "Shop", who="ada", now_s=T)
    with records.writing() as session, pytest.raises(DeedError, match="somebody's"):
        registry.add_number(session, two.id, "331", "Shop", who="ada", now_s=T)
    with records.writing() as session, pytest.raises(DeedError, match="at most 2"):
        registry.add_number(session, one.id, "333", "Shop", who="ada", now_s=T)
    with records.writing() as session:
        registry.give_up_number(session, first, who="ada", now_s=T)
    with records.writing() as session:
        registry.add_number(session, one.id, "333", "Shop", who="ada", now_s=T)


BAD = [
    SHOP.__class__("", SHOP.domain, "DE", SHOP.contact),
    SHOP.__class__("x" * 129, SHOP.domain, "DE", SHOP.contact),
    SHOP.__class__("Shop", "no domain", "DE", SHOP.contact),
    SHOP.__class__("Shop", "localhost", "DE", SHOP.contact),
    SHOP.__class__("Shop", SHOP.domain, "Germany", SHOP.contact),
    SHOP.__class__("Shop", SHOP.domain, "DE", "nobody"),
    SHOP.__class__("Shop", SHOP.domain, "DE", SHOP.contact, Sort.PROVIDER, "p1"),
    SHOP.__class__("Shop", SHOP.domain, "DE", SHOP.contact, Sort.BUSINESS, "p1"),
]


@pytest.mark.parametrize("application", BAD)
def test_an_application_that_is_none(register: Register, application: Application) -> None:
    with pytest.raises(InputError):
        register.apply(application, who="ada", now_s=T)
    assert register.partners() == []


def test_every_act_is_in_the_audit(register: Register, records: Records) -> None:
    partner = verified(register)
    token, _ = register.create_token(partner.id, "shop", who="bob", now_s=T)
    register.revoke_token(token.id, who="bob", now_s=T)
    register.suspend(partner.id, who="eve", why="reports", now_s=T)
    register.reinstate(partner.id, who="eve", why="settled", now_s=T)
    register.expel(partner.id, who="eve", why="again", now_s=T)
    with records.reading() as session:
        acts = [(row.who, row.act) for row in session.scalars(select(AuditRow).order_by(AuditRow.seq))]
        assert verify(session) == []
    assert acts == [
        ("ada", "partner applied"),
        ("ada", "partner document"),
        ("ada", "partner domain"),
        ("ada", "partner verified"),
        ("bob", "partner token"),
        ("bob", "partner token revoked"),
        ("eve", "partner suspended"),
        ("eve", "partner reinstated"),
        ("eve", "partner expelled"),
    ]
