"""Test that pictures decode, and that sound and film have valid container headers."""

_LAYERS = {1: "III", 2: "II", 3: "I"}


def find_picture_error(data: bytes) -> str:
    """Return why a picture cannot be shown, or ""."""
    from gongkai.lib.fileformats.pictures import UnfitPicture, check_picture

    try:
        check_picture(data)
    except UnfitPicture as unfit:
        return str(unfit)
    return ""


def find_film_error(head: bytes, size: int) -> str:
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


def find_sound_error(head: bytes) -> str:
    """Return why an MP3 cannot be played, or "": an MPEG audio frame must follow the ID3 tag (ISO/IEC 11172-3)."""
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
        return find_picture_error(data)
    if suffix == "mp4":
        return find_film_error(data, size)
    return find_sound_error(data) if suffix == "mp3" else ""
