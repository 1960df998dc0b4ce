"""Learn the page template of a site from a sample of its pages."""

from collections import Counter
from dataclasses import dataclass

from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.oversight.inspection.site.lists import group_links
from gongkai.oversight.inspection.site.store import InspectionStore

#: Number of pages in the sample.
SAMPLE_PAGES = 48


@dataclass(frozen=True)
class PageTemplate:
    """Content that most pages have: links by element path, lines, and form targets."""

    links: frozenset[tuple[str, str]]
    lines: frozenset[str]
    forms: frozenset[str] = frozenset()


def learn_template(store: InspectionStore, whole: UrlCache) -> PageTemplate:
    """Return the content that most pages of a sample have."""
    numbers = [number for (number,) in store.frontier.db.execute("SELECT id FROM page ORDER BY id")]
    step = max(1, len(numbers) // SAMPLE_PAGES)
    chosen = numbers[::step][:SAMPLE_PAGES]
    links: Counter[tuple[str, str]] = Counter()
    lines: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    for number in chosen:
        page = store.page(number, whole)
        if page is None:
            continue
        links.update({(group.way, link.address) for group in group_links(page) for link in group.links})
        links.update({("", link.address) for link in page.links if link.tag != "a"})
        lines.update(set(page.lines))
        forms.update({form.get("action") or "" for form in page.by["form"]})
    least = max(3, 0.5 * len(chosen))
    return PageTemplate(
        frozenset(one for one, count in links.items() if count >= least),
        frozenset(one for one, count in lines.items() if count >= least),
        frozenset(one for one, count in forms.items() if count >= least),
    )
