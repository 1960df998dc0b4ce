"""Making a page's links lead to files, and its forms to the notice.

Our own templates write attributes in one way, so that no second parser is needed.
"""

from collections.abc import Callable
from html import escape, unescape
from urllib.parse import quote, urljoin

from gongkai.chinese import lazy_re as re
from gongkai.mirror.addresses import NOTICE

_LINK = re.compile(
    r"""(<(?:a|link|script|img|source|video|audio|iframe)\b[^>]*?\s(?:href|src)=")([^"]*)(")"""
)
_FORM = re.compile(r"<form\b[^>]*>")
_METHOD, _ACTION = re.compile(r'\smethod="[^"]*"'), re.compile(r'\saction="[^"]*"')
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

    def link(found: re.Match[str]) -> str:
        return f"{found[1]}{escape(_target(unescape(found[2]), path, roots, where))}{found[3]}"

    text = _LINK.sub(link, text)
    return _FORM.sub(_form, text)


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


def _form(found: re.Match[str]) -> str:
    """Whatever is sent needs the application: every form leads to the page that says so."""
    head = _ACTION.sub("", _METHOD.sub("", found[0])).removesuffix(">")
    return f'{head} action="{NOTICE}" method="get">'


def leading(target: str) -> str:
    """Return a page that leads elsewhere, as a redirect does."""
    safe = escape(target if "://" in target else quote(target, safe="/?=&#%"))
    return (
        '<!doctype html><html lang="zh-hans"><head><meta charset="utf-8"><title>网页已换地址</title>'
        f'<meta http-equiv="refresh" content="0; url={safe}"><link rel="canonical" href="{safe}"></head>'
        f'<body><p>这个网页已换地址：<a href="{safe}">{safe}</a></p></body></html>'
    )
