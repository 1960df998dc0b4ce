"""上传原文: originals that wait for an import."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does
from gongkai.policies import actions
from gongkai.policies.models import WaitingFile
from gongkai.policies.originals import MOST_UPLOAD
from gongkai.policies.queries.office import visible_to
from gongkai.policies.rules import keeps
from gongkai.policies.views.common import body_written_for, to, writes_for
from gongkai.ui.asked import whole
from gongkai.units.actors import staff
from gongkai.units.models import Body


def files(request: HttpRequest) -> HttpResponse:
    """Originals waiting for an import."""
    by = staff(request)
    own = writes_for(by) or list(Body.objects.filter(pk__in=visible_to(by).values("body"))[:100])
    rows = WaitingFile.objects.filter(body__in=own).select_related("body").defer("html")
    return render(
        request,
        "policies/files.html",
        {"rows": list(rows[:500]), "bodies": [one for one in own if not keeps(by, one)]},
    )


def upload(request: HttpRequest) -> HttpResponse:
    """Take originals in."""
    by = staff(request)
    number = whole(request.POST.get("body", ""))
    if request.method != "POST" or number is None:
        return to("files")
    body = body_written_for(by, number)
    given = request.FILES.getlist("files")
    if sum(one.size or 0 for one in given) > MOST_UPLOAD:
        messages.error(request, "一次上传的文件超过100兆字节，请分次上传。")
        return to("files")
    some = [(one.name or "", one.read()) for one in given]
    does(request, lambda: actions.upload(body, by=by, files=some), "原文已上传，可以导入表格了。")
    return to("files")


def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Throw an original away."""
    by = staff(request)
    row = get_visible_or_404(by, WaitingFile, number)
    if request.method == "POST":
        does(request, lambda: actions.discard(row, by=by), "已删除。")
    return to("files")
