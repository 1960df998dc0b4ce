"""Rewrite links in published texts that lead to old URLs, such as those of the former platform."""

from gongkai.content.editions.models import Address, Website
from gongkai.content.migration.source_rows import shorten_old_url
from gongkai.lib.richtext.tags import StartTag, iterate_start_tags, rewrite_tags, write_start_tag


def replace_old_links(html: str, website: Website) -> str:
    """Return a text with the old URLs of documents in its links replaced by the current ones.

    Editions keep their links as signed; without this the links would break if the old host is gone.
    """
    links = {link for tag in iterate_start_tags(html, {"a"}) if (link := tag.get("href"))} if "<a " in html else ()
    stored_links = {link: path for link in links if (path := shorten_old_url(link, website.host_names))}
    if not stored_links:
        return html
    old_addresses = Address.objects.filter(website=website, path__in=set(stored_links.values()), current=False)
    documents = dict(old_addresses.values_list("path", "document"))
    if not documents:
        return html
    current_addresses = Address.objects.filter(website=website, document__in=documents.values(), current=True)
    current = dict(current_addresses.values_list("document", "path"))

    def replace_link(tag: StartTag) -> str:
        """Return a link's tag with the current path of its document, or unchanged."""
        link = tag.get("href")
        path = current.get(documents.get(stored_links.get(link, ""), 0))
        anchor = link.partition("#")[2]
        return (
            write_start_tag("a", {**tag.attributes, "href": f"{path}{f'#{anchor}' if anchor else ''}"})
            if path
            else tag.source
        )

    return rewrite_tags(html, {"a"}, replace_link)
