"""A letter without a table, numbers or labels, whose sentences end in who does it (…（县发改局）。) or order something: each is a row. Pure."""

from collections.abc import Sequence

from gongkai.chinese import lazy_re as re
from gongkai.chinese.characters import HAN
from gongkai.notices.head_contents import is_unit_cell
from gongkai.reading.document import Block, Cell, Grid, Line, Paragraph

_SENTENCE = re.compile(r"[^。；;\n]*(?:[。；;]|$)")
#: （县发改局）, （市教育局牵头，市财政局配合） at the end of a sentence.
_ENDS = re.compile(rf"[（(〔\[](?P<who>[{HAN}、，,和及（）]{{3,60}})[）)〕\]][。；;]?\s*$")
_WHO_ELSE = re.compile(r"(?:牵头|主办|负责|配合|协助|参与|落实|承办)(?:[，,；;]|$)")
HEADS = ("工作任务", "责任单位")


def ends_in_units(sentence: str) -> str:
    """Return the units in the bracket at the end of a sentence, as printed; empty where none stand there.

    >>> ends_in_units("公布惠企政策清单（县发改局、县财政局）。")
    '县发改局、县财政局'
    """
    match = _ENDS.search(sentence.strip())
    if match is None or len(sentence) - len(match[0]) < len(match["who"]) // 2:
        return ""
    pieces = re.split(r"[，,；;]", match["who"])
    names = [_WHO_ELSE.sub("", piece) for piece in pieces]
    return match["who"] if all(is_unit_cell(name) for name in names if name) else ""


def cut_at_units(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph up to each that ends in units; the paragraph itself where fewer than two do."""
    parts, begun = [], ""
    for sentence in _SENTENCE.findall(paragraph):
        begun += sentence
        if ends_in_units(sentence):
            parts.append(begun)
            begun = ""
    return [*parts, *([begun] if begun.strip() else [])] if len(parts) > 1 else [paragraph]


def sentence_blocks(lines: Sequence[str]) -> list[Block] | None:
    """Return a letter's paragraphs with its tasks as a table; None where no sentence ends in units.

    What stands between the tasks comes behind the table: it is shown as sentences that became no task.
    """
    front: list[Block] = []
    behind: list[Block] = []
    rows: list[Line] = []
    for line in lines:
        rest = ""
        for sentence in _SENTENCE.findall(line):
            if who := ends_in_units(sentence):
                words = _ENDS.sub("", sentence.strip()).strip()
                rows.append(Line([Cell(f"{words}。"), Cell(who)]))
            else:
                rest += sentence
        if rest.strip():
            (behind if rows else front).append(Paragraph(rest))
    if not rows:
        return None
    return [*front, Grid([Line([Cell(head) for head in HEADS]), *rows]), *behind]
