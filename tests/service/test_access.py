from pathlib import Path

import pytest

from ecluse.service.access import Access
from ecluse.service.problems import ProblemError
from ecluse.stores.keys import KeyStore, Scope


@pytest.fixture
def keys(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "keys.sqlite")


def refusal(access: Access, authorization: str | None, now_s: int = 1) -> str:
    with pytest.raises(ProblemError) as refused:
        access.require(authorization, Scope.DECIDE, now_s)
    return refused.value.code


def test_a_key_opens_what_its_scope_names_and_no_more(keys: KeyStore) -> None:
    access = Access(keys)
    decide = keys.create("gateway", [Scope.DECIDE], now_s=1).token
    read = keys.create("support", [Scope.READ, Scope.ADMIN], now_s=1).token
    access.require("Bearer " + decide, Scope.DECIDE, 1)
    access.require("bearer " + decide, Scope.DECIDE, 1)
    assert refusal(access, "Bearer " + read) == "scope-missing"


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "key-missing"),
        ("", "key-refused"),
        ("Basic YTpi", "key-refused"),
        ("Bearer ", "key-refused"),
        ("Bearer \xff\xfe", "key-refused"),
        ("Bearer ecl_00000000_" + "a" * 43, "key-refused"),
    ],
)
def test_what_is_no_key(keys: KeyStore, authorization: str | None, code: str) -> None:
    assert refusal(Access(keys), authorization) == code


def test_a_revoked_key_is_refused_within_a_second(keys: KeyStore) -> None:
    access = Access(keys)
    created = keys.create("gateway", [Scope.DECIDE], now_s=1)
    authorization = "Bearer " + created.token
    access.require(authorization, Scope.DECIDE, 1)
    keys.revoke(created.key.id, now_s=1)
    assert refusal(access, authorization, now_s=2) == "key-refused"


def test_without_keys_everyone_is_let_in() -> None:
    Access(None).require(None, Scope.ADMIN, 1)
