"""政策直通车 in the office: who subscribed (in counts), what was pushed and what became of it."""

from collections import Counter

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.consultation.firms.fitting import INDUSTRIES
from gongkai.consultation.models import Firm, PolicyPush, Size
from gongkai.editions.models import Document
from gongkai.outbox.models import Letter, MessageState
from gongkai.publishing.documents import titles_of
from gongkai.units.actors import require_staff_actor

PAGE = 50


def firms(request: HttpRequest) -> HttpResponse:
    """The counts of firms by industry, size and place; the newest policies pushed, with their receipts."""
    require_staff_actor(request)
    running = Firm.objects.filter(left_at=None, confirmed_at__isnull=False)
    industries = Counter(
        code for codes in running.values_list("industries", flat=True) for code in codes or ["*"]
    )
    sizes = dict(running.values_list("size").annotate(count=Count("pk")).order_by())
    places = running.values_list("place__name").annotate(count=Count("pk")).order_by("-count")
    shown = {
        "running": running.count(),
        "waiting": Firm.objects.filter(left_at=None, confirmed_at=None).count(),
        "left": Firm.objects.exclude(left_at=None).count(),
        "industries": [
            (INDUSTRIES[code][0] if code in INDUSTRIES else "不限", count)
            for code, count in industries.most_common()
        ],
        "sizes": [(Size(value).label, count) for value, count in sizes.items()],
        "places": [(name or "不限", count) for name, count in places],
        "pushed": _pushed(),
    }
    return render(request, "consultation/firms.html", shown)


def _pushed() -> list[dict[str, object]]:
    """Return the newest policies pushed: to how many, delivered, come back, opened."""
    counted = (
        PolicyPush.objects.values("document")
        .annotate(sent=Count("pk"), opened=Count("pk", filter=Q(opened_at__isnull=False)))
        .order_by("-document")[:PAGE]
    )
    pushed = list(counted)
    titles = titles_of(Document.objects.filter(pk__in=[row["document"] for row in pushed]))
    rows: list[dict[str, object]] = []
    for row in pushed:
        keys = PolicyPush.objects.filter(document=row["document"]).values("letter_key")
        letters = Letter.objects.filter(key__in=keys)
        delivered = letters.filter(state=MessageState.SENT).count()
        back = letters.filter(state=MessageState.BOUNCED).count()
        rows.append({**row, "title": titles[row["document"]], "delivered": delivered, "back": back})
    return rows
