"""Actions on versions of a domain's catalogue and on column templates."""

from collections.abc import Iterable, Sequence

from django.db.models import Max
from django.utils import timezone

from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.rules import check_site_manager
from gongkai.content.publishing import columns
from gongkai.content.publishing.actions import change_column
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.machine import machine_action
from gongkai.core.acts.public_words import refuse_personal_in, refuse_personal_rows
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.queries import resolve_all
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.typed_json import read_number, read_texts
from gongkai.work.directory import rules
from gongkai.work.directory.actions.followups import create_followups, list_open_followups, record_ministry_act
from gongkai.work.directory.models import Catalogue, CatalogueItem, CellFinding, ColumnTemplate, FollowupKind
from gongkai.work.directory.states import (
    CATALOGUE_MACHINE,
    CURRENT_STATES,
    TEMPLATE_MACHINE,
    USABLE_TEMPLATE_STATES,
    CatalogueState,
)

#: Kinds of lower governments that make a catalogue of their own (渝府办发〔2021〕50号三（三）).
LOWER_BODY_KINDS = (BodyKind.DISTRICT, BodyKind.TOWNSHIP, BodyKind.SUBDISTRICT)
#: Fields of an item that the public reads.
PUBLIC_ITEM_FIELDS = ("first", "second", "content", "basis", "time_limit", "responsible")
_NAME_SEPARATORS_RE = re.compile(r"[、，,；;\n]+|或(?=[^、]{2,})")


@action("directory.make_draft", label="新建目录版本", rule=rules.list_reasons_unless_catalogue_manager)
def make_catalogue_draft(government: Body, *, by: Actor, domain: str) -> ActionResult:
    """Create the next draft of a domain's catalogue; the action's result is the `Catalogue`."""
    domain = domain.strip()
    if not domain:
        raise Refused("请写明领域。")
    rows = Catalogue.objects.filter(government=government, domain=domain)
    if rows.filter(state=CatalogueState.DRAFT).exists():
        raise Refused(f"“{domain}”已有草稿，请先启用或者删除。")
    last_number = rows.aggregate(last=Max("number"))["last"] or 0
    refuse_personal_in(Catalogue, domain=domain)
    catalogue = Catalogue.objects.create(government=government, domain=domain[:60], number=last_number + 1)
    return ActionResult(words=f"新建“{catalogue}”", result=catalogue, stream=catalogue.stream)


@machine_action(
    "directory.fill",
    machine=CATALOGUE_MACHINE,
    verb="fill",
    label="写入事项",
    rule=rules.list_reasons_unless_catalogue_manager,
)
def fill_catalogue_draft(catalogue: Catalogue, *, by: Actor, items: Sequence[CatalogueItem]) -> ActionResult:
    """Add items to a draft in a constant number of statements.

    Units are resolved from 公开主体. Columns, units and findings of an item with the same words in the
    version in force are carried over.
    """
    for catalogue_item in items:
        catalogue_item.catalogue = catalogue
    refuse_personal_rows(items, *PUBLIC_ITEM_FIELDS)
    CatalogueItem.objects.bulk_create(items, batch_size=500)
    carried = _copy_from_version_in_force(catalogue, items)
    _assign_responsible_units(
        catalogue.government, [catalogue_item for catalogue_item in items if catalogue_item.key not in carried]
    )
    return ActionResult(
        words=f"写入{len(items)}项", facts={"items": len(items), "carried": len(carried)}, result=list(items)
    )


def _copy_from_version_in_force(catalogue: Catalogue, items: Iterable[CatalogueItem]) -> set[str]:
    """Copy columns, units, power-list items and findings to equal items; return their keys."""
    current_items = CatalogueItem.objects.filter(
        catalogue__government=catalogue.government,
        catalogue__domain=catalogue.domain,
        catalogue__state__in=CURRENT_STATES,
    )
    key_by_old = dict(current_items.values_list("pk", "key"))
    new_by_key = {catalogue_item.key: catalogue_item.pk for catalogue_item in items}
    for field in ("columns", "bodies"):
        through = getattr(CatalogueItem, field).through
        other_field = "column_id" if field == "columns" else "body_id"
        pairs = through.objects.filter(catalogueitem__in=key_by_old).values_list("catalogueitem_id", other_field)
        rows = [
            through(**{"catalogueitem_id": new_by_key[key_by_old[item]], other_field: number})
            for item, number in pairs
            if key_by_old[item] in new_by_key
        ]
        through.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    for key, power in current_items.exclude(power=None).values_list("key", "power"):
        if key in new_by_key:
            CatalogueItem.objects.filter(pk=new_by_key[key]).update(power=power)
    _copy_findings(key_by_old, new_by_key)
    return {key for key in key_by_old.values() if key in new_by_key}


def _copy_findings(old: dict[int, str], new: dict[str, int]) -> None:
    """Copy the findings on items in shared columns to the next version."""
    for cell_finding in CellFinding.objects.filter(item__in=[pk for pk, key in old.items() if key in new]):
        finding = CellFinding.objects.create(
            item_id=new[old[cell_finding.item_id]],
            unit_id=cell_finding.unit_id,
            found_at=cell_finding.found_at,
            found_by=cell_finding.found_by,
        )
        finding.documents.set(cell_finding.documents.all())


def list_named_units(responsible: str) -> list[str]:
    """Return the names of units in a cell of 公开主体, as printed.

    >>> list_named_units("市民政局、乡镇人民政府；社区")
    ['市民政局', '乡镇人民政府', '社区']
    """
    return [name for name in map(str.strip, _NAME_SEPARATORS_RE.split(responsible)) if name]


def _assign_responsible_units(government: Body, items: Sequence[CatalogueItem]) -> None:
    """Assign to each item the units that its responsible unit surely names."""
    names_by_item = {catalogue_item.pk: list_named_units(catalogue_item.responsible) for catalogue_item in items}
    resolutions = resolve_all((name for names in names_by_item.values() for name in names), government)
    through = CatalogueItem.bodies.through
    pairs = {
        (item, body.pk)
        for item, names in names_by_item.items()
        for name in names
        for body in resolutions[name].bodies
        if resolutions[name].sure
    }
    rows = [through(catalogueitem_id=item, body_id=body) for item, body in sorted(pairs)]
    through.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _list_reasons_unless_it_has_items(catalogue: Catalogue) -> list[str]:
    return [] if catalogue.items.exists() else ["目录中还没有事项。"]


@machine_action(
    "directory.release",
    machine=CATALOGUE_MACHINE,
    verb="release",
    label="启用",
    rule=rules.list_reasons_unless_catalogue_manager,
    ready=_list_reasons_unless_it_has_items,
)
def release_catalogue(catalogue: Catalogue, *, by: Actor) -> ActionResult:
    """Put a draft in force; lower governments that owe a catalogue get an entry."""
    versions_before = Catalogue.objects.filter(
        government=catalogue.government, domain=catalogue.domain, state__in=CURRENT_STATES
    )
    for older_version in versions_before:
        supersede_catalogue(older_version, by=SYSTEM, words=f"由第{catalogue.number}版替代")
    catalogue.released_at = timezone.now()
    catalogue.save(update_fields=["released_at"])
    owed = _create_entries_below(catalogue)
    owed_note = f"，{len(owed)}个下级政府应编制本级目录" if owed else ""
    return ActionResult(
        words=f"启用“{catalogue}”{owed_note}", facts={"owed": [body.pk for body in owed]} if owed else {}
    )


def _create_entries_below(catalogue: Catalogue) -> list[Body]:
    """Open entries for lower governments that owe a catalogue (B-06); return them."""
    lower_bodies = Body.objects.filter(parent=catalogue.government, kind__in=LOWER_BODY_KINDS, active_to=None)
    owed = [
        body
        for body in lower_bodies.order_by("position", "pk")
        if not list_open_followups(body).filter(domain=catalogue.domain, outcome=FollowupKind.CATALOGUE).exists()
    ]
    if not owed:
        return []
    pairs = [(catalogue.domain, body) for body in owed]
    entries = create_followups(catalogue.government, by=SYSTEM, pairs=pairs, outcome=FollowupKind.CATALOGUE)
    title = f"{catalogue.government.name}{catalogue.domain}领域基层政务公开标准目录"
    for entry in entries:
        record_ministry_act(entry, by=SYSTEM, title=title, on=timezone.localdate())
    return owed


@machine_action(
    "directory.supersede",
    machine=CATALOGUE_MACHINE,
    verb="supersede",
    label="替代",
    rule=rules.list_reasons_unless_catalogue_manager,
)
def supersede_catalogue(catalogue: Catalogue, *, by: Actor, words: str) -> ActionResult:
    """Mark a version of a catalogue as replaced; `words` is the reason for the log."""
    return ActionResult(words=words)


def _list_reasons_unless_draft(catalogue: Catalogue) -> list[str]:
    return CATALOGUE_MACHINE.why_not("drop", catalogue.state, "删除草稿")


@action(
    "directory.drop_draft",
    label="删除草稿",
    rule=rules.list_reasons_unless_catalogue_manager,
    ready=_list_reasons_unless_draft,
)
def drop_catalogue_draft(catalogue: Catalogue, *, by: Actor) -> ActionResult:
    """Delete the draft of a catalogue with its items."""
    stream, facts = catalogue.stream, {"domain": catalogue.domain, "number": catalogue.number}
    catalogue.delete()
    return ActionResult(words="删除草稿", facts=facts, stream=stream, result=facts)


MAX_TEMPLATE_PATHS = 600


def _clean_template_paths(paths: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Return the columns of a template without blanks and duplicates.

    Raises:
        Refused: when there are none or too many.
    """
    template_paths: dict[tuple[str, ...], dict[str, object]] = {}
    for row in paths:
        names = [text.strip()[:80] for text in read_texts(row, "path") if text.strip()]
        if names:
            cycle = read_number(row, "cycle_days") or 31
            template_paths.setdefault(
                tuple(names), {"path": names, "content": str(row.get("content", ""))[:500], "cycle_days": cycle}
            )
    if not template_paths:
        raise Refused("模板中还没有栏目，请先添加栏目。")
    if len(template_paths) > MAX_TEMPLATE_PATHS:
        raise Refused(f"一个模板最多{MAX_TEMPLATE_PATHS}个栏目。")
    return list(template_paths.values())


@action("directory.make_template", label="制定栏目模板", rule=rules.list_reasons_unless_catalogue_manager)
def make_column_template(
    government: Body, *, by: Actor, name: str, level: str, paths: Sequence[dict[str, object]]
) -> ActionResult:
    """Create a template of columns. Returns the `ColumnTemplate`.

    `paths` are rows with the path (column names from the site's root), the content and the update
    cycle in days.
    """
    name = name.strip()[:80]
    if not name:
        raise Refused("请填写模板名称。")
    if ColumnTemplate.objects.filter(government=government, name=name).exists():
        raise Refused("已有同名的模板，请换一个名称。")
    template = ColumnTemplate.objects.create(
        government=government, name=name, level=level, paths=_clean_template_paths(paths), made_by=by.person_id
    )
    return ActionResult(words=f"制定“{name}”，{len(template.paths)}个栏目", result=template, stream=template.stream)


@machine_action(
    "directory.change_template",
    machine=TEMPLATE_MACHINE,
    verb="change",
    label="修改栏目模板",
    rule=rules.list_reasons_unless_catalogue_manager,
)
def change_column_template(template: ColumnTemplate, *, by: Actor, paths: Sequence[dict[str, object]]) -> ActionResult:
    """Change the columns of a template, which then needs a new approval; sites that used it do not change."""
    template.paths, template.made_by = _clean_template_paths(paths), by.person_id
    template.save(update_fields=["paths", "made_by"])
    return ActionResult(words=f"修改为{len(template.paths)}个栏目")


@machine_action(
    "directory.clear_template",
    machine=TEMPLATE_MACHINE,
    verb="clear",
    label="审定",
    rule=rules.list_reasons_unless_template_approver,
)
def approve_column_template(template: ColumnTemplate, *, by: Actor) -> ActionResult:
    """Approve a template: from now on it can be applied, also by lower governments."""
    template.cleared_at = timezone.now()
    template.save(update_fields=["cleared_at"])
    return ActionResult(words="审定")


def plan_columns(template: ColumnTemplate, website: Website) -> columns.ColumnPlan:
    """Return the plan of applying a template to a site, without writing."""
    return columns.plan_columns(
        website,
        [columns.RequestedColumn(tuple(row["path"]), website.body_id, row["content"]) for row in template.paths],
    )


@action("directory.apply_template", label="套用栏目模板", rule=check_site_manager, quiet=True)
def apply_column_template(website: Website, *, by: Actor, template: ColumnTemplate) -> ActionResult:
    """Create an approved template's columns on a site; return the new columns."""
    if template.state not in USABLE_TEMPLATE_STATES:
        raise Refused("模板尚未审定，不能套用，请先审定。")
    plan = plan_columns(template, website)
    if not plan.create:
        raise Refused("模板中的栏目都已建立。")
    created_columns = columns.make_planned_columns(plan, by=by, made_from=f"栏目模板“{template.name}”")
    created = {column.pk for column in created_columns.created}
    for row in template.paths:
        column = created_columns.columns.get(tuple(row["path"]))
        if column is not None and column.pk in created:
            fresh = Column.objects.select_related("website__body").get(pk=column.pk)
            change_column(fresh, by=by, cycle_days=row["cycle_days"])
    refused = [f"{' > '.join(path.path)}：{path.reason}" for path in plan.refused]
    text = f"套用“{template.name}”，新建{len(created_columns.created)}个栏目"
    return ActionResult(
        words=text, facts={"columns": sorted(created), "refused": refused}, result=list(created_columns.created)
    )
