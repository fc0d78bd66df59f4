import pytest

from ecluse.stores.secret import SECRET_BYTES, SecretMissingError, create_secret, key_check, read_secret


def test_a_secret_is_its_owners_alone(tmp_path):
    path = tmp_path / "secret"
    secret = create_secret(path)
    assert len(secret) == SECRET_BYTES
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_secret(path) == secret
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_no_two_secrets_are_the_same(tmp_path):
    assert create_secret(tmp_path / "a") != create_secret(tmp_path / "b")


def test_a_missing_secret_is_named(tmp_path):
    with pytest.raises(SecretMissingError, match="secret is missing"):
        read_secret(tmp_path / "secret")


def test_the_check_tells_secrets_apart():
    assert key_check(b"a" * 32) == key_check(b"a" * 32)
    assert key_check(b"a" * 32) != key_check(b"b" * 32)
    assert len(key_check(b"a" * 32)) == 32
