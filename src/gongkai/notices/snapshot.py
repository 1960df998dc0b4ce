"""The rows of a draft as data, to be put back exactly: measures, units, duties, what persons paired, what they were numbered."""

import json
from datetime import date
from typing import Any

from django.core import serializers
from django.db.models import Model, Q

from gongkai.notices.models import (
    AwaitedAct,
    Duty,
    KeptOurs,
    Measure,
    MeasureUnit,
    Notice,
    Pairing,
    UnitMember,
)

#: What of the notice itself a new reading changes.
FIELDS = ("heads", "parsed", "remarks")


def take(notice: Notice) -> dict[str, object]:
    """Return all rows of a notice as JSON."""
    rows: list[Model] = [
        *AwaitedAct.objects.filter(notice=notice),
        *Measure.objects.filter(notice=notice),
        *MeasureUnit.objects.filter(measure__notice=notice),
        *UnitMember.objects.filter(unit__measure__notice=notice),
        *Duty.objects.filter(measure__notice=notice).prefetch_related("guided"),
        *_pairings(notice),
    ]
    below = Measure.objects.filter(parent__notice=notice).values_list("pk", "parent")
    return {
        "rows": json.loads(json.dumps(serializers.serialize("python", rows), default=_in_full)),
        "below": [list(pair) for pair in below],
        "notice": {name: getattr(notice, name) for name in FIELDS},
    }


def _in_full(value: date) -> str:
    """Write a time to the microsecond: the JSON serializer of Django would cut it."""
    return value.isoformat()


def _pairings(notice: Notice) -> list[Model]:
    """What persons said of this notice's measures beside another's, on either side."""
    return [
        *Pairing.objects.filter(Q(notice=notice) | Q(other=notice)),
        *KeptOurs.objects.filter(Q(notice=notice) | Q(upper__notice=notice)),
    ]


def clear(notice: Notice) -> None:
    """Remove all rows of a notice."""
    Measure.objects.filter(notice=notice).delete()
    AwaitedAct.objects.filter(notice=notice).delete()


def put_back(notice: Notice, before: dict[str, Any]) -> None:
    """Replace the rows of a notice by those of a snapshot, numbers included. What they pointed to and is gone, they point to no more."""
    clear(notice)
    found: dict[type[Model], list[Any]] = {}
    for one in serializers.deserialize("python", before["rows"]):
        found.setdefault(type(one.object), []).append(one)
    own = {one.object.pk for one in found.get(Measure, ())}
    parents = {one.object.parent_id for one in found.get(Measure, ()) if one.object.parent_id}
    there = own | set(Measure.objects.filter(pk__in=parents).values_list("pk", flat=True))
    for one in found.get(Measure, ()):
        one.object.parent_id = one.object.parent_id if one.object.parent_id in there else None
    for model in (AwaitedAct, Measure, MeasureUnit, UnitMember, Duty):
        model._base_manager.bulk_create([one.object for one in found.get(model, ())], batch_size=500)
    for one in found.get(Duty, ()):
        if guided := one.m2m_data.get("guided"):
            one.object.guided.set(guided)
    _pair_again([*found.get(Pairing, ()), *found.get(KeptOurs, ())])
    for pk, parent in before["below"]:
        Measure.objects.filter(pk=pk, parent=None).update(parent=parent)
    for name, value in before["notice"].items():
        setattr(notice, name, value)
    notice.save(update_fields=list(before["notice"]))


def _pair_again(pairings: list[Any]) -> None:
    measures = {
        number
        for one in pairings
        for number in (one.object.own_id, one.object.upper_id)
        if number is not None
    }
    there = set(Measure.objects.filter(pk__in=measures).values_list("pk", flat=True))
    for one in pairings:
        if {one.object.own_id, one.object.upper_id} - {None} <= there:
            one.save()
