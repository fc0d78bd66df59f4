"""A bundle and every way to tamper with it."""

import hashlib
import io
import shutil
import struct
import subprocess
import tracemalloc
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ecluse.cases.archive import ArchiveWriter
from ecluse.cases.manifest import MANIFEST, SIGNATURE, AuditHead
from ecluse.cases.seal import Content, seal, write_bundle
from ecluse.cases.sealing_key import SealingKey
from ecluse.cases.verify import BundleError, OtherKeyError, verify, verify_file
from ecluse.errors import InputError

KEY = SealingKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = SealingKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
CONTENTS = [
    Content("case.html", "text/html", b"<!doctype html><p>Case 7"),
    Content("files/0001.png", "image/png", bytes(range(256))),
    Content("data/empty.json", "application/json", b""),
]


def bundled(contents=CONTENTS, key=KEY, audit=None):
    file = io.BytesIO()
    write_bundle(file, contents, key, about="case 7", made_at="2026-11-24T18:00:00Z", audit=audit)
    return file.getvalue()


def reason(content, fingerprint=None):
    """Why a bundle is refused."""
    with pytest.raises(BundleError) as refused:
        verify_file(io.BytesIO(content), fingerprint)
    return refused.value.reason


BUNDLE = bundled(audit=AuditHead(12, "ab" * 32))


def test_a_bundle_as_it_was_sealed_is_whole():
    manifest = verify_file(io.BytesIO(BUNDLE))
    assert [(part.path, part.bytes, part.sha256) for part in manifest.parts] == [
        (part.path, len(part.content), hashlib.sha256(part.content).hexdigest()) for part in CONTENTS
    ]
    assert (manifest.about, manifest.made_at) == ("case 7", "2026-11-24T18:00:00Z")
    assert (manifest.fingerprint, manifest.audit) == (KEY.public.fingerprint, AuditHead(12, "ab" * 32))


def test_the_same_parts_give_the_same_bytes(tmp_path):
    seal(tmp_path / "b.zip", CONTENTS, KEY, about="case 7", made_at="2026-11-24T18:00:00Z", audit=None)
    assert (tmp_path / "b.zip").read_bytes() == bundled()
    assert verify(tmp_path / "b.zip") == verify_file(io.BytesIO(bundled()))


def test_every_bit_of_every_byte_counts():
    """Not a sample: each of the bundle's bytes, with each of its bits turned."""
    for at in range(len(BUNDLE)):
        for bit in range(8):
            changed = bytearray(BUNDLE)
            changed[at] ^= 1 << bit
            assert reason(bytes(changed))


@given(st.binary(max_size=40), st.integers(0, len(BUNDLE)), st.integers(0, len(BUNDLE)))
def test_whatever_is_cut_out_or_put_in_is_found(put, start, stop):
    changed = BUNDLE[:start] + put + BUNDLE[max(start, stop) :]
    if changed == BUNDLE:
        verify_file(io.BytesIO(changed))
    else:
        assert reason(changed)


@given(st.binary(max_size=300))
def test_any_other_file_is_refused(content):
    assert reason(content)


def test_what_comes_after_the_end_is_found():
    assert reason(BUNDLE + b"\0") == f"byte {len(BUNDLE)}: something else than the end of the archive"


def rebuilt(members):
    """An archive of members, by the writer itself: each header and checksum in it is right."""
    file = io.BytesIO()
    archive = ArchiveWriter(file)
    for name, content in members:
        archive.add(name, content)
    archive.close()
    return file.getvalue()


def members_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def test_a_bundle_taken_apart_and_put_together_is_itself():
    assert rebuilt(members_of(BUNDLE)) == BUNDLE


def test_a_part_changed_with_its_checksum_is_found():
    members = [
        (name, b"<!doctype html><p>Case 8" if name == "case.html" else part) for name, part in members_of(BUNDLE)
    ]
    assert reason(rebuilt(members)) == "case.html is not what was sealed"


@pytest.mark.parametrize("missing", range(2 + len(CONTENTS)))
def test_a_missing_part_is_found(missing):
    members = members_of(BUNDLE)
    del members[missing]
    assert "should stand here" in reason(rebuilt(members)) or "ends here" in reason(rebuilt(members))


@pytest.mark.parametrize("place", range(3 + len(CONTENTS)))
def test_one_part_more_is_found(place):
    members = members_of(BUNDLE)
    members.insert(place, ("files/0002.txt", b"forged"))
    assert reason(rebuilt(members))


def test_parts_in_another_order_are_found():
    manifest, signature, *parts = members_of(BUNDLE)
    assert "case.html of 24 bytes should stand here" in reason(rebuilt([manifest, signature, *reversed(parts)]))


def test_the_manifest_of_another_bundle_is_found():
    other = members_of(bundled([*CONTENTS[:1], Content("files/0001.png", "image/png", b"x" * 256), *CONTENTS[2:]]))
    swapped = [*other[:2], *members_of(BUNDLE)[2:]]
    assert reason(rebuilt(swapped)) == "files/0001.png is not what was sealed"
    assert reason(rebuilt([other[0], *members_of(BUNDLE)[1:]])) == "the signature is not its manifest's"


def test_a_bundle_that_somebody_else_sealed_has_another_fingerprint():
    forged = bundled(key=OTHER)
    assert verify_file(io.BytesIO(forged)).fingerprint == OTHER.public.fingerprint
    with pytest.raises(OtherKeyError):
        verify_file(io.BytesIO(forged), KEY.public.fingerprint)


def test_a_fingerprint_may_be_grouped():
    grouped = ":".join(KEY.public.fingerprint.upper()[i : i + 2] for i in range(0, 64, 2))
    assert verify_file(io.BytesIO(BUNDLE), grouped).about == "case 7"


def test_another_key_in_the_manifest_needs_another_signature():
    (_, manifest), (_, signature), *parts = members_of(BUNDLE)
    for mine, theirs in ((KEY.public.raw.hex(), OTHER.public.raw.hex()), (KEY.public.fingerprint, "0" * 64)):
        changed = manifest.replace(mine.encode(), theirs.encode())
        found = reason(rebuilt([(MANIFEST, changed), (SIGNATURE, signature), *parts]))
        assert found == "its manifest names another fingerprint than its key has"
    both = manifest.replace(KEY.public.raw.hex().encode(), OTHER.public.raw.hex().encode())
    both = both.replace(KEY.public.fingerprint.encode(), OTHER.public.fingerprint.encode())
    assert reason(rebuilt([(MANIFEST, both), (SIGNATURE, signature), *parts])) == "the signature is not its manifest's"


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "C:/x", "a\\b", "A.txt", "a//b", "a/.ssh", "a\n"])
def test_a_path_that_leads_out_is_never_sealed_and_never_accepted(path):
    with pytest.raises(InputError):
        bundled([Content(path, "text/plain", b"")])
    parts = [{"path": path, "media": "text/plain", "bytes": 0, "sha256": hashlib.sha256(b"").hexdigest()}]
    manifest = verify_file(io.BytesIO(BUNDLE)).encode().partition(b'"parts"')[0]
    encoded = manifest + b'"parts":' + str(parts).replace("'", '"').encode() + b"}"
    forged = rebuilt([(MANIFEST, encoded), (SIGNATURE, KEY.seal(encoded)), (path, b"")])
    assert "is no name of a part" in reason(forged) or "cannot be read" in reason(forged)


def test_a_zip_bomb_is_refused_before_it_costs_memory():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, bytes(1 << 26))
    claims = bytearray(BUNDLE)
    struct.pack_into("<LL", claims, 18, 0xFFFF_FFFF, 0xFFFF_FFFF)
    tracemalloc.start()
    try:
        assert reason(bomb.getvalue())
        assert reason(bytes(claims))
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_openssl_says_the_same(tmp_path):
    """Nobody has to believe our own program: any zip and OpenSSL check the signature."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not on this machine")
    (tmp_path / "b.zip").write_bytes(BUNDLE)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        archive.extractall(tmp_path)
    (tmp_path / "key.pem").write_text(KEY.public.pem)
    command = [openssl, "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin"]
    command += ["-in", MANIFEST, "-sigfile", SIGNATURE]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / MANIFEST).write_bytes((tmp_path / MANIFEST).read_bytes().replace(b"case 7", b"case 8"))
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0
