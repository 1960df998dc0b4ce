"""其他渠道发布 and 依法删除: releases beside the site, and what was erased by law (below what waits for another person)."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django_filters import ChoiceFilter

from gongkai.content.editions.models import Edition
from gongkai.content.publishing import actions
from gongkai.content.publishing.documents import title_of, titles_of
from gongkai.content.publishing.erasures import asked_of
from gongkai.content.publishing.models import ChannelRelease
from gongkai.content.publishing.releases import BEFORE_SITE
from gongkai.core.registers.columns import ASIDE, Column, chip
from gongkai.core.registers.filters import Year
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor

#: 网站是第一公开平台 (requirements P-14): a release that the site does not have, or had only later.
IRREGULAR, TOGETHER, DROPPED = "irregular", "together", "dropped"
RELEASE_STATES = [
    (IRREGULAR, "网站没有或者晚于该渠道"),
    (TOGETHER, "与网站同步或者在其后"),
    (DROPPED, "已作废"),
]


def _in_state(rows: "QuerySet[ChannelRelease]", name: str, value: str) -> "QuerySet[ChannelRelease]":
    if value == DROPPED:
        return rows.exclude(dropped="")
    return rows.filter(dropped="").filter(BEFORE_SITE if value == IRREGULAR else ~BEFORE_SITE)


def _published(row: ChannelRelease) -> object:
    moment = row.document.published_at
    if row.dropped:
        return moment
    return chip("尚未公开") if moment is None else chip("晚于该渠道", moment) if moment > row.at else moment


def _title(row: ChannelRelease) -> str:
    """Return the title of what was released; a page's are read at once (`loaded`)."""
    return getattr(row, "title", "") or title_of(row.document)


class ChannelReleases(Register[ChannelRelease]):
    """Releases through other channels; at first those without the site, or before it."""

    name, model, title, section = "publishing.channels", ChannelRelease, "其他渠道发布", ("信息公开",)
    columns = (
        Column("title", "信息", value=_title, order="", width=40),
        Column("document__body", "单位"),
        "channel",
        "name",
        Column("at", "该渠道发布"),
        Column(
            "published",
            "网站公开",
            value=lambda row: row.document.published_at,
            cell=_published,
            order="document__published_at",
        ),
        Column("address", at=ASIDE),
        Column("note", at=ASIDE),
        Column("recorded_by", at=ASIDE),
        Column("dropped", at=ASIDE),
    )
    filters = (
        ("state", ChoiceFilter(label="情况", choices=RELEASE_STATES, empty_label="全部", method=_in_state)),
        "channel",
        Year("at"),
        "document__body",
    )
    usual = {"state": IRREGULAR}
    words = ("name", "note")
    order = ("-at",)
    intro = "政府网站是第一公开平台，其他渠道与网站同步发布或者在其后。发布在信息的页面上登记。"
    empty = "没有登记过其他渠道的发布。"
    has_record = False

    def rows(self, by: Actor) -> QuerySet[ChannelRelease]:
        """Return the releases of the documents that somebody sees."""
        return super().rows(by).select_related("document__body")

    def loaded(self, rows: Sequence[ChannelRelease], by: Actor) -> Sequence[ChannelRelease]:
        """Return the rows with the titles of their documents, read at once."""
        titles = titles_of(row.document for row in rows)
        for row in rows:
            row.title = titles[row.document_id]  # type: ignore[attr-defined]
        return rows

    def url_of(self, row: ChannelRelease) -> str:
        """Return the page of the item that was released."""
        item = row.document.item_number
        return reverse("publishing:item", args=(item,)) if item else ""


class Erasures(Register[Edition]):
    """What was erased by law; above it what was asked and waits for another person, oldest first."""

    name, model, title = "publishing.erasures", Edition, "依法删除"
    columns = (
        Column(
            "edition",
            "信息",
            value=lambda row: f"{row.document.index_number or row.document_id} 第{row.number}版",
            order="",
        ),
        Column("document__body", "单位"),
        Column("erasure__basis", "依据"),
        Column("asked_by", "提出", value=lambda row: row.erasure.asked_by or "随迁移撤销", order=""),
        Column("erasure__by", "批准"),
        Column("erasure__at", "删除时间"),
    )
    filters = (Year("erasure__at"), "document__body")
    words = ("erasure__basis", "document__index_number")
    order = ("-erasure__at",)
    intro = (
        "已公开的内容违反法律规定（如个人信息、秘密）必须删除的，先撤回或者更正，再在该信息的“版本”中提出，"
        "由另一个人批准，其中至少一人属于政务公开办。"
    )
    empty = "没有依法删除过内容。"
    has_record = False
    template = "publishing/erasures.html"

    def rows(self, by: Actor) -> QuerySet[Edition]:
        """Return the erased editions of the documents that somebody sees."""
        return super().rows(by).filter(erasure__isnull=False).select_related("erasure", "document__body")

    def url_of(self, row: Edition) -> str:
        """Return the page of the erasure."""
        return reverse("publishing:erasure", args=(row.pk,))

    def beside(self, request: HttpRequest, listing: Listing[Edition]) -> Mapping[str, object]:
        """Return what waits, each with whether this person may approve it."""
        return {
            "waiting": [
                {"asked": asked, "mine": not actions.erase.why_not(asked.edition, by=listing.by)}
                for asked in asked_of(listing.by)
            ]
        }
