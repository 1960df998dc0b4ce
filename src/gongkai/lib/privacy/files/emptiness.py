"""Say of a file that a reader sees and hears nothing in it: blank pages, hidden words, a film without a track."""

import io
import zipfile
from contextlib import suppress

import pypdfium2 as pdfium
from PIL import Image

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader
from gongkai.lib.fileformats.pictures import BROKEN_PICTURE, UnfitPicture, is_blank, is_blank_picture
from gongkai.lib.privacy.files.text import open_document
from gongkai.lib.privacy.model import PrivacyError

#: How the reasons begin for which no word is read from a file that opens.
_NO_WORDS = ("空文件", "没有文字")
#: Seconds of the shortest film that can tell anything.
_MIN_SECONDS = 1
#: Pages of a PDF in which anything is looked for, and the pixels of their longer side.
PAGES_LOOKED_AT, _PAGE_PIXELS = 30, 1_200
#: A letter, a digit, or a character of a private font; no blank, no mark, no filler of no width.
_WORD_CHARACTER = re.compile(r"[^\W_\u115f\u1160\u3164\uffa0]|[\ue000-\uf8ff√✓✔☑■●]")
#: Parts of an office file that a reader sees beside words and pictures.
_SHOWN_PARTS = re.compile(r"/(?:charts?|diagrams|embeddings|ink)/", re.IGNORECASE)
#: Tracks of a film that are seen or heard, and how many samples each track has (ISO/IEC 14496-12, 8.4.3 and 8.7.3).
_TRACKS, _SAMPLES = re.compile(rb"hdlr.{8}(?:vide|soun)", re.DOTALL), re.compile(rb"stsz.{8}(.{4})", re.DOTALL)


def has_words(text: str) -> bool:
    """Return whether a text holds anything but blanks and marks."""
    return bool(_WORD_CHARACTER.search(text))


def find_emptiness(data: bytes, suffix: str, worded: bool = False) -> str:
    """Return why nothing can be seen or heard in a file; empty where something can, or where the file is damaged.

    Args:
        data: the file, or the beginning of a long one.
        suffix: its kind.
        worded: whether words were read from it, which may be hidden.
    """
    if not data:
        return "文件没有内容"
    with suppress(UnfitPicture, PrivacyError):
        if suffix in ("png", "jpg", "jpeg", "gif") and is_blank_picture(data):
            return "图片是空白的、只有一片颜色，或者小得看不清"
        if suffix == "pdf" and not (worded and shows_anything(data, suffix)) and are_pages_blank(data):
            return "各页都是空白"
        if suffix in ("docx", "xlsx", "txt", "csv") and not shows_anything(data, suffix):
            return "打开后看不到内容（只有空格、标点、空白图片，或者文字是隐藏的、白色的）"
    return _film_emptiness(data) if suffix == "mp4" else ""


@reader(PrivacyError)
def shows_anything(data: bytes, suffix: str) -> bool:
    """Return whether a reader sees words in an office file or a PDF (not hidden, not white, on no hidden sheet, inside the page), or a picture.

    True where that cannot be told.
    """
    try:
        return has_words(open_document(data, f".{suffix}").text) or _shows_pictures(data)
    except PrivacyError as error:
        return not str(error).startswith(_NO_WORDS) or _shows_pictures(data)


def _shows_pictures(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = package.namelist()
            pictures = (package.read(name) for name in names if "/media/" in name)
            return any(_SHOWN_PARTS.search(name) for name in names) or any(map(_shows_picture, pictures))
    except zipfile.BadZipFile:
        return False


def _shows_picture(data: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return not is_blank(picture)
    except BROKEN_PICTURE:
        return True  # of a kind that is not drawn here


@reader(PrivacyError)
def are_pages_blank(data: bytes) -> bool:
    """Return whether nothing is on any of the first pages of a PDF.

    Raises:
        PrivacyError: it does not open.
    """
    try:
        document = pdfium.PdfDocument(data)
        document.init_forms()
        few = len(document) <= PAGES_LOOKED_AT
        blank = few and all(is_blank(small_picture(document[number])) for number in range(len(document)))
        document.close()
    except pdfium.PdfiumError as error:
        raise PrivacyError("这个 PDF 打不开") from error
    return blank


def small_picture(page: pdfium.PdfPage) -> Image.Image:
    """Draw a page of a PDF, small."""
    picture: Image.Image = page.render(scale=_PAGE_PIXELS / max(*page.get_size(), 1), may_draw_forms=True).to_pil()
    return picture


def _film_emptiness(data: bytes) -> str:
    seconds = _film_seconds(data)
    if seconds is not None and seconds < _MIN_SECONDS:
        return "视频没有时长"
    at = data.find(b"moov") - 4
    moov = data[at : at + int.from_bytes(data[at : at + 4], "big")] if at >= 0 else b""
    whole = moov and at + int.from_bytes(moov[:4], "big") <= len(data) and b"cmov" not in moov
    if not whole or b"moof" in data:
        return ""
    counts = _SAMPLES.findall(moov)
    return "" if _TRACKS.search(moov) and (not counts or any(map(any, counts))) else "视频里没有画面，也没有声音"


def _film_seconds(data: bytes) -> float | None:
    """Return how long an MP4 plays by its `mvhd` box (ISO/IEC 14496-12, 8.2.2); None where it does not say."""
    at = data.find(b"mvhd")
    long = at >= 0 and data[at + 4 : at + 5] == b"\1"
    start, size = at + (24 if long else 16), 8 if long else 4
    scale, length = data[start : start + 4], data[start + 4 : start + 4 + size]
    if at < 0 or len(length) < size or not int.from_bytes(scale, "big"):
        return None
    if length == b"\xff" * size or b"moof" in data:  # unknown, or in fragments
        return None
    return int.from_bytes(length, "big") / int.from_bytes(scale, "big")
