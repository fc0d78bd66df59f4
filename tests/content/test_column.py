import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.content.column import as_texts
from ecluse.errors import InputError

values = st.lists(st.none() | st.text(max_size=8), max_size=8)
TYPES = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]


def read(column):
    found = as_texts(column)
    bounds = zip(found.offsets, found.offsets[1:], found.valid, strict=False)
    return [found.data[start:stop].tobytes().decode() if valid else None for start, stop, valid in bounds]


@given(values, st.sampled_from(TYPES), st.data())
def test_a_column_is_read_however_arrow_lays_it_out(given_values, kind, data):
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(given_values))] * 2)))
    column = pa.array(given_values, pa.string()).cast(kind)
    assert read(column.slice(start, stop - start)) == given_values[start:stop]
    assert read(pa.chunked_array([column, column])) == given_values * 2
    assert read(given_values) == given_values


@pytest.mark.parametrize("wrong", [pa.array([1]), "text", b"text", 7, ["a", 7]])
def test_what_is_no_column_of_texts(wrong):
    with pytest.raises(InputError, match=r"texts: .* is not a (column of strings|string or None)"):
        as_texts(wrong)
