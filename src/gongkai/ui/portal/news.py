"""News lists of the home page: policies and other news, with similar reports grouped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gongkai.content.editions.models import Shelf
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.lib.chinese import lazy_re as re

#: Kinds of the policy list; all others are in the second list.
POLICY_LIST_KINDS = tuple(
    dict.fromkeys([*POLICY_KINDS, ItemKind.POLICY, ItemKind.NORMATIVE, ItemKind.PLAN, ItemKind.INTERPRETATION])
)
#: Kinds of news; 其他信息 are mostly lists and notes of the site itself, shown only if there is nothing else.
NEWS_KINDS = tuple(kind for kind in ItemKind.values if kind not in {*POLICY_LIST_KINDS, ItemKind.OTHER})
#: Kind of information → Chinese label.
KIND_LABELS = {str(kind): str(label) for kind, label in ItemKind.choices}
#: Rows per list, rows read, and number of similar rows that are grouped.
ROWS_PER_LIST, LOOKED_AT, MIN_GROUPED_ROWS = 4, 40, 3
_PERIOD = re.compile(
    r"第?[0-9〇零一二三四五六七八九十]+(?:年度?|月份?|季度|周|期|号|日|次|批)|[0-9]+|上半年|下半年|本周|（总.*?）|第?[一二三四]季度"
)


@dataclass
class NewsLine:
    """A line of a list: a document, and similar ones of other units or months (`alike`) grouped
    below it."""

    row: Shelf
    kind: str = ""
    unit: str = ""
    alike: list[Shelf] = field(default_factory=list)


def title_pattern(title: str, names: Sequence[str]) -> str:
    """Return a title without unit names, periods and numbers.

    >>> title_pattern("市财政局2026年10月财政收支情况", ["市财政局"])
    '财政收支情况'
    """
    for name in names:
        title = title.replace(name, "")
    return _PERIOD.sub("", title).strip(" 《》关于的")


def group_rows(rows: Iterable[Shelf], size: int = ROWS_PER_LIST) -> list[NewsLine]:
    """Return the newest `size` lines; rows of one title pattern become one line if there are
    `MIN_GROUPED_ROWS`."""
    keyed = []
    for row in rows:
        names = [name for name in (row.body.name, row.body.short_name) if name]
        line = NewsLine(row, KIND_LABELS.get(row.kind, ""), row.body.label)
        keyed.append((title_pattern(row.title, sorted(names, key=len, reverse=True)), line))
    counts: dict[str, int] = {}
    for key, _ in keyed:
        counts[key] = counts.get(key, 0) + 1
    lines: list[NewsLine] = []
    first: dict[str, NewsLine] = {}
    for key, line in keyed:
        if counts[key] >= MIN_GROUPED_ROWS and key in first:
            first[key].alike.append(line.row)
        else:
            first[key] = line
            lines.append(line)
    return lines[:size]
