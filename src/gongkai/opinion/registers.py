"""政务舆情, 舆情线索, 公开承诺 as the ledger has them; 新闻发言人, 关注领域, 舆情来源, 承诺主题 of the 政务公开办 (M-05, M-07, M-10)."""

from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_filters import ChoiceFilter

from gongkai.acts.pages import run_with_messages
from gongkai.ledger.columns import due, standing, titled, unit, unit_filter
from gongkai.opinion import actions
from gongkai.opinion.importing import CASES, PROMISES
from gongkai.opinion.importing.cases import exported as exported_cases
from gongkai.opinion.importing.promises import exported as exported_promises
from gongkai.opinion.models import (
    Feed,
    Lead,
    LeadState,
    OpinionCase,
    Promise,
    PromiseTopic,
    Spokesperson,
    WatchField,
)
from gongkai.opinion.queries import cases, promises
from gongkai.opinion.rules import chief_bodies
from gongkai.opinion.views.common import own_bodies
from gongkai.registers.columns import FILED, Column, chip, link, shown
from gongkai.registers.filters import Year
from gongkai.registers.forms import Act, New
from gongkai.registers.register import Listing, Register
from gongkai.registers.ticking import Ticks
from gongkai.ui.templatetags.ui import period
from gongkai.units.actors import Actor, actor_of, in_force
from gongkai.units.door import visible
from gongkai.units.forms.base import PersonChoice
from gongkai.units.models import Appointment, Body, Person
from gongkai.units.queries import with_people
from gongkai.units.reach import GOVERNMENTS

SECTION = ("舆情和承诺",)


@visible(Spokesperson)
def spokespeople_visible_to(user: object) -> QuerySet[Spokesperson]:
    """Return the spokespeople: the public may know who they are, all staff see the register."""
    rows = Spokesperson.objects.select_related("body", "person")
    return rows if actor_of(user).known else rows.none()


@visible(Feed)
def feeds_visible_to(user: object) -> QuerySet[Feed]:
    """Return the feeds of the units under somebody's 政务公开办."""
    return Feed.objects.filter(body__in=chief_bodies(actor_of(user))).select_related("body")


@visible(WatchField)
def fields_visible_to(user: object) -> QuerySet[WatchField]:
    """Return the watched fields: all staff see who answers for what."""
    rows = WatchField.objects.prefetch_related("bodies")
    return rows if actor_of(user).known else rows.none()


@visible(PromiseTopic)
def topics_visible_to(user: object) -> QuerySet[PromiseTopic]:
    """Return the topics of promises, which the public reads, too."""
    return PromiseTopic.objects.all() if actor_of(user).known else PromiseTopic.objects.none()


def governments(by: Actor) -> QuerySet[Body]:
    """Return the governments whose 政务公开办 somebody is; the unit itself where it stands under none."""
    units = chief_bodies(by)
    own = units.filter(kind__in=GOVERNMENTS)
    return own if own.exists() else units


def _people(by: Actor, row: Spokesperson | None) -> QuerySet[Person]:
    posts = Appointment.objects.filter(in_force(), body__in=chief_bodies(by))
    rows = Person.objects.filter(pk__in=posts.values("person"))
    return with_people(rows).order_by("name", "pk")


def _serving(rows: QuerySet[Spokesperson], name: str, value: str) -> QuerySet[Spokesperson]:
    return rows.filter(end=None) if value == "now" else rows.exclude(end=None)


class Spokespeople(Register[Spokesperson]):
    """Who speaks for a unit; of a government, for the units under it, too."""

    name, model, title, section = "opinion.spokespeople", Spokesperson, "新闻发言人", SECTION
    columns = (
        "body",
        Column("person", "发言人", value=lambda row: row.person.name, order="person__name"),
        "title",
        "phone",
        "start",
        "end",
    )
    main = "person"
    filters = (
        (
            "serving",
            ChoiceFilter(
                label="任职",
                choices=[("now", "在任"), ("past", "已卸任")],
                empty_label="全部",
                method=_serving,
            ),
        ),
        "body",
    )
    usual = {"serving": "now"}
    words = ("person__name", "title", "phone")
    intro = "本级政府的发言人，也可以为所属各单位发言。卸任的保留在登记中。"
    empty = "还没有确定新闻发言人。"
    new = New(
        action=actions.appoint_spokesperson,
        label="确定新闻发言人",
        targets=chief_bodies,
        asks={"person": PersonChoice(label="发言人", help_text="从所选单位自己的人员中确定。")},
        offers={"person": _people},
        done="已保存。",
    )
    acts = (
        Act(
            action=actions.release_spokesperson,
            label="卸任",
            when=lambda row: row.end is None,
            done="已卸任，登记保留。",
        ),
    )

    def missing(self, listing: Listing[Spokesperson]) -> list[Body] | None:
        """Return the governments without anybody who speaks today, whatever was chosen."""
        serving = Spokesperson.objects.filter(end=None).values("body")
        return list(self.owing(listing.by, listing.chosen).exclude(pk__in=serving).order_by("position", "pk"))

    def owing(self, by: Actor, chosen: object) -> QuerySet[Body]:
        """Return the governments whose 政务公开办 somebody is."""
        return chief_bodies(by).filter(kind__in=GOVERNMENTS)


def _owners(row: WatchField) -> SafeString | str:
    named = "、".join(body.label for body in row.bodies.all())
    return named or format_html('<span class="gk-chip gk-chip--warn">{}</span>', "未确定责任单位")


def _owned(rows: "QuerySet[WatchField]", name: str, value: str) -> "QuerySet[WatchField]":
    counted = rows.annotate(owners=Count("bodies", distinct=True))
    return counted.filter(Q(owners=0) if value == "none" else Q(owners__gt=0))


class Fields(Register[WatchField]):
    """Fields whose public opinion is watched, with the units that answer for them (M-07)."""

    name, model, title, section = "opinion.fields", WatchField, "舆情关注领域", SECTION
    columns = (
        "name",
        Column(
            "bodies",
            "责任单位",
            value=lambda row: "、".join(body.name for body in row.bodies.all()),
            cell=_owners,
            order="",
        ),
        "words",
        "source",
    )
    filters = (
        (
            "owned",
            ChoiceFilter(
                label="责任单位",
                choices=[("none", "未确定的"), ("named", "已确定的")],
                empty_label="全部",
                method=_owned,
            ),
        ),
    )
    words = ("name", "words", "source")
    intro = "舆情按领域和涉及的地区提出首要责任单位；领域来自任务分工通知。"
    empty = "还没有设定关注领域。"
    has_record = False
    new = New(
        action=actions.set_field,
        label="新增、修改领域",
        targets=governments,
        target_label="本级政府",
        fields=("name", "bodies", "words", "source"),
        offers={"bodies": lambda by, row: chief_bodies(by)},
        note="已有的同名领域会被修改。",
        done="已保存。",
    )
    acts = (
        Act(
            action=actions.change_field,
            label="修改",
            fields=("bodies", "words", "source"),
            offers={"bodies": lambda by, row: chief_bodies(by)},
            done="已保存。",
        ),
    )


class Feeds(Register[Feed]):
    """Addresses that are polled for what is being said."""

    name, model, title, section = "opinion.feeds", Feed, "舆情来源", SECTION
    columns = (
        "name",
        "body",
        "address",
        "words",
        "active",
        "polled_at",
        Column(
            "failed",
            cell=lambda row: (
                row.failed and format_html('<span class="gk-chip gk-chip--warn">{}</span>', row.failed)
            ),
        ),
    )
    filters = ("body", "active")
    words = ("name", "address", "words")
    empty = "还没有设定来源。没有来源时，可以导入监测报表。"
    has_record = False
    new = New(action=actions.add_feed, label="新增来源", targets=chief_bodies, done="已保存。")
    acts = (Act(action=actions.switch_feed, label="启用、停用", done="已保存。"),)

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Say where nothing is polled."""
        return (
            ""
            if settings.GONGKAI_FEEDS
            else "本安装没有开放对外访问（GONGKAI_FEEDS），来源不会自动收取。可以导入监测报表。"
        )


class Topics(Register[PromiseTopic]):
    """Topics under which the public finds promises."""

    name, model, title, section = "opinion.topics", PromiseTopic, "承诺主题", SECTION
    columns = ("name", Column("promises", "承诺", value=lambda row: row.count, number=True, order="count"))
    words = ("name",)
    empty = "还没有设定主题。"
    has_record = False
    new = New(
        action=actions.set_topic,
        label="新增主题",
        targets=governments,
        target_label="本级政府",
        done="已保存。",
    )

    def rows(self, by: Actor) -> QuerySet[PromiseTopic]:
        """Return the topics, each with how many promises stand under it."""
        return super().rows(by).annotate(count=Count("promises"))


def _case_in_tab(rows: QuerySet[OpinionCase], name: str, value: str) -> QuerySet[OpinionCase]:
    return cases.in_tab(rows, value)


def _judged(row: OpinionCase) -> SafeString | str:
    if not row.kind:
        return "待研判"
    return format_html(
        '{}<br><span class="gk-soft">{}</span>', row.get_kind_display(), row.get_level_display()
    )


def _responded(row: OpinionCase) -> SafeString | str:
    return chip("逾期回应", row.responded_at) if row.was_late else shown(row.responded_at)


class Cases(Register[OpinionCase]):
    """The ledger of public opinion; its file is read back."""

    name, model, title, section = "opinion.cases", OpinionCase, "政务舆情", SECTION
    columns = (
        titled("舆情", lambda row: row.platform),
        standing(),
        unit(),
        Column("kind", "类型、等级", value=OpinionCase.get_kind_display, cell=_judged, order="kind"),
        "found_at",
        due("回应时限", hours=True),
        Column(
            "responded_at",
            "回应",
            value=lambda row: row.responded_at,
            cell=_responded,
            order="responded_at",
        ),
    )
    file_sheet, file_name, importer = CASES.sheet, "政务舆情台账", CASES.name
    tabs, usual = "tab", {"tab": "open"}
    filters = (
        (
            "tab",
            ChoiceFilter(
                label="分类",
                choices=[(name, label) for name, (label, _) in cases.TABS.items()],
                empty_label=None,
                method=_case_in_tab,
            ),
        ),
        ("unit", unit_filter()),
        "kind",
        "field",
        Year("entry__year"),
    )
    words = ("entry__title", "text")
    order = (F("entry__closed_at").desc(nulls_first=True), "entry__due_at")
    empty = "这一类没有舆情。发现涉及本地区、本部门的舆情，请登记；也可以导入监测报表。"
    has_record = False
    new_label = "登记舆情"

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Say within which hours the law wants an answer."""
        times = [period(f"opinion.{name}") for name in ("authoritative", "press", "response")]
        return (
            "收集、会商、研判、回应、评估，五个环节逐一留痕。涉及特别重大、重大突发事件的{}内发布权威信息、{}内举行新闻发布会，"
            "其他{}内回应，按实际小时计算。"
        ).format(*times)

    def filed(self, listing: Listing[OpinionCase]) -> Iterable[object]:
        """Return the cases as the importer reads them."""
        return exported_cases(listing.rows)

    def url_of(self, row: OpinionCase) -> str:
        """Return the entry's page."""
        return row.entry.url

    def new_url(self, by: Actor) -> str:
        """Return where a case is registered."""
        return reverse("opinion:collect") if own_bodies(by).exists() else ""

    def totals(self, listing: Listing[OpinionCase]) -> Sequence[tuple[str, object]]:
        """Return how many leads wait: their clock runs already."""
        waiting = cases.new_leads(listing.by).count()
        if not waiting:
            return ()
        way = format_html('<a href="{}">{}条</a>', reverse("opinion:leads"), waiting)
        return (("等待甄别的线索，回应时限自收到时起算", way),)


def _lead_title(row: Lead) -> SafeString | str:
    if not row.address:
        return row.title
    new = '<a href="{}" rel="noopener noreferrer" target="_blank">{}<span class="gk-sr">（新窗口）</span></a>'
    return format_html(new, row.address, row.title)


def _became(row: Lead) -> SafeString | str:
    return link(row.case.entry) if row.case else row.reason


class Leads(Register[Lead]):
    """What feeds brought: which is a case, which is none."""

    name, model, title = "opinion.leads", Lead, "舆情线索"
    section = (*SECTION, ("政务舆情", "opinion:cases"))
    columns = (
        Column("title", "线索", value=lambda row: row.title, cell=_lead_title, order="title", width=40),
        "text",
        Column("feed__name", "来源"),
        "found_at",
        "written_at",
        Column("address", at=FILED),
        Column(
            "became",
            "去向",
            value=lambda row: row.case.entry.number if row.case else row.reason,
            cell=_became,
        ),
    )
    tabs, filters, usual = "state", ("state", "feed"), {"state": LeadState.NEW}
    words = ("title", "text")
    intro = "由“舆情来源”中设定的来源自动收取。立案的，回应时限自收到线索时起算，请尽快甄别。"
    empty = "没有等待甄别的线索。"
    has_record = False
    acts = (
        Act(
            action=actions.open_lead,
            fields=None,
            quick=True,
            done="已立案。",
            then=lambda made: made.entry.url,
        ),
        Act(action=actions.drop_lead, done="已标为不立案。"),
    )


def _promise_in_tab(rows: QuerySet[Promise], name: str, value: str) -> QuerySet[Promise]:
    return promises.in_tab(rows, value)


def _hand_in(request: HttpRequest, by: Actor, rows: QuerySet[Promise], facts: Mapping[str, object]) -> bool:
    """Hand what was ticked to the reviews: all of it, or nothing and why."""
    entries = [promise.entry for promise in rows]

    def work() -> None:
        with transaction.atomic():
            actions.submit_many(entries, by=by)

    return run_with_messages(request, work, f"已送审{len(entries)}项。")


class Promises(Register[Promise]):
    """The ledger of promises; its file is read back."""

    name, model, title, section = "opinion.promises", Promise, "公开承诺", SECTION
    columns = (
        titled("承诺事项", lambda row: row.occasion),
        unit("单位"),
        Column("topic", value=lambda row: row.topic, order="topic__name"),
        "promised_on",
        due(),
        standing(),
    )
    file_sheet, file_name, importer = PROMISES.sheet, "公开承诺台账", PROMISES.name
    tabs, usual = "tab", {"tab": "open"}
    filters = (
        (
            "tab",
            ChoiceFilter(
                label="分类", choices=[*promises.TABS.items()], empty_label=None, method=_promise_in_tab
            ),
        ),
        ("unit", unit_filter("单位")),
        "topic",
    )
    words = ("entry__title", "words")
    order = ("entry__due_at",)
    intro = mark_safe(
        '公开作出的承诺、进展、期限变更和兑现情况，经审签后在网站<a href="/promises/" target="_blank" rel="noopener">公开承诺'
        '<span class="gk-sr">（新窗口）</span></a>页公开，公开后生效。'
    )
    empty = "这一类没有承诺。在会议、发布会、访谈中公开作出的承诺，请登记；也可以导入已有的台账。"
    has_record = False
    new_label = "登记承诺"
    template = "opinion/promises.html"
    ticks = Ticks(
        words="把所选的送审",
        do=_hand_in,
        may=lambda by, listing: listing.chosen.get("tab") == "registered" and own_bodies(by).exists(),
        most=50,
    )

    def filed(self, listing: Listing[Promise]) -> Iterable[object]:
        """Return the promises as the importer reads them."""
        return exported_promises(listing.rows)

    def url_of(self, row: Promise) -> str:
        """Return the entry's page."""
        return row.entry.url

    def new_url(self, by: Actor) -> str:
        """Return where a promise is registered."""
        return reverse("opinion:register") if own_bodies(by).exists() else ""

    def beside(self, request: HttpRequest, listing: Listing[Promise]) -> Mapping[str, object]:
        """Return the figures of each unit, where all promises are shown."""
        whole = listing.chosen.get("tab") == "all" and not listing.chosen.get("unit")
        return {"figures": promises.by_unit(self.rows(listing.by)) if whole else []}
