"""What announcements read: HTML put together from the fields of their forms (`terms`). Pure."""

from collections.abc import Mapping
from datetime import date, datetime

from gongkai.chinese.days import day_in_words
from gongkai.participation.models.announcements import AnnouncementKind
from gongkai.participation.models.comments import Outcome
from gongkai.richtext import lowered, paragraphs, table
from gongkai.typed_json import number, record, records, text

_K = AnnouncementKind
TITLES = {
    _K.DRAFT: "关于《{title}》公开征求意见的公告",
    _K.HEARING: "关于“{title}”召开{form}的公告",
    _K.ADOPTION: "《{title}》公开征求意见采纳情况",
    _K.RESULT: "关于“{title}”的决策结果",
    _K.EVALUATION: "“{title}”执行和后评估情况",
}
FORMS = {"hearing": "听证会", "meeting": "座谈会"}

#: Marks inside the same marks (GB/T 15834—2011, 4.8.3.4 and 4.15.3).
_IN_QUOTES = str.maketrans("“”", "‘’")
_IN_BRACKETS = str.maketrans("《》", "〈〉")


def title_of(what: str, matter: str, terms: Mapping[str, object]) -> str:
    """Return the usual title of an announcement."""
    form = FORMS.get(text(terms, "form"), "听证会")
    pattern = TITLES[AnnouncementKind(what)]
    inner = _IN_BRACKETS if "《" in pattern else _IN_QUOTES
    return pattern.format(title=matter.strip("《》").translate(inner), form=form)


def _section(head: str, html: str) -> str:
    return f"<h2>{head}</h2>{lowered(html)}" if html.strip() else ""


def _draft(terms: Mapping[str, object]) -> str:
    ends = day_in_words(date.fromisoformat(text(terms, "ends_on")))
    period = paragraphs(f"自本公告公布之日起至{ends}。")
    if terms.get("short"):
        period += paragraphs(f"征求意见的期限少于法定的一般期限，理由是：{text(terms, 'short')}")
    return "".join(
        (
            paragraphs(text(terms, "intro")),
            _section("征求意见的期限", period),
            _section("提交意见的方式", paragraphs(text(terms, "ways"))),
            _section("起草说明", text(terms, "explanation")),
            _section("草案全文", text(terms, "draft")),
        )
    )


def _hearing(terms: Mapping[str, object]) -> str:
    at = datetime.fromisoformat(text(terms, "held_at"))
    form = FORMS[text(terms, "form")]
    return "".join(
        (
            paragraphs(text(terms, "intro")),
            _section("时间和地点", paragraphs(f"{day_in_words(at)}，{terms['place']}。")),
            _section(f"{form}的事项", paragraphs(text(terms, "matters"))),
            _section("参加人的产生和报名", paragraphs(text(terms, "selection"))),
        )
    )


def counted(counts: Mapping[str, object]) -> str:
    """Say how many comments there were, and what became of them."""
    total = number(counts, "total")
    if not total:
        return "征求意见期间没有收到意见。"
    parts = [
        f"{outcome.label}{number(counts, outcome.value)}条"
        for outcome in Outcome
        if number(counts, outcome.value) or outcome in (Outcome.ADOPTED, Outcome.PARTLY, Outcome.REJECTED)
    ]
    left_out = "与草案无关的不逐项列出。" if number(counts, Outcome.UNRELATED.value) else ""
    return f"征求意见期间共收到意见{total}条，其中{'，'.join(parts)}。{left_out}"


def _adoption(terms: Mapping[str, object]) -> str:
    shown = adoption_rows_in(terms)
    heads = ["序号", "意见内容", "条数", "采纳情况", "说明"]
    listed = _section("意见采纳情况表", table(heads, shown)) if shown else ""
    return paragraphs(text(terms, "intro")) + paragraphs(counted(record(terms, "counts"))) + listed


def adoption_rows_in(terms: Mapping[str, object]) -> list[list[str]]:
    """Return the rows of the table of adoptions, a text for each cell."""
    rows = terms.get("rows")
    return [[str(cell) for cell in row] for row in rows] if isinstance(rows, (list, tuple)) else []


def _plain(terms: Mapping[str, object]) -> str:
    return text(terms, "text")


def catalogue_html(terms: Mapping[str, object]) -> str:
    """Return the text of a catalogue: its table, and what was changed since it was first published."""
    heads = ["序号", "决策事项", "承办单位", "决策依据", "时间安排", "公众参与方式"]
    rows = [
        [
            str(place),
            text(row, "title"),
            "、".join(filter(None, (text(row, "body"), text(row, "partners")))),
            text(row, "basis"),
            text(row, "timetable"),
            text(row, "ways"),
        ]
        for place, row in enumerate(records(terms, "rows"), 1)
    ]
    changes = [
        [text(one, name) for name in ("on", "what", "title", "words", "reason")]
        for one in records(terms, "changes")
    ]
    made = paragraphs(text(terms, "intro")) + table(heads, rows)
    if changes:
        made += _section("目录调整情况", table(["日期", "调整", "事项", "内容", "理由"], changes))
    return made


_WAYS = {
    _K.CATALOGUE: catalogue_html,
    _K.DRAFT: _draft,
    _K.HEARING: _hearing,
    _K.ADOPTION: _adoption,
    _K.RESULT: _plain,
    _K.EVALUATION: _plain,
}


def html_of(what: str, terms: Mapping[str, object]) -> str:
    """Return the text of an announcement."""
    return _WAYS[AnnouncementKind(what)](terms)
