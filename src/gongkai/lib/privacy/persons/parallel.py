"""Find names at the same position of parallel parts: list sentences, rows without headers."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_word_group
from gongkai.lib.privacy.digits import find_near_sign
from gongkai.lib.privacy.persons import context, lines, right_context, shape
from gongkai.lib.privacy.persons.name_matches import NameEvidence, NameMatch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, is_possible_name
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import get_line_around

_LIST_PART_RE = re.compile(r"[^;；\n]+")
_PART_HEAD_RE = re.compile(rf"\s*(?:[(]?[0-9]{{1,3}}[).、:]?\s?)?(?P<run>[{HAN}]{{3,9}})")
_DIGIT = re.compile(r"[0-9]")


def find_sentence_list_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield the names that open at least three sentences of a list."""
    group: list[tuple[int, int]] = []
    last_end = -2
    for list_part in _LIST_PART_RE.finditer(search_text.text):
        head = _find_part_head(search_text, list_part)
        if head and list_part.start() <= last_end + 2:
            group.append(head)
        else:
            yield from _find_opening_names(search_text, group)
            group = [head] if head else []
        last_end = list_part.end()
    yield from _find_opening_names(search_text, group)


def _find_part_head(search_text: SearchText, part: re.Match[str]) -> tuple[int, int] | None:
    """Return (start, end) of the name before a digit that opens a list item, or None."""
    text = part[0]
    match = _PART_HEAD_RE.match(text, text.rfind(":", 0, 60) + 1)
    if not match or not _DIGIT.search(text, match.end("run")):
        return None
    start = part.start() + match.start("run")
    size = shape.get_surname_size(match["run"])
    if not size or (len(search_text.word(start)) > 1 and shape.is_ordinary_word(search_text.word(start))):
        return None
    end = shape.find_name_end(search_text, start, size)
    office = right_context.is_official_after(search_text, end) or right_context.is_continued_as_place(search_text, end)
    return (
        None
        if office or end - start < 2 or not shape.HAN_CHARACTER_PATTERN.match(search_text.text[end : end + 1] or " ")
        else (start, end)
    )


def _find_opening_names(search_text: SearchText, group: list[tuple[int, int]]) -> Iterator[NameMatch]:
    """Yield the names that open similar list items (`group`: spans)."""
    next_characters = {search_text.text[end : end + 1] for _, end in group}
    if len(group) < (2 if len(next_characters) == 1 else 3) or lines.is_public_line(
        get_line_around(search_text, group[0][0], 60)
    ):
        return
    names = [search_text.text[start:end] for start, end in group]
    if sum(has_clear_name_shape(name) for name in names) * 3 < 2 * len(names):
        return
    for (start, end), name in zip(group, names, strict=True):
        if is_possible_name(name, NameEvidence.LIST):
            yield start, end, "list", ""


_GOODS_QUANTITY = (
    r"(?:(?:[0-9]{1,2}[人口],?)?[0-9][0-9,.]{0,9}\s?(?:万元|元|床|件|套|袋|公斤|千克|斤|吨|桶|箱|盒|亩|平方米|只|头|羽|尾|株|棵|户|台|辆|部|"
    r"个|瓶|份|天|个?工日|小时|次|米|立方米|方|块|张|双|条|把|根|壶))"
)
_NAME_AND_QUANTITY_RE = re.compile(
    rf"(?P<run>[{HAN}]{{2,9}}(?:[·•・][{HAN}]{{1,9}})?)\s?(?:\([^()\n]{{1,20}}\))?{_GOODS_QUANTITY}(?=[、，,；;。\s]|$)"
)
_QUANTITY_WITH_UNIT_RE = re.compile(
    r"[0-9][0-9,.]{0,9}\s?[万元床件套袋公千斤吨桶箱盒亩平只头羽尾株棵户台辆部个瓶份天工小次米立方块张双条把根壶]"
)
#: A name behind the number of a flat, a plot or a person's own: 502应采儿、 0132号姜永福（…）.
_NUMBERED_NAME_RE = re.compile(
    rf"(?<![0-9A-Za-z.])[0-9]{{2,5}}(?:室|号|房)?(?P<run>[{HAN}]{{2,4}}(?:[·•・][{HAN}]{{1,9}})?)"
    r"(?:\([^()\n]{1,30}\))?(?=[、，,；;。\s]|$)"
)
#: A name behind a class: 高一（3）班喻文波、 小一班…
_NAME_AFTER_CLASS_RE = re.compile(
    rf"(?:[一二三四五六七八九高初][一二三]?(?:年级)?[(][0-9]{{1,2}}[)]|[大中小][一二三四五六]?)班\s?(?P<run>[{HAN}]{{2,4}})"
    r"(?:\([^()\n]{1,30}\))?(?=[、，,；;。\s]|$)"
)
#: Words before a list of persons, and before a list of amounts, mostly of persons.
_LIST_LABEL_RE = re.compile(r"(?:名单|农民工|工人|人员|户主|村民|农户)[:：]\s?\Z")
_AMOUNTS_LABEL_RE = re.compile(
    r"(?:名单|名册|[明清]细表?|[清花]名?册|台账|一览|[登汇统公]\S{0,2}[记总计示]表?|发放\S{0,4}|补[助贴偿]\S{0,4}|救助\S{0,4}|公示|情况|如下|对象|户|表)[:：]?\s{0,2}(?:[(]?[0-9]{1,3}[.、)]\s?)?\Z"
)
_MONEY_AMOUNT_RE = re.compile(r"\s?(?:\([^()\n]{1,20}\))?\s?[0-9][0-9,.]{0,9}\s?万?元")
#: Separator of two items: punctuation or a line end, then the number of the next one.
_BETWEEN_ITEMS_RE = re.compile(r"[、，,；;。\s]{0,2}(?:[(]?[0-9]{1,3}[.、)]\s?)?")
_LEAD_WORDS = read_word_group("roles", "lead") | {"发给"}


def find_names_with_quantities(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield names with quantities (申时芳2床、朗明贵3床) or numbers (501祝小满、502…)."""
    quantities = find_near_sign(_NAME_AND_QUANTITY_RE, _QUANTITY_WITH_UNIT_RE, search_text.text, 44, 14)
    for matches in (
        quantities,
        _NUMBERED_NAME_RE.finditer(search_text.text),
        _NAME_AFTER_CLASS_RE.finditer(search_text.text),
    ):
        group: list[tuple[int, int]] = []
        last = 0
        for match in matches:
            span = _find_name_before_quantity(match)
            if match.start() > last + 8 or not _BETWEEN_ITEMS_RE.fullmatch(search_text.text, last, match.start()):
                yield from _find_names_in_group(search_text, group)
                group = []
            group += [span] if span else []
            last = match.end()
        yield from _find_names_in_group(search_text, group)


def _find_name_before_quantity(match: re.Match[str]) -> tuple[int, int] | None:
    """Return (start, end) of the name in the run before a quantity, or None."""
    run = match["run"]
    if len(run) < 5 or "·" in run:
        start, end = match.span("run")
        return start, end - (len(run) > 2 and run[-1] in "各均")
    for size in (3, 2, 4):
        if run[-size - 2 : -size] in _LEAD_WORDS or run[-size - 1 : -size] in _LEAD_WORDS:
            return match.end("run") - size, match.end("run")
    return None


def _find_names_in_group(search_text: SearchText, group: list[tuple[int, int]]) -> Iterator[NameMatch]:
    """Yield the names before quantities if enough of the group have the shape of names."""
    names = [search_text.text[start:end] for start, end in group]
    name_weight = sum(
        1.0 if has_clear_name_shape(name) else 0.5 * (shape.get_surname_size(name) and not shape.is_ordinary_word(name))
        for name in names
    )
    low = max(0, group[0][0] - 24) if group else 0
    listed = group and (_LIST_LABEL_RE.search(search_text.text, low, group[0][0]) or _are_paid(search_text, group))
    if listed and not any(shape.is_ordinary_word(name) or name[-1] in shape.PLACE_SUFFIXES for name in names):
        name_weight = len(names)
    elif len(group) < 3 or name_weight * 2 < len(names) or not any(map(has_clear_name_shape, names)):
        return
    for (start, end), name in zip(group, names, strict=True):
        if "·" in name or is_possible_name(name, NameEvidence.FACT):
            yield start, end, "list", ""


def _are_paid(search_text: SearchText, group: list[tuple[int, int]]) -> bool:
    """Return true if a list of amounts pays persons."""
    names = [search_text.text[start:end] for start, end in group]
    return (
        bool(_AMOUNTS_LABEL_RE.search(search_text.text, max(0, group[0][0] - 24), group[0][0]))
        and all(_MONEY_AMOUNT_RE.match(search_text.text, end) for _, end in group)
        and all(shape.get_surname_size(name) < len(name) < 5 and shape.get_surname_size(name) for name in names)
        and any(map(has_clear_name_shape, names))
    )


_TABLE_CELL_RE = re.compile(r"[^\t|｜\n]+")
_NAME_CELL_RE = re.compile(rf"[{HAN}]{{2,4}}(?:[·•・][{HAN}]{{1,9}}){{0,2}}")


def find_column_names(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield names from a column of a table without headers, of three lines or more."""
    rows: list[list[tuple[int, int]]] = []
    at = 0
    for line in search_text.source.split("\n"):
        cells = _split_cells(line, at)
        if len(cells) > 2 and (not rows or len(cells) == len(rows[-1])):
            rows.append(cells)
        else:
            yield from _find_name_columns(search_text, rows)
            rows = [cells] if len(cells) > 2 else []
        at += len(line) + 1
    yield from _find_name_columns(search_text, rows)


def _split_cells(line: str, at: int) -> list[tuple[int, int]]:
    """Return the spans of a line's cells, divided by tabs, bars or wide gaps.

    `at`: offset of the line in the text.
    """
    pattern = _TABLE_CELL_RE if any(sign in line for sign in "\t|｜") else _SPACED_CELL_RE
    if len(line) > 400 or not (pattern is _TABLE_CELL_RE or "  " in line or "\u3000" in line):
        return []
    spans = []
    for match in pattern.finditer(line):
        text = match[0].strip()
        if text:
            start = at + match.start() + len(match[0]) - len(match[0].lstrip())
            spans.append((start, start + len(text)))
    return spans


_SPACED_CELL_RE = re.compile(r"(?:[^ \u3000\n]| (?! ))+")


def _find_name_columns(search_text: SearchText, rows: list[list[tuple[int, int]]]) -> Iterator[NameMatch]:
    """Yield the names of columns in which most cells look like names."""
    if len(rows) < 2:
        return
    columns = [[search_text.text[start:end] for start, end in column] for column in zip(*rows, strict=True)]
    for place, column in enumerate(columns):
        names = [cell for cell in column if _NAME_CELL_RE.fullmatch(cell)]
        clear_names = sum(has_clear_name_shape(cell) for cell in names)
        if clear_names * 3 < 2 * len(column) or len(names) * 4 < 3 * len(column):
            continue
        for row in rows:
            start, end = row[place]
            cell = search_text.text[start:end]
            if _NAME_CELL_RE.fullmatch(cell) and (
                "·" in cell or (is_possible_name(cell, NameEvidence.FACT) and not context.is_known_role(cell))
            ):
                yield start, end, "list", ""
