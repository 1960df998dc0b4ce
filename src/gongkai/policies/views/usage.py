"""政策库使用情况: views and searches by month."""

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongkai import law
from gongkai.policies.models import Asked, Use
from gongkai.policies.queries.office import visible_to
from gongkai.policies.views.common import staff


def usage(request: HttpRequest) -> HttpResponse:
    """Use of the library by month: what was read most, what was looked for, what nothing was found for (L-09)."""
    by = staff(request)
    today = timezone.localdate()
    months = [law.add_months(today.replace(day=1), -back) for back in range(12)]
    chosen = next((m for m in months if f"{m:%Y-%m}" == request.GET.get("month")), months[0])
    uses = Use.objects.filter(day__gte=chosen, day__lt=law.add_months(chosen, 1), record__in=visible_to(by))
    read = uses.values("record", "record__title", "record__number").annotate(n=Sum("views"))
    asked = Asked.objects.filter(month=chosen)
    return render(
        request,
        "policies/usage.html",
        {
            "months": [(m, m == chosen) for m in months],
            "chosen": chosen,
            "total": uses.aggregate(n=Sum("views"))["n"] or 0,
            "read": list(read.order_by("-n", "record")[:50]),
            "searches": asked.aggregate(n=Sum("times"), misses=Sum("misses")),
            "asked": list(asked.order_by("-times", "words")[:30]),
            "missed": list(asked.filter(misses__gt=0).order_by("-misses", "words")[:30]),
        },
    )
