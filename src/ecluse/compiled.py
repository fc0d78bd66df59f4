"""One decorator for every compiled kernel, and where their machine code is kept between starts.

Numba keeps compiled code by the time stamp of the one file a function is in, though a kernel calls kernels of other
files. So the cache is kept in a folder named after all sources that kernels rest on: a change in one compiles anew,
and two versions never share code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numba
import platformdirs

Kernel = Callable[..., Any]
"""A compiled function. Its annotations are for the reader; Numba infers and checks the types of its own."""


def cache_folder() -> Path:
    """Where Écluse keeps what it can make again: ``$ECLUSE_CACHE_DIR``, else the user's cache folder."""
    return Path(os.environ.get("ECLUSE_CACHE_DIR") or platformdirs.user_cache_dir("ecluse"))


def _sources_digest() -> str:
    """A digest of Numba's version and of every source that kernels are in or take constants from."""
    package = Path(__file__).parent
    digest = hashlib.blake2b(numba.__version__.encode(), digest_size=8)
    digest.update(Path(__file__).read_bytes())
    for folder in ("events", "ledger", "content", "campaigns", "terms", "gate"):
        for path in sorted((package / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


numba.config.CACHE_DIR = str(cache_folder() / "kernels" / _sources_digest())  # type: ignore[attr-defined]


def kernel(function: Kernel) -> Kernel:
    """Compile ``function`` to machine code at its first call, kept on disk; arrays and numbers only.

    Kernels make no arrays and count no references, so a call between them costs what a call costs in C.
    """
    return cast(Kernel, numba.njit(**_OPTIONS)(function))


def leaf(function: Kernel) -> Kernel:
    """A kernel that is compiled into each of its callers: for the small and the hot ones."""
    return cast(Kernel, numba.njit(**_OPTIONS, forceinline=True)(function))


_OPTIONS: Any = {"cache": True, "error_model": "numpy", "nogil": True, "_nrt": False}
