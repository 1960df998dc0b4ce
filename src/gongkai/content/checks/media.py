"""Test that pictures decode and are not blank, and that audio and video have valid headers and a
duration."""

from contextlib import suppress

from gongkai.lib.privacy import PrivacyError

_LAYERS = {1: "III", 2: "II", 3: "I"}


def wrong_picture(data: bytes) -> str:
    """Return why a picture cannot be shown, or ""."""
    from gongkai.lib.fileformats.pictures import UnfitPicture, check_picture

    try:
        check_picture(data)
    except UnfitPicture as unfit:
        return str(unfit)
    return ""


def wrong_film(head: bytes, size: int) -> str:
    """Return why an MP4 cannot be played, or "": boxes (ISO/IEC 14496-12) must begin with `ftyp`
    and include `moov` and `mdat`.

    Args:
        head: the whole file, or as much of it as is at hand.
        size: how long the file is, in bytes.
    """
    if head[4:8] != b"ftyp":
        return "不是 MP4 视频"
    seen, at = set(), 0
    while at + 8 <= len(head):
        length, name = int.from_bytes(head[at : at + 4], "big"), head[at + 4 : at + 8]
        if length == 1 and at + 16 <= len(head):
            length = int.from_bytes(head[at + 8 : at + 16], "big")
        length = size - at if length == 0 else length
        if length < 8:
            return "视频文件已损坏"
        if at + length > size:
            return "视频文件没有传完整"
        seen.add(name)
        at += length
    if at < size:
        return ""
    return "" if {b"moov", b"mdat"} <= seen else "视频文件不完整，不能播放"


def wrong_sound(head: bytes) -> str:
    """Return why an MP3 cannot be played, or "": an MPEG audio frame must follow the ID3 tag
    (ISO/IEC 11172-3)."""
    at = 0
    if head[:3] == b"ID3" and len(head) >= 10:
        at = 10
        for place, byte in enumerate(head[6:10]):
            at += (byte & 0x7F) << (7 * (3 - place))
    frame = head[at : at + 4]
    if at > len(head) and head[:3] == b"ID3":
        return ""
    good = (
        len(frame) == 4
        and frame[0] == 0xFF
        and frame[1] & 0xE0 == 0xE0
        and (frame[1] >> 1) & 3 in _LAYERS
        and (frame[1] >> 3) & 3 != 1
        and frame[2] >> 4 not in (0, 15)
        and (frame[2] >> 2) & 3 != 3
    )
    return "" if good else "不是能播放的 MP3 音频"


def find_media_error(data: bytes, suffix: str, size: int) -> str:
    """Return why a picture, audio or video file is broken, or ""."""
    if suffix in ("png", "jpg", "jpeg", "gif"):
        return wrong_picture(data)
    if suffix == "mp4":
        return wrong_film(data, size)
    return wrong_sound(data) if suffix == "mp3" else ""


#: Seconds of the shortest film that can tell anything.
_MIN_SECONDS = 1


def find_emptiness(data: bytes, suffix: str, worded: bool = False) -> str:
    """Return why a file shows or plays nothing, or "". Pictures in office files are ignored.

    Broken files are left to `find_media_error`.

    Args:
        data: the file.
        suffix: its kind.
        worded: whether words were read from it, which may be hidden.
    """
    from gongkai.content.checks.attachment_reader import are_pages_blank, shows_words
    from gongkai.lib.fileformats.pictures import UnfitPicture, is_blank_picture

    if not data:
        return "文件没有内容"
    with suppress(UnfitPicture, PrivacyError):
        if suffix in ("png", "jpg", "jpeg", "gif") and is_blank_picture(data):
            return "图片是空白的，或者小得看不清"
        if suffix == "pdf" and not (worded and shows_words(data, suffix)) and are_pages_blank(data):
            return "各页都是空白"
        if suffix in ("docx", "xlsx") and not shows_words(data, suffix):
            return "打开后看不到文字（只有空格、标点，或者文字是隐藏的、白色的）"
    seconds = _film_seconds(data) if suffix == "mp4" else None
    return "视频没有时长" if seconds is not None and seconds < _MIN_SECONDS else ""


def _film_seconds(data: bytes) -> float | None:
    """Return the duration of an MP4 in seconds from its `mvhd` box (ISO/IEC 14496-12, 8.2.2), or
    None."""
    at = data.find(b"mvhd")
    long = at >= 0 and data[at + 4 : at + 5] == b"\1"
    start, size = at + (24 if long else 16), 8 if long else 4
    scale, length = data[start : start + 4], data[start + 4 : start + 4 + size]
    if at < 0 or len(length) < size or not int.from_bytes(scale, "big"):
        return None
    if length == b"\xff" * size or b"moof" in data:  # unknown, or in fragments
        return None
    return int.from_bytes(length, "big") / int.from_bytes(scale, "big")
