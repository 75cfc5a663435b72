"""Average linkage over a sparse graph: groups grow by the pair of groups that are most alike on average."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from rag.progress import SILENT, Progress


@dataclass(frozen=True, slots=True)
class Edge:
    """How much alike the items `first` and `second` are."""

    first: int
    second: int
    weight: float


def average_linkage(
    items: int, edges: Iterable[Edge], bar: float, absent: float, progress: Progress = SILENT
) -> list[list[int]]:
    """Group the items 0 to items - 1, until no two groups are alike by `bar` on average over all pairs of members.

    Pairs without an edge count as `absent`, which must be below `bar`. Time grows with the number of edges, and not
    with that of all pairs. Groups and their members come in ascending order.
    """
    members = {i: [i] for i in range(items)}
    links: dict[int, dict[int, float]] = {i: {} for i in range(items)}
    for edge in edges:
        # The sum over pairs of what exceeds `absent`: then a pair without an edge adds nothing.
        links[edge.first][edge.second] = links[edge.second][edge.first] = edge.weight - absent
    heap = [(-weight - absent, i, j) for i, row in links.items() for j, weight in row.items() if i < j]
    heap = [entry for entry in heap if -entry[0] >= bar]
    heapq.heapify(heap)
    following = items
    while heap:
        progress.check()
        _, i, j = heapq.heappop(heap)
        if i not in members or j not in members:
            continue
        merged = links.pop(i)
        for other, weight in links.pop(j).items():
            merged[other] = merged.get(other, 0.0) + weight
        merged.pop(i, None)
        merged.pop(j, None)
        members[following] = sorted(members.pop(i) + members.pop(j))
        links[following] = merged
        for other, weight in merged.items():
            row = links[other]
            row.pop(i, None)
            row.pop(j, None)
            row[following] = weight
            mean = absent + weight / (len(members[following]) * len(members[other]))
            if mean >= bar:
                heapq.heappush(heap, (-mean, other, following))
        following += 1
    return sorted(members.values())
