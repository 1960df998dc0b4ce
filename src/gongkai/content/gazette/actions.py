"""Actions on gazette issues (open, fill, order, compose, record the printing), and who may take them."""

from collections.abc import Collection, Sequence
from datetime import date

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from gongkai.content.editions.models import Document, Shelf
from gongkai.content.editions.rules import check_writer
from gongkai.content.gazette.composing import compose
from gongkai.content.gazette.models import COVER_FIELDS, DEFAULT_SECTIONS, Article, Issue, Printed
from gongkai.content.gazette.queries import find_warnings, list_choosable_documents
from gongkai.content.publishing.actions import record_channel
from gongkai.content.publishing.models import DisclosureChannel
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.rows import draw_series_number, insert_row
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.rules import check_system
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.core.units.unit_filters import find_government
from gongkai.lib.privacy import find
from gongkai.lib.richtext import make_paragraphs


def check_editor(by: Actor, target: object) -> list[str]:
    """Return reasons unless the actor is a writer of the publishing body or the 政务公开办 above it."""
    return [] if not check_writer(by, target) else ["只有公报的主办单位或者政务公开办可以编辑公报。"]


# The order of a gazette's sections: that which the office gave them; a new one comes where the usual gazette has it. Pure.


_SECTION_RANKS = {name: place for place, name in enumerate(DEFAULT_SECTIONS)} | {
    "政府文件": DEFAULT_SECTIONS.index("市政府文件")
}


def merge_sections(existing: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return sections in order, with new ones inserted at their usual place.

    >>> merge_sections([], ["政策解读", "部门文件", "政策解读"])
    ['部门文件', '政策解读']
    >>> merge_sections(["要闻", "政策解读"], ["部门文件", "来信"])
    ['要闻', '部门文件', '政策解读', '来信']
    """
    made = list(dict.fromkeys(existing))
    last = len(DEFAULT_SECTIONS)
    for name in sorted({*new} - {*made}, key=lambda one: (_SECTION_RANKS.get(one, last), one)):
        rank = _SECTION_RANKS.get(name, last)
        later = (place for place, section in enumerate(made) if _SECTION_RANKS.get(section, -1) > rank)
        made.insert(next(later, len(made)), name)
    return made


#: Documents of one issue.
MAX_DOCUMENTS = 200
#: Kind of a document → the section of the gazette in which it is usually printed.
DEFAULT_SECTION_BY_KIND = {"interpretation": "政策解读", "personnel": "人事任免", "statistics": "统计公报"}


@action("gazette.open_issue", label="新建公报", rule=check_editor)
def open_issue(
    body: Body,
    *,
    by: Actor,
    year: int,
    number: int,
    issued_on: date,
    name: str = "",
    total: int | None = None,
    foreword: str = "",
    past: bool = False,
) -> ActionResult:
    """Open and return an issue (Refused: it is open already, or year or number is impossible)."""
    named = name.strip() or f"{body.name}公报"
    if _is_issue_open(body, named, year, number):
        raise Refused(f"《{named}》{year}年第{number}期已经建立。")
    if not 1949 <= year <= 2100 or not 1 <= number <= 400:
        raise Refused("请填写四位数的年份和期号。")
    issue = Issue.objects.create(
        body=body,
        name=named[:120],
        year=year,
        number=number,
        total=total,
        issued_on=issued_on,
        foreword=foreword.strip()[:500],
        past=past,
    )
    return ActionResult(words=f"新建{issue}", result=issue, stream=issue.stream)


def _is_issue_open(body: Body, name: str, year: int, number: int, *, but: int = 0) -> bool:
    """Return true if any body of the government already opened the issue, because readers see one gazette."""
    rows = Issue.objects.filter(body__path__startswith=find_government(body).path, name=name, year=year)
    return rows.filter(number=number).exclude(pk=but).exists()


def _check_not_in_review(issue: Issue) -> list[str]:
    waits = Review.objects.filter(source=issue.stream, state__in=OPEN_STATES).exists()
    return ["公报正在审签，要改动请先撤回送审。"] if waits else []


@action("gazette.change_issue", label="修改刊头", rule=check_editor, ready=_check_not_in_review)
def change_issue(
    issue: Issue,
    *,
    by: Actor,
    year: int,
    number: int,
    issued_on: date,
    name: str,
    total: int | None = None,
    foreword: str = "",
) -> ActionResult:
    """Change the cover of an issue; readers see it after the next composition and publication."""
    named = name.strip()[:120] or issue.name
    if _is_issue_open(issue.body, named, year, number, but=issue.pk):
        raise Refused(f"《{named}》{year}年第{number}期已经建立。")
    before = issue.cover
    issue.name, issue.year, issue.number, issue.total = named, year, number, total
    issue.issued_on, issue.foreword = issued_on, foreword.strip()[:500]
    if issue.cover == before:
        raise Refused("刊头没有改动。")
    issue.save(update_fields=list(COVER_FIELDS))
    return ActionResult(words=f"修改刊头：{issue}", facts={"before": {key: before[key] for key in COVER_FIELDS[:-1]}})


@action("gazette.change_article", label="修改补录篇目", rule=check_editor, ready=_check_not_in_review)
def change_article(
    issue: Issue,
    *,
    by: Actor,
    article: int,
    section: str,
    title: str,
    number: str = "",
    text: str = "",
    page: int | None = None,
) -> ActionResult:
    """Change an article that is not a public document; documents are changed by their own editions."""
    row = issue.articles.filter(pk=article, document=None).first()
    if row is None:
        raise Refused("这一篇已经移出，或者是从文件库选入的，要改请改文件本身。")
    if not title.strip() or not section.strip():
        raise Refused("请填写栏目和标题。")
    row.section, row.title, row.number = section.strip()[:40], title.strip()[:300], number.strip()[:80]
    row.text, row.page = _make_html(text), page
    row.save(update_fields=["section", "title", "number", "text", "page"])
    return ActionResult(words=f"修改“{row.title}”")


def _make_html(text: str) -> str:
    """Return a text that starts with a tag as it is, and another one as paragraphs."""
    return text if text.lstrip().startswith("<") else make_paragraphs(text)


def _get_next_position(issue: Issue) -> int:
    return (issue.articles.aggregate(last=Max("position"))["last"] or 0) + 1


@action("gazette.take_in", label="选入文件", rule=check_editor, ready=_check_not_in_review)
def add_documents(
    issue: Issue, *, by: Actor, documents: Sequence[int], section: str = "", anyway: bool = False
) -> ActionResult:
    """Add public documents to an issue; the result is their number.

    Documents that were printed before or are no longer in force need `anyway`.
    """
    rows = {
        row.document_id: row
        for row in list_choosable_documents(issue)
        .filter(document__in=list(documents)[:MAX_DOCUMENTS])
        .select_related("edition__content")
    }
    if not rows:
        raise Refused("请选择已经公开、还没有选入的文件。")
    if not anyway and (against := find_warnings(issue, rows.values())):
        texts = [f"《{rows[number].title}》{why}。" for number, why in against.items()]
        raise Refused([*texts, "确需选入的，请勾选“仍然选入”。"])
    known = list(issue.articles.values_list("section", flat=True))
    position = _get_next_position(issue)
    for place, number in enumerate(dict.fromkeys(documents)):
        row = rows.get(number)
        if row is not None:
            Article.objects.create(
                issue=issue,
                position=position + place,
                section=section.strip()[:40] or _find_section(issue, row),
                title=row.title,
                number=row.number,
                document=row.document,
            )
    _group_articles(issue, known)
    return ActionResult(words=f"选入{len(rows)}篇", facts={"documents": list(rows)}, result=len(rows))


def _group_articles(issue: Issue, section_order: Sequence[str]) -> None:
    """Save the articles grouped by section (the contents list each once), new sections after `section_order`."""
    rows = list(issue.articles.all())
    order = merge_sections(section_order, [article.section for article in rows])
    rows.sort(key=lambda one: order.index(one.section))
    for place, one in enumerate(rows, 1):
        one.position = place
    Article.objects.bulk_update(rows, ["position"])


def _find_section(issue: Issue, row: Shelf) -> str:
    """Return the section of a document by its kind, number and issuer."""
    if row.kind in DEFAULT_SECTION_BY_KIND:
        return DEFAULT_SECTION_BY_KIND[row.kind]
    if "令" in row.number:
        return "政府规章"
    government = find_government(issue.body)
    content = getattr(row.edition, "content", None)
    issuer = content.facts.get("issuer", "") if content else ""
    own = row.body_id == government.pk or row.body.kind == "general_office" or issuer == government.name
    return "政府文件" if own else "部门文件"


@action("gazette.add_article", label="补录篇目", rule=check_editor, ready=_check_not_in_review)
def add_article(
    issue: Issue, *, by: Actor, section: str, title: str, number: str = "", text: str = "", page: int | None = None
) -> ActionResult:
    """Add an article that is no public document, for example of a past issue.

    Return the `Article`.
    """
    if not title.strip() or not section.strip():
        raise Refused("请填写栏目和标题。")
    article = insert_row(
        Article(
            issue=issue,
            position=draw_series_number(("gazette.article", issue.pk), lambda: _get_next_position(issue) - 1),
            section=section.strip()[:40],
            title=title.strip()[:300],
            number=number.strip()[:80],
            text=_make_html(text),
            page=page,
        )
    )
    return ActionResult(words=f"补录“{article.title}”", result=article)


@action("gazette.arrange", label="调整栏目和顺序", rule=check_editor, ready=_check_not_in_review)
def arrange_articles(issue: Issue, *, by: Actor, order: Sequence[tuple[int, str]]) -> ActionResult:
    """Set order and sections of articles, as (key, section).

    Other articles are removed from the issue.
    """
    rows = {one.pk: one for one in issue.articles.all()}
    named = [(number, section.strip()[:40]) for number, section in order if number in rows]
    if not named:
        raise Refused("公报至少要有一篇。")
    removed_articles = [one for number, one in rows.items() if number not in dict(named)]
    for place, (number, section) in enumerate(named, 1):
        article = rows[number]
        article.position, article.section = place, section or article.section
        article.save(update_fields=["position", "section"])
    for one in removed_articles:
        one.delete()
    text = f"，移出{len(removed_articles)}篇" if removed_articles else ""
    return ActionResult(words=f"调整顺序，共{len(named)}篇{text}", facts={"order": [number for number, _ in named]})


@action("gazette.compose_issue", label="生成公报正文", rule=check_editor, ready=_check_not_in_review)
def compose_issue(issue: Issue, *, by: Actor, files: Sequence[tuple[str, StoredFile]] | None = None) -> ActionResult:
    """Compose an issue's text from the public texts of its articles; return the revision for review.

    Args:
        files: (name, stored file) of the printed issue; None for those of the last revision.
    """
    composition = compose(issue)
    if composition.missing:
        raise Refused([f"“{title}”没有公开或者已经撤回，不能刊登。" for title in composition.missing])
    if not issue.articles.exists():
        raise Refused("公报还没有选入文件。")
    findings = find(issue.foreword)
    if findings:
        raise Refused(f"卷首语会公开，不能有个人信息：{findings[0].text}。")
    last_revision = issue.latest
    kept_files = [(name, mark) for name, mark in last_revision.files] if last_revision and files is None else []
    named_files = [(name, file.pk) for name, file in files] if files is not None else kept_files
    row = issue.save_revision(
        by=by,
        title=str(issue),
        html=composition.html,
        facts={
            "formed_on": (
                issue.issued_on if issue.issued_on <= timezone.localdate() else timezone.localdate()
            ).isoformat(),
            "attribute": "proactive",
            "attribute_basis": "20.1",
            "issuer": issue.body.name,
            "written_on": issue.issued_on.isoformat(),
        },
        files=named_files,
        terms=composition.terms(issue),
    )
    Article.objects.bulk_update(composition.articles, ["title", "number"])
    return ActionResult(words=f"生成正文，{issue.articles.count()}篇", facts={"revision": row.pk}, result=row)


@action("gazette.note_printed", label="登记公报刊登", rule=check_system)
def record_printing(issue: Issue, *, by: Actor, documents: Collection[int], path: str) -> ActionResult:
    """Record for each document of an issue's public text that the gazette printed it (P-14); return how many.

    A document is recorded once.
    """
    known = set(issue.printed.values_list("release__document", flat=True))
    address = f"{settings.BASE_URL.rstrip('/')}{path}"
    made = 0
    for document in Document.objects.filter(pk__in=[number for number in documents if number not in known]):
        facts = {"channel": DisclosureChannel.GAZETTE, "name": str(issue)[:120], "address": address}
        release = record_channel(document, by=SYSTEM, at=timezone.now(), note="公报公开时自动登记", **facts)
        Printed.objects.create(issue=issue, release=release)
        made += 1
    return ActionResult(words=f"登记刊登{made}篇", facts={"count": made}, result=made)
