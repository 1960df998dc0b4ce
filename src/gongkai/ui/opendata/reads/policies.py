"""Operation: policy documents and their validity on a day."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from gongkai.content.policies.models import PolicyLevel, Span
from gongkai.content.policies.queries.library import LIBRARY_TABS, LibrarySearch, filter_spans
from gongkai.content.policies.validity import EARLIEST_DATE, LATEST_DATE, describe_validity
from gongkai.content.policies.validity_periods import map_validity_facts
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.ui.opendata.operations import JsonAnswer, ObjectShape, RequestedSite, ValueShape, format_date, operation
from gongkai.ui.opendata.parameters import OperationParameter, ParameterValues
from gongkai.ui.opendata.reads.documents import map_public_rows
from gongkai.ui.opendata.reads.validity import VALIDITY_CHOICES, VALIDITY_CHOICES_TEXT, get_validity_label

if TYPE_CHECKING:
    from gongkai.content.policies.validity import ValidityFacts

POLICY_SHAPE = ObjectShape(
    "Policy",
    "政策库中的一件文件，和它在所问那一天的效力",
    id=ValueShape("number", "信息编号", 345),
    title=ValueShape("text", "标题", "云岭市住房公积金提取办法"),
    document_number=ValueShape("text", "发文字号", "云建发〔2026〕3号"),
    level=ValueShape("text", "效力级别", "normative"),
    level_label=ValueShape("text", "效力级别的名称", "行政规范性文件"),
    issuers=ValueShape("text", "发文机关", "云岭市住房和城乡建设局"),
    subject=ValueShape("text", "主题分类", "住房"),
    made_on=ValueShape("text", "成文日期", "2026-03-01"),
    effective_on=ValueShape("text", "施行日期", "2026-04-01"),
    on=ValueShape("text", "效力是哪一天的", "2026-11-20"),
    state=ValueShape("text", "那一天的有效性", "in_force"),
    state_label=ValueShape("text", "有效性的名称", "现行有效"),
    since=ValueShape("text", "这种效力从哪一天起，没有起点则为空", "2026-04-01"),
    until=ValueShape("text", "到哪一天止，没有终点则为空", "2031-03-31"),
    validity=ValueShape("text", "一句话", "现行有效，自2026年4月1日起施行，有效期至2031年3月31日"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/columns/12/345.html"),
    articles=ValueShape("text", "原文（按条）的地址", "https://www.yunling.example/api/v1/documents/345/articles/"),
)

#: Validity states, and the lists of the library, each with several states.
_STATE_CHOICES = tuple((dict(VALIDITY_CHOICES) | {name: words for name, (words, _) in LIBRARY_TABS.items()}).items())


@operation(
    "listPolicies",
    "policies/",
    "某一天的政策文件",
    "on 那一天（不给则为今天）现行有效的政策文件；state 另选，如 repealed 已废止的、all 全部。后入库的在前。",
    POLICY_SHAPE,
    OperationParameter("on", "问哪一天的效力，日期", "day", example="2026-11-20"),
    OperationParameter(
        "state",
        f"要哪些：{VALIDITY_CHOICES_TEXT}，与结果中的 state 相同；valid 现行有效（含已修改）、ended 失效或废止、coming 尚未施行、all 全部",
        "choice",
        _STATE_CHOICES,
        "in_force",
    ),
    OperationParameter("q", "标题、文号或正文中的词", example="办法"),
    OperationParameter(
        "level", "效力级别", "choice", tuple((str(v), str(w)) for v, w in PolicyLevel.choices), "normative"
    ),
    OperationParameter("issuer", "发文机关全称", example="云岭市人民政府"),
    OperationParameter("year", "成文年份", "year", example=2026),
    tool="list_policies_in_force",
    listed=True,
)
def list_policies(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List policy documents with their validity on a day, paged by key."""
    day = values["on"] or site.day
    rows = _filter_rows(site, values, day)
    if last_id := parse_whole_number(values["cursor"]):
        rows = rows.filter(record_id__lt=last_id)
    size = values["size"]
    some = list(rows.select_related("record__body").order_by("-record_id")[: size + 1])
    has_more, some = len(some) > size, some[:size]
    places = map_public_rows(site, [span.record.document_id or 0 for span in some])
    facts_by_record = map_validity_facts([span.record for span in some])
    items = [
        _describe_policy(span, facts_by_record[span.record_id], day, places[span.record.document_id or 0].path, site)
        for span in some
        if span.record.document_id in places
    ]
    return {"items": items, "next": str(some[-1].record_id) if has_more else ""}


def _filter_rows(site: RequestedSite, values: ParameterValues, day: date) -> QuerySet[Span]:
    """Return the policies that match the parameters on a day; by default those in force."""
    search = LibrarySearch(
        level=values["level"], issuer=values["issuer"], year=str(values["year"] or ""), on=day, words=values["q"]
    )
    wanted_state = values["state"] or "valid"
    states = LIBRARY_TABS[wanted_state][1] if wanted_state in LIBRARY_TABS else (wanted_state,)
    rows = filter_spans(ANONYMOUS, site.number, search)
    return rows.filter(state__in=states) if states else rows


def _describe_policy(
    span: Span, validity_facts: "ValidityFacts", day: date, path: str, site: RequestedSite
) -> JsonAnswer:
    """Return a policy with its state on a day and the period of this state."""
    record = span.record
    return POLICY_SHAPE.describe(
        record,
        id=record.document_id,
        document_number=record.number,
        level_label=record.get_level_display(),
        on=day.isoformat(),
        state=span.state,
        state_label=get_validity_label(span.state),
        since=format_date(span.since) if span.since > EARLIEST_DATE else "",
        until=format_date(span.until) if span.until < LATEST_DATE else "",
        validity=describe_validity(validity_facts, day),
        url=site.at(path),
        articles=site.at(f"/api/v1/documents/{record.document_id}/articles/"),
    )
