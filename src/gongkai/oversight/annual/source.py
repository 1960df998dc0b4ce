"""A report as edition source: submissions, files and authors."""

from gongkai.content.editions.frozen import FrozenContent, freeze_text
from gongkai.content.editions.models import Column, ColumnKind
from gongkai.content.editions.models.editions import DisclosureAttribute, DisclosureBasis
from gongkai.content.editions.sources import TextWriters
from gongkai.core.acts.action import Refused
from gongkai.core.units.queries import with_names_at
from gongkai.lib.chinese.days import as_day, day_in_words
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.page import render_page
from gongkai.oversight.annual.states import ACCEPTED_STATES, REVIEWING_STATES, ReportState

#: States in which a report may be reviewed and published.
PUBLISHABLE_STATES = ACCEPTED_STATES | REVIEWING_STATES | {ReportState.PUBLISHED}


def find_report(number: int) -> Report | None:
    """Return a report by number, for `editions.sources`; None if there is none."""
    return Report.objects.select_related("entry", "body").filter(pk=number).first()


def freeze_report(report: Report, revision: int) -> FrozenContent:
    """Return the edition content of a submission, as the public sees it.

    Raises:
        Refused: there is no such submission, or it was erased.
    """
    submission = report.submissions.filter(number=revision).first()
    if submission is None or submission.content.get("erased"):
        raise Refused("没有这一次报送的年度报告，请刷新页面。")
    day = as_day(submission.at).isoformat()
    content = submission.content
    return freeze_text(
        title=content["title"],
        html=render_page(content),
        unit=with_names_at(report.unit, submission.at),
        kind=report.kind,
        facts={
            "issuer": content["unit"],
            "written_on": day,
            "formed_on": day,
            "subject": "综合政务\\政务公开",
            "source": content["unit"],
            "attribute": DisclosureAttribute.PROACTIVE,
            "attribute_basis": DisclosureBasis.A20_15,
            "summary": f"{content['unit']}{content['year']}年政府信息公开工作情况，数据截至{day_in_words(submission.until)}",
        },
        files=[
            (submission_file.name, submission_file.stored)
            for submission_file in submission.files.select_related("stored")
        ],
    )


def find_writers(report: Report, after: int, upto: int) -> TextWriters:
    """Return the authors of submissions later than `after`, up to `upto`."""
    rows = report.submissions.filter(number__gt=after, number__lte=upto)
    authors = [author for row in rows for author in row.authors]
    return TextWriters(
        {user for user, _ in authors if user is not None}, {person for _, person in authors if person is not None}
    )


def publication_blockers(report: Report) -> list[str]:
    """Return the reasons against publication, such as missing acceptance."""
    if report.entry.state in PUBLISHABLE_STATES:
        return []
    return ["年度报告还没有经政府信息公开工作主管部门审核，不能发布。"]


def list_columns(report: Report) -> list[Column]:
    """Return the open column 政府信息公开年报 of the site nearest to the unit, or none."""
    rows = Column.objects.filter(fixed="annual", opened_at__isnull=False, archived_at=None).exclude(
        kind=ColumnKind.LINK
    )
    near = [
        column
        for column in rows.select_related("website__body")
        if report.body.path.startswith(column.website.body.path)
    ]
    near.sort(key=lambda one: len(one.website.body.path), reverse=True)
    return near[:1]
