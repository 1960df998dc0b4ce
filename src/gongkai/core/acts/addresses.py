"""Web addresses that people write: one rule for all rooms."""

from urllib.parse import urlsplit

from gongkai.core.acts.action import Refused

MAX_URL_LENGTH = 500


def wrong_address(text: str) -> list[str]:
    """Return what is wrong with a web address, a Chinese sentence each; nothing is none, and right."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        good = not address or (parts.scheme in {"http", "https"} and bool(parts.hostname))
    except ValueError:  # brackets that do not close
        good = False
    if not good or any(map(str.isspace, address)):
        return ["网址应以 http:// 或 https:// 开头，写完整，中间没有空格。"]
    return ["网址过长，请使用短一些的地址。"] if len(address) > MAX_URL_LENGTH else []


def web_address(text: str) -> str:
    """Return a web address, tidied; empty stays empty.

    Raises:
        Refused: it is none.
    """
    if reasons := wrong_address(text):
        raise Refused(reasons)
    return text.strip()
