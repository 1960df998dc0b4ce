"""Helpers shared by the actions of units: saving, name cleaning, descriptions of changes."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Model, Q
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Alias, Body
from gongkai.core.units.naming.spelling import clean_name

if TYPE_CHECKING:
    from gongkai.core.units.models import Person, UnitGroup


def save(row: "Body | UnitGroup | Person") -> None:
    """Save a row; the action increases its version afterwards."""
    row.save()


def tidy_name(text: str, *, field: str = "全称", limit: int = 120) -> str:
    """Return a typed name without outer and repeated spaces; the refusal contains the name of the `field`.

    Raises:
        Refused: the name is empty or too long.
    """
    name = " ".join(text.split())
    if not name:
        raise Refused(f"请填写{field}。")
    if len(name) > limit:
        raise Refused(f"{field}不能超过{limit}个字。")
    return name


def set_fields(row: Model, fields: Mapping[str, object], allowed: frozenset[str]) -> list[str]:
    """Set fields of a row without saving it; return the changes in Chinese, for example 简称由“甲”改为“乙”."""
    unknown = set(fields) - allowed
    assert not unknown, f"not to be set here: {unknown}"
    changes = []
    for name, value in fields.items():
        field = row._meta.get_field(name)
        old_value = getattr(row, name)
        if old_value != value:
            setattr(row, name, value)
            change = f"由“{_format_value(field, old_value)}”改为“{_format_value(field, value)}”"
            changes.append(f"{field.verbose_name}{change}")  # type: ignore[union-attr]
    return changes


def _format_value(field: object, value: object) -> str:
    labels = dict(field.flatchoices or ()) if isinstance(field, models.Field) else {}
    return str(labels.get(value, "" if value is None else value)) or "空"


def day_or_today(day: date | None) -> date:
    """Return the day, or today if it is None."""
    return day or timezone.localdate()


def get_last_day(start: date, day: date) -> date:
    """Return the last day of an appointment that is ended on `day`: not before its first day, unless that is to come;
    then the day before it, so that it never runs."""
    return max(day, start if start <= timezone.localdate() else start - timedelta(days=1))


def find_name_owner(names: set[str], body: Body) -> tuple[str, Body] | None:
    """Return (name, unit) if another unit of the same government has one of these names; None if all are free.

    Merged and closed bodies do not count: their names may pass
    to their successors.
    """
    spellings = names | {clean_name(name) for name in names}
    family = Body.objects.filter(parent=body.parent_id).exclude(pk=body.pk)
    for other_body in family.filter(Q(name__in=spellings) | Q(short_name__in=spellings)):
        if other_body.alive:
            return (other_body.name if other_body.name in spellings else other_body.short_name), other_body
    aliases = Alias.objects.filter(name__in=spellings, body__parent=body.parent_id).exclude(body_id=body.pk)
    for alias in aliases.select_related("body"):
        if alias.body.alive:
            return alias.name, alias.body
    return None


def refuse_taken_name(name: str, body: Body, *, other_name: str = "") -> None:
    """Refuse names that another body of the same government already has."""
    name_owner = find_name_owner({name, other_name} - {""}, body)
    if name_owner is not None:
        raise Refused(f"“{name_owner[0]}”已是“{name_owner[1].name}”的名称，同一政府下不能重名。")
