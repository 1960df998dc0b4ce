"""Rewrite the links and forms of a page for the mirror, and name the mirrored files."""

from collections.abc import Callable, Iterator
from hashlib import blake2b, sha256
from html import escape
from urllib.parse import parse_qsl, quote, unquote, urljoin, urlsplit

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.richtext.tags import Attributes, StartTag, iterate_start_tags, rewrite_tags, write_start_tag

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
_FILE_PATH_PATTERN = re.compile(r"/files/\d+/\d+/([0-9a-f]{64})\Z")


def find_mirrored_url(path: str) -> str | None:
    """Return the mirrored URL of a link target, or None if it needs the application.

    >>> find_mirrored_url("/columns/3/?after=x-1"), find_mirrored_url("/columns/3/?kind=a"), find_mirrored_url("/search/?q=a")
    ('/columns/3/?after=x-1', None, None)
    >>> find_mirrored_url("/files/1/1/" + "a" * 64 + "?download")[:11]
    '/files/1/1/'
    """
    split_url = urlsplit(path)
    url_path = unquote(split_url.path)
    if (
        not url_path.startswith("/")
        or url_path.startswith("//")
        or url_path.startswith(LIVE_PATHS)
        or "\0" in url_path
        or len(path) > MAX_PATH_CHARACTERS
    ):
        return None
    if any(segment in {".", ".."} for segment in url_path.split("/")):
        return None
    if not split_url.query or _FILE_PATH_PATTERN.fullmatch(url_path):
        return url_path
    parameters = parse_qsl(split_url.query, keep_blank_values=True)
    return (
        f"{url_path}?{split_url.query}"
        if parameters and {name for name, _ in parameters} <= MIRRORED_PARAMETERS
        else None
    )


def make_file_name(path: str, kind: str, given_file_name: str = "") -> str:
    """Return the file name of a URL; `kind` is the media type of the response.

    Args:
        path: the URL.
        kind: media type of the response.
        given_file_name: file name in the response, if any.

    >>> make_file_name("/", "text/html"), make_file_name("/feed/", "application/atom+xml"), make_file_name("/columns/1/2.html", "text/html")
    ('index.html', 'feed/index.xml', 'columns/1/2.html')
    >>> make_file_name("/files/1/2/" + "ab" * 32, "application/pdf", "附件 1.pdf")
    'files/1/2/abababababababab/附件 1.pdf'
    """
    url_path, _, query = path.partition("?")
    if match := _FILE_PATH_PATTERN.fullmatch(url_path):
        safe_name = re.sub(r"[/\\\x00-\x1f]", "_", given_file_name).lstrip(".")[:80] or f"{match[1][:12]}.bin"
        while len(safe_name.encode()) > 200:
            safe_name = safe_name[1:]
        return f"{url_path[1:-64]}{match[1][:16]}/{safe_name}"
    suffix = "html" if kind.startswith("text/html") else "xml" if "xml" in kind else "txt"
    if query:
        query_digest = blake2b(query.encode(), digest_size=8).hexdigest()
        return f"{url_path.strip('/')}{'/' if url_path.endswith('/') else '.'}_{query_digest}.html".lstrip("/")
    if url_path.endswith("/"):
        return f"{url_path[1:]}index.{suffix}"
    last_segment = url_path.rpartition("/")[2]
    return url_path[1:] if "." in last_segment else f"{url_path[1:]}.{suffix}"


def is_document_file(path: str) -> bool:
    """Return true if a URL is a document's file, which never changes."""
    return bool(_FILE_PATH_PATTERN.fullmatch(path))


def get_manifest_list_name(name: str) -> str:
    """Return the name of the manifest list that contains the file `name`."""
    return sha256(name.encode()).hexdigest()[:2]


#: Elements with their attributes that hold one URL.
_URL_ATTRIBUTES = {
    "a": ("href",),
    "area": ("href",),
    "link": ("href",),
    "script": ("src",),
    "img": ("src",),
    "source": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "input": ("src",),
}
#: `<link>` types that a browser loads.
_LOADED_LINK_TYPES = frozenset({"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"})
#: Attributes with several URLs and their widths or densities.
_SRCSET_ATTRIBUTES = ("srcset", "imagesrcset")
_SRCSET_CANDIDATE_PATTERN = re.compile(r"[\s,]*(\S*[^\s,])\s*([^,]*)(?:,|$)")
_CSS_URL_PATTERN = re.compile(r"""(url\(\s*['"]?)([^'")]+)(['"]?\s*\))""")
_UNCHANGED_URL_PREFIXES = ("#", "mailto:", "tel:", "data:", "javascript:")

#: Function from a URL on this site to its URL in the mirror.
UrlMapper = Callable[[str], str]


def rewrite_page(text: str, path: str, roots: tuple[str, ...], map_url: UrlMapper) -> str:
    """Return a page with all links to this site adapted to the mirror.

    Args:
        path: its URL.
        roots: base URLs of this site.
        map_url: maps URLs to the mirror.
    """

    def map_address(address: str) -> str:
        return _map_target(address, path, roots, map_url)

    def rewrite_tag(tag: StartTag) -> str:
        """Return a start tag with its URLs mapped, or its form disabled; unchanged if it has neither."""
        attributes = tag.attributes
        rewritten = (
            {**attributes, "action": UNAVAILABLE_PAGE, "method": "get"}
            if tag.name == "form"
            else _rewrite_attributes(tag.name, attributes, map_address)
        )
        return tag.source if rewritten == attributes else write_start_tag(tag.name, rewritten)

    return rewrite_tags(text, {*_URL_ATTRIBUTES, "form", "button"}, rewrite_tag)


def _rewrite_attributes(name: str, attributes: Attributes, target: Callable[[str], str]) -> Attributes:
    """Return an element's attributes with mapped URLs; a `formaction` leads to the unavailable page."""
    rewritten = dict(attributes)
    for key in _URL_ATTRIBUTES.get(name, ()):
        if address := attributes.get(key):
            rewritten[key] = target(address)
    for key in _SRCSET_ATTRIBUTES:
        if source_set := attributes.get(key):
            candidates = [
                (target(match[1]), match[2].strip()) for match in _SRCSET_CANDIDATE_PATTERN.finditer(source_set)
            ]
            rewritten[key] = ", ".join(" ".join(filter(None, candidate)) for candidate in candidates)
    if attributes.get("formaction"):
        rewritten["formaction"] = UNAVAILABLE_PAGE
    return rewritten


def list_shown_urls(text: str, path: str, roots: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the URLs of resources and offered files of a page; arguments as in `rewrite_page`.

    URLs on this site begin with a slash.
    """
    loaded: list[str] = []

    def load(address: str) -> str:
        loaded.append(_map_target(address, path, roots, lambda target: target))
        return address

    for tag in iterate_start_tags(text, _URL_ATTRIBUTES):
        attributes = tag.attributes
        if tag.name in {"a", "area"}:
            if (link := attributes.get("href") or "").startswith("/files/"):
                load(link)
        elif tag.name != "link" or _LOADED_LINK_TYPES & set((attributes.get("rel") or "").lower().split()):
            _rewrite_attributes(tag.name, attributes, load)
    yield from (address for address in loaded if not address.startswith(("#", "data:")))


def rewrite_stylesheet(text: str, path: str, map_url: UrlMapper) -> str:
    """Return a stylesheet with its URLs adapted to the mirror."""
    return _CSS_URL_PATTERN.sub(lambda found: f"{found[1]}{_map_target(found[2], path, (), map_url)}{found[3]}", text)


def _map_target(target: str, path: str, roots: tuple[str, ...], map_url: UrlMapper) -> str:
    """Map a link on the page `path` by `map_url`; links to other hosts and within the page are unchanged."""
    if not target or target.startswith(_UNCHANGED_URL_PREFIXES):
        return target
    for root in roots:
        if target == root or target.startswith(f"{root}/"):
            target = target.removeprefix(root) or "/"
    if "://" in target or target.startswith("//"):
        return target
    url, _, fragment = urljoin(path, target).partition("#")
    return map_url(url) + (f"#{fragment}" if fragment else "")


def make_redirect_page(target: str) -> str:
    """Return an HTML page that redirects."""
    safe = escape(target if "://" in target else quote(target, safe="/?=&#%"))
    return (
        '<!doctype html><html lang="zh-hans"><head><meta charset="utf-8"><title>网页已换地址</title>'
        f'<meta http-equiv="refresh" content="0; url={safe}"><link rel="canonical" href="{safe}"></head>'
        f'<body><p>这个网页已换地址：<a href="{safe}">{safe}</a></p></body></html>'
    )
