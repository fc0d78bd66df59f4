"""Pictures: a perceptual hash of 64 bits, the same for a picture made smaller, recompressed or a little brighter.

The hash is pHash as the package ImageHash computes it: the signs of the lowest 8 x 8 frequencies (discrete cosine
transform) of the picture in grey, 32 x 32. A service whose clients compute a hash of their own (PDQ's 256 bits, say)
sends that instead; ``HammingIndex`` takes both.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from io import BytesIO
from typing import Final

import imagehash
import numpy as np
from PIL import Image

from ecluse.errors import InputError

PIXELS_MAX: Final = 50_000_000
"""Of a picture, as its header says: more are not unpacked."""
BYTES_MAX: Final = 32 << 20


def hash_images(images: Sequence[bytes]) -> np.ndarray:
    """The perceptual hashes of pictures: uint64, shape (n,). Any format that Pillow reads; of a film, the first frame.

    images: the files' bytes, at most 32 MiB and 50 million pixels each. Cost: about 1 ms for each 100,000 pixels.
    Raises InputError, which names the picture.

    >>> from io import BytesIO
    >>> file = BytesIO()
    >>> Image.linear_gradient("L").save(file, "png")
    >>> hash_images([file.getvalue()]).dtype
    dtype('uint64')
    """
    hashes = np.zeros(len(images), np.uint64)
    for i, data in enumerate(images):
        hashes[i] = _hash_one(data, f"picture {i}")
    return hashes


def _hash_one(data: bytes, where: str) -> int:
    if len(data) > BYTES_MAX:
        raise InputError("image", f"{len(data)} bytes", f"at most {BYTES_MAX} bytes", where)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(BytesIO(data)) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                raise InputError("image", f"{picture.size} pixels", f"at most {PIXELS_MAX} pixels", where)
            signs = imagehash.phash(picture.convert("L")).hash
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise InputError("image", data[:16], f"a picture that can be read ({type(error).__name__})", where) from None
    return int.from_bytes(np.packbits(signs.ravel()).tobytes(), "big")
