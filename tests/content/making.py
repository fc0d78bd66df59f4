"""What tests of content share."""

import numpy as np
from hypothesis import strategies as st

from ecluse.content.column import as_texts
from ecluse.content.fingerprint import Fingerprinter
from ecluse.content.normal import Desk, normalise, normalise_one

SECRET = b"a secret of tests"
FINGERPRINTER = Fingerprinter(SECRET)
DESK = Desk.new()

OFFER = "Congratulations, you have been chosen for a holiday for two by the sea, answer yes today"
OTHER = "The meeting was moved to the small room behind the library because of the painters"

texts = st.text(st.characters(exclude_categories=()), max_size=80)
"""Any text, lone surrogates among its characters."""


def normal(text):
    """The normal form of one text."""
    return normalise([text])[0].as_py()


def links_in(text):
    """(normal form, registered domains of its links)."""
    column = as_texts([text])
    _, links = normalise_one(DESK, column.data, 0, column.offsets[1])
    found = [DESK.links[k] for k in range(links)]
    return normal(text), ["".join(map(chr, DESK.light[start:stop])) for _, _, start, stop in found if stop]


def prints_of(*given):
    """Fingerprints of texts."""
    return FINGERPRINTER.fingerprint(list(given))


def seconds(*at_s):
    """A column of seconds."""
    return np.array(at_s, np.uint32)
