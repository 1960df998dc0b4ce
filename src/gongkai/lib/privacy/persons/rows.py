"""Find names in rows of short parallel items, most of which are shaped like names.

In such a row a name may be an everyday word (安然, 边疆).
"""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_word_group
from gongkai.lib.privacy.persons import context, elements, lines, right_context, shape
from gongkai.lib.privacy.persons.name_matches import NameEvidence, NameMatch
from gongkai.lib.privacy.persons.plausible import has_clear_name_shape, is_possible_name
from gongkai.lib.privacy.search_text import SearchText
from gongkai.lib.privacy.surroundings import get_line_around

_ROW_ITEM = (
    rf"[{HAN}]{{2,5}}(?:[·•・][{HAN}]{{1,9}}){{0,2}}(?:\s?\([^()\n]{{1,24}}\)|[:：]?\s?[0-9][0-9,.]{{0,9}}万?元)?"
)
_NAME_ROW_RE = re.compile(
    rf"(?<![{HAN}·0-9]){_ROW_ITEM}"
    rf"(?:(?:[、]\s?{_ROW_ITEM}){{2,80}}|(?:[ \t]{{1,6}}{_ROW_ITEM}){{2,80}}|(?:[;；]\s?{_ROW_ITEM}){{2,80}}|(?:\s?/\s?{_ROW_ITEM}){{2,80}})"
    r"(?:\s?等(?=[0-9一二三四五六七八九十两几共人]))?"
)
_ITEM_NAME_RE = re.compile(rf"[{HAN}]{{2,5}}(?:[·•・][{HAN}]{{1,9}}){{0,2}}")
_BRACKET_NOTE_RE = re.compile(r"\([^()\n]{1,24}\)")
#: Text that follows a row of people in office.
_OFFICIALS_AFTER_ROW_RE = re.compile(
    rf"\s?等?(?:领导|同志(?!{right_context.PRIVATE_MATTERS_PATTERN})|专家|"
    r"[0-9二三四五六七八九十]{0,2}[名位]?(?:医生|律师|专家|教授|老师|委员|代表)|"
    r"参加(?!.{0,6}(?:培训|考试|面试|体检|护林|合作社|竞赛|比赛|抽签|选房|摇号|社保|医保|养老|劳动|务工|测试|笔试|录取))|"
    r"出席|列席|陪同|负责|组成|担任|为(?:成员|委员|组员))"
)
#: Shares of the items that must be shaped like names: in any row of names, and for items without a known surname.
_MIN_NAME_SHARE, _MIN_SHARE_WITHOUT_SURNAME = 0.6, 0.75
#: Enough where a field says that names follow and each item opens with a surname.
_MIN_SHARE_IN_FIELD = 0.3


#: Number of persons in a row, right after their names.
_PERSON_COUNT_RE = re.compile(r"\s?等?([0-9]{1,2}|[二两三四五六七八九十])\s?个?[人名位户家]")


def _parse_count(written: str) -> int:
    return int(written) if written.isdigit() else " 一二三四五六七八九十".find(written.replace("两", "二"))


#: Text that follows a row of persons: how many they are, or what each of them gets.
_PERSONS_AFTER_ROW_RE = re.compile(
    r"\s?(?:等|[,，]\s?共?)?(?:[0-9]{1,4}|[二两三四五六七八九十]{1,3})[人名位户]|[,，]\s?(?:每人|各(?:得|补|奖|发))"
)


def _have_all_surnames(items: list[str]) -> bool:
    return all("·" in item or 0 < shape.get_surname_size(item) < len(item) < 6 for item in items)


def _are_plausible_names(items: list[str]) -> bool:
    """Return true if all items are possible names and most have a surname."""
    named = sum("·" in item or bool(shape.get_surname_size(item)) for item in items)
    return named >= 0.6 * len(items) and all("·" in item or is_possible_name(item, NameEvidence.LIST) for item in items)


def find_listed_names(search_text: SearchText) -> Iterator[tuple[int, int, str, str]]:
    """Yield (start, end, kind, word) of each name in an enumeration (张三、李四、王五); kind "public" in those of officials."""
    text = search_text.text
    for row in [*_NAME_ROW_RE.finditer(text)]:
        blank = _BRACKET_NOTE_RE.sub(lambda found: "\x00" * len(found[0]), row[0])
        items = [(row.start() + match.start(), match[0]) for match in _ITEM_NAME_RE.finditer(blank)]
        if items and len(items[-1][1]) > 2 and items[-1][1].endswith("等"):
            items[-1] = (items[-1][0], items[-1][1][:-1])
        items, row_end = _trim_last_item(search_text, items, row.end())
        led = _trim_first_item(search_text, items)
        kind, word = _classify_row(search_text, row.start(), row_end, led[0][0] if led != items else -1)
        announced = row_end < row.end() and (led != items or kind in ("private", "minor", "kin"))
        items = led
        if len(items) < 3 or (not announced and _is_continued(search_text, row_end)):
            continue
        name_weights = [1.0 if _has_name_shape(item) else 0.5 * (item in shape.GIVEN_NAME_PAIRS) for _, item in items]
        share = sum(name_weights) / len(items)
        if kind == "public" and word and not _is_continued(search_text, row_end):
            yield from ((place, place + len(name), kind, word) for place, name in items)
            continue
        weak = share < _MIN_NAME_SHARE or sum(name_weights) < 2
        count = _PERSON_COUNT_RE.match(text, row_end)
        counted = count is not None and kind != "public" and _parse_count(count[1]) == len(items)
        is_announced = counted or kind in ("private", "minor") or bool(_PERSONS_AFTER_ROW_RE.match(text, row_end))
        names = [item for _, item in items]
        surnames = share >= _MIN_SHARE_IN_FIELD and _have_all_surnames(names)
        if counted and 2 * sum(bool(shape.get_surname_size(name)) for name in names) > len(names):
            share = max(share, 0.5)
            weak = False
        if weak and not (kind != "public" and is_announced and (surnames or _are_plausible_names(names))):
            continue
        for place, name in items:
            if _is_name(name, share) or (
                is_announced and is_possible_name(name, NameEvidence.FACT if share >= 0.4 else NameEvidence.LIST)
            ):
                yield place, place + len(name), kind, word


#: A field of names that commas part.
_COMMA_ROW_RE = re.compile(rf"(?<=:) ?[{HAN}]{{2,4}}(?:[,，] ?[{HAN}]{{2,4}}){{2,60}}(?= ?(?:[。;；\n]|等|$))")


def find_comma_rows(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield the names of a person's field whose comma-separated values may be names."""
    for row in _COMMA_ROW_RE.finditer(search_text.text):
        names = list(_ITEM_NAME_RE.finditer(search_text.text, *row.span()))
        left = context.read_left_context(search_text, names[0].start())
        if left.kind not in ("private", "kin", "minor") or not left.field:
            continue
        if _have_all_surnames([name[0] for name in names]) and all(
            is_possible_name(name[0], NameEvidence.LIST) for name in names
        ):
            yield from ((*name.span(), left.kind, left.word) for name in names)


_NAME_WITH_COUNT_RE = re.compile(rf"(?P<name>[{HAN}]{{2,3}}?)(?=[二两三四五六七八九十]{{1,2}}个?[人名位户家])")


def _trim_last_item(
    search_text: SearchText, items: list[tuple[int, str]], end: int
) -> tuple[list[tuple[int, str]], int]:
    """Return (items with the last one cut to its name, end of the row)."""
    place, last_item = items[-1] if items else (0, "")
    match = _NAME_WITH_COUNT_RE.match(last_item)
    if match:
        return [*items[:-1], (place, match["name"])], place + match.end()
    size = shape.get_surname_size(last_item)
    elements_end = elements.find_elements_end(search_text.text, place) if last_item and "·" not in last_item else 0
    elements_end = elements_end if not size or elements_end - place > 2 else 0
    if not size or place + len(last_item) != end or len(last_item) < size + 2 or "·" in last_item:
        return items, end
    if not (_is_continued(search_text, end) or search_text.text[end : end + 1].isdigit()):
        return items, end
    cut = shape.find_name_end(search_text, place, size)
    if not search_text.starts[cut] and search_text.starts[place + size + 1] > 1:
        cut = place + size + 1
    return ([*items[:-1], (place, search_text.text[place:cut])], cut) if place + size < cut < end else (items, end)


_LEAD_WORDS = read_word_group("roles", "lead")
#: The least score of a name after 对, 为 at the head of a row: 对农敏、蒙佳等3户.
MIN_SCORE_AFTER_PREPOSITION = 0.5


def _trim_first_item(search_text: SearchText, items: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return (position, text) of the items, without the words before the first name."""
    place, first_item = items[0]
    if len(first_item) > 2 and not _has_name_shape(first_item):
        for cut in range(len(first_item) - 2, 0, -1):
            text_before = search_text.text[max(0, place - 3) : place + cut]
            led = (
                first_item[:cut] in _LEAD_WORDS
                or text_before[-2:] in _LEAD_WORDS
                or (cut > 1 and bool(context.find_role_at_end(text_before)[0]))
            )
            if led and (shape.score_name(first_item[cut:]) > MIN_SCORE_AFTER_PREPOSITION or cut > 1):
                return [(place + cut, first_item[cut:]), *items[1:]]
    return items


def _is_continued(search_text: SearchText, end: int) -> bool:
    """Return whether an ordinary word continues right after a row of names."""
    next_character = search_text.text[end : end + 1]
    return (
        bool(shape.HAN_CHARACTER_PATTERN.match(next_character or " "))
        and not _PERSON_COUNT_RE.match(search_text.text, end)
        and not shape.FOLLOWING_WORDS.at(search_text.text, end)
    )


def _has_name_shape(name: str) -> bool:
    """Return true if a string clearly has the shape of a name."""
    if elements.is_element_name(name):
        return True
    if name[-1] in shape.PLACE_SUFFIXES or name in shape.NAME_LIKE_WORDS:
        return False
    size = shape.get_surname_size(name)
    if not size or not 0 < len(name) - size < 3 or shape.is_ordinary_word(name):
        return False
    return shape.score_name(name) >= (0.9 if size == 1 else 0.4)


def _is_name(name: str, share: float) -> bool:
    """Return whether an item is a name, given the share of clear names in its row."""
    if (
        name in shape.FORM_FIELD_WORDS
        or shape.FORM_OF_ADDRESS_PATTERN.fullmatch(name, 1)
        or context.MASK_SIGN_PATTERN.search(name)
    ):
        return False
    size = shape.get_surname_size(name)
    return (bool(size) and 0 < len(name) - size < 3 and is_possible_name(name, NameEvidence.FACT)) or (
        share >= _MIN_SHARE_WITHOUT_SURNAME and not shape.is_ordinary_word(name[-2:])
    )


def _classify_row(search_text: SearchText, start: int, end: int, led: int) -> tuple[str, str]:
    """Return (kind, word) of a row of names, "public" for officials.

    `led`: where the first name begins if words before it were cut off, else -1.
    """
    if led > 0 and (acts := context.read_left_context(search_text, led)).kind == "public":
        return "public", acts.word  # 成员于文静、谷长龙
    context_before = context.read_left_context(search_text, start)
    if context_before.kind in ("kin", "minor", "private"):
        return context_before.kind, context_before.word
    line = get_line_around(search_text, start, 160)
    if (
        context_before.kind == "public"
        or right_context.is_official_after(search_text, end)
        or _OFFICIALS_AFTER_ROW_RE.match(search_text.text, end)
    ):
        return "public", context_before.word
    return (
        ("public", "")
        if lines.is_public_line(line) or lines.is_historical_mention(search_text, start, line)
        else ("list", "")
    )


_TABLE_LINE_RE = re.compile(r"[^\n:;；]{4,200}")
_TABLE_CELL_RE = re.compile(r"[^\t|｜ \u3000]+")
_NAME_CELL_RE = re.compile(
    rf"(?:[(]?[0-9]{{1,3}}[.、)])?(?P<name>[{HAN}]{{2,4}}(?:[·•・][{HAN}]{{1,9}})?)(?:\([^()]{{1,10}}\))?"
)
#: A village and its group, a house and its room: nobody but a person lives there.
_HOME_CELL_RE = re.compile(
    rf"[{HAN}]{{1,16}}(?:村|社区|嘎查|屯|寨|街|路|巷|弄|里|苑|园|小区|新村|庄)(?:[{HAN}]{{0,10}}[0-9一二三四五六七八九十]{{1,4}}[组社队号栋幢屯]|[0-9]{{1,4}}(?:号|栋|幢|弄|单元)?)[{HAN}0-9-]{{0,16}}"
    rf"|[{HAN}]{{2,10}}[镇乡](?:[{HAN}]{{2,8}})(?:村|社区|嘎查)"
    r"|[0-9一二三四五六七八九十]{1,3}(?:号楼|栋|幢|座)(?:[0-9一二三四五六七八九十]{1,2}单元)?[0-9]{3,4}[室号]?"
)
#: A row about work: who looked into it, who answers for it.
_OFFICE_WORD_RE = re.compile(
    r"书记|主任|局长|镇长|乡长|[河湖林路]长|网格|干部|负责|值班|工程|公司|合作社|学校|村委会|医院"
)


def find_names_beside_homes(search_text: SearchText) -> Iterator[NameMatch]:
    """Yield names next to a home in at least two rows of equal structure."""
    group: list[tuple[int, int]] = []
    place = last = -2
    for line in _TABLE_LINE_RE.finditer(search_text.text):
        name_cell = _find_name_cell(search_text, line)
        if name_cell and line.start() <= last + 2 and name_cell[0] == place:
            group.append(name_cell[1])
        else:
            yield from _find_row_names(search_text, group)
            group = [name_cell[1]] if name_cell else []
        place, last = name_cell[0] if name_cell else -1, line.end()
    yield from _find_row_names(search_text, group)


def _find_name_cell(search_text: SearchText, line: re.Match[str]) -> tuple[int, tuple[int, int]] | None:
    """Return (cell number, (start, end)) of a name next to a home, or None."""
    if _OFFICE_WORD_RE.search(line[0]):
        return None
    cells = list(_TABLE_CELL_RE.finditer(search_text.text, *line.span()))[:8]
    if len(cells) < 2:
        return None
    homes = [bool(_HOME_CELL_RE.fullmatch(cell[0])) for cell in cells]
    for at, cell in enumerate(cells):
        is_beside_home = (at > 0 and homes[at - 1]) or (at + 1 < len(cells) and homes[at + 1])
        match = _NAME_CELL_RE.fullmatch(cell[0])
        if match and is_beside_home and not homes[at]:
            return at, (cell.start() + match.start("name"), cell.start() + match.end("name"))
    return None


def _names_body_or_place(name: str) -> bool:
    """Return true if a word next to an address names an office or a place."""
    return name[-1] in "办股站所科室局处厂店社" or (name[1] == "家" and name[-1] in "湾坡冲沟坪坝寨庄塘岭岩山垭")


def _find_row_names(search_text: SearchText, group: list[tuple[int, int]]) -> Iterator[NameMatch]:
    """Yield the names of a group of cells (spans), unless too few have the shape of names."""
    names = [search_text.text[start:end] for start, end in group]
    opened = sum(bool(shape.get_surname_size(name)) or "·" in name for name in names)
    clear_names = sum(has_clear_name_shape(name) and not _names_body_or_place(name) for name in names)
    sure = 2 * clear_names >= len(names) or (clear_names > 0 and opened == len(names) > 2)
    if len(names) < 2 or 4 * opened < 3 * len(names) or not sure:
        return
    for (start, end), name in zip(group, names, strict=True):
        office = (
            right_context.is_official_after(search_text, end)
            or context.is_known_role(name)
            or _names_body_or_place(name)
        )
        if not office and ("·" in name or is_possible_name(name, NameEvidence.FACT)):
            yield start, end, "list", ""
