"""年度目录: the catalogues of major decisions, with the governments that have none for a year (D-01)."""

from django import forms
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.participation import actions, queries
from gongkai.participation.models import Catalogue
from gongkai.registers.columns import Column
from gongkai.registers.filters import Chosen, Year
from gongkai.registers.forms import New
from gongkai.registers.register import Register
from gongkai.units.actors import Actor
from gongkai.units.models import Body
from gongkai.units.reach import GOVERNMENTS, bodies_of


def _published(row: Catalogue) -> str:
    return timezone.localtime(row.shown_at).date().isoformat() if row.shown_at else "尚未公布"


class Catalogues(Register[Catalogue]):
    """The catalogues of a year; a government that has none is named."""

    name, model, title = "participation.catalogues", Catalogue, "年度重大行政决策事项目录"
    section = (("决策预公开", "participation:decisions"),)
    columns = (
        Column("catalogue", "目录", value=str, order=""),
        "body",
        "year",
        Column(
            "decisions", "事项", value=lambda row: row.decision_count, number=True, order="decision_count"
        ),
        Column("changes", "调整", value=lambda row: row.change_count, number=True, order="change_count"),
        Column("shown_at", "公布", cell=_published),
        "consent",
    )
    filters = (Year("year"), "body")
    words = ("body__name", "consent")
    intro = "目录经同级党委同意后公布，并根据实际情况调整（国令第713号第三条）。"
    empty = "还没有目录。导入表格会自动建立，也可以先建立再逐项列入。"
    has_record = False
    importer = "decisions"
    new = New(
        action=actions.open_catalogue,
        label="建立目录",
        targets=queries.bodies_with_catalogue,
        asks={"year": forms.IntegerField(label="年度", min_value=2000, max_value=2100)},
        initial=lambda by, row: {"year": timezone.localdate().year},
        done="已建立，请逐项列入，或者导入表格。",
    )

    def rows(self, by: Actor) -> QuerySet[Catalogue]:
        """Return the catalogues, each with how many decisions and changes it has."""
        counts = {
            "decision_count": Count("decisions", distinct=True),
            "change_count": Count("changes", distinct=True),
        }
        return super().rows(by).annotate(**counts)

    def url_of(self, row: Catalogue) -> str:
        """Return the catalogue's own page."""
        return reverse("participation:catalogue", args=[row.pk])

    def owing(self, by: Actor, chosen: Chosen) -> QuerySet[Body] | None:
        """Return the governments that somebody sees: each has a catalogue for the year (国令第713号第三条)."""
        if chosen.year is None:
            return None
        return bodies_of(by).filter(kind__in=GOVERNMENTS, active_to=None, merged_into=None)
