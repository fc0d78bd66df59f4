"""SipHash-2-4 by its authors' own vectors, and columns of text in whatever way Arrow lays them out."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.ledger.siphash import hash_column, siphash

KEY = np.frombuffer(bytes(range(16)), np.uint64)

# vectors.h of the reference implementation (J.-P. Aumasson): key 00 01 .. 0f, input 00 01 .. (n - 1), n = 0 .. 63.
VECTORS = """
726fdb47dd0e0e31 74f839c593dc67fd 0d6c8009d9a94f5a 85676696d7fb7e2d cf2794e0277187b7 18765564cd99a68d
cbc9466e58fee3ce ab0200f58b01d137 93f5f5799a932462 9e0082df0ba9e4b0 7a5dbbc594ddb9f3 f4b32f46226bada7
751e8fbc860ee5fb 14ea5627c0843d90 f723ca908e7af2ee a129ca6149be45e5 3f2acc7f57c29bdb 699ae9f52cbe4794
4bc1b3f0968dd39c bb6dc91da77961bd bed65cf21aa2ee98 d0f2cbb02e3b67c7 93536795e3a33e88 a80c038ccd5ccec8
b8ad50c6f649af94 bce192de8a85b8ea 17d835b85bbb15f3 2f2e6163076bcfad de4daaaca71dc9a5 a6a2506687956571
ad87a3535c49ef28 32d892fad841c342 7127512f72f27cce a7f32346f95978e3 12e0b01abb051238 15e034d40fa197ae
314dffbe0815a3b4 027990f029623981 cadcd4e59ef40c4d 9abfd8766a33735c 0e3ea96b5304a7d0 ad0c42d6fc585992
187306c89bc215a9 d4a60abcf3792b95 f935451de4f21df2 a9538f0419755787 db9acddff56ca510 d06c98cd5c0975eb
e612a3cb9ecba951 c766e62cfcadaf96 ee64435a9752fe72 a192d576b245165a 0a8787bf8ecb74b2 81b3e73d20b49b6f
7fa8220ba3b2ecea 245731c13ca42499 b78dbfaf3a8d83bd ea1ad565322a1a0b 60e61c23a3795013 6606d7e446282b93
6ca4ecb15c5f91e1 9f626da15c9625f3 e51b38608ef25f57 958a324ceb064572
"""


def hash_of(data):
    data = np.frombuffer(data, np.uint8) if data else np.zeros(1, np.uint8)[:0]
    return int(siphash(data, 0, len(data), KEY[0], KEY[1]))


@pytest.mark.parametrize("n", range(64))
def test_the_authors_vectors(n):
    assert f"{hash_of(bytes(range(n))):016x}" == VECTORS.split()[n]


def test_a_slice_is_hashed_as_if_it_stood_alone():
    data = np.frombuffer(b"..ada..", np.uint8)
    assert int(siphash(data, 2, 5, KEY[0], KEY[1])) == hash_of(b"ada")


texts = st.lists(st.none() | st.text(max_size=20), max_size=10)


@given(texts, st.data())
def test_a_column_is_hashed_text_by_text(values, data):
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(values))] * 2)))
    column = pa.array(values, pa.string()).slice(start, stop - start)
    expected = [0 if value is None else hash_of(value.encode()) for value in values[start:stop]]
    assert hash_column(column, KEY).tolist() == expected


def test_a_null_is_no_id_even_over_text():
    valid, offsets = pa.py_buffer(b"\x01"), pa.py_buffer(np.array([0, 3, 6], np.int32))
    column = pa.StringArray.from_buffers(2, offsets, pa.py_buffer(b"adabob"), valid)
    assert hash_column(column, KEY).tolist() == [hash_of(b"ada"), 0]


def test_another_key_is_another_hash():
    column = pa.array(["ada", "bob"])
    assert hash_column(column, KEY).tolist() != hash_column(column, KEY[::-1].copy()).tolist()
