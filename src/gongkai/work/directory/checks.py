"""A year's check on how the catalogue is carried out: drawing the lot (pure), and the result in words."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from html import escape

from gongkai.core.acts.digest import digest
from gongkai.core.units.models import Body
from gongkai.lib.chinese.numerals import percent
from gongkai.work.directory.coverage import Cell
from gongkai.work.directory.models import CheckedCell, Verdict, YearlyCheck


def draw(cells: Sequence[Cell], size: int, seed: str) -> list[Cell]:
    """Draw cells that name a unit by lot: of each domain one at least, the rest wherever the lot falls.

    The lot is the digest of the seed with the item's mark and the unit's number: whoever has seed and catalogue draws the same again.
    """
    lots = sorted((cell for cell in cells if cell.body is not None), key=lambda one: _lot(one, seed))
    first: dict[str, Cell] = {}
    for cell in lots:
        first.setdefault(cell.item.catalogue.domain, cell)
    drawn = list(first.values())[: max(size, 0)]
    there = {id(cell) for cell in drawn}
    drawn += [cell for cell in lots if id(cell) not in there][: max(0, size - len(drawn))]
    return sorted(drawn, key=lambda one: (one.item.catalogue.domain, one.item.position, _number(one.body)))


def _lot(one: Cell, seed: str) -> str:
    return digest(f"{seed}/{one.item.key}/{_number(one.body)}".encode())


def _number(body: Body | None) -> int:
    return body.pk if body else 0


def result_html(check: YearlyCheck, cells: Iterable[CheckedCell]) -> str:
    """Return the result as the public reads it: how it was done, sums by domain and unit, what was found."""
    rows = list(cells)
    who = f"委托{escape(check.third_party)}" if check.third_party else "组织"
    good = sum(checked_cell.verdict == Verdict.GOOD for checked_cell in rows)
    parts = [
        f"<p>{escape(check.government.name)}{who}对{check.year}年基层政务公开标准目录的落实情况进行抽查：按目录应由各单位主动公开的"
        f"{check.among}项中随机抽取{len(rows)}项（每个领域至少一项），逐项核对是否公开、是否按时、内容是否符合要求。"
        f"符合的{good}项，占{percent(good, len(rows)) or 0}%。</p>",
        _table("按领域", "领域", rows, lambda one: one.item.catalogue.domain),
        _table("按单位", "单位", rows, lambda one: one.unit.label),
    ]
    found = [checked_cell for checked_cell in rows if checked_cell.verdict != Verdict.GOOD]
    if found:
        listed = "".join(
            f"<li>{escape(checked_cell.item.catalogue.domain)}领域“{escape(checked_cell.item.title)}”（{escape(checked_cell.unit.label)}）："
            f"{checked_cell.get_verdict_display()}。{escape(checked_cell.words)}</li>"
            for checked_cell in found
        )
        parts.append(f"<h2>发现的问题</h2><ul>{listed}</ul>")
    return "".join(parts)


def _table(caption: str, head: str, rows: Sequence[CheckedCell], key: Callable[[CheckedCell], str]) -> str:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for checked_cell in rows:
        counts[key(checked_cell)][checked_cell.verdict] += 1
    heads = "".join(f'<th scope="col">{label}</th>' for label in (head, "抽查", *Verdict.labels))
    lines = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{sum(some.values())}</td>'
        + "".join(f"<td>{some[value]}</td>" for value in Verdict.values)
        + "</tr>"
        for name, some in counts.items()
    )
    return f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
