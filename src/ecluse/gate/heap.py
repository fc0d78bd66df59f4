"""A binary heap in an array of uint64: the earliest moment first, without sorting those that nobody asks for.

Source: J. W. J. Williams, Algorithm 232: Heapsort, CACM 7/6, 1964; building by R. W. Floyd, CACM 7/12, 1964.
"""

from __future__ import annotations

from typing import Any

from ecluse.compiled import kernel, leaf


@kernel
def heapify(heap: Any, n: int) -> None:
    """Order ``heap[:n]`` so that the smallest stands first."""
    for root in range(n // 2 - 1, -1, -1):
        _sift_down(heap, root, n)


@kernel
def pop(heap: Any, n: int) -> int:
    """Drop the smallest of ``heap[:n]``, which stands first. Returns how many are left."""
    n -= 1
    heap[0] = heap[n]
    _sift_down(heap, 0, n)
    return n


@leaf
def _sift_down(heap: Any, root: int, n: int) -> None:
    value = heap[root]
    child = 2 * root + 1
    while child < n:
        if child + 1 < n and heap[child + 1] < heap[child]:
            child += 1
        if value <= heap[child]:
            break
        heap[root] = heap[child]
        root = child
        child = 2 * root + 1
    if n > 0:
        heap[root] = value
