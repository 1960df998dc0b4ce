"""久未公开的单位 (W-06) and 网站: units that the public hears nothing of, and the sites."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.content.editions.models import Shelf, Website
from gongkai.content.editions.reach import bodies_seen
from gongkai.content.publishing import actions
from gongkai.content.publishing.wording import proposed
from gongkai.core.registers.columns import ASIDE, Column, sign
from gongkai.core.registers.register import Register
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body

#: A unit that published nothing for so many days is idle (the half year after which the national indicators call a column idle).
IDLE_DAYS = 183


def _days(row: AnyRow) -> int | None:
    return (timezone.now() - row.last).days if row.last else None


class IdleUnits(Register[Body]):
    """Units that have published nothing, or nothing for long."""

    name, model, title, section = "publishing.idle", Body, "久未公开的单位", ("信息公开",)
    columns = (
        Column("name", "单位", order="position"),
        Column("kind", "类别"),
        Column("last", "最后公开", value=lambda row: row.last or "从未公开", order="last", width=20),
        Column("days", "天数", value=_days, number=True),
        Column("items", "公开的信息", value=lambda row: row.items, order="items", number=True),
    )
    filters = ("kind",)
    words = ("name", "short_name")
    order = ("position",)
    intro = f"没有公开过信息，或超过 {IDLE_DAYS} 天没有新的公开信息的单位。"
    empty = "所有单位近期都公开了信息。"
    has_record = False

    def rows(self, by: Actor) -> QuerySet[Body]:
        """Return the units with the day of their last publication and how much is public of them."""
        now = timezone.now()
        public = Shelf.objects.filter(column=None, from_at__lte=now, body=OuterRef("pk")).order_by()
        last = public.filter(audience="all").values("body").annotate(last=Max("from_at")).values("last")
        items = public.values("body").annotate(items=Count("document", distinct=True)).values("items")
        rows = bodies_seen(by).filter(active_to=None, merged_into=None)
        rows = rows.annotate(last=Subquery(last), items=Coalesce(Subquery(items), 0))
        return rows.filter(Q(last=None) | Q(last__lt=now - timedelta(days=IDLE_DAYS)))


def _named(row: Website) -> SafeString | str:
    return format_html('{} <span class="gk-tag">默认</span>', row.name) if row.is_default else row.name


def _leader(row: AnyRow) -> SafeString | str:
    if row.leader:
        return str(row.leader)
    url = reverse("publishing:website", args=[row.pk])
    words = f"没有写明，{'填写的待另一人确认' if row.waits else '去填写'}"
    return format_html('<a href="{}">{}</a>', url, sign("red", words))


class Websites(Register[Website]):
    """The sites; who answers for what stands on them (S-06) is named, or a red light says that nobody is."""

    name, model, title, section = "publishing.websites", Website, "网站", ("信息公开",)
    columns = (
        Column("name", "名称", value=lambda row: row.name, cell=_named, order="name"),
        Column("host", "域名"),
        Column("code", "标识码"),
        Column("sponsor", "主办单位"),
        Column("leader", "意识形态责任人", value=lambda row: row.leader, cell=_leader, order="leader"),
        Column("undertaker", at=ASIDE),
        Column("contact", at=ASIDE),
    )
    words = ("name", "host", "sponsor")
    intro = "新建的网站自带政府信息公开平台和法定固定栏目。"
    empty = "还没有网站。"
    has_record = False
    new_label = "新建网站"

    def loaded(self, rows: Sequence[Website], by: Actor) -> Sequence[Website]:
        """Return the sites, those without a name with whether one waits for a second person."""
        for row in rows:
            row.waits = not row.leader and bool(proposed(row))  # type: ignore[attr-defined]
        return rows

    def url_of(self, row: Website) -> str:
        """Return the site's own page."""
        return reverse("publishing:website", args=[row.pk])

    def ways(self, by: Actor, row: Website) -> Sequence[tuple[str, str]]:
        """Return the way to its columns."""
        return (("栏目登记", f"{reverse('publishing:columns')}?site={row.pk}"),)

    def new_url(self, by: Actor) -> str:
        """Return where a site is made."""
        return "" if actions.open_website.why_not(None, by=by) else reverse("publishing:website_new")
