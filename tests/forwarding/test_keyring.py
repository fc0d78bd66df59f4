import pytest

from ecluse.errors import InputError
from ecluse.forwarding import KEYS_MAX, HopKey, Keyring, new_key
from tests.forwarding.making import NEW, OLD


def test_the_last_key_is_current_and_all_are_known():
    ring = Keyring([OLD, NEW])
    assert (ring.current, list(ring.by_id.values())) == (NEW, [OLD, NEW])


@pytest.mark.parametrize("count", [0, KEYS_MAX + 1])
def test_a_ring_has_one_key_at_least_and_not_too_many(count):
    with pytest.raises(InputError, match=f"^keys: {count} is not 1 to {KEYS_MAX} keys$"):
        Keyring(HopKey(f"{n:08x}", bytes(32)) for n in range(count))


@pytest.mark.parametrize(
    ("id_", "secret", "field"),
    [("0000000G", bytes(32), "id"), ("1", bytes(32), "id"), ("00000001", bytes(31), "secret")],
)
def test_a_key_of_another_form_is_none(id_, secret, field):
    with pytest.raises(InputError, match=f"^{field}: "):
        HopKey(id_, secret)


def test_new_keys_differ_and_do_not_show_their_secret():
    one, other = new_key(), new_key()
    assert one.id != other.id
    assert one.secret != other.secret
    assert repr(one) == f"HopKey('{one.id}')"
