"""The page of one entry."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from gongkai.ledger.queries import visible_to


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one entry to whoever may see it."""
    entry = get_object_or_404(visible_to(request.user).select_related("body", "office"), pk=pk)
    return render(request, "office/entry.html", {"entry": entry})
