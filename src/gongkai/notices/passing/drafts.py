"""Reading drafts of child notices, and the printable notice that a draft makes."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from gongkai.notices.expansion import with_parts
from gongkai.notices.models import ChildDraft, Measure, Notice, Part
from gongkai.notices.passing.wording import Place, place_of, substituted, table_title, units
from gongkai.notices.queries.visible import SUPERVISING
from gongkai.units.actors import Actor, actor_of
from gongkai.units.models import Body, BodyKind, Role
from gongkai.writing.notice import Line, OutNotice

#: The cells of a row, with their names and lengths.
CELLS = {
    "section": ("工作任务", 300),
    "item": ("二级任务", 300),
    "text": ("贯彻举措", 20_000),
    "lead": ("牵头单位", 2_000),
    "responsible": ("责任单位", 2_000),
    "limit": ("完成时限", 200),
}
MOST = 500


def drafts_visible_to(user: object) -> QuerySet[ChildDraft]:
    """Return the drafts that somebody may see: those of the governments they supervise."""
    actor = actor_of(user)
    if actor.system:
        return ChildDraft.objects.all()
    seen = Q(pk__in=())
    for post in actor.posts:
        if post.role in SUPERVISING:
            seen |= Q(government__path__startswith=post.reach)
    return ChildDraft.objects.filter(seen)


def governments_of(actor: Actor) -> list[Body]:
    """Return the governments for which somebody may draft: those whose 政务公开办 they are, the nearest first."""
    rows = Body.objects.filter(kind__in=(BodyKind.GOVERNMENT, BodyKind.DISTRICT, BodyKind.TOWNSHIP)).order_by(
        "path"
    )
    return [one for one in rows if actor.system or actor.reaches(Role.CHIEF, path=one.path)]


def choosable(notice: Notice) -> QuerySet[Measure]:
    """Return the measures of a notice that can be passed on, with units."""
    return with_parts(notice.measures.filter(dropped=False, preamble=False).order_by("position", "pk"))


def first_rows(measures: Sequence[Measure], place: Place) -> list[dict[str, Any]]:
    """Return the rows of a new draft: the measures with one's own place and level put in."""
    return [
        {
            "measure": one.pk,
            "section": one.section,
            "item": one.item,
            "text": substituted(one.text, place),
            "lead": units(_names(one, Part.LEAD), place),
            "responsible": units(_names(one, Part.RESPONSIBLE), place),
            "limit": _limit(one),
        }
        for one in measures
    ]


def _limit(measure: Measure) -> str:
    """Return what the source's own column of limits says."""
    found = (str(text) for head, text in measure.extras.items() if "时限" in head or "时间" in head)
    return next((text for text in found if text.strip("—- ")), "")[:200]


def _names(measure: Measure, part: str) -> list[str]:
    return [one.printed for one in measure.units.all() if one.part == part]


def printable(draft: ChildDraft) -> OutNotice:
    """Return the notice as it is printed."""
    return OutNotice(
        title=draft.title,
        doc_number=draft.doc_number,
        issuer=draft.issuer_name,
        addressee=draft.addressee,
        preamble=draft.preamble,
        signed_on=draft.signed_on,
        table_title=table_title(place_of(draft.government.name), draft.source.year),
        rows=[
            Line(
                row["section"],
                row["item"],
                row["text"],
                row["lead"],
                row["responsible"],
                row.get("limit", ""),
            )
            for row in draft.rows
        ],
    )
