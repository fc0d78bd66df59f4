"""Files that are there whole or not at all."""

import pytest

from ecluse.errors import InputError
from ecluse.placing import placed


def test_what_was_there_stays_until_all_is_well(tmp_path):
    path = tmp_path / "out"
    path.write_text("before")

    def fail():
        with placed(path) as part:
            part.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (path.read_text(), list(tmp_path.iterdir())) == ("before", [path])
    with placed(path) as part:
        part.write_text("whole")
        assert path.read_text() == "before"
    assert (path.read_text(), list(tmp_path.iterdir())) == ("whole", [path])


def test_a_place_that_can_not_be_written_to_is_told_at_once(tmp_path):
    for path in (tmp_path, tmp_path / "none" / "out"):
        with pytest.raises(InputError, match=r"out: .* is not a place that can be written to"), placed(path, "out"):
            pytest.fail("it began")
