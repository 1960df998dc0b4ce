"""Map items to columns, units and power-list items, from which coverage is computed."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from gongkai.content.editions.models import Column, Document, Website
from gongkai.content.editions.queries import map_paths_to_columns
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.machine import machine_action
from gongkai.core.ledger.rectification import FoundFault, check_orderer, order_rectification
from gongkai.core.units.another_person import check_clears_other_unit
from gongkai.core.units.models import Body
from gongkai.work.directory import coverage, rules
from gongkai.work.directory.models import Catalogue, CatalogueItem, CellFinding
from gongkai.work.directory.sheet_rows import ROOT_PATH
from gongkai.work.directory.states import CATALOGUE_MACHINE, OPEN_STATES
from gongkai.work.tables.models import Record


def _list_reasons_if_replaced(item: CatalogueItem) -> list[str]:
    return [] if item.catalogue.state in OPEN_STATES else ["这一版已被替代，请在现行版本中修改。"]


@action(
    "directory.map_item",
    label="对应栏目和单位",
    rule=rules.list_reasons_unless_catalogue_manager,
    ready=_list_reasons_if_replaced,
)
def map_item(
    item: CatalogueItem, *, by: Actor, columns: Iterable[Column], bodies: Iterable[Body], power: Record | None = None
) -> ActionResult:
    """Store which columns and units publish an item, and its power-list item.

    New columns delete the findings that nothing is public.
    """
    chosen, units = list(columns), list(bodies)
    if power and units and power.table.body not in units:
        raise Refused(
            f"权责清单事项“{power.name}”属于{power.table.body.label}，请选择对应单位的权责事项，或者选“没有”。"
        )
    if {column.pk for column in chosen} - set(item.columns.values_list("pk", flat=True)):
        delete_absence_findings([item.pk])
    item.columns.set(chosen)
    item.bodies.set(units)
    item.power = power
    item.save(update_fields=["power"])
    text = "、".join(column.title for column in chosen) or "没有对应栏目"
    return ActionResult(words=text[:300], facts={"columns": [c.pk for c in chosen], "bodies": [b.pk for b in units]})


def delete_absence_findings(items: Iterable[int]) -> None:
    """Delete the findings that nothing is public, for items (primary keys) whose columns change."""
    CellFinding.objects.filter(item__in=list(items), documents=None).delete()


@action(
    "directory.find_documents",
    label="核对本事项的信息",
    rule=rules.list_reasons_unless_catalogue_manager,
    ready=_list_reasons_if_replaced,
)
def record_item_documents(item: CatalogueItem, *, by: Actor, body: Body, documents: Iterable[Document]) -> ActionResult:
    """Record which documents in an item's columns are about it, for one unit.

    An empty list means that nothing is public.
    """
    chosen = list(documents)
    if chosen and (reasons := check_clears_other_unit(by, body, "认定栏目中的信息是本单位的事项")):
        raise Refused(*reasons)
    finding, _ = CellFinding.objects.update_or_create(
        item=item, unit=body, defaults={"found_at": timezone.now(), "found_by": by.name}
    )
    finding.documents.set(chosen)
    text = f"{body.label}：{len(chosen)}条是本事项的信息" if chosen else f"{body.label}：栏目中没有本事项的信息"
    return ActionResult(words=text, facts={"body": body.pk, "documents": [document.pk for document in chosen]})


@machine_action(
    "directory.map_by_name",
    machine=CATALOGUE_MACHINE,
    verb="map",
    label="按名称对应栏目",
    rule=rules.list_reasons_unless_catalogue_manager,
)
def map_items_by_name(catalogue: Catalogue, *, by: Actor, website: Website) -> ActionResult:
    """Map items without a column on a site to a column of the same name."""
    columns = find_columns_by_name(catalogue, website)
    through = CatalogueItem.columns.through
    rows = [through(catalogueitem_id=item, column_id=column) for item, column in columns.items() if column]
    if not rows:
        raise Refused("没有找到与领域、事项同名的栏目。可以先套用栏目模板建立栏目，或者逐项对应。")
    delete_absence_findings(row.catalogueitem_id for row in rows)
    through.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    text = f"按名称对应{len(rows)}项，仍有{len(columns) - len(rows)}项没有栏目"
    return ActionResult(words=text, facts={"mapped": len(rows), "website": website.pk})


def find_columns_by_name(catalogue: Catalogue, website: Website) -> dict[int, int | None]:
    """Return {item: column of the same name on the site, or None} by primary keys.

    Only items without a column on this site.
    """
    items = catalogue.items.exclude(columns__website=website)
    paths = {item.pk: list_candidate_paths(catalogue.domain, item) for item in items}
    columns = map_paths_to_columns(website, [path for item_paths in paths.values() for path in item_paths])
    return {
        item: next((columns[path].pk for path in item_paths if path in columns), None)
        for item, item_paths in paths.items()
    }


def list_candidate_paths(domain: str, item: CatalogueItem) -> list[tuple[str, ...]]:
    """Return the column paths where an item is usually found, the most specific first."""
    paths: list[tuple[str, ...]] = []
    if item.second:
        paths.append((*ROOT_PATH, domain, item.first, item.second))
    paths += [(*ROOT_PATH, domain, item.first), (*ROOT_PATH, domain)]
    paths += [("政府网站", "政务公开", "政府信息公开目录", name) for name in (item.second, item.first, domain) if name]
    return paths


#: Source stored with orders to publish.
RECTIFICATION_SOURCE = "directory"
#: Unpublished items listed in an order; more are only counted.
MAX_LISTED_GAPS = 30


def _list_reasons_unless_orderer(by: Actor, catalogue: Catalogue) -> list[str]:
    return check_orderer(by, catalogue.government)


@action("directory.order_publication", label="要求补充公开", rule=_list_reasons_unless_orderer, quiet=True)
def order_publication(catalogue: Catalogue, *, by: Actor, body: Body, until: date) -> ActionResult:
    """Order a unit to publish, by the day `until`, a catalogue's items that are missing or out of date.

    Returns the entry.
    """
    cells = [
        cell
        for cell in coverage.list_cells([catalogue])
        if cell.body is not None and cell.body.pk == body.pk and cell.is_gap
    ]
    if not cells:
        raise Refused(f"{body.label}在这一领域没有缺口，请选择有缺口的领域或者单位。")
    lines = {cell.item.title[:80]: cell.words for cell in cells[:MAX_LISTED_GAPS]}
    if len(cells) > MAX_LISTED_GAPS:
        lines["其他"] = f"另有{len(cells) - MAX_LISTED_GAPS}项"
    entry = order_rectification(
        body,
        by=by,
        until=until,
        found=FoundFault(
            source=RECTIFICATION_SOURCE,
            ref=f"catalogue/{catalogue.government_id}/{catalogue.domain}/{body.pk}",
            title=f"{catalogue.domain}领域标准目录有{len(cells)}项没有公开或者没有更新",
            what=f"按标准目录应当公开的{len(cells)}项没有公开或者没有按时更新",
            demand="对照目录要素补充公开",
            basis="国办发〔2019〕54号；本级标准目录",
            facts=lines,
        ),
    )
    return ActionResult(words=f"要求{body.label}补充公开{len(cells)}项", facts={"entry": entry.pk}, result=entry)
