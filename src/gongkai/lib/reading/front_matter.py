"""Read the text around the table: title, number, issuer, date, status, basis, orders."""

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.days import read_day
from gongkai.lib.chinese.document_numbers import is_document_number, iterate_numbers
from gongkai.lib.reading.disclosure_marks import (
    SITE_FOOTER_PATTERN,
    find_public_mark,
    list_attachment_names,
    read_site_facts,
)
from gongkai.lib.reading.model import CitedBasis, Duty
from gongkai.lib.reading.words.due_table import ReferenceYears
from gongkai.lib.reading.words.duties import ReadingContext, read_duties
from gongkai.lib.reading.words.numbering import find_number, remove_number

_DATE_WITHOUT_DAY_RE = re.compile(r"^(20\d\d)\s*年\s*(?:(\d{1,2})\s*月)?\s*(?:\d{0,2}\s*日)?$")
_DRAFT_MARK_RE = re.compile(r"征求意见稿|公开征求意见稿|讨论稿|送审稿|草案|（草稿）")
_TITLE_END_RE = re.compile(
    r"(?:通知|方案|清单|要点|意见|办法|制度|规定|规则|职责|工作任务|会议纪要|工作提示|责任[书状]|任务书|[督交]办(?:通知)?单|办理函|分工|分工表|分解表|任务表|一览表|计划|台账|的函|细则|目录|工作安排|(?:计划|时间|安排|评分|考核|责任|进度)表)(?:的通知)?$"
)
_ISSUING_OFFICE_RE = re.compile(
    rf"[{HAN}]{{2,30}}?(?:办公室|办公厅|人民政府|委员会|政府办|局|厅|委|中心|管委会)(?=关于|印发|转发)"
)
_SIGNING_OFFICE_RE = re.compile(
    rf"^[{HAN}（）()]{{3,30}}(?:办公室|办公厅|政府|委员会|局|厅|委|中心|院|领导小组|管委会|办事处|政府办|公开办|小组办)$"
)
_SALUTATION_RE = re.compile(r"^[^。；]{4,160}[：:]$")
_CITED_DOCUMENT_RE = re.compile(
    r"《(?P<title>(?:[^《》]|《[^《》]{1,80}》){4,120})》(?:[（(〔](?P<note>[^）)]{2,60})[）)〕])?"
)
_TITLE_AND_NUMBER_RE = re.compile(
    rf"(.{{4,}}(?:通知|意见|方案|要点|办法|计划|分工))([{HAN}]{{2,12}}[〔［\[（(]20\d\d[〕］\]）)]\s*\d+\s*号)"
)
_DOCUMENT_NUMBER_LABEL_RE = re.compile(r"(?:发\s*文\s*字\s*号|文\s*号|文件编号)\s*[:：]")
_ISSUED_DOCUMENT_LEAD_IN_RE = re.compile(r"(?:现将|现把|制定了?|制定本|形成)[^《]{0,12}$")
_SUPERIOR_APPROVAL_RE = re.compile(r"已经?.{0,20}?(?:同意|审议通过|批准)|印发给你们")
_OFFICE_AND_DATE_RE = re.compile(
    rf"^(?P<office>[{HAN}（）()]{{3,30}}?)制?[ \u3000\t]+(?P<day>20\d\d\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日)$"
)
_BRACKET_CONTENT_RE = re.compile(r"^[（(](?P<inner>[^（）()]+)[）)]$")
_OPENING_FORMULA_RE = re.compile(
    r"印发(?:给)?你们|请(?:认真)?(?:抓好)?贯彻|现(?:就|将)|制定(?:本|以下)|提出以下|通知如下"
)
_ORDER_WORD_RE = re.compile(r"要|应|须|必须|不得|严禁|严格|确保|报送|备案|请于|加强|开展|可先")
_METADATA_LINE_RE = re.compile(r"发布日期|发布时间|来源|索引号|发文字号|文号|主题|成文日期|标题|当前位置")
_NON_CONTENT_LINE_RE = re.compile(
    r"^(?:附件[\d一二三四五：:、．. ]*.{0,40}|填[表报]说明|[（(]此件.{2,8}[）)]|发布(?:日期|时间)[:：].*|文件下载|来源[:：].*|"
    r"抄\s*[送报]\s*[:：][^。；]{2,300}。?|(?![请由])\S{2,28}(?:办公室|办公厅|政府|秘书[处科]|委员会|局)\s*(?:\d{4}年\d{1,2}月\d{1,2}日|年\s*月\s*日)\s*印发|"
    r"(?:首页|打印|关闭|分享|字体|浏览次数|当前位置|索引号|主题分类|发文机构|有效性)[^。]{0,60}|-?\s*\d{1,3}\s*-?|—\s*\d{1,3}\s*—|.*\.(?:docx?|pdf|wps|xlsx?)(?:\s*<BR>)?\s*)$"
)


@dataclass(slots=True)
class FrontMatter:
    """The facts around the table of a notice; `unread`: paragraphs of unknown purpose."""

    title: str = ""
    doc_number: str | None = None
    issuer: str | None = None
    issued_on: str | None = None
    status: str = "issued"
    public_mark: str | None = None
    attachments: tuple[str, ...] = ()
    basis: tuple[CitedBasis, ...] = ()
    duties: tuple[Duty, ...] = ()
    unread: list[str] = field(default_factory=list)
    year: int | None = None
    month: int = 1
    told: list[str] = field(default_factory=list)  # questions about the whole notice

    @property
    def reference_years(self) -> ReferenceYears:
        """Return the years that complete dates printed without a year."""
        issued = date.fromisoformat(self.issued_on) if self.issued_on else None
        match = re.search(r"(20\d\d)年", self.title)
        of = int(match[1]) if match and self.year and int(match[1]) == self.year + 1 else None
        return ReferenceYears(self.year, self.month, of, issued)


def read_front(before: list[str], after: list[str]) -> FrontMatter:
    """Read the paragraphs before and after the table; the duties are left out, because they need the dates first."""
    front = FrontMatter()
    paragraphs = [line for text in before if text.strip() for line in _split_title_and_number(text.strip())]
    salutation = next((n for n, text in enumerate(paragraphs) if _is_salutation(text, n)), None)
    head = paragraphs[: salutation if salutation is not None else _find_head_end(paragraphs)]
    front.doc_number = _find_own_number(head)
    front.title = _find_title(head) or _find_title_below(paragraphs[len(head) + 1 :])
    _read_signature(front, paragraphs, [text.strip() for text in after])
    front.public_mark = find_public_mark([*paragraphs, *after])
    front.attachments = list_attachment_names([*paragraphs, *(text.strip() for text in after)])
    _apply_site_facts(front, paragraphs[:40])
    if any(_DRAFT_MARK_RE.search(text) for text in [*head, front.title]):
        front.status = "draft"
    front.title = re.sub(r"[（(](?:征求意见稿|讨论稿|送审稿|草案)[）)]", "", front.title)
    front.basis = tuple(_read_basis(paragraphs[salutation + 1 :] if salutation is not None else paragraphs))
    _set_year(front)
    texts_after = (text.strip() for text in after)
    front.unread = [text for text in texts_after if text and not _is_accounted_for(text, front)]
    return front


def _split_title_and_number(text: str) -> tuple[str, ...]:
    """Return title and number, which a PDF may write as one line, as two."""
    match = _TITLE_AND_NUMBER_RE.fullmatch(text)
    return (match[1], match[2]) if match else (text,)


def _apply_site_facts(front: FrontMatter, paragraphs: list[str]) -> None:
    """Fill a missing number and issuer from the facts of the web page."""
    facts = read_site_facts(paragraphs)
    number = facts.get("doc_number", "")
    front.doc_number = front.doc_number or next(
        (str(document_number) for document_number in iterate_numbers(number)), None
    )
    front.issuer = front.issuer or facts.get("issuer")


def _is_salutation(text: str, place: int) -> bool:
    return (
        place < 25 and bool(_SALUTATION_RE.match(text)) and bool(re.search(r"各|有关单位|单位|部门|政府|委员会", text))
    )


def _find_head_end(paragraphs: list[str]) -> int:
    """Return the index of the first long paragraph or full sentence, where the heading ends."""
    return next((n for n, text in enumerate(paragraphs) if text.endswith("。") or len(text) > 90), len(paragraphs))


def _find_own_number(head: list[str]) -> str | None:
    """Return the notice's own document number from its head, or None."""
    for text in head:
        labelled = _DOCUMENT_NUMBER_LABEL_RE.search(text)
        length = len("".join(text.split()))
        for number in iterate_numbers(text):
            if (labelled and number.start >= labelled.end() - 1) or length <= len(str(number)) + 12:
                return str(number)
    return None


#: An address on the web, as a page saved from a site begins with: never a title.
_WEB_ADDRESS_RE = re.compile(r"(?i)\b(?:https?://|www\.)")


#: 附件：2027年……分工表, the mark and the title of an attachment on one line.
_ATTACHMENT_TITLE_RE = re.compile(
    r"^\s*附件\s*[\d一二三四五]{0,2}\s*[：:．. \u3000]\s*(?=[^\s《]{6,60}(?:表|清单|要点|方案|计划|台账|分工)\s*$)"
)


def _find_title(head: list[str]) -> str:
    """Return the title in the paragraphs of the head, else the first line."""
    lines = [_remove_title_spaces(_ATTACHMENT_TITLE_RE.sub("", text)) for text in head]
    lines = [
        "" if is_document_number(x) or _NON_CONTENT_LINE_RE.match(x) or _METADATA_LINE_RE.match(x) else x for x in lines
    ]
    candidates = []
    for end, line in enumerate(lines):
        if _TITLE_END_RE.search(re.sub(r"[（(][^（）()]{2,8}[）)]$", "", line)):
            title = "".join(lines[_find_title_start(lines, end) : end + 1])
            candidates.append(("关于" in title and "通知" in title, len(title) <= 120, len(title), title))
    if candidates:
        return max(candidates)[3]
    return next((line for line in lines if line and not _WEB_ADDRESS_RE.search(line)), "")


def _find_title_below(paragraphs: list[str]) -> str:
    """Return the first paragraph with the shape of a title, or ""."""
    for text in paragraphs:
        line = _remove_title_spaces(_ATTACHMENT_TITLE_RE.sub("", text))
        plain = not re.search(r"[。；，：:]", line) and not re.match(r"附件|《", line)
        if 8 <= len(line) <= 80 and plain and _TITLE_END_RE.search(line) and find_number(text) is None:
            return line
    return ""


_SHORT_TITLE_CHARACTERS = 16
_YEAR_PATTERN = re.compile(r"20\d\d年")


def _find_title_start(lines: list[str], end: int) -> int:
    """Return the line on which a title begins that ends on line `end`."""
    about = next((n for n in range(end, max(-1, end - 5), -1) if "关于" in lines[n]), end)
    short = (
        len(lines[end]) <= _SHORT_TITLE_CHARACTERS
        and "关于" not in lines[about]
        and not _YEAR_PATTERN.search(lines[end])
    )
    if (
        end
        and short
        and _YEAR_PATTERN.search(lines[end - 1])
        and not re.search(r"[。；：:]|办法$|通知$", lines[end - 1])
    ):
        return end - 1  # 东屏县教育体育局2026年政务公开 / 考核指标分解表
    starts = lines[about].startswith("关于") and about > 0
    line_above = next((n for n in range(about - 1, max(-1, about - 3), -1) if lines[n]), None) if starts else None
    return line_above if line_above is not None and _SIGNING_OFFICE_RE.match(lines[line_above]) else about


def _remove_title_spaces(text: str) -> str:
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", text.strip().lstrip("#").strip())


def _read_signature(front: FrontMatter, lines_before: list[str], lines_after: list[str]) -> None:
    """Read issuer and day into `front`, from the paragraphs before and after the table."""
    lines = [*lines_before, *lines_after]
    addressed = next((n for n, text in enumerate(lines_before) if _is_salutation(text, n)), len(lines))
    for place, text in enumerate(lines):
        office_and_date = _OFFICE_AND_DATE_RE.match(_BRACKET_CONTENT_RE.sub(r"\g<inner>", text)) if place else None
        if office_and_date and _SIGNING_OFFICE_RE.match(office_and_date["office"]):
            front.issued_on, front.issuer = _read_iso_day(office_and_date["day"]), office_and_date["office"]
            return
        day = _read_iso_day(text)
        if day is None and not _DATE_WITHOUT_DAY_RE.match(text):
            continue
        line_above = next((lines[n] for n in range(place - 1, max(-1, place - 4), -1) if lines[n]), "")
        may_be_signature = place > 2 or place >= len(lines_before)
        if _SIGNING_OFFICE_RE.match(_remove_title_spaces(line_above)) and may_be_signature:
            front.issued_on, front.issuer = day, _remove_title_spaces(line_above)
            front.year, front.month = _read_year_month(text)
            return
        if day and (may_be_signature or place > addressed) and front.issued_on is None:  # a page without its head
            front.issued_on = day
    if front.issued_on is None:
        facts = [*lines_before, *(label + value for label, value in pairwise(lines_before))]
        front.issued_on = next(
            (day for text in facts if (day := _read_labelled_iso_day(text, _ISSUE_DATE_LABEL))), None
        )
        publication_date = next(
            (day for text in facts if (day := _read_labelled_iso_day(text, _PUBLICATION_DATE_LABEL))), None
        )
        if front.issued_on is None and publication_date:
            front.issued_on = publication_date
            front.told.append(f"没有读到成文日期，印发日期按页面上的发布（填报）日期{front.issued_on}读取，请核对")
    if front.issued_on is None and front.title:  # 会议纪要: the day stands below the title
        front.issued_on = next(
            (day for text in lines_before[1:4] if (day := _read_iso_day(_BRACKETED_DATE_RE.sub(r"\g<day>", text)))),
            None,
        )
    if front.issuer is None and (match := _ISSUING_OFFICE_RE.match(front.title)):
        front.issuer = match.group(0)
    if front.issuer is None and front.title:  # the office on a line of its own above the title
        front.issuer = next((text for text in lines_before[:3] if _SIGNING_OFFICE_RE.match(text)), None)


#: （2026年4月2日）, （2026年5月11日更新）: the day below a title.
_BRACKETED_DATE_RE = re.compile(r"^[（(](?P<day>[^（）()]{8,14}?)(?:更新|制|印发|通过|公布)?[)）]$")
_ISSUE_DATE_LABEL = r"(?:成文|印发|发文)(?:日期|时间)"
#: When a page was published or a form filled in: near the day of issue, and asked.
_PUBLICATION_DATE_LABEL = (
    r"(?:(?:发布|填报|制表|报送|交办|签发)(?:日期|时间)|(?:作者|来源)[:：]\S+\s+时间|"
    r"(?:制表|填表|填报)(?:人|单位)?[:：][^\d]{2,40}(?=20))"
)


def _read_labelled_iso_day(text: str, label: str) -> str | None:
    match = re.search(rf"{label}\s*[\]】]?\s*[:：]?\s*(20\d\d)[-年./](\d{{1,2}})[-月./](\d{{1,2}})", text)
    return _read_iso_day(f"{match[1]}年{match[2]}月{match[3]}日") if match else None


def _read_iso_day(text: str) -> str | None:
    day = read_day(text)
    return day.isoformat() if day and day.year >= 2000 else None


def _read_year_month(text: str) -> tuple[int | None, int]:
    """Return (year or None, month, 1 if unknown)."""
    if day := _read_iso_day(text):
        return int(day[:4]), int(day[5:7])
    match = _DATE_WITHOUT_DAY_RE.match(text.strip())
    return (int(match[1]), int(match[2] or 1)) if match else (None, 1)


def _set_year(front: FrontMatter) -> None:
    """Set the year: of the date of issue, else of the title, else of the number."""
    if front.issued_on:
        front.year, front.month = int(front.issued_on[:4]), int(front.issued_on[5:7])
    if front.year is None and (match := re.search(r"(20\d\d)年(?!.*20\d\d年)", front.title)):
        front.year = int(match[1])
    if front.year is None and front.doc_number and (match := re.search(r"20\d\d", front.doc_number)):
        front.year = int(match[0])


def _read_basis(body: list[str]) -> list[CitedBasis]:
    """Return the documents that the opening cites as the notice's basis."""
    out: list[CitedBasis] = []
    for text in body[:3]:
        for match in _CITED_DOCUMENT_RE.finditer(text):
            if _ISSUED_DOCUMENT_LEAD_IN_RE.search(text[: match.start()]) or _SUPERIOR_APPROVAL_RE.match(
                text[match.end() :]
            ):
                return out
            note = "".join((match["note"] or "").split())
            number = next(iterate_numbers(note), None)
            if number or re.search(r"通知|意见|要点|条例|办法|规定|方案|决定", match["title"]):
                out.append(CitedBasis(_remove_title_spaces(match["title"]), str(number) if number else None))
        if _OPENING_FORMULA_RE.search(text):
            return out
    return out


def _is_accounted_for(text: str, front: FrontMatter) -> bool:
    """Return true if a line of the front is read elsewhere or contains no duty."""
    bare = _remove_title_spaces(text)
    return bool(
        _NON_CONTENT_LINE_RE.match(text)
        or SITE_FOOTER_PATTERN.match(text)
        or _read_iso_day(text)
        or _DATE_WITHOUT_DAY_RE.match(text)
        or bare in (front.issuer, front.title, front.doc_number)
    )


def read_preamble_duties(front: FrontMatter, before: list[str], context: ReadingContext) -> tuple[Duty, ...]:
    """Read the orders of the preamble: full sentences after the salutation that oblige a unit."""
    paragraphs = [text.strip() for text in before if text.strip()]
    salutation = next((n for n, text in enumerate(paragraphs) if _is_salutation(text, n)), -1)
    duties: list[Duty] = []
    opened = False
    for text in paragraphs[salutation + 1 :]:
        if not text.endswith(("。", "；", ";", ".")) or _is_accounted_for(text, front):
            continue
        if not opened and salutation >= 0 and find_number(text) is None and _OPENING_FORMULA_RE.search(text):
            opened = True
            duties.extend(_read_opening_requests(text, context))
            continue
        duties.extend(
            duty
            for duty in _read_ordered_duties(text, context)
            if _ORDER_WORD_RE.search(duty.text)
            and not (duty.due is None and bool(_GUIDING_PRINCIPLE_RE.search(duty.text)))
        )
    return tuple(duties)


_REPORTING_WORD_RE = re.compile(r"(?:报送|上报|报至|报到|报[^告]|反馈|送[至到]|备案)")
_GUIDING_PRINCIPLE_RE = re.compile(r"为指导|指导思想|深入学习贯彻|全面贯彻|[以下统]*简称[“\"为]")


def _read_opening_requests(text: str, context: ReadingContext) -> list[Duty]:
    """Return the duties of the opening with a deadline to report."""
    first_sentence, *sentences = re.split(r"(?<=。)(?![）”])", text)
    _, handed_out, text_after_addressee = first_sentence.partition("你们")
    if handed_out and "请" in text_after_addressee:
        sentences = [text_after_addressee.lstrip("，, "), *sentences]
    duties = [duty for sentence in sentences if sentence.strip() for duty in read_duties(sentence.strip(), context)]
    return [duty for duty in duties if duty.due and _REPORTING_WORD_RE.search(duty.text)]


def _read_ordered_duties(text: str, context: ReadingContext) -> list[Duty]:
    """Return the duties of a numbered requirement, without its heading."""
    text_without_number = remove_number(text)
    first_sentence, _, other_sentences = text_without_number.partition("。")
    if (
        find_number(text)
        and other_sentences
        and len(first_sentence) <= 30
        and not re.search(r"要|应当|必须", first_sentence)
    ):
        text_without_number = other_sentences
    text_without_number = re.sub(r"^(?:说明|备注|注)[:：]\s*", "", text_without_number)
    return [
        duty
        for sentence in re.split(r"(?<=。)(?![）”])", text_without_number)
        if sentence.strip()
        for duty in read_duties(sentence.strip(), context)
    ]
