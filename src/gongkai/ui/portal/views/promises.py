"""Pages 公开承诺: public promises with dates, results and reasons, late ones included."""

from collections import Counter

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from gongkai.content.editions.queries import show
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.asked import whole
from gongkai.ui.portal.context import render, site_of
from gongkai.work.opinion.queries.promises import STANDINGS, public_promise, public_promises


def promises(request: HttpRequest) -> HttpResponse:
    """Page: promises by unit, topic and state."""
    tree = site_of(request)
    every = public_promises(tree.website.pk)
    unit, topic = whole(request.GET.get("unit", "")), request.GET.get("topic", "").strip()[:40]
    standing = request.GET.get("standing", "")
    units = sorted({one.unit for one in every}, key=lambda body: (body.position, body.pk))
    body = next((one for one in units if one.pk == unit), None)
    rows = [one for one in every if (body is None or one.unit == body) and (not topic or one.topic == topic)]
    counts = Counter(row.standing for row in rows)
    shown = {
        "body": body,
        "topic": topic,
        "standing": standing,
        "units": units,
        "topics": sorted({one.topic for one in every if one.topic}),
        "counts": [(key, word, sign, counts[key]) for key, (word, sign) in STANDINGS.items()],
        "total": len(rows),
        "rows": [row for row in rows if standing not in STANDINGS or row.standing == standing],
        "now": timezone.now(),
    }
    return render(request, "portal/promises.html", shown, keep="figures")


def promise(request: HttpRequest, number: int) -> HttpResponse:
    """Page: one promise with state, dates and published text."""
    tree = site_of(request)
    found = public_promise(tree.website.pk, number)
    shown = show(ANONYMOUS, found[1]) if found else None
    if found is None or shown is None:
        raise Http404("没有这项承诺，或者已经不再公开")
    content = getattr(shown.edition, "content", None)
    address = found[1].addresses.filter(website=tree.website, current=True).first()
    facts = {
        "one": found[0],
        "html": content.html if content else "",
        "edition": shown.edition,
        "path": address.path if address else "",
        "now": timezone.now(),
    }
    return render(request, "portal/promise.html", facts, keep="figures")
