"""Read pictures and scanned PDFs through an OCR engine, where one is installed."""

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
from gongkai.lib.confined import count_as_recognition, request_larger_limits
from gongkai.lib.fileformats.documents.drawn_grids import RuledTable, find_grid, group_into_lines
from gongkai.lib.fileformats.documents.model import (
    Document,
    DocumentBuilder,
    PicturesOnly,
    UnreadFile,
    Word,
    refuse_over,
)
from gongkai.lib.fileformats.documents.pdf_lines import join_lines
from gongkai.lib.fileformats.pictures import BROKEN_PICTURE_ERRORS

if TYPE_CHECKING:
    from PIL.Image import Image

RENDER_DPI = 200
MAX_SIDE_PIXELS = 5_000
RECOGNITION_SECONDS = 120
Recogniser = Callable[["Image"], list[Word]]


def read_scan(data: bytes) -> Document | None:
    """Return the words of a picture, or of the pictures of a PDF, or None without an installed recogniser.

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
    for number, image in enumerate(_pictures(data), 1):
        refuse_over("scanned pages", number)
        with count_as_recognition():
            straight = _deskew(image)
            grid = find_grid(straight)
            bare = grid is not None and recognise is _tesseract  # which takes lines for letters
            found = recognise(grid.without_lines(straight) if grid and bare else straight)
            words = [replace(word, text=_use_full_width_marks(word.text)) for word in found]
            table = grid.table(words) if grid else None
        _add_page(builder, table, words, number)
    if not builder.document.blocks:
        raise PicturesOnly("没有文字（图片页）：扫描件里没有识别出文字，请提供更清晰的扫描件或有文字的文件。")
    return builder.document


def _add_page(builder: DocumentBuilder, table: RuledTable | None, words: list[Word], number: int) -> None:
    builder.document.words.append([] if table else words)
    top, bottom = (table.top, table.bottom) if table else (float("inf"), float("inf"))
    for text in join_lines(group_into_lines([word for word in words if word.middle < top])):
        builder.paragraph(text, page=number)
    if table is not None:
        count = len(builder.document.blocks)
        builder.table(table.cells, places=[number] * len(table.cells))
        builder.join_tables(count)
    for text in join_lines(group_into_lines([word for word in words if word.middle > bottom])):
        builder.paragraph(text, page=number)


def _pictures(data: bytes) -> Iterator["Image"]:
    """Yield the pages of a PDF or the frames of a picture file."""
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
                refuse_over("side", max(frame.size))
                yield frame.convert("RGB")
    except BROKEN_PICTURE_ERRORS as error:
        raise UnreadFile("已损坏：图片的内容读不出来，请重新扫描后再试。") from error


@cache
def find_recogniser() -> Recogniser | None:
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
            command, input=stream.getvalue(), capture_output=True, timeout=RECOGNITION_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise UnreadFile("没有文字（图片页）：文字识别没有完成，请提供更清晰的扫描件或有文字的文件。") from error
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
