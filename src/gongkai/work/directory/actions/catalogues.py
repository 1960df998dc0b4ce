"""Versions of a domain's catalogue: made as drafts, filled, released; the one before is superseded."""

from collections.abc import Iterable, Sequence

from django.db.models import Max
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import SYSTEM, Actor
from gongkai.core.acts.machine import machine_action
from gongkai.core.acts.public_words import refuse_personal_in, refuse_personal_rows
from gongkai.core.units.models import Body, BodyKind
from gongkai.core.units.queries import resolve_all
from gongkai.lib.chinese import lazy_re as re
from gongkai.work.directory import rules
from gongkai.work.directory.actions.followups import await_acts, enter, open_ones
from gongkai.work.directory.models import Catalogue, CatalogueItem, CellFinding, Outcome
from gongkai.work.directory.states import CATALOGUE_MACHINE, CURRENT_STATES, CatalogueState

#: Who makes a catalogue of its own behind that of the government above (渝府办发〔2021〕50号三（三）).
LOWER_BODY_KINDS = (BodyKind.DISTRICT, BodyKind.TOWNSHIP, BodyKind.SUBDISTRICT)
#: What the public reads of an item.
PUBLIC_ITEM_FIELDS = ("first", "second", "content", "basis", "time_limit", "responsible")
_NAMES = re.compile(r"[、，,；;\n]+|或(?=[^、]{2,})")


@action("directory.make_draft", label="新建目录版本", rule=rules.keeps)
def make_draft(government: Body, *, by: Actor, domain: str) -> ActionResult:
    """Begin a new version of a domain's catalogue. Returns the `Catalogue`."""
    domain = domain.strip()
    if not domain:
        raise Refused("请写明领域。")
    rows = Catalogue.objects.filter(government=government, domain=domain)
    if rows.filter(state=CatalogueState.DRAFT).exists():
        raise Refused(f"“{domain}”已有草稿，请先启用或者删除。")
    last = rows.aggregate(last=Max("number"))["last"] or 0
    refuse_personal_in(Catalogue, domain=domain)
    made = Catalogue.objects.create(government=government, domain=domain[:60], number=last + 1)
    return ActionResult(words=f"新建“{made}”", result=made, stream=made.stream)


@machine_action("directory.fill", machine=CATALOGUE_MACHINE, verb="fill", label="写入事项", rule=rules.keeps)
def fill_draft(catalogue: Catalogue, *, by: Actor, items: Sequence[CatalogueItem]) -> ActionResult:
    """Put items into a draft, in few statements however many they are.

    Units are resolved from 公开主体; what an item of the same words is mapped to in the version in force is carried over.

    Args:
        catalogue: a draft.
        by: who acts.
        items: not stored yet.
    """
    for catalogue_item in items:
        catalogue_item.catalogue = catalogue
    refuse_personal_rows(items, *PUBLIC_ITEM_FIELDS)
    CatalogueItem.objects.bulk_create(items, batch_size=500)
    carried = _carry_over(catalogue, items)
    _name_bodies(
        catalogue.government,
        [catalogue_item for catalogue_item in items if catalogue_item.key not in carried],
    )
    return ActionResult(
        words=f"写入{len(items)}项", facts={"items": len(items), "carried": len(carried)}, result=list(items)
    )


def _carry_over(catalogue: Catalogue, items: Iterable[CatalogueItem]) -> set[str]:
    before = CatalogueItem.objects.filter(
        catalogue__government=catalogue.government,
        catalogue__domain=catalogue.domain,
        catalogue__state__in=CURRENT_STATES,
    )
    old = dict(before.values_list("pk", "key"))
    new = {catalogue_item.key: catalogue_item.pk for catalogue_item in items}
    for field in ("columns", "bodies"):
        through = getattr(CatalogueItem, field).through
        other = "column_id" if field == "columns" else "body_id"
        pairs = through.objects.filter(catalogueitem__in=old).values_list("catalogueitem_id", other)
        rows = [
            through(**{"catalogueitem_id": new[old[item]], other: number}) for item, number in pairs if old[item] in new
        ]
        through.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    _carry_findings(old, new)
    return {key for key in old.values() if key in new}


def _carry_findings(old: dict[int, str], new: dict[str, int]) -> None:
    """Copy the findings on items in shared columns to the next version."""
    for cell_finding in CellFinding.objects.filter(item__in=[pk for pk, key in old.items() if key in new]):
        made = CellFinding.objects.create(
            item_id=new[old[cell_finding.item_id]],
            unit_id=cell_finding.unit_id,
            found_at=cell_finding.found_at,
            found_by=cell_finding.found_by,
        )
        made.documents.set(cell_finding.documents.all())


def named_in(responsible: str) -> list[str]:
    """Return the units that 公开主体 names, as it writes them.

    >>> named_in("市民政局、乡镇人民政府；社区")
    ['市民政局', '乡镇人民政府', '社区']
    """
    return [name for name in map(str.strip, _NAMES.split(responsible)) if name]


def _name_bodies(government: Body, items: Sequence[CatalogueItem]) -> None:
    named = {catalogue_item.pk: named_in(catalogue_item.responsible) for catalogue_item in items}
    found = resolve_all((name for names in named.values() for name in names), government)
    through = CatalogueItem.bodies.through
    pairs = {
        (item, body.pk)
        for item, names in named.items()
        for name in names
        for body in found[name].bodies
        if found[name].sure
    }
    rows = [through(catalogueitem_id=item, body_id=body) for item, body in sorted(pairs)]
    through.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _has_items(catalogue: Catalogue) -> list[str]:
    return [] if catalogue.items.exists() else ["目录中还没有事项。"]


@machine_action(
    "directory.release", machine=CATALOGUE_MACHINE, verb="release", label="启用", rule=rules.keeps, ready=_has_items
)
def release(catalogue: Catalogue, *, by: Actor) -> ActionResult:
    """Put a draft in force; the version before is superseded and stays readable."""
    before = Catalogue.objects.filter(
        government=catalogue.government, domain=catalogue.domain, state__in=CURRENT_STATES
    )
    for old in before:
        supersede(old, by=SYSTEM, words=f"由第{catalogue.number}版替代")
    catalogue.released_at = timezone.now()
    catalogue.save(update_fields=["released_at"])
    owed = _await_below(catalogue)
    more = f"，{len(owed)}个下级政府应编制本级目录" if owed else ""
    return ActionResult(words=f"启用“{catalogue}”{more}", facts={"owed": [body.pk for body in owed]} if owed else {})


def _await_below(catalogue: Catalogue) -> list[Body]:
    """Create a ledger entry for each government directly below: its own catalogue of the domain,
    due in months from today (B-06)."""
    below = Body.objects.filter(parent=catalogue.government, kind__in=LOWER_BODY_KINDS, active_to=None)
    owed = [
        body
        for body in below.order_by("position", "pk")
        if not open_ones(body).filter(domain=catalogue.domain, outcome=Outcome.CATALOGUE).exists()
    ]
    if not owed:
        return []
    pairs = [(catalogue.domain, body) for body in owed]
    entries = await_acts(catalogue.government, by=SYSTEM, pairs=pairs, outcome=Outcome.CATALOGUE)
    title = f"{catalogue.government.name}{catalogue.domain}领域基层政务公开标准目录"
    for entry in entries:
        enter(entry, by=SYSTEM, title=title, on=timezone.localdate())
    return owed


@machine_action("directory.supersede", machine=CATALOGUE_MACHINE, verb="supersede", label="替代", rule=rules.keeps)
def supersede(catalogue: Catalogue, *, by: Actor, words: str) -> ActionResult:
    """End the validity of a version that a newer one replaces."""
    return ActionResult(words=words)


def _is_draft(catalogue: Catalogue) -> list[str]:
    return CATALOGUE_MACHINE.why_not("drop", catalogue.state, "删除草稿")


@action("directory.drop_draft", label="删除草稿", rule=rules.keeps, ready=_is_draft)
def drop_draft(catalogue: Catalogue, *, by: Actor) -> ActionResult:
    """Delete a draft with its items."""
    stream, facts = catalogue.stream, {"domain": catalogue.domain, "number": catalogue.number}
    catalogue.delete()
    return ActionResult(words="删除草稿", facts=facts, stream=stream, result=facts)
