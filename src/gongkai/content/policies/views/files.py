"""上传原文: originals waiting for import."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from gongkai.content.policies import actions
from gongkai.content.policies.actions.files import MAX_UPLOAD_BYTES
from gongkai.content.policies.views.common import get_body_of_writer, redirect_to
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.asked import parse_whole_number


def upload_originals_page(request: HttpRequest) -> HttpResponse:
    """Upload originals."""
    by = require_staff_actor(request)
    number = parse_whole_number(request.POST.get("body", ""))
    if request.method != "POST" or number is None:
        return redirect_to("files")
    body = get_body_of_writer(by, number)
    given = request.FILES.getlist("files")
    if sum(uploaded_file.size or 0 for uploaded_file in given) > MAX_UPLOAD_BYTES:
        messages.error(request, "一次上传的文件超过100兆字节，请分次上传。")
        return redirect_to("files")
    some = [(uploaded_file.name or "", uploaded_file.read()) for uploaded_file in given]
    run_with_messages(request, lambda: actions.upload(body, by=by, files=some), "原文已上传，可以导入表格了。")
    return redirect_to("files")
