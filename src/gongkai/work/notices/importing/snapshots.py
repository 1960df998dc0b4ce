"""Snapshots of a draft's rows as JSON, to restore measures, units, duties and pairings exactly."""

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
    """Return all rows of a notice as JSON."""
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
    return [
        *Pairing.objects.filter(Q(notice=notice) | Q(other=notice)),
        *KeptOurs.objects.filter(Q(notice=notice) | Q(upper__notice=notice)),
    ]


def delete_rows(notice: Notice) -> None:
    """Delete all rows of a notice."""
    Measure.objects.filter(notice=notice).delete()
    AwaitedAct.objects.filter(notice=notice).delete()


@dataclass(frozen=True)
class Snapshot:
    """A snapshot as read from JSON: rows not stored yet, lower rows with their parents, notice fields."""

    rows: Sequence[DeserializedObject]
    below: Sequence[tuple[int, int]]
    fields: Mapping[str, object]


def read_snapshot(before: Mapping[str, object]) -> Snapshot:
    """Return what `take_snapshot` stored; nothing is written."""
    rows = list(serializers.deserialize("python", read_records(before, "rows")))
    below = before.get("below")
    pairs = [(pk, parent) for pk, parent in below] if isinstance(below, list) else []
    return Snapshot(rows, pairs, read_record(before, "notice"))


def restore_snapshot(notice: Notice, before: Snapshot) -> None:
    """Replace the rows of a notice by those of a snapshot with their keys; drop dangling references."""
    delete_rows(notice)
    found = before.rows
    rows = [deserialized_object.object for deserialized_object in found]
    measures = [row for row in rows if isinstance(row, Measure)]
    own = {row.pk for row in measures}
    parents = {row.parent_id for row in measures if row.parent_id}
    there = own | set(Measure.objects.filter(pk__in=parents).values_list("pk", flat=True))
    for row in measures:
        row.parent_id = row.parent_id if row.parent_id in there else None
    kinds: tuple[type[Model], ...] = (AwaitedAct, Measure, MeasureUnit, UnitMember, Duty)
    for model in kinds:
        model._base_manager.bulk_create([row for row in rows if type(row) is model], batch_size=500)
    for deserialized_object in found:
        if isinstance(deserialized_object.object, Duty) and (
            guided := (deserialized_object.m2m_data or {}).get("guided")
        ):
            deserialized_object.object.guided.set(guided)
    _restore_pairings(
        [
            deserialized_object
            for kind in (Pairing, KeptOurs)
            for deserialized_object in found
            if isinstance(deserialized_object.object, kind)
        ]
    )
    for pk, parent in before.below:
        Measure.objects.filter(pk=pk, parent=None).update(parent=parent)
    for name, value in before.fields.items():
        setattr(notice, name, value)
    notice.save(update_fields=list(before.fields))


def _restore_pairings(pairings: list[DeserializedObject]) -> None:
    sides = {id(deserialized_object): _paired_measures(deserialized_object.object) for deserialized_object in pairings}
    measures = {number for some in sides.values() for number in some}
    there = set(Measure.objects.filter(pk__in=measures).values_list("pk", flat=True))
    for deserialized_object in pairings:
        if sides[id(deserialized_object)] <= there:
            deserialized_object.save()


def _paired_measures(pairing: Model) -> set[int]:
    """Return the keys of the measures of a pairing."""
    assert isinstance(pairing, Pairing | KeptOurs)
    return {number for number in (pairing.own_id, pairing.upper_id) if number is not None}
