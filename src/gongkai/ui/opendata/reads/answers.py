"""Operations: answers of the Q&A base, and published messages with answers."""

from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.editions.frozen import MESSAGE_FACTS
from gongkai.content.editions.models import EditionContent, Shelf
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.editions.queries.lists import keyset_page
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.lib.richtext import to_plain_text
from gongkai.ui.opendata.operations import (
    COMMON_FIELDS,
    JsonAnswer,
    ObjectShape,
    RequestedSite,
    ValueShape,
    format_date,
    format_time,
    operation,
)
from gongkai.ui.opendata.parameters import ItemNotPublic, OperationParameter, ParameterValues
from gongkai.ui.opendata.reads.documents import map_public_rows
from gongkai.ui.opendata.reads.validity import get_validity_label
from gongkai.work.consultation import answer_index, published_messages, queries
from gongkai.work.consultation.models import InquiryCategory, KnownAnswer

BASIS_SHAPE = ObjectShape(
    "Basis",
    "答复依据的一件文件",
    id=ValueShape("number", "信息编号", 345),
    title=ValueShape("text", "标题", "云岭市住房公积金提取办法"),
    standing=ValueShape("text", "有效性", "in_force"),
    standing_label=ValueShape("text", "有效性的名称", "现行有效"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/columns/12/345.html"),
)
_ANSWER_VALUES = {
    "id": ValueShape("number", "问答编号", 8),
    "question": ValueShape("text", "问题", "租房可以提取公积金吗？"),
    "answer": ValueShape("text", "答复", "可以。连续足额缴存满3个月……"),
    "basis": ValueShape("text", "依据", "《云岭市住房公积金提取办法》第五条"),
    "documents": ValueShape([BASIS_SHAPE], "依据的文件"),
    "warnings": ValueShape(["text"], "现在用这条答复要注意什么，如依据已经失效", []),
    "unit": ValueShape("text", "答复单位", "云岭市住房和城乡建设局"),
    "themes": ValueShape(["text"], "主题", ["住房"]),
    "contact": ValueShape("text", "咨询电话", "0871-0000000"),
    "valid_until": ValueShape("text", "有效期至，没有则为空", ""),
    "confirmed_on": ValueShape("text", "最近核对的日期", "2026-09-01"),
    "url": ValueShape("text", "网页地址", "https://www.yunling.example/answers/8/"),
}
ANSWER_SHAPE = ObjectShape("KnownAnswer", "政策问答库中的一条", **_ANSWER_VALUES)
WHOLE_ANSWER_SHAPE = ObjectShape("KnownAnswerWhole", "政策问答库中的一条", **COMMON_FIELDS, **_ANSWER_VALUES)
_ID_PARAMETER = OperationParameter("id", "问答编号", "number", example=1, in_path=True, required=True)


@operation(
    "listAnswers",
    "answers/",
    "政策问答",
    "政策问答库中使用中的答复，每条带依据；给出 q 时，按与问题的接近程度排列，没有接近的就没有。",
    ANSWER_SHAPE,
    OperationParameter("q", "问题，用平常的话", example="租房能提取公积金吗"),
    OperationParameter("unit", "答复单位编号", "number", example=3),
    tool="find_policy_answers",
    listed=True,
)
def list_answers(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List answers in use: the most similar ones to a question, else the newest first."""
    rows = queries.list_public_answers().prefetch_related("documents", "themes")
    if values["unit"] is not None:
        rows = rows.filter(body=values["unit"])
    if values["q"]:
        return {
            "items": [_describe_answer(known_answer, site) for known_answer in _list_similar(rows, values)],
            "next": "",
        }
    if last_id := parse_whole_number(values["cursor"]):
        rows = rows.filter(pk__lt=last_id)
    size = values["size"]
    some = list(rows.order_by("-pk")[: size + 1])
    following = str(some[size - 1].pk) if len(some) > size else ""
    return {"items": [_describe_answer(known_answer, site) for known_answer in some[:size]], "next": following}


def _list_similar(rows: QuerySet[KnownAnswer], values: ParameterValues) -> list[KnownAnswer]:
    """Return the rows most similar to the question, best first."""
    # The index knows no units: of one unit, more hits must be compared.
    k = values["size"] if values["unit"] is None else answer_index.MAX_RANKED_HITS
    similar_ids = [match.answer.pk for match in answer_index.search_answers(values["q"], k=k).offered]
    answers_by_id = rows.in_bulk(similar_ids)
    return [answers_by_id[number] for number in similar_ids if number in answers_by_id][: values["size"]]


@operation(
    "getAnswer", "answers/{id}/", "一条政策问答", "问题、答复、依据和核对日期。", WHOLE_ANSWER_SHAPE, _ID_PARAMETER
)
def get_answer(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """Return one answer in use (ItemNotPublic: none)."""
    answer = queries.list_public_answers().prefetch_related("documents", "themes").filter(pk=values["id"]).first()
    if answer is None:
        raise ItemNotPublic("没有这条问答，或者已经停用。")
    return _describe_answer(answer, site)


def _describe_answer(answer: KnownAnswer, site: RequestedSite) -> JsonAnswer:
    """Return an answer of the Q&A base; its warnings only if all its documents are public on the site."""
    documents = list(answer.documents.all())
    places = map_public_rows(site, [document.pk for document in documents]) if documents else {}
    public = [places[document.pk] for document in documents if document.pk in places]
    return ANSWER_SHAPE.describe(
        answer,
        id=answer.pk,
        documents=[
            BASIS_SHAPE.describe(
                row, id=row.document_id, standing_label=get_validity_label(row.standing), url=site.at(row.path)
            )
            for row in public
        ],
        warnings=list(answer_index.find_flags(answer)) if len(public) == len(documents) else [],
        unit=answer.body.name,
        themes=[theme.name for theme in answer.themes.all()],
        confirmed_on=format_date(
            answer.confirmed_on or (timezone.localdate(answer.released_at) if answer.released_at else None)
        ),
        url=site.at(f"/answers/{answer.pk}/"),
    )


MESSAGE_SHAPE = ObjectShape(
    "Message",
    "一条公开的留言和答复",
    id=ValueShape("number", "信息编号", 512),
    title=ValueShape("text", "标题", "小区门口的路灯不亮"),
    category=ValueShape("text", "留言类别", "consultation"),
    category_label=ValueShape("text", "留言类别的名称", "咨询"),
    received_on=ValueShape("text", "受理日期", "2026-10-08"),
    answered_on=ValueShape("text", "答复日期", "2026-10-12"),
    answered_by=ValueShape("text", "答复部门", "云岭市城市管理局"),
    text=ValueShape("text", "留言和答复", "留言：……\n答复：……"),
    published_at=ValueShape("text", "公开时间", "2026-10-15T10:00:00+08:00"),
    url=ValueShape("text", "网页地址", "https://www.yunling.example/columns/31/512.html"),
)


@operation(
    "listMessages",
    "messages/",
    "留言和答复",
    "征得留言人同意、隐去个人信息后公开的留言和答复，新的在前。",
    MESSAGE_SHAPE,
    OperationParameter("unit", "答复单位编号", "number", example=3),
    OperationParameter(
        "category", "类别", "choice", tuple((str(v), str(w)) for v, w in InquiryCategory.choices), "consultation"
    ),
    OperationParameter("year", "答复年份", "year", example=2026),
    listed=True,
)
def list_messages(site: RequestedSite, values: ParameterValues) -> JsonAnswer:
    """List public messages, newest first, paged by key."""
    rows = shelf_visible_to(ANONYMOUS).filter(website=site.number, column=None, kind=ItemKind.MESSAGE)
    message_filter = published_messages.MessageFilter(values["unit"], values["category"], values["year"])
    page = keyset_page(
        published_messages.filter_messages(rows, message_filter), after=values["cursor"], size=values["size"]
    )
    contents = EditionContent.objects.in_bulk([row.edition_id for row in page.rows])
    items = [_describe_message(row, contents[row.edition_id], site) for row in page.rows if row.edition_id in contents]
    return {"items": items, "next": page.next}


#: Category label in an edition, mapped to the filter value.
_CATEGORY_BY_LABEL = {str(label): str(value) for value, label in InquiryCategory.choices}


def _describe_message(row: Shelf, content: EditionContent, site: RequestedSite) -> JsonAnswer:
    """Return a published message with its answer."""
    facts = {name: str(content.facts.get(name, "")) for name in MESSAGE_FACTS}
    return {
        "id": row.document_id,
        "title": row.title,
        **facts,
        "category": _CATEGORY_BY_LABEL.get(facts["category"], ""),
        "category_label": facts["category"],
        "text": to_plain_text(content.html),
        "published_at": format_time(row.published_at),
        "url": site.at(row.path),
    }
