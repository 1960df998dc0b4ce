"""Templates of columns: made from catalogues or by hand, approved by another person, applied to
sites."""

from collections.abc import Sequence

from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.rules import manages
from gongkai.content.publishing import columns
from gongkai.content.publishing.actions import change_column
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.machine import machine_action
from gongkai.core.units.models import Body
from gongkai.lib.typed_json import number, texts
from gongkai.work.directory import rules
from gongkai.work.directory.models import ColumnTemplate
from gongkai.work.directory.states import TEMPLATE_MACHINE, USABLE_TEMPLATE_STATES

MOST_PATHS = 600


def _clean(paths: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    kept: dict[tuple[str, ...], dict[str, object]] = {}
    for row in paths:
        names = [text.strip()[:80] for text in texts(row, "path") if text.strip()]
        if names:
            cycle = number(row, "cycle_days") or 31
            kept.setdefault(
                tuple(names),
                {"path": names, "content": str(row.get("content", ""))[:500], "cycle_days": cycle},
            )
    if not kept:
        raise Refused("模板中还没有栏目，请先添加栏目。")
    if len(kept) > MOST_PATHS:
        raise Refused(f"一个模板最多{MOST_PATHS}个栏目。")
    return list(kept.values())


@action("directory.make_template", label="制定栏目模板", rule=rules.keeps)
def make_template(
    government: Body, *, by: Actor, name: str, level: str, paths: Sequence[dict[str, object]]
) -> ActionResult:
    """Make a template: rows of path (names from the site's root), content, cycle in days. Returns the `ColumnTemplate`."""
    name = name.strip()[:80]
    if not name:
        raise Refused("请填写模板名称。")
    if ColumnTemplate.objects.filter(government=government, name=name).exists():
        raise Refused("已有同名的模板，请换一个名称。")
    made = ColumnTemplate.objects.create(
        government=government, name=name, level=level, paths=_clean(paths), made_by=by.person_id
    )
    return ActionResult(words=f"制定“{name}”，{len(made.paths)}个栏目", result=made, stream=made.stream)


@machine_action(
    "directory.change_template", machine=TEMPLATE_MACHINE, verb="change", label="修改栏目模板", rule=rules.keeps
)
def change_template(template: ColumnTemplate, *, by: Actor, paths: Sequence[dict[str, object]]) -> ActionResult:
    """Change a template's columns; it needs a new approval. Sites that used it do not change."""
    template.paths, template.made_by = _clean(paths), by.person_id
    template.save(update_fields=["paths", "made_by"])
    return ActionResult(words=f"修改为{len(template.paths)}个栏目")


@machine_action("directory.clear_template", machine=TEMPLATE_MACHINE, verb="clear", label="审定", rule=rules.clears)
def clear_template(template: ColumnTemplate, *, by: Actor) -> ActionResult:
    """Clear a template: from now on it can be applied, by lower governments, too."""
    template.cleared_at = timezone.now()
    template.save(update_fields=["cleared_at"])
    return ActionResult(words="审定")


def planned(template: ColumnTemplate, website: Website) -> columns.ColumnPlan:
    """Return the plan of applying a template to a site, without writing."""
    return columns.plan_columns(
        website,
        [columns.RequestedColumn(tuple(row["path"]), website.body_id, row["content"]) for row in template.paths],
    )


def _manages(by: Actor, website: Website) -> list[str]:
    return manages(by, website)


@action("directory.apply_template", label="套用栏目模板", rule=_manages, quiet=True)
def apply_template(website: Website, *, by: Actor, template: ColumnTemplate) -> ActionResult:
    """Make a cleared template's columns on a site, those that are there already left alone. Returns the new columns."""
    if template.state not in USABLE_TEMPLATE_STATES:
        raise Refused("模板尚未审定，不能套用，请先审定。")
    plan = planned(template, website)
    if not plan.create:
        raise Refused("模板中的栏目都已建立。")
    made = columns.make_planned_columns(plan, by=by, made_from=f"栏目模板“{template.name}”")
    created = {column.pk for column in made.created}
    for row in template.paths:
        column = made.columns.get(tuple(row["path"]))
        if column is not None and column.pk in created:
            fresh = Column.objects.select_related("website__body").get(pk=column.pk)
            change_column(fresh, by=by, cycle_days=row["cycle_days"])
    refused = [f"{' > '.join(one.path)}：{one.reason}" for one in plan.refused]
    words = f"套用“{template.name}”，新建{len(made.created)}个栏目"
    return ActionResult(words=words, facts={"columns": sorted(created), "refused": refused}, result=list(made.created))
