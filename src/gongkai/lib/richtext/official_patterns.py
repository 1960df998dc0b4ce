"""Patterns of official writing, and marks for tables of figures and the salutation line."""

from gongkai.lib.chinese import lazy_re as re

_NUMERALS = "一二三四五六七八九十百零〇"
#: Level → how a paragraph of it begins. The page's own heading is level 1.
_HEADING_LEVELS = (
    (2, re.compile(rf"^第[{_NUMERALS}\d]+[编章](?=[\s　]|[^\s　。，；]{{1,30}}$)")),
    (3, re.compile(rf"^第[{_NUMERALS}\d]+节(?=[\s　]|[^\s　。，；]{{1,30}}$)")),
    (2, re.compile(rf"^[{_NUMERALS}]+、")),
    (3, re.compile(rf"^[（(][{_NUMERALS}]+[)）]")),
    (4, re.compile(r"^\d{1,2}[.．、](?!\d)")),
    (5, re.compile(r"^[（(]\d{1,2}[)）]")),
)
ARTICLE_PATTERN = re.compile(rf"^(第[{_NUMERALS}\d]+条(?:之[{_NUMERALS}]+)?)[\s　]*")
CHAPTER_PATTERN = re.compile(rf"^(第[{_NUMERALS}\d]+[编章节])[\s　]*")
DATE_PATTERN = re.compile(
    rf"^(?:\d{{4}}|[{_NUMERALS}○Ｏ]{{4}})年(?:\d{{1,2}}|[{_NUMERALS}]{{1,3}})月(?:\d{{1,2}}|[{_NUMERALS}]{{1,3}})日$"
)
ATTACHMENT_PATTERN = re.compile(r"^附\s*件\s*(?:[:：]|\d{1,2}\s*[:：]|$)")
NUMBERED_LINE_PATTERN = re.compile(r"^\d{1,2}\s*[.．、]")
_BODY_NAMES = (
    "局 委 厅 部 署 院 办 会 站 所 处 馆 社 政府 办公室 办公厅 委员会 中心 大队 支队 总队 法院 检察院 公司 银行 学校 医院 街道 "
    "指挥部 领导小组 工作组 专班"
)
_BODY_SUFFIXES = tuple(_BODY_NAMES.split())
CAPTION_PATTERN = re.compile(
    r"^(?:表|附表)\s*\d+|(?:一览表|统计表|情况表|明细表|名单|清单|目录|台账|公示表|安排表|对照表|任务表|表)$"
)
_SENTENCE_ENDS = "。！？；：…!?;:"
_CLOSING_MARKS = "”’」』）)】》"
#: Maximum characters of a heading, which is no sentence.
MAX_HEADING_CHARACTERS = 40
MAX_RUN_IN_HEADING_CHARACTERS = 34


def get_heading_level(text: str) -> int:
    """Return the heading level that a paragraph's number implies (2 to 5), or 0."""
    return next((level for level, mark in _HEADING_LEVELS if mark.match(text)), 0)


def is_heading(text: str) -> bool:
    """Return whether a numbered paragraph is a heading: short, and no sentence."""
    return (
        len(text) <= MAX_HEADING_CHARACTERS
        and not is_sentence_end(text)
        and "，" not in text[MAX_RUN_IN_HEADING_CHARACTERS:]
    )


def get_run_in_heading_length(text: str) -> int:
    """Return the length of a heading that runs into its paragraph, or 0."""
    end = text.find("。")
    if get_heading_level(text) in (2, 3) and 4 <= end < MAX_RUN_IN_HEADING_CHARACTERS and end + 1 < len(text):
        return end + 1
    return 0


def is_sentence_end(text: str) -> bool:
    """Return whether a line ends with the end of a sentence or list."""
    bare = text.rstrip(_CLOSING_MARKS)
    return (bool(bare) and bare[-1] in _SENTENCE_ENDS) or (
        text[-1:] in _CLOSING_MARKS and len(bare) < len(text) and bare[-1:] in _SENTENCE_ENDS
    )


def is_possible_signer(text: str) -> bool:
    """Return whether a line may be the name of the signing body."""
    return 3 <= len(text) <= 40 and not re.search(r"[，。；：、！？,.;:]", text) and text.endswith(_BODY_SUFFIXES)


_TABLE_RE = re.compile(r"<table\b([^>]*)>(.*?)</table>", re.DOTALL)
_CELL_RE = re.compile(r"<td\b[^>]*>(.*?)</td>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>|&nbsp;")
#: 1,286.40, 下降1.2%, 12件, —, nothing: what a column of figures holds.
_FIGURE_CELL_RE = re.compile(
    r"(?:上升|下降|增长|减少)?[-+－]?[\d,.]*\s*(?:[%％]|[万亿]?[元件项个人次条份宗])?|[—－/-]+|无|持平"
)


def mark_figure_tables(html: str) -> str:
    """Give tables with row headers and only figures the class `figures`.

    >>> mark_figure_tables('<table><tr><th scope="row">收费</th><td>1,286.40</td><td>—</td></tr></table>')
    '<table class="figures"><tr><th scope="row">收费</th><td>1,286.40</td><td>—</td></tr></table>'
    >>> mark_figure_tables('<table><tr><th scope="row">许可</th><td>行政许可法</td></tr></table>')
    '<table><tr><th scope="row">许可</th><td>行政许可法</td></tr></table>'
    """
    return _TABLE_RE.sub(_mark_table, html) if 'scope="row"' in html else html


def _mark_table(found: re.Match[str]) -> str:
    """Return a table with the class `figures` if all its cells are figures."""
    attributes, inside = found.groups()
    cells = [_TAG.sub("", cell).strip() for cell in _CELL_RE.findall(inside)]
    if 'scope="row"' not in inside or "class=" in attributes or not all(map(_FIGURE_CELL_RE.fullmatch, cells)):
        return found[0]
    return f'<table class="figures"{attributes}>{inside}</table>'


_DATE_OR_TIME_RANGE_RE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}:\d{2}(?:[—–~-]{1,2}\d{1,2}:\d{2})?")
_TAG_OR_TEXT_RE = re.compile(r"(<[^>]*>)")


def prevent_breaks_in_days(html: str) -> str:
    """Keep days and times in the cells of tables on one line each.

    >>> prevent_breaks_in_days("<table><tr><td>2026-02-05</td></tr></table>2026-02-05")
    '<table><tr><td><span class="gk-nowrap">2026-02-05</span></td></tr></table>2026-02-05'
    """
    return _TABLE_RE.sub(_keep_in_table, html) if "<table" in html else html


def _keep_in_table(found: re.Match[str]) -> str:
    """Return the table with its days and times kept on one line each."""
    pieces = _TAG_OR_TEXT_RE.split(found[2])
    replacement = '<span class="gk-nowrap">\\g<0></span>'
    inside = "".join(
        piece if piece.startswith("<") else _DATE_OR_TIME_RANGE_RE.sub(replacement, piece) for piece in pieces
    )
    return f"<table{found[1]}>{inside}</table>"


#: Maximum number of paragraphs before it: title, number, a blank.
_MAX_PARAGRAPHS_BEFORE = 3
_PARAGRAPH_RE = re.compile(r"<p(\s[^>]*)?>(.*?)</p>", re.DOTALL)
_SALUTATION_TAG_RE = re.compile(r"<[^>]*>")
_COLON_LINE_RE = re.compile(r"[^。；！？]{2,300}[：:]")
#: Whom one addresses: offices and units, or people.
_ADDRESSEE_WORD_RE = re.compile(
    r"(?:单位|部门|政府|委员会|管委会|办公室|办公厅|街道|乡镇|机构|组织|协会|[局厅委处科院校所站厂社办]|公司|企业|中心|银行|"
    r"同志|先生|女士|同学|老师|家长|居民|市民|村民|网友|朋友|代表|委员|们|您好|你好|申请人)[）)]?[：:]"
)
#: A sentence that ends in a colon speaks to nobody: 现将有关事项公告如下：
_ANNOUNCEMENT_WORD_RE = re.compile(r"如下|下列|以下|现[将就对把]|根据|按照|依据|为了|经研究|公告|公示")
_CLASS_ATTRIBUTE_RE = re.compile(r"""\bclass=(["'])(.*?)\1""")


def mark_salutation(html: str) -> str:
    """Give the salutation line of a text the class `salute`.

    >>> mark_salutation("<p>各区县人民政府，市政府各部门：</p><p>现将办法印发给你们。</p>")
    '<p class="salute">各区县人民政府，市政府各部门：</p><p>现将办法印发给你们。</p>'
    >>> mark_salutation("<p>现将有关单位的录用名单公布如下：</p>")
    '<p>现将有关单位的录用名单公布如下：</p>'
    """
    for nth, paragraph in enumerate(_PARAGRAPH_RE.finditer(html)):
        text = _SALUTATION_TAG_RE.sub("", paragraph[2]).replace("&nbsp;", " ").strip()
        if nth > _MAX_PARAGRAPHS_BEFORE or text.endswith("。"):
            return html
        if is_salutation(text):
            return (
                html[: paragraph.start()] + f"<p{_add_salute_class(paragraph[1] or '')}>" + html[paragraph.start(2) :]
            )
    return html


def is_salutation(words: str) -> bool:
    """Return whether a paragraph names the addressees.

    >>> is_salutation("尊敬的市民朋友们："), is_salutation("各招生学校："), is_salutation("一、报名时间：")
    (True, True, False)
    """
    return bool(
        _COLON_LINE_RE.fullmatch(words)
        and _ADDRESSEE_WORD_RE.search(words[-8:])
        and not _ANNOUNCEMENT_WORD_RE.search(words)
    )


def _add_salute_class(attributes: str) -> str:
    if _CLASS_ATTRIBUTE_RE.search(attributes):
        return _CLASS_ATTRIBUTE_RE.sub(lambda found: f'class="{found[2]} salute"', attributes, count=1)
    return f'{attributes} class="salute"'
