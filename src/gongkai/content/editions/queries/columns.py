"""Reading columns: by path, and as the register."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from gongkai.content.editions.column_names import SEPARATOR, canonical, normal
from gongkai.content.editions.models import Column, ColumnAlias, Shelf, Website
from gongkai.core.units.models import Body


def default_website() -> Website | None:
    """Return the site that answers for unknown hosts: the one marked so, else the first."""
    return Website.objects.order_by("-is_default", "pk").first()


def site_over(body: Body) -> Website | None:
    """Return the site of the government nearest above a body, or its own."""
    numbers = [int(part) for part in body.path.split("/") if part]
    return Website.objects.filter(body__in=numbers).order_by("-body__path").first()


def column_for(path: Sequence[str], website: Website | None = None) -> Column | None:
    """Return the column that a disclosure path means, whatever its spelling; None where there is none (yet)."""
    site = website or default_website()
    return columns_for(site, [path]).get(tuple(path)) if site else None


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
        key = key if key in columns else named_alone(columns, key)
        if key in columns:
            found[tuple(path)] = columns[key]
    return found


def named_alone(columns: Mapping[str, Column], name: str) -> str:
    """Return the key of the only column of a name, wherever in the tree; "" where none or several bear it.

    Notices write 网站“义务教育”专栏 and not where in the tree that column stands.
    """
    if SEPARATOR in name:
        return ""
    keys = [key for key, column in columns.items() if column.archived_at is None and normal(column.name) == name]
    return keys[0] if len(keys) == 1 else ""


def last_updates(website: Website | int, now: datetime | None = None) -> dict[int, datetime]:
    """Return when each column last got something new that is public (a new edition or a new document)."""
    rows = Shelf.objects.filter(website=website, column__isnull=False, from_at__lte=now or timezone.now())
    return dict(rows.values_list("column").annotate(last=Max("from_at")))
