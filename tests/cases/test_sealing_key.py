"""The key that bundles are sealed with."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ecluse.cases.sealing_key import FILE, SealingKey, SealingKeyError, shown


def test_a_folder_has_one_key_for_ever_and_only_its_owner_reads_it(tmp_path):
    first, again = SealingKey.of_folder(tmp_path), SealingKey.of_folder(tmp_path)
    assert first.public.fingerprint == again.public.fingerprint
    assert stat.S_IMODE(os.stat(tmp_path / FILE).st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_who_come_at_once_get_the_same_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: SealingKey.of_folder(tmp_path), range(8)))
    assert len({key.public.fingerprint for key in keys}) == 1


def test_a_file_that_is_no_such_key_is_said_to_be_none(tmp_path):
    (tmp_path / FILE).write_text("nothing")
    with pytest.raises(SealingKeyError):
        SealingKey.of_folder(tmp_path)
    rsa = generate_private_key(65_537, 2_048)
    (tmp_path / FILE).write_bytes(rsa.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SealingKeyError, match="of another kind"):
        SealingKey.of_folder(tmp_path)


def test_a_fingerprint_is_shown_in_groups():
    assert shown("ab" * 32) == " ".join(["abab"] * 16)
