"""Read tasks grouped under headings that are unit names."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Block
from gongkai.lib.reading.layouts.align import is_units
from gongkai.lib.reading.layouts.extent import DAY_LINE_PATTERN, MAX_HEADING_CHARACTERS
from gongkai.lib.reading.layouts.labels import Owners, UnitNamingHabits
from gongkai.lib.reading.layouts.text_rows import RowBuilder, flush_pending_text, make_blocks
from gongkai.lib.reading.words.numbering import find_number, remove_number


def read_tasks_by_units(texts: list[str]) -> list[Block] | None:
    """Return the tasks grouped under unit headings, or None."""
    numbers = [find_number(text) for text in texts]
    for depth in (1, 2, 3):
        places = [
            n
            for n, number in enumerate(numbers)
            if number and number.depth == depth and len(texts[n]) <= MAX_HEADING_CHARACTERS
        ]
        units = [n for n in places if is_units(find_heading_unit(texts[n]))]
        if len(units) < 2:
            continue
        above = [n for n, number in enumerate(numbers) if number and number.depth < depth and n > units[0]]
        end = next((n for n in above if n > units[-1]), _find_signature_start(texts))
        inside = [n for n in places if units[0] <= n < end]
        if units == inside and (depth == 1 or not any(n < units[-1] for n in above)):
            return _read_sections(texts, depth, units[0], end)
    return None


_DUTY_SUFFIX = re.compile(r"的?(?:主要|工作|具体|岗位)?(?:职责(?:分工|任务)?|任务分工|责任分工)$")


def find_heading_unit(heading: str) -> str:
    """Return the unit that a heading names (二、市政务公开办主要职责; 四、办公室（牵头科室）)."""
    return _DUTY_SUFFIX.sub("", _REMARK.sub("", remove_number(heading)).rstrip("：:。 "))


_REMARK = re.compile(
    r"\s*(?:共同)?(?:任务|工作|事项)?[（(]共?\d{1,3}[项条个件][）)]$|\s*(?:[（(][^（）()]{0,20}(?:牵头|联系|配合|负责人|电话)[^（）()]{0,30}[）)]|(?:——?|--|：|:)?\s*联系(?:人|电话)[:：].{1,30})$"
)


def _read_heading_owners(heading: str) -> Owners:
    leads = re.search(r"[（(]牵头(?:单位|部门|科室|股室)?[）)]$", heading.strip())
    return Owners(find_heading_unit(heading), "") if leads else Owners("", find_heading_unit(heading))


#: What a letter ends with, behind its points.
_LETTER_CLOSING = re.compile(
    r"此前|本(?:通知|方案|分工)自?|以上(?:分工|任务)|请(?:各|贵|将|于|你|按)|特此|专此|此函|联系(?:人|电话|方式)|附件|抄送"
)


def _find_signature_start(texts: list[str]) -> int:
    end = len(texts)
    while end > 1 and (
        DAY_LINE_PATTERN.fullmatch(texts[end - 1])
        or _is_signature(texts[end - 1])
        or _LETTER_CLOSING.match(texts[end - 1])
    ):
        end -= 1
    return end


def _is_signature(text: str) -> bool:
    return len(text) <= MAX_HEADING_CHARACTERS and find_number(text) is None and is_units(text)


def _read_sections(texts: list[str], depth: int, start: int, end: int) -> list[Block] | None:
    state = RowBuilder(UnitNamingHabits())
    if (
        depth > 1
        and (number := find_number(texts[start - 1]))
        and number.depth < depth
        and len(texts[start - 1]) <= MAX_HEADING_CHARACTERS
    ):
        start, state.section = start - 1, texts[start - 1]
    for text in texts[start:end]:
        number = find_number(text)
        if number and number.depth < depth:
            continue
        if number and number.depth == depth and len(text) <= MAX_HEADING_CHARACTERS:
            flush_pending_text(state, state.owners())
            name = text.rstrip("：:")
            if depth == 1:
                state.section = name
            else:
                state.item = name
            state.standing = {1: _read_heading_owners(text)}
            continue
        ended = (
            bool(state.waiting) and state.waiting[-1].endswith(("。", "；", ";")) and not find_number(state.waiting[0])
        )
        if (number and number.depth <= max(3, depth + 1)) or (number is None and ended):
            flush_pending_text(state, state.owners())
        state.waiting.append(text)
    flush_pending_text(state, state.owners())
    return make_blocks(texts, start, end, state) if state.lines else None
