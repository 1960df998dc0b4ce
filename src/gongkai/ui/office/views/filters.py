"""Save and delete filters as tabs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.ledger.filters import Filter
from gongkai.core.ledger.models import SavedFilter
from gongkai.core.units.actors import actor_of

#: Maximum number of saved tabs of one person.
MAX_SAVED_FILTERS = 12


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Save the filter in `query` under a name, replacing one of that name."""
    person = actor_of(request.user).person_id
    name = " ".join(request.POST.get("name", "").split())[:40]
    query = Filter.read(QueryDict(request.POST.get("query", "")[:500]).dict()).query() or "light=open"
    if person is None or not name:
        messages.error(request, "请给筛选起一个名称。")
    elif SavedFilter.objects.filter(person_id=person).exclude(name=name).count() >= MAX_SAVED_FILTERS:
        messages.error(request, f"最多保存{MAX_SAVED_FILTERS}个常用筛选，请先删除不用的。")
    else:
        SavedFilter.objects.update_or_create(person_id=person, name=name, defaults={"query": query})
        messages.success(request, f"已保存“{name}”。")
    return redirect(f"{reverse('ledger_list')}?{query}")


@require_POST
def remove_filter(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own saved filter."""
    get_visible_or_404(request.user, SavedFilter, pk).delete()
    return redirect("ledger_list")
