import re
import shutil
import subprocess

import pytest
from typer.testing import CliRunner

from ecluse.adapters.prosody import MODULE, InstallError, install
from ecluse.cli.prosody import prosody_app


def files_of(folder):
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_the_module_is_put_there_whole(tmp_path):
    where = install(tmp_path / "modules")
    assert where == tmp_path / "modules" / "mod_ecluse"
    assert files_of(where) == files_of(MODULE)
    assert list(where.parent.iterdir()) == [where]


def test_an_older_one_is_replaced(tmp_path):
    where = install(tmp_path)
    (where / "gone.lib.lua").write_text("-- of an older version")
    (where / "mod_ecluse.lua").write_text("-- of an older version")
    install(tmp_path)
    assert files_of(where) == files_of(MODULE)


def test_what_is_no_module_of_ours_is_left_alone(tmp_path):
    (tmp_path / "mod_ecluse").mkdir()
    (tmp_path / "mod_ecluse" / "notes").write_text("mine")
    with pytest.raises(InstallError, match="no older version"):
        install(tmp_path)
    assert files_of(tmp_path / "mod_ecluse") == {"notes": "mine"}


def test_the_command_says_what_to_set(tmp_path):
    done = CliRunner().invoke(prosody_app, ["install", str(tmp_path)])
    assert (done.exit_code, f'plugin_paths = {{ "{tmp_path}" }}' in done.stdout) == (0, True)
    assert (tmp_path / "mod_ecluse" / "mod_ecluse.lua").is_file()
    (tmp_path / "a file").write_text("")
    failed = CliRunner().invoke(prosody_app, ["install", str(tmp_path / "a file")])
    assert failed.exit_code == 1


def test_every_part_that_is_asked_for_is_there():
    asked = {part for text in files_of(MODULE).values() for part in re.findall(r'module:require "(\w+)"', text)}
    assert {f"{part}.lib.lua" for part in asked} | {"mod_ecluse.lua"} == set(files_of(MODULE))


def test_every_setting_is_in_the_guide():
    guide = (MODULE.parents[4] / "docs" / "prosody.md").read_text()
    text = "".join(files_of(MODULE).values())
    read = set(re.findall(r'(?:word|number|truth|text)\("(ecluse_\w+)"', text))
    listed = set(re.findall(r"^\| `(ecluse_\w+)` \|", guide, re.MULTILINE))
    assert (listed, len(read) > 5) == (read, True)


@pytest.mark.skipif(shutil.which("luac") is None, reason="luac is not on this machine")
def test_it_is_lua():
    for path in MODULE.iterdir():
        subprocess.run(["luac", "-p", str(path)], check=True)
