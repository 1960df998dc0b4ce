"""Read notices without a table: paragraphs that end in （牵头单位：…；责任单位：…)."""

from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Block, GridCell, Paragraph
from gongkai.lib.reading.layouts.extent import (
    MAX_HEADING_CHARACTERS,
    REQUIREMENT_PATTERN,
    find_heading_depths,
    find_tasks_end,
    find_tasks_start,
    has_labels_before_points,
    has_labels_below_headings,
    is_list_opening,
)
from gongkai.lib.reading.layouts.headlines import find_headline_levels, find_start_above, strip_headline
from gongkai.lib.reading.layouts.labels import LABEL_PATTERN, OTHER_FACT_LABEL_PATTERN, Owners, UnitNamingHabits
from gongkai.lib.reading.layouts.owners import (
    find_naming_habits,
    is_unit_label_line,
    read_owners,
    remove_text_label,
    split_owners,
)
from gongkai.lib.reading.layouts.regular import read_tasks_by_units
from gongkai.lib.reading.layouts.text_rows import (
    FROM_A_SENTENCE_MESSAGE,
    RowBuilder,
    add_empty_heading,
    append_to_last_measure,
    flush_pending_text,
    make_blocks,
    report_joined_points,
    report_unused_labels,
)
from gongkai.lib.reading.words.clauses import is_unit_clause
from gongkai.lib.reading.words.numbering import ParagraphNumber, find_number
from gongkai.lib.reading.words.units import FIRST_LEADS_PATTERN

_BRACKETED_TEXT_RE = re.compile(r"[（(【〔\[]([^（）()【】〔〕\[\]]{3,300})[）)】〕\]]")
#: Words of a sentence that orders something; headings do not contain them.
_ORDER_WORD_RE = re.compile(r"(?<![主重必需])要(?![点素闻])|应当?|须|不得|及时|每[年季月]|[年月日底]前")


#: A second sentence with nothing but a date, a path or a bracket: 2027年3月底前完成。
_SENTENCE_WITHOUT_TASK_RE = re.compile(
    r"[（(〔【][^（）()〔〕【】]+[）)〕】][。；]?|(?:公开|发布)(?:路径|渠道|位置|方式|平台|载体)[:：].*|(?:于|在)?(?:20\d\d年)?(?:\d{1,2}月(?:\d{1,2}日)?|第?[一二三四1-4]季度|[上下]半年|年)(?:底|末|内|[上中下]旬)?前?(?:全部|基本)?(?:完成|落实|办结)?[。；]?"
)


def read_prose_blocks(paragraphs: list[str]) -> list[Block] | None:
    """Return front, table and rest of a notice in prose, or None without units."""
    texts = [text.strip() for text in paragraphs if text.strip()]
    if notes := [text for text in texts if FIRST_LEADS_PATTERN.fullmatch(text)]:  # about the whole notice
        blocks = read_prose_blocks([text for text in texts if text not in notes])
        return blocks and [*blocks[:1], *map(Paragraph, notes), *blocks[1:]]
    habits = find_naming_habits(texts)
    named = [n for n, text in enumerate(texts) if is_unit_label_line(text) or split_owners(text, habits)[-1][1]]
    inferred = named and all(split_owners(texts[n], habits)[-1][1].guessed for n in named)
    if inferred and not any(map(is_unit_label_line, texts)) and (blocks := read_tasks_by_units(texts)):
        return blocks  # units in the tasks themselves only help
    if not named or (len(named) == 1 and not _names_units(texts[named[0]], habits)):
        return read_tasks_by_units(texts)
    start = find_start_above(texts, find_tasks_start(texts, named[0]), habits)
    end = find_tasks_end(texts, named[-1])
    body = texts[start:end]
    habits = replace(habits, each=_do_points_name_units(body, habits))
    state = RowBuilder(
        habits,
        above=(has_labels_below_headings(body) or has_labels_before_points(texts[start : end + 1]))
        and end < len(texts),
    )
    state.labelled = sum(text != remove_text_label(text) for text in body) > 1
    if state.above:
        end = next((n for n in range(end, len(texts)) if not _may_end_task(texts[n])), len(texts))
        body = texts[start:end]
    headlines = find_headline_levels(body, habits)
    if state.above and (titles := _count_title_lines(body, headlines)):
        start, body = start + titles, body[titles:]
        headlines = {n - titles: level for n, level in headlines.items()}
    following = _list_next_numbers(body)
    for n, (text, deepest) in enumerate(zip(body, find_heading_depths(body, habits), strict=True)):
        if level := headlines.get(n):
            _add_headline(text, level, state)
            continue
        state.opens = is_list_opening(text, body[n + 1] if n + 1 < len(body) else "")
        state.next = following[n]
        _add_paragraph(text, deepest, state)
    flush_pending_text(state, state.find_heading_owners())
    report_unused_labels(state)
    add_empty_heading(state, 1)
    if len(named) == 1 and len(split_owners(texts[named[0]], habits)) == 1:
        for line in state.lines:
            line.doubts.append("全文只有一处写明单位，请核对")
    report_joined_points(state)
    return make_blocks(texts, start, end, state)


def _may_end_task(text: str) -> bool:
    """Return true for a paragraph that ends a sentence or begins a deep number."""
    number = find_number(text)
    return text.endswith(("。", "；")) or bool(number and number.depth >= 3)


def _count_title_lines(body: list[str], headlines: dict[int, int]) -> int:
    first = next((n for n, text in enumerate(body) if is_unit_label_line(text)), 0)
    return first if not any(find_number(body[n]) or n in headlines for n in range(first)) else 0


def _do_points_name_units(texts: list[str], habits: UnitNamingHabits) -> bool:
    """Return whether three in five of at least four points name units."""
    points = [text for text in texts if (number := find_number(text)) and number.depth >= 3]
    named = sum(bool(split_owners(text, habits)[-1][1]) for text in points)
    return len(points) >= 4 and named * 5 >= len(points) * 3


def _list_next_numbers(texts: list[str]) -> list[ParagraphNumber | None]:
    """Return for each paragraph the number of the one after it or None; label lines are skipped."""
    paragraph_numbers: list[ParagraphNumber | None] = []
    paragraph_number: ParagraphNumber | None = None
    for text in reversed(texts):
        paragraph_numbers.append(paragraph_number)
        if not is_unit_label_line(text) and not OTHER_FACT_LABEL_PATTERN.match(text):
            paragraph_number = find_number(text)
    return paragraph_numbers[::-1]


def _names_units(text: str, habits: UnitNamingHabits) -> bool:
    """Return whether a text names its units in a label, a clause or brackets."""
    if is_unit_label_line(text):
        return bool(read_owners(text))
    cuts = split_owners(text, habits)
    return (
        len(cuts) > 1
        or not cuts[-1][1].guessed
        or any(is_unit_clause(inner) for inner in _BRACKETED_TEXT_RE.findall(text))
    )


def _add_headline(text: str, level: int, state: RowBuilder) -> None:
    """Begin a section or item with an unnumbered heading."""
    text = strip_headline(text)
    flush_pending_text(state, state.find_heading_owners())
    state.behind = False
    if level == state.bare_level:
        state.lost = state.item if level == 2 else state.section
    state.bare_level = level
    state.standing = {depth: owners for depth, owners in state.standing.items() if depth < level}
    state.closed, state.third, state.third_depth = False, "", 0
    if level == 1:
        state.section, state.item = text, ""
    else:
        state.item = text
    state.unnumbered = "section" if level == 1 else "item"


def _add_paragraph(text: str, max_depth: int, state: RowBuilder) -> None:
    """Add a paragraph to the rows: a label line, a fact, or parts with units.

    `max_depth`: depth down to which numbers are headings.
    """
    if is_unit_label_line(text):
        _add_label_line(text, state)
        return
    if OTHER_FACT_LABEL_PATTERN.match(text):
        belongs_to_last_row = not state.waiting and not state.empty and bool(state.beside)
        (state.beside[-1] if belongs_to_last_row else state.facts).update(read_owners(text).beside)
        return
    if state.behind and REQUIREMENT_PATTERN.match(text):
        append_to_last_measure(text, state)
        return
    state.alone, state.behind = "", False
    cuts, number = split_owners(text, state.habits), find_number(text)
    if number and number.depth == 2 and not find_number(cuts[0][0]):  # （一）市财政局：… is no point of the item above
        flush_pending_text(state, state.find_heading_owners())
        state.item = ""
    for body, owners in cuts:
        _add_part(body, owners, max_depth, state)


def _add_part(body: str, owners: Owners, max_depth: int, state: RowBuilder) -> None:
    """Add a part of a paragraph with its units; a heading begins a section or item."""
    number = find_number(body)
    if not body.strip() and not state.waiting and not state.alone:
        state.cut = f"（{owners.lead or owners.responsible}）"  # a bracket alone, about nothing above it
        return
    if number and number.depth <= max_depth:
        heading = _take_heading(body, number, owners, state)
        if heading is None:
            return
        body = heading
    if number and state.empty and not state.waiting and number.depth == state.empty[1] <= 2:
        add_empty_heading(state, number.depth)
        if number.depth == 1:
            state.section = ""
        state.item = ""
        state.standing = {
            depth: standing_owners for depth, standing_owners in state.standing.items() if depth < number.depth
        }
    if (
        number
        and state.waiting
        and (owners.own or (owners and state.find_heading_owners() and _has_same_depth(state.waiting[0], number)))
    ):
        flush_pending_text(state, state.find_heading_owners())
    _separate_from_above(number, owners, state, said_first=body.lstrip().startswith("一是"))
    text_above = state.waiting[0] if owners and number and state.waiting else ""
    if text_above and find_number(text_above) is None:
        state.stray = text_above
    state.waiting.append(remove_text_label(body) if state.above or state.labelled else body)
    state.empty = None
    if owners:
        flush_pending_text(state, owners)
        state.closed = bool(number)


def _has_same_depth(text: str, number: ParagraphNumber) -> bool:
    above = find_number(text)
    return above is not None and above.depth == number.depth


def _take_heading(body: str, number: ParagraphNumber, owners: Owners, state: RowBuilder) -> str | None:
    """Begin the section or item that a part opens; return the text after the heading, None if nothing follows."""
    heading, text_after = _split_heading(body, number.length, opens=state.opens)
    if not heading:
        _leave_headings(number, state)
        return body
    flush_pending_text(state, state.find_heading_owners())
    report_unused_labels(state)
    add_empty_heading(state, number.depth)
    state.standing = {
        depth: standing_owners for depth, standing_owners in state.standing.items() if depth < number.depth
    }
    state.closed, state.third, state.third_depth = False, "", 0
    state.since = len(state.lines)
    if number.depth == 1:
        state.section, state.item, state.unnumbered = heading, "", ""
    else:
        state.item = heading
        state.unnumbered = state.unnumbered if state.unnumbered == "section" else ""
    if text_after:
        return text_after
    state.alone = heading if number.depth == 2 and not owners else ""
    state.empty = (heading, number.depth, owners)
    if owners:
        state.standing[number.depth] = owners
    return None


def _leave_headings(number: ParagraphNumber, state: RowBuilder) -> None:
    """Leave section and item if a numbered point is on their level."""
    for name in ("section", "item"):
        heading_number = find_number(getattr(state, name))
        if heading_number and heading_number.depth == number.depth:
            flush_pending_text(state, state.find_heading_owners())
            add_empty_heading(state, number.depth)
            setattr(state, name, "")
            state.standing = {
                depth: standing_owners for depth, standing_owners in state.standing.items() if depth < number.depth
            }


def _separate_from_above(
    number: ParagraphNumber | None, owners: Owners, state: RowBuilder, *, said_first: bool
) -> None:
    """Separate the waiting text from the task if it only introduces it or is a third heading; `said_first`: 一是 opens it."""
    if number and number.depth <= state.third_depth:
        state.third, state.third_depth = "", 0
    if not owners or len(state.waiting) != 1 or not (number or said_first):
        return
    if _is_lead_in(state.waiting[0]):
        state.cut = state.waiting.pop()
    elif number and _is_third_heading(state.waiting[0], number):
        state.third_depth = (find_number(state.waiting[0]) or number).depth
        state.third = state.cut = state.waiting.pop()


def _split_heading(body: str, length: int, *, opens: bool) -> tuple[str, str]:
    """Return (heading with which a numbered part begins or "", text after it).

    `length`: of the number; `opens`: a list of deeper numbers follows the paragraph.
    """
    first_sentence, stop, other_text = body.partition("。")
    name = first_sentence[length:]
    if not other_text and (opens or not stop) and len(body) <= MAX_HEADING_CHARACTERS:
        return body, ""
    if name.startswith("请"):
        return "", body  # 五、请设备科于6月30日前公开……。
    if other_text and (
        LABEL_PATTERN.match(other_text.strip()) or _SENTENCE_WITHOUT_TASK_RE.fullmatch(other_text.strip())
    ):
        return "", body  # （一）公布目录。完成时限：……; 一、公布目录。6月底前完成。; （一）公布目录。公开路径：……
    is_plain_name = "，" not in name or not _ORDER_WORD_RE.search(name)
    if len(name) <= 30 and (is_plain_name if other_text else "，" not in name):
        return first_sentence + (stop if other_text or stop else ""), other_text.strip()
    return "", body


def _is_lead_in(text: str) -> bool:
    return text.endswith(("：", ":")) and not find_number(text)


def _is_third_heading(text: str, below: ParagraphNumber) -> bool:
    """Return whether a short text is a heading of depth 3 or more above `below`."""
    number = find_number(text)
    return (
        bool(number and number.depth >= 3 and number.depth < below.depth)
        and len(text) <= MAX_HEADING_CHARACTERS
        and "。" not in text[:-1]
    )


def _add_label_line(text: str, state: RowBuilder) -> None:
    """Assign the units of a label line to the task or heading that they concern."""
    owners = read_owners(text)
    goes_on = state.behind
    state.behind = not state.above and bool(state.waiting or state.alone or state.behind)
    if owners.limit and not owners and state.waiting and not state.above:
        state.limit = "；".join(x for x in (state.limit, owners.limit) if x)
        return
    if state.above:
        if state.waiting or 9 not in state.standing:
            flush_pending_text(state, state.find_heading_owners())
            state.standing[9] = Owners()
        state.standing[9].add(owners)
        state.unused = text
    elif state.empty and not state.waiting and state.next and state.next.depth > state.empty[1]:
        depth = state.empty[1]  # units below a heading, above points of its own: they stand for all of them
        state.standing.setdefault(depth, Owners()).add(owners)
    elif state.waiting or state.alone:
        if not state.waiting:  # the heading is itself what is to be done
            state.waiting.append(state.alone)
            state.item = state.alone = ""
        state.empty = None
        flush_pending_text(state, owners)
    elif state.lines:
        _add_to_last(text, owners, state, goes_on=goes_on)


def _add_to_last(text: str, owners: Owners, state: RowBuilder, *, goes_on: bool) -> None:
    """Add a label line's units to the row before it, with a doubt unless it `goes_on` after another label line."""
    if (
        FROM_A_SENTENCE_MESSAGE in state.lines[-1].doubts
    ):  # the label overrides what a sentence of the task seemed to say
        state.lines[-1].doubts.remove(FROM_A_SENTENCE_MESSAGE)
        state.lines[-1].cells[3:5] = [GridCell(""), GridCell("")]
    elif not goes_on:
        question = f"“{text[:40]}”印在写明单位的事项之后，按只用于最后一项读取，也可能用于以上各项，请核对"
        for line in state.lines[state.since :]:
            line.about.append((None, question))
        state.since = len(state.lines) - 1  # said of all of them once
    cells = state.lines[-1].cells
    state.beside[-1].update(owners.beside)
    for place, value in ((3, owners.lead), (4, owners.responsible), (5, owners.limit)):
        if value:
            cells[place] = GridCell("、".join(x for x in (cells[place].text, value) if x))
