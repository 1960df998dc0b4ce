"""The column 政策解读 and its children by form."""

from dataclasses import dataclass

from gongkai.editions.models import Column, Website
from gongkai.editions.queries.columns import site_over
from gongkai.interpretation.models import Form
from gongkai.units.models import Body

ROOT = "政策解读"
#: Words by which a child is known as that of a form.
NAMES: dict[str, tuple[str, ...]] = {
    Form.TEXT: ("文字",),
    Form.PICTURE: ("图片", "图解", "图文"),
    Form.VIDEO: ("视频", "音视频", "动漫", "动画"),
}


@dataclass(frozen=True)
class Child:
    """One form's child of a site's column 政策解读; `column` None where there is none, `items` how many are public in it."""

    website: Website
    parent: Column
    form: str
    label: str
    column: Column | None
    items: int


def _roots(website: Website) -> list[Column]:
    return list(
        Column.objects.filter(website=website, name=ROOT, archived_at=None)
        .order_by("path")
        .select_related("website")
    )


def child_for(body: Body, form: str) -> Column | None:
    """Return the column for an interpretation of this form: the child of 政策解读, else 政策解读 itself."""
    website = site_over(body)
    roots = _roots(website) if website else []
    if not roots:
        return None
    for child in Column.objects.filter(parent__in=roots, archived_at=None).order_by("position", "pk"):
        if any(word in child.name for word in NAMES[form]):
            return child
    return roots[0]


def children(website: Website) -> list[Child]:
    """Return the three children of a site's 政策解读, those that are missing or empty included."""
    found = []
    for parent in _roots(website)[:1]:
        below = list(Column.objects.filter(parent=parent, archived_at=None).order_by("position", "pk"))
        for form in Form:
            column = next((c for c in below if any(word in c.name for word in NAMES[form])), None)
            items = column.shelf.values("document").distinct().count() if column else 0
            found.append(Child(website, parent, form.value, form.label, column, items))
    return found
