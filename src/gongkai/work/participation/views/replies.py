"""The export of survey replies: a row a reply, a column a question."""

from django.http import HttpRequest, HttpResponse

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.background_jobs.exports import always, may_be_long
from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import require_staff_actor
from gongkai.work.participation.models import Survey
from gongkai.work.participation.surveys import export_replies, question_column_key, replies_visible_to


def _get_visible_survey(request: HttpRequest, number: int) -> Survey:
    return get_visible_or_404(request.user, Survey, number)


@may_be_long(
    "participation.replies",
    "网上调研答卷",
    rows=lambda request, number: replies_visible_to(require_staff_actor(request)).filter(survey=number),
    asked=always,
)
def export_replies_view(request: HttpRequest, number: int) -> HttpResponse:
    """Export the visible replies, masked."""
    by, survey = require_staff_actor(request), _get_visible_survey(request, number)
    columns = [Column("number", "编号", width=8), Column("received_at", "收到时间", width=18)]
    columns += [
        Column(question_column_key(question), f"{place}. {question['text']}", width=30)
        for place, question in enumerate(survey.asked, 1)
    ]
    return spreadsheet(Sheet("答卷", tuple(columns)), export_replies(survey, by), f"{survey.title}答卷", guide=False)
