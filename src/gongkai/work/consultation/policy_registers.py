"""Registers of pushed policies (政策直通车, C-09) and of the coverage of the Q&A base (C-05)."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse

from gongkai.content.editions.models import Document, ValidityState
from gongkai.content.policies.industries import INDUSTRY_PATTERNS
from gongkai.content.policies.models import PolicyRecord
from gongkai.content.publishing.models import map_document_titles
from gongkai.core.outbox.models import Letter, MessageState
from gongkai.core.registers.columns import Column
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.work.consultation.models import Firm, FirmSize, KnownAnswer, PolicyPush, Theme
from gongkai.work.consultation.states import SHOWN_STATES


def count_answers_by_theme() -> list[tuple[Theme, int, list[tuple[Body, int]]]]:
    """Return (theme, its number of answers in use, (unit, number), most first) of all themes."""
    counts: dict[int, dict[int, int]] = {}
    rows = KnownAnswer.objects.filter(state__in=SHOWN_STATES, themes__isnull=False).values("themes", "body")
    for row in rows.annotate(count=Count("pk")).order_by():
        counts.setdefault(row["themes"], {})[row["body"]] = row["count"]
    bodies = Body.objects.in_bulk({body for counts_by_unit in counts.values() for body in counts_by_unit})
    answers = []
    for theme in Theme.objects.all():
        counts_by_unit = counts.get(theme.pk, {})
        units = sorted(counts_by_unit.items(), key=lambda pair: (-pair[1], bodies[pair[0]].position))
        answers.append((theme, sum(counts_by_unit.values()), [(bodies[body], count) for body, count in units]))
    return answers


def list_uncovered_policies() -> QuerySet[PolicyRecord]:
    """Return the policies of the library in force that no answer in use cites."""
    covered = KnownAnswer.objects.filter(state__in=SHOWN_STATES, documents__isnull=False).values("documents")
    rows = PolicyRecord.objects.filter(
        document__isnull=False, document__standing__in=(ValidityState.IN_FORCE, ValidityState.OPEN_ENDED)
    )
    return rows.exclude(document__in=covered).select_related("document", "body")


def list_answers_without_media() -> QuerySet[KnownAnswer]:
    """Return answers in use that were used or called helpful, and have no 图解, 动画 or 短视频."""
    return KnownAnswer.objects.filter(Q(uses__gt=0) | Q(helpful__gt=0), state__in=SHOWN_STATES, media=None)


class PushedPolicyRegister(Register[Document]):
    """The register of pushed policies with delivery counts and statistics of subscribers."""

    name, model, title, section = "consultation.firms", Document, "政策直通车", ("互动交流",)
    columns = (
        Column("title", "政策", value=lambda row: row.title, order="", width=40),
        Column("body", "单位"),
        Column("sent", "推送", value=lambda row: row.counts["sent"], number=True),
        Column("delivered", "送达", value=lambda row: row.counts["delivered"], number=True),
        Column("back", "退信", value=lambda row: row.counts["back"], number=True),
        Column("opened", "打开", value=lambda row: row.counts["opened"], number=True),
    )
    filters = ("body", YearFilter("published_at"))
    ordering = ("-pk",)
    file_name = "推送和回执"
    empty = "还没有推送过政策。有单位订阅、有新的涉企政策公开时自动推送。"
    has_record = False
    new_label = "订阅页面"
    template = "consultation/firms.html"

    def rows(self, by: Actor) -> QuerySet[Document]:
        """Return the documents pushed to any firm; all users may see them."""
        pushed = PolicyPush.objects.filter(document=OuterRef("pk"))
        return Document.objects.filter(Exists(pushed)).select_related("body")

    def prefetch(self, rows: Sequence[Document], by: Actor) -> Sequence[Document]:
        """Attach titles and delivery counts."""
        state = Letter.objects.filter(key=OuterRef("letter_key")).order_by("pk").values("state")[:1]
        counted = (
            PolicyPush.objects.filter(document__in=rows)
            .order_by()
            .annotate(state=Subquery(state))
            .values("document")
            .annotate(
                sent=Count("pk"),
                delivered=Count("pk", filter=Q(state=MessageState.SENT)),
                back=Count("pk", filter=Q(state=MessageState.BOUNCED)),
                opened=Count("pk", filter=Q(opened_at__isnull=False)),
            )
        )
        counts, titles = {row["document"]: row for row in counted}, map_document_titles(rows)
        for row in rows:
            row.counts, row.title = counts[row.pk], titles[row.pk]  # type: ignore[attr-defined]
        return rows

    def new_url(self, by: Actor) -> str:
        """Return the URL of the subscription form."""
        return reverse("portal:form", args=["firm"])

    def extra_context(self, request: HttpRequest, listing: Listing[Document]) -> Mapping[str, object]:
        """Return the numbers of firms by state, and those running by industry, size and district."""
        active_firms = Firm.objects.filter(left_at=None, confirmed_at__isnull=False)
        lists = active_firms.values_list("industries", flat=True)
        industries = Counter(code for codes in lists for code in codes or ["*"])
        sizes = active_firms.values_list("size").annotate(count=Count("pk")).order_by()
        places = active_firms.values_list("place__name").annotate(count=Count("pk")).order_by("-count")
        industry_counts = [
            (INDUSTRY_PATTERNS[code][0] if code in INDUSTRY_PATTERNS else "不限", count)
            for code, count in industries.most_common()
        ]
        return {
            "running": active_firms.count(),
            "waiting": Firm.objects.filter(left_at=None, confirmed_at=None).count(),
            "left": Firm.objects.exclude(left_at=None).count(),
            "kinds": (
                ("行业", industry_counts),
                ("规模", [(FirmSize(value).label, count) for value, count in sizes]),
                ("区县", [(name or "不限", count) for name, count in places]),
            ),
        }


class UncoveredPolicyRegister(Register[PolicyRecord]):
    """The register of policies in force that no answer in use cites."""

    name, model, title = "consultation.coverage", PolicyRecord, "问答库覆盖情况"
    section = (("政策问答库", "consultation:answers"),)
    columns = (Column("title", "没有问答的政策", value=lambda row: row.title, order="", width=50), "number", "body")
    filters = ("body",)
    search_fields = ("number",)
    ordering = ("-pk",)
    file_name = "没有问答的政策"
    intro = "各主题的问答和答复单位，现行有效而没有问答的政策，用得多而没有图解、动画、短视频的问答。"
    empty = "现行有效的政策都有问答。"
    has_record = False
    template = "consultation/coverage.html"

    def rows(self, by: Actor) -> QuerySet[PolicyRecord]:
        """Return the policies in force that no answer in use cites, of all units; all users may see them."""
        return list_uncovered_policies()

    def extra_context(self, request: HttpRequest, listing: Listing[PolicyRecord]) -> Mapping[str, object]:
        """Return the answers by theme and the number of used answers without media."""
        return {"themes": count_answers_by_theme(), "plain": list_answers_without_media().count()}
