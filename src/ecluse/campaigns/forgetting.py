"""Forgetting one account: nothing of it is left in the graph but its part in sums."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecluse.campaigns.graph import clear_account, clear_tie
from ecluse.compiled import kernel
from ecluse.content.slots import USED, find, unname

_U = np.uint64


@kernel
def forget_account(graph: Any, key: Any) -> None:
    """Blank an account's row and its ties. Their slots stay where they are in line, under keys that nobody has.

    Cost: one pass over all ties. What members of campaigns are is seen at the next look.
    """
    if len(graph.accounts.rows) == 0:
        return
    for slot in range(graph.ties.control[USED]):
        if graph.ties.rows[slot].account == key:
            thing, sort = graph.ties.rows[slot].thing, graph.ties.rows[slot].sort
            clear_tie(graph.ties.rows[slot], _U(0), thing, sort, 0)
            unname(graph.ties, slot)
    slot = find(graph.accounts, key)
    if slot >= 0:
        clear_account(graph.accounts.rows[slot], 0)
        row = graph.accounts.rows[slot]
        for k in range(len(row.minima)):
            row.minima[k] = 0
        unname(graph.accounts, slot)
