"""Propose the unit that answers first (第一责任主体, M-05) and the watched field.

谁主管谁负责、属地管理: for one area, its unit for the field; for several areas or none, the government's
own unit for the field. The open-government office may choose another unit with a reason.
"""

from collections.abc import Sequence

from gongkai.core.units.models import Body
from gongkai.work.opinion.models import WatchField


def field_of(text: str, fields: Sequence[WatchField] | None = None) -> WatchField | None:
    """Return the watched field whose keywords occur most often in a text, or None."""
    known = list(WatchField.objects.all()) if fields is None else fields
    counted = [(sum(text.count(word) for word in one.keywords), -place, one) for place, one in enumerate(known)]
    best = max(counted, key=lambda row: row[:2], default=None)
    return best[2] if best and best[0] else None


def responder(field: WatchField | None, areas: Sequence[Body]) -> tuple[Body | None, str]:
    """Return the proposed unit and the reason, or None."""
    owners = list(field.bodies.filter(active_to=None, merged_into=None)) if field else []
    if len(areas) == 1:
        area = areas[0]
        place = area.name.removesuffix("人民政府") or area.label
        local = _counterpart(area, owners)
        if local:
            return local, f"只涉及{place}，由当地主管部门首先回应"
        return area, f"只涉及{place}，属地首先回应"
    if owners:
        why = "涉及多个地区，由本级主管部门首先回应" if areas else f"“{field}”领域由主管部门首先回应"
        return owners[0], why
    return None, ""


def _counterpart(area: Body, owners: Sequence[Body]) -> Body | None:
    """Return the unit of an area with the same name as one of these units, without place names."""
    tails = {_tail(body) for body in owners}
    units = Body.objects.filter(parent=area, active_to=None, merged_into=None).order_by("position", "pk")
    return next((body for body in units if _tail(body) in tails), None)


def _tail(body: Body) -> str:
    for mark in ("市", "区", "县", "州"):
        place, _, rest = body.name.partition(mark)
        if rest and len(place) <= 6:
            return rest
    return body.name
