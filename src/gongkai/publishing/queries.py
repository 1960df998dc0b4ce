"""Reading: `visible_to` first."""

from collections.abc import Sequence

from gongkai.publishing.columns.names import SEPARATOR, canonical, normal
from gongkai.publishing.models import Column, ColumnAlias, Website


def default_website() -> Website | None:
    """Return the site that answers for unknown hosts: the one marked so, else the first."""
    return Website.objects.order_by("-is_default", "pk").first()


def column_for(path: Sequence[str], website: Website | None = None) -> Column | None:
    """Return the column that a disclosure path means, whatever its spelling; None where there is none (yet)."""
    site = website or default_website()
    if site is None:
        return None
    names = canonical(path, site.name)
    return columns_for(site, [names]).get(names) if names else None


def columns_for(website: Website, paths: Sequence[Sequence[str]]) -> dict[tuple[str, ...], Column]:
    """Return the columns of many paths in two queries; paths without a column are left out."""
    columns = {column.key: column for column in Column.objects.filter(website=website)}
    aliases = dict(ColumnAlias.objects.filter(website=website).values_list("key", "column__key"))
    found = {}
    for path in paths:
        key = ""
        for name in canonical(path, website.name):
            key = f"{key}{SEPARATOR}{normal(name)}" if key else normal(name)
            key = key if key in columns else aliases.get(key, key)
        if key in columns:
            found[tuple(path)] = columns[key]
    return found
