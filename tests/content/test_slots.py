from collections import OrderedDict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecluse.compiled import kernel
from ecluse.content.slots import GIVEN_UP, USED, Slots, find, take, touch


@kernel
def see(slots, key, at_s, since_s):
    slot = find(slots, key)
    if slot < 0:
        return take(slots, key, at_s, since_s)
    touch(slots, slot, at_s)
    return slot


@kernel
def look(slots, key):
    return find(slots, key)


keys = st.integers(1, 12).map(lambda n: n * 8)
"""Few keys, which all want the same place of a small table."""


@given(st.integers(1, 6), st.lists(st.tuples(keys, st.integers(1, 50)), max_size=60))
def test_the_keys_seen_last_are_remembered(n_slots, seen):
    slots, model, lost = Slots.new(n_slots), OrderedDict(), 0
    for key, at_s in seen:
        if key in model:
            model[key] = max(model[key], at_s)
        else:
            if len(model) == n_slots:
                _, last_s = model.popitem(last=False)
                lost += last_s > 20
            model[key] = at_s
        model.move_to_end(key)
        slot = see(slots, np.uint64(key), np.uint32(at_s), 20)
        assert (slots.keys[slot], slots.last_s[slot]) == (key, model[key])
        found = {key: int(look(slots, np.uint64(key))) for key in range(8, 104, 8)}
        assert {key for key, slot in found.items() if slot >= 0} == set(model)
    assert slots.control[USED] == len(model)
    assert slots.control[GIVEN_UP] == lost
