"""What the actions of this room share: saving with the version, cleaning names, saying what changed."""

from datetime import date
from typing import Any

from django.db.models import Model, Q
from django.utils import timezone

from gongkai.acts.action import Refused
from gongkai.units.models import Alias, Body
from gongkai.units.naming.spelling import clean


def save(row: Any) -> None:
    """Save a row and count its version, so that whoever looked at it before is told."""
    row.version += 1
    row.save()


def name_of(words: str, *, what: str = "全称", most: int = 120) -> str:
    """Return a name without outer and double blanks.

    Raises:
        Refused: empty or too long.
    """
    name = " ".join(words.split())
    if not name:
        raise Refused(f"请填写{what}。")
    if len(name) > most:
        raise Refused(f"{what}不能超过{most}个字。")
    return name


def set_fields(row: Model, fields: dict[str, Any], allowed: frozenset[str]) -> list[str]:
    """Set fields and return what changed, in Chinese: 简称由“甲”改为“乙”."""
    unknown = set(fields) - allowed
    assert not unknown, f"not to be set here: {unknown}"
    said = []
    for name, value in fields.items():
        field = row._meta.get_field(name)
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            said.append(f"{field.verbose_name}由“{_shown(field, before)}”改为“{_shown(field, value)}”")  # type: ignore[union-attr]
    return said


def _shown(field: Any, value: Any) -> str:
    labels = dict(field.flatchoices or ())
    return str(labels.get(value, "" if value is None else value)) or "空"


def today_or(day: date | None) -> date:
    """Return the day, or today."""
    return day or timezone.localdate()


def who_is_called(name: str, body: Body) -> Body | None:
    """Return another body under the same government that has this name, short name or alias; None where the name is free.

    Merged and closed bodies do not count: their names may go to their successors.
    """
    spellings = {name, clean(name)}
    family = Body.objects.filter(parent=body.parent_id).exclude(pk=body.pk)
    for other in family.filter(Q(name__in=spellings) | Q(short_name__in=spellings)):
        if other.alive:
            return other
    taken = Alias.objects.filter(name__in=spellings, body__parent=body.parent_id).exclude(body_id=body.pk)
    for alias in taken.select_related("body"):
        if alias.body.alive:
            return alias.body
    return None


def refuse_taken(name: str, body: Body) -> None:
    """Refuse a name that already means another body of the same government: nobody could tell who is meant."""
    other = who_is_called(name, body)
    if other is not None:
        raise Refused(f"“{name}”已是“{other.name}”的名称，同一政府下不能重名。")
