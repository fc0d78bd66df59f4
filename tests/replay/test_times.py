import pyarrow as pa
import pytest

from ecluse.replay.times import AtUnit, milliseconds

MS = 1_575_676_800_123


@pytest.mark.parametrize(
    ("times", "unit", "expected"),
    [
        ([1_575_676_800], None, [1_575_676_800_000]),
        ([MS, None, 1_575_676_800], None, [MS, None, 1_575_676_800_000]),
        ([1_575_676_800], AtUnit.S, [1_575_676_800_000]),
        ([1_575_676_800], AtUnit.MS, [1_575_676_800]),
        ([1_575_676_800.123, MS + 0.25], None, [MS, MS]),
        ([1_575_676_800.9996], AtUnit.S, [1_575_676_800_999]),
        (["1575676800.123", " 1575676800123 ", None], None, [MS, MS, None]),
        (["1575676800"], AtUnit.S, [1_575_676_800_000]),
        (["2019-12-07T00:00:00.123Z", "2019-12-07T01:00:00.123456789+01:00", str(MS)], None, [MS, MS, MS]),
        (["2019-12-07 00:00:00Z", None, "1575676800.5"], None, [1_575_676_800_000, None, 1_575_676_800_500]),
        ([], None, []),
    ],
)
def test_a_time_is_read_whatever_its_form(times, unit, expected):
    kind = pa.string() if times and isinstance(times[0], str) else None
    assert milliseconds(pa.array(times, kind) if times else pa.array([], pa.int64()), unit).to_pylist() == expected


@pytest.mark.parametrize(
    ("times", "unit"),
    [
        (["yesterday"], None),
        (["2019-12-07T00:00:00"], None),  # in whose zone?
        (["2019-13-07T00:00:00Z"], None),
        (["99999999999999999999"], None),
        ([float("nan")], None),
        ([float("inf")], None),
        ([1 << 62], AtUnit.S),
        (pa.array([1 << 63], pa.uint64()), None),
    ],
)
def test_what_is_no_time_is_refused(times, unit):
    with pytest.raises(pa.ArrowInvalid):
        milliseconds(pa.array(times), unit)
