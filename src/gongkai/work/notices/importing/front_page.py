"""Find issuer, document number and date in single lines or merged table rows."""

from collections.abc import Iterator

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.days import read_day
from gongkai.lib.chinese.document_numbers import iterate_numbers
from gongkai.lib.reading.document import Document, Grid, Paragraph

#: Number of lines searched at the top and at the foot.
_TOP, _FOOT = 6, 3
_DAY = re.compile(r"20\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|20\d\d[-./]\d{1,2}[-./]\d{1,2}")
_ISSUER = re.compile(
    rf"(?:^|(?<=[:：\s（(，,]))(?P<name>[{HAN}][{HAN}（）]{{2,29}}?(?:办公室|办公厅|人民政府|委员会|领导小组|[局委厅]))(?=\s|$|[（()）]|[印制]发)"
)
_LABEL = re.compile(
    r"^\s*(?:(?:编制|制表|印发|发布|发文|填报)(?:单位|机关|部门)?|单位|日期|时间|(?:印发|成文|制表|发布)(?:日期|时间)|文号)\s*[:：]?\s*"
)


def fill_front_page(notice: dict[str, object], document: Document) -> None:
    """Fill in the issuer, document number and date that the reader did not find."""
    for words in _iterate_single_lines(document):
        day = _DAY.search(words)
        rest = _DAY.sub(" ", words)
        number = next((str(found) for found in iterate_numbers(rest)), None)
        if day and not notice.get("issued_on") and _is_front_line(words, number):
            numbers = re.findall(r"\d+", day[0])
            found = read_day("{}年{}月{}日".format(*numbers))
            notice["issued_on"] = found.isoformat() if found else None
        if number and not notice.get("doc_number") and _is_front_line(words, number):
            notice["doc_number"] = number
        who = _ISSUER.search(_LABEL.sub("", rest.replace(number or "\0", " ").strip()))
        if who and not notice.get("issuer") and (day or number) and _is_front_line(words, number):
            notice["issuer"] = who["name"]


def _is_front_line(words: str, number: str | None) -> bool:
    """Return True for a line with issuer, number or date and little else."""
    rest = _DAY.sub("", words).replace(number or "\0", "")
    rest = _ISSUER.sub("", _LABEL.sub("", rest.strip()))
    return len(re.sub(rf"[^{HAN}]", "", rest)) <= 8 and not re.search(r"[。；]|前|底|截至|截止", words)


def _iterate_single_lines(document: Document) -> Iterator[str]:
    """Yield the first and last paragraphs, and merged rows at the top and bottom of tables."""
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph) and block.text.strip()]
    yield from (*paragraphs[:_TOP], *paragraphs[max(_TOP, len(paragraphs) - _FOOT) :])
    for block in document.blocks:
        lines = block.lines if isinstance(block, Grid) else []
        for line in (*lines[:_TOP], *lines[max(_TOP, len(lines) - _FOOT) :]):
            texts = [cell.text.strip() for cell in line.cells if cell.text.strip()]
            if len(texts) == 1 or (texts and len(texts) <= 3 and _DAY.search(texts[-1]) and len(line.cells) > 3):
                yield "  ".join(texts).replace("\n", "  ")
