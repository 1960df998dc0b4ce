"""What the pages of this room share: who acts, which units they see."""

from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpResponse

from gongkai.exchange import Sheet, write_xlsx
from gongkai.publishing.rules import WRITING
from gongkai.publishing.views.common import bodies_seen, does, item_seen, staff, whole
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Role

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

__all__ = ["bodies_seen", "does", "item_seen", "spreadsheet", "staff", "whole", "writable"]


def writable(by: Actor) -> QuerySet[Body]:
    """Return the units for which somebody may record something: the own ones, and those below the own 政务公开 office."""
    seen = bodies_seen(by).filter(active_to=None, merged_into=None)
    if by.has(Role.CHIEF):
        return seen.order_by("position", "pk")
    own = [post.body_id for post in by.posts if post.role in WRITING]
    return seen.filter(pk__in=own).order_by("position", "pk")


def spreadsheet(sheet: Sheet, rows: list[Any], name: str) -> HttpResponse:
    """Return rows as an .xlsx file to be saved."""
    response = HttpResponse(write_xlsx(sheet, rows), content_type=_XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}.xlsx"
    return response
