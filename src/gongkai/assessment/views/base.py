"""What the pages of this room share."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse

from gongkai.assessment.reports import FORMS
from gongkai.ui.answers import DOCX, download
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Role
from gongkai.units.reach import GOVERNMENTS
from gongkai.writing.fonts import NoFont
from gongkai.writing.official import Issued

_KINDS = {"docx": DOCX, "pdf": "application/pdf"}


def governments(by: Actor) -> list[Body]:
    """Return the governments that somebody assesses for."""
    rows = Body.objects.filter(active_to=None, kind__in=GOVERNMENTS).order_by("path")
    return [body for body in rows if by.reaches(Role.CHIEF, path=body.path)]


def governments_run(by: Actor) -> QuerySet[Body, Body]:
    """Return them as rows to choose from."""
    return Body.objects.filter(pk__in=[body.pk for body in governments(by)])


def paper(made: Issued, name: str, form: str) -> HttpResponse:
    """Return a paper as a file; 404 for a form that there is none of."""
    if form not in FORMS:
        raise Http404("没有这种格式")
    try:
        return download(FORMS[form](made), f"{name}.{form}", _KINDS[form])
    except NoFont as error:
        raise Http404("服务器没有安装中文字体，不能生成PDF，请下载Word文档。") from error
