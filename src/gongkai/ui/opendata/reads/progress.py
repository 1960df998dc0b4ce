"""Operations: progress of a year's measures, and published annual reports."""

from collections.abc import Iterator
from datetime import datetime

from gongkai.core.units.models import Body
from gongkai.lib.law.explain import TrafficLight
from gongkai.oversight.annual.queries.public import NONE, YEARLY_REPORT_KINDS, ReportCell, build_matrix
from gongkai.ui.opendata.operations import (
    LINK_SHAPE,
    JsonAnswer,
    ObjectShape,
    RequestedSite,
    ValueShape,
    format_date,
    format_time,
    operation,
    take_page,
)
from gongkai.ui.opendata.parameters import OperationParameter, ParameterValues
from gongkai.work.notices.queries.public import (
    PublicMeasure,
    count_public_progress,
    find_default_year,
    list_public_years,
)

UNIT_PROGRESS_SHAPE = ObjectShape(
    "UnitProgress",
    "一个责任单位办得怎样",
    unit=ValueShape("text", "责任单位", "市住建局"),
    light=ValueShape("text", "正常、临期、逾期、暂停、已办结、逾期办结", "正常"),
    due=ValueShape("text", "还没办完的，下一个期限", "2026-12-31"),
    closed=ValueShape("text", "办完的，哪一天", ""),
)
MEASURE_SHAPE = ObjectShape(
    "Measure",
    "年度政务公开任务中的一项举措",
    notice=ValueShape("text", "出自哪个通知", "2026年云岭市政务公开工作要点任务分工"),
    number=ValueShape("number", "在通知中的序号", 12),
    section=ValueShape("text", "所在部分", "一、加强政策公开"),
    item=ValueShape("text", "工作任务", "推进政策集中公开"),
    text=ValueShape("text", "贯彻举措原文", "市政府规章集中公开……"),
    leads=ValueShape(["text"], "牵头单位", ["市政府办公室"]),
    units=ValueShape([UNIT_PROGRESS_SHAPE], "责任单位"),
    state=ValueShape("text", "进展", "进行中（2/5）"),
    links=ValueShape([LINK_SHAPE], "已经公开的成果"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/progress/2026/"),
)


@operation(
    "listMeasures",
    "measures/",
    "任务进展",
    "一年政务公开任务的各项举措：谁牵头、谁负责、办到哪一步。不给年份则为今年（今年没有的，为最近一年）。",
    MEASURE_SHAPE,
    OperationParameter("year", "年份", "year", example=2026),
    OperationParameter("q", "举措中的词", example="公开"),
    tool="get_measure_progress",
    listed=True,
)
def list_measures(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List the public measures of a year with progress, by default of this or the last year."""
    government = site.government
    year = values["year"] or find_default_year(list_public_years(government), site.day)
    matching = [
        measure
        for measure in _iterate_measures(government, year)
        if values["q"] in f"{measure[2].item}{measure[2].text}"
    ]
    some, following = take_page(matching, values)
    page = site.at(f"/progress/{year}/")
    return {"items": [_describe_measure(*listed_measure, page, site) for listed_measure in some], "next": following}


def _iterate_measures(government: Body, year: int) -> Iterator[tuple[str, str, PublicMeasure]]:
    """Yield (title of the notice, of its section, public measure) of a year."""
    for notice in count_public_progress(year, government):
        for section in notice.sections:
            for public_measure in section.measures:
                yield notice.title, section.title, public_measure


def _describe_measure(notice: str, section: str, measure: PublicMeasure, page: str, site: RequestedSite) -> JsonAnswer:
    """Return a measure of a 要点 with the progress of its units and linked documents."""
    return MEASURE_SHAPE.describe(
        measure,
        notice=notice,
        section=section,
        text=measure.words,
        leads=list(measure.leads),
        units=[
            UNIT_PROGRESS_SHAPE.describe(unit, unit=unit.name, light=TrafficLight.of(unit.light).word)
            for unit in measure.units
        ],
        links=[LINK_SHAPE.describe(link, url=site.at(link.path)) for link in measure.links],
        url=page,
    )


ANNUAL_REPORT_SHAPE = ObjectShape(
    "AnnualReport",
    "一个单位一年的年度报告",
    unit_id=ValueShape("number", "单位编号", 3),
    unit=ValueShape("text", "单位", "云岭市住房和城乡建设局"),
    year=ValueShape("number", "报告的年度", 2025),
    state=ValueShape("text", "public 已公布、late 逾期公布、missing 未公布、ahead 未到期限", "public"),
    state_label=ValueShape("text", "状态的名称", "已公布"),
    published_on=ValueShape("text", "公布日期或时间，没有则为空", "2026-01-20T10:00:00+08:00"),
    url=ValueShape("text", "地址，没有则为空", "https://www.yunling.example/columns/40/601.html"),
)
_REPORT_KINDS = (("disclosure", ""), ("law", "law"))


@operation(
    "listReports",
    "reports/",
    "年度报告",
    "政府信息公开工作年度报告（kind=law 为法治政府建设年度报告）：各单位各年公布了没有、哪一天、在哪里。没有公布的也列出。",
    ANNUAL_REPORT_SHAPE,
    OperationParameter(
        "kind",
        "哪种报告：disclosure 政府信息公开、law 法治政府建设",
        "choice",
        tuple((name, YEARLY_REPORT_KINDS[key].title) for name, key in _REPORT_KINDS),
        "disclosure",
    ),
    OperationParameter("year", "报告的年度", "year", example=2025),
    listed=True,
)
def list_reports(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List annual reports by unit and year, and those that are missing."""
    kind = YEARLY_REPORT_KINDS[dict(_REPORT_KINDS)[values["kind"] or "disclosure"]]
    cells = [
        (row.body, cell)
        for row in build_matrix(site.government, kind, today=site.day).rows
        for cell in row.cells
        if cell.state != NONE and values["year"] in (None, cell.year)
    ]
    some, following = take_page(cells, values)
    return {"items": [_describe_report(body, cell, site) for body, cell in some], "next": following}


def _describe_report(body: Body, cell: ReportCell, site: RequestedSite) -> JsonAnswer:
    """Return the state of a unit's annual report; no URL if published on another site."""
    place = cell.place
    day = place.published_at if place else None
    is_on_site = place is not None and place.website in {0, site.number}
    return {
        "unit_id": body.pk,
        "unit": body.name,
        "year": cell.year,
        "state": cell.state,
        "state_label": cell.words,
        "published_on": format_time(day) if isinstance(day, datetime) else format_date(day),
        "url": site.at(place.path) if place and is_on_site else "",
    }
