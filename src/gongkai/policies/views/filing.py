"""备案核对: the filed list against the library, and what is said of its lines."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does
from gongkai.policies import actions
from gongkai.policies.forms.naming import find_record
from gongkai.policies.importing.filed import government_of
from gongkai.policies.models import FiledRow
from gongkai.policies.queries.filing import to_file, to_publish
from gongkai.policies.queries.office import named_to
from gongkai.policies.views.common import to
from gongkai.ui.paging import page_of
from gongkai.units.actors import staff


def filing(request: HttpRequest) -> HttpResponse:
    """Both differences between the filed list and the library (L-06)."""
    by = staff(request)
    body = government_of(by)
    if body is None:
        return render(request, "policies/filing.html", {"body": None})
    return render(
        request,
        "policies/filing.html",
        {
            "body": body,
            "total": FiledRow.objects.filter(body=body).count(),
            "publish": page_of(request, to_publish(body), name="publish"),
            "file": page_of(request, to_file(body), name="file"),
            "excused": page_of(
                request, FiledRow.objects.filter(body=body).exclude(excuse="").order_by("-pk"), name="excused"
            ),
        },
    )


def filing_act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Say which document a line means, excuse it from publication, or drop it from the list."""
    by = staff(request)
    row = get_visible_or_404(by, FiledRow, number)
    if request.method == "POST" and verb == "excuse":
        reason = request.POST.get("reason", "")
        does(request, lambda: actions.excuse_filed(row, by=by, reason=reason), "已认定。")
    elif request.method == "POST" and verb == "link":
        record = find_record(request.POST.get("record", ""), named_to(by))
        if record is None:
            messages.error(request, "政策库中找不到这份文件，请填写完整的文号、统一登记编号或标题。")
        else:
            does(request, lambda: actions.link_filed(row, by=by, record=record), f"已对应到{record}。")
    elif request.method == "POST" and verb == "drop":
        does(request, lambda: actions.drop_filed(row, by=by), "已从备案目录删除。")
    return to("filing")
