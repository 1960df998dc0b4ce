"""Lead a page's links and pictures to the files of the mirror, and its forms to the notice."""

from collections.abc import Callable, Iterator
from html import escape
from urllib.parse import quote, urljoin

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.richtext.tags import Attributes, Tag, rewrite, start_tag, start_tags
from gongkai.ui.mirror.addresses import NOTICE

#: Elements and those of their attributes that hold one address.
_ADDRESSES = {
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
#: Kinds of `<link>` that a browser loads.
_LOADED = frozenset({"stylesheet", "icon", "preload", "modulepreload", "manifest", "apple-touch-icon"})
#: Attributes that hold several addresses, each with a width or a density.
_SETS = ("srcset", "imagesrcset")
_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])\s*([^,]*)(?:,|$)")
_SHEET = re.compile(r"""(url\(\s*['"]?)([^'")]+)(['"]?\s*\))""")
_LEADS = ("#", "mailto:", "tel:", "data:", "javascript:")

#: Given an address on this site, returns where the mirror shows it.
Where = Callable[[str], str]


def page(text: str, path: str, roots: tuple[str, ...], where: Where) -> str:
    """Return a page with every link to this site as the mirror has it.

    Args:
        text: the page.
        path: its address.
        roots: what stands before an address of this site where it is written with its host.
        where: says where an address is shown.
    """

    def target(address: str) -> str:
        return _target(address, path, roots, where)

    def change(tag: Tag) -> str:
        given = tag.attributes
        made = _form(given) if tag.name == "form" else _led(tag.name, given, target)
        return tag.source if made == given else start_tag(tag.name, made)

    return rewrite(text, {*_ADDRESSES, "form", "button"}, change)


def _led(name: str, given: Attributes, target: Callable[[str], str]) -> Attributes:
    made = dict(given)
    for key in _ADDRESSES.get(name, ()):
        if address := given.get(key):
            made[key] = target(address)
    for key in _SETS:
        if offered := given.get(key):
            found = [(target(one[1]), one[2].strip()) for one in _CANDIDATE.finditer(offered)]
            made[key] = ", ".join(" ".join(filter(None, pair)) for pair in found)
    if given.get("formaction"):
        made["formaction"] = NOTICE
    return made


def shown_by(text: str, path: str, roots: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the addresses of what a browser loads to show a page, and of the files that the page offers.

    Those on this site begin with a slash; the arguments are those of `page`.
    """
    loaded: list[str] = []

    def load(address: str) -> str:
        loaded.append(_target(address, path, roots, lambda target: target))
        return address

    for tag in start_tags(text, _ADDRESSES):
        given = tag.attributes
        if tag.name in {"a", "area"}:
            if (link := given.get("href") or "").startswith("/files/"):
                load(link)
        elif tag.name != "link" or _LOADED & set((given.get("rel") or "").lower().split()):
            _led(tag.name, given, load)
    yield from (address for address in loaded if not address.startswith(("#", "data:")))


def _form(given: Attributes) -> Attributes:
    """Whatever is sent needs the application: every form leads to the page that says so."""
    return {**given, "action": NOTICE, "method": "get"}


def sheet(text: str, path: str, where: Where) -> str:
    """Return a style sheet with its addresses as the mirror has them."""
    return _SHEET.sub(lambda found: f"{found[1]}{_target(found[2], path, (), where)}{found[3]}", text)


def _target(target: str, path: str, roots: tuple[str, ...], where: Where) -> str:
    if not target or target.startswith(_LEADS):
        return target
    for root in roots:
        if target == root or target.startswith(f"{root}/"):
            target = target.removeprefix(root) or "/"
    if "://" in target or target.startswith("//"):
        return target
    bare, _, mark = urljoin(path, target).partition("#")
    return where(bare) + (f"#{mark}" if mark else "")


def leading(target: str) -> str:
    """Return a page that leads elsewhere, as a redirect does."""
    safe = escape(target if "://" in target else quote(target, safe="/?=&#%"))
    return (
        '<!doctype html><html lang="zh-hans"><head><meta charset="utf-8"><title>网页已换地址</title>'
        f'<meta http-equiv="refresh" content="0; url={safe}"><link rel="canonical" href="{safe}"></head>'
        f'<body><p>这个网页已换地址：<a href="{safe}">{safe}</a></p></body></html>'
    )
