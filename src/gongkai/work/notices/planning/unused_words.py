"""Flag deadlines, units and channels that a notice names but no task has. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.lib.reading.words.dues import FoundLimit, find_dues
from gongkai.lib.reading.words.unit_names import UNIT_NAME_END_PATTERN
from gongkai.work.notices.planning.deadline_scope import (
    NoticeText,
    find_reach,
    iterate_own_sentences,
    locate_rows,
    read_quoted_limit,
)
from gongkai.work.notices.planning.draft_rows import DraftDuty, DraftMeasure, JsonObject, build_preamble_measure
from gongkai.work.notices.planning.leftovers import (
    UNUSED_SENTENCE_MESSAGE,
    RowQuestion,
    ask_about_blank_cells,
    ask_about_bracketed_deadlines,
    ask_about_labelled_units,
    ask_about_other_recurrences,
    ask_about_quoted_limits,
    ask_about_row_references,
    ask_about_unassigned_subjects,
    ask_about_unused_helpers,
    ask_about_unused_places,
    flag_questions,
)
from gongkai.work.notices.planning.mentioned_channels import REMARKS_HEAD, find_channels, find_mentioned_columns
from gongkai.work.notices.planning.missed_sentences import apply_default_path, flag_named_rows, flag_table_notes
from gongkai.work.notices.planning.rules import normalize_rule
from gongkai.work.notices.planning.shared_deadline_words import remove_spaces, to_rule
from gongkai.work.notices.planning.shared_owners import NOTE_HEAD

_CLAUSE_PATTERN = re.compile(r"[^，,。；;！\n]+")
# Kinds of deadlines with a date or recurrence, not mere durations.
_DATED_DEADLINE_KINDS = frozenset({"by_date", "yearly_by", "times", "recurring", "working_days"})
_PERIOD_CHARACTERS = {"year": "年", "half_year": "半年", "quarter": "季", "month": "月", "week": "周", "day": "日"}
_UNIT_NAME = rf"(?P<who>[{HAN}]{{2,20}}?(?:局|委|办|办公室|厅|政府|中心|院|公司|部门|单位))"
_UNIT_WITH_VERB_RE = re.compile(
    rf"(?:由|请)(?:{_UNIT_NAME})(?:按职责|具体|统一|同步|负责|牵头|配合|协助|参与|保障|提供|另行|会同|公[开布示]|发布|组织|编制|汇总|承办|落实)"
    rf"|(?:^|(?<=[，。；;]))(?:{_UNIT_NAME.replace('who', 'whose')})(?:负责|牵头|配合|承担|承办|协助)"
)
# 6月15日和12月15日前: a date before the last one.
_LISTED_DATE_RE = re.compile(r"\d{1,2}月\d{1,2}日(?=(?:、|和|及|与|以及)(?P<last>\d{1,2}月\d{1,2}日))")
_GENERAL_UNITS_RE = re.compile(
    r"^各(?:单位|部门)$|有关|相关|本(?:单位|部门|级)|牵头(?:单位|部门)|责任(?:单位|部门)|专人"
)
_REPORTING_VERBS_RE = re.compile(
    r"报(?!告|名|道|刊|纸)|填报|录入|反馈|提交|上传|发[至到]?[^，。；]{0,12}(?:邮箱|公邮)|登记|销号"
)
_ADDRESSED_UNIT_PATTERN = re.compile(
    r"各[^，。；]{0,20}|请[^，。；]{2,20}|(?:牵头|主办|承办|责任|主责)(?:单位|部门|科室|处室)"
)
# The unit after the date: 每月5号前各局（办）把…发我邮箱.
_UNIT_AFTER_DATE_RE = re.compile(
    r"^(?:之?前|内|以?前)?[，,]?(?:由各?[^，。；]{2,20}|各[^，。；]{1,16}?(?:把|将|向|要|应|须))"
)
# Days counted from the end of each task (任务完成后3个工作日内).
_DAY_COUNT_DEADLINE_KINDS = frozenset({"working_days", "calendar_days"})
_NUMBERED_POINT_RE = re.compile(r"(?:^|(?<=[。；;，,\n）)]))\s*(?P<number>\d{1,2})[．.、](?!\d)")


def flag_unused_words(drafts: Sequence[DraftMeasure], text: str, reference: ReferenceYears) -> list[DraftMeasure]:
    """Return the rows, flagged for times, units and channels of the notice that no task has.

    A default place of publication that the notice states is applied first.
    """
    names = {unit.printed for draft in drafts for unit in draft.units}
    begins = _count_numbered_rows(drafts)
    measures = []
    for draft in drafts:
        questions = (
            ()
            if draft.dropped
            else (
                *_find_unused_deadlines(draft, reference),
                *(
                    ()
                    if draft.preamble
                    else (
                        *_find_unused_units(draft, names),
                        *_find_joined_points(draft, begins),
                        *ask_about_unused_places(draft),
                        *ask_about_other_recurrences(draft),
                        *ask_about_bracketed_deadlines(draft),
                    )
                ),
            )
        )
        measures += flag_questions([draft], ((0, *question) for question in questions))
    placed = apply_default_path(measures, _build_notice_text(measures, text, reference))
    notice = _build_notice_text(placed, text, reference)
    flagged = flag_table_notes(flag_named_rows(placed, notice), notice)
    for asks in (
        ask_about_unused_helpers,
        ask_about_quoted_limits,
        ask_about_row_references,
        ask_about_blank_cells,
        ask_about_unassigned_subjects,
        ask_about_labelled_units,
    ):
        flagged = flag_questions(flagged, asks(flagged, _build_notice_text(flagged, text, reference)))
    return _flag_group_notes(_flag_sentences(flagged, text, reference), text, reference)


def _find_unused_deadlines(draft: DraftMeasure, reference: ReferenceYears) -> Iterator[tuple[str, str]]:
    """Yield (field, question) on deadlines printed in a row that no duty has."""
    rules = [duty.due for duty in draft.duties if duty.due]
    read_texts = remove_spaces("；".join(str(rule.get("text") or "") for rule in rules))
    read_rules, rhythms = [normalize_rule(rule) for rule in rules], {rule.get("period") for rule in rules}
    cells = [str(cell) for head, cell in draft.beside.items() if head != NOTE_HEAD]
    for text in (draft.text, *cells):
        for match in _LISTED_DATE_RE.finditer(text[:2000]):
            if match[0] not in read_texts and match["last"] in read_texts:
                clause = _find_clause_at(text, match.start())
                yield "duties", f"{UNUSED_SENTENCE_MESSAGE}：“{clause}”；其中的“{match[0]}”没有读入，请核对"
        for printed_due in find_dues(text[:2000], reference):
            due = printed_due.due
            stretch = due.kind == "working_days" and due.least
            if due.kind not in _DATED_DEADLINE_KINDS or stretch or due.period == "unspecified":
                continue
            if due.period and (_PERIOD_CHARACTERS[due.period] in read_texts or due.period in rhythms):
                continue  # 按季度公开, 每季度结束后10个工作日内 is one recurrence.
            if (
                # Without the list number in front: （三）印发之日起.
                re.search(rf"(?<!\d){re.escape(remove_spaces(re.split('[）)]', due.text)[-1]))}", read_texts)
                or normalize_rule(to_rule(due)) in read_rules
            ):
                continue
            clause = _find_clause_at(text, printed_due.start)
            yield "duties", f"{UNUSED_SENTENCE_MESSAGE}：“{clause}”；其中的时限“{due.text}”没有读入，请核对"


def _find_clause_at(text: str, place: int) -> str:
    """Return the clause at a position of a text, at most 50 characters."""
    return next(
        (match[0].strip()[:50] for match in _CLAUSE_PATTERN.finditer(text) if match.start() <= place < match.end()),
        text[:50],
    )


def _find_unused_units(draft: DraftMeasure, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield (field, question) for each unit to which the text gives a task and that is not among the row's units."""
    printed = remove_spaces("、".join(unit.printed for unit in draft.units))
    cells = [str(cell) for head, cell in draft.beside.items() if REMARKS_HEAD.search(head)]
    text = "。".join([draft.text, *cells])
    for match in _UNIT_WITH_VERB_RE.finditer(text):
        unit_name = match["who"] or match["whose"]
        if unit_name in printed or _GENERAL_UNITS_RE.search(unit_name) or not UNIT_NAME_END_PATTERN.search(unit_name):
            continue
        not_elsewhere = "" if unit_name in names else "，通知的其他任务也没有列它"
        clause = _find_clause_at(text, match.end() - 1)
        yield (
            "responsible",
            f"{UNUSED_SENTENCE_MESSAGE}：“{clause}”；其中的“{unit_name}”没有列为这一行的单位{not_elsewhere}，请核对",
        )


def _count_numbered_rows(drafts: Sequence[DraftMeasure]) -> int:
    """Return how many rows begin with a list number."""
    return sum(bool(re.match(r"\s*\d{1,2}[．.、](?!\d)", draft.text)) for draft in drafts)


def _find_joined_points(draft: DraftMeasure, begins: int) -> Iterator[tuple[str, str]]:
    """Yield (field, question) if a row contains two list numbers while others have a row each."""
    numbers = [int(match["number"]) for match in _NUMBERED_POINT_RE.finditer(draft.text)]
    if begins > 2 and len(numbers) > 1 and numbers[0] > 1 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        shown = "、".join(map(str, numbers))
        yield ("measure", f"这一行含有第{shown}项，按一行的{len(numbers)}项要求读取；是几项任务的请拆分，或者标为无误")


_SOURCE_CITATION_PATTERN = re.compile(r"(?:根据|按照|依据|遵照|为(?:贯彻|落实))[^，。]*《")


def add_closing_orders(
    drafts: Sequence[DraftMeasure], parsed: JsonObject, text: str, reference: ReferenceYears
) -> list[DraftMeasure]:
    """Return the rows with a flagged one for each order, outside the table, to report by a date.

    An order that begins in a row of the preamble is added to it.
    """
    notice = _build_notice_text(drafts, text, reference)
    row_texts = remove_spaces("".join(draft.text for draft in drafts))
    last_section = max((draft.section_no for draft in drafts), default=0)
    number = last_section if any(draft.preamble for draft in drafts) else last_section + 1
    rows = list(drafts)
    for order_text, limit in (
        order for _, sentence in iterate_own_sentences(notice) for order in _split_orders(sentence, reference)
    ):
        if read_quoted_limit(order_text, reference) or _SOURCE_CITATION_PATTERN.match(
            order_text
        ):  # a note on a limit, the basis of the notice
            continue
        if remove_spaces(order_text) in row_texts or not _is_report_order(order_text, limit.start, limit.end):
            continue
        begun = next(
            (
                index
                for index, draft in enumerate(rows)
                if draft.preamble and remove_spaces(draft.text).rstrip("，。；") in remove_spaces(order_text)
            ),
            None,
        )
        if begun is None:
            rows.append(build_preamble_measure({"text": order_text, "due": to_rule(limit.due)}, parsed, number))
        else:
            duty = DraftDuty(
                order_text.replace(rows[begun].text.rstrip("，。；"), "").strip("，；"), due=to_rule(limit.due)
            )
            rows[begun] = replace(rows[begun], text=order_text, duties=(*rows[begun].duties, duty))
        row_texts += remove_spaces(order_text)
    return rows


def _split_orders(sentence: str, reference: ReferenceYears) -> Iterator[tuple[str, FoundLimit]]:
    """Yield (part of a sentence, its only deadline)."""
    dues = _find_dated_deadlines(sentence, reference)
    if len(dues) == 1:
        yield sentence.strip(), dues[0]
        return
    for clause in re.split("[，,]", sentence) if dues else ():
        words = clause.strip("。；; ")
        if len(inside := _find_dated_deadlines(words, reference)) == 1:
            yield words, inside[0]


def _find_dated_deadlines(text: str, reference: ReferenceYears) -> list[FoundLimit]:
    """Return the deadlines in a text that have a date, a recurrence or a start to count from."""
    return [
        due
        for due in find_dues(text, reference)
        if due.due.kind in {"by_date", "recurring"} or (due.due.kind in _DAY_COUNT_DEADLINE_KINDS and due.due.after)
    ]


def _is_report_order(text: str, start: int, end: int) -> bool:
    """Return true if a unit is named before a deadline and ordered to report after it."""
    who = (
        _ADDRESSED_UNIT_PATTERN.search(text[:start])
        or _UNIT_AFTER_DATE_RE.search(text[end:])
        or UNIT_NAME_END_PATTERN.search(text[:start])
    )
    return bool(who and _REPORTING_VERBS_RE.search(text[end : end + 40]))


def _build_notice_text(drafts: Sequence[DraftMeasure], text: str, when: ReferenceYears) -> NoticeText:
    """Return the rows and the first 5000 lines of a notice, with the rows located."""
    notice = NoticeText(list(drafts), text.split("\n")[:5000], when)
    locate_rows(notice)
    return notice


def _flag_sentences(drafts: list[DraftMeasure], text: str, reference: ReferenceYears) -> list[DraftMeasure]:
    """Flag channels and columns in the notice's own sentences, at the likeliest rows."""
    notice = _build_notice_text(drafts, text, reference)
    task_texts = remove_spaces("".join(draft.text for draft in drafts if not draft.preamble))
    orders = remove_spaces("".join(draft.text for draft in drafts if draft.preamble))
    cells = remove_spaces("\n".join(str(cell) for draft in drafts for cell in draft.beside.values()))
    questions: list[RowQuestion] = []
    for line, sentence in iterate_own_sentences(notice):
        names = [
            *find_channels(sentence).used,
            *(column.path for column in find_mentioned_columns(sentence) if column.sure),
            *(match["path"] for match in _QUOTED_SITE_PATH_RE.finditer(sentence)),
        ]
        value = _CELL_LABEL_RE.sub("", remove_spaces(sentence)).strip("；;。）")
        if (
            not names
            or remove_spaces(sentence) in task_texts
            or value in cells
            or _WEB_PAGE_WORDS_PATTERN.search(sentence)
        ):
            continue
        name_start = max(sentence.find(names[0]), 0)
        reach = find_reach(sentence, sentence[:name_start], "", line, notice)[0] or find_most_similar_rows(
            sentence, notice
        )
        if not reach and remove_spaces(sentence) in orders:
            continue
        reach = reach or notice.table_rows[:1]
        quoted_names = "、".join(dict.fromkeys(names))
        question = f"{UNUSED_SENTENCE_MESSAGE}：“{sentence.strip()[:60]}”；其中写有公开渠道、公开路径“{quoted_names}”，可能涉及{len(reach)}行，请核对"
        questions += [(at, "duties", question) for at in reach]
    return flag_questions(drafts, questions)


# 公开途径：…, which a row has in a column of its own.
_CELL_LABEL_RE = re.compile(r"^[^：:，。]{2,8}[:：]")
# （市政府门户网站“政务公开/饮水安全”）.
_QUOTED_SITE_PATH_RE = re.compile(r"(?:网站|门户|官网)(?:首页)?的?[“\"](?P<path>[^“”\"]{2,60})[”\"]")
# Words of a web page around the notice.
_WEB_PAGE_WORDS_PATTERN = re.compile(r"分享[到至]|浏览次数|点击数|打印本页|扫一扫|字号[:：]|当前位置|关闭窗口")
# Minimum share of a row's character pairs in a sentence about it.
_SIMILARITY_THRESHOLD = 0.2


def find_most_similar_rows(sentence: str, notice: NoticeText) -> list[int]:
    """Return the rows most similar to a sentence; none if all are below the threshold."""
    sentence_pairs = _get_character_pairs(sentence)
    shares = {
        at: len(sentence_pairs & pairs) / len(pairs)
        for at in notice.table_rows
        if (pairs := _get_character_pairs(notice.drafts[at].text))
    }
    best = max(shares.values(), default=0.0)
    return [at for at, share in shares.items() if share >= best * 0.8] if best >= _SIMILARITY_THRESHOLD else []


def _get_character_pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters of a text, without common words."""
    words = re.sub(rf"[^{HAN}\w]", "", text)
    return {words[index : index + 2] for index in range(len(words) - 1)} - {"公开", "公布", "信息"}


# 区县政府含云岭高新区管委会, “县级各部门”不含驻县单位.
_GROUP_NOTE_RE = re.compile(
    rf"^[“\"]?(?P<group>[{HAN}]{{2,14}}?)[”\"]?(?:均|都|，)?(?:不含|不包括|含|包括|包含|是指|指)(?P<who>[^，。；]{{2,40}})"
)


def _flag_group_notes(drafts: Sequence[DraftMeasure], text: str, reference: ReferenceYears) -> list[DraftMeasure]:
    """Flag notes on the members of a group (区县政府含高新区管委会) at rows that name it."""
    notes = [
        (match["group"].removeprefix("各"), sentence.strip())
        for _, sentence in iterate_own_sentences(_build_notice_text(drafts, text, reference))
        if (match := _GROUP_NOTE_RE.match(sentence.strip()))
    ]
    return flag_questions(
        drafts,
        (
            (index, "responsible", f"{UNUSED_SENTENCE_MESSAGE}：“{sentence[:60]}”，可能改变这一行的单位，请核对")
            for index, draft in enumerate(drafts)
            for group, sentence in notes
            if any(remove_spaces(unit.printed).removeprefix("各") == group for unit in draft.units)
        ),
    )
