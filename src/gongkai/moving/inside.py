"""What stands in a file beside its words: pictures, embedded files. No machine has read it; a person must look."""

import io
import zipfile

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

#: Smaller pictures (points on a side) hold no legible line: bullets, rules, marks.
LEGIBLE = 48
#: Pages of a PDF that are looked through for pictures; what is longer is said to be.
MOST_PAGES = 400
_PACKED = {"docx", "xlsx"}


def unread_in(data: bytes, suffix: str) -> list[str]:
    """Return why a person must look into a file whose words were searched; nothing where words are all there is.

    Args:
        data: a file that `personal.words_of` read.
        suffix: its kind, without the dot.
    """
    if suffix in _PACKED:
        return _packed(data)
    return _pdf(data) if suffix == "pdf" else []


def _packed(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        media = [name for name in bundle.namelist() if "/media/" in name]
        pictures = sum(_legible(bundle.read(name)) for name in media)
        files = sum("/embeddings/" in name or "/activeX/" in name for name in bundle.namelist())
    return _said(pictures, files)


def _said(pictures: int, files: int) -> list[str]:
    said = [
        (pictures, f"文件中有{pictures}幅图片，机器读不出其中的文字"),
        (files, f"文件中嵌有{files}个其他文件，机器没有检查"),
    ]
    return [words for count, words in said if count]


def _legible(data: bytes) -> bool:
    """Whether a picture may hold a line of text; one that cannot be opened (EMF, WMF) may."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return min(picture.size) >= LEGIBLE
    except (OSError, ValueError, Image.DecompressionBombError):
        return True


def _pdf(data: bytes) -> list[str]:
    document = pdfium.PdfDocument(data)
    try:
        files = raw.FPDFDoc_GetAttachmentCount(document)
        pictures = 0
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            images = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)
            pictures += sum(_large(image) for image in images)
            page.close()
        said = _said(pictures, files)
        if len(document) > MOST_PAGES:
            said.append(f"超过{MOST_PAGES}页，其后的图片没有统计")
        return said
    finally:
        document.close()


def _large(image: pdfium.PdfImage) -> bool:
    return min(image.get_px_size()) >= LEGIBLE
