"""What this room shows on an item's page and review: the library's record, or the bases of a guide."""

from typing import TYPE_CHECKING, Any

from gongkai.policies.gates import differences, record_of
from gongkai.policies.models import Kind, Relation
from gongkai.policies.queries.office import faults
from gongkai.policies.rules import keeps
from gongkai.policies.spans import life_of
from gongkai.policies.states import sentence
from gongkai.publishing.documents import document_of
from gongkai.publishing.freezing import freeze_page
from gongkai.publishing.gates import STEPS
from gongkai.publishing.models import POLICY_KINDS, Document, ItemKind, ItemPage
from gongkai.publishing.related import RELATIONS

if TYPE_CHECKING:
    from gongkai.ledger.models import Entry
    from gongkai.publishing.freezing import Frozen
    from gongkai.units.actors import Actor

#: Kinds of items that may rest on policies: guides and lists (L-09).
USING = frozenset({ItemKind.GUIDE, ItemKind.ORGANISATION, ItemKind.LIVELIHOOD, ItemKind.OTHER})
#: Steps of a policy document (P-20).
CHAIN = ("属性认定", "公开征求意见", "政策解读", "公开发布", "关切回应")


def library_panel(item: ItemPage, by: "Actor", frozen: "Frozen | None") -> dict[str, Any] | None:
    """Return what the panel of a policy document shows."""
    from django.utils import timezone

    page = item.get_latest_revision_as_object() if item.latest_revision_id and frozen is None else item
    kind = frozen.facts["kind"] if frozen else page.kind
    if kind not in POLICY_KINDS:
        return None
    record = record_of(item)
    if record is None:
        return {"record": None, "may": not keeps(by, item.unit), "steps": steps(item, page, None)}
    shown = frozen or freeze_page(page, item.unit)
    return {
        "record": record,
        "may": not keeps(by, record),
        "sentence": sentence(life_of(record), timezone.localdate()),
        "faults": faults(record),
        "differences": differences(record, shown),
        "bases": list(record.relations.select_related("target")),
        "steps": steps(item, page, record),
    }


def steps(item: ItemPage, page: ItemPage, record: Any) -> list[tuple[str, bool, str]]:
    """Return the five steps of a policy document as (name, done, words) (P-20)."""
    out = Document.objects.filter(item_number=item.pk, published_at__isnull=False).first()
    attribute = bool(page.attribute and page.attribute_reason)
    consulted = bool(record and (record.consultation or record.exemption))
    words = (record.consultation or f"未征求：{record.exemption}") if consulted else "还没有记录"
    known = {
        "属性认定": (attribute, page.get_attribute_display() if attribute else "还没有认定属性和理由"),
        "公开征求意见": (consulted, words),
        "政策解读": _interpreted(out),
        "公开发布": (
            bool(out),
            f"{out.published_at:%Y-%m-%d}" if out and out.published_at else "还没有公开",
        ),
    }
    return [
        (name, *(known.get(name) or (STEPS[name](item) if name in STEPS else (False, "见相应的栏目"))))
        for name in CHAIN
    ]


def _interpreted(document: Document | None) -> tuple[bool, str]:
    """Whether a document is interpreted: the interpretation room says so through the register of what belongs together."""
    known = RELATIONS.get("interpretation")
    found = list(known.find(document)) if known and document else []
    return bool(found), f"已有解读{len(found)}篇" if found else "还没有公开的解读，或者方案认定不需要解读"


def bases_panel(item: ItemPage, by: "Actor", frozen: "Frozen | None") -> dict[str, Any] | None:
    """Return what the panel of a guide or a list shows: the policies it rests on."""
    if item.kind not in USING:
        return None
    document = document_of(item)
    rows = Relation.objects.filter(kind=Kind.USES, user=document).select_related("target")
    return {
        "document": document,
        "rows": list(rows),
        "may": frozen is None and not keeps(by, item.unit),
    }


def cleanup_entry(entry: "Entry", by: "Actor") -> dict[str, Any] | None:
    """Return what a unit's clean-up task shows: how many of its documents still lack a verdict."""
    made = entry.cleanup.round
    cases = made.cases.filter(body_id=entry.body_id)
    return {"round": made, "total": cases.count(), "left": cases.filter(verdict="").count()}


def validity_entry(entry: "Entry", by: "Actor") -> dict[str, Any] | None:
    """Return what an entry about a document's last day shows."""
    from django.utils import timezone

    record = entry.validity.record
    return {
        "record": record,
        "ends_on": entry.validity.ends_on,
        "sentence": sentence(life_of(record), timezone.localdate()),
    }
