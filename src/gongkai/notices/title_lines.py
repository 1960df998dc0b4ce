"""Who issued a notice, its number and its day, where they stand in one line, or in a merged line of the table itself. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from gongkai.chinese import lazy_re as re
from gongkai.chinese.characters import HAN
from gongkai.chinese.days import read_day
from gongkai.chinese.document_numbers import scan
from gongkai.reading.document import Document, Grid, Line, Paragraph

#: So many lines from the top and from the foot of a table are looked at.
_TOP, _FOOT = 6, 3
_DAY = re.compile(r"20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|20\d\d[-./]\d{1,2}[-./]\d{1,2}")
_ISSUER = re.compile(
    rf"(?:^|(?<=[:：\s（(，,]))(?P<name>[{HAN}][{HAN}（）]{{2,29}}?(?:办公室|办公厅|人民政府|委员会|领导小组|[局委厅]))(?=\s|$|[（()）]|[印制]发)"
)
_LABEL = re.compile(
    r"^\s*(?:(?:编制|制表|印发|发布|发文|填报)(?:单位|机关|部门)?|单位|日期|时间|(?:印发|成文|制表|发布)(?:日期|时间)|文号)\s*[:：]?\s*"
)


#: 制表单位：…, 制表日期：…, 单位：万元: a fact of the paper, at most so many in a line.
_FACT = re.compile(
    r"(?:编制|制表|填报|填表|印发|发布|发文|制发|主送|编号|文号)?(?:单位|机关|部门|日期|时间|人)?(?:（[^（）]{1,8}）)?\s*[:：]\s*\S|20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$"
)
_FACTS, _LONGEST = 3, 40


def with_title_lines(notice: dict[str, object], document: Document) -> None:
    """Fill in issuer, number and day that reading found nowhere around the table."""
    for words in _single_lines(document):
        day = _DAY.search(words)
        rest = _DAY.sub(" ", words)
        number = next((str(found) for found in scan(rest)), None)
        if day and not notice.get("issued_on") and _is_front(words, number):
            numbers = re.findall(r"\d+", day[0])
            found = read_day("{}年{}月{}日".format(*numbers))
            notice["issued_on"] = found.isoformat() if found else None
        if number and not notice.get("doc_number") and _is_front(words, number):
            notice["doc_number"] = number
        who = _ISSUER.search(_LABEL.sub("", rest.replace(number or "\0", " ").strip()))
        if who and not notice.get("issuer") and (day or number) and _is_front(words, number):
            notice["issuer"] = who["name"]


def without_title_lines(document: Document) -> Document:
    """Return the document without the lines at the top of tables that say no more than who made it and when: they are no heads."""
    blocks = [
        replace(block, lines=_below_facts(block.lines)) if isinstance(block, Grid) else block
        for block in document.blocks
    ]
    return replace(document, blocks=blocks)


def _below_facts(lines: list[Line]) -> list[Line]:
    kept = [line for line in lines[:_TOP] if not _is_fact_line(line)]
    return [*kept, *lines[_TOP:]]


def _is_fact_line(line: Line) -> bool:
    texts = [cell.text.strip() for cell in line.cells if cell.text.strip()]
    return 0 < len(texts) <= _FACTS and all(_FACT.match(text) and len(text) <= _LONGEST for text in texts)


def _is_front(words: str, number: str | None) -> bool:
    """Whether a line is no more than who, what number and when: what is left of it is short and no sentence."""
    rest = _DAY.sub("", words).replace(number or "\0", "")
    rest = _ISSUER.sub("", _LABEL.sub("", rest.strip()))
    return len(re.sub(rf"[^{HAN}]", "", rest)) <= 8 and not re.search(r"[。；]|前|底|截至|截止", words)


def _single_lines(document: Document) -> Iterator[str]:
    """Yield the first and last paragraphs, and the lines of tables, at their top and foot, that hold one text across."""
    paragraphs = [
        block.text for block in document.blocks if isinstance(block, Paragraph) and block.text.strip()
    ]
    yield from (*paragraphs[:_TOP], *paragraphs[max(_TOP, len(paragraphs) - _FOOT) :])
    for block in document.blocks:
        lines = block.lines if isinstance(block, Grid) else []
        for line in (*lines[:_TOP], *lines[max(_TOP, len(lines) - _FOOT) :]):
            texts = [cell.text.strip() for cell in line.cells if cell.text.strip()]
            if len(texts) == 1 or (
                texts and len(texts) <= 3 and _DAY.search(texts[-1]) and len(line.cells) > 3
            ):
                yield "  ".join(texts).replace("\n", "  ")
