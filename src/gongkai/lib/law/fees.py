"""Processing fees for information requests: 政府信息公开信息处理费管理办法 (国办函〔2020〕109号).

By item (按件, art. 4): counted per applicant and calendar month, progressive. By page (按量): per request, progressive. One request is
charged by one of the two, never by both (art. 3).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Document number of the regulation.
FEE_SOURCE = "国办函〔2020〕109号"
#: By page: (last page of the step, yuan per page); the last step has no end.
FEE_STEPS_BY_PAGE: tuple[tuple[int | None, int], ...] = ((30, 0), (100, 10), (200, 20), (None, 40))
#: By item: (last item of the step, yuan per item); beyond them every ten items cost a hundred yuan more each.
FEE_STEPS_BY_ITEM: tuple[tuple[int, int], ...] = ((10, 0), (30, 100))
ITEMS_PER_STEP, ITEM_PRICE_RISE, FIRST_RISING_ITEM_PRICE = 10, 100, 200
#: Steps told line by line; a count beyond them is summed up in the last line.
_MAX_STEP_LINES = 50


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One step of a fee: units `first` to `last` at `price` yuan (None: rising)."""

    first: int
    last: int
    price: int | None
    yuan: int


@dataclass(frozen=True, slots=True)
class ProcessingFee:
    """A processing fee in whole yuan with its steps."""

    yuan: int
    lines: tuple[FeeLine, ...]


def compute_item_fee(before: int, new: int) -> ProcessingFee:
    """Return the fee for `new` items after `before` items in the same calendar month.

    Args:
        before: items already made this month, from 0 up.
        new: items now, from 0 up.

    Returns:
        The fee in yuan: items 1-10 free, 11-30 100 yuan each, then 200 each for 31-40 and 100 more for every further ten.
    """
    total = before + new
    lines: list[FeeLine] = []
    for first, last, price in _iterate_item_steps(before + 1, total):
        if len(lines) == _MAX_STEP_LINES:
            lines.append(
                FeeLine(first, total, None, _compute_fee_of_first_items(total) - _compute_fee_of_first_items(first - 1))
            )
            break
        lines.append(FeeLine(first, last, price, (last - first + 1) * price))
    return ProcessingFee(_compute_fee_of_first_items(total) - _compute_fee_of_first_items(before), tuple(lines))


def compute_page_fee(pages: int) -> ProcessingFee:
    """Return the fee by pages: to 30 free, to 100 10 yuan, to 200 20, then 40 yuan each."""
    lines, done = [], 0
    for end, price in FEE_STEPS_BY_PAGE:
        last = pages if end is None else min(end, pages)
        if last > done:
            lines.append(FeeLine(done + 1, last, price, (last - done) * price))
            done = last
    return ProcessingFee(sum(line.yuan for line in lines), tuple(lines))


def describe_free_amount() -> str:
    """Return the free items and pages in words."""
    items, pages = FEE_STEPS_BY_ITEM[0][0], FEE_STEPS_BY_PAGE[0][0]
    return f"按件计收的，同一申请人当月{items}件以内（含此前的）不收费；按量计收的，{pages}页以内不收费。"


def get_fee_schedule() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the fee schedule for publication: `by_item` and `by_page`, each (range, price)."""
    items = [*_format_steps(FEE_STEPS_BY_ITEM, "件")]
    start = FEE_STEPS_BY_ITEM[-1][0] + 1
    items.append((f"{start}至{start + ITEMS_PER_STEP - 1}件", f"每件{FIRST_RISING_ITEM_PRICE}元"))
    items.append((f"{start + ITEMS_PER_STEP}件以上", f"每再增加{ITEMS_PER_STEP}件，其每件增加{ITEM_PRICE_RISE}元"))
    return {"by_item": tuple(items), "by_page": tuple(_format_steps(FEE_STEPS_BY_PAGE, "页"))}


def _format_steps(steps: Iterable[tuple[int | None, int]], unit: str) -> Iterator[tuple[str, str]]:
    """Yield (range of items, price) in Chinese."""
    first = 1
    for last, price in steps:
        yield (f"{first}至{last}{unit}" if last else f"{first}{unit}以上", f"每{unit}{price}元" if price else "不收费")
        first = (last or 0) + 1


def _compute_fee_of_first_items(count: int) -> int:
    """Return the fee of the first `count` items of a month."""
    yuan, done = 0, 0
    for last, price in FEE_STEPS_BY_ITEM:
        yuan += max(0, min(count, last) - done) * price
        done = last
    full, items_in_last_step = divmod(max(0, count - done), ITEMS_PER_STEP)
    yuan_of_full_steps = ITEMS_PER_STEP * (full * FIRST_RISING_ITEM_PRICE + ITEM_PRICE_RISE * (full * (full - 1) // 2))
    return yuan + yuan_of_full_steps + items_in_last_step * (FIRST_RISING_ITEM_PRICE + full * ITEM_PRICE_RISE)


def _iterate_item_steps(first: int, upto: int) -> Iterator[tuple[int, int, int]]:
    """Yield (first, last, price) for the items from `first` to `upto`."""
    while first <= upto:
        last, price = _find_item_step(first)
        yield first, min(last, upto), price
        first = last + 1


def _find_item_step(item: int) -> tuple[int, int]:
    """Return (last item, price) of the step that an item is in."""
    for last, price in FEE_STEPS_BY_ITEM:
        if item <= last:
            return last, price
    step = (item - FEE_STEPS_BY_ITEM[-1][0] - 1) // ITEMS_PER_STEP
    return FEE_STEPS_BY_ITEM[-1][0] + (step + 1) * ITEMS_PER_STEP, FIRST_RISING_ITEM_PRICE + step * ITEM_PRICE_RISE
