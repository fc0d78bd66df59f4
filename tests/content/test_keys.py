import pytest

from ecluse.content.keys import ContentKeys
from ecluse.ledger import SecretError


def test_each_purpose_has_a_key_of_its_own():
    keys = ContentKeys.from_secret(bytes(16))
    assert len({key.tobytes() for key in keys}) == len(keys)
    assert ContentKeys.from_secret(bytes(16)).text.tolist() == keys.text.tolist()
    assert ContentKeys.from_secret(bytes(17)).text.tolist() != keys.text.tolist()


def test_a_short_secret_is_refused():
    with pytest.raises(SecretError):
        ContentKeys.from_secret(bytes(15))
