"""What counts as a scan of a paper: something that shows a signature and opens, not a text that anybody could type."""

from gongkai.content.checks.media import wrong_picture
from gongkai.core.files.models import StoredFile
from gongkai.lib.privacy import PrivacyError

#: What a scan is: how its name ends → where its bytes begin with what.
SCANS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}


def wrong_scan(scan: StoredFile, scan_name: str, what: str) -> list[str]:
    """Return why a stored file is no scan of `what` (签批件, 来函): by its name, its first bytes, and by opening it."""
    suffix = scan_name.strip().rsplit(".", 1)[-1].lower() if "." in scan_name else ""
    if not scan_name.strip():
        return [f"请附上{what}的扫描件。"]
    with scan.open() as held:
        data = bytes(held.read())
    if suffix not in SCANS or not data.startswith(SCANS[suffix]):
        return [f"{what}须是扫描件或照片（pdf、png、jpg）。"]
    if not _pages(data) if suffix == "pdf" else wrong_picture(data):
        return [f"{what}的扫描件打不开，可能已损坏或没有传完整，请重新扫描后上传。"]
    return []


def _pages(data: bytes) -> int:
    """How many pages a PDF has; 0 where it does not open, or its first page does not: how many there are is only what it says."""
    from gongkai.content.checks.opening import count_pages

    try:
        return count_pages(data, False)
    except PrivacyError:
        return 0
