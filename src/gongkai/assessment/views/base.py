"""What the pages of this room share."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from gongkai.assessment.reports import FORMS
from gongkai.ui.answers import DOCX, download
from gongkai.units.actors import Actor, actor_of
from gongkai.units.models import Body, BodyKind, Role
from gongkai.writing.fonts import NoFont
from gongkai.writing.official import Issued

_KINDS = {"docx": DOCX, "pdf": "application/pdf"}


def known(request: HttpRequest) -> Actor:
    """Return who asks; 403 for whoever holds no appointment."""
    by = actor_of(request.user)
    if not by.known:
        raise PermissionDenied("您目前没有任职，不能使用这个页面。")
    return by


def governments(by: Actor) -> list[Body]:
    """Return the governments that somebody assesses for."""
    kinds = [BodyKind.GOVERNMENT, BodyKind.DISTRICT]
    rows = Body.objects.filter(active_to=None, kind__in=kinds).order_by("path")
    return [one for one in rows if by.reaches(Role.CHIEF, path=one.path)]


def paper(made: Issued, name: str, form: str) -> HttpResponse:
    """Return a paper as a file; 404 for a form that there is none of."""
    if form not in FORMS:
        raise Http404("没有这种格式")
    try:
        return download(FORMS[form](made), f"{name}.{form}", _KINDS[form])
    except NoFont as error:
        raise Http404("服务器没有安装中文字体，不能生成PDF，请下载Word文档。") from error
