"""Check published letters of citizens: their columns, and timely answers."""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from datetime import date
from itertools import islice

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law import add_workdays
from gongkai.lib.outbound.crawling.addresses import make_url_shape
from gongkai.oversight.inspection.site.checks.page_faults import iterate_labelled_values
from gongkai.oversight.inspection.site.columns import InspectedColumn
from gongkai.oversight.inspection.site.dates import find_first_day
from gongkai.oversight.inspection.site.page import WebPage
from gongkai.oversight.inspection.site.site import CrawledSite

MAX_CHECKED_MESSAGES = 80
_QUESTION_TIME_LABEL_RE = re.compile(r"(?:留言|来信|提问|咨询|写信|提交|受理|投诉|发布)\s*(?:时间|日期)\s*[:：]?\s*")
_ANSWER_TIME_LABEL_RE = re.compile(r"(?:答复|回复|办结|回答|办理)\s*(?:时间|日期)\s*[:：]?\s*")
_ANSWERING_UNIT_LABEL_RE = re.compile(r"(?:答复|回复|办理|承办|受理|回答)\s*(?:单位|部门|机构|人)")
_ANSWER_TEXT_LABEL_RE = re.compile(
    r"(?:答复|回复|办理|回答)\s*(?:内容|意见|情况|结果|详情)|(?:答复|回复)(?:如下)?\s*[:：]"
    r"|(?:^|\n)\s*[答复]\s*[:：]|收悉|您(?:的来信|的留言|反映的|咨询的|提出的|所反映)"
)
_PENDING_STATE_RE = re.compile(
    r"(?:未|待|暂未|尚未)\s*(?:答复|回复|处理|办理|办结)|处理中|办理中|受理中|等待(?:答复|回复|处理)"
)


#: Number of letters with the same line from which the line belongs to the page template.
_MIN_LETTERS_WITH_LINE = 3
#: Number of letters in a mailbox from which it counts as a column of published messages.
MIN_LETTERS = 2
_LETTER_LABEL_RE = re.compile(r"(?:来信|留言|写信|提问|咨询)(?:人|者)|(?:信件|来信|留言)(?:编号|标题|主题|内容)")


#: Labels of a letter; several of them with a date of receipt identify a letter.
_LETTER_FIELD_LABEL_RE = re.compile(
    r"(?:来信|留言|信件|写信|提问|咨询|诉求|问题)?(?:主题|标题|内容|编号|类型|类别|状态|部门|单位)|网名|昵称|姓名|(?:网友|来信|写信|留言|提问|咨询)(?:人|者|姓名)?"
    r"|(?:处理|办理|回复|答复)状态|(?:答复|回复|办理|处理|回答|反馈)(?:内容|意见|情况|结果|详情|单位|部门|股室|科室|机构|人|时间|日期)?|[问答]"
)
_MIN_LETTER_FIELDS = 3
#: Headings of an answer.
_ANSWER_HEADING_RE = re.compile(
    r"(?:(?:答复|回复|办理|处理|回答|反馈|官方回复)(?:内容|意见|情况|结果|详情)?|答)\s*[:：]?"
)
_LABEL_MARKS = " \u3000:：【】[]"


def _is_letter_page(page: WebPage, today: date) -> bool:
    """Return whether a page is a letter: enough labels, and a day it was written."""
    text = "\n".join(page.lines)
    labels = {label for line in page.lines if _LETTER_FIELD_LABEL_RE.fullmatch(label := _get_label(line))}
    matches = (match for match in _QUESTION_TIME_LABEL_RE.finditer(text) if "发布" not in match[0])
    return len(labels) >= _MIN_LETTER_FIELDS and any(_find_day_after(match, today) for match in matches)


def _get_label(line: str) -> str:
    """Return the label at the beginning of a line: the words before its colon."""
    return re.split("[:：]", line, maxsplit=1)[0].strip(_LABEL_MARKS)


def _find_day_after(label: re.Match[str] | None, today: date) -> date | None:
    """Return the day in the 24 characters after a matched label, or None."""
    return find_first_day(label.string[label.end() : label.end() + 24], today) if label else None


#: Text that follows an empty answer.
_TEXT_AFTER_EMPTY_ANSWER_RE = re.compile(r"[上下]一[篇条封个]|返回|打印|关闭|分享")


def _has_answer(page: WebPage, template_lines: Set[str]) -> bool | None:
    """Return True if a letter's page has an answer, None if no label marks its place.

    Args:
        page: the letter.
        template_lines: lines of the page template, which do not belong to the letter.
    """
    values_beside = [value for text, value in iterate_labelled_values(page) if _ANSWER_HEADING_RE.fullmatch(text)]
    lines_below = [
        page.lines[at + 1] if at + 1 < len(page.lines) else ""
        for at, line in enumerate(page.lines)
        if _ANSWER_HEADING_RE.fullmatch(line)
    ]
    if not values_beside and not lines_below:
        return None
    return any(values_beside) or any(
        line
        and line not in template_lines
        and not _TEXT_AFTER_EMPTY_ANSWER_RE.match(line)
        and not _LETTER_FIELD_LABEL_RE.fullmatch(_get_label(line))
        for line in lines_below
    )


def list_message_columns(site: CrawledSite) -> list[InspectedColumn]:
    """Return the columns with citizens' messages: named so, or mailboxes that list letters."""
    boxes = (
        column
        for column in site.of_kind("interaction")
        if len(list(islice(_iterate_letters(site, column), MIN_LETTERS))) == MIN_LETTERS
    )
    return [*site.of_kind("messages"), *boxes]


def _iterate_letters(site: CrawledSite, column: InspectedColumn) -> Iterator[tuple[WebPage, date | None]]:
    """Yield (letter, its date or None) of a column, also beyond the first list page.

    If the column is not named after letters, only pages with sender and date are letters.
    """
    columns = {one.address for one in site.columns if one.entries}
    days = {entry.address: entry.day for entry in column.entries}
    for address in list(dict.fromkeys([*days, *list_further_pages(site, column)]))[:MAX_CHECKED_MESSAGES]:
        facts = site.facts.get(address)
        page = site.page(facts.id) if facts and address not in columns else None
        if facts is None or page is None:
            continue
        text = "\n".join(page.lines)
        letter = bool(_LETTER_LABEL_RE.search(text) and _QUESTION_TIME_LABEL_RE.search(text)) or (
            address in days and _is_letter_page(page, site.today)
        )
        if letter or (column.kind == "messages" and address in days):
            yield page, days.get(address) or facts.day


def list_further_pages(site: CrawledSite, column: InspectedColumn) -> list[str]:
    """Return the addresses beyond the first page of a list: in its folder or of its URL pattern."""
    folder = f"{column.address.rpartition('/')[0]}/"
    other_shapes = {
        make_url_shape(entry.address)
        for other_column in site.columns
        if other_column is not column
        for entry in other_column.entries
    }
    counts = Counter(make_url_shape(entry.address) for entry in column.entries)
    own_shapes = {shape for shape, count in counts.items() if count > 1} - other_shapes
    return [
        address
        for address in site.facts
        if (address.startswith(folder) and folder.count("/") > 3) or make_url_shape(address) in own_shapes
    ]


def check_letters(site: CrawledSite, column: InspectedColumn) -> None:
    """Check that the letters of a column are answered in time and completely."""
    letters = list(_iterate_letters(site, column))
    lines = Counter(line for page, _ in letters for line in set(page.lines))
    template_lines = site.template.lines | {
        line for line, count in lines.items() if count >= max(_MIN_LETTERS_WITH_LINE, len(letters) / 2)
    }
    limit, veto = site.days("interaction.unanswered", 21), site.days("veto.unanswered", 90)
    for page, listed in letters:
        facts = site.facts[page.address]
        text = "\n".join(page.lines)
        since = _find_day_after(_QUESTION_TIME_LABEL_RE.search(text), site.today)
        if page.has_posted_form and not since and not facts.article:
            continue  # a form for sending or looking up letters
        answered = _has_answer(page, template_lines)
        if answered is None or (not answered and _find_day_after(_ANSWER_TIME_LABEL_RE.search(text), site.today)):
            answered = bool(_ANSWER_TEXT_LABEL_RE.search(text) or _ANSWER_TIME_LABEL_RE.search(text))
        if _is_marked_pending(page.lines) or not answered:
            since = since or listed
            age = (site.today - since).days if since else 0
            if age > veto:
                site.add(
                    "veto.unanswered",
                    page.address,
                    f"留言“{page.heading[:30]}”超过{veto}天没有答复",
                    key=page.address,
                    shown=str(since),
                )
            elif since and _is_late(since, site.today, limit):
                site.add(
                    "interaction.unanswered",
                    page.address,
                    f"留言“{page.heading[:30]}”超过{_convert_to_workdays(limit)}个工作日没有答复",
                    key=page.address,
                    shown=str(since),
                )
            continue
        _report_late_reply(site, page, text, since)
        for name, pattern in (
            ("留言时间", _QUESTION_TIME_LABEL_RE),
            ("答复时间", _ANSWER_TIME_LABEL_RE),
            ("答复单位", _ANSWERING_UNIT_LABEL_RE),
            ("答复内容", _ANSWER_TEXT_LABEL_RE),
        ):
            if not pattern.search(text):
                site.add("interaction.fields", page.address, f"公开的留言缺少“{name}”", key=name, shown=page.heading)


#: Maximum length of a line that states a letter's status; longer lines may be the letter.
_MAX_STATE_LINE_CHARACTERS = 16


def _is_marked_pending(lines: Sequence[str]) -> bool:
    """Return True if a letter's page says in a short line or in the answer that it is pending."""
    answer = next((at for at, line in enumerate(lines) if _ANSWER_TEXT_LABEL_RE.search(line)), len(lines))
    return any(
        _PENDING_STATE_RE.search(line)
        for at, line in enumerate(lines)
        if len(line) <= _MAX_STATE_LINE_CHARACTERS or at >= answer
    )


def _convert_to_workdays(limit: int) -> int:
    """Return calendar days as workdays (five of seven), at least one."""
    return max(1, round(limit * 5 / 7))


def _is_late(since: date, day: date, limit: int) -> bool:
    """Return True if the day is later than the limit (in calendar days), counted as workdays."""
    return day > add_workdays(since, _convert_to_workdays(limit)).due


def _report_late_reply(site: CrawledSite, page: WebPage, text: str, asked_on: date | None) -> None:
    """Report an answer after the limit for vetoes or, failing that, after the one for deductions."""
    limit, veto = site.days("interaction.unanswered", 21), site.days("veto.unanswered", 90)
    day = _find_day_after(_ANSWER_TIME_LABEL_RE.search(text), site.today)
    took = (day - asked_on).days if day and asked_on else 0
    for name, allowed, late in (
        ("veto.unanswered", f"{veto}天", took > veto),
        (
            "interaction.unanswered",
            f"{_convert_to_workdays(limit)}个工作日",
            asked_on and day and _is_late(asked_on, day, limit),
        ),
    ):
        if late:
            message = f"留言“{page.heading[:30]}”超过{allowed}才答复（用了{took}天）"
            site.add(name, page.address, message, key=page.address, shown=str(asked_on))
            return
