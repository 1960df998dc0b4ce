"""排查整治: each quarter's screening of a government's accounts, as a register."""

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from gongkai.newmedia import actions, queries
from gongkai.newmedia.models import Screening
from gongkai.registers.columns import Column
from gongkai.registers.forms import New
from gongkai.registers.register import Register
from gongkai.units.actors import Actor


class Screenings(Register[Screening]):
    """Screenings, the newest quarter first; what speaks against which account stands on each one's own page."""

    name, model, title = "newmedia.screenings", Screening, "排查整治"
    section = (("政务新媒体", "newmedia:index"),)
    file_name = "新媒体排查"
    columns = (
        Column("quarter", value=str, order="quarter"),
        Column("body", "范围（本级及所属单位）"),
        Column("looked_at", "账号"),
        Column("hit_count", "有问题", value=lambda row: row.hit_count, number=True, order="hit_count"),
        Column("open_count", "待处理", value=lambda row: row.open_count, number=True, order="open_count"),
    )
    filters = ("body",)
    has_record = False
    intro = (
        "每季度排查：更新不及时、无资金保障、无专人维护、关注度低等由系统列出，运行效果差、“娱乐化”“空壳化”由人列入；"
        "逐个作出处理决定，整改、整合、关停的自动下达整改要求。"
    )
    empty = "还没有排查过。每季度自动开展一次，也可以随时开展。"
    new = New(
        action=actions.open_screening,
        label="开展本季度排查",
        targets=queries.chief_bodies,
        target_label="排查范围（该政府及所属单位）",
        done="已排查。",
    )

    def rows(self, by: Actor) -> QuerySet[Screening]:
        """Return the screenings that somebody sees, with how many accounts were named and wait for a decision."""
        undecided = Count("hits", filter=Q(hits__decision=""))
        return super().rows(by).annotate(hit_count=Count("hits"), open_count=undecided)

    def url_of(self, row: Screening) -> str:
        """Return the screening's own page."""
        return reverse("newmedia:screening", args=[row.pk])
