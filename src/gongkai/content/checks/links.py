"""Check links of a text: internal ones must lead to public pages, others must be valid URLs. A job
tests external URLs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from gongkai.content.checks.shown_findings import ShownFinding, make_finding_fingerprint
from gongkai.content.editions.models import Address, Column, Website
from gongkai.content.editions.queries import documents_visible_to
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.middleware import is_office_path
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.outbound import is_public_ip_address
from gongkai.lib.richtext.passages import parse_fragment

_HOST_NAME_PATTERN = re.compile(rf"(?:[a-z0-9{HAN}](?:[a-z0-9{HAN}-]{{0,61}}[a-z0-9{HAN}])?\.)+[a-z{HAN}]{{2,24}}")


@dataclass(frozen=True)
class TextLink:
    """A link in a text: its `href`, and the `words` that a reader clicks."""

    href: str
    words: str


def iterate_links(html: str) -> Iterator[TextLink]:
    """Yield the links of a text, except those to e-mail, telephone numbers and places on the same page."""
    if "<a " not in html:
        return
    for node in parse_fragment(html).iter("a"):
        href = (node.get("href") or "").strip()
        if href and not href.lower().startswith(("mailto:", "tel:", "#")):
            yield TextLink(href, "".join(map(str, node.itertext())).strip())


def find_link_remarks(html: str) -> list[ShownFinding]:
    """Return warnings on links of a text that cannot work."""
    remarks = []
    for nth, link in enumerate(iterate_links(html)):
        reason = find_url_error(link.href)
        if reason:
            mark = make_finding_fingerprint("text", "link", link.href, link.words, nth)
            remarks.append(
                ShownFinding(
                    mark,
                    "link",
                    "link",
                    "text",
                    f"链接“{link.words[:30]}”",
                    link.href,
                    "",
                    "",
                    reason,
                    "",
                    holds=False,
                )
            )
    return remarks


def find_url_error(href: str) -> str:
    """Return the error of a URL that is found without a request, or ""."""
    try:
        parts = urlsplit(href)
        host, _ = (parts.hostname or "").lower(), parts.port  # an invalid port raises
    except ValueError:
        return "链接地址写法有误"
    if not parts.scheme and not host:
        return (
            find_internal_url_error(parts.path) if parts.path.startswith("/") else "链接地址不完整，应以 https:// 开头"
        )
    if parts.scheme not in ("http", "https"):
        return "这个链接公众打不开，应是网页地址"
    if is_own_host(host):
        return find_internal_url_error(parts.path or "/")
    return _find_host_error(host)


def _find_host_error(host: str) -> str:
    """Return the Chinese reason why the public cannot reach a host, or ""."""
    try:
        public = is_public_ip_address(host)
    except ValueError:
        return "" if _HOST_NAME_PATTERN.fullmatch(host) else "链接的网站名称写法有误"
    return "" if public else "链接到内部网络地址，公众打不开"


def is_own_host(host: str) -> bool:
    """Return true if a host is one of our sites."""
    return any(host in website.host_names for website in Website.objects.all())


def find_internal_url_error(path: str) -> str:
    """Return the error of a path on our sites that leads to no public page, or ""."""
    path = unquote(path)
    if is_office_path(path) or path.startswith((settings.MEDIA_URL, settings.STATIC_URL)):
        return "链接到后台或内部地址，公众打不开"
    try:
        match = resolve(path)
    except Resolver404:
        return "站内没有这个页面"
    public_check = _PUBLIC_CHECKS.get(match.url_name or "")
    return public_check[1] if public_check and not public_check[0](path, match.kwargs) else ""


def _is_public_item(path: str, _: object) -> bool:
    return Address.objects.filter(path=path, document__in=documents_visible_to(ANONYMOUS)).exists()


def _is_public_column(_: str, numbers: Mapping[str, int]) -> bool:
    return Column.objects.filter(pk=numbers["number"], opened_at__isnull=False, archived_at=None).exists()


def _is_public_file(_: str, numbers: Mapping[str, int]) -> bool:
    """Return true if the document to which a file belongs is public."""
    return documents_visible_to(ANONYMOUS).filter(pk=numbers["document"]).exists()


#: URL name → (check that the target is public, error message if it is not).
_PUBLIC_CHECKS: dict[str, tuple[Callable[[str, Mapping[str, int]], bool], str]] = {
    "item": (_is_public_item, "链接的信息没有公开或已撤回"),
    "column": (_is_public_column, "链接的栏目没有开通或已归档"),
    "column_feed": (_is_public_column, "链接的栏目没有开通或已归档"),
    "file": (_is_public_file, "链接的附件没有公开或已撤回"),
    "fallback": (_is_public_item, "站内没有这个页面"),
}
