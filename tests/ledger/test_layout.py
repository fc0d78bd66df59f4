"""The layout: sizes, no padding, every number where it can be read in one go; and the sizes of blocks."""

import numpy as np
import pytest

from ecluse.ledger import layout
from ecluse.ledger.identify import EVENT
from ecluse.ledger.layout import (
    BUCKETS,
    GAPS_BLOCK,
    GRANULE,
    HEADER_BYTES,
    METER,
    N_METERS,
    RECORD_BYTES_MAX,
    ROW,
    ROW_BYTES,
    ROWS_MAX,
    SENDS_BLOCK,
    SENDS_MAX,
    SIZE_CLASSES,
    WIDE_METER,
    place_in,
)
from ecluse.ledger.record import BLOCK_BYTES

BYTES = {"ROW": 24, "HEADER": 32, "METER": 32, "WIDE_METER": 56, "GAPS_BLOCK": 40, "SENDS_BLOCK": 24}
RECORDS = {name: getattr(layout, name) for name in BYTES}


def leaves(dtype, start=0):
    """Every number of a record: its place and its type."""
    if dtype.names is not None:
        return [leaf for name in dtype.names for leaf in leaves(dtype[name], start + place_in(dtype, name))]
    if dtype.subdtype is not None:
        inner, shape = dtype.subdtype
        return [leaf for i in range(np.prod(shape)) for leaf in leaves(inner, start + i * inner.itemsize)]
    return [(start, dtype)]


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_has_its_size(name):
    assert RECORDS[name].itemsize == BYTES[name]
    assert RECORDS[name].itemsize % GRANULE == 0


@pytest.mark.parametrize("record", [*RECORDS.values(), EVENT], ids=[*RECORDS, "EVENT"])
def test_there_is_no_padding(record):
    at = 0
    for start, number in leaves(record):
        assert start == at
        at += number.itemsize
    assert at == record.itemsize


@pytest.mark.parametrize("name", RECORDS)
def test_every_number_is_little_endian_and_aligned(name):
    for start, number in leaves(RECORDS[name]):
        assert start % number.itemsize == 0
        assert number.newbyteorder("<") == number


def test_a_meter_has_six_buckets_a_window():
    assert METER["counts"].shape == WIDE_METER["counts"].shape == (4, BUCKETS)
    assert GAPS_BLOCK["runs"].shape == GAPS_BLOCK["counts"].shape == (4,)


def test_the_latest_send_is_in_the_header_and_the_others_in_their_block():
    assert SENDS_BLOCK["at_s"].shape == (SENDS_MAX - 1,)


def test_members_and_kind_share_sixteen_bits():
    largest = layout.MEMBERS_MAX << layout.MEMBERS_SHIFT | layout.SAID_MASK | layout.KIND_MASK
    assert largest == np.iinfo(ROW["kind"]).max
    assert {layout.PERSON, layout.GROUP, layout.BUSINESS} <= set(range(layout.KIND_MASK + 1))


def test_every_record_has_a_block_that_holds_it():
    assert SIZE_CLASSES[0] == HEADER_BYTES + ROW_BYTES
    assert SIZE_CLASSES[-1] == RECORD_BYTES_MAX == HEADER_BYTES + BLOCK_BYTES[-1] + ROWS_MAX * ROW_BYTES
    assert (np.diff(SIZE_CLASSES) > 0).all()
    assert (SIZE_CLASSES % GRANULE == 0).all()
    assert len(SIZE_CLASSES) < 256


def test_little_of_a_block_lies_waste():
    steps = np.diff(SIZE_CLASSES)
    assert (steps <= np.maximum(ROW_BYTES, SIZE_CLASSES[:-1] // 16)).all()


def test_blocks_are_as_large_as_their_parts():
    meters = [
        (blocks & 0b111111).bit_count() * (WIDE_METER if blocks >> 7 else METER).itemsize for blocks in range(256)
    ]
    gaps = [(blocks >> 6 & 1) * (GAPS_BLOCK if blocks & 1 else SENDS_BLOCK).itemsize for blocks in range(256)]
    assert BLOCK_BYTES.tolist() == [meter + gap for meter, gap in zip(meters, gaps, strict=True)]
    assert N_METERS == 6
