"""Read pictures and scanned PDFs through an OCR engine; tables by their drawn lines."""

import csv
import io
import logging
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gongkai.lib.chinese.characters import HAN
from gongkai.lib.confined import count_as_recognition, request_larger_limits
from gongkai.lib.fileformats.documents.model import (
    CoveredCell,
    Document,
    DocumentBuilder,
    PicturesOnly,
    PlacedWord,
    UnreadFile,
    check_bound,
)
from gongkai.lib.fileformats.documents.pdf_lines import group_words_into_lines, join_cell_lines, join_lines
from gongkai.lib.fileformats.pictures import BROKEN_PICTURE_ERRORS

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray
    from PIL.Image import Image

#: Maximum brightness (0 to 255) of a dark pixel.
MAX_DARK_BRIGHTNESS = 150
#: Minimum length of a horizontal line as share of the page width.
MIN_HORIZONTAL_LINE_WIDTH_SHARE = 0.12
#: Minimum length of a vertical line in pixels.
MIN_VERTICAL_PIXELS = 50
#: Minimum dark share of a cell border that counts as drawn.
MIN_BORDER_DARK_SHARE = 0.6
NEAR_PIXELS = 4


@dataclass(slots=True)
class RuledTable:
    """A table drawn by lines of a page: top and bottom in pixels, and rows of cell texts."""

    top: float
    bottom: float
    cells: list[list[str]]


def find_grid(image: "Image") -> "DrawnGrid | None":
    """Return the grid that the lines of a page draw, or None."""
    import numpy

    dark = numpy.asarray(image.convert("L")) < MAX_DARK_BRIGHTNESS
    levels = _find_lines(dark, int(dark.shape[1] * MIN_HORIZONTAL_LINE_WIDTH_SHARE))
    if len(levels) < 3:
        return None
    inside = dark[levels[0] : levels[-1] + 1]
    uprights = _find_lines(inside.T, MIN_VERTICAL_PIXELS)
    return DrawnGrid(dark, levels, uprights) if len(uprights) >= 3 else None


def _find_lines(dark: "NDArray[numpy.bool_]", shortest: int) -> list[int]:
    """Return the pixel rows of drawn lines with at least `shortest` dark pixels."""
    import numpy

    dark_rows: list[int] = []
    for place in map(int, numpy.flatnonzero(dark.sum(axis=1) >= shortest)):
        row = dark[max(0, place - 1) : place + 2].any(axis=0)  # a line that is not quite straight
        edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([0], row.view("int8"), [0]))))
        if len(edges) and (edges[1::2] - edges[::2]).max() >= shortest:
            dark_rows.append(place)
    lines: list[list[int]] = []
    for place in dark_rows:
        if lines and place - lines[-1][-1] <= 2 * NEAR_PIXELS:
            lines[-1].append(place)
        else:
            lines.append([place])
    return [sum(group) // len(group) for group in lines]


class DrawnGrid:
    """Horizontal and vertical lines of a page, and the cell borders they draw."""

    def __init__(self, dark: "NDArray[numpy.bool_]", levels: list[int], uprights: list[int]) -> None:
        self.levels, self.uprights = levels, uprights
        rows, columns = range(len(levels) - 1), range(len(uprights) - 1)
        self.above = {
            (r, c): r == 0 or _has_line(dark, levels[r], uprights[c], uprights[c + 1]) for r in rows for c in columns
        }
        self.before = {
            (r, c): c == 0 or _has_line(dark.T, uprights[c], levels[r], levels[r + 1]) for r in rows for c in columns
        }

    def without_lines(self, image: "Image") -> "Image":
        """Return the picture with the lines painted white, so that none is taken for a letter."""
        from PIL import ImageDraw

        out = image.copy()
        pen = ImageDraw.Draw(out)
        for row in range(len(self.levels)):
            for column in range(len(self.uprights) - 1):
                if row == len(self.levels) - 1 or self.above[row, column]:
                    level = self.levels[row]
                    ends = [(self.uprights[column], level), (self.uprights[column + 1], level)]
                    pen.line(ends, fill=255, width=2 * NEAR_PIXELS - 1)
        for row in range(len(self.levels) - 1):
            for column, upright in enumerate(self.uprights):
                if column == len(self.uprights) - 1 or self.before[row, column]:
                    ends = [(upright, self.levels[row]), (upright, self.levels[row + 1])]
                    pen.line(ends, fill=255, width=2 * NEAR_PIXELS - 1)
        return out

    def table(self, words: list[PlacedWord]) -> RuledTable:
        """Return the grid as a table, with words in its cells."""
        texts: dict[tuple[int, int], list[PlacedWord]] = {}
        for word in words:
            if (place := self.place(word)) is not None:
                texts.setdefault(place, []).append(word)
        return RuledTable(self.levels[0], self.levels[-1], self.cells(texts))

    def place(self, word: PlacedWord) -> tuple[int, int] | None:
        """Return (row, column) of the cell that contains a word, None outside the table."""
        across = (word.left + word.right) / 2
        row = sum(word.middle > level for level in self.levels) - 1
        column = sum(across > upright for upright in self.uprights) - 1
        if not (0 <= row < len(self.levels) - 1 and 0 <= column < len(self.uprights) - 1):
            return None
        while not self.before[row, column]:
            column -= 1
        while not self.above[row, column]:
            row -= 1
        return row, column

    def cells(self, words: dict[tuple[int, int], list[PlacedWord]]) -> list[list[str]]:
        """Return the rows of cell texts from words by (row, column)."""
        rows: list[list[str]] = []
        for row in range(len(self.levels) - 1):
            line: list[str] = []
            for column in range(len(self.uprights) - 1):
                if not self.before[row, column]:
                    line.append(CoveredCell(line[-1], "left"))
                elif not self.above[row, column]:
                    line.append(CoveredCell(rows[-1][column], "above"))
                else:
                    line.append(join_cell_lines(_join_rows(words.get((row, column), []))))
            rows.append(line)
        return rows


def _has_line(dark: "NDArray[numpy.bool_]", row: int, first: int, last: int) -> bool:
    """Return whether a line is drawn along a pixel row between two columns."""
    strip = dark[max(0, row - NEAR_PIXELS) : row + NEAR_PIXELS + 1, first + NEAR_PIXELS : last - NEAR_PIXELS]
    return bool(strip.any(axis=0).mean() > MIN_BORDER_DARK_SHARE)


def _join_rows(words: list[PlacedWord]) -> list[str]:
    """Return the lines of recognised words, joined without blanks."""
    return ["".join(word.text for word in row) for row in group_words_into_lines(words)]


RENDER_DPI = 200
MAX_SIDE_PIXELS = 5_000
RECOGNITION_SECONDS = 120
Recogniser = Callable[["Image"], list[PlacedWord]]


def read_scan(data: bytes) -> Document | None:
    """Return the recognised words of a picture or PDF, None without an installed recogniser.

    Raises:
        PicturesOnly: it finds no words.
    """
    if find_spec("rapidocr") or shutil.which("tesseract"):
        request_larger_limits("recogniser")
    with count_as_recognition():  # a recogniser loads its models
        recognise = find_recogniser()
    if recognise is None:
        return None
    builder = DocumentBuilder("pdf" if b"%PDF-" in data[:1024] else "picture")
    builder.lose("recognised", "全文由扫描件识别而来，请对照原件逐行核对", "全文")
    for number, image in enumerate(_iterate_pictures(data), 1):
        check_bound("scanned pages", number)
        with count_as_recognition():
            straight = _straighten_picture(image)
            grid = find_grid(straight)
            bare = grid is not None and recognise is _recognise_with_tesseract  # Tesseract reads ruled lines as letters
            recognised = recognise(grid.without_lines(straight) if grid and bare else straight)
            words = [replace(word, text=_use_full_width_marks(word.text)) for word in recognised]
            table = grid.table(words) if grid else None
        _add_page(builder, table, words, number)
    if not builder.document.blocks:
        raise PicturesOnly("没有文字（图片页）：扫描件里没有识别出文字，请提供更清晰的扫描件或有文字的文件。")
    return builder.document


def _add_page(builder: DocumentBuilder, table: RuledTable | None, words: list[PlacedWord], number: int) -> None:
    """Add a page's words before, in and after its table."""
    builder.document.words.append([] if table else words)
    top, bottom = (table.top, table.bottom) if table else (float("inf"), float("inf"))
    for text in join_lines(_join_rows([word for word in words if word.middle < top])):
        builder.paragraph(text, page=number)
    if table is not None:
        count = len(builder.document.blocks)
        builder.table(table.cells, places=[number] * len(table.cells))
        builder.join_tables(count)
    for text in join_lines(_join_rows([word for word in words if word.middle > bottom])):
        builder.paragraph(text, page=number)


def _iterate_pictures(data: bytes) -> Iterator["Image"]:
    """Yield the pages of a PDF or the frames of a picture file (UnreadFile: it is damaged)."""
    if b"%PDF-" in data[:1024]:
        import pypdfium2

        with pypdfium2.PdfDocument(data) as document:
            for page in document:
                scale = min(RENDER_DPI / 72, MAX_SIDE_PIXELS / max(page.get_size()))
                yield page.render(scale=scale).to_pil()
        return
    from PIL import Image, ImageSequence

    try:
        with Image.open(io.BytesIO(data)) as image:
            for frame in ImageSequence.Iterator(image):
                check_bound("side", max(frame.size))
                yield frame.convert("RGB")
    except BROKEN_PICTURE_ERRORS as error:
        raise UnreadFile("已损坏：图片的内容读不出来，请重新扫描后再试。") from error


@cache
def find_recogniser() -> Recogniser | None:
    """Return the installed OCR engine, or None."""
    if find_spec("rapidocr") and find_spec("onnxruntime"):
        return _make_rapid_recogniser()
    return _recognise_with_tesseract if _has_tesseract() else None


def _make_rapid_recogniser() -> Recogniser:
    """Return a recogniser that uses RapidOCR."""
    import numpy
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    engine = RapidOCR()

    def recognise(image: "Image") -> list[PlacedWord]:
        """Return the words in a picture with their boxes."""
        result = engine(numpy.array(image.convert("RGB")))
        if result.txts is None:
            return []
        out = []
        for box, text in zip(result.boxes, result.txts, strict=True):
            across, down = [float(point[0]) for point in box], [float(point[1]) for point in box]
            out.append(PlacedWord(text, min(across), min(down), max(across), max(down)))
        return out

    return recognise


def _has_tesseract() -> bool:
    """Return whether Tesseract is installed with simplified Chinese."""
    program = shutil.which("tesseract")
    if program is None:
        return False
    done = subprocess.run([program, "--list-langs"], capture_output=True, timeout=30, check=False)  # noqa: S603
    return b"chi_sim" in done.stdout + done.stderr


def _recognise_with_tesseract(image: "Image") -> list[PlacedWord]:
    """Return the words of a picture by Tesseract (UnreadFile: it failed or took too long)."""
    stream = io.BytesIO()
    image.save(stream, "PNG")
    command = [shutil.which("tesseract") or "tesseract", "-", "-", "-l", "chi_sim", "--psm", "6", "tsv"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=stream.getvalue(), capture_output=True, timeout=RECOGNITION_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UnreadFile("没有文字（图片页）：文字识别没有完成，请提供更清晰的扫描件或有文字的文件。") from error
    rows = csv.DictReader(done.stdout.decode("utf-8", "replace").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    out = []
    for row in rows:
        if row.get("level") == "5" and (text := (row.get("text") or "").strip()):
            left, top, width, height = (float(row[name]) for name in ("left", "top", "width", "height"))
            out.append(PlacedWord(text, left, top, left + width, top + height))
    return out


_FULL_WIDTH_MARKS = str.maketrans("(),:;?!", "（），：；？！")


def _use_full_width_marks(text: str) -> str:
    return text.translate(_FULL_WIDTH_MARKS) if re.search(f"[{HAN}]", text) else text


def _straighten_picture(image: "Image") -> "Image":
    """Return a picture in grey, turned by up to a few degrees so that its lines are level."""
    import numpy
    from PIL.Image import Resampling

    small = image.convert("L").resize((600, max(1, image.height * 600 // image.width)))

    def sharpness(angle: float) -> float:
        """Return the variance of dark pixels by row, largest if the lines of text are level."""
        turned = numpy.asarray(small.rotate(angle, fillcolor=255))
        return float(numpy.var((turned < 140).sum(axis=1)))

    coarse = max((step / 4 for step in range(-12, 13)), key=sharpness)
    best = max((coarse + step / 20 for step in range(-5, 6)), key=sharpness)
    upright = image.convert("L")
    return upright if abs(best) < 0.04 else upright.rotate(best, fillcolor=255, resample=Resampling.BILINEAR)
