"""Faults of the scan of a signed paper: it opens, is large enough and not blank."""

from gongkai.core.files.models import StoredFile
from gongkai.lib.fileformats.pictures import UnfitPicture, measure_picture
from gongkai.lib.privacy import PrivacyError

#: Suffix of a scan → first bytes of such files.
SCAN_MAGIC_BYTES = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}

#: Shorter and longer side of a legible picture of a page: A4 at about 72 dots an inch.
MIN_SCAN_PIXELS = (600, 800)
#: Shorter side of a page of a PDF in points: 7 cm, narrower than any form or letter.
MIN_PAGE_POINTS = 198


def find_scan_errors(scan: StoredFile, scan_name: str, paper_name: str) -> list[str]:
    """Return the Chinese reason against a stored file as the scan of a paper (`paper_name`: 签批件, 来函), if any.

    Its name, signature bytes and content are checked.
    """
    suffix = scan_name.strip().rsplit(".", 1)[-1].lower() if "." in scan_name else ""
    if not scan_name.strip():
        return [f"请附上{paper_name}的扫描件。"]
    with scan.open() as held:
        data = bytes(held.read())
    if suffix not in SCAN_MAGIC_BYTES or not data.startswith(SCAN_MAGIC_BYTES[suffix]):
        return [f"{paper_name}须是扫描件或照片（pdf、png、jpg）。"]
    try:
        *sides, marked = _measure_scan(data, suffix)
    except (PrivacyError, UnfitPicture) as error:
        return [f"{paper_name}的扫描件打不开：{str(error).rstrip('。')}。"]
    if suffix == "pdf" and sides[0] < MIN_PAGE_POINTS:
        return [f"{paper_name}的扫描件页面太小，看不清文字：页面的短边不少于7厘米，请重新扫描后上传。"]
    if suffix != "pdf" and (sides[0] < MIN_SCAN_PIXELS[0] or sides[1] < MIN_SCAN_PIXELS[1]):
        return [
            f"{paper_name}的图片太小（{sides[0]:.0f}×{sides[1]:.0f}像素），看不清文字："
            f"短边不少于{MIN_SCAN_PIXELS[0]}像素，长边不少于{MIN_SCAN_PIXELS[1]}像素，请重新扫描或者拍照后上传。"
        ]
    return [] if marked else [f"{paper_name}的扫描件是空白页，看不到文字或者印章，请重新扫描后上传。"]


def _measure_scan(data: bytes, suffix: str) -> tuple[float, float, bool]:
    """Return (shorter edge, longer edge, true if not blank) in pixels, or points of a PDF's first page.

    Raises:
        PrivacyError, UnfitPicture: it cannot be opened.
    """
    from gongkai.content.checks.attachment_reader import measure_pages

    width, height, marked = measure_pages(data) if suffix == "pdf" else measure_picture(data)
    return min(width, height), max(width, height), marked
