"""Normalise and classify URLs of a crawl."""

import posixpath
from datetime import date
from enum import StrEnum
from urllib.parse import urljoin, urlsplit, urlunsplit

from gongkai.lib.chinese import lazy_re as re

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Schemes of links that are never followed, because they lead to no web page.
_NON_WEB_SCHEMES = ("javascript:", "mailto:", "tel:", "data:", "sms:", "weixin:", "about:", "#")
#: File suffixes of pictures.
PICTURE_SUFFIXES = frozenset(["jpg", "jpeg", "png", "gif", "bmp", "webp", "svg", "ico", "tif", "tiff"])
#: File suffixes of sound and films.
MEDIA_SUFFIXES = frozenset(
    ["mp3", "mp4", "wav", "wma", "m4a", "flv", "f4v", "avi", "wmv", "mov", "m3u8", "webm", "ogg"]
)
_OTHER_FILE_SUFFIXES = (
    "pdf doc docx xls xlsx ppt pptx wps et dps ofd ceb rtf txt csv xml json zip rar 7z tar gz "
    "css js woff woff2 ttf eot swf exe apk msi dmg iso"
)
#: Suffixes of files that are requested but not read as pages.
FILE_SUFFIXES = PICTURE_SUFFIXES | MEDIA_SUFFIXES | frozenset(_OTHER_FILE_SUFFIXES.split())
#: Longer URLs are not requested.
MAX_URL_CHARACTERS = 1_000
_DIGITS = re.compile(r"\d+")
_RANDOM_TOKEN_RE = re.compile(r"(?=[0-9a-z]*\d)(?=[0-9a-z]*[a-z])[0-9a-z_-]{16,}", re.IGNORECASE)
#: A year in a query: the value of a parameter for a date, or the year of a month or day; not an ID (id=2318).
_DATE_PARAMETER_RE = re.compile(
    r"(?:^|&)(?:y{1,4}|year\w*|nian\w*|nf|rq|ym|month|\w*da(?:te|y)\w*)=(\d{4})(?!\d)|(?<!\d)(\d{4})[-/.](?:0?[1-9]|1[0-2])(?!\d)",
    re.IGNORECASE,
)
#: Parameters that identify a visit, not a page.
_VISIT_PARAMETER_RE = re.compile(
    r"^(?:jsessionid|phpsessid|sessionid|sid|utm_\w+|spm|from|timestamp|_t)=", re.IGNORECASE
)
_PATH_SESSION_ID_RE = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)


class UrlKind(StrEnum):
    """The treatment of a URL in a crawl: page, file, other site and so on."""

    PAGE = "page"  # of the site itself: read, its links are followed
    FILE = "file"  # of the site itself: only its existence and type are checked
    OUTER = "outer"  # of another site: only whether it responds is checked


def normalise_url(link: str, base: str = "") -> str:
    """Return a link as an absolute, normalised URL; "" if it cannot be requested.

    Lower-case host, no default port, no dots in the path, no fragment, no session or tracking parameters.
    """
    link = link.strip()
    if not link or link[:11].lower().startswith(_NON_WEB_SCHEMES):
        return ""
    try:
        parts = urlsplit(urljoin(base, link) if base else link)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not host or parts.username is not None:
        return ""
    path = _PATH_SESSION_ID_RE.sub("", parts.path) or "/"
    if "/." in path or "//" in path:
        end = "/" if path.endswith(("/", "/.", "/..")) else ""
        path = posixpath.normpath(re.sub(r"/{2,}", "/", path)).rstrip("/") + end or "/"
    query = parts.query
    if (query and _VISIT_PARAMETER_RE.search(query.replace("&", "\n").replace("\n", "&"))) or "&" in query:
        query = "&".join(part for part in query.split("&") if part and not _VISIT_PARAMETER_RE.match(part))
    name = f"[{host}]" if ":" in host else host
    shown = name if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{name}:{port}"
    return urlunsplit((parts.scheme, shown, path, query, ""))


#: A query that names the file to be downloaded: downfile.jsp?filename=2610023.docx.
_DOWNLOAD_QUERY_RE = re.compile(
    r"[?&](?:file_?name|file|name|path|src)=[^&]*?[^&/.]\.([a-z0-9]{2,5})(?=&|$)", re.IGNORECASE
)


def get_suffix(address: str) -> str:
    """Return the lower-case file suffix of a URL's path or of a download parameter; "" if none.

    >>> get_suffix("http://x.cn/a/b.PDF?v=1"), get_suffix("http://x.cn/downfile.jsp?id=0&filename=26100.docx"), get_suffix("http://x.cn/a/")
    ('pdf', 'docx', '')
    """
    handed = _DOWNLOAD_QUERY_RE.search(address)
    if handed and handed[1].lower() in FILE_SUFFIXES:
        return handed[1].lower()
    name = address.partition("?")[0].rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot and stem and len(suffix) <= 5 else ""


def get_host(address: str) -> str:
    """Return the host of an absolute URL, with a non-default port."""
    return address.partition("//")[2].partition("/")[0].partition("?")[0]


def get_url_kind(address: str, hosts: frozenset[str]) -> UrlKind:
    """Classify a URL for a crawl of these hosts."""
    if get_host(address) not in hosts:
        return UrlKind.OUTER
    return UrlKind.FILE if get_suffix(address) in FILE_SUFFIXES else UrlKind.PAGE


def make_url_shape(address: str) -> str:
    """Return the pattern of a URL ("shape"): the URL without numbers and random names."""
    return _DIGITS.sub("#", _RANDOM_TOKEN_RE.sub("*", address.partition("//")[2]))


def explain_skipped_url(address: str, today: date) -> str:
    """Return the Chinese reason to skip a URL, or "".

    Reasons: too long, folders nested in folders of the same name, too many parameters, a date far away (an endless calendar).
    """
    if len(address) > MAX_URL_CHARACTERS:
        return "网址过长"
    path, _, query = address.partition("//")[2].partition("?")
    pieces = [part for part in path.split("/")[1:] if part]
    if len(pieces) > 25 or any(pieces.count(piece) > 3 for piece in set(pieces)):
        return "目录重复嵌套"
    if query.count("&") > 12:
        return "参数过多"
    if any(
        not 1990 <= int(year) <= today.year + 2
        for found in _DATE_PARAMETER_RE.finditer(query)
        for year in [found[1] or found[2]]
        if year[:2] in _CALENDAR_CENTURIES
    ):
        return ENDLESS_CALENDAR_REASON
    match = re.search(r"/(\d{4})[-/](?:0?[1-9]|1[0-2])(?:[-/]|$|\.)", path)
    if match and match[1][:2] in _CALENDAR_CENTURIES and not 1949 <= int(match[1]) <= today.year + 2:
        return ENDLESS_CALENDAR_REASON
    return ""


#: Parameters that only change the order, the number or the look of the same entries.
_VIEW_PARAMETER_RE = re.compile(
    r"^(?:sort\w*|order\w*|orderby|dir|asc|desc|size|pagesize|page_size|rows|limit|perpage|per|view|style|show|layout|skin|font\w*|theme|px|pxfs|print|forprint|share\w*|fx)$",
    re.IGNORECASE,
)
_FIRST_PAGE_PARAMETER_RE = re.compile(r"^(?:page|p|pageno|pageindex|curpage|pn)=[01]$", re.IGNORECASE)


def list_urls_without_sorting(address: str) -> list[str]:
    """Return the URL without its parameters of order and view, then also without `page=1`; [] if it has no such
    parameters.
    """
    path, _, query = address.partition("?")
    parts = [part for part in query.split("&") if part]
    plain = [part for part in parts if not _VIEW_PARAMETER_RE.match(part.partition("=")[0])]
    if len(plain) == len(parts):
        return []
    found = [plain, [part for part in plain if not _FIRST_PAGE_PARAMETER_RE.match(part)]]
    return list(dict.fromkeys(f"{path}?{'&'.join(kept)}" if kept else path for kept in found))


#: Reason why days far away are not requested.
ENDLESS_CALENDAR_REASON = "日历没有尽头"
_CALENDAR_CENTURIES = {"17", "18", "19", "20", "21", "22", "23"}
