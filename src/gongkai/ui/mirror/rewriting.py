"""Rewrite a page for the mirror: links and images to files, forms to the notice page."""

from collections.abc import Callable, Iterator
from html import escape
from urllib.parse import quote, urljoin

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.richtext.tags import Attributes, StartTag, iterate_start_tags, rewrite_tags, write_start_tag
from gongkai.ui.mirror.addresses import UNAVAILABLE_PAGE

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
_CANDIDATE_PATTERN = re.compile(r"[\s,]*(\S*[^\s,])\s*([^,]*)(?:,|$)")
_CSS_URL_PATTERN = re.compile(r"""(url\(\s*['"]?)([^'")]+)(['"]?\s*\))""")
_UNCHANGED_PREFIXES = ("#", "mailto:", "tel:", "data:", "javascript:")

#: Function from a URL on this site to its URL in the mirror.
UrlMapper = Callable[[str], str]


def rewrite_page(text: str, path: str, roots: tuple[str, ...], where: UrlMapper) -> str:
    """Return a page with all links to this site adapted to the mirror; `roots` are its base URLs, `where` maps URLs.

    Args:
        text: the page.
        path: its URL.
        roots: base URLs of this site.
        where: maps URLs to the mirror.
    """

    def target(address: str) -> str:
        return _map_target(address, path, roots, where)

    def change(tag: StartTag) -> str:
        given = tag.attributes
        made = _redirect_form(given) if tag.name == "form" else _rewrite_attributes(tag.name, given, target)
        return tag.source if made == given else write_start_tag(tag.name, made)

    return rewrite_tags(text, {*_URL_ATTRIBUTES, "form", "button"}, change)


def _rewrite_attributes(name: str, given: Attributes, target: Callable[[str], str]) -> Attributes:
    made = dict(given)
    for key in _URL_ATTRIBUTES.get(name, ()):
        if address := given.get(key):
            made[key] = target(address)
    for key in _SRCSET_ATTRIBUTES:
        if offered := given.get(key):
            found = [(target(one[1]), one[2].strip()) for one in _CANDIDATE_PATTERN.finditer(offered)]
            made[key] = ", ".join(" ".join(filter(None, pair)) for pair in found)
    if given.get("formaction"):
        made["formaction"] = UNAVAILABLE_PAGE
    return made


def list_shown_urls(text: str, path: str, roots: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the URLs of resources and offered files of a page; arguments as in `rewrite_page`.

    URLs on this site begin with a slash.
    """
    loaded: list[str] = []

    def load(address: str) -> str:
        loaded.append(_map_target(address, path, roots, lambda target: target))
        return address

    for tag in iterate_start_tags(text, _URL_ATTRIBUTES):
        given = tag.attributes
        if tag.name in {"a", "area"}:
            if (link := given.get("href") or "").startswith("/files/"):
                load(link)
        elif tag.name != "link" or _LOADED_LINK_TYPES & set((given.get("rel") or "").lower().split()):
            _rewrite_attributes(tag.name, given, load)
    yield from (address for address in loaded if not address.startswith(("#", "data:")))


def _redirect_form(given: Attributes) -> Attributes:
    return {**given, "action": UNAVAILABLE_PAGE, "method": "get"}


def rewrite_stylesheet(text: str, path: str, where: UrlMapper) -> str:
    """Return a stylesheet with its URLs adapted to the mirror."""
    return _CSS_URL_PATTERN.sub(lambda found: f"{found[1]}{_map_target(found[2], path, (), where)}{found[3]}", text)


def _map_target(target: str, path: str, roots: tuple[str, ...], where: UrlMapper) -> str:
    if not target or target.startswith(_UNCHANGED_PREFIXES):
        return target
    for root in roots:
        if target == root or target.startswith(f"{root}/"):
            target = target.removeprefix(root) or "/"
    if "://" in target or target.startswith("//"):
        return target
    bare, _, mark = urljoin(path, target).partition("#")
    return where(bare) + (f"#{mark}" if mark else "")


def redirect_page(target: str) -> str:
    """Return an HTML page that redirects."""
    safe = escape(target if "://" in target else quote(target, safe="/?=&#%"))
    return (
        '<!doctype html><html lang="zh-hans"><head><meta charset="utf-8"><title>网页已换地址</title>'
        f'<meta http-equiv="refresh" content="0; url={safe}"><link rel="canonical" href="{safe}"></head>'
        f'<body><p>这个网页已换地址：<a href="{safe}">{safe}</a></p></body></html>'
    )
