import pytest

from ecluse.errors import InputError
from ecluse.stores.keys import ApiKey, KeyRefusedError, KeyStore, Scope

NOW_S = 1_700_000_000


@pytest.fixture
def store(tmp_path):
    opened = KeyStore(tmp_path / "keys.sqlite")
    yield opened
    opened.close()


def test_a_key_allows_what_it_names(store):
    created = store.create("loader", [Scope.OBSERVE, Scope.DECIDE], now_s=NOW_S)
    assert created.token.startswith(f"ecl_{created.key.id}_")
    key = store.check(created.token, NOW_S)
    assert key == ApiKey(created.key.id, "loader", frozenset({Scope.DECIDE, Scope.OBSERVE}), NOW_S, None, None)
    assert store.list() == [key]


def test_the_file_holds_no_key(tmp_path, store):
    created = store.create("loader", [Scope.READ], now_s=NOW_S)
    store.close()
    assert (tmp_path / "keys.sqlite").stat().st_mode & 0o777 == 0o600
    secret = created.token.split("_", 2)[2].encode()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert created.key.id.encode() in kept
    assert secret not in kept


def test_what_is_no_key_is_refused(store):
    token = store.create("loader", [Scope.READ], now_s=NOW_S).token
    other = store.create("other", [Scope.READ], now_s=NOW_S).token
    table = {
        "": "malformed",
        "Bearer " + token: "malformed",
        token + "a": "malformed",
        token[:-1] + "é": "malformed",
        token[:-1] + ("a" if token[-1] != "a" else "b"): "unknown",
        token[:13] + other[13:]: "unknown",
        "ecl_00000000_" + "a" * 43: "unknown",
    }
    for shown, reason in table.items():
        with pytest.raises(KeyRefusedError) as refused:
            store.check(shown, NOW_S)
        assert (shown, refused.value.reason) == (shown, reason)


def test_a_key_ends_at_its_second(store):
    token = store.create("short", [Scope.READ], now_s=NOW_S, expires_s=NOW_S + 10).token
    assert store.check(token, NOW_S + 9).expires_s == NOW_S + 10
    with pytest.raises(KeyRefusedError, match="expired"):
        store.check(token, NOW_S + 10)


def test_a_revoked_key_is_refused_at_once_where_it_was_revoked(store):
    created = store.create("loader", [Scope.READ], now_s=NOW_S)
    store.check(created.token, NOW_S)
    assert store.revoke(created.key.id, now_s=NOW_S).revoked_s == NOW_S
    with pytest.raises(KeyRefusedError, match="revoked"):
        store.check(created.token, NOW_S)
    assert store.revoke(created.key.id, now_s=NOW_S + 5).revoked_s == NOW_S


def test_a_key_of_another_process_opens_at_once_and_one_it_revokes_within_a_second(tmp_path, store):
    mine = store.create("mine", [Scope.READ], now_s=NOW_S)
    assert store.check(mine.token, NOW_S) == mine.key, "the keys were looked at in this second"
    other = KeyStore(tmp_path / "keys.sqlite")
    created = other.create("loader", [Scope.READ], now_s=NOW_S)
    assert store.check(created.token, NOW_S) == created.key
    other.revoke(created.key.id, now_s=NOW_S)
    with pytest.raises(KeyRefusedError, match="revoked"):
        store.check(created.token, NOW_S + 1)
    other.close()


def test_a_wrong_request_for_a_key_is_named(store):
    for field, request in {
        "name": {"name": "", "scopes": [Scope.READ]},
        "scopes": {"name": "loader", "scopes": []},
        "expires_s": {"name": "loader", "scopes": [Scope.READ], "expires_s": NOW_S},
    }.items():
        with pytest.raises(InputError) as refused:
            store.create(now_s=NOW_S, **request)
        assert refused.value.field == field
    with pytest.raises(InputError, match="key_id: 'nobody' is not the id of a key"):
        store.revoke("nobody", now_s=NOW_S)
    assert store.list() == []
