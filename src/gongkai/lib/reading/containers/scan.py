"""Read scans through an optional OCR engine: pictures to words to cells."""

import csv
import io
import logging
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from gongkai.lib.chinese.characters import HAN
from gongkai.lib.confined import need, recognising
from gongkai.lib.fileformats.pictures import BROKEN_PICTURE
from gongkai.lib.reading.containers.pdf_columns import columns_of_pages
from gongkai.lib.reading.containers.ruled import Ruled, Word, find_grid, lines_of
from gongkai.lib.reading.document import Block, Document, Grid, Line, Paragraph, make_cell, refuse_over
from gongkai.lib.reading.layouts.split import blocks_of
from gongkai.lib.reading.model import ReadingError

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 200
MAX_SIDE = 5_000
SECONDS = 120
DOUBT = "由扫描件识别，请逐字核对"
MISSING = "这是扫描件或图片，没有文字：请安装识别组件（gongkai[ocr]，或系统的tesseract及简体中文数据）后再试，或提供.docx、文字版PDF。"
Recogniser = Callable[["Image"], list[Word]]


def read_scan(pages: Iterator["Image"]) -> Document:
    """Return the blocks of pictures (Pillow images), page by page.

    Raises:
        ReadingError: where no recogniser is installed, or it finds no words.
    """
    if find_spec("rapidocr") or shutil.which("tesseract"):
        need("recogniser")
    with recognising():  # a recogniser loads its models
        recognise = recogniser()
    if recognise is None:
        raise ReadingError(MISSING)
    blocks: list[Block] = []
    loose: list[list[Word]] = []
    seen = 0
    for number, image in enumerate(pages, 1):
        refuse_over("scanned pages", number)
        with recognising():
            straight = _deskew(image)
            grid = find_grid(straight)
            bare = grid is not None and recognise is _tesseract  # which takes lines for letters
            found = recognise(grid.without_lines(straight) if grid and bare else straight)
            words = [replace(word, text=_use_full_width_marks(word.text)) for word in found]
            table = grid.table(words) if grid else None
        blocks.extend(_read_page(table, words, number))
        loose.append([] if table else words)
        seen += len(words)
    if not any(isinstance(block, Grid) for block in blocks):
        blocks = _read_unruled(loose, blocks)
    if not seen:
        raise ReadingError("扫描件里没有识别出文字，请提供更清晰的扫描件或.docx后再试。")
    for block in blocks:
        if isinstance(block, Grid):
            for line in block.lines:
                line.doubts.append(DOUBT)
    return Document(_join_tables(blocks), ["全文由扫描件识别而来，请对照原件逐行核对"])


def pictures_of_pdf(data: bytes) -> Iterator["Image"]:
    """Yield the pages of a PDF as pictures."""
    import pypdfium2

    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            scale = min(DPI / 72, MAX_SIDE / max(page.get_size()))
            yield page.render(scale=scale).to_pil()


def pictures_of_image(data: bytes) -> Iterator["Image"]:
    """Yield the frames of a picture file."""
    from PIL import Image, ImageSequence

    try:
        with Image.open(io.BytesIO(data)) as image:
            for frame in ImageSequence.Iterator(image):
                refuse_over("side", max(frame.size))
                yield frame.convert("RGB")
    except ReadingError:
        raise
    except BROKEN_PICTURE as error:
        raise ReadingError("图片已损坏，请重新扫描或提供.docx后再试。") from error


@cache
def recogniser() -> Recogniser | None:
    """Return the installed OCR engine, or None."""
    if find_spec("rapidocr") and find_spec("onnxruntime"):
        return _rapid()
    return _tesseract if _has_tesseract() else None


def _rapid() -> Recogniser:

    import numpy
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    engine = RapidOCR()

    def recognise(image: "Image") -> list[Word]:
        found = engine(numpy.array(image.convert("RGB")))
        if found.txts is None:
            return []
        out = []
        for box, text in zip(found.boxes, found.txts, strict=True):
            across, down = [float(point[0]) for point in box], [float(point[1]) for point in box]
            out.append(Word(text, min(across), min(down), max(across), max(down)))
        return out

    return recognise


def _has_tesseract() -> bool:
    program = shutil.which("tesseract")
    if program is None:
        return False
    done = subprocess.run([program, "--list-langs"], capture_output=True, timeout=30, check=False)  # noqa: S603
    return b"chi_sim" in done.stdout + done.stderr


def _tesseract(image: "Image") -> list[Word]:
    stream = io.BytesIO()
    image.save(stream, "PNG")
    command = [shutil.which("tesseract") or "tesseract", "-", "-", "-l", "chi_sim", "--psm", "6", "tsv"]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=stream.getvalue(), capture_output=True, timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ReadingError("文字识别没有完成，请提供更清晰的扫描件或.docx后再试。") from error
    rows = csv.DictReader(done.stdout.decode("utf-8", "replace").splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    out = []
    for row in rows:
        if row.get("level") == "5" and (text := (row.get("text") or "").strip()):
            left, top, width, height = (float(row[name]) for name in ("left", "top", "width", "height"))
            out.append(Word(text, left, top, left + width, top + height))
    return out


_FULL_WIDTH_MARKS = str.maketrans("(),:;?!", "（），：；？！")


def _use_full_width_marks(text: str) -> str:
    return text.translate(_FULL_WIDTH_MARKS) if re.search(f"[{HAN}]", text) else text


def _deskew(image: "Image") -> "Image":
    import numpy
    from PIL.Image import Resampling

    small = image.convert("L").resize((600, max(1, image.height * 600 // image.width)))

    def sharpness(angle: float) -> float:
        turned = numpy.asarray(small.rotate(angle, fillcolor=255))
        return float(numpy.var((turned < 140).sum(axis=1)))

    coarse = max((step / 4 for step in range(-12, 13)), key=sharpness)
    best = max((coarse + step / 20 for step in range(-5, 6)), key=sharpness)
    upright = image.convert("L")
    return upright if abs(best) < 0.04 else upright.rotate(best, fillcolor=255, resample=Resampling.BILINEAR)


def _read_page(table: Ruled | None, words: list[Word], number: int) -> Iterator[Block]:
    if table is None:
        yield from _read_paragraphs(words, number)
        return
    yield from _read_paragraphs([word for word in words if word.middle < table.top], number)
    yield Grid([Line(cells, number) for cells in table.cells])
    yield from _read_paragraphs([word for word in words if word.middle > table.bottom], number)


def _read_paragraphs(words: list[Word], number: int) -> Iterator[Block]:
    from gongkai.lib.reading.containers.pdf import unwrapped

    for text in unwrapped(lines_of(words)):
        yield Paragraph(text, number)


def _read_unruled(pages: list[list[Word]], blocks: list[Block]) -> list[Block]:
    words = [[{"x0": w.left, "x1": w.right, "top": w.middle, "text": w.text} for w in page] for page in pages]
    if columns := columns_of_pages(words):
        return columns
    return blocks_of("\n".join(block.text for block in blocks if isinstance(block, Paragraph))).blocks


def _join_tables(blocks: list[Block]) -> list[Block]:
    from gongkai.lib.reading.containers.pdf import joined

    for block in blocks:
        if isinstance(block, Grid):
            for line in block.lines:
                line.cells = [make_cell(cell.text) if cell.text else cell for cell in line.cells]
    return joined(blocks)
