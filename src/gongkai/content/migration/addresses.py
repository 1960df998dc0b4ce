"""Old URLs as rows of `Address`: path with query, prefixed with `

host` for other hosts. Pure.
"""

from collections.abc import Collection
from urllib.parse import unquote, urlsplit

MAX_PATH_CHARACTERS = 300


def stored_form(url: str, hosts: Collection[str]) -> str:
    """Return the stored form of an old URL, or "" if it cannot be one (front page, other scheme, too long).

    >>> stored_form("http://www.yunling.gov.cn/view.asp?id=33", {"www.yunling.gov.cn"})
    '/view.asp?id=33'
    >>> stored_form("http://zf.yunling.gov.cn/a.html", {"www.yunling.gov.cn"})
    '//zf.yunling.gov.cn/a.html'
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.netloc or "").rsplit("@", 1)[-1].lower()
    except ValueError:
        return ""
    if parts.scheme not in {"", "http", "https"}:
        return ""
    path = unquote(parts.path) or "/"
    path = path if path.startswith("/") else f"/{path}"
    if parts.query:
        path += f"?{parts.query}"
    bare = host.removesuffix(":80").removesuffix(":443")
    if bare and bare not in hosts:
        path = f"//{bare}{path}"
    return path if path not in {"/", f"//{bare}/"} and len(path) <= MAX_PATH_CHARACTERS else ""


def list_stored_forms(host: str, path: str, query: str) -> list[str]:
    """Return the stored forms that a request may match, the most exact first."""
    bare = host.lower().removesuffix(":80").removesuffix(":443")
    full = f"{path}?{query}" if query else path
    return list(dict.fromkeys([f"//{bare}{full}", full, f"//{bare}{path}", path]))
