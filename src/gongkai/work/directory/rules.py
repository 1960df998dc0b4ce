"""Permission rules of catalogues and templates; each returns reasons against an action.

| act | who |
|---|---|
| import, fill, release, drop a version; map items; make, change templates | the 政务公开办 of the government |
| register what follows a ministry's act; draw and judge a yearly check | the 政务公开办 of the government |
| take the steps of what follows a ministry's act | the unit that makes it; approving and returning: the 政务公开办 |
| clear a template | the same, another person than who wrote it |
| apply a template | who manages the site's columns (`editions.rules.check_site_manager`) |
"""

from gongkai.core.acts.actors import Actor
from gongkai.core.units.another_person import AnotherPerson, with_covered_people
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import is_above
from gongkai.work.directory.models import Catalogue, CatalogueItem, CheckedCell, ColumnTemplate, YearlyCheck


def get_government(target: object) -> Body:
    """Return the government of a catalogue, item, template, check or checked cell."""
    if isinstance(target, CatalogueItem):
        return target.catalogue.government
    if isinstance(target, CheckedCell):
        return target.check_of.government
    if isinstance(target, Catalogue | ColumnTemplate | YearlyCheck):
        return target.government
    assert isinstance(target, Body)
    return target


def list_reasons_unless_catalogue_manager(by: Actor, target: object) -> list[str]:
    """Return reasons unless the user works for the government's 政务公开办 or one above it."""
    body = get_government(target)
    if is_above(by, body):
        return []
    return ["只有本级政务公开办可以维护标准目录、栏目模板和检查。"]


list_reasons_unless_template_approver = AnotherPerson[ColumnTemplate](
    list_reasons_unless_catalogue_manager,
    ("directory.make_template", "directory.change_template"),
    "本人制定的模板，须由政务公开办的另一人审定。",
    people=lambda template: with_covered_people(
        [template.made_by], template.stream, ["directory.make_template", "directory.change_template"]
    ),
)


def list_reasons_unless_importer(by: Actor, _: object) -> list[str]:
    """Return reasons against importing unless the user works for a 政务公开办."""
    return [] if by.system or by.has(Role.CHIEF) else ["只有政务公开办可以导入标准目录。"]
