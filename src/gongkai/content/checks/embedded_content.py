"""Find pictures and embedded files in a file, which a person must look at."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.fileformats.documents.model import Loss, describe_losses
from gongkai.lib.fileformats.pictures import BROKEN_PICTURE_ERRORS
from gongkai.lib.fileformats.zips import open_zip

#: Pixels on a side below which a picture contains no legible line (bullets, rules, marks).
MIN_LEGIBLE_PIXELS = 48
#: Pages of a PDF that are searched for pictures; longer PDFs are reported as such.
MAX_PAGES_SEARCHED = 400
_OFFICE_SUFFIXES = {"docx", "xlsx"}
#: Losses whose words a reader of the file can show.
_UNSEEN_LOSSES = frozenset({"hidden", "deleted", "comment"})
_EMBEDDED_FILE_PATTERN = re.compile(r"/embeddings/|/activeX/|vbaProject\.bin$", re.IGNORECASE)
_PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".wdp")
#: A preview of the first page, too small to be read, and fonts; by their exact place.
_PREVIEW_PATH_PATTERN = re.compile(r"docProps/thumbnail\.(?:jpeg|jpg|png|emf|wmf)", re.IGNORECASE)
_FONT_PATH_PATTERN = re.compile(r"word/fonts/[^/]+\.(?:odttf|ttf|otf)", re.IGNORECASE)


@dataclass(frozen=True)
class EmbeddedContent:
    """The numbers of legible pictures and embedded files in a file.

    `cut` is true if the file was too long to be searched completely. `unseen` describes words that any holder of the
    file can display (hidden, deleted, comments), and files inside it that cannot be read.
    """

    pictures: int = 0
    files: int = 0
    cut: bool = False
    unseen: tuple[str, ...] = ()


def count_embedded(data: bytes, suffix: str, losses: Sequence[Loss] = ()) -> EmbeddedContent:
    """Count the pictures and embedded files in a file.

    Args:
        data: the file.
        suffix: its kind, without the dot.
        losses: content that its reader did not read, for formats that are not searched here.
    """
    if suffix in _OFFICE_SUFFIXES:
        return _count_in_office_file(data)
    if suffix == "pdf":
        return _count_in_pdf(data)
    pictures = sum(loss.what in ("picture", "chart") for loss in losses)
    return EmbeddedContent(
        pictures, unseen=tuple(describe_losses(loss for loss in losses if loss.what == "attachment"))
    )


def describe_unseen(losses: Iterable[Loss]) -> list[str]:
    """Describe words that are in a file but not visible on its pages: losses of these kinds."""
    return describe_losses(
        (loss for loss in losses if loss.what in _UNSEEN_LOSSES), outcome="页面上看不见，文件中仍可读出"
    )


def _count_in_office_file(data: bytes) -> EmbeddedContent:
    """Count the legible pictures in an office file, and all other parts except XML, HTML and fonts as files."""
    from gongkai.lib.privacy.files.hidden_text import is_printer_settings, is_xml_part

    pictures = files = 0
    with open_zip(data) as bundle:
        for info in bundle.infolist():
            name = info.filename
            if (
                info.is_dir()
                or not info.file_size
                or _PREVIEW_PATH_PATTERN.fullmatch(name)
                or _FONT_PATH_PATTERN.fullmatch(name)
            ):
                continue
            if _EMBEDDED_FILE_PATTERN.search(name):
                files += 1
            elif "/media/" in name or name.lower().endswith(_PICTURE_SUFFIXES):
                pictures += _is_legible(bundle.read(info))
            else:
                content = bundle.read(info)
                files += not (is_xml_part(name, content) or is_printer_settings(name, content))
    return EmbeddedContent(pictures, files)


def describe_embedded(embedded_content: EmbeddedContent) -> list[str]:
    """Return Chinese sentences on the content of a file that a person must inspect."""
    lines = [
        (embedded_content.pictures, f"文件中有{embedded_content.pictures}幅图片，机器读不出其中的文字"),
        (embedded_content.files, f"文件中嵌有{embedded_content.files}个其他文件，机器没有检查"),
        (embedded_content.cut, f"超过{MAX_PAGES_SEARCHED}页，其后的图片没有统计"),
    ]
    return [*(text for there, text in lines if there), *(line.rstrip("。") for line in embedded_content.unseen)]


def _is_legible(data: bytes) -> bool:
    """Return true if a picture is large enough for a line of text, or cannot be opened (EMF, WMF)."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return min(picture.size) >= MIN_LEGIBLE_PIXELS
    except BROKEN_PICTURE_ERRORS:
        return True


def _count_in_pdf(data: bytes) -> EmbeddedContent:
    """Return how many legible pictures (on its first pages) and embedded files a PDF has."""
    from pypdfium2 import PdfDocument, raw  # Office pages without it need 4 MB less.

    with PdfDocument(data) as document:
        files = raw.FPDFDoc_GetAttachmentCount(document)
        pictures = 0
        for number in range(min(len(document), MAX_PAGES_SEARCHED)):
            page = document[number]
            images = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)
            pictures += sum((min(image.get_px_size()) >= MIN_LEGIBLE_PIXELS) for image in images)
            page.close()
        return EmbeddedContent(pictures, files, len(document) > MAX_PAGES_SEARCHED)
