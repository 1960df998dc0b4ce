"""Find sentences that order something but became no row, for clerks to add or dismiss. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.tables.heads import is_head
from gongkai.lib.reading.words.due_table import When
from gongkai.lib.reading.words.dues import find_dues
from gongkai.lib.reading.words.numbering import number_of
from gongkai.lib.reading.words.unit_names import LABEL_OF_UNITS, UNIT_NAME_SUFFIXES
from gongkai.work.notices.importing.head_contents import is_unit_cell
from gongkai.work.notices.planning.deadline_scope import NoticeText, iterate_own_sentences
from gongkai.work.notices.planning.drafting import DraftMeasure
from gongkai.work.notices.planning.leftovers import UNUSED_SENTENCE
from gongkai.work.notices.planning.shared_deadline_words import (
    ALL_TASKS,
    LEAD_IN_WORDS,
    NO_DEADLINE_WORDS,
    remove_spaces,
)

# If more is missing, the notice should be imported differently.
MAX_SENTENCES = 40
_SHORTEST, _LONGEST = 8, 400
# Addressed units or persons: 各单位, 牵头单位, 市教育局, 信息员.
_ADDRESSED = re.compile(
    rf"各[{HAN}（）、]{{1,12}}|(?:牵头|主办|承办|责任|主责|协办|配合|公开|起草|制定)(?:单位|部门|机关|科室|处室)|[{HAN}]{{2,12}}?(?:{UNIT_NAME_SUFFIXES})(?![{HAN}]{{0,2}}(?:文件|规定))"
)
# Verbs of duties.
_DUTY_VERBS = re.compile(
    r"负责|牵头|落实|报送|报[^告名道刊纸]|提交|填报|上报|反馈|公开|公布|公示|发布|更新|完成|编制|制定|建立|开展|组织|整改|自查|排查|清理|办结|告诉|告知|通知|送|修|换|配合|做好|明确|确定|录入|上传|培训|召开|张贴"
)
_MUST_WORDS = re.compile(
    r"(?:应当?|须|必须|务必|要(?!求|点|件|素|闻)|请(?!示|求)|不得|一律|由[^，。]{2,20}(?:负责|牵头|承办|落实|修|做|办))"
)
# Kinds of rules that are deadlines.
_DEADLINE_KINDS = frozenset({"by_date", "yearly_by", "recurring", "times", "working_days", "calendar_days"})
# Phrases of the letter itself: reasons, contacts, how to read the table.
_LETTER_PHRASES = re.compile(
    r"印发给你们|下发给你们|转发给你们|(?:贯彻|组织|遵照|参照|对照|结合实际)[^，。]{0,8}(?:执行|实施|落实)|现就|通知如下|提出如下|如下[:：]?$"
    r"|^(?:为了?|根据|按照|经)[^。]{0,60}(?:现将|制定本|印发)|^附件?[:：\d]|^附表|联系(?:人|电话|方式)[:：]|电话[:：]|邮箱[:：]?$|抄送|^主送|此件|公开属性|版权|网站地图"
    r"|^(?:当前位置|索引号|发文|文号|成文|发布日期|有效性|来源)|〔20\d\d〕"
)
# Parts of a task's bracket or label: 〔一是由…〕, 配合单位：….
_TASK_FRAGMENT = re.compile(
    rf"^[（(〔\[【]|^[^（(〔\[【]*[）)〕\]】]$|^{LABEL_OF_UNITS}[:：]|^[^，。；:：]{{0,4}}(?:时限|时间|期限)[:：]"
)
_READING_NOTE = re.compile(
    r"(?:指|是指|均指|系指|简称|以下统称)|(?:打|标|填|写)[“\"]?[√/／—★☆▲*-]|空白的|(?:表示|视为|理解为)"
)

# Units and deadline of a task: 市工信局牵头，市工商联配合，12月15日前.
_UNITS_AND_DEADLINE = re.compile(
    r"(?:(?:[^，。；]{2,60}(?:牵头|配合|负责|参与|协助|落实)|[^，。；]{0,16}前(?:完成)?)(?:[，；。]|$))+"
)


def find_missed_sentences(notice: NoticeText, said: Iterable[str] = ()) -> list[str]:
    """Return sentences outside all rows that name a duty, those with a deadline first.

    `said` are words that the review page shows already.
    """
    shown = remove_spaces("".join([*said, *(text for draft in notice.drafts for text in _list_shown_words(draft))]))
    rows = remove_spaces("".join(_join_row_words(draft) for draft in notice.drafts))
    headings = {remove_spaces(text) for draft in notice.drafts for text in (draft.section, draft.item)}
    depths = {find_depth(notice.lines[line]) for line in notice.rows if line >= 0} - {0}
    found: list[tuple[bool, str]] = []
    for line, sentence in iterate_own_sentences(notice):
        words = LEAD_IN_WORDS.sub("", sentence.strip()).strip()
        plain = remove_spaces(words).rstrip("。；;，,")
        if (
            not _SHORTEST <= len(plain) <= _LONGEST
            or plain in headings
            or plain in rows
            or _quoted_part(plain) in shown
        ):
            continue
        if line in notice.rows and _UNITS_AND_DEADLINE.fullmatch(words):
            continue
        dated = _has_deadline(words, notice.when)
        apart = line not in notice.rows and not _TASK_FRAGMENT.search(words)
        numbered = apart and find_depth(notice.lines[line]) in depths and bool(_ADDRESSED.search(words))
        if words not in (text for _, text in found) and (numbered or _is_order(words, dated=dated)):
            found.append((not dated, words))
    found += [(False, words) for words in _find_lost_rows(notice) if _quoted_part(remove_spaces(words)) not in shown]
    return [words for _, words in sorted(found, key=lambda one: one[0])][:MAX_SENTENCES]


def _find_lost_rows(notice: NoticeText) -> Iterator[str]:
    """Yield the longest cell of table lines that name units but became no row."""
    tasks = remove_spaces(
        "".join(
            (
                *(draft.text for draft in notice.drafts),
                *(duty.text for d in notice.drafts for duty in d.duties),
            )
        )
    )
    for line in notice.lines:
        cells = [cell.strip() for cell in line.split("│") if cell.strip()]
        long = [cell for cell in cells if len(remove_spaces(cell)) >= _SHORTEST and not is_unit_cell(cell)]
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
    number = number_of(text.strip())
    return text.strip()[number.length :] if number else text.strip()


def find_depth(line: str) -> int:
    """Return the level of the list number of a line (一、 1, （一） 2); 0 without number."""
    number = number_of(line.strip())
    return number.depth if number else 0


def select_shown_remarks(remarks: Iterable[str]) -> list[str]:
    """Return the remarks that account for a sentence."""
    return [remark for remark in remarks if not remark.startswith("表外有")]


def _is_order(words: str, *, dated: bool) -> bool:
    if any(sign.search(words) for sign in (_LETTER_PHRASES, _READING_NOTE, _TASK_FRAGMENT)) or words.endswith(
        (":", "：")
    ):
        return False
    if dated and (ALL_TASKS.search(words) or re.search(NO_DEADLINE_WORDS, words)):  # A deadline for other tasks.
        return False
    who, does = bool(_ADDRESSED.search(words)), bool(_DUTY_VERBS.search(words))
    must = bool(_MUST_WORDS.search(words))
    return (who and must) or (dated and does and (who or must))


def _has_deadline(words: str, when: When) -> bool:
    return any(found.due.kind in _DEADLINE_KINDS for found in find_dues(words, when))


def _list_shown_words(draft: DraftMeasure) -> Sequence[str]:
    return [
        *(words for flag in draft.flags if (words := str(flag.get("message"))).startswith(UNUSED_SENTENCE)),
        *(str((duty.due.get("source") or {}).get("words") or "") for duty in draft.duties),
    ]


def _join_row_words(draft: DraftMeasure) -> str:
    return "".join((draft.text, *draft.cells, *(str(text) for text in draft.extras.values())))


def _quoted_part(plain: str) -> str:
    return plain[:40]
