"""Permission rules of this app, each with Chinese reasons against an action, and the units that may publish in a column.

A column's setting applies to the columns below it until one has its own. Without any setting, every
unit of the site may publish. The unit responsible for the column (责任单位) always may, and so may a
unit that an order names for the column (`PUBLISHING_PERMISSIONS`).

Some columns list documents by validity: 现行有效 and 失效/废止 (L-04). A document placed in either list, or in
the column above them, belongs to the policy library. Its validity decides which of the two shows it, so a
document that expires moves without an action.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from gongkai.content.editions.models import Column, ColumnUse, Document, Edition, Placement, Shelf, Website
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.editions.shelves import get_listed_standings
from gongkai.content.editions.sources import OutgoingText, find_source
from gongkai.core.acts.action import get_log_stream
from gongkai.core.units.actors import Actor
from gongkai.core.units.another_person import is_among, is_self, with_covered_people
from gongkai.core.units.models import Body, Role
from gongkai.core.units.queries import map_successors

#: Roles that manage sites and columns.
MANAGING_ROLES = (Role.CHIEF, Role.ADMINISTRATOR)
#: Roles that write items.
WRITING_ROLES = (Role.CLERK, Role.REVIEWER, Role.LEAD, Role.SIGNER)
#: Roles that sign items.
SIGNING_ROLES = (Role.LEAD, Role.SIGNER)


def check_site_manager(by: Actor, target: Website | Column | object) -> list[str]:
    """Return reasons unless the actor is the 政务公开办 or an administrator over the body of a site or column.

    Without one, over any body.
    """
    body = _get_body(target)
    if (
        by.system
        or (body is None and by.has(*MANAGING_ROLES))
        or (body and by.reaches(*MANAGING_ROLES, path=body.path))
    ):
        return []
    return ["只有政务公开办或系统管理员可以管理网站和栏目。"]


def check_writer(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is staff of the item's body or the 政务公开办 above it."""
    body = _get_body(target)
    if by.system or (body and (by.has(*WRITING_ROLES, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path))):
        return []
    return ["只能处理本单位的信息。"]


def check_signer(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a signer or the head of the item's body, or the 政务公开办 above it."""
    body = _get_body(target)
    if body and (by.has(*SIGNING_ROLES, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path)):
        return []
    return ["只有本单位的签发人、负责人或政务公开办可以审签。"]


def check_withdrawer(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a signer or a background job."""
    return [] if by.system else check_signer(by, target)


def check_erasure_requester(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a writer or signer of the unit, or the 政务公开办 above it."""
    if not by.system and by.person_id is not None and not (check_writer(by, target) and check_signer(by, target)):
        return []
    return ["只有本单位的工作人员、签发人或政务公开办可以提出依法删除。"]


def check_eraser(by: Actor, target: Edition) -> list[str]:
    """Return reasons unless the actor may order an erasure.

    It must be another person than the requester, and one of both works in the 政务公开办.
    """
    body = _get_body(target)
    request = target.erasure_requests.filter(closed_at=None).first()
    if request and is_among(
        by, with_covered_people([request.person], get_log_stream(target), ["publishing.ask_erasure"], edition=target.pk)
    ):
        return ["提出依法删除的人不能自己批准，请由另一个人核对后批准。"]
    if body and not by.system and by.person_id is not None:
        office = by.reaches(Role.CHIEF, path=body.path)
        if office or (request and request.by_office and not check_signer(by, target)):
            return []
    return ["只有政务公开办可以批准依法删除；政务公开办提出的，也可由本单位的签发人、负责人批准。"]


def check_erasure_refuser(by: Actor, target: Edition) -> list[str]:
    """Return reasons unless the actor requested the erasure or could order it."""
    request = target.erasure_requests.filter(closed_at=None).first()
    if request and is_self(by, request.person):
        return []
    return check_eraser(by, target)


def _get_body(target: object) -> Body | None:
    """Return the unit of a target, None if it has none."""
    return target if isinstance(target, Body) else getattr(target, "unit", None)


def check_settings_manager(by: Actor, target: Body) -> list[str]:
    """Return reasons unless the actor is the head of the body, or the 政务公开办 or an administrator above it."""
    if by.system or by.has(Role.LEAD, body_id=target.pk) or by.reaches(*MANAGING_ROLES, path=target.path):
        return []
    return ["只有本单位负责人、政务公开办或系统管理员可以设置检查规则。"]


#: Units named in a sentence; further ones are counted.
MAX_NAMED_UNITS = 3
#: Functions of higher layers that know orders to publish in a column: (columns, unit ids) → permitted (column,
#: unit) pairs.
PUBLISHING_PERMISSIONS: list[Callable[[Sequence[Column], Collection[int]], set[tuple[int, int]]]] = []


@dataclass(frozen=True)
class PublisherSetting:
    """The publishers of the column at `path`; if `named`, only `units` (primary keys) may publish there."""

    path: str
    named: bool  # only the listed units may publish
    units: frozenset[int] = frozenset()


def find_setting(path: str, settings: Iterable[PublisherSetting]) -> PublisherSetting | None:
    """Return the setting for a path: the column's own, or that of its nearest ancestor, or None."""
    above = [setting for setting in settings if path.startswith(setting.path)]
    return max(above, key=lambda one: len(one.path), default=None)


def load_settings(websites: Collection[int] | None = None) -> list[PublisherSetting]:
    """Return the publisher settings of the columns of some sites or all, in two queries, or one if no column lists
    units."""
    columns = Column.objects.exclude(admits="").order_by().only("path", "admits", "owner_id")
    rows = list(columns if websites is None else columns.filter(website__in=websites))
    named = [row.pk for row in rows if row.admits == ColumnUse.NAMED]
    units: dict[int, set[int]] = {number: set() for number in named}
    if named:
        through = Column.publishers.through._base_manager.filter(column__in=named)
        for column, body in through.values_list("column", "body"):
            units[column].add(body)
    return [
        PublisherSetting(
            row.path,
            row.pk in units,
            frozenset({*units.get(row.pk, ()), *([row.owner_id] if row.owner_id else [])}),
        )
        for row in rows
    ]


def _is_known_open_to_all(column: Column) -> bool:
    """Return true if a column and its loaded ancestors show that all units may publish; false if not known."""
    above: Column | None = column
    while above is not None:
        if above.admits == ColumnUse.NAMED:
            return False
        if above.parent_id is None or above.admits == ColumnUse.ALL:
            return True
        above = above.parent if Column.parent.is_cached(above) else None  # type: ignore[attr-defined]
    return False


def find_forbidden_column_units(
    columns: Iterable[Column], bodies: Collection[int], settings: Sequence[PublisherSetting] | None = None
) -> set[tuple[int, int]]:
    """Return the (column, unit) pairs in which the unit may not publish (`settings`: those of all sites, if loaded).

    Merged units count as their successor.
    """
    asked = list(columns)
    if all(_is_known_open_to_all(column) for column in asked):
        return set()
    settings = load_settings({column.website_id for column in asked}) if settings is None else settings
    if not any(one.named for one in settings):
        return set()
    merged_units: dict[int, set[int]] = {body: set() for body in bodies}
    for former, heir in map_successors(bodies).items():
        merged_units[heir].add(former)
    closed_pairs = set()
    for column in asked:
        setting = find_setting(column.path, settings)
        if setting is None or not setting.named:
            continue
        units = {*setting.units, column.owner_id}
        closed_pairs |= {(column.pk, body) for body in bodies if not units & merged_units[body]}
    for find_permitted_pairs in PUBLISHING_PERMISSIONS if closed_pairs else ():
        closed_pairs -= find_permitted_pairs(
            [one for one in asked if any(one.pk == pk for pk, _ in closed_pairs)], bodies
        )
    return closed_pairs


def filter_publishable_columns(rows: QuerySet[Column], bodies: Collection[int]) -> QuerySet[Column]:
    """Return the columns in which one of these units may publish; all columns without `bodies`."""
    settings = load_settings() if bodies else []
    limited = [Q(path__startswith=one.path) for one in settings if one.named]
    if not limited:
        return rows
    asked = (
        rows.filter(reduce(or_, limited))
        .prefetch_related(None)
        .order_by()
        .only("website", "parent", "path", "owner", "admits")
    )
    pairs = find_forbidden_column_units(asked, bodies, settings)
    gone = {pk for pk, _ in pairs if all((pk, body) in pairs for body in bodies)}
    return rows.exclude(pk__in=gone) if gone else rows


def map_publisher_descriptions(columns: Iterable[Column]) -> dict[int, str]:
    """Return {column key: phrase on its units}, only of columns limited to named units; three queries."""
    asked = list(columns)
    settings = load_settings({column.website_id for column in asked})
    units: dict[int, frozenset[int]] = {}
    for column in asked:
        setting = find_setting(column.path, settings)
        if setting is not None and setting.named:
            own = {column.owner_id} if column.owner_id else set()
            units[column.pk] = setting.units | own
    rows = Body.objects.filter(pk__in={number for some in units.values() for number in some} if units else ())
    names = dict(rows.order_by("position", "pk").values_list("pk", "name"))
    return {pk: _join_names([name for value, name in names.items() if value in some]) for pk, some in units.items()}


def _join_names(names: Sequence[str]) -> str:
    return "、".join(names[:MAX_NAMED_UNITS]) + (f"等{len(names)}个单位" if len(names) > MAX_NAMED_UNITS else "")


def describe_publishers(column: Column) -> str:
    """Return a phrase naming the units whose items a column accepts."""
    return map_publisher_descriptions([column]).get(column.pk, str(ColumnUse.ALL.label))


def describe_publisher_refusal(column: Column, body: Body) -> str:
    """Return the sentence why a unit may not publish in a column, with a way to solve it."""
    return (
        f"栏目“{column.title}”只发布{describe_publishers(column)}的信息，不能放入{body.name}的信息。"
        "请改选别的栏目；确需放入的，请政务公开办在栏目登记中增加发布单位。"
    )


def find_closed_column_errors(
    documents: Iterable[Document], columns: Sequence[Column], source: Column | None
) -> list[str]:
    """Return reasons against adding documents to columns limited to other units; documents already listed stay."""
    given = list(documents)
    bodies = {document.body_id: document.body for document in given}
    pairs = find_forbidden_column_units(columns, set(bodies))
    if not pairs:
        return []
    rows = Placement.objects.filter(document__in=given)
    has = {
        pair
        for document, column, intended in rows.values_list("document", "column", "intended")
        for pair in ((document, column), (document, intended))
    }
    found = [
        describe_publisher_refusal(column, document.body)
        for document in given
        for column in columns
        if (column.pk, document.body_id) in pairs and (document.pk, column.pk) not in has
    ]
    return list(dict.fromkeys(found))


def check_publishing_unit(text: OutgoingText) -> list[str]:
    """Publication gate: return a reason against an unpublished text in a column that is now limited to other units."""
    document, columns = text.document, text.columns
    pairs = find_forbidden_column_units(columns, [document.body_id])
    if not pairs:
        return []
    listed_columns = set(Shelf.objects.filter(document=document).values_list("column", flat=True))
    return [
        describe_publisher_refusal(column, document.body)
        for column in columns
        if (column.pk, document.body_id) in pairs and column.pk not in listed_columns
    ]


def find_library_kind_errors(documents: Iterable[Document], columns: Sequence[Column]) -> list[str]:
    """Return reasons against adding other documents than policy documents to library lists.

    Documents that are listed already stay.
    """
    lists = [column for column in columns if get_listed_standings(column.name)]
    if not lists:
        return []
    others = [document for document in documents if _get_document_kind(document) not in POLICY_KINDS]
    rows = Placement.objects.filter(document__in=others)
    has = {(d, c) for d, *both in rows.values_list("document", "column", "intended") for c in both}
    labels = dict(ItemKind.choices)
    found = [
        f"栏目“{column.title}”按有效性列出政策库中的文件，不能放入“{labels.get(_get_document_kind(document), '其他信息')}”。"
        "请改选与这一类别相应的栏目；确是政策文件的，请先把类别改为政策文件或者行政规范性文件，并入库。"
        for document in others
        for column in lists
        if (document.pk, column.pk) not in has
    ]
    return list(dict.fromkeys(found))


def check_library_kind(text: OutgoingText) -> list[str]:
    """Publication gate: return reasons against a text in a library list that is no longer a policy document.

    A text that was already public with another kind may stay.
    """
    kind = text.frozen.facts["kind"]
    if kind in POLICY_KINDS:
        return []
    if text.document.published_at and text.document.kind not in POLICY_KINDS:
        return []
    lists = [column for column in text.columns if get_listed_standings(column.name)]
    label = dict(ItemKind.choices).get(str(kind), "其他信息")
    return [
        f"栏目“{column.title}”按有效性列出政策库中的文件，这条信息的类别现在是“{label}”，不能留在那里。"
        "请把类别改回政策文件或者行政规范性文件，或者改放与这一类别相应的栏目。"
        for column in lists
    ]


def _get_document_kind(document: Document) -> str:
    """Return the kind of a document: of its public edition, else of its draft."""
    source = None if document.published_at else find_source(document.source)
    return source.kind if source is not None else document.kind
