"""Tasks as records of label lines: 工作任务：… 工作措施：… 责任单位：…, the same labels in each; a table whose heads are the labels."""

from collections import Counter

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.document import Block, Cell, Grid, Line, Paragraph, make_cell, over_the_width
from gongkai.lib.reading.layouts.align import is_units
from gongkai.lib.reading.tables.heads import Role, assign, is_head, is_head_row
from gongkai.lib.reading.words.numbering import number_of

_LABELLED = re.compile(
    rf"^[\s|]*(?:(?:\d{{1,2}}[．.、]|[（(]\d{{1,2}}[）)])\s*)?(?P<label>[{HAN}（）()/／、]{{2,12}})\s*(?:[:：]|[|│]|\t)\s*(?P<value>.*?)[\s|]*$"
)


def record_blocks(lines: list[str]) -> list[Block] | None:
    """Return the table with what stands before and behind it; None where fewer than two records have the same labels.

    A record begins with the label that begins the first one. It must say what is to be done and under which task, in labels of
    their own; where only units stand behind labels the text is running text.
    """
    labelled = [_label(line) for line in lines]
    counts = Counter(label for label, _ in labelled if label)
    first = next((label for label, _ in labelled if counts[label] > 1), "")
    if not first:
        return None
    start = next(n for n, (label, _) in enumerate(labelled) if label == first)
    heads = [
        label for label in dict.fromkeys(label for label, _ in labelled[start:] if label) if counts[label] > 1
    ]
    if named := _named_by_numbers(lines, labelled, heads, first):
        return named
    roles = assign(heads)
    if not is_head_row(heads) or Role.MEASURE not in roles or roles.index(Role.MEASURE) > 4:
        return None
    if roles[0] not in (Role.SECTION, Role.EXTRA) and not all(
        is_units(value) for label, value in labelled if label == first
    ):
        return None
    return _table(lines, labelled, heads, start - _headings_above(lines, start))


_TASK = "工作举措"
#: What a record says of how well it is to be done, and no more.
_STANDARD = re.compile(r"(?:工作|完成|质量|达到|具体)?(?:标准|要求|目标|成果|成效)")


def _named_by_numbers(
    lines: list[str], labelled: list[tuple[str, str]], heads: list[str], first: str
) -> list[Block] | None:
    """（一）改版政策文件库 above 牵头：… 时限：… 标准：…: the numbered line is what is to be done, and no label says it."""
    roles = assign(heads)
    texts = [head for head, role in zip(heads, roles, strict=True) if role in (Role.MEASURE, Role.SECTION)]
    if not texts or not all(_STANDARD.fullmatch(head) for head in texts) or not is_head_row([_TASK, *heads]):
        return None
    begins = [n for n, (label, _) in enumerate(labelled) if label == first]
    above = [next((m for m in range(n - 1, -1, -1) if lines[m].strip()), -1) for n in begins]
    if any(m < 0 or labelled[m][0] or number_of(lines[m]) is None for m in above):
        return None
    named = [(_TASK, value) if n in above else (label, value) for n, (label, value) in enumerate(labelled)]
    return _table(lines, named, [_TASK, *heads], above[0] - _headings_above(lines, above[0]))


def _headings_above(lines: list[str], place: int) -> int:
    """How many lines right above are headings of higher and higher levels."""
    count, deepest = 0, number_of(lines[place])
    depth = deepest.depth if deepest else 3
    while place - count > 0:
        text = lines[place - count - 1].strip()
        number = number_of(text)
        if (
            number is None
            or number.depth >= min(depth, 3)
            or len(text) > _LONGEST_HEADING
            or text.endswith("。")
        ):
            break
        count, depth = count + 1, number.depth
    return count


_LONGEST_HEADING = 40


def _label(line: str) -> tuple[str, str]:
    match = _LABELLED.match(line)
    return (
        (match["label"], match["value"].strip()) if match and is_head(match["label"]) else ("", line.strip())
    )


def _table(lines: list[str], labelled: list[tuple[str, str]], heads: list[str], start: int) -> list[Block]:
    grid = [Line([Cell(head) for head in heads])]
    record: dict[str, str] = {}
    stray: list[str] = []  # what stands in no record: it is shown behind the table
    last = ""
    end = max(n for n, (label, _) in enumerate(labelled) if label in heads) + 1
    for label, value in labelled[start:end]:
        number = number_of(value) if not label else None
        if label == heads[0] or (number and number.depth <= 2):
            _close(grid, record, heads)
            last = ""
        if number and number.depth <= 2:
            grid.append(over_the_width(value, len(heads)))
        elif label in heads:
            if _begins_again(label, record, heads):
                above = {head: record[head] for head in heads[: heads.index(label)] if head in record}
                _close(grid, record, heads)
                record.update(above)  # 一级指标 holds for each 二级指标 below it
            record[label] = f"{record.get(label, '')}\n{value}".strip()
            last = label
        elif value and last:
            record[last] = f"{record[last]}\n{f'{label}：{value}' if label else value}"
        elif value:
            stray.append(f"{label}：{value}" if label else value)
    _close(grid, record, heads)
    before, after = (
        [Paragraph(text) for text in part if text.strip()] for part in (lines[:start], [*stray, *lines[end:]])
    )
    return [*before, Grid(grid), *after]


def _begins_again(label: str, record: dict[str, str], heads: list[str]) -> bool:
    """True for a label that the record has, and labels behind it, too: another record under the same headings."""
    return label in record and any(head in record for head in heads[heads.index(label) + 1 :])


def _close(grid: list[Line], record: dict[str, str], heads: list[str]) -> None:
    if record:
        grid.append(Line([make_cell(record.get(head, "")) for head in heads]))
        record.clear()
