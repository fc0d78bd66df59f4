from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from ecluse.content import HammingIndex
from ecluse.content.images import PIXELS_MAX, hash_images
from ecluse.errors import InputError
from tests.content.making import SECRET


def picture(seed, size=(320, 240)):
    rng = np.random.default_rng(seed)
    made = Image.new("RGB", size, tuple(rng.integers(0, 255, 3).tolist()))
    draw = ImageDraw.Draw(made)
    for _ in range(12):
        x, y, w, h = (rng.random(4) * [size[0], size[1], size[0] / 2, size[1] / 2]).tolist()
        draw.ellipse((x - w / 2, y - h / 2, x + w / 2, y + h / 2), tuple(rng.integers(0, 255, 3).tolist()))
    return made


def file_of(made, kind="png", **options):
    file = BytesIO()
    made.save(file, kind, **options)
    return file.getvalue()


def test_a_picture_sent_on_is_the_same_and_another_is_not():
    first = picture(1)
    again = [
        file_of(first, "jpeg", quality=40),
        file_of(first.resize((160, 120)), "webp"),
        file_of(ImageEnhance.Brightness(first).enhance(1.1)),
        file_of(first.convert("L"), "gif"),
    ]
    hashes = hash_images([file_of(first), *again, *(file_of(picture(seed)) for seed in range(2, 12))])
    found = HammingIndex(SECRET, 16 << 20).lookup_or_add(hashes, np.ones(15, np.uint32))
    assert (found.cluster == found.cluster[0]).tolist() == [True] * 5 + [False] * 10


@pytest.mark.parametrize("data", [b"", b"no picture", file_of(picture(1))[:200]])
def test_what_is_no_picture_is_named(data):
    with pytest.raises(InputError, match=r"picture 1: image: .* is not a picture that can be read"):
        hash_images([file_of(picture(1)), data])


def test_a_picture_of_too_many_pixels_is_not_unpacked():
    side = int(PIXELS_MAX**0.5) + 1
    with pytest.raises(InputError, match="is not at most 50000000 pixels"):
        hash_images([file_of(Image.new("1", (side, side)))])
