"""One decorator for every compiled kernel, and where their machine code is kept between starts.

Numba keeps compiled code by the time stamp of the one file a function is in, though a kernel calls kernels of other
files. So the cache is kept in a folder named after all sources that kernels rest on: a change in one compiles anew,
and two versions never share code. Of several processes that need a kernel one compiles it, and the others wait for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
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
    return _compiled_once(numba.njit(**_OPTIONS)(function))


def leaf(function: Kernel) -> Kernel:
    """A kernel that is compiled into each of its callers: for the small and the hot ones."""
    return _compiled_once(numba.njit(**_OPTIONS, forceinline=True)(function))


def _compiled_once(dispatcher: Any) -> Kernel:
    """Have a kernel compiled by one process at a time; the next one then finds it in the cache."""
    compile_or_load, name = dispatcher.compile, f"{dispatcher.__module__}.{dispatcher.__qualname__}"

    @functools.wraps(compile_or_load)
    def compile_alone(signature: Any) -> Any:
        with _alone(zlib.crc32(name.encode())):
            return compile_or_load(signature)

    dispatcher.compile = compile_alone
    return cast(Kernel, dispatcher)


@contextlib.contextmanager
def _alone(place: int) -> Iterator[None]:
    """Hold one byte of the cache's lock. Where nothing can be locked, each compiles for itself."""
    held = False
    with contextlib.suppress(OSError):
        fcntl.lockf(_lock(), fcntl.LOCK_EX, 1, place)
        held = True
    try:
        yield
    finally:
        if held:
            fcntl.lockf(_lock(), fcntl.LOCK_UN, 1, place)


@functools.cache
def _lock() -> int:
    folder = Path(numba.config.CACHE_DIR)  # type: ignore[attr-defined]
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)


_OPTIONS: Any = {"cache": True, "error_model": "numpy", "nogil": True, "_nrt": False}
