"""Find site pages that are no documents, by name or by a number printed on them."""

from dataclasses import dataclass
from functools import cache

from django.urls import reverse

from gongkai.content.editions.models import Website
from gongkai.content.search.asking import index_key, understand
from gongkai.core.units.reach import government_over
from gongkai.lib.matching.folding import fold
from gongkai.ui.portal.pages import BESIDE, PAGES, PublicPage
from gongkai.ui.portal.tree import SiteTree
from gongkai.work.notices.queries.public import find_notices_by_number

#: Maximum number of pages found.
MAX_PAGES = 3


@dataclass(frozen=True)
class FoundPage:
    """A found page: URL, title, description."""

    url: str
    title: str
    about: str


def pages_for(tree: SiteTree, words: str) -> list[FoundPage]:
    """Return the site pages with this name, notice number or site number."""
    typed = fold(words).strip()
    if len(typed) < 2:
        return []
    return [
        *_find_by_notice_number(tree, words),
        *_find_by_site_number(tree.website, words),
        *_find_by_name(typed),
    ][:MAX_PAGES]


@cache
def _index_by_name() -> dict[str, list[PublicPage]]:
    named: dict[str, list[PublicPage]] = {}
    for page in (*PAGES, *BESIDE):
        for name in {fold(page.label), fold(page.listed)}:
            named.setdefault(name, []).append(page)
    return named


def _find_by_name(typed: str) -> list[FoundPage]:
    found = {page.url: page for page in _index_by_name().get(typed, ())}
    return [FoundPage(page.url, page.label, page.about) for page in found.values()]


def _find_by_notice_number(tree: SiteTree, words: str) -> list[FoundPage]:
    meaning = understand(words)
    found = find_notices_by_number(government_over(tree.website.body), meaning) if meaning.exact else []
    return [
        FoundPage(
            reverse("portal:progress_of", args=[notice.year]),
            f"{notice.year}年政务公开任务进展",
            f"{notice.title}（{notice.doc_number}）：每项任务谁来办、办到哪一步",
        )
        for notice in found
    ]


def _find_by_site_number(website: Website, words: str) -> list[FoundPage]:
    numbers = {
        "政府网站标识码": website.code,
        "ICP备案编号": website.icp,
        "公安机关备案号": website.police,
    }
    key = index_key(words)
    return [
        FoundPage(reverse("portal:about"), "关于本站", f"{label}{number}")
        for label, number in numbers.items()
        if number and key and key == index_key(number)
    ]
