"""Queries on packages, and the permission to carry them."""

from django.db.models import QuerySet

from gongkai.content.editions.models import Website
from gongkai.content.editions.parts import PARTS_BY_NAME
from gongkai.content.editions.rules import MANAGING_ROLES
from gongkai.content.packages.models import Carried, Package
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.widgets.query_parameters import MAX_ROW_ID


def manages_all_sites(by: Actor) -> bool:
    """Return True if the user manages the bodies of all sites, or a top body while there are no sites.

    A package contains all sites with limited items, so partial management is not enough.
    """
    if by.system:
        return True
    if not by.has(*MANAGING_ROLES):
        return False
    paths = list(Website.objects.values_list("body__path", flat=True))
    if paths:
        return all(by.reaches(*MANAGING_ROLES, path=path) for path in paths)
    tops = Body.objects.filter(parent=None).values_list("path", flat=True)
    return any(by.reaches(*MANAGING_ROLES, path=path) for path in tops)


def list_packages() -> QuerySet[Package]:
    """Return the packages, latest first."""
    return Package.objects.order_by("-sequence")


@register_visible_to(Package, technical=True)
def packages_visible_to(user: object) -> QuerySet[Package]:
    """Return the packages for users who manage the whole installation."""
    return list_packages() if manages_all_sites(get_actor(user)) else Package.objects.none()


def find_package_key(sequence: int) -> int | None:
    """Return the primary key of the package with a sequence number, or None."""
    return Package.objects.filter(sequence=min(sequence, MAX_ROW_ID)).values_list("pk", flat=True).first()


def count_carried_rows() -> int:
    """Return the number of rows on the outer installation."""
    return Carried.objects.count()


_PART_LABELS = {
    "bodies": "单位",
    "websites": "网站",
    "columns": "栏目",
    "documents": "信息",
    "texts": "版本内容",
    "files": "文件",
    "successors": "替代关系",
}


def describe_contents(package: Package) -> str:
    """Describe the content of a package."""
    labels = {**{part.name: part.label for part in PARTS_BY_NAME.values()}, **_PART_LABELS}
    parts = []
    for name, count in package.counts.items():
        label = labels.get(name.lstrip("-"), name)
        parts.append(f"删去{label}{count}" if name.startswith("-") else f"{label}{count}")
    return "，".join(parts)
