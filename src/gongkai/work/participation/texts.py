"""The HTML of announcements, and proposals for groups of similar comments.

Personal data is masked in comments and in the texts that are published about them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from itertools import islice

from django.db.models import QuerySet

from gongkai.core.intake.deidentification import DeidentifiedText, KnownIdentities, deidentify, find_mentions
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.models import Party
from gongkai.lib import matching
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.privacy import find, mask
from gongkai.lib.richtext import lower_headings, make_paragraphs, make_table
from gongkai.lib.typed_json import read_number, read_record, read_records, read_text, read_texts
from gongkai.work.participation.models import Comment, Consultation
from gongkai.work.participation.models.announcements import AnnouncementKind
from gongkai.work.participation.models.comments import PointOutcome
from gongkai.work.participation.models.surveys import QuestionKind

# Minimum similarity: people copy a text and change a sentence.
SIMILARITY_THRESHOLD = 0.6


def group_similar_texts(texts: Iterable[tuple[int, str]]) -> list[list[int]]:
    """Return groups of numbers of similar texts, the largest first; also groups of one.

    Args:
        texts: (number, text) in the order of receipt.
    """
    rows = list(texts)
    # Most copies are identical and need no comparison.
    first_number_by_text: dict[str, int] = {}
    first_of_group: dict[int, int] = {
        number: first_number_by_text.setdefault(text.strip(), number) for number, text in rows
    }
    distinct = ((str(number), text) for text, number in first_number_by_text.items())
    for pair in matching.find_near_duplicates(distinct, at_least=SIMILARITY_THRESHOLD):
        first_of_group[int(pair.id)] = first_of_group[int(pair.of)]  # an earlier comment, whose head is known
    groups: dict[int, list[int]] = {}
    for number, _ in rows:
        groups.setdefault(first_of_group[first_of_group[number]], []).append(number)
    return sorted(groups.values(), key=lambda one: (-len(one), one[0]))


def match_groups_to_points(
    groups: Sequence[Sequence[int]], texts: dict[int, str], points_by_text: dict[str, int]
) -> dict[int, int]:
    """Return group position → point number for groups whose first text is like a point."""
    pairs = [(f"p{number}", text) for text, number in points_by_text.items()]
    pairs += [(f"g{index}", texts[group[0]]) for index, group in enumerate(groups)]
    near_duplicates = matching.find_near_duplicates(pairs, at_least=SIMILARITY_THRESHOLD)
    return {
        int(duplicate.id[1:]): int(duplicate.of[1:])
        for duplicate in near_duplicates
        if duplicate.id[0] == "g" and duplicate.of[0] == "p"
    }


# Maximum comments compared at once, and comments read between two progress messages.
MAX_COMPARED_COMMENTS = 20_000
PROGRESS_STEP = 1000
# Maximum characters of a gist taken from a comment.
MAX_GIST_CHARACTERS = 300


@dataclass(frozen=True)
class GroupingProposal:
    """Similar comments for the point with the key `point`, or for a new one with `gist`."""

    comments: list[int]
    gist: str
    point: int | None


def _ignore_progress(text: str, done: int = 0, total: int = 0) -> None:
    pass


def propose_groups(
    consultation: Consultation, say: Callable[[str, int, int], None] = _ignore_progress
) -> list[GroupingProposal]:
    """Propose a point for ungrouped comments that resemble other comments or an existing point.

    Args:
        say: the progress callback (words, done, total).
    """
    rows = (
        consultation.comments.filter(point=None).order_by("number").values_list("pk", "masked")[:MAX_COMPARED_COMMENTS]
    )
    total, ungrouped = min(rows.count(), MAX_COMPARED_COMMENTS), []
    for index, (pk, encrypted) in enumerate(rows.iterator(PROGRESS_STEP)):
        if index % PROGRESS_STEP == 0:
            say("读取意见", index, total)
        ungrouped.append((pk, encrypted.reveal()))
    say(f"比对{total}条意见", 0, 0)
    texts, groups = dict(ungrouped), group_similar_texts(ungrouped)
    point_by_gist = {point.gist: point.pk for point in consultation.points.all()}
    with_point = match_groups_to_points(groups, texts, point_by_gist)
    return [
        GroupingProposal(numbers, texts[numbers[0]][:MAX_GIST_CHARACTERS], with_point.get(index))
        for index, numbers in enumerate(groups)
        if len(numbers) > 1 or index in with_point
    ]


#: Replaces the name of a commenter in masked texts.
COMMENTER_WORD = "某某"
#: Commenters of whom all forms of their names are searched for; of further ones only full names and
#: numbers.
MAX_SEARCHED_COMMENTERS = 1000
_PARTIES_PER_QUERY = 500
# Maximum number of words that a refusal lists.
_MAX_WORDS_LISTED = 3


def mask_comment(text: str, particulars: SenderParticulars | None = None) -> str:
    """Return a comment, trimmed, as staff read it in lists (slow: about a millisecond).

    Args:
        particulars: name and contact of the commenter, if given.
    """
    if particulars is None:
        return mask(text.strip())[0]
    identities = KnownIdentities()
    identities.add_particulars(particulars, COMMENTER_WORD)
    return deidentify(text.strip(), identities).text


def get_commenter_identities(comments: QuerySet[Comment]) -> KnownIdentities:
    """Return the words that identify commenters, as far as their data is not erased."""
    identities, parties = KnownIdentities(), _iterate_parties(comments)
    for party in islice(parties, MAX_SEARCHED_COMMENTERS):
        identities.add_party(party, COMMENTER_WORD)
    for party in parties:
        values = (party.name.reveal(), party.phone.reveal(), party.email.reveal())
        identities.words |= {value: COMMENTER_WORD for value in values if len(value) > 1}
    return identities


def _iterate_parties(comments: QuerySet[Comment]) -> Iterator[Party]:
    """Yield the commenters of comments whose data were not erased, in batches."""
    matters = [f"comment/{number}" for number in comments.order_by("number").values_list("pk", flat=True)]
    for start in range(0, len(matters), _PARTIES_PER_QUERY):
        yield from Party.objects.filter(matter__in=matters[start : start + _PARTIES_PER_QUERY], erased_at=None)


def hide_commenters(text: str, comments: QuerySet[Comment]) -> DeidentifiedText:
    """Return a text without the commenters of `comments` and other personal data."""
    return deidentify(text, get_commenter_identities(comments))


def find_personal_words(text: str, identities: KnownIdentities) -> list[str]:
    """Return at most 3 words of a text that name a commenter or are other personal data."""
    found_words = [*find_mentions(text, identities), *(finding.text for finding in find(text))]
    return list(dict.fromkeys(found_words))[:_MAX_WORDS_LISTED]


_Kind = AnnouncementKind
#: Usual title of each kind of announcement.
TITLE_PATTERNS = {
    _Kind.DRAFT: "关于《{title}》公开征求意见的公告",
    _Kind.HEARING: "关于“{title}”召开{form}的公告",
    _Kind.ADOPTION: "《{title}》公开征求意见采纳情况",
    _Kind.RESULT: "关于“{title}”的决策结果",
    _Kind.EVALUATION: "“{title}”执行和后评估情况",
    _Kind.SURVEY: "关于开展“{title}”网上调研的公告",
    _Kind.FINDINGS: "“{title}”网上调研结果",
}
MEETING_FORMS = {"hearing": "听证会", "meeting": "座谈会"}

# Nested quotation marks (GB/T 15834—2011, 4.8.3.4 and 4.15.3).
_NESTED_QUOTES = str.maketrans("“”", "‘’")
_NESTED_BRACKETS = str.maketrans("《》", "〈〉")


def make_announcement_title(kind: str, matter: str, terms: Mapping[str, object]) -> str:
    """Return the usual title of an announcement; `terms` name the form of a meeting."""
    form = MEETING_FORMS.get(read_text(terms, "form"), "听证会")
    pattern = TITLE_PATTERNS[AnnouncementKind(kind)]
    inner = _NESTED_BRACKETS if "《" in pattern else _NESTED_QUOTES
    return pattern.format(title=matter.strip("《》").translate(inner), form=form)


def _make_section(head: str, html: str) -> str:
    return f"<h2>{head}</h2>{lower_headings(html)}" if html.strip() else ""


def _make_draft_html(terms: Mapping[str, object]) -> str:
    ends = day_in_words(date.fromisoformat(read_text(terms, "ends_on")))
    period = make_paragraphs(f"自本公告公布之日起至{ends}。")
    if terms.get("short"):
        period += make_paragraphs(f"征求意见的期限少于法定的一般期限，理由是：{read_text(terms, 'short')}")
    return "".join(
        (
            make_paragraphs(read_text(terms, "intro")),
            _make_section("征求意见的期限", period),
            _make_section("提交意见的方式", make_paragraphs(read_text(terms, "ways"))),
            _make_section("起草说明", read_text(terms, "explanation")),
            _make_section("草案全文", read_text(terms, "draft")),
        )
    )


def _make_hearing_html(terms: Mapping[str, object]) -> str:
    """Return the HTML of the announcement of a hearing or meeting."""
    moment = datetime.fromisoformat(read_text(terms, "held_at"))
    form = MEETING_FORMS[read_text(terms, "form")]
    return "".join(
        (
            make_paragraphs(read_text(terms, "intro")),
            _make_section("时间和地点", make_paragraphs(f"{day_in_words(moment)}，{terms['place']}。")),
            _make_section(f"{form}的事项", make_paragraphs(read_text(terms, "matters"))),
            _make_section("参加人的产生和报名", make_paragraphs(read_text(terms, "selection"))),
        )
    )


def describe_comment_counts(counts: Mapping[str, object]) -> str:
    """Return the number of comments, of those entered by the unit and of each outcome in words."""
    total = read_number(counts, "total")
    if not total:
        return "征求意见期间没有收到意见。"
    outcome_texts = [
        f"{outcome.label}{read_number(counts, outcome.value)}条"
        for outcome in PointOutcome
        if read_number(counts, outcome.value)
        or outcome in (PointOutcome.ADOPTED, PointOutcome.PARTLY, PointOutcome.REJECTED)
    ]
    unrelated_words = "与草案无关的不逐项列出。" if read_number(counts, PointOutcome.UNRELATED.value) else ""
    entered = read_number(counts, "entered")
    channel_note = (
        f"（网站收到{total - entered}条，其余{entered}条由承办单位从来信、来电、会议等登记）" if entered else ""
    )
    return f"征求意见期间共收到意见{total}条{channel_note}，其中{'，'.join(outcome_texts)}。{unrelated_words}"


def _make_adoption_html(terms: Mapping[str, object]) -> str:
    """Return the HTML of the adoption table with the counts of comments."""
    adoption_rows = read_adoption_rows(terms)
    heads = ["序号", "意见内容", "条数", "采纳情况", "说明"]
    listed = _make_section("意见采纳情况表", make_table(heads, adoption_rows)) if adoption_rows else ""
    return (
        make_paragraphs(read_text(terms, "intro"))
        + make_paragraphs(describe_comment_counts(read_record(terms, "counts")))
        + listed
    )


def read_adoption_rows(terms: Mapping[str, object]) -> list[list[str]]:
    """Return the rows of the adoption table as text; `terms`: the announcement's fields."""
    rows = terms.get("rows")
    return [[str(cell) for cell in row] for row in rows] if isinstance(rows, (list, tuple)) else []


def _get_typed_html(terms: Mapping[str, object]) -> str:
    return read_text(terms, "text")


def _make_survey_html(terms: Mapping[str, object]) -> str:
    """Return the HTML of the announcement of a survey with all questions."""
    ends = day_in_words(date.fromisoformat(read_text(terms, "ends_on")))
    questions_html = "".join(
        _render_question_heading(number, question) + _make_options_html(question)
        for number, question in enumerate(read_records(terms, "asked"), 1)
    )
    return "".join(
        (
            make_paragraphs(read_text(terms, "intro")),
            _make_section("调研的政策", make_paragraphs(read_text(terms, "policy"))),
            _make_section(
                "期限和方式",
                make_paragraphs(f"自本公告公布之日起至{ends}，在本网站“网上调研”栏目填写，不需要说明身份。"),
            ),
            f"<h2>问卷</h2>{questions_html}",
        )
    )


def _render_question_heading(place: int, question: Mapping[str, object]) -> str:
    return f"<h3>{place}. {escape(read_text(question, 'text'), quote=False)}</h3>"


def _make_options_html(question: Mapping[str, object]) -> str:
    """Return a paragraph with a question's kind of answer and its options."""
    kind = read_text(question, "kind")
    most = read_number(question, "most")
    kind_hint = {
        QuestionKind.ONE: "（单选）",
        QuestionKind.MANY: f"（多选，最多{most}项）" if most else "（多选）",
        QuestionKind.SCALE: "（评分，1分最低，5分最高）",
        QuestionKind.WORDS: "（填写文字）",
    }[QuestionKind(kind)]
    optional_hint = "" if question.get("required") else "（选答）"
    return make_paragraphs("\n".join((kind_hint + optional_hint, "；".join(read_texts(question, "options")))))


def _make_findings_html(terms: Mapping[str, object]) -> str:
    """Return the HTML of a survey's findings: policy, days, replies and tallies."""
    starts_on, ends_on = (day_in_words(date.fromisoformat(read_text(terms, name))) for name in ("starts_on", "ends_on"))
    tables = "".join(_make_tally_html(number, tally) for number, tally in enumerate(read_records(terms, "tallies"), 1))
    return "".join(
        (
            make_paragraphs(f"调研的政策：{read_text(terms, 'policy')}。"),
            make_paragraphs(f"{starts_on}至{ends_on}共收到问卷{read_number(terms, 'replies')}份。"),
            _make_section("调研结果", read_text(terms, "findings")),
            f"<h2>各题填写情况</h2>{tables}",
            _make_section("共性问题和答复", read_text(terms, "answers")),
            _make_section("改进措施、责任单位和时限", read_text(terms, "measures")),
        )
    )


def explain_share_sum(kind: str, shares: Sequence[int]) -> str:
    """Return the reason why the shares of a question do not add up to 100, or "".

    >>> explain_share_sum("one", [33, 33, 33]), explain_share_sum("one", [25, 75]), explain_share_sum("many", [60, 70])
    ('各项比例四舍五入，合计不等于100%。', '', '可以选多项，各项比例合计不等于100%。')
    """
    if sum(shares) in {0, 100}:
        return ""
    cause = "可以选多项，各项比例" if kind == QuestionKind.MANY else "各项比例四舍五入，"
    return f"{cause}合计不等于100%。"


def _make_tally_html(place: int, question: Mapping[str, object]) -> str:
    """Return a question's heading and table of answers; of written answers only their number."""
    head = _render_question_heading(place, question)
    answered = read_number(question, "answered")
    if read_text(question, "kind") == QuestionKind.WORDS:
        return head + make_paragraphs(
            f"{answered}人填写了意见，归纳和答复见“共性问题和答复”。" if answered else "没有人填写。"
        )
    rows = [
        [read_text(row, "option"), read_text(row, "count"), f"{read_number(row, 'share')}%"]
        for row in read_records(question, "lines")
    ]
    mean = f"，平均{question['mean']}分" if read_text(question, "kind") == QuestionKind.SCALE and answered else ""
    sum_note = explain_share_sum(
        read_text(question, "kind"), [read_number(row, "share") for row in read_records(question, "lines")]
    )
    return (
        head + make_paragraphs(f"{answered}人回答{mean}。{sum_note}") + make_table(["选项", "人数", "占回答人数"], rows)
    )


def render_catalogue(terms: Mapping[str, object]) -> str:
    """Return the HTML of a catalogue's fields: its table and its changes."""
    heads = ["序号", "决策事项", "承办单位", "决策依据", "时间安排", "公众参与方式"]
    rows = [
        [
            str(number),
            read_text(row, "title"),
            "、".join(filter(None, (read_text(row, "body"), read_text(row, "partners")))),
            read_text(row, "basis"),
            read_text(row, "timetable"),
            read_text(row, "ways"),
        ]
        for number, row in enumerate(read_records(terms, "rows"), 1)
    ]
    changes = [
        [read_text(record, name) for name in ("on", "what", "title", "words", "reason")]
        for record in read_records(terms, "changes")
    ]
    html = make_paragraphs(read_text(terms, "intro")) + make_table(heads, rows)
    if changes:
        html += _make_section("目录调整情况", make_table(["日期", "调整", "事项", "内容", "理由"], changes))
    return html


_HTML_MAKERS = {
    _Kind.CATALOGUE: render_catalogue,
    _Kind.DRAFT: _make_draft_html,
    _Kind.HEARING: _make_hearing_html,
    _Kind.ADOPTION: _make_adoption_html,
    _Kind.RESULT: _get_typed_html,
    _Kind.EVALUATION: _get_typed_html,
    _Kind.SURVEY: _make_survey_html,
    _Kind.FINDINGS: _make_findings_html,
}


def make_announcement_html(kind: str, terms: Mapping[str, object]) -> str:
    """Return the HTML of an announcement of the kind `kind` with the fields `terms`."""
    return _HTML_MAKERS[AnnouncementKind(kind)](terms)
