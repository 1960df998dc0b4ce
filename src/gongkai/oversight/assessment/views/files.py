"""Download views: indicator trees, rankings, units' reports, bulletins."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.answers import DOCX, download
from gongkai.lib.writing.fonts import NoFont
from gongkai.lib.writing.official import Issued
from gongkai.oversight.assessment import reports
from gongkai.oversight.assessment.importing import INDICATORS, indicator_rows
from gongkai.oversight.assessment.models import Assessed, Bulletin, Round, Scheme
from gongkai.oversight.assessment.queries.ranking import ranking_sheet
from gongkai.oversight.assessment.queries.scores import standing_of, standings
from gongkai.oversight.assessment.queries.visible import oversees_round, sees_scores

_KINDS = {"docx": DOCX, "pdf": "application/pdf"}


def _paper(made: Issued, name: str, form: str) -> HttpResponse:
    if form not in reports.FORMS:
        raise Http404("没有这种格式")
    try:
        return download(reports.FORMS[form](made), f"{name}.{form}", _KINDS[form])
    except NoFont as error:
        raise Http404("服务器没有安装中文字体，不能生成PDF，请下载Word文档。") from error


@require_GET
def scheme(request: HttpRequest, number: int) -> HttpResponse:
    """Export an indicator tree as a spreadsheet in the import format."""
    shown = get_visible_or_404(require_staff_actor(request), Scheme, number)
    return spreadsheet(INDICATORS, indicator_rows(shown), f"{shown.name}第{shown.edition}版")


@require_GET
def ranking(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Export the ranking as a document or spreadsheet, for overseers of the round."""
    by = require_staff_actor(request)
    shown = get_visible_or_404(by, Round, number)
    if not oversees_round(by, shown):
        return HttpResponseRedirect(reverse("assessment:home"))
    if form == "xlsx":
        return spreadsheet(ranking_sheet(shown), standings(shown), f"{shown.name}结果", guide=False)
    return _paper(reports.ranking(shown), f"{shown.name}结果", form)


@require_GET
def report(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Export a unit's report as a document, once it may see its scores."""
    by = require_staff_actor(request)
    shown = get_visible_or_404(by, Assessed, number)
    if not sees_scores(by, shown):
        return HttpResponseRedirect(reverse("assessment:unit", args=[number]))
    of = shown.round.units.filter(group=shown.group).count()
    return _paper(reports.unit_report(standing_of(shown), of), f"{shown.label}{shown.round.year}年度考核报告", form)


@require_GET
def letter(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Export a bulletin as a document."""
    shown = get_visible_or_404(require_staff_actor(request), Bulletin, number)
    return _paper(reports.letter(shown), shown.title, form)
