"""Apply sentences of a notice to its rows, and find sentences that became no row. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.tables.head_parts import remove_legend
from gongkai.lib.reading.tables.heads import DEADLINE_HEAD_PATTERN, is_head
from gongkai.lib.reading.words.dues import find_dues
from gongkai.lib.reading.words.numbering import find_number
from gongkai.lib.reading.words.prose_places import SITE_ROOT
from gongkai.lib.reading.words.unit_names import LABEL_OF_UNITS, UNIT_NAME_SUFFIXES
from gongkai.work.notices.importing.head_contents import is_unit_cell
from gongkai.work.notices.planning.deadline_scope import NoticeText, find_row_number, iterate_own_sentences
from gongkai.work.notices.planning.draft_rows import DraftMeasure, to_flag
from gongkai.work.notices.planning.leftovers import UNUSED_SENTENCE_MESSAGE
from gongkai.work.notices.planning.shared_deadline_words import (
    ALL_TASKS,
    LEAD_IN_WORDS,
    NO_DEADLINE_WORDS,
    remove_spaces,
)

# If more is missing, the notice should be imported differently.
MAX_SENTENCES = 40
_MIN_SENTENCE_CHARACTERS, _MAX_SENTENCE_CHARACTERS = 8, 400
# Addressed units or persons: 各单位, 牵头单位, 市教育局, 信息员.
_ADDRESSEE_PATTERN = re.compile(
    rf"各[{HAN}（）、]{{1,12}}|(?:牵头|主办|承办|责任|主责|协办|配合|公开|起草|制定)(?:单位|部门|机关|科室|处室)|[{HAN}]{{2,12}}?(?:{UNIT_NAME_SUFFIXES})(?![{HAN}]{{0,2}}(?:文件|规定))"
)
# Verbs of duties.
_DUTY_VERBS_RE = re.compile(
    r"负责|牵头|落实|报送|报[^告名道刊纸]|提交|填报|上报|反馈|公开|公布|公示|发布|更新|完成|编制|制定|建立|开展|组织|整改|自查|排查|清理|办结|告诉|告知|通知|送|修|换|配合|做好|明确|确定|录入|上传|培训|召开|张贴"
)
_OBLIGATION_WORDS_PATTERN = re.compile(
    r"(?:应当?|须|必须|务必|要(?!求|点|件|素|闻)|请(?!示|求)|不得|一律|由[^，。]{2,20}(?:负责|牵头|承办|落实|修|做|办))"
)
# Kinds of rules that are deadlines.
_DEADLINE_KINDS = frozenset({"by_date", "yearly_by", "recurring", "times", "working_days", "calendar_days"})
# Phrases of the letter itself: reasons, contacts, how to read the table.
_LETTER_PHRASES_RE = re.compile(
    r"印发给你们|下发给你们|转发给你们|(?:贯彻|组织|遵照|参照|对照|结合实际)[^，。]{0,8}(?:执行|实施|落实)|现就|通知如下|提出如下|如下[:：]?$"
    r"|^(?:为了?|根据|按照|经)[^。]{0,60}(?:现将|制定本|印发)|^附件?[:：\d]|^附表|联系(?:人|电话|方式)[:：]|电话[:：]|邮箱[:：]?$|抄送|^主送|此件|公开属性|版权|网站地图"
    r"|^(?:当前位置|索引号|发文|文号|成文|发布日期|有效性|来源)|〔20\d\d〕"
)
# Parts of a task's bracket or label: 〔一是由…〕, 配合单位：….
_TASK_FRAGMENT_RE = re.compile(
    rf"^[（(〔\[【]|^[^（(〔\[【]*[）)〕\]】]$|^{LABEL_OF_UNITS}[:：]|^[^，。；:：]{{0,4}}(?:时限|时间|期限)[:：]"
)
_TABLE_EXPLANATION_PATTERN = re.compile(
    r"(?:指|是指|均指|系指|简称|以下统称)|(?:打|标|填|写)[“\"]?[√/／—★☆▲*-]|空白的|”的[^。]{0,40}按[^。]*(?:执行|办理|确定)|(?:表示|视为|理解为)"
    r"|由(?:该|其|主责|主办|牵头)[^，。；]{0,6}(?:单独|独立)(?:负责|承担|完成)"
)

# Units and deadline of a task: 市工信局牵头，市工商联配合，12月15日前.
_UNITS_AND_DEADLINE_RE = re.compile(
    r"(?:(?:[^，。；]{2,60}(?:牵头|配合|负责|参与|协助|落实)|[^，。；]{0,16}前(?:完成)?)(?:[，；。]|$))+"
)


def find_missed_sentences(notice: NoticeText, shown_remarks: Iterable[str] = ()) -> list[str]:
    """Return at most 40 sentences, and cells of table lines, that name a duty and are in no row.

    `shown_remarks` are words that the review page shows already.
    """
    shown_text = remove_spaces(
        "".join([*shown_remarks, *(text for draft in notice.drafts for text in _list_shown_words(draft))])
    )
    rows = remove_spaces("".join(_join_row_words(draft) for draft in notice.drafts))
    headings = {remove_spaces(text) for draft in notice.drafts for text in (draft.section, draft.item)}
    depths = {find_list_number_depth(notice.lines[line]) for line in notice.rows if line >= 0} - {0}
    sentences: list[tuple[bool, str]] = []
    for line, sentence in iterate_own_sentences(notice):
        order_text = LEAD_IN_WORDS.sub("", sentence.strip()).strip()
        plain = remove_spaces(order_text).rstrip("。；;，,")
        if (
            not _MIN_SENTENCE_CHARACTERS <= len(plain) <= _MAX_SENTENCE_CHARACTERS
            or plain in headings
            or plain in rows
            or _shorten_quote(plain) in shown_text
        ):
            continue
        if line in notice.rows and _UNITS_AND_DEADLINE_RE.fullmatch(order_text):
            continue
        dated = any(due.due.kind in _DEADLINE_KINDS for due in find_dues(order_text, notice.when))
        apart = line not in notice.rows and not _TASK_FRAGMENT_RE.search(order_text)
        numbered = (
            apart
            and find_list_number_depth(notice.lines[line]) in depths
            and bool(_ADDRESSEE_PATTERN.search(order_text))
        )
        if order_text not in (text for _, text in sentences) and (numbered or _is_order(order_text, dated=dated)):
            sentences.append((not dated, order_text))
    sentences += [
        (False, order_text)
        for order_text in _find_lost_rows(notice)
        if _shorten_quote(remove_spaces(order_text)) not in shown_text
    ]
    return [text for _, text in sorted(sentences, key=lambda one: one[0])][:MAX_SENTENCES]


def _find_lost_rows(notice: NoticeText) -> Iterator[str]:
    """Yield the longest cell of table lines that name units but became no row."""
    tasks = remove_spaces(
        "".join((*(draft.text for draft in notice.drafts), *(duty.text for d in notice.drafts for duty in d.duties)))
    )
    for line in notice.lines:
        cells = [cell.strip() for cell in line.split("│") if cell.strip()]
        long = [
            cell for cell in cells if len(remove_spaces(cell)) >= _MIN_SENTENCE_CHARACTERS and not is_unit_cell(cell)
        ]
        named = len(cells) > 1 and any(map(is_unit_cell, cells)) and not any(map(is_head, cells))
        if (
            named
            and long
            and not any(remove_spaces(_remove_number(cell))[:_IDENTIFYING_CHARACTERS] in tasks for cell in long)
        ):
            yield max(long, key=len)


# Leading characters that identify a task.
_IDENTIFYING_CHARACTERS = 8


def _remove_number(text: str) -> str:
    number = find_number(text.strip())
    return text.strip()[number.length :] if number else text.strip()


def find_list_number_depth(line: str) -> int:
    """Return the level of the list number of a line (一、 1, （一） 2); 0 without number."""
    number = find_number(line.strip())
    return number.depth if number else 0


def select_shown_remarks(remarks: Iterable[str]) -> list[str]:
    """Return the remarks that quote a sentence: all that do not start with 表外有."""
    return [remark for remark in remarks if not remark.startswith("表外有")]


def _is_order(text: str, *, dated: bool) -> bool:
    """Return true if a sentence orders something: addressed with 须 or 应, or dated with a duty."""
    if any(
        sign.search(text) for sign in (_LETTER_PHRASES_RE, _TABLE_EXPLANATION_PATTERN, _TASK_FRAGMENT_RE)
    ) or text.endswith((":", "：")):
        return False
    if dated and (ALL_TASKS.search(text) or re.search(NO_DEADLINE_WORDS, text)):  # A deadline for other tasks.
        return False
    is_addressed, does = bool(_ADDRESSEE_PATTERN.search(text)), bool(_DUTY_VERBS_RE.search(text))
    must = bool(_OBLIGATION_WORDS_PATTERN.search(text))
    return (is_addressed and must) or (dated and does and (is_addressed or must))


def _list_shown_words(draft: DraftMeasure) -> Sequence[str]:
    """Return the sentences that the draft already shows as unused or as source of a due date."""
    return [
        *(text for flag in draft.flags if (text := str(flag.get("message"))).startswith(UNUSED_SENTENCE_MESSAGE)),
        *(str((duty.due.get("source") or {}).get("words") or "") for duty in draft.duties),
    ]


def _join_row_words(draft: DraftMeasure) -> str:
    return "".join((draft.text, *draft.cells, *(str(text) for text in draft.extras.values())))


def _shorten_quote(plain: str) -> str:
    return plain[:40]


_DEFAULT_SENTENCE_RE = re.compile(
    r"(?:未|没有?)(?:另行|单独|具体)?(?:注明|写明|标明|标注|明确|列明|说明|注|写)(?:公开|发布|公布)?的?(?:放哪儿?|哪里|位置|渠道|平台|途径|方式|载体|栏目)的?(?:任务|事项)?[，,]?"
    rf"(?:一律|统一|均|都|全部)?(?:放|在|通过|由|发|登|挂|以|于)(?:在|到)?(?P<place>[{HAN}“”]{{2,30}})"
)
_COLUMN_NAME_RE = re.compile(rf"[“\"《](?P<name>[{HAN}]{{2,20}})[”\"》]?(?:专?栏目?)?")
# 要公开的内容没写位置的: applies only to rows that are published.
_PUBLISHED_ROWS_ONLY_PATTERN = re.compile(r"(?:要|应当?|需)公[开布示]的[^，。；]{0,6}$")
_PUBLICATION_VERB_PATTERN = re.compile(r"公[开布示]|发布|张贴|展示|推送|上网|上墙")
_SITE_NAME_RE = re.compile(rf"^[{HAN}]*?(?:门户网站|网站|官网|门户)")
# 事项3, 第（三）项, 第3条.
_ROW_REFERENCE_RE = re.compile(
    r"(?:(?:事项|任务)(?P<plain>\d{1,2})|(?<!原)第[（(]?(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})[)）]?(?:项|条))(?!款|[\d、至到和—-])"
)
# Articles of laws and rules are no rows.
_LAW_REFERENCE_RE = re.compile(r"《[^》]*》[^，。；]{0,6}$|条例|规定|办法")


def apply_default_path(drafts: Sequence[DraftMeasure], notice: NoticeText) -> list[DraftMeasure]:
    """Return the rows; those without a place of publication get the default one, the first of them a flag about it."""
    measures = list(drafts)
    match = _DEFAULT_SENTENCE_RE.search(remove_spaces("".join(notice.lines)))  # A line break may split the sentence.
    if match is None:
        return measures
    published = bool(_PUBLISHED_ROWS_ONLY_PATTERN.search(match.string[: match.start()]))
    without = [
        at
        for at in notice.table_rows
        if drafts[at].units and not any(duty.channels or duty.paths for duty in drafts[at].duties)
    ]
    rows = [at for at in without if not published or _PUBLICATION_VERB_PATTERN.search(drafts[at].text)]
    site, column = _SITE_NAME_RE.match(match["place"]), _COLUMN_NAME_RE.search(match["place"])
    name = site[0] if site else match["place"]
    paths = ((SITE_ROOT, column["name"]),) if site and column else ()
    for at in rows:
        duties = (replace(duty, channels=() if paths else (name,), paths=paths) for duty in measures[at].duties)
        measures[at] = replace(measures[at], duties=tuple(duties))
    if without:
        shown = f"公开栏目为“{column['name']}”" if paths and column else f"公开渠道为“{name}”"
        text = f"“{match[0]}”按适用于没有写公开渠道的{len(rows)}行读取，{shown}，请核对"
        if remaining := [str(at + 1) for at in without if at not in rows]:
            text += f"；第{'、'.join(remaining)}行也没有写，没有按它读取，需要的请补充"
        flag = to_flag({"field": "duties", "message": text}) | {"rows": [at + 1 for at in without]}
        measures[without[0]] = replace(measures[without[0]], flags=(*measures[without[0]].flags, flag))
    return measures


def flag_named_rows(drafts: Sequence[DraftMeasure], notice: NoticeText) -> list[DraftMeasure]:
    """Return the rows, flagged where an unused sentence below the table mentions their number."""
    measures = list(drafts)
    numbers = {number: at for at in notice.table_rows if (number := find_row_number(drafts[at]))}
    if len(numbers) < len(notice.table_rows) - 2 or not numbers:
        return measures
    inside = remove_spaces("".join(draft.text for draft in drafts))
    last_row_line = max((at for at in notice.rows if at >= 0), default=0)
    for line, sentence in iterate_own_sentences(notice):
        named_numbers = {
            to_int(match["plain"] or match["number"]) or 0
            for match in _ROW_REFERENCE_RE.finditer(sentence)
            if not _LAW_REFERENCE_RE.search(sentence[: match.start()])
        }
        for number in sorted(named_numbers & numbers.keys()) if line >= last_row_line else ():
            at = numbers[number]
            plain_sentence = remove_spaces(sentence).lstrip(">＞■□◆●")  # The row itself in a quoted mail.
            if plain_sentence not in inside and not _row_shows_sentence(measures[at], sentence):
                text = f"这句话没有用上：“{sentence.strip()[:60]}”；其中写到第{number}项，可能改变这一行的单位、时限或者渠道，请核对"
                flag = to_flag({"field": None, "message": text})
                measures[at] = replace(measures[at], flags=(*measures[at].flags, flag))
    return measures


_NOTE_LABEL_PATTERN = re.compile(r"\s*(?:表?注|备注|(?:填表)?说明)\s*[:：]")
_LIST_NUMBER_RE = re.compile(r"\s*[（(]?[一二三四五六七八九十\d]{1,2}[）)、．.]")
_TIME_NOTE_WORDS_PATTERN = re.compile(r"时限|时间|期限|[年季月周]末|月底|旬")
_UNITS_NOTE_WORDS_PATTERN = re.compile(r"(?:牵头|责任|配合|协办|承办|参与)(?:单位|部门)")
# Explanations of the table's notation: 〔〕内依次为主办、协办, “／”前为主办, “→”表示上下级, 栏为“—”的.
_NOTATION_NOTE_PATTERN = re.compile(
    r"[内中后]依次[为是]|“[^“”]{1,3}”之?前[^。；]{0,12}为[^。；]{0,20}后|“[→>＞—－\-/／…]+”(?:表示|为|是|指)|[为是填写]“[—－／/无\-]+”的|(?:任务|要点)[^。；]{0,8}(?:编号|序号)"
    r"|不列入(?:承办|责任|牵头)|上下级|独立完成|[打画划][“\"]?√[^。；]*季度末月|从其要求|合并理解|没有(?:出现|标明|注明|写明)[^。；]{0,16}共同(?:负责|承担)|简称"
)
_BLANK_CELL_WORDS_PATTERN = re.compile(
    r"空白|未填|没有?填|未写|没有写|未注明|没有注明|只(?:列|写|填|注明)|仅(?:列|写|填)"
)


def flag_table_notes(drafts: Sequence[DraftMeasure], notice: NoticeText) -> list[DraftMeasure]:
    """Return the rows; the first row that an unused numbered note on times or units may concern has a flag about it."""
    measures = list(drafts)
    inside = remove_spaces("".join(draft.text for draft in drafts))
    asked_messages = "".join(str(flag.get("message")) for draft in drafts for flag in draft.flags)
    at = next((at for at, line in enumerate(notice.lines) if _NOTE_LABEL_PATTERN.match(line)), len(notice.lines))
    for place, line in enumerate(notice.lines[at : at + 12]):
        if place and not _LIST_NUMBER_RE.match(line):
            break
        text = remove_legend(_LIST_NUMBER_RE.sub("", _NOTE_LABEL_PATTERN.sub("", line, count=1), count=1).strip())
        sentences = (_LIST_NUMBER_RE.sub("", sentence).strip() for sentence in re.split(r"(?<=[。；;])", text))
        text = "".join(
            note_sentence
            for note_sentence in sentences
            if note_sentence
            and not _NOTATION_NOTE_PATTERN.search(note_sentence)
            and _is_unused_sentence(note_sentence, measures)
        )
        units, time = _UNITS_NOTE_WORDS_PATTERN.search(text), _TIME_NOTE_WORDS_PATTERN.search(text)
        if any(f"“{word}”的时限写在上级通知里" in asked_messages for word in re.findall("“([^”]{1,12})”", text)):
            continue
        if not (units or time) or remove_spaces(text) in inside:
            continue
        rows = [
            row
            for row in notice.table_rows
            if _may_note_concern_row(drafts[row], text, units=bool(units))
            and not _row_shows_sentence(measures[row], text)
        ]
        if rows:
            question = f"表注“{text[:60]}”没有用上，可能改变{len(rows)}行的{'单位' if units else '时限'}，请核对"
            flag = to_flag({"field": "responsible" if units else "duties", "message": question})
            first_row = measures[rows[0]]
            measures[rows[0]] = replace(first_row, flags=(*first_row.flags, flag | {"rows": [row + 1 for row in rows]}))
    return measures


def _is_unused_sentence(sentence: str, drafts: Sequence[DraftMeasure]) -> bool:
    """Return true if no row, or not each row it is about, uses a sentence."""
    using = [_row_shows_sentence(draft, sentence) for draft in drafts]
    blank = _BLANK_CELL_WORDS_PATTERN.search(sentence) and not _UNITS_NOTE_WORDS_PATTERN.search(sentence)
    return not any(using) or (
        bool(blank)
        and not all(
            used or draft.preamble or not _may_note_concern_row(draft, sentence, units=False)
            for used, draft in zip(using, drafts, strict=True)
        )
    )


def _may_note_concern_row(draft: DraftMeasure, note: str, *, units: bool) -> bool:
    """Return true if a note may be about a row.

    `units`: the note is about missing units, not deadlines.
    """
    if _BLANK_CELL_WORDS_PATTERN.search(note):
        if units:
            return len({unit.part for unit in draft.units}) < 2
        cells = [str(cell) for head, cell in draft.extras.items() if DEADLINE_HEAD_PATTERN.search(head)]
        return not any(cell.strip() for cell in cells)
    text = "".join((draft.text, *draft.cells))
    quoted = re.findall(r"“([^”]{1,12})”", note)
    return any(word in text for word in quoted) if quoted else True


def _row_shows_sentence(draft: DraftMeasure, sentence: str) -> bool:
    """Return true if a row shows the sentence as source of its deadline, note or flag."""
    sentence_start = remove_spaces(sentence)[:20]
    shown_texts = [str(flag.get("message")) for flag in draft.flags]
    shown_texts += [str(duty.due.get("source")) for duty in draft.duties] + [
        str(cell) for cell in draft.beside.values()
    ]
    return any(sentence_start in remove_spaces(text) for text in shown_texts)
