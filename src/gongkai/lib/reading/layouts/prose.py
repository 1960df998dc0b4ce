"""Read notices without a table: paragraphs that end in （牵头单位：…；责任单位：…)."""

from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.document import Block, Cell, Paragraph
from gongkai.lib.reading.layouts.by_units import tasks_by_units
from gongkai.lib.reading.layouts.extent import (
    IS_ABOUT,
    MAX_HEADING_LENGTH,
    depths_of_headings,
    labels_above,
    labels_lead_points,
    opens_a_list,
    where_it_begins,
    where_it_ends,
)
from gongkai.lib.reading.layouts.headlines import above_first, bare_headline, headlines_of
from gongkai.lib.reading.layouts.labels import BESIDE_LABEL, LABEL_PATTERN, Habits, Owners
from gongkai.lib.reading.layouts.owners import (
    habits_of,
    names_units,
    owners_of,
    split_owners,
    without_text_label,
)
from gongkai.lib.reading.layouts.text_rows import (
    FROM_A_SENTENCE,
    Rows,
    add_below,
    add_empty,
    as_blocks,
    flush_pending_text,
    tell_joined,
    tell_unused,
)
from gongkai.lib.reading.words.clauses import says_who
from gongkai.lib.reading.words.numbering import Number, number_of
from gongkai.lib.reading.words.units import FIRST_LEADS

_IN_BRACKETS = re.compile(r"[（(【〔\[]([^（）()【】〔〕\[\]]{3,300})[）)】〕\]]")
#: What a sentence that orders something says, and no heading does.
_ORDERS = re.compile(r"(?<![主重必需])要(?![点素闻])|应当?|须|不得|及时|每[年季月]|[年月日底]前")


#: A second sentence with nothing but a date, a path or a bracket: 2027年3月底前完成。
_SAYS_NO_MORE = re.compile(
    r"[（(〔【][^（）()〔〕【】]+[）)〕】][。；]?|(?:公开|发布)(?:路径|渠道|位置|方式|平台|载体)[:：].*|(?:于|在)?(?:20\d\d年)?(?:\d{1,2}月(?:\d{1,2}日)?|第?[一二三四1-4]季度|[上下]半年|年)(?:底|末|内|[上中下]旬)?前?(?:全部|基本)?(?:完成|落实|办结)?[。；]?"
)


def prose_blocks(paragraphs: list[str]) -> list[Block] | None:
    """Return front, table and rest of a notice in prose, or None without units."""
    texts = [text.strip() for text in paragraphs if text.strip()]
    if notes := [text for text in texts if FIRST_LEADS.fullmatch(text)]:  # about the whole notice
        blocks = prose_blocks([text for text in texts if text not in notes])
        return blocks and [*blocks[:1], *map(Paragraph, notes), *blocks[1:]]
    habits = habits_of(texts)
    named = [n for n, text in enumerate(texts) if names_units(text) or split_owners(text, habits)[-1][1]]
    inferred = named and all(split_owners(texts[n], habits)[-1][1].guessed for n in named)
    if inferred and not any(map(names_units, texts)) and (blocks := tasks_by_units(texts)):
        return blocks  # units in the tasks themselves only help
    if not named or (len(named) == 1 and not _says_so(texts[named[0]], habits)):
        return tasks_by_units(texts)
    start = above_first(texts, where_it_begins(texts, named[0]), habits)
    end = where_it_ends(texts, named[-1])
    body = texts[start:end]
    habits = replace(habits, each=_each_names_units(body, habits))
    state = Rows(habits, above=(labels_above(body) or labels_lead_points(texts[start : end + 1])) and end < len(texts))
    state.labelled = sum(text != without_text_label(text) for text in body) > 1
    if state.above:
        end = next((n for n in range(end, len(texts)) if not _goes_on(texts[n])), len(texts))
        body = texts[start:end]
    headlines = headlines_of(body, habits)
    if state.above and (titles := _titles(body, headlines)):
        start, body = start + titles, body[titles:]
        headlines = {n - titles: level for n, level in headlines.items()}
    following = _numbers_behind(body)
    for n, (text, deepest) in enumerate(zip(body, depths_of_headings(body, habits), strict=True)):
        if level := headlines.get(n):
            _headline(text, level, state)
            continue
        state.opens = opens_a_list(text, body[n + 1] if n + 1 < len(body) else "")
        state.next = following[n]
        _paragraph(text, deepest, state)
    flush_pending_text(state, state.owners())
    tell_unused(state)
    add_empty(state, 1)
    if len(named) == 1 and len(split_owners(texts[named[0]], habits)) == 1:
        for line in state.lines:
            line.doubts.append("全文只有一处写明单位，请核对")
    tell_joined(state)
    return as_blocks(texts, start, end, state)


def _goes_on(text: str) -> bool:
    number = number_of(text)
    return text.endswith(("。", "；")) or bool(number and number.depth >= 3)


def _titles(body: list[str], headlines: dict[int, int]) -> int:
    first = next((n for n, text in enumerate(body) if names_units(text)), 0)
    return first if not any(number_of(body[n]) or n in headlines for n in range(first)) else 0


def _each_names_units(texts: list[str], habits: Habits) -> bool:
    points = [text for text in texts if (number := number_of(text)) and number.depth >= 3]
    named = sum(bool(split_owners(text, habits)[-1][1]) for text in points)
    return len(points) >= 4 and named * 5 >= len(points) * 3


def _numbers_behind(texts: list[str]) -> list[Number | None]:
    out: list[Number | None] = []
    behind: Number | None = None
    for text in reversed(texts):
        out.append(behind)
        if not names_units(text) and not BESIDE_LABEL.match(text):
            behind = number_of(text)
    return out[::-1]


def _says_so(text: str, habits: Habits) -> bool:
    if names_units(text):
        return bool(owners_of(text))
    cuts = split_owners(text, habits)
    return len(cuts) > 1 or not cuts[-1][1].guessed or any(says_who(inner) for inner in _IN_BRACKETS.findall(text))


def _headline(text: str, level: int, state: Rows) -> None:
    text = bare_headline(text)
    flush_pending_text(state, state.owners())
    state.behind = False
    if level == state.bare_level:
        state.lost = state.item if level == 2 else state.section
    state.bare_level = level
    state.standing = {depth: who for depth, who in state.standing.items() if depth < level}
    state.closed, state.third, state.third_depth = False, "", 0
    if level == 1:
        state.section, state.item = text, ""
    else:
        state.item = text
    state.unnumbered = "section" if level == 1 else "item"


def _paragraph(text: str, deepest: int, state: Rows) -> None:
    if names_units(text):
        _label_line(text, state)
        return
    if BESIDE_LABEL.match(text):
        above = not state.waiting and not state.empty and bool(state.beside)
        (state.beside[-1] if above else state.facts).update(owners_of(text).beside)
        return
    if state.behind and IS_ABOUT.match(text):
        add_below(text, state)
        return
    state.alone, state.behind = "", False
    cuts, number = split_owners(text, state.habits), number_of(text)
    if number and number.depth == 2 and not number_of(cuts[0][0]):  # （一）市财政局：… is no point of the item above
        flush_pending_text(state, state.owners())
        state.item = ""
    for body, owners in cuts:
        _part(body, owners, deepest, state)


def _part(body: str, owners: Owners, deepest: int, state: Rows) -> None:
    number = number_of(body)
    if not body.strip() and not state.waiting and not state.alone:
        state.cut = f"（{owners.lead or owners.responsible}）"  # a bracket alone, about nothing above it
        return
    if number and number.depth <= deepest:
        taken = _take_heading(body, number, owners, state)
        if taken is None:
            return
        body = taken
    if number and state.empty and not state.waiting and number.depth == state.empty[1] <= 2:
        add_empty(state, number.depth)
        if number.depth == 1:
            state.section = ""
        state.item = ""
        state.standing = {depth: who for depth, who in state.standing.items() if depth < number.depth}
    if (
        number
        and state.waiting
        and (owners.own or (owners and state.owners() and _is_as_deep(state.waiting[0], number)))
    ):
        flush_pending_text(state, state.owners())
    _part_from_above(number, owners, state, said_first=body.lstrip().startswith("一是"))
    stray = state.waiting[0] if owners and number and state.waiting else ""
    if stray and number_of(stray) is None:
        state.stray = stray
    state.waiting.append(without_text_label(body) if state.above or state.labelled else body)
    state.empty = None
    if owners:
        flush_pending_text(state, owners)
        state.closed = bool(number)


def _is_as_deep(text: str, number: Number) -> bool:
    above = number_of(text)
    return above is not None and above.depth == number.depth


def _take_heading(body: str, number: Number, owners: Owners, state: Rows) -> str | None:
    heading, rest = _split_heading(body, number.length, opens=state.opens)
    if not heading:
        _leave_headings(number, state)
        return body
    flush_pending_text(state, state.owners())
    tell_unused(state)
    add_empty(state, number.depth)
    state.standing = {depth: who for depth, who in state.standing.items() if depth < number.depth}
    state.closed, state.third, state.third_depth = False, "", 0
    state.since = len(state.lines)
    if number.depth == 1:
        state.section, state.item, state.unnumbered = heading, "", ""
    else:
        state.item = heading
        state.unnumbered = state.unnumbered if state.unnumbered == "section" else ""
    if rest:
        return rest
    state.alone = heading if number.depth == 2 and not owners else ""
    state.empty = (heading, number.depth, owners)
    if owners:
        state.standing[number.depth] = owners
    return None


def _leave_headings(number: Number, state: Rows) -> None:
    for name in ("section", "item"):
        above = number_of(getattr(state, name))
        if above and above.depth == number.depth:
            flush_pending_text(state, state.owners())
            add_empty(state, number.depth)
            setattr(state, name, "")
            state.standing = {depth: who for depth, who in state.standing.items() if depth < number.depth}


def _part_from_above(number: Number | None, owners: Owners, state: Rows, *, said_first: bool) -> None:
    if number and number.depth <= state.third_depth:
        state.third, state.third_depth = "", 0
    if not owners or len(state.waiting) != 1 or not (number or said_first):
        return
    if _leads_in(state.waiting[0]):
        state.cut = state.waiting.pop()
    elif number and _is_third_heading(state.waiting[0], number):
        state.third_depth = (number_of(state.waiting[0]) or number).depth
        state.third = state.cut = state.waiting.pop()


def _split_heading(body: str, length: int, *, opens: bool) -> tuple[str, str]:
    first, stop, rest = body.partition("。")
    name = first[length:]
    if not rest and (opens or not stop) and len(body) <= MAX_HEADING_LENGTH:
        return body, ""
    if name.startswith("请"):
        return "", body  # 五、请设备科于6月30日前公开……。
    if rest and (LABEL_PATTERN.match(rest.strip()) or _SAYS_NO_MORE.fullmatch(rest.strip())):
        return "", body  # （一）公布目录。完成时限：……; 一、公布目录。6月底前完成。; （一）公布目录。公开路径：……
    plain = "，" not in name or not _ORDERS.search(name)
    if len(name) <= 30 and (plain if rest else "，" not in name):
        return first + (stop if rest or stop else ""), rest.strip()
    return "", body


def _leads_in(text: str) -> bool:
    return text.endswith(("：", ":")) and not number_of(text)


def _is_third_heading(text: str, below: Number) -> bool:
    number = number_of(text)
    return (
        bool(number and number.depth >= 3 and number.depth < below.depth)
        and len(text) <= MAX_HEADING_LENGTH
        and "。" not in text[:-1]
    )


def _label_line(text: str, state: Rows) -> None:
    owners = owners_of(text)
    goes_on = state.behind
    state.behind = not state.above and bool(state.waiting or state.alone or state.behind)
    if owners.limit and not owners and state.waiting and not state.above:
        state.limit = "；".join(x for x in (state.limit, owners.limit) if x)
        return
    if state.above:
        if state.waiting or 9 not in state.standing:
            flush_pending_text(state, state.owners())
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


def _add_to_last(text: str, owners: Owners, state: Rows, *, goes_on: bool) -> None:
    if FROM_A_SENTENCE in state.lines[-1].doubts:  # what a sentence of the task seemed to say gives way to its label
        state.lines[-1].doubts.remove(FROM_A_SENTENCE)
        state.lines[-1].cells[3:5] = [Cell(""), Cell("")]
    elif not goes_on:
        told = f"“{text[:40]}”印在写明单位的事项之后，按只用于最后一项读取，也可能用于以上各项，请核对"
        for line in state.lines[state.since :]:
            line.about.append((None, told))
        state.since = len(state.lines) - 1  # said of all of them once
    cells = state.lines[-1].cells
    state.beside[-1].update(owners.beside)
    for place, value in ((3, owners.lead), (4, owners.responsible), (5, owners.limit)):
        if value:
            cells[place] = Cell("、".join(x for x in (cells[place].text, value) if x))
