"""Mirrored URLs and their file names."""

from hashlib import blake2b, sha256
from urllib.parse import parse_qsl, unquote, urlsplit

from gongkai.lib.chinese import lazy_re as re

#: URLs that need the application: searches, forms, personal pages, the API.
LIVE_PATHS = (
    "/search/",
    "/forms/",
    "/query/",
    "/subscribe/",
    "/pay/",
    "/exchange/",
    "/through-train/",
    "/easy/",
    "/mcp/",
    "/api/v1/",
    "/api/try/",
    "/healthz",
    "/readyz",
    "/metrics",
)
#: Query parameters of further list pages and older texts; other queries need the application.
MIRRORED_PARAMETERS = {"after", "before", "page", "version", "piece"}
#: File shown for everything that needs the application.
UNAVAILABLE_PAGE = "/unavailable.html"
#: Longer URLs are not mirrored.
MAX_PATH_CHARACTERS = 480
_FILE_PATTERN = re.compile(r"/files/\d+/\d+/([0-9a-f]{64})\Z")


def mirrored_url(path: str) -> str | None:
    """Return the mirrored URL of a link target, or None if it needs the application.

    >>> mirrored_url("/columns/3/?after=x-1"), mirrored_url("/columns/3/?kind=a"), mirrored_url("/search/?q=a")
    ('/columns/3/?after=x-1', None, None)
    >>> mirrored_url("/files/1/1/" + "a" * 64 + "?download")[:11]
    '/files/1/1/'
    """
    parts = urlsplit(path)
    bare = unquote(parts.path)
    if (
        not bare.startswith("/")
        or bare.startswith("//")
        or bare.startswith(LIVE_PATHS)
        or "\0" in bare
        or len(path) > MAX_PATH_CHARACTERS
    ):
        return None
    if any(part in {".", ".."} for part in bare.split("/")):
        return None
    if not parts.query or _FILE_PATTERN.fullmatch(bare):
        return bare
    asked = parse_qsl(parts.query, keep_blank_values=True)
    return f"{bare}?{parts.query}" if asked and {name for name, _ in asked} <= MIRRORED_PARAMETERS else None


def file_name_of(path: str, kind: str, given: str = "") -> str:
    """Return the file name of a URL: the folder's index for pages, another name with a query; `kind` is the media type.

    Args:
        path: the URL.
        kind: media type of the response.
        given: file name in the response, if any.

    >>> file_name_of("/", "text/html"), file_name_of("/feed/", "application/atom+xml"), file_name_of("/columns/1/2.html", "text/html")
    ('index.html', 'feed/index.xml', 'columns/1/2.html')
    >>> file_name_of("/files/1/2/" + "ab" * 32, "application/pdf", "附件 1.pdf")
    'files/1/2/abababababababab/附件 1.pdf'
    """
    bare, _, query = path.partition("?")
    if found := _FILE_PATTERN.fullmatch(bare):
        safe = re.sub(r"[/\\\x00-\x1f]", "_", given).lstrip(".")[:80] or f"{found[1][:12]}.bin"
        while len(safe.encode()) > 200:
            safe = safe[1:]
        return f"{bare[1:-64]}{found[1][:16]}/{safe}"
    suffix = "html" if kind.startswith("text/html") else "xml" if "xml" in kind else "txt"
    if query:
        mark = blake2b(query.encode(), digest_size=8).hexdigest()
        return f"{bare.strip('/')}{'/' if bare.endswith('/') else '.'}_{mark}.html".lstrip("/")
    if bare.endswith("/"):
        return f"{bare[1:]}index.{suffix}"
    last = bare.rpartition("/")[2]
    return bare[1:] if "." in last else f"{bare[1:]}.{suffix}"


def is_document_file(path: str) -> bool:
    """Return true if a URL is a document's file, which never changes."""
    return bool(_FILE_PATTERN.fullmatch(path))


def manifest_list_of(name: str) -> str:
    """Return the manifest list that contains the file `name`."""
    return sha256(name.encode()).hexdigest()[:2]
