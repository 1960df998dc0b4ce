"""Scans: cells from ruled lines, words from OCR where installed, every row flagged."""

import io
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from gongkai.lib.fileformats.documents import scans as scan
from gongkai.lib.fileformats.documents.model import CoveredCell, PlacedWord
from gongkai.lib.fileformats.documents.pdf_lines import group_words_into_lines
from gongkai.lib.fileformats.documents.scans import find_grid
from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.notice import read_notice
from lib.reading.judge import judge
from lib.reading.pdf import pdf
from lib.reading.sample_notices import BAIYU


def scanned(*, angle: float = 0.6) -> bytes:
    """Return a PDF that contains only a slightly rotated picture of a printed notice."""
    with pypdfium2.PdfDocument(pdf(BAIYU.notice)) as document:
        pages = [page.render(scale=200 / 72).to_pil().convert("L") for page in document]
    stream = io.BytesIO()
    first, *rest = [page.rotate(angle, fillcolor=255) for page in pages]
    first.save(stream, "PDF", save_all=True, append_images=rest, resolution=200)
    return stream.getvalue()


@pytest.fixture
def page() -> Image.Image:
    """Return a grid of two columns and three rows with merged cells in the first column and last row."""
    image = Image.new("L", (800, 500), 255)
    pen = ImageDraw.Draw(image)
    for ends in (
        [(50, 50), (750, 50)],
        [(50, 150), (750, 150)],
        [(300, 250), (750, 250)],
        [(50, 350), (750, 350)],
        [(50, 450), (750, 450)],
        [(50, 50), (50, 450)],
        [(300, 50), (300, 350)],
        [(750, 50), (750, 450)],
    ):
        pen.line(ends, fill=0, width=3)
    return image


def test_missing_lines_mean_merged_cells(page: Image.Image) -> None:
    grid = find_grid(page)
    assert grid is not None
    words = [
        PlacedWord("头", 100, 80, 130, 110),
        PlacedWord("合并", 100, 220, 160, 250),
        PlacedWord("乙", 400, 280, 430, 310),
        PlacedWord("通栏", 500, 380, 560, 410),
    ]
    table = grid.table(words)
    assert table.cells == [["头", ""], ["合并", ""], ["合并", "乙"], ["通栏", "通栏"]]
    covered = table.cells[2][0], table.cells[3][1]
    assert [cell.side for cell in covered if isinstance(cell, CoveredCell)] == ["above", "left"]


def test_find_grid_returns_none_without_lines() -> None:
    assert find_grid(Image.new("L", (400, 400), 255)) is None


def test_words_are_grouped_into_lines_from_left_to_right() -> None:
    words = [
        PlacedWord("乙", 60, 12, 80, 32),
        PlacedWord("甲", 20, 10, 40, 30),
        PlacedWord("丙", 20, 50, 40, 70),
        PlacedWord("，", 82, 24, 88, 30),
    ]
    assert ["".join(word.text for word in row) for row in group_words_into_lines(words)] == ["甲乙，", "丙"]


def test_missing_recogniser_is_reported_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "find_recogniser", lambda: None)
    stream = io.BytesIO()
    Image.new("RGB", (60, 60), "white").save(stream, "PNG")
    for data in (stream.getvalue(), scanned()):
        with pytest.raises(ReadingError, match="先识别文字"):
            read_notice(data)


def test_damaged_picture_is_refused_with_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "find_recogniser", lambda: lambda image: [])
    with pytest.raises(ReadingError, match="已损坏"):
        read_notice(b"\x89PNG\r\n\x1a\n" + b"\x00" * 200)


def test_picture_without_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "find_recogniser", lambda: lambda image: [])
    with pytest.raises(ReadingError, match="没有识别出文字"):
        read_notice(scanned())


def _words_of(data: bytes) -> Iterator[list[PlacedWord]]:
    """Yield the words of a PDF's text layer at their positions in its picture."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        for one in document.pages:
            yield [
                PlacedWord(word["text"], *(float(word[name]) * 200 / 72 for name in ("x0", "top", "x1", "bottom")))
                for word in one.extract_words(x_tolerance=2)
            ]


def test_perfectly_recognised_scan_is_exact_and_all_rows_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    words = _words_of(pdf(BAIYU.notice))
    monkeypatch.setattr(scan, "find_recogniser", lambda: lambda image: next(words))
    read = read_notice(scanned(angle=0))
    verdict = judge(read, BAIYU)
    assert (verdict.unflagged, verdict.flagged) == ([], [])
    assert {warning.row for warning in read.warnings} >= set(range(1, len(read.rows) + 1))


def _read(monkeypatch: pytest.MonkeyPatch, recognise: Any) -> Any:
    monkeypatch.setattr(scan, "find_recogniser", lambda: recognise)
    return read_notice(scanned())


@pytest.mark.skipif(not (find_spec("rapidocr") and find_spec("onnxruntime")), reason="the extra ocr is not installed")
def test_scan_is_read_with_rapid_recogniser(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = judge(_read(monkeypatch, scan._make_rapid_recogniser()), BAIYU)
    assert not verdict.unflagged
    assert verdict.exact >= 4


@pytest.mark.skipif(not scan._has_tesseract(), reason="no Tesseract with chi_sim")
def test_tesseract_returns_words_with_positions() -> None:
    with pypdfium2.PdfDocument(pdf(BAIYU.notice)) as document:
        picture = document[0].render(scale=200 / 72).to_pil().convert("L").crop((100, 250, 1500, 320))
    words = scan._recognise_with_tesseract(picture)
    assert any("政务" in word.text or "公开" in word.text for word in words)
    assert all(0 <= word.left < word.right <= 1400 and 0 <= word.middle <= 70 for word in words)
