"""Registers of screenings and their results (W-09)."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.core.ledger.queries import annotate_openable
from gongkai.core.registers.columns import FILE_AND_RECORD, Column
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.record import RecordTable
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.work.newmedia import actions, queries
from gongkai.work.newmedia.account_sections import render_entry_link
from gongkai.work.newmedia.forms import DECISION_FIELDS, make_add_account_act
from gongkai.work.newmedia.models import Hit, Screening
from gongkai.work.newmedia.registers import NEWMEDIA_SECTION


def _render_order(row: Hit) -> SafeString | str:
    """Return number and state of the ordered rectification; "" without one."""
    if row.entry is None:
        return ""
    return format_html("{}　{}", render_entry_link(row, row.entry, row.entry.number), row.entry.state_label)


SCREENING_HIT_COLUMNS = (
    Column(
        "account",
        cell=lambda row: format_html(
            '<a href="{}">{}</a>', reverse("newmedia:account", args=[row.account_id]), row.account
        ),
    ),
    Column("body", "主办单位", value=lambda row: row.account.body),
    Column("reasons", value=lambda row: row.reasons_label, width=36),
    "words",
    "decision",
    Column("decision_words", "理由或者要求"),
    "decided_on",
    Column("decided_by", at=FILE_AND_RECORD),
    Column("entry", value=lambda row: row.entry.number if row.entry else "", cell=_render_order),
)
DECIDE_SCREENING_HIT_ACT = Act(
    action=actions.decide_screening_hit,
    fields=("decision", "words", "until"),
    asks=DECISION_FIELDS,
    initial=lambda by, row: {"words": "", "decision": ""},
    label="处理",
    done="已决定。",
)


class ScreeningRegister(Register[Screening]):
    """Register of screenings, newest quarter first."""

    name, model, title, section = "newmedia.screenings", Screening, "排查整治", NEWMEDIA_SECTION
    record_route = "screening"
    file_name = "新媒体排查"
    columns = (
        Column("quarter", value=str, order="quarter"),
        Column("body", "范围（本级及所属单位）"),
        Column("looked_at", "账号"),
        Column("hit_count", "有问题", value=lambda row: row.hit_count, number=True, order="hit_count"),
        Column("open_count", "待处理", value=lambda row: row.open_count, number=True, order="open_count"),
    )
    filters = ("body",)
    intro = (
        "每季度排查：更新不及时、无资金保障、无专人维护、关注度低等由系统列出，运行效果差、“娱乐化”“空壳化”由人列入；"
        "逐个作出处理决定，整改、整合、关停的自动下达整改要求。"
    )
    empty = "还没有排查过。每季度自动开展一次，也可以随时开展。"
    new = New(
        action=actions.open_screening,
        label="开展本季度排查",
        targets=queries.list_screened_governments,
        target_label="排查范围（该政府及所属单位）",
        done="已排查。",
    )
    acts = (make_add_account_act("hits"),)
    parts = (
        RecordTable(
            name="hits",
            title="有问题的账号",
            model=Hit,
            rows=queries.list_screening_hits,
            columns=SCREENING_HIT_COLUMNS,
            acts=(DECIDE_SCREENING_HIT_ACT,),
            empty="没有发现有问题的账号。",
        ),
    )

    def rows(self, by: Actor) -> QuerySet[Screening]:
        """Return the visible screenings with counts of listed and undecided accounts."""
        query = Q(hits__in=queries.screening_hits_visible_to(by).values("pk"))
        undecided = Count("hits", filter=query & Q(hits__decision=""))
        return super().rows(by).annotate(hit_count=Count("hits", filter=query), open_count=undecided)

    def record_links(self, by: Actor, row: Screening) -> Sequence[tuple[str, str]]:
        """Return the link to the list as a file."""
        return (("导出清单", f"{reverse('newmedia:hits')}?screening={row.pk}&export=1"),)


class ScreeningHitRegister(Register[Hit]):
    """Register of the problems found by all quarterly checks of accounts."""

    name, model, title = "newmedia.hits", Hit, "排查问题清单"
    section = (*NEWMEDIA_SECTION, ("排查整治", "newmedia:screenings"))
    columns = (Column("screening"), *SCREENING_HIT_COLUMNS)
    main = "account"
    filters = ("screening", "decision")
    search_fields = ("account__name", "account__body__name", "words")
    has_record = False
    ordering = ("-screening__quarter", "account__body__position", "pk")
    empty = "没有排查出有问题的账号。"

    def rows(self, by: Actor) -> QuerySet[Hit]:
        """Return the visible results; `opens`: the user may open the rectification."""
        return annotate_openable(super().rows(by), by)
