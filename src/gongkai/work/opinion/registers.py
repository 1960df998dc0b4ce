"""Registers of spokespeople, watched fields, feeds and promise topics (M-05, M-07, M-10)."""

from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.registers.columns import Column
from gongkai.core.registers.forms import Act, New
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor, get_actor, in_force_q
from gongkai.core.units.forms.base import PersonChoice
from gongkai.core.units.models import Appointment, Body, Person
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.queries import prefetch_appointments
from gongkai.core.units.unit_filters import GOVERNING_KINDS
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.work.opinion import actions
from gongkai.work.opinion.models import Feed, PromiseTopic, Spokesperson, WatchField
from gongkai.work.opinion.rules import list_supervised_units

OPINION_SECTION = ("舆情和承诺",)


@register_visible_to(Spokesperson)
def spokespeople_visible_to(user: object) -> QuerySet[Spokesperson]:
    """Return the spokespeople, visible to all staff."""
    rows = Spokesperson.objects.select_related("body", "person")
    return rows if get_actor(user).known else rows.none()


@register_visible_to(Feed)
def feeds_visible_to(user: object) -> QuerySet[Feed]:
    """Return the feeds of units under the user's open-government office."""
    return Feed.objects.filter(body__in=list_supervised_units(get_actor(user))).select_related("body")


@register_visible_to(WatchField)
def fields_visible_to(user: object) -> QuerySet[WatchField]:
    """Return the watched fields, visible to all staff."""
    rows = WatchField.objects.prefetch_related("bodies")
    return rows if get_actor(user).known else rows.none()


@register_visible_to(PromiseTopic)
def topics_visible_to(user: object) -> QuerySet[PromiseTopic]:
    """Return the promise topics, visible to all staff."""
    return PromiseTopic.objects.all() if get_actor(user).known else PromiseTopic.objects.none()


def list_supervised_governments(by: Actor) -> QuerySet[Body]:
    """Return the governments, else all units, that the user supervises."""
    units = list_supervised_units(by)
    bodies = units.filter(kind__in=GOVERNING_KINDS)
    return bodies if bodies.exists() else units


def _list_people(by: Actor, row: Spokesperson | None) -> QuerySet[Person]:
    """Return the people with a post in the units the user supervises, by name."""
    posts = Appointment.objects.filter(in_force_q(), body__in=list_supervised_units(by))
    rows = Person.objects.filter(pk__in=posts.values("person"))
    return prefetch_appointments(rows).order_by("name", "pk")


class SpokespersonRegister(Register[Spokesperson]):
    """The register of spokespeople, at first those in office."""

    name, model, title, section = "opinion.spokespeople", Spokesperson, "新闻发言人", OPINION_SECTION
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
                method=lambda rows, name, value: rows.filter(end=None) if value == "now" else rows.exclude(end=None),
            ),
        ),
        "body",
    )
    initial_filters = {"serving": "now"}
    search_fields = ("person__name", "title", "phone")
    intro = "本级政府的发言人，也可以为所属各单位发言。卸任的保留在登记中。"
    empty = "还没有确定新闻发言人。"
    new = New(
        action=actions.appoint_spokesperson,
        label="确定新闻发言人",
        targets=list_supervised_units,
        asks={"person": PersonChoice(label="发言人", help_text="从所选单位自己的人员中确定。")},
        offers={"person": _list_people},
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

    def missing_units(self, listing: Listing[Spokesperson]) -> list[Body] | None:
        """Return the supervised governments without a spokesperson in office, regardless of filters."""
        serving = Spokesperson.objects.filter(end=None).values("body")
        return list(self.owing_units(listing.by, listing.chosen).exclude(pk__in=serving).order_by("position", "pk"))

    def owing_units(self, by: Actor, chosen: object) -> QuerySet[Body]:
        """Return the governments whose open-government office the user works for."""
        return list_supervised_units(by).filter(kind__in=GOVERNING_KINDS)


def _render_owners(row: WatchField) -> SafeString | str:
    name_list = "、".join(body.label for body in row.bodies.all())
    return name_list or format_html('<span class="gk-chip gk-chip--warn">{}</span>', "未确定责任单位")


_DOCUMENT_NUMBER_RE = re.compile(rf"[{HAN}]{{1,12}}〔\d{{4}}〕\d{{1,5}}号")


def _render_source(row: WatchField) -> SafeString | str:
    """Return the document that set a field, linked to a search for its number."""
    number = _DOCUMENT_NUMBER_RE.search(row.source)
    if number is None:
        return row.source
    return format_html('<a href="{}?{}">{}</a>', reverse("office_find"), urlencode({"q": number[0]}), row.source)


def _filter_fields_by_owner(rows: "QuerySet[WatchField]", name: str, value: str) -> "QuerySet[WatchField]":
    counted = rows.annotate(owners=Count("bodies", distinct=True))
    return counted.filter(Q(owners=0) if value == "none" else Q(owners__gt=0))


class WatchFieldRegister(Register[WatchField]):
    """Register of watched fields with their units (M-07)."""

    name, model, title, section = "opinion.fields", WatchField, "舆情关注领域", OPINION_SECTION
    columns = (
        "name",
        Column(
            "bodies",
            "责任单位",
            value=lambda row: "、".join(body.name for body in row.bodies.all()),
            cell=_render_owners,
            order="",
        ),
        "words",
        Column("source", cell=_render_source),
    )
    filters = (
        (
            "owned",
            ChoiceFilter(
                label="责任单位",
                choices=[("none", "未确定的"), ("named", "已确定的")],
                empty_label="全部",
                method=_filter_fields_by_owner,
            ),
        ),
    )
    search_fields = ("name", "words", "source")
    intro = "舆情按领域和涉及的地区提出首要责任单位；领域来自任务分工通知。"
    empty = "还没有设定关注领域。"
    has_record = False
    new = New(
        action=actions.add_watched_field,
        label="新增、修改领域",
        targets=list_supervised_governments,
        target_label="本级政府",
        fields=("name", "bodies", "words", "source"),
        offers={"bodies": lambda by, row: list_supervised_units(by)},
        note="已有的同名领域会被修改。",
        done="已保存。",
    )
    acts = (
        Act(
            action=actions.change_watched_field,
            label="修改",
            fields=("bodies", "words", "source"),
            offers={"bodies": lambda by, row: list_supervised_units(by)},
            done="已保存。",
        ),
    )


class FeedRegister(Register[Feed]):
    """Register of feeds."""

    name, model, title, section = "opinion.feeds", Feed, "舆情来源", OPINION_SECTION
    columns = (
        "name",
        "body",
        "address",
        "words",
        "active",
        "polled_at",
        Column(
            "failed",
            cell=lambda row: row.failed and format_html('<span class="gk-chip gk-chip--warn">{}</span>', row.failed),
        ),
    )
    filters = ("body", "active")
    search_fields = ("name", "address", "words")
    empty = "还没有设定来源。没有来源时，可以导入监测报表。"
    has_record = False
    new = New(action=actions.add_feed, label="新增来源", targets=list_supervised_units, done="已保存。")
    acts = (Act(action=actions.switch_feed, label="启用、停用", done="已保存。"),)

    @property
    def intro(self) -> str:  # type: ignore[override]
        """Return a note if no host may be polled."""
        return "" if settings.GONGKAI_FEEDS else "本安装没有开放对外访问，来源不会自动收取。可以导入监测报表。"


class PromiseTopicRegister(Register[PromiseTopic]):
    """Register of promise topics."""

    name, model, title, section = "opinion.topics", PromiseTopic, "承诺主题", OPINION_SECTION
    columns = ("name", Column("promises", "承诺", value=lambda row: row.count, number=True, order="count"))
    search_fields = ("name",)
    empty = "还没有设定主题。"
    has_record = False
    new = New(
        action=actions.add_topic,
        label="新增主题",
        targets=list_supervised_governments,
        target_label="本级政府",
        done="已保存。",
    )

    def rows(self, by: Actor) -> QuerySet[PromiseTopic]:
        """Return the topics with the number of their promises."""
        return super().rows(by).annotate(count=Count("promises"))
