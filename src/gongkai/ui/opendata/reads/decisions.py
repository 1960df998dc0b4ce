"""Operations: major decisions with their stages."""

from gongkai.ui.opendata.operations import (
    COMMON_FIELDS,
    LINK_SHAPE,
    JsonAnswer,
    ObjectShape,
    RequestedSite,
    ValueShape,
    format_date,
    operation,
    take_page,
)
from gongkai.ui.opendata.parameters import ItemNotPublic, OperationParameter, ParameterValues
from gongkai.ui.opendata.reads.documents import describe_document_link
from gongkai.work.participation.public_timeline import (
    list_public_years,
    load_public_timeline,
    load_public_year,
)

_DECISION_VALUES = {
    "id": ValueShape("number", "事项编号", 71),
    "title": ValueShape("text", "事项名称", "云岭市老旧小区改造三年计划"),
    "unit": ValueShape("text", "承办单位", "云岭市住房和城乡建设局"),
    "stage": ValueShape("text", "进行到哪一步", "正在征求意见"),
}
DECISION_SHAPE = ObjectShape(
    "Decision",
    "一项重大行政决策",
    **_DECISION_VALUES,
    timetable=ValueShape("text", "决策时间安排", "2026年10月征求意见，12月决定"),
    ways=ValueShape("text", "公众参与方式", "网上征求意见、听证会"),
    open_until=ValueShape("text", "征求意见截止日期；现在不征求意见则为空", "2026-12-01"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/decisions/71/"),
)
STEP_SHAPE = ObjectShape(
    "DecisionStep",
    "决策的一步",
    label=ValueShape("text", "哪一步", "征求意见"),
    done=ValueShape("yes", "完成了没有", True),
    current=ValueShape("yes", "现在是不是这一步", False),
    words=ValueShape("text", "这一步的情况，没有则为空", "正在研究整理，应当在2026年12月31日前公布"),
    documents=ValueShape([LINK_SHAPE], "这一步公布的内容"),
)
DECISION_LINE_SHAPE = ObjectShape(
    "DecisionLine",
    "一项决策从目录到结果",
    **COMMON_FIELDS,
    **_DECISION_VALUES,
    consulted_from=ValueShape("text", "征求意见起", "2026-11-01"),
    consulted_to=ValueShape("text", "征求意见止", "2026-12-01"),
    open_until=ValueShape("text", "征求意见截止日期；现在不征求意见则为空", "2026-12-01"),
    comments=ValueShape("number", "收到意见条数；征求意见结束前为 null", 126, nullable=True),
    adopted=ValueShape("number", "采纳", 40, nullable=True),
    partly=ValueShape("number", "部分采纳", 30, nullable=True),
    not_adopted=ValueShape("number", "未采纳", 50, nullable=True),
    unrelated=ValueShape("number", "与草案无关", 6, nullable=True),
    answer_due=ValueShape("text", "征求意见结束后，应当在这一天前公布采纳情况；不在这一步则为空", "2026-12-31"),
    steps=ValueShape([STEP_SHAPE], "各步"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/decisions/71/"),
)
#: Count in the answer, mapped to the app's name.
_COUNT_NAMES = {
    "comments": "total",
    "adopted": "adopted",
    "partly": "partly",
    "not_adopted": "rejected",
    "unrelated": "unrelated",
}


@operation(
    "listDecisions",
    "decisions/",
    "重大行政决策",
    "一年的重大行政决策事项：谁承办、怎样参与、进行到哪一步。不给年份则为最近有内容的一年。",
    DECISION_SHAPE,
    OperationParameter("year", "年份", "year", example=2026),
    tool="list_public_decisions",
    listed=True,
)
def list_decisions(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List the public decisions of a year, by default the latest with any."""
    government = site.government
    years = list_public_years(government)
    year = values["year"] or (years[0] if years else site.day.year)
    some, following = take_page(load_public_year(government, year).rows, values)
    items = [
        DECISION_SHAPE.describe(
            listed, id=listed.number, unit=listed.body, stage=listed.state, url=site.at(f"/decisions/{listed.number}/")
        )
        for listed in some
    ]
    return {"items": items, "next": following}


@operation(
    "getDecision",
    "decisions/{id}/",
    "一项决策",
    "从列入目录、征求意见、采纳情况到决定和公布，每一步公布了什么。",
    DECISION_LINE_SHAPE,
    OperationParameter("id", "事项编号", "number", example=1, in_path=True, required=True),
    tool="get_public_decision",
)
def get_decision(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """Return the stages of one decision (ItemNotPublic: not public here)."""
    line = load_public_timeline(values["id"], site.number)
    if line is None or not line.body.path.startswith(site.government.path):
        raise ItemNotPublic("没有这项决策，或者还没有公开。")
    counts = line.counts
    return {
        "id": line.decision.pk,
        "title": line.title,
        "unit": line.body.name,
        "stage": line.stage,
        "consulted_from": format_date(line.consultation.starts_on) if line.consultation else "",
        "consulted_to": format_date(line.consultation.ends_on) if line.consultation else "",
        "open_until": format_date(line.consultation.ends_on) if line.is_open and line.consultation else "",
        **{name: counts[key] if counts else None for name, key in _COUNT_NAMES.items()},
        "comments": counts["total"] if counts else line.received,
        "answer_due": format_date(line.answer_due),
        "steps": [
            STEP_SHAPE.describe(step, documents=[describe_document_link(row, site) for row in step.rows])
            for step in line.steps
        ],
        "url": site.at(f"/decisions/{line.decision.pk}/"),
    }
