"""Tables of labels and values (工作任务 | …, 责任单位 | …), one for each task or all of them below each other: turned into one task a row."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Cell, Grid, Line, State, make_cell, over_the_width
from gongkai.lib.reading.tables.heads import Role, bare_head, is_head, is_head_row, meanings

Pair = tuple[str, str]


def from_cards(grid: Grid) -> Grid:
    """Return the grid with a row for each card; the grid itself where labels do not stand left of their values."""
    grid = _without_top(grid)
    width = grid.width
    if width not in (2, 4) or not any(len(_pairs(line)) * 2 == width for line in grid.lines):
        return _turned(grid)
    if any(is_head_row([cell.text for cell in line.cells]) for line in grid.lines[:12]):
        return grid
    pairs = [_pairs(line) or _unknown_pair(line) for line in grid.lines]
    labelled = [pair for line in pairs for pair in line]
    heads = list(dict.fromkeys(label for label, _ in labelled))
    if (
        len(heads) < 3
        or sum(bool(_pairs(line)) for line in grid.lines) * 5 < len(pairs) * 4
        or not is_head_row(heads)
        or not _says_what(heads)
    ):
        return grid
    cards: list[dict[str, str]] = []
    for line, found in zip(grid.lines, pairs, strict=True):
        again = bool(cards) and any(label in cards[-1] for label, _ in found)
        if not cards or not found or again:
            cards.append({})
        if not found and (text := "".join(cell.text for cell in line.cells)):
            cards[-1][_TITLE] = text
        cards[-1].update(found)
    columns = [_TITLE, *heads] if any(_TITLE in card for card in cards) and _may_head(heads) else heads
    rows = [
        Line([make_cell(card.get(head, "")) for head in columns]) for card in cards if set(card) - {_TITLE}
    ]
    titles = [card[_TITLE] for card in cards if _TITLE in card and columns is heads]
    return Grid(
        [
            *(over_the_width(text, len(columns)) for text in titles),
            Line([Cell(head) for head in columns]),
            *rows,
        ],
        grid.exact,
    )


#: What a card prints over its labels and its values.
_TOP = re.compile(r"(?:项目|事项|名称|栏目|要素|类别|字段|序号)")
_OVER = re.compile(r"(?:具体)?(?:内容|说明|要求|情况|填写内容)")


def _without_top(grid: Grid) -> Grid:
    """事项 | 内容 over a card says nothing of its own."""
    texts = [bare_head(cell.text) for cell in grid.lines[0].cells] if grid.lines else []
    top = len(texts) == 2 and _TOP.fullmatch(texts[0]) and _OVER.fullmatch(texts[1])
    below = Grid(grid.lines[1:], grid.exact)
    return below if top and all(_pairs(line) for line in below.lines[:3]) and len(below.lines) >= 3 else grid


def _turned(grid: Grid) -> Grid:
    """Heads in the first column and a task in each of the others: rows become columns."""
    lines = [line for line in grid.lines if line.cells and line.cells[0].text]
    heads = [line.cells[0].text for line in lines]
    width = grid.width
    whole = len(lines) == len(grid.lines) and all(len(line.cells) == width for line in lines)
    if (
        not whole
        or width < 3
        or not all(map(is_head, heads))
        or not is_head_row(heads)
        or not _says_what(heads)
    ):
        return grid
    turned = zip(*(line.cells for line in lines), strict=True)
    swapped = {State.LEFT: State.COVERED, State.COVERED: State.LEFT}
    return Grid(
        [
            Line([Cell(cell.text, swapped.get(cell.state, cell.state)) for cell in column])
            for column in turned
        ],
        grid.exact,
    )


#: What stands over a whole card is the name of its task.
_TITLE = "任务名称"


def _pairs(line: Line) -> list[Pair]:
    """The labels of a line with their values; empty where a value has no label or is one itself."""
    texts = [cell.text for cell in line.cells]
    if any(cell.state is State.LEFT for cell in line.cells[:2]):
        return []
    pairs = [(_uncounted(bare_head(texts[n])), texts[n + 1]) for n in range(0, len(texts) - 1, 2) if texts[n]]
    good = all(
        is_head(label) and not (value and is_head(value) and meanings(value)) for label, value in pairs
    )
    return pairs if pairs and good else []


def _uncounted(label: str) -> str:
    """督办事项二 is 督办事项, where that is a head and the whole is none."""
    bare = re.sub(r"(?<=.{3})(?:[一二三四五六七八九十]{1,3}|\d{1,2})$", "", label)
    return bare if bare != label and is_head(bare) and not is_head(label) else label


def _unknown_pair(line: Line) -> list[Pair]:
    """A short label that no rule knows, left of its value, among those of a card."""
    texts = [cell.text for cell in line.cells]
    short = len(texts) == 2 and all(texts) and len(bare_head(texts[0])) <= _SHORT_LABEL
    plain = short and not re.search(r"[，。；、：\d]", texts[0]) and line.cells[1].state is not State.LEFT
    return [(bare_head(texts[0]), texts[1])] if plain else []


_SHORT_LABEL = 6


def _says_what(heads: list[str]) -> bool:
    return any(role in (Role.MEASURE, Role.SECTION) for head in heads for role, _ in meanings(head))


def _may_head(heads: list[str]) -> bool:
    return not any(role is Role.SECTION and rank >= 8 for head in heads for role, rank in meanings(head))
