"""The column 政策解读 and its children by form."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count

from gongkai.content.editions.models import Column, Shelf, Website
from gongkai.content.editions.queries.lists import site_over
from gongkai.content.interpretation.models import Form
from gongkai.core.units.models import Body

ROOT = "政策解读"
#: Words by which a child is known as that of a form.
NAMES: dict[str, tuple[str, ...]] = {
    Form.TEXT: ("文字",),
    Form.PICTURE: ("图片", "图解", "图文"),
    Form.VIDEO: ("视频", "音视频", "动漫", "动画"),
}


@dataclass(frozen=True)
class Child:
    """The child column of 政策解读 for a form; `column` may be None, `items` is the number of
    public items."""

    website: Website
    parent: Column
    form: str
    label: str
    column: Column | None
    items: int


def _roots(website: Website) -> list[Column]:
    return list(
        Column.objects.filter(website=website, name=ROOT, archived_at=None).order_by("path").select_related("website")
    )


def child_for(body: Body, form: str) -> Column | None:
    """Return the column for an interpretation of this form: the child of 政策解读, or 政策解读
    itself."""
    website = site_over(body)
    roots = _roots(website) if website else []
    if not roots:
        return None
    below = Column.objects.filter(parent__in=roots, archived_at=None).order_by("position", "pk")
    return _first(below, form) or roots[0]


def children(websites: Collection[Website]) -> list[Child]:
    """Return the three child columns of each site's 政策解读, including missing ones; three
    queries."""
    parents: dict[int, Column] = {}
    rows = Column.objects.filter(website__in=websites, name=ROOT, archived_at=None).order_by("path")
    for parent in rows.select_related("website"):
        parents.setdefault(parent.website_id, parent)
    below: dict[int, list[Column]] = defaultdict(list)
    columns = Column.objects.filter(parent__in=parents.values(), archived_at=None).order_by("position", "pk")
    for column in columns:
        below[column.parent_id or 0].append(column)
    places = [
        (site, parents[site.pk], form, _first(below[parents[site.pk].pk], form))
        for site in websites
        if site.pk in parents
        for form in Form
    ]
    shelves = Shelf.objects.filter(column__in={one.pk for *_, one in places if one}).order_by()
    items = dict(shelves.values_list("column").annotate(n=Count("document", distinct=True)))
    return [
        Child(site, parent, form.value, form.label, column, items.get(column.pk, 0) if column else 0)
        for site, parent, form, column in places
    ]


def _first(columns: Iterable[Column], form: str) -> Column | None:
    """Return the first column with a name of this form, or None."""
    return next((column for column in columns if any(word in column.name for word in NAMES[form])), None)
