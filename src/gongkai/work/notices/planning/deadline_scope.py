"""Find the rows a shared deadline applies to. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.reading.layouts.labels import LABEL_PATTERN, LABELLED_PART_PATTERN
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.lib.reading.words.dues import read_limit
from gongkai.work.notices.planning.draft_rows import DraftMeasure
from gongkai.work.notices.planning.rules import is_vague
from gongkai.work.notices.planning.shared_deadline_words import (
    ALL_TASKS,
    CLAUSE_STOPS,
    DEADLINE_LABEL,
    EXPLAINED_WORD,
    LEAD_IN_WORDS,
    MARKED_TASKS,
    NO_DEADLINE_WORDS,
    NOTICE,
    NUMBER_WORDS,
    NUMBERED,
    NUMBERED_TASKS,
    OTHER_TASKS,
    REST,
    SECTION,
    SENTENCE,
    SENTENCE_PATTERN,
    TASKS_ABOVE,
    TASKS_BELOW,
    TASKS_OF_SECTION,
    DueRule,
    SharedDeadline,
    may_set_deadline,
    remove_spaces,
    sets_deadline,
    split_at_deadlines,
    to_rule,
)

# A first-level heading on its own line.
_HEADING_LINE_RE = re.compile(r"^\s*[一二三四五六七八九十]{1,3}、[^。；│]{2,40}$")


@dataclass
class NoticeText:
    """The rows and lines of a notice; `when` is the reference for dates without a year.

    `rows` is the first line of each row; `sections` are pairs (first line, number of the section).
    A line of -1 was not found.
    """

    drafts: list[DraftMeasure]
    lines: list[str]
    when: ReferenceYears
    rows: list[int] = field(default_factory=list)
    sections: list[tuple[int, int]] = field(default_factory=list)

    def find_section(self, line: int) -> int | None:
        """Return the number of the section that contains a line, or None."""
        above = [(at, number) for at, number in self.sections if 0 <= at <= line]
        if not above or any(_HEADING_LINE_RE.match(text) for text in self.lines[above[-1][0] + 1 : line + 1]):
            return None
        return above[-1][1]

    def list_section_rows(self, number: int | None) -> list[int]:
        """Return the indexes of a section's rows, without orders of the preamble."""
        return [at for at, draft in enumerate(self.drafts) if draft.section_no == number and not draft.preamble]

    @property
    def table_rows(self) -> list[int]:
        """Return the indexes of all rows of the table, without orders of the preamble and dropped rows."""
        return [at for at, draft in enumerate(self.drafts) if not draft.preamble and not draft.dropped]


# A place moved behind a task's words is elsewhere in the text.
_MOVED_PLACE_RE = re.compile(r"（(?=(?:信息)?(?:公开|发布|公布|展示)..[:：])")


def locate_rows(notice: NoticeText) -> None:
    """Add to the notice the lines on which its rows and sections begin."""
    lines = [remove_spaces(line) for line in notice.lines]
    at, section_at, seen_sections = 0, 0, set[int]()
    for draft in notice.drafts:
        if draft.section and draft.section_no not in seen_sections:
            seen_sections.add(draft.section_no)
            section_at = _find_line(remove_spaces(draft.section)[:30], lines, section_at)
            notice.sections.append((section_at, draft.section_no))
            at, section_at = max(at, section_at), max(section_at, 0)
        row_start = _MOVED_PLACE_RE.split(remove_spaces(draft.text.split("\n")[0]))[0][:18]
        row_line = _find_line(row_start, lines, at) if row_start and not draft.preamble else -1
        notice.rows.append(row_line)
        at = max(at, row_line)


def _find_line(text: str, lines: Sequence[str], start: int) -> int:
    """Return the index of the first line from `start` on that contains a text, or -1."""
    return next((at for at in range(max(start, 0), len(lines)) if text in lines[at]), -1)


def find_sentence_deadlines(
    notice: NoticeText, row_sentences: Collection[str]
) -> tuple[list[SharedDeadline], list[str]]:
    """Return (shared deadlines stated in sentences, sentences whose scope is unclear).

    `row_sentences` are texts of rows that consist of such a sentence.
    """
    deadlines: list[SharedDeadline] = []
    loose: list[str] = []
    inside = remove_spaces("".join(_join_row_text(draft) for draft in notice.drafts if not draft.preamble))
    for at, sentence in iterate_own_sentences(notice, row_sentences):
        sentence_deadlines, is_complete = _read_sentence(sentence, at, notice)
        deadlines += sentence_deadlines
        if not is_complete and remove_spaces(sentence) not in inside and may_set_deadline(sentence, notice.when):
            loose.append(sentence)
    return deadlines, list(dict.fromkeys(loose))


def iterate_own_sentences(notice: NoticeText, rows_of_sentences: Collection[str] = ()) -> Iterator[tuple[int, str]]:
    """Yield (line, sentence) outside the rows, without list numbers or 注：.

    `rows_of_sentences` are texts of rows that are searched as well, because they consist of such a sentence.
    """
    row_texts = {
        remove_spaces(cell) for draft in notice.drafts for cell in (*draft.cells, *draft.extras.values())
    } - set(rows_of_sentences)
    for at, line in enumerate(notice.lines):
        for cell in dict.fromkeys(cell_text.strip() for cell_text in line.split("│")):
            if cell and len(cell) <= 2000 and remove_spaces(cell) not in row_texts and not _is_label_line(cell):
                for sentence in SENTENCE_PATTERN.findall(cell):
                    yield at, LEAD_IN_WORDS.sub("", sentence.strip())


def _is_label_line(cell: str) -> bool:
    """Return true if a line is the labels of the task above: 牵头：…　时限：…."""
    return (
        bool(LABEL_PATTERN.match(cell))
        and len(cell) <= 300
        and len(list(islice(LABELLED_PART_PATTERN.finditer(cell), 2))) == 2
    )


def _read_sentence(sentence: str, line: int, notice: NoticeText) -> tuple[list[SharedDeadline], bool]:
    """Return (deadlines of a sentence, true if it has no other words about time)."""
    deadlines: list[SharedDeadline] = []
    sentence_text = sentence
    if match := DEADLINE_LABEL.match(sentence_text):
        rules = [to_rule(due) for due in read_limit(match["limit"], notice.when)]
        if len(rules) == 1 and not _is_line_of_task(line, notice):
            reach = _find_rows_below(line, notice)
            doubt = f"“{sentence_text[:40]}”按适用于其下没有写时限的{len(reach)}行读取，请核对"
            sentence_text = sentence_text if sentence_text[0] in "（(【[" else sentence_text.rstrip("）)】]")
            return [SharedDeadline(rules[0], sentence_text, SENTENCE, frozenset(reach), SECTION, doubt)], True
    clauses = list(split_at_deadlines(sentence_text, notice.when))
    for text_before, rule, text_after in clauses:
        if rule.get("least") or not sets_deadline(text_before, text_after):
            continue
        reach, nearness, doubt = find_reach(sentence_text, text_before, CLAUSE_STOPS.split(text_after)[0], line, notice)
        if reach:
            doubt = doubt or str(rule.get("doubt") or "")
            deadlines.append(SharedDeadline(rule, sentence_text, SENTENCE, frozenset(reach), nearness, doubt))
    return deadlines, bool(deadlines) and len(deadlines) == len(clauses)


_LABELLED_FACT_RE = re.compile(rf"^[^，。；]{{2,8}}[:：]|{DEADLINE_LABEL.pattern}")


def _is_line_of_task(line: int, notice: NoticeText) -> bool:
    """Return true if a line 完成时限：… belongs to a task rather than to a heading."""
    if line in notice.rows:
        return True
    if not any(0 <= at < line for at in notice.rows):
        return False
    lines = ((at, remove_spaces(notice.lines[at])) for at in range(line - 1, -1, -1))
    line_above, text_above = next(
        (pair for pair in lines if pair[1] and not _LABELLED_FACT_RE.match(pair[1])), (-1, "")
    )
    headings = {remove_spaces(text) for draft in notice.drafts for text in (draft.section, draft.item) if text}
    return text_above not in headings or line_above in notice.rows


def find_reach(sentence: str, before: str, after: str, line: int, notice: NoticeText) -> tuple[list[int], int, str]:
    """Return (indexes of the rows to which a deadline applies, kind of scope, question or "").

    `before` and `after` are the words around the deadline; `line` is where the sentence is.
    """
    text = f"{before}…{after}"
    if (signed := _find_marked_or_numbered(before, line, notice)) is not None:
        return signed
    section = notice.find_section(line)
    if TASKS_OF_SECTION.search(text):
        return notice.list_section_rows(section), SECTION, ""
    if TASKS_ABOVE.search(text):
        return _find_rows_above(sentence, line, notice)
    if TASKS_BELOW.search(text):
        return _find_rows_below(line, notice), SECTION, ""
    if OTHER_TASKS.search(before):
        return notice.table_rows, REST, ""
    return _find_whole_reach(sentence, text, section, line, notice)


def _find_marked_or_numbered(before: str, line: int, notice: NoticeText) -> tuple[list[int], int, str] | None:
    """Return (rows, kind of scope, question or "") for 标★的任务, 第1至5项任务; None for others."""
    if match := MARKED_TASKS.search(before):
        return [at for at in notice.table_rows if match["mark"] in _join_row_text(notice.drafts[at])], NUMBERED, ""
    if match := NUMBERED_TASKS.search(before):
        reach, exact = _find_numbered_rows(match, line, notice)
        rows = "、".join(str(at + 1) for at in reach[:12])
        return (reach, NUMBERED, "" if exact else f"“{match[0]}”按第{rows}行读取，请核对") if reach else None
    return None


def _find_whole_reach(
    sentence: str, text: str, section: int | None, line: int, notice: NoticeText
) -> tuple[list[int], int, str]:
    """Return (rows, kind of scope, question or "") for 各项任务, 未注明时限的."""
    if not ALL_TASKS.search(text):
        return [], NOTICE, ""
    inside = notice.list_section_rows(section)
    follow = any(notice.rows[at] > line for at in inside)
    between = section is not None and follow and len(inside) < len(notice.table_rows)
    if between and not re.search(f"{NO_DEADLINE_WORDS}|本(?:通知|方案|要点)", text):
        return inside, SECTION, f"“{sentence[:30]}”写在这一部分，按只适用于这一部分读取，请核对"
    return notice.table_rows, NOTICE, ""


def _join_row_text(draft: DraftMeasure) -> str:
    return "".join((draft.section, draft.item, draft.text, *draft.cells))


def _find_rows_above(text: str, line: int, notice: NoticeText) -> tuple[list[int], int, str]:
    """Return (rows above, kind of scope, question or "") for 上述任务."""
    is_after_all_rows = all(at <= line for at in notice.rows if at >= 0)
    if is_after_all_rows:
        several = len({notice.drafts[at].section_no for at in notice.table_rows}) > 1
        plainly = not several or re.search("各项|所有|全部|各条", text)
        doubt = "" if plainly else f"“{text[:30]}”写在最后，按适用于以上全部任务读取，也可能只指最后一部分，请核对"
        return notice.table_rows, NOTICE, doubt
    inside = [at for at in notice.list_section_rows(notice.find_section(line)) if 0 <= notice.rows[at] <= line]
    return inside, SECTION, ""


def _find_rows_below(line: int, notice: NoticeText) -> list[int]:
    """Return the rows below a line for 以下任务: those of its section, else all."""
    section = notice.find_section(line)
    rows = notice.table_rows if section is None else notice.list_section_rows(section)
    return [at for at in rows if notice.rows[at] > line] or [at for at in notice.table_rows if notice.rows[at] > line]


_PRINTED_NUMBER_RE = re.compile(rf"^\s*(?:[（(]|(?:任务|事项)(?=\d))?(?P<number>{NUMBER_WORDS})[)）、．.\s]")


def _find_numbered_rows(match: re.Match[str], line: int, notice: NoticeText) -> tuple[list[int], bool]:
    """Return (rows by printed numbers if all have one, else by order; true if that is certain)."""
    first_number, last_number = to_int(match["first"]) or 0, to_int(match["last"] or match["first"]) or 0
    wanted_numbers = set(range(first_number, last_number + 1)) | {
        to_int(number) or 0 for number in re.findall(NUMBER_WORDS, match["more"] or "")
    }
    section = notice.find_section(line)
    rows = (
        notice.list_section_rows(section)
        if section and any(notice.rows[at] > line for at in notice.table_rows)
        else notice.table_rows
    )
    printed = [find_row_number(notice.drafts[at]) for at in rows]
    exact = all(printed) and len(set(printed)) == len(printed)
    reach = [at for place, at in enumerate(rows, start=1) if (printed[place - 1] if exact else place) in wanted_numbers]
    return reach, exact and len(rows) == len(notice.table_rows) and len(reach) == len(wanted_numbers)


def find_row_number(draft: DraftMeasure) -> int | None:
    """Return the number a row prints in its column, heading or text, or None."""
    for text in (str(draft.extras.get("序号") or ""), draft.item, draft.text):
        if text and (match := _PRINTED_NUMBER_RE.match(f"{text}、" if text.isdecimal() else text)):
            return to_int(match["number"])
    return None


# 完成时限标注“全年持续”的，牵头单位应于12月10日前报送: what a word in the limit column means.
_QUOTED_LIMIT_RE = re.compile(r"(?:时限|时间|期限|节点)[^，。；“”]{0,8}“(?P<word>[^“”]{1,12})”(?:字样)?的")


def find_quoted_limits(notice: NoticeText) -> Iterator[tuple[str, DueRule, str]]:
    """Yield (word, rule, sentence) of notes that explain a word of the limit column."""
    for _, sentence in iterate_own_sentences(notice):
        if (match := _QUOTED_LIMIT_RE.search(sentence)) and (rule := read_quoted_limit(sentence, notice.when)):
            yield remove_spaces(match["word"]), rule, sentence.strip()


def read_quoted_limit(sentence: str, reference: ReferenceYears) -> DueRule | None:
    """Return the date in a note that explains a word of the table, such as “年底前”指12月15日前.

    Return None if the sentence is no such note, or has another date, number or a doubtful date; vague limits may be
    beside it.
    """
    match = _QUOTED_LIMIT_RE.search(sentence)
    found = [rule for _, rule, _ in split_at_deadlines(sentence[match.end() :], reference)] if match else []
    sharp = [rule for rule in found if rule.get("date") or rule.get("month_day") or rule.get("day")]
    vague = [rule for rule in found if is_vague(rule)]
    return sharp[0] if len(sharp) == 1 == len(found) - len(vague) and not sharp[0].get("doubt") else None


# 3月、6月、9月、12月的20日前 is 每季度末月20日前.
_MONTHS_OF_QUARTERS = (
    (re.compile("3月(?:份)?[、和]6月(?:份)?[、和]9月(?:份)?[、和]12月(?:份)?的?"), "每季度末月"),
    (re.compile("1月(?:份)?[、和]4月(?:份)?[、和]7月(?:份)?[、和]10月(?:份)?的?"), "每季度首月"),
)


def find_explanations(notice: NoticeText) -> Iterator[tuple[str, DueRule, str]]:
    """Yield (word, rule, sentence) of times explained by exactly one limit: `“年底前”均指12月15日前`."""
    for line in notice.lines:
        for match in EXPLAINED_WORD.finditer(line[:5000]):
            limit = match["limit"]
            for months, name in _MONTHS_OF_QUARTERS:
                limit = months.sub(name, limit)
            rules = [to_rule(due) for due in read_limit(limit, notice.when)]
            if len(rules) == 1 and read_limit(match["word"], notice.when):
                yield match["word"], rules[0], match[0]
