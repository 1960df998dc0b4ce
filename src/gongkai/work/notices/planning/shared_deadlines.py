"""Apply deadlines that a notice states once for several tasks. Pure.

`（本部分各项任务9月底前完成）` applies to all rows below its heading, `除另有说明外，各项任务均于11月30日前完成` to the whole
notice. The closest one wins: the row, its headings, its section, the notice. Ambiguous ones are
flagged, and sentences of unclear scope flag every row without a deadline.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN
from gongkai.lib.reading.words.due_table import ReferenceYears, make_reference_years
from gongkai.work.notices.planning.deadline_lists import split_counts, split_listed_deadlines
from gongkai.work.notices.planning.deadline_scope import (
    NoticeText,
    find_explanations,
    find_quoted_limits,
    find_sentence_deadlines,
    locate_rows,
)
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, JsonObject, find_named_year, to_flag
from gongkai.work.notices.planning.remaining_times import apply_remaining_times
from gongkai.work.notices.planning.roles import PARTNER
from gongkai.work.notices.planning.shared_deadline_words import (
    ALL_TASKS,
    CELL,
    HEADING,
    NOTICE,
    NUMBERED,
    ROW,
    SENTENCE,
    SENTENCE_PATTERN,
    TASKS_ABOVE,
    DueRule,
    SharedDeadline,
    find_heading_deadlines,
    get_sort_day,
    is_only_shared_deadline,
    read_heading_deadline,
    remove_duplicates,
    remove_spaces,
    split_at_deadlines,
)


def apply_deadlines(rows: Iterable[DraftMeasure], parsed: JsonObject, text: str) -> list[DraftMeasure]:
    """Return the rows of a parsed notice with all deadlines and their sources.

    `rows` come from `draft_rows`; `parsed` is the documented JSON; `text` the text of the notice.
    """
    when = find_reference_years(parsed)
    listed = [apply_remaining_times(split_listed_deadlines(draft, when), when) for draft in rows]
    drafts = [_split_other_units(replace(draft, duties=split_counts(draft.duties, when))) for draft in listed]
    return [
        _merge_repeated_recurrences(add_deadline_sources(draft)) for draft in apply_shared_deadlines(drafts, text, when)
    ]


def _merge_repeated_recurrences(draft: DraftMeasure) -> DraftMeasure:
    """Merge a recurrence stated twice (每周更新一次 and 每周五前); the one with the day stays."""
    cells = {remove_spaces(str(text)) for text in draft.extras.values()}
    duties: list[DraftDuty] = []
    dated = [duty for duty in draft.duties if duty.due.get("kind") == "recurring"]
    merged: list[DraftDuty] = []
    for duty in draft.duties:
        once = duty.due.get("kind") == "times" and duty.due.get("count") == 1
        same_period = (
            [dated_duty for dated_duty in dated if dated_duty.due.get("period") == duty.due.get("period")]
            if once
            else []
        )
        if any(dated_duty.text == duty.text for dated_duty in same_period):
            continue
        with_day = next(
            (
                dated_duty
                for dated_duty in same_period
                if dated_duty.due.get("day") and remove_spaces(dated_duty.text) in cells
            ),
            None,
        )
        if with_day and str(duty.due.get("text")) in with_day.text:
            merged.append(with_day)
            duties.append(replace(duty, due=with_day.due))
        else:
            duties.append(duty)
    return replace(draft, duties=tuple(duty for duty in duties if all(duty is not dated_duty for dated_duty in merged)))


# Another unit's part of the task with its own date: 各乡镇（街道）于栏目开通后10个工作日内上传.
_OTHER_UNIT_CLAUSE_RE = re.compile(
    r"^(?:由|请)?(?P<who>各[^，。；]{1,16}?|[^，。；各]{2,16}?(?:局|委|办|办公室|中心|部门|单位|政府|街道|乡镇|村|社区))(?:应当?|须|要|需)?(?:于|在|自)"
)


def _split_other_units(draft: DraftMeasure) -> DraftMeasure:
    """Return a row in which a clause that gives another unit a deadline is a duty of its own; it is flagged."""
    duties: list[DraftDuty] = []
    doubts: list[str] = []
    own_units = "".join(unit.printed for unit in draft.units if unit.part != PARTNER)
    for duty in draft.duties:
        text = str(duty.due.get("text") or "")
        place = duty.text.find(text) if text else -1
        begin = max(duty.text.rfind(stop_sign, 0, place + 1) for stop_sign in "，,。；;") + 1 if place > 0 else 0
        unit_clause = _OTHER_UNIT_CLAUSE_RE.match(duty.text[begin:]) if begin > 6 and draft.units else None
        if unit_clause is None or unit_clause["who"] in own_units or len(duty.text[:begin].strip("，,。；; ")) < 6:
            duties.append(duty)
            continue
        duties += [
            replace(duty, text=duty.text[:begin].strip("，,"), due={}),
            DraftDuty(duty.text[begin:], due=duty.due),
        ]
        doubts.append(f"“{duty.text[begin:][:40]}”是对{unit_clause['who']}的时限，前面的工作按另外的时限读取，请核对")
    measure = replace(draft, duties=tuple(duties))
    for doubt in doubts:
        measure = _add_flag(measure, doubt)
    return measure


def find_reference_years(parsed: JsonObject) -> ReferenceYears:
    """Return the reference for dates of a parsed notice that print no year."""
    issued, year = parsed.get("issued_on"), find_named_year(parsed)
    return make_reference_years(date.fromisoformat(issued), year) if issued else ReferenceYears(year)


def apply_shared_deadlines(drafts: Iterable[DraftMeasure], text: str, reference: ReferenceYears) -> list[DraftMeasure]:
    """Apply shared deadlines to duties without one, and record the source of each deadline.

    `text` has one line for each paragraph and table row (cells separated by │).
    """
    read = list(drafts)
    rows = [_convert_shared_row(draft, reference) for draft in read]
    notice = NoticeText(rows, text.split("\n")[:5000], reference)
    locate_rows(notice)
    sentences = {remove_spaces(was.text) for was, row in zip(read, rows, strict=True) if was is not row}
    shared_limits, loose = find_sentence_deadlines(notice, sentences)
    means, quoted = list(find_explanations(notice)), list(find_quoted_limits(notice))
    year_end = [sentence for word, _, sentence in means if word.startswith("年底")]
    about = {
        index: [shared_limit.words for shared_limit in _find_row_deadlines(draft, reference)]
        for index, draft in enumerate(rows)
    }
    measures = []
    for index, draft in enumerate(rows):
        if draft.preamble or draft.dropped:
            measures.append(_flag_preamble_order(draft, shared_limits) if draft.preamble else draft)
            continue
        nearest_first = sorted(
            (shared_limit for shared_limit in shared_limits if index in shared_limit.reach), key=lambda one: one.near
        )
        own_deadlines = list(_find_row_deadlines(draft, reference)) if len(draft.duties) > 1 else []
        between = [shared_limit for shared_limit in nearest_first if shared_limit.near <= NUMBERED]
        further = [shared_limit for shared_limit in nearest_first if shared_limit.near > NUMBERED]
        candidates = [*own_deadlines, *between, *find_heading_deadlines(draft, reference), *further]
        words_of_later_rows = [
            limit_words
            for place in notice.list_section_rows(draft.section_no)
            for limit_words in (about[place] if place > index else ())
        ]
        measures.append(
            _apply_nearest_deadlines(
                _apply_quoted_limits(_apply_explanations(draft, means), quoted),
                candidates,
                [*loose, *words_of_later_rows, *([] if candidates else year_end)],
                notice,
            )
        )
    return measures


def _apply_explanations(draft: DraftMeasure, explanations: Sequence[tuple[str, DueRule, str]]) -> DraftMeasure:
    return replace(
        draft, duties=tuple(replace(duty, due=_explain_rule(duty.due, explanations)) for duty in draft.duties)
    )


def _explain_rule(due: DueRule, explanations: Sequence[tuple[str, DueRule, str]]) -> DueRule:
    """Return the rule by which a sentence explains a word of the deadline, or the deadline."""
    text = str(due.get("text") or "")
    for word, rule, sentence in explanations:
        if word in text:
            source = {"text": text, "source": {"kind": SENTENCE, "words": sentence}}
            return {key: rule[key] for key in rule if key != "doubt"} | source
    return due


def _apply_quoted_limits(draft: DraftMeasure, quoted: Sequence[tuple[str, DueRule, str]]) -> DraftMeasure:
    """Give a row the limit that a note states for the word in its limit cell."""
    cells = {remove_spaces(str(cell)) for head, cell in draft.extras.items() if DEADLINE_HEAD_PATTERN.search(head)}
    if "" in cells and "" not in draft.cells:  # the reader leaves out the text of a dash
        cells |= {cell for cell in draft.cells if not cell.strip("—－–-")}
    for word, rule, sentence in quoted:
        if word not in cells:
            continue
        due = {**rule, "source": {"kind": SENTENCE, "words": sentence[:200]}}
        vague = [duty for duty in draft.duties if remove_spaces(str(duty.due.get("text") or "")) == word]
        duties = tuple(replace(duty, due=due) if duty in vague else duty for duty in draft.duties)
        if not vague:
            duties = (*duties, DraftDuty(re.split("[，,]", sentence)[-1].rstrip("。；"), due=due))
        draft = replace(draft, duties=duties)
    return draft


def _convert_shared_row(draft: DraftMeasure, reference: ReferenceYears) -> DraftMeasure:
    """Convert a row that is only a shared deadline: drop it, or use the task in its heading."""
    if draft.preamble or not is_only_shared_deadline(draft.text, reference):
        return draft
    if not draft.units:
        return replace(draft, dropped=True, flags=())
    if draft.item and not read_heading_deadline(draft.item, reference):
        text = re.sub(r"^\s*[（(]?[一二三四五六七八九十\d]{1,3}[)）、．.]\s*", "", draft.item)
        return replace(draft, item="", text=text, duties=(DraftDuty(text=text),))
    return draft


def _find_row_deadlines(draft: DraftMeasure, reference: ReferenceYears) -> Iterator[SharedDeadline]:
    """Yield the deadlines of sentences for all that precedes in the row: 以上工作均于9月底前完成."""
    for sentence in SENTENCE_PATTERN.findall(draft.text):
        if TASKS_ABOVE.search(sentence) and is_only_shared_deadline(sentence, reference):
            for _, rule, _ in split_at_deadlines(sentence, reference):
                yield SharedDeadline(rule, sentence.strip(), SENTENCE, near=ROW)


def _flag_preamble_order(draft: DraftMeasure, deadlines: Sequence[SharedDeadline]) -> DraftMeasure:
    """Return an order of the preamble, flagged if it serves as deadline of rows."""
    order = remove_spaces(draft.text)
    rows = {
        at
        for shared_limit in deadlines
        if remove_spaces(shared_limit.words) in order or order in remove_spaces(shared_limit.words)
        for at in shared_limit.reach
    }
    if not rows:
        return draft
    text = f"这句话已作为没有另写时限的任务的时限（涉及{len(rows)}行），不需要另列任务的请选“不列入”"
    return replace(draft, flags=(*draft.flags, to_flag({"field": "duties", "message": text})))


def _lacks_date(due: DueRule) -> bool:
    """Return true if a rule gives no date: it is empty, a minimum of days without a start, or a count without a
    period.
    """
    if not due:
        return True
    stretch = due.get("kind") in {"working_days", "calendar_days"} and due.get("least") and not due.get("after")
    return bool(stretch) or (due.get("kind") == "times" and due.get("period") == "unspecified")


def _apply_nearest_deadlines(
    draft: DraftMeasure, candidates: Sequence[SharedDeadline], unclear_sentences: Sequence[str], notice: NoticeText
) -> DraftMeasure:
    """Return a row whose duties without a date have the nearest of the candidates; conflicts are flagged."""
    heading = next(
        (
            candidate_limit
            for candidate_limit in candidates
            if candidate_limit.kind == HEADING and candidate_limit.due.get("date")
        ),
        None,
    )
    if heading and _has_deadline_from_cell(
        draft
    ):  # its cell states its own limit; the heading states that of the others
        candidates = [candidate for candidate in candidates if candidate.kind != HEADING]
    if any(str(cell).strip(" —-－–/") for head, cell in draft.extras.items() if DEADLINE_HEAD_PATTERN.search(head)):
        candidates = [
            candidate_limit
            for candidate_limit in candidates
            if not re.search("空白|为空|空着|留空|未填|没有?填", candidate_limit.words)
        ]
    waiting = [duty for duty in draft.duties if _lacks_date(duty.due)]
    if not waiting:
        return _ask_about_heading(draft, heading) if heading in candidates else draft
    if not candidates:
        undated = [duty for duty in waiting if not duty.due] if unclear_sentences else []
        return _add_flag(draft, _make_possible_question(unclear_sentences)) if undated else draft
    nearest = candidates[0]
    other_deadlines = [
        shared_limit
        for shared_limit in candidates[1:]
        if shared_limit.near == nearest.near and SENTENCE in {shared_limit.kind, nearest.kind}
    ]
    rivals = [nearest, *other_deadlines]
    rules = remove_duplicates(shared_limit.due for shared_limit in rivals)
    doubt = nearest.doubt
    if len(rules) > 1:
        nearest = min(rivals, key=lambda one: get_sort_day(one.due))
        name_list = "、".join(f"“{rule.get('text')}”" for rule in rules)
        doubt = f"通知对没有写时限的任务有几处规定（{name_list}），按“{nearest.due.get('text')}”读取，请核对"
    if (
        not doubt
        and (day := nearest.due.get("date"))
        and notice.when.issued
        and str(day) < notice.when.issued.isoformat()
    ):
        doubt = f"“{nearest.words[:30]}”的时限{day}早于印发日期，请核对"
    if not doubt and unclear_sentences and (nearest.near >= NOTICE or nearest.words in unclear_sentences):
        doubt = f"这一行没有写明时限，按“{nearest.words[:40]}”读取；通知中{_quote_sentences(unclear_sentences)}也可能适用于这一行，请核对"
    if not doubt and nearest.kind == HEADING and (own_rule := next((duty.due for duty in waiting if duty.due), None)):
        doubt = f"这一行写了“{own_rule.get('text')}”，也按标题的“{nearest.due.get('text')}”读取，请核对"
    duties = tuple(
        replace(duty, due=_merge_rule(duty.due, nearest)) if _lacks_date(duty.due) else duty for duty in draft.duties
    )
    measure = replace(draft, duties=duties)
    return _add_flag(measure, doubt) if doubt else measure


_OWN_DEADLINE_PREVAILS_PATTERN = re.compile(r"从其(?:规定|时间|时限|要求)|以[^，。；]{0,6}为准")


def _has_deadline_from_cell(draft: DraftMeasure) -> bool:
    """Return true if a day was read from the row's own deadline column."""
    cells = remove_spaces(
        "|".join(str(cell) for head, cell in draft.extras.items() if DEADLINE_HEAD_PATTERN.search(head))
    )
    words = [remove_spaces(str(duty.due.get("text") or "")) for duty in draft.duties if not _lacks_date(duty.due)]
    return any(text and text in cells for text in words)


def _ask_about_heading(draft: DraftMeasure, heading: SharedDeadline | None) -> DraftMeasure:
    """Return a row with only a rhythm or vague word, flagged with the question if the day of a heading holds for it.

    A heading for tasks without deadline (没有写明的…) only replaces vague words.
    """
    kinds = {duty.due.get("kind") for duty in draft.duties}
    if heading is None or kinds & {"by_date", "yearly_by"}:
        return draft
    if kinds != {"ongoing"} and (
        ALL_TASKS.search(heading.words) or _OWN_DEADLINE_PREVAILS_PATTERN.search(heading.words)
    ):
        return draft
    text = f"标题写的“{heading.due.get('text')}”没有用于另写了周期、天数或者“及时”一类词的任务，也适用的请补充期限"
    return _add_flag(draft, text)


def _merge_rule(due: DueRule, deadline: SharedDeadline) -> DueRule:
    """Return the rule of a duty under a shared deadline."""
    rule = {key: value for key, value in deadline.due.items() if key != "doubt"}
    source = {"kind": deadline.kind, "words": deadline.words[:200]}
    if due.get("kind") == "times" and str(rule.get("date") or "").endswith("-12-31"):
        return {**due, "period": "year", "source": source}
    return {**rule, "source": source}


def _make_possible_question(unclear_sentences: Sequence[str]) -> str:
    return f"这一行没有写明时限，暂按年底前；通知中{_quote_sentences(unclear_sentences)}可能适用于这一行，请核对"


def _quote_sentences(sentences: Sequence[str]) -> str:
    """Return the first two sentences in quotation marks, 50 characters of each."""
    return "；".join(f"“{text[:50]}”" for text in sentences[:2])


def _add_flag(draft: DraftMeasure, text: str) -> DraftMeasure:
    return replace(draft, flags=(*draft.flags, to_flag({"field": "duties", "message": text})))


def add_deadline_sources(draft: DraftMeasure) -> DraftMeasure:
    """Return the row with the cell or heading of each deadline that the text of its duty does not state."""
    return replace(draft, duties=tuple(replace(duty, due=_find_deadline_source(duty, draft)) for duty in draft.duties))


def _find_deadline_source(duty: DraftDuty, draft: DraftMeasure) -> DueRule:
    """Return the deadline of a duty, with the cell or heading that prints it."""
    if not duty.due or duty.due.get("source"):
        return duty.due
    text = remove_spaces(str(duty.due.get("text") or ""))
    if not text or text in remove_spaces(duty.text):
        return duty.due
    for head, cell in draft.extras.items():
        if text in remove_spaces(str(cell)):
            return {**duty.due, "source": {"kind": CELL, "words": head}}
    for heading in (draft.item, draft.section):
        if text in remove_spaces(heading):
            return {**duty.due, "source": {"kind": HEADING, "words": heading}}
    return duty.due


def describe_source(rule: DueRule) -> str:
    """Return the source of a deadline in words, or ""."""
    source = rule.get("source") or {}
    kind, text = source.get("kind"), str(source.get("words") or "")
    if kind == CELL:
        return f"出自本行“{text}”栏"
    origin = {HEADING: f"出自标题“{text}”", SENTENCE: f"出自通知中“{text}”"}.get(str(kind), "")
    return f"{origin}，已由{source['by']}更正" if origin and source.get("by") else origin
