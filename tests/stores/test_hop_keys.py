import pytest

from ecluse.errors import InputError
from ecluse.forwarding import KEYS_MAX, ForwardTokens, derive
from ecluse.forwarding.checking import Fault
from ecluse.stores.hop_keys import HopKeyStore

NOW_S = 1_700_000_000


@pytest.fixture
def store(tmp_path):
    opened = HopKeyStore(tmp_path / "hops.sqlite")
    yield opened
    opened.close()


def ids(ring):
    return [key.id for key in ring.by_id.values()]


def test_the_first_key_is_made_when_it_is_asked_for(store):
    ring = store.keyring(now_s=NOW_S)
    assert ids(ring) == ids(store.keyring(now_s=NOW_S + 1))
    assert store.everything() == [(ring.current.id, NOW_S, None, True)]


def test_tokens_of_a_rotated_key_are_good_until_it_is_retired(store):
    first = store.keyring(now_s=NOW_S)
    root = ForwardTokens(first).issue(origin=1, hops=0, issued_s=NOW_S, content=None)

    def fault():
        tokens = ForwardTokens(store.keyring(now_s=NOW_S))
        return tokens.check(derive(root, "bob"), holder="bob", at_s=NOW_S, content=None).fault

    second = store.rotate(now_s=NOW_S + 1)
    assert (store.keyring(now_s=NOW_S).current.id, fault()) == (second.id, Fault.NONE)
    assert store.retire(first.current.id, now_s=NOW_S + 2) == (first.current.id, NOW_S, NOW_S + 2, False)
    assert (ids(store.keyring(now_s=NOW_S)), fault()) == ([second.id], Fault.UNKNOWN_KEY)


def test_a_retired_key_is_in_no_file(tmp_path, store):
    secret = store.keyring(now_s=NOW_S).current.secret
    store.rotate(now_s=NOW_S)
    assert (tmp_path / "hops.sqlite").stat().st_mode & 0o777 == 0o600
    store.retire(store.everything()[0].id, now_s=NOW_S)
    store.close()
    assert secret not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_key_that_was_retired_stays_so(store):
    first = store.keyring(now_s=NOW_S).current.id
    store.rotate(now_s=NOW_S)
    assert [store.retire(first, now_s=NOW_S + n).retired_s for n in (1, 2)] == [NOW_S + 1, NOW_S + 1]


def test_the_current_key_and_one_that_is_none_are_not_retired(store):
    for key_id in (store.keyring(now_s=NOW_S).current.id, "nobody"):
        with pytest.raises(InputError, match=r"^key_id: "):
            store.retire(key_id, now_s=NOW_S)


def test_another_process_is_seen_within_a_second(tmp_path, store):
    store.keyring(now_s=NOW_S)
    store.changed(NOW_S)
    other = HopKeyStore(tmp_path / "hops.sqlite")
    rotated = other.rotate(now_s=NOW_S)
    other.close()
    assert store.changed(NOW_S) is None
    assert store.changed(NOW_S + 1).current.id == rotated.id
    assert store.changed(NOW_S + 2) is None


def test_keys_that_are_not_retired_are_bounded(store):
    for _ in range(KEYS_MAX):
        store.rotate(now_s=NOW_S)
    with pytest.raises(InputError, match=f"^keys: {KEYS_MAX} is not at most {KEYS_MAX} "):
        store.rotate(now_s=NOW_S)
