"""Import and export the catalogue as the spreadsheet that offices use.

A file becomes one draft a domain.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from django.db.models import Model

from gongkai.core.acts.actors import Actor
from gongkai.core.spreadsheets.cells import find_nearest_words, short_text
from gongkai.core.spreadsheets.importers import ChangeRecorder, Difference, Importer, ImportPlan, RowChange
from gongkai.core.spreadsheets.sheet import CellError, Column, Row, Sheet, Table
from gongkai.core.units.models import Body
from gongkai.core.units.queries import resolve_all
from gongkai.lib.typed_json import read_texts
from gongkai.work.directory import actions, queries, rules, sheet_rows
from gongkai.work.directory.models import Catalogue, CatalogueItem, make_item_key
from gongkai.work.directory.sheet_rows import DOMAIN_HEADER, DOMAINS, arrange_rows
from gongkai.work.directory.states import CatalogueState

#: Maximum number of unknown units that a dry run names.
MAX_NAMED_UNITS = 12

#: Alternative column headers, as offices write them.
HEADER_SYNONYMS: dict[str, tuple[str, ...]] = {
    "domain": ("领域", "试点领域"),
    "first": ("公开事项", "公开事项一级事项"),
    "second": ("公开事项二级事项",),
    "content": ("公开内容", "公开内容(要素)", "公开要素"),
    "basis": ("依据",),
    "time_limit": ("时限",),
    "responsible": ("责任主体", "公开责任主体"),
    "channels": ("公开渠道", "公开载体", "渠道和载体"),
    "everybody": ("公开对象全社会",),
    "group": ("特定群众", "特定人群"),
    "proactive": ("主动公开",),
    "on_request": ("依申请公开",),
    "county": ("区县级", "县区级", "市级", "县(市、区)级"),
    "township": ("乡镇级", "乡、村级", "乡村级", "乡镇(街道)", "乡镇、街道", "乡镇街道"),
}


#: A function that parses a cell, and one that returns the cell of a row.
CellReader = Callable[[object], object]
CellWriter = Callable[[Mapping[str, object]], object]


def _make_column(
    key: str, head: str, read: CellReader, width: int, *, required: bool = False, write: CellWriter | None = None
) -> Column:
    """Return a column that also accepts the synonyms of its heading."""
    return Column(key, head, read, write=write, required=required, also=HEADER_SYNONYMS.get(key, ()), width=width)


def _make_tick_column(key: str, head: str) -> Column:
    """Return a column of ticks, which an export writes as √."""
    return _make_column(key, head, sheet_rows.parse_tick, 8, write=lambda row: "√" if row[key] else "")


def _format_channel_boxes(row: Mapping[str, object]) -> str:
    return "\n".join(f"■{text}" for text in read_texts(row, "channels"))


#: Spreadsheet layout of the catalogue.
CATALOGUE_SHEET = Sheet(
    "基层政务公开标准目录",
    (
        _make_column("number", "序号", short_text(20), 6),
        _make_column("domain", DOMAIN_HEADER, short_text(60), 16),
        _make_column("first", "一级事项", sheet_rows.make_name_parser(120), 18, required=True),
        _make_column("second", "二级事项", sheet_rows.make_name_parser(120), 18),
        _make_column("content", "公开内容（要素）", sheet_rows.make_text_parser(4000), 48, required=True),
        _make_column("basis", "公开依据", sheet_rows.make_text_parser(4000), 40, required=True),
        _make_column("time_limit", "公开时限", short_text(300), 24, required=True),
        _make_column("responsible", "公开主体", short_text(300), 24, required=True),
        _make_column(
            "channels", "公开渠道和载体", sheet_rows.parse_channels, 28, required=True, write=_format_channel_boxes
        ),
        _make_tick_column("everybody", "全社会"),
        _make_column("group", "特定群体", sheet_rows.parse_audience, 10),
        _make_tick_column("proactive", "主动"),
        _make_tick_column("on_request", "依申请"),
        _make_tick_column("county", "县级"),
        _make_tick_column("township", "乡级"),
    ),
    max_rows=20_000,
    intro="可以直接导入各领域通用的目录表：两行表头、合并单元格、勾选列、每个领域一个工作表，都不用先整理。导入后为草稿，核对启用。",
    arrange=arrange_rows,
)
#: Fields of an item that are stored from a row; fields without a column keep their defaults.
STORED_FIELDS = (
    *("first", "second", "content", "basis", "time_limit", "responsible", "channels"),
    *("everybody", "group", "proactive", "on_request", "county", "township"),
)
#: Groups of columns of which at least one must be ticked, with the message; columns missing in the
#: file are ignored.
REQUIRED_TICKS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("everybody", "group"), "公开对象没有勾选"),
    (("proactive", "on_request"), "公开方式没有勾选"),
    (("county", "township"), "公开层级没有勾选"),
)
#: Header of each column of the spreadsheet by its key.
HEADERS_BY_KEY = {column.key: column.head for column in CATALOGUE_SHEET.columns}


class StandardCatalogueImporter(Importer):
    """Import and export the catalogue of a 政务公开办's government."""

    name = "catalogue"
    label = "基层政务公开标准目录"
    sheet = CATALOGUE_SHEET
    home = "directory:index"

    def why_not(self, by: Actor) -> list[str]:
        """Return reasons against importing unless the user works for a 政务公开办."""
        return rules.list_reasons_unless_importer(by, None)

    def plan(self, table: Table, *, by: Actor) -> ImportPlan:
        """Plan the items of the domains' drafts; existing ones stay unchanged."""
        import_plan = ImportPlan()
        government = queries.get_maintained_government(by)
        has_errors = bool(table.errors)
        if government is None:
            import_plan.notes.append("没有找到您所在的政府，不能导入。")
            return import_plan
        draft_keys = _map_item_keys(government.pk, CatalogueState.DRAFT)
        keys_in_force = _map_item_keys(government.pk, CatalogueState.IN_FORCE)
        seen_rows: dict[tuple[str, str], Row] = {}
        counts: dict[str, int] = defaultdict(int)
        for row in table.rows:
            domain = row["domain"]
            if not domain:
                import_plan.errors.append(
                    row.error(
                        CATALOGUE_SHEET, "domain", "不知道是哪个领域", "请在标题、工作表名称或者“公开领域”列写明领域"
                    )
                )
                continue
            if faults := list(_find_unticked_groups(row)):
                import_plan.errors += faults
                continue
            key = make_item_key(row["first"], row["second"] or "", row["content"])
            if (domain, key) in seen_rows:
                earlier_row = seen_rows[domain, key]
                row_words = (
                    f"“{earlier_row.page}”第{earlier_row.number}行" if earlier_row.page else f"第{earlier_row.number}行"
                )
                import_plan.errors.append(row.error(CATALOGUE_SHEET, "content", f"与{row_words}重复", "请删去一行"))
                continue
            seen_rows[domain, key] = row
            counts[domain] += 1
            if key in draft_keys.get(domain, set()):
                import_plan.same += 1
                continue
            import_plan.changes.append(
                _make_row_change(row, domain, key, counts[domain], government, key in keys_in_force.get(domain, set()))
            )
        has_errors = has_errors or bool(import_plan.errors)
        import_plan.notes += [
            _describe_version_changes(domain, seen_rows, keys_in_force, has_errors=has_errors)
            for domain in counts
            if domain in keys_in_force
        ]
        import_plan.notes += _warn_of_unknown_names(counts, table.rows, government)
        return import_plan

    def carry_out_many(self, changes: Sequence[RowChange], *, by: Actor, recorder: ChangeRecorder) -> None:
        """Write all items into the drafts of their domains; missing drafts are created."""
        domains: dict[tuple[int, str], list[RowChange]] = defaultdict(list)
        for change in changes:
            domains[change.facts["government"].pk, change.facts["domain"]].append(change)
        for (_, domain), domain_changes in domains.items():
            government = domain_changes[0].facts["government"]
            draft = Catalogue.objects.filter(government=government, domain=domain, state=CatalogueState.DRAFT).first()
            if draft is None:
                draft = actions.make_catalogue_draft(government, by=by, domain=domain)
                recorder.made(draft)
            else:
                recorder.before(draft)
            for item in actions.fill_catalogue_draft(draft, by=by, items=[_make_item(one) for one in domain_changes]):
                recorder.made(item)

    def find_undo_objections(self, row: Model, changed: list[str] | None, *, by: Actor) -> list[str]:
        """Return reasons against undoing: the catalogue is in force, or a user has mapped the item."""
        assert isinstance(row, (Catalogue, CatalogueItem))
        catalogue = row.catalogue if isinstance(row, CatalogueItem) else row
        if catalogue.state != CatalogueState.DRAFT:
            return ["目录已经启用，不能撤销；请导入新版本。"]
        # An imported item has version 1; a higher one means that somebody changed it (`map_item`).
        if changed is None and isinstance(row, CatalogueItem) and row.version > 1:
            return ["导入后已由人工对应了栏目或者单位，撤销会把这些对应一并删去。"]
        return rules.list_reasons_unless_catalogue_manager(by, catalogue)

    def rows(self, by: Actor) -> Iterable[object]:
        """Return the items in force of the government, with the columns of the import."""
        government = queries.get_maintained_government(by)
        return make_sheet_rows(queries.list_catalogues_in_force(government)) if government else []


def make_sheet_rows(catalogues: Iterable[Catalogue]) -> Iterable[dict[str, object]]:
    """Yield the items of catalogues as rows of the sheet."""
    items = CatalogueItem.objects.filter(catalogue__in=list(catalogues)).select_related("catalogue")
    for item in items.order_by("catalogue__domain", "position", "pk").iterator(1000):
        yield {"number": item.position, "domain": item.catalogue.domain} | {
            name: getattr(item, name) for name in STORED_FIELDS
        }


def _find_unticked_groups(row: Row) -> Iterable[CellError]:
    """Yield an error for each group of tick columns, all in the file, of which a row ticks none."""
    for names, fault in REQUIRED_TICKS:
        present_columns = [name for name in names if row.has(name)]
        if len(present_columns) == len(names) and not any(row[name] for name in names):
            heads = "、".join(HEADERS_BY_KEY[name] for name in names)
            yield row.error(CATALOGUE_SHEET, present_columns[0], fault, f"请在“{heads}”中至少勾选一列")


def _make_row_change(row: Row, domain: str, key: str, position: int, government: Body, is_known: bool) -> RowChange:
    """Return the planned draft item of a row, with what the preview shows."""
    facts = {name: row[name] for name in STORED_FIELDS if row.has(name) and row[name] is not None}
    differences = (
        Difference("领域", "", domain),
        Difference("公开主体", "", row["responsible"]),
        Difference("与现行版本", "", "相同，沿用栏目对应" if is_known else "新的事项"),
    )
    label = f"{row['first']} › {row['second']}" if row["second"] else row["first"]
    return RowChange(
        row.number,
        label,
        None,
        differences,
        {"government": government, "domain": domain, "key": key, "position": position, "values": facts},
        row.page,
    )


def _warn_of_unknown_names(domains: Iterable[str], rows: Iterable[Row], government: Body) -> Iterator[str]:
    """Yield warnings on domains outside the 26, and on units in 公开主体 that are not registered."""
    for domain in domains:
        if domain not in DOMAINS:
            meant = find_nearest_words(domain, DOMAINS, 1)
            alike = f"相近的有“{meant[0]}”。" if meant else ""
            yield f"“{domain}”不是26个试点领域之一，{alike}是笔误的请改正后重新导入；确是本地增加的领域，可以照此导入。"
    counts = Counter(name for row in rows for name in actions.list_named_units(row["responsible"]))
    resolutions = resolve_all(counts, government)
    unknown = [f"{name}（{count}项）" for name, count in counts.most_common() if not resolutions[name].sure]
    if unknown:
        count_words = f"等{len(unknown)}个" if len(unknown) > MAX_NAMED_UNITS else ""
        yield (
            f"公开主体中没有认出的单位：{'、'.join(unknown[:MAX_NAMED_UNITS])}{count_words}。"
            "这些名称导入后对应不到单位，请改为单位名录中的全称，或者导入后在事项页面选择。"
        )


def _describe_version_changes(
    domain: str, rows_by_key: dict[tuple[str, str], Row], keys_in_force: dict[str, set[str]], *, has_errors: bool
) -> str:
    """Describe the changes of a domain's new version from the item keys in force by domain."""
    given_keys = {key for name, key in rows_by_key if name == domain}
    removed_keys, added_keys = keys_in_force[domain] - given_keys, given_keys - keys_in_force[domain]
    less = "减少的项数在错误改正后才能计算" if has_errors else f"减少{len(removed_keys)}项"
    return (
        f"{domain}：与现行版本相比，新增{len(added_keys)}项，{less}，{len(given_keys & keys_in_force[domain])}项不变。"
    )


def _make_item(change: RowChange) -> CatalogueItem:
    facts = change.facts
    return CatalogueItem(position=facts["position"], key=facts["key"], **facts["values"])


def _map_item_keys(government: int, state: str) -> dict[str, set[str]]:
    """Return the item keys of a government's catalogues in a state, by domain."""
    item_keys: dict[str, set[str]] = defaultdict(set)
    rows = CatalogueItem.objects.filter(catalogue__government=government, catalogue__state=state)
    for domain, key in rows.order_by().values_list("catalogue__domain", "key"):
        item_keys[domain].add(key)
    return item_keys


CATALOGUE_IMPORTER = StandardCatalogueImporter()
