"""Read texts on migration lists in portions, for `audit verify`."""

from collections import OrderedDict
from typing import NamedTuple

from gongkai.content.migration.models import MigratedText

#: Texts that are read together, and how many such blocks are kept: movements name texts about in their order.
BLOCK, KEPT = 1000, 16


class Text(NamedTuple):
    """What is asked of a listed text."""

    order: int
    key: str
    content_digest: str
    decided: bool


class Texts:
    """Looks texts up by number and forgets what was not asked for lately."""

    def __init__(self) -> None:
        self._blocks: OrderedDict[int, dict[int, Text]] = OrderedDict()

    def get(self, number: int) -> Text | None:
        """Return a text; None where there is none of this number."""
        block = number // BLOCK
        if block not in self._blocks:
            self._blocks[block] = _read(block)
            if len(self._blocks) > KEPT:
                self._blocks.popitem(last=False)
        self._blocks.move_to_end(block)
        return self._blocks[block].get(number)


def _read(block: int) -> dict[int, Text]:
    rows = MigratedText.objects.filter(pk__gte=block * BLOCK, pk__lt=(block + 1) * BLOCK)
    fields = rows.values_list("pk", "order_id", "key", "content_digest", "decided_by")
    return {pk: Text(order, key, mark, bool(decided)) for pk, order, key, mark, decided in fields}


class Numbers:
    """A set of many numbers that lie close together: one bit for each.

    >>> seen = Numbers()
    >>> [seen.add(number) for number in (7, 10**9, 7)]
    [True, True, False]
    """

    def __init__(self) -> None:
        self._blocks: dict[int, bytearray] = {}

    def add(self, number: int) -> bool:
        """Add a number; return whether it is new."""
        block, bit = divmod(number, 8 * 4096)
        bits = self._blocks.setdefault(block, bytearray(4096))
        byte, mask = bit // 8, 1 << bit % 8
        new = not bits[byte] & mask
        bits[byte] |= mask
        return new
