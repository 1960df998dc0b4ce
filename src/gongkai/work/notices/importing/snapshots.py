"""Snapshots of a draft's rows as JSON, to restore them exactly."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core import serializers
from django.core.serializers.base import DeserializedObject
from django.db.models import Model, Q

from gongkai.lib.typed_json import read_record, read_records
from gongkai.work.notices.models import AwaitedAct, Duty, KeptOurs, Measure, MeasureUnit, Notice, Pairing, UnitMember

# Fields of the notice that change when the table is read again.
NOTICE_FIELDS = ("heads", "parsed", "remarks")


def take_snapshot(notice: Notice) -> dict[str, object]:
    """Return all rows, pairings, lower references and changed fields of a notice as JSON."""
    rows: list[Model] = [
        *AwaitedAct.objects.filter(notice=notice),
        *Measure.objects.filter(notice=notice),
        *MeasureUnit.objects.filter(measure__notice=notice),
        *UnitMember.objects.filter(unit__measure__notice=notice),
        *Duty.objects.filter(measure__notice=notice).prefetch_related("guided"),
        *_list_pairings(notice),
    ]
    below = Measure.objects.filter(parent__notice=notice).values_list("pk", "parent")
    return {
        "rows": json.loads(json.dumps(serializers.serialize("python", rows), default=_format_time)),
        "below": [list(pair) for pair in below],
        "notice": {name: getattr(notice, name) for name in NOTICE_FIELDS},
    }


def _format_time(value: date) -> str:
    """Format a time with microseconds, which Django's JSON serializer would cut."""
    return value.isoformat()


def _list_pairings(notice: Notice) -> list[Model]:
    """Return the rows that pair the notice's measures with other ones."""
    return [
        *Pairing.objects.filter(Q(notice=notice) | Q(other=notice)),
        *KeptOurs.objects.filter(Q(notice=notice) | Q(upper__notice=notice)),
    ]


@dataclass(frozen=True)
class DraftSnapshot:
    """A draft notice's rows as read from a snapshot: unsaved objects, and fields of the notice.

    `below` has (primary key, key of the parent row) for rows of lower notices.
    """

    rows: Sequence[DeserializedObject]
    below: Sequence[tuple[int, int]]
    fields: Mapping[str, object]


def read_snapshot(before: Mapping[str, object]) -> DraftSnapshot:
    """Return what `take_snapshot` stored; nothing is written."""
    rows = list(serializers.deserialize("python", read_records(before, "rows")))
    below = before.get("below")
    pairs = [(pk, parent) for pk, parent in below] if isinstance(below, list) else []
    return DraftSnapshot(rows, pairs, read_record(before, "notice"))


def restore_references(notice: Notice, before: DraftSnapshot) -> None:
    """Restore the references and fields of a notice whose rows are those of a snapshot again.

    References to rows that were deleted meanwhile are left out.
    """
    for act in (row.object for row in before.rows if isinstance(row.object, AwaitedAct)):
        if act._state.adding:  # no duty waits for it
            act.save(force_insert=True)
    guided = Duty.guided.through._base_manager
    guided.bulk_create(
        [
            guided.model(duty_id=row.object.pk, body_id=getattr(body, "pk", body))
            for row in before.rows
            if isinstance(row.object, Duty)
            for body in (row.m2m_data or {}).get("guided", ())
        ]
    )
    _restore_pairings([row for row in before.rows if isinstance(row.object, Pairing | KeptOurs)])
    parents = dict(before.below)
    children = list(Measure.objects.filter(pk__in=parents, parent=None))
    for child in children:
        child.parent_id = parents[child.pk]
    Measure.objects.bulk_update(children, ["parent"], batch_size=200)
    for name, value in before.fields.items():
        setattr(notice, name, value)
    notice.save(update_fields=list(before.fields))


def drop_missing_parents(measures: Sequence[Measure]) -> None:
    """Remove the parent of measures, not stored yet, whose parent was deleted."""
    parents = {measure.parent_id for measure in measures if measure.parent_id}
    existing = {measure.pk for measure in measures} | set(
        Measure.objects.filter(pk__in=parents).values_list("pk", flat=True)
    )
    for measure in measures:
        measure.parent_id = measure.parent_id if measure.parent_id in existing else None


def _restore_pairings(pairings: list[DeserializedObject]) -> None:
    """Store again the pairings of which all measures still exist."""
    sides = {id(row): _list_paired_measures(row.object) for row in pairings}
    measures = {number for some in sides.values() for number in some}
    existing = set(Measure.objects.filter(pk__in=measures).values_list("pk", flat=True))
    for row in pairings:
        if sides[id(row)] <= existing:
            row.save()


def _list_paired_measures(pairing: Model) -> set[int]:
    assert isinstance(pairing, Pairing | KeptOurs)
    return {number for number in (pairing.own_id, pairing.upper_id) if number is not None}
