"""Check that a row accounts for all its printed words, and flag what does not add up. Pure.

Flags name numbers missing in the deadline rule, odd channels, units in two columns, and rows that
are no tasks. Nothing is read anew.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gongkai.content.editions.column_names import normalize_name
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.tables.heads import PATH_HEAD
from gongkai.lib.reading.words.prose_places import SITE_ROOT
from gongkai.lib.reading.words.units import read_units
from gongkai.work.notices.importing.head_contents import is_unit_cell
from gongkai.work.notices.planning.channels import SHORT_CHANNEL_NAMES, is_mark, is_unknown_channel
from gongkai.work.notices.planning.draft_rows import DraftMeasure, JsonObject, to_flag
from gongkai.work.notices.planning.mentioned_channels import CHANNEL_COLUMN_HEAD
from gongkai.work.notices.planning.path_levels import split_levels
from gongkai.work.notices.planning.paths import SiteColumnPaths
from gongkai.work.notices.planning.roles import LEAD, RESPONSIBLE
from gongkai.work.notices.planning.shared_deadline_words import remove_spaces

# Rows quoted in a question.
_MAX_QUOTED_ROWS = 4


@dataclass(frozen=True)
class RowMismatch:
    """A mismatch in a row: index, field, question (`kind`) and words (`shown`)."""

    at: int
    field: str | None
    kind: str
    shown: str


def flag_mismatches(drafts: Sequence[DraftMeasure], columns: SiteColumnPaths) -> list[DraftMeasure]:
    """Return the rows; the first one that a kind of mismatch concerns has a flag that lists all of them."""
    rows = [(index, draft) for index, draft in enumerate(drafts) if not draft.dropped]
    mismatches = [mismatch for index, draft in rows for mismatch in _find_row_mismatches(index, draft, columns)]
    tasks = [(index, draft) for index, draft in rows if not draft.preamble]
    mismatches += [*_find_table_mismatches(tasks), *_find_unassigned_units(tasks)]
    kinds: dict[tuple[str | None, str], list[RowMismatch]] = {}
    for mismatch in mismatches:
        if not _is_already_flagged(drafts[mismatch.at], mismatch):
            kinds.setdefault((mismatch.field, mismatch.kind), []).append(mismatch)
    measures = list(drafts)
    for kind in kinds.values():
        first = measures[kind[0].at]
        measures[kind[0].at] = replace(first, flags=(*first.flags, _build_flag(kind)))
    return measures


def _is_already_flagged(draft: DraftMeasure, mismatch: RowMismatch) -> bool:
    """Return true if a flag of the same field quotes the words of the mismatch."""
    words = [str(flag.get("message")) for flag in draft.flags if flag.get("field") == mismatch.field]
    return bool(mismatch.shown) and any(f"“{mismatch.shown}”" in message for message in words)


def _build_flag(mismatches: Sequence[RowMismatch]) -> JsonObject:
    """Return one flag for mismatches of the same kind, with the numbers of the rows if several."""
    first_mismatch = mismatches[0]
    places = list(dict.fromkeys(mismatch.at + 1 for mismatch in mismatches))
    if len(places) == 1:
        name_list = "、".join(dict.fromkeys(f"“{mismatch.shown}”" for mismatch in mismatches))
        return to_flag({"field": first_mismatch.field, "message": f"{first_mismatch.kind}：{name_list}，请核对"})
    quoted = "、".join(
        f"第{mismatch.at + 1}行“{mismatch.shown}”" for mismatch in mismatches[:_MAX_QUOTED_ROWS] if mismatch.shown
    )
    count_words = f"等{len(places)}行" if len(places) > _MAX_QUOTED_ROWS else ""
    return to_flag(
        {"field": first_mismatch.field, "message": f"{first_mismatch.kind}：{quoted}{count_words}，请逐行核对"}
    ) | {"rows": places}


def _find_row_mismatches(row_index: int, draft: DraftMeasure, columns: SiteColumnPaths) -> Iterator[RowMismatch]:
    """Yield the words of a row's cells that its parsed values lack."""
    for text in dict.fromkeys(str(duty.due.get("text") or "") for duty in draft.duties if duty.due):
        if missing := find_missing_numbers(text, [duty.due for duty in draft.duties if duty.due.get("text") == text]):
            yield RowMismatch(row_index, "duties", f"时限里的“{'、'.join(missing)}”没有读进期限", text[:40])
    yield from (RowMismatch(row_index, "duties", kind, name) for kind, name in _find_odd_paths(draft, columns))
    if not draft.preamble:
        yield from (
            RowMismatch(row_index, "duties", "公开渠道、公开路径的格子里有文字没有用上", unused_word)
            for unused_word in _find_unused_words(draft)
        )
    task_text = _remove_list_number(draft.text)
    if not draft.preamble and task_text and (is_unit_cell(task_text) or _TIME_ONLY_CELL_PATTERN.fullmatch(task_text)):
        yield RowMismatch(row_index, None, "这一行的任务文字只是单位名称或者时间，可能有格子放错了栏", task_text[:30])


# For example 12月底前, 三季度, 长期坚持.
_TIME_ONLY_CELL_PATTERN = re.compile(
    r"[每第\d一二三四五六七八九十上下半年季度月日底初末中旬、至到份号]{2,12}(?:[之以]?[前内])?(?:完成)?|长期(?:坚持)?|及时|持续"
)
# Numbers of months, days and counts in the words of a deadline.
_DEADLINE_NUMBER_RE = re.compile(
    r"\d{1,3}(?=\s*(?:月|日|号|个|天|周|年|次|期|工作日))|(?<=[、和及—～~至到-])\d{1,2}(?=月|日|号)"
)
_YEARS_AND_BRACKETS_RE = re.compile(r"20\d\d\s*年(?:度)?|[（(][^（）()]*[）)]")


def find_missing_numbers(text: str, rules: Sequence[JsonObject]) -> list[str]:
    """Return numbers in the words of a deadline that none of its rules contains.

    >>> find_missing_numbers("每年3月、9月底前", [{"kind": "recurring", "period": "year"}])
    ['3', '9']
    """
    has = {"1"} if _ONCE_EACH_PATTERN.search(text) else set[str]()
    for rule in rules:
        facts = {key: value for key, value in rule.items() if key not in {"text", "source", "after"}}
        has |= {str(int(number)) for number in re.findall(r"\d+", json.dumps(facts))}
        has |= _IMPLIED_NUMBERS.get(str(rule.get("kind")), set()) | _LAST_MONTHS.get(str(rule.get("period")), set())
    numbers = _DEADLINE_NUMBER_RE.findall(_YEARS_AND_BRACKETS_RE.sub("", remove_spaces(text)))
    return list(dict.fromkeys(number for number in numbers if str(int(number)) not in has))


# 9月底前各1次: once by a date is that date.
_ONCE_EACH_PATTERN = re.compile(r"各?1(?:次|期)")
# Last months of the periods: 每年6月、12月底前 is every half-year.
_LAST_MONTHS = {"half_year": {"6", "12"}, "quarter": {"3", "6", "9", "12"}}
# Numbers implied by a kind of rule.
_IMPLIED_NUMBERS = {"times": {"1"}, "recurring": {"1"}, "ongoing": set(map(str, range(367)))}
# Words and signs that occur in no name of a channel or column.
_NON_NAME_PATTERN = re.compile(
    r"同上|栏目下|[“\"《][^”\"》]*$|^[^“\"《]*[”\"》]|[；;，,。:：]|(?:网站?|门户|网页|首页)(?:放|挂|登|见|在)|(?:网站|门户|官网)[（(“\"]"
)
_MAX_NAME_CHARACTERS = 20


# Heads of columns of channels.
_CHANNEL_HEADING_PATTERN = re.compile(r"渠道|方式|平台|载体|途径|媒介|形式")


def _find_odd_paths(draft: DraftMeasure, columns: SiteColumnPaths) -> Iterator[tuple[str, str]]:
    """Yield (question, name) of odd channel names and unknown columns."""
    names = dict.fromkeys(name for duty in draft.duties for name in duty.channels)
    for name in names:
        if _NON_NAME_PATTERN.search(name) or len(name) > _MAX_NAME_CHARACTERS:
            yield "公开渠道不像一个渠道的名称，可能写有栏目", name
    levels = dict.fromkeys(level for duty in draft.duties for path in duty.paths for level in path[1:])
    for level in levels:
        if _NON_NAME_PATTERN.search(level) or len(level) > _MAX_NAME_CHARACTERS:
            yield "公开路径中的一级不像栏目的名称", level
    cells = [
        str(text)
        for head, text in draft.extras.items()
        if PATH_HEAD.search(head) and _CHANNEL_HEADING_PATTERN.search(head)
    ]
    for path in dict.fromkeys(path for duty in draft.duties for path in duty.paths if len(path) == 2):
        name = path[1]
        printed = any(re.search(rf"{re.escape(name)}(?![”\"]?(?:子?栏目|专栏|专题|板块))", cell) for cell in cells)
        if path[0] == SITE_ROOT and printed and not columns.has(path) and is_unknown_channel(name):
            yield "公开渠道一栏里的名称按网站上的栏目读取，也可能是别的公开渠道", name


# Words around names of channels and columns.
_WORDS_AROUND_NAMES_RE = re.compile(
    r"子?栏目|专[栏题区]|[板版]块|首页|页面|频道|(?:政府|部门|单位|官方|本级|[省市县区])*(?:门户)?网站|门户|官网|平台|渠道|路径|同步|同时|统一|集中|主要|分别|及时|主动|依申请|公[开示布告]|发布|推送|转发|转载|张贴|展示|播放|播出|刊登|通过|其他|以及|等|之一|任选|线上|线下|长期|为主|为辅|同上|相关|有关|各自|本|各"
)


def _find_unused_words(draft: DraftMeasure) -> Iterator[str]:
    """Yield words of channel and column cells beyond the names taken from them."""
    read_names = [name for duty in draft.duties for name in duty.channels]
    read_names += [level for duty in draft.duties for path in duty.paths for level in path]
    names = sorted({normalize_name(part) for name in read_names for part in split_levels(name)}, key=len, reverse=True)
    for head, cell in draft.extras.items():
        if not (PATH_HEAD.search(head) or CHANNEL_COLUMN_HEAD.search(head)) or is_mark(str(cell)):
            continue
        unused_text = normalize_name("".join(sign if sign not in '“”"《》' else "" for sign in str(cell)))
        for name in names:
            unused_text = unused_text.replace(name, "|") if name else unused_text
        remaining = [
            unused_word
            for unused_word in re.findall(rf"[{HAN}]{{2,}}", _WORDS_AROUND_NAMES_RE.sub("|", unused_text))
            if unused_word not in SHORT_CHANNEL_NAMES and not any(unused_word in name for name in names)
        ]
        if remaining:
            yield "、".join(remaining)[:40]


def _remove_list_number(text: str) -> str:
    """Return a text without its list number and without signs."""
    return re.sub(rf"[^{HAN}\w（）、，]", "", re.sub(r"^\s*[（(]?\d{1,3}[.．、)）]?(?!\d|月|日|年)", "", text))


def _find_table_mismatches(rows: Sequence[tuple[int, DraftMeasure]]) -> Iterator[RowMismatch]:
    """Yield rows whose units of one part are printed in more than one cell."""
    for at, draft in rows:
        for part in (LEAD, RESPONSIBLE):
            cells = _list_distinct_unit_cells(draft, part)
            if len(cells) > 1:
                yield RowMismatch(at, "responsible", "几栏里的单位都按同一种分工读取", "”“".join(cells)[:40])


# Words that mark a unit as recipient, place or approver, not as a part of the task.
_NON_PARTICIPANT_PREFIX_PATTERN = re.compile(
    r"(?:报送?|送|向|经|抄送|征求|会商|提交|上报|商|据|按照|根据|对|被|受|给|在|至|到|于|及其|与|《|“|转发|印发的|接受|配合)$"
)
_NON_PARTICIPANT_SUFFIX_PATTERN = re.compile(
    r"^(?:[官门户网]|公众号|视频号|抖音|微信|微博|批复|批准|同意|核定|审[核批查定]|备案|统一|印发|制定|规定|要求|明确|指导|[负责人]人|领导|窗口|大厅|党组|会议|及其|所属|下属|系统|文件|预决?算|[”》]|的)"
)
# For example （县发改局）.
_BRACKETED_UNIT_RE = re.compile(r"[（(〔\[]([^（）()〔〕\[\]]{3,40})[）)〕\]]")


# Names of units searched for in each row.
_MAX_UNIT_NAMES = 300


def _find_unassigned_units(rows: Sequence[tuple[int, DraftMeasure]]) -> Iterator[RowMismatch]:
    """Yield units that the words of a row name but that have no part in it."""
    printed = Counter(unit.printed for _, draft in rows for unit in draft.units if not unit.open_list)
    names = {name for name, _ in printed.most_common(_MAX_UNIT_NAMES) if len(name) > 3}
    for at, draft in rows:
        own = remove_spaces("、".join(unit.printed for unit in draft.units))
        text = "\n".join(dict.fromkeys((draft.text, *draft.cells, *map(str, draft.beside.values()))))
        bracketed = {
            name
            for match in _BRACKETED_UNIT_RE.finditer(draft.text)
            if is_unit_cell(match[1])
            for name in read_units(match[1]).all()
        }
        for name in sorted(names | bracketed):
            if remove_spaces(name) not in own and (
                name in bracketed or (name in text and _names_unit_as_participant(name, text))
            ):
                yield RowMismatch(at, "responsible", "这一行写到的单位没有列入它的分工", name)


def _names_unit_as_participant(name: str, text: str) -> bool:
    """Return true if words name a unit other than as place, recipient or approver."""
    return any(
        not _NON_PARTICIPANT_PREFIX_PATTERN.search(text[: match.start()])
        and not _NON_PARTICIPANT_SUFFIX_PATTERN.match(text[match.end() :])
        and not re.search(rf"[{HAN}]$", text[: match.start()][-1:].strip("由和及、请，"))
        for match in re.finditer(re.escape(name), text)
    )


def _list_distinct_unit_cells(draft: DraftMeasure, unit_part: str) -> list[str]:
    """Return the cells that print units of one part; [] if a unit is in two of them."""
    names = {remove_spaces(unit.printed) for unit in draft.units if unit.part == unit_part}
    cells = {
        cell: {remove_spaces(name) for name in read_units(cell).all()} & names
        for cell in (draft.cells if draft.extras else ())
        if is_unit_cell(cell) and remove_spaces(cell) != remove_spaces(draft.text)
    }
    unit_sets = [cell for cell in cells.values() if cell]
    return (
        [cell for cell, unit_names in cells.items() if unit_names]
        if sum(map(len, unit_sets)) == len(set().union(*unit_sets))
        else []
    )
