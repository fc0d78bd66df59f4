import os
import subprocess
import sys

import pytest

from ecluse.stores.data import DataFolder, FolderError, FolderInUseError
from ecluse.stores.secret import SecretMissingError


def test_a_folder_is_made_and_keeps_its_secret(tmp_path):
    path = tmp_path / "gate" / "data"
    with DataFolder(path) as folder:
        secret = folder.secret
    assert path.stat().st_mode & 0o777 == 0o700
    with DataFolder(path) as folder:
        assert folder.secret == secret


def test_a_folder_is_one_gates_alone(tmp_path):
    with DataFolder(tmp_path):
        with pytest.raises(FolderInUseError) as refused:
            DataFolder(tmp_path)
        assert refused.value.pid == str(os.getpid())
    DataFolder(tmp_path).close()


def test_a_second_process_is_refused(tmp_path):
    program = "import sys, pathlib; from ecluse.stores.data import DataFolder; DataFolder(pathlib.Path(sys.argv[1]))"
    command = [sys.executable, "-c", program, str(tmp_path)]
    with DataFolder(tmp_path):
        refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert refused.stderr.splitlines()[-1] == (
        f"ecluse.stores.data.FolderInUseError: {tmp_path} is in use by another gate (process {os.getpid()})"
    )
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("remembered", ["journal/00000001.sqlite", "snapshot-0000000000000001.ecl"])
def test_no_new_secret_is_made_for_ledgers_hashed_with_another(tmp_path, remembered):
    DataFolder(tmp_path).close()
    (tmp_path / remembered).touch()
    (tmp_path / "secret").unlink()
    with pytest.raises(SecretMissingError):
        DataFolder(tmp_path)
    assert not (tmp_path / "secret").exists()


def test_an_unfinished_snapshot_is_cleared_away(tmp_path):
    DataFolder(tmp_path).close()
    (tmp_path / "snapshot-0000000000000001.new").touch()
    DataFolder(tmp_path).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["journal", "lock", "secret"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match="file/data cannot be used"):
        DataFolder(tmp_path / "file" / "data")


def test_a_folder_is_not_made_only_to_look_at_it(tmp_path):
    with pytest.raises(FolderError, match="no gate has kept anything there"):
        DataFolder(tmp_path / "data", create=False)
    assert list(tmp_path.iterdir()) == []
