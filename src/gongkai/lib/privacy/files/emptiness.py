"""Detect files without visible or audible content."""

import io
import zipfile
from contextlib import suppress
from typing import IO

import pypdfium2 as pdfium
from PIL import Image

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import reader
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.documents.document_reader import read_nested_document
from gongkai.lib.fileformats.documents.packages import (
    Package,
    find_all,
    find_child,
    get_attribute,
    get_local_name,
    open_package,
)
from gongkai.lib.fileformats.pictures import BROKEN_PICTURE_ERRORS, UnfitPicture, is_blank, is_blank_picture
from gongkai.lib.fileformats.zips import open_zip
from gongkai.lib.privacy.files.pdf_reading import open_pdf
from gongkai.lib.privacy.model import PrivacyError

#: The reader's reasons for a file that opens but has no words.
_NO_TEXT_REASONS = ("空文件", "没有文字")
#: The reader's reasons for a file that does not open.
_UNOPENED_FILE_REASONS = ("有密码", "已损坏")
#: Minimum seconds of a film that is not empty.
_MIN_SECONDS = 1
#: Pages of a PDF that are searched for visible content, and the pixels of their longer side.
MAX_EXAMINED_PAGES, _PAGE_PIXELS = 30, 1_200
#: A letter, a digit, or a character of a private font; no blank, no mark, no filler of no width.
_WORD_CHARACTER_RE = re.compile(r"[^\W_\u115f\u1160\u3164\uffa0]|[\ue000-\uf8ff√✓✔☑■●]")
#: Visible parts of an office file other than words and pictures.
_SHOWN_PARTS_RE = re.compile(r"/(?:charts?|diagrams|embeddings|ink)/", re.IGNORECASE)
#: Tracks of a film that are seen or heard; the size of all samples of a track, or 0, and how many there are (ISO/IEC 14496-12, 8.4.3 and 8.7.3).
_VISIBLE_TRACK_RE, _TRACK_SAMPLES_RE = (
    re.compile(rb"hdlr.{8}(?:vide|soun)", re.DOTALL),
    re.compile(rb"stsz.{4}(.{4})(.{4})", re.DOTALL),
)
#: Sizes of the pictures in an HEIC file (ISO/IEC 23008-12, 6.5.3): width and height.
_HEIC_SIZE_RE = re.compile(rb"ispe\0\0\0\0(.{4})(.{4})", re.DOTALL)
#: Bytes of one colour or of a shade in HEVC: for the headers, and for each pixel. A line of writing takes half as much again.
_BLANK_HEIC_BYTES = (400, 0.00064)
#: Outer boxes of a film that are read whole, and how many boxes.
_FILM_INDEX_BOX_TYPES, _MAX_INDEX_BYTES, _MAX_BOXES = (b"moov", b"moof", b"ftyp"), 8_000_000, 10_000
#: Pictures that are drawn.
_PICTURE_SUFFIXES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff"})
#: XML elements of a slide that are visible without any text.
_VISIBLE_SLIDE_TAGS = frozenset({"graphicFrame", "cxnSp", "contentPart", "videoFile", "audioFile"})


def has_words(text: str) -> bool:
    """Return whether a text contains anything but blanks and marks."""
    return bool(_WORD_CHARACTER_RE.search(text))


def find_emptiness(data: bytes, suffix: str, worded: bool = False) -> str:
    """Return why a file has no visible or audible content, "" if it has some.

    Args:
        data: the file, or the beginning of a long one.
        suffix: its kind.
        worded: whether words were read from it, which may be hidden.

    Raises:
        PrivacyError: a PDF or an office file does not open: it has a password or is damaged.
    """
    if not data:
        return "文件没有内容"
    with suppress(UnfitPicture):
        if (suffix in _PICTURE_SUFFIXES and is_blank_picture(data)) or (suffix == "heic" and _is_blank_heic(data)):
            return "图片是空白的、只有一片颜色，或者小得看不清"
        if suffix == "pdf" and are_pages_blank(data) and not (worded and shows_anything(data, suffix)):
            return "各页都是空白"
        if suffix == "pptx" and not shows_slides(data):
            return "没有放映时看得到内容的幻灯片"
        if suffix in ("docx", "xlsx", "txt", "csv") and not shows_anything(data, suffix):
            return "打开后看不到内容（只有空格、标点、空白图片，或者文字是隐藏的、白色的）"
    return _explain_empty_film(data) if suffix == "mp4" else ""


@reader(PrivacyError)
def shows_anything(data: bytes, suffix: str) -> bool:
    """Return true if an office file or a PDF shows words or a picture.

    True if that cannot be decided.

    Raises:
        PrivacyError: it does not open.
    """
    try:
        return has_words(read_nested_document(data, f"x.{suffix}", 0).text) or _shows_pictures(data)
    except UnreadFile as error:
        if error.reason in _UNOPENED_FILE_REASONS:
            raise PrivacyError(str(error)) from error
        is_without_text = error.reason in _NO_TEXT_REASONS or (suffix == "pdf" and error.reason == "太大")
        return not is_without_text or _shows_pictures(data)


@reader(PrivacyError)
def shows_slides(data: bytes) -> bool:
    """Return true if a visible slide shows anything, or if that is unknown."""
    try:
        package = open_package(data)
        main = package.main_part("ppt/presentation.xml")
        slides = [part for kind, part in package.relations(main).values() if kind == "slide"]
        return any(_shows_slide(package, part) for part in slides)
    except UnreadFile:
        return True


def _shows_slide(package: Package, part: str) -> bool:
    """Return whether a slide shows text, a drawing or a picture that is not blank."""
    root = package.xml(part)
    if root is None or get_attribute(root, "show") in ("0", "false"):
        return False
    relations = package.relations(part)
    for element in root.iter("{*}*"):
        name = get_local_name(element)
        if name in _VISIBLE_SLIDE_TAGS or (name == "t" and has_words(element.text or "")):
            return True
        if name == "sp" and find_child(element, "nvSpPr", "nvPr", "ph") is None:
            box = get_attribute(find_child(element, "nvSpPr", "cNvSpPr"), "txBox") in ("1", "true")
            if not box and next(find_all(element, "prstGeom"), next(find_all(element, "custGeom"), None)) is not None:
                return True
        target = relations.get(get_attribute(element, "embed"), ("", ""))[1] if name == "blip" else ""
        if target and (not package.find(target) or _shows_picture(package.read(target))):
            return True
    return False


def _shows_pictures(data: bytes) -> bool:
    """Return whether a packed file contains a drawing part or a picture that is not blank."""
    try:
        with open_zip(data) as package:
            names = package.namelist()
            pictures = (package.read(name) for name in names if "/media/" in name)
            return any(_SHOWN_PARTS_RE.search(name) for name in names) or any(map(_shows_picture, pictures))
    except zipfile.BadZipFile:
        return False


def _shows_picture(data: bytes) -> bool:
    """Return whether a picture is not blank; one that cannot be opened counts as shown."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return not is_blank(picture)
    except BROKEN_PICTURE_ERRORS:
        return True  # of a kind that is not drawn here


@reader(PrivacyError)
def are_pages_blank(data: bytes) -> bool:
    """Return true if all pages of a PDF are blank; long ones are sampled.

    Raises:
        PrivacyError: it does not open.
    """
    with open_pdf(data, of_any_length=True) as document:
        document.init_forms()
        return all(is_blank(draw_small_page(document[number])) for number in _list_examined_pages(len(document)))


def _list_examined_pages(count: int) -> list[int]:
    """Return the numbers of pages to examine: all, or a third each from start, end and middle."""
    if count <= MAX_EXAMINED_PAGES:
        return list(range(count))
    third = MAX_EXAMINED_PAGES // 3
    between = [third + (count - 2 * third) * step // third for step in range(third)]
    return [*range(third), *range(count - third, count), *between]


def draw_small_page(page: pdfium.PdfPage) -> Image.Image:
    """Return a small picture of a page of a PDF."""
    picture: Image.Image = page.render(scale=_PAGE_PIXELS / max(*page.get_size(), 1), may_draw_forms=True).to_pil()
    return picture


def _is_blank_heic(data: bytes) -> bool:
    """Return true if the coded size of an HEIC picture suggests a single colour."""
    sizes = [[int.from_bytes(side, "big") for side in found.groups()] for found in _HEIC_SIZE_RE.finditer(data)]
    pixels = max((width * height for width, height in sizes), default=0)
    coded, is_whole = _measure_film_content(data)
    fixed, each = _BLANK_HEIC_BYTES
    return is_whole and pixels > 0 and coded <= fixed + each * pixels


def strip_mp4_media(film: IO[bytes]) -> bytes:
    """Return the index boxes of an MP4 file, without its media."""
    boxes: list[bytes] = []
    for _ in range(_MAX_BOXES):
        head = film.read(16)
        size, start = int.from_bytes(head[:4], "big"), 8
        if len(head) < 8:
            return b"".join([*boxes, head])
        if size == 1:
            size, start = int.from_bytes(head[8:16], "big"), 16
        if size and size < start:
            return b"".join([*boxes, head])
        film.seek(start - len(head), io.SEEK_CUR)
        is_index = head[4:8] in _FILM_INDEX_BOX_TYPES
        content = film.read(min(size - start, _MAX_INDEX_BYTES if is_index else 16) if size else 16)
        boxes.append((8 + len(content)).to_bytes(4, "big") + head[4:8] + content)
        if not size:
            break
        film.seek(size - start - len(content), io.SEEK_CUR)
    return b"".join(boxes)


def _explain_empty_film(data: bytes) -> str:
    """Return the Chinese reason why a film shows nothing, or an empty string."""
    seconds = _read_film_seconds(data)
    if seconds is not None and seconds < _MIN_SECONDS:
        return "视频没有时长"
    at = data.find(b"moov") - 4
    moov = data[at : at + int.from_bytes(data[at : at + 4], "big")] if at >= 0 else b""
    if b"moof" in data or b"cmov" in moov:
        return ""
    media, is_whole = _measure_film_content(data)
    if is_whole and not media:
        return "视频里没有画面，也没有声音"
    if not moov or at + int.from_bytes(moov[:4], "big") > len(data):
        return ""
    samples = list(_TRACK_SAMPLES_RE.finditer(moov))
    has_content = not samples or any(_has_samples(moov, sample) for sample in samples)
    return "" if _VISIBLE_TRACK_RE.search(moov) and has_content else "视频里没有画面，也没有声音"


def _measure_film_content(data: bytes) -> tuple[int, bool]:
    """Return (bytes of sound and picture in a film's outer boxes, whether `data` has all boxes)."""
    at = media = 0
    while at + 8 <= len(data):
        size, head = int.from_bytes(data[at : at + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        size = size or len(data) - at
        if size < head:
            return media, False
        media += size - head if data[at + 4 : at + 8] == b"mdat" else 0
        at += size
    return media, at == len(data)


def _has_samples(moov: bytes, found: "re.Match[bytes]") -> bool:
    """Return true if a matched sample table of an MP4 has a sample that is not empty."""
    size, count = (int.from_bytes(part, "big") for part in found.groups())
    return bool(count) and (size > 0 or any(moov[found.end() : found.end() + 4 * count]))


def _read_film_seconds(data: bytes) -> float | None:
    """Return the duration of an MP4 by its `mvhd` box (ISO/IEC 14496-12, 8.2.2), or None."""
    at = data.find(b"mvhd")
    long = at >= 0 and data[at + 4 : at + 5] == b"\1"
    start, size = at + (24 if long else 16), 8 if long else 4
    scale, length = data[start : start + 4], data[start + 4 : start + 4 + size]
    if at < 0 or len(length) < size or not int.from_bytes(scale, "big"):
        return None
    if length == b"\xff" * size or b"moof" in data:  # unknown, or in fragments
        return None
    return int.from_bytes(length, "big") / int.from_bytes(scale, "big")
