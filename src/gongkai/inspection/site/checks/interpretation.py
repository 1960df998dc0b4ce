"""Policy and interpretation link to each other, both ways."""

import re

from gongkai.inspection.site.checks.annual import REPORT
from gongkai.inspection.site.lists import Entry
from gongkai.inspection.site.page import Page
from gongkai.inspection.site.site import Site

MOST = 60
_NAMED = re.compile(r"《([^》]{6,80})》")


def check_interpretations(site: Site) -> None:
    """Judge each interpretation: does it lead to its document, and the document back."""
    policies = {
        entry.address: entry for column in site.of_kind("policy", "notice") for entry in column.entries
    }
    readings = {entry.address: entry for column in site.of_kind("interpretation") for entry in column.entries}
    lists = {column.address for column in site.columns}
    texts = [(address, entry) for address, entry in readings.items() if address not in lists]
    for address, entry in texts[:MOST]:
        page = _page(site, address)
        if page is None or address in policies or REPORT.search(entry.title):
            continue
        links = {link.address for link in page.links if link.tag == "a"}
        to = [value for value in links if value in policies and value not in readings] or _beyond(
            site, page, readings
        )
        document = _named(page, entry, policies)
        if not to:
            site.add(
                "interpretation.not_linked",
                address,
                f"解读“{entry.title[:30]}”没有链接到文件",
                key=address,
                shown=document.title if document else "",
            )
            to = [document.address] if document else []
        for text in to[:3]:
            back = _page(site, text)
            if back is not None and address not in {link.address for link in back.links if link.tag == "a"}:
                site.add(
                    "policy.not_linked",
                    text,
                    f"文件“{back.heading[:30]}”没有链接到解读“{entry.title[:20]}”",
                    key=f"{text} {address}",
                )


def _page(site: Site, address: str) -> Page | None:
    facts = site.facts.get(address)
    return site.page(facts.id) if facts else None


def _beyond(site: Site, page: Page, readings: dict[str, Entry]) -> list[str]:
    """Return texts of the site that a page links to in its own words, not by its menus."""
    common = (
        {address for _, address in site.template.links}
        | {column.address for column in site.columns}
        | {site.home.address}
    )
    named = {"".join(part.split()) for part in _NAMED.findall(page.text)}
    found = []
    for link in page.links:
        facts = site.facts.get(link.address)
        if (
            link.tag != "a"
            or not facts
            or link.address in common
            or link.address in readings
            or link.address == page.address
        ):
            continue
        title = "".join(facts.title.split())
        if facts.article and any(value in title or title in value for value in named if title):
            found.append(link.address)
    return list(dict.fromkeys(found))


def _named(page: Page, entry: Entry, policies: dict[str, Entry]) -> Entry | None:
    """Return the document that an interpretation names."""
    names = {"".join(part.split()) for part in _NAMED.findall(f"{entry.title} {page.text}")}
    for policy in policies.values():
        title = "".join(policy.title.split())
        if any(name in title or title in name for name in names if len(title) > 5):
            return policy
    return None
