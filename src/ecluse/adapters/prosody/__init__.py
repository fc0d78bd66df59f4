"""The module that Prosody loads: files of Lua, kept in ``mod_ecluse``, and how they get to where Prosody looks."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from ecluse.errors import EcluseError

MODULE: Final = Path(__file__).with_name("mod_ecluse")
"""The module's folder, as it is shipped."""

VERSION_MIN: Final = "0.12"
"""The oldest Prosody that it is for."""


class InstallError(EcluseError):
    """The module could not be put where it should be."""

    def __init__(self, folder: Path, reason: str) -> None:
        self.folder, self.reason = folder, reason
        super().__init__(f"{folder}: {reason}")


def install(folder: Path) -> Path:
    """Put the module into ``folder``, one of Prosody's ``plugin_paths``; an older one there is replaced.

    Returns where it is. Raises InstallError, and leaves what was there as it was, if the folder can't be written or
    holds a ``mod_ecluse`` that is something else.
    """
    target = folder / MODULE.name
    if target.exists() and not (target / "mod_ecluse.lua").is_file():
        raise InstallError(target, "this is there already, and is no older version of the module")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".ecluse-") as name:
            new, old = Path(name) / "new", Path(name) / "old"
            shutil.copytree(MODULE, new, copy_function=shutil.copyfile)
            for path in (new, *new.iterdir()):
                path.chmod(0o755 if path.is_dir() else 0o644)
            if target.exists():
                os.replace(target, old)
            os.replace(new, target)
    except OSError as error:
        raise InstallError(target, error.strerror or str(error)) from error
    return target
