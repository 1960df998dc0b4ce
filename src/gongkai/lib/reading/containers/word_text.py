"""Read the words of a Word 97 file without its layout, by its cell marks."""

from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.document import Block, Cell, Document, Grid, Line, Paragraph, State, make_cell
from gongkai.lib.reading.layouts.split import blocks_of
from gongkai.lib.reading.model import ReadingError
from gongkai.lib.reading.tables.heads import is_head_row
from gongkai.lib.reading.words.numbering import number_of

MARK = "\x07"
_READABLE_RUN = re.compile(
    f"[\u0007\u0009-\u000d\u0020-\u007e\u00a0-\u00ff\u2010-\u203f\u2460-\u24ff\u3000-\u30ff\u3220-\u33ff{HAN}\uff00-\uffef]{{8,}}"
)
_NO_LAYOUT_DOUBT = "没有安装LibreOffice，只读出了文字，合并单元格由内容推断，请逐行核对或另存为.docx后重新导入"


def read_words(stream: bytes) -> Document:
    """Return the blocks of the stream of a .doc file.

    Raises:
        ReadingError: where no words are found.
    """

    text = _extract_text(stream)
    if len(text) < 40:
        raise ReadingError("读不出文字：请安装LibreOffice，或用办公软件另存为.docx后再试。")
    text = text.replace("\x0c", "\n").replace("\x0b", "\n").replace("\r", "\n")
    document = Document(_read_cells(text)) if text.count(MARK) > 10 else blocks_of(text)
    document.doubts.append(_NO_LAYOUT_DOUBT)
    return document


def _extract_text(stream: bytes) -> str:
    best = ""
    for offset in (0, 1):
        body = stream[offset : offset + (len(stream) - offset) // 2 * 2]
        runs = _READABLE_RUN.findall(body.decode("utf-16-le", errors="replace"))
        text = "".join(run for run in runs if re.search(f"[{HAN}]", run))
        best = max(best, text, key=len)
    return best


@dataclass(frozen=True, slots=True)
class _TableHeader:
    first: int  # place of the first head
    end: int  # place of the mark behind the last
    texts: tuple[str, ...]


def _read_cells(text: str) -> list[Block]:
    tokens = text.split(MARK)
    heads = _find_header(tokens)
    if heads is None:
        return [Paragraph(line) for token in tokens for line in token.split("\n") if line.strip()]
    before = [*tokens[: heads.first], "\n".join(tokens[heads.first].split("\n")[:-1])]
    widths = range(len(heads.texts), len(heads.texts) + 3)
    best = max((_read_rows(tokens, heads.end + 1, width) for width in widths), key=lambda one: one[0])
    _, lines, rest = best
    return [
        *_read_paragraphs(before),
        Grid([Line([Cell(head) for head in heads.texts]), *lines], exact=False),
        *_read_paragraphs(tokens[rest:]),
    ]


def _read_paragraphs(tokens: list[str]) -> list[Block]:
    return [Paragraph(line) for token in tokens for line in token.split("\n") if line.strip()]


def _find_header(tokens: list[str]) -> _TableHeader | None:
    for place, token in enumerate(tokens):
        end = next((n for n in range(place + 1, min(place + 14, len(tokens))) if not tokens[n]), None)
        if end is None or end - place < 2:
            continue
        texts = (token.strip("\n").split("\n")[-1], *(x.strip() for x in tokens[place + 1 : end]))
        if is_head_row(list(texts)):
            return _TableHeader(place, end, texts)
    return None


def _read_rows(tokens: list[str], start: int, width: int) -> tuple[int, list[Line], int]:
    lines: list[Line] = []
    score = 0
    place = start
    while place < len(tokens) - 1:
        whole = place + width < len(tokens) and not tokens[place + width].strip("\n")
        alone = bool(tokens[place].strip()) and not tokens[place + 1].strip("\n")
        number = number_of(tokens[place].strip())
        if alone and number and number.depth <= 2 and not (whole and any(tokens[place + 2 : place + width])):
            lines.append(Line([make_cell(tokens[place]), *(Cell("", State.LEFT) for _ in range(width - 1))]))
            place += 2
        elif whole:
            lines.append(_make_line(tokens[place : place + width]))
            place += width + 1
            score += 2
        else:
            line, place = _read_irregular_row(tokens, place, width)
            lines.append(line)
            score -= 3
    return score, lines, place


def _make_line(texts: list[str]) -> Line:
    cells = [make_cell(text) for text in texts]
    return Line([Cell("", State.COVERED, guessed=True) if x.state is State.EMPTY else x for x in cells])


def _read_irregular_row(tokens: list[str], place: int, width: int) -> tuple[Line, int]:
    ends = (n for n in range(place + 1, min(place + width + 2, len(tokens))) if not tokens[n])
    end = next(ends, min(place + width, len(tokens)))
    cells = [make_cell(text) for text in tokens[place:end]][:width]
    line = Line([*cells, *(make_cell("") for _ in range(width - len(cells)))])
    line.doubts.append("本行的单元格数与表头不同，请核对各栏")
    return line, end + 1
