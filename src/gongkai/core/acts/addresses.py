"""Validate URLs that users enter, and remove outer spaces."""

from urllib.parse import urlsplit

from gongkai.core.acts.action import Refused

#: Longest accepted URL, in characters; the width of the database columns.
MAX_URL_LENGTH = 500


def find_url_errors(text: str) -> list[str]:
    """Return the errors of an entered URL as Chinese sentences; empty if it is valid or blank."""
    address = text.strip()
    try:
        url_parts = urlsplit(address)
        is_valid = not address or (url_parts.scheme in {"http", "https"} and bool(url_parts.hostname))
    except ValueError:  # brackets that do not close
        is_valid = False
    if not is_valid or any(map(str.isspace, address)):
        return ["网址应以 http:// 或 https:// 开头，写完整，中间没有空格。"]
    return ["网址过长，请使用短一些的地址。"] if len(address) > MAX_URL_LENGTH else []


def normalize_entered_url(text: str) -> str:
    """Return an entered URL without outer spaces; "" stays "".

    Raises:
        Refused: it is no URL, or too long.
    """
    if reasons := find_url_errors(text):
        raise Refused(reasons)
    return text.strip()
