"""Queries on gazette issues: those that staff see, those that the public reads, and a search in their articles."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from gongkai.content.editions.models import Document, Edition, EditionContent, Shelf, ValidityState
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import load_shown, shelf_visible_to
from gongkai.content.editions.queries.prepared import fetch_numbers
from gongkai.content.gazette.composing import CONTENTS_HEADING, IssueArticle, split_articles
from gongkai.content.gazette.models import Article, Issue, IssueRevision
from gongkai.content.publishing.models import ChannelRelease
from gongkai.content.search.keywords import SearchKeyword, compute_matched_share
from gongkai.content.search.query import SearchQuery, run_search
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import GOVERNING_KINDS, find_government, list_actor_bodies, own_units_q
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.matching.folding import fold
from gongkai.lib.typed_json import read_numbers, read_record

#: Validity states of documents that are no longer in force.
ENDED_STANDINGS = (ValidityState.REPEALED, ValidityState.EXPIRED)
#: Notice on every issue: it is a compilation; each document's own page states its validity.
COMPILATION_NOTICE = (
    "政府公报是汇编，刊登时的文字不变；所载文件可能已经修改、废止或者失效，效力以各文件自己的页面为准。"
)
_HEADING_OR_LIST_ITEM_PATTERN = re.compile(r"<h([23])\b[^>]*>(.*?)</h\1>|<li>.*?(?=</li>)", re.DOTALL)


def is_issue(document: Document) -> bool:
    """Return true if a document is an issue of the gazette, a compilation without its own articles of law."""
    return bool(document.kind == ItemKind.GAZETTE)


def load_terms(editions: Sequence[Edition]) -> dict[int, dict[str, object]]:
    """Return {edition key: `ComposedIssue.terms` of its text} of editions with a stored revision."""
    named = {
        edition.pk: max((int(row["revision"]) for row in edition.approvals if row.get("revision")), default=0)
        for edition in editions
    }
    terms = dict(IssueRevision.objects.filter(pk__in=named.values()).values_list("pk", "terms"))
    return {edition: terms[revision] for edition, revision in named.items() if revision in terms}


def list_edition_articles(document: Document, edition: Edition, content: EditionContent | None) -> list[IssueArticle]:
    """Return the articles of an issue's edition with current validity; empty for other documents."""
    room, _, number = document.source.partition("/")
    issue = Issue.objects.filter(pk=number).first() if room == Issue.source_name else None
    if issue is None or content is None:
        return []
    return load_articles_with_validity(issue, content, load_terms([edition]).get(edition.pk, {}))


def list_printed_documents(rows: QuerySet[Shelf]) -> dict[int, set[int]]:
    """Return {issue key: keys of the documents in its public text}; `rows` are list rows of issues."""
    issues = {}
    for row in rows.select_related("document", "edition"):
        room, _, number = row.document.source.partition("/")
        if room == Issue.source_name:
            issues[int(number)] = row
    terms = load_terms([row.edition for row in issues.values()])
    printed = {}
    for issue, row in issues.items():
        documents = set(read_numbers(terms.get(row.edition_id, {}), "documents"))
        if not documents:  # a text from before documents were stored
            pieces = list_edition_articles(
                row.document, row.edition, EditionContent.objects.filter(pk=row.edition_id).first()
            )
            documents = {piece.document.pk for piece in pieces if piece.document}
        printed[issue] = documents - {0}
    return printed


def load_articles_with_validity(issue: Issue, content: EditionContent, terms: dict[str, object]) -> list[IssueArticle]:
    """Return the articles of a published text with their documents and present validity; `terms` as stored with it."""
    pieces = split_articles(content.html)
    _add_standings(pieces, read_numbers(terms, "documents") or _find_documents_by_title(issue, pieces))
    return pieces


def _find_documents_by_title(issue: Issue, pieces: Sequence[IssueArticle]) -> list[int]:
    """Return the key of each article's document by its title (0: none), for texts from before documents were stored."""
    documents_by_title = dict(issue.articles.filter(document__isnull=False).values_list("title", "document"))
    return [documents_by_title.get(piece.title, 0) for piece in pieces]


def _add_standings(pieces: Sequence[IssueArticle], documents: Sequence[int]) -> None:
    """Add documents, and the words for those no longer in force, to the articles."""
    existing = Document.objects.in_bulk([number for number in documents if number])
    for piece, number in zip(pieces, documents, strict=False):
        document = existing.get(number)
        piece.document = document
        if document is not None and document.standing in ENDED_STANDINGS:
            on = f"于{day_in_words(document.standing_on)}" if document.standing_on else ""
            piece.standing = f"已{on}{ValidityState(document.standing).label.removeprefix('已')}"


def mark_validity(html: str, pieces: Sequence[IssueArticle]) -> str:
    """Return an issue's text with the validity of documents next to their titles.

    The signed text, its digest and its editions do not change. The order is that of `split_articles`.
    """
    section, seen = "", {"listed": 0, "read": 0}

    def mark(match: re.Match[str]) -> str:
        """Return a title in the issue (contents or text) followed by the validity of the document that it names."""
        nonlocal section
        if match[1] == "2":
            section = re.sub(r"<[^>]+>", "", match[2]).strip()
            return match[0]
        listed = match[1] is None
        if listed != (section == CONTENTS_HEADING):
            return match[0]
        place = "listed" if listed else "read"
        at = seen[place]
        seen[place] = at + 1
        text = pieces[at].standing if at < len(pieces) else ""
        if not text:
            return match[0]
        if listed:
            return f'{match[0]} <span class="pk-state pk-state--repealed">{text}</span>'
        return f'{match[0]}<p class="pk-banner pk-banner--bad" role="note"><strong>本文件{text}。</strong></p>'

    return _HEADING_OR_LIST_ITEM_PATTERN.sub(mark, html)


#: Kinds of documents that a gazette prints besides policy documents.
PRINTED_ITEM_KINDS = (
    ItemKind.POLICY,
    ItemKind.NORMATIVE,
    ItemKind.INTERPRETATION,
    ItemKind.PERSONNEL,
    ItemKind.STATISTICS,
    ItemKind.PLAN,
    ItemKind.REPORT,
)
#: Issues that a search looks into, and articles that it lists.
MAX_SEARCHED_ISSUES, MAX_FOUND_ARTICLES = 15, 60
#: Characters shown before and after a search match.
EXCERPT_MARGIN_CHARACTERS = 40
_STAFF_ROLES = (Role.CLERK, Role.LEAD, Role.SIGNER, Role.REVIEWER)


@register_visible_to(Issue)
def visible_to(user: object) -> QuerySet[Issue]:
    """Return the issues that staff may see: those of bodies they work for or oversee."""
    actor = get_actor(user)
    rows = Issue.objects.select_related("body")
    if actor.system:
        return rows
    return rows.filter(own_units_q(actor)) if actor.known else rows.none()


def list_publishing_bodies(by: Actor) -> QuerySet[Body]:
    """Return the bodies for which the user edits a gazette."""
    return list_actor_bodies(by, roles=_STAFF_ROLES, supervising=(Role.CHIEF,)).order_by("position", "pk")


def list_choosable_documents(issue: Issue) -> QuerySet[Shelf]:
    """Return the public documents that an issue can add, newest first."""
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, kind__in=PRINTED_ITEM_KINDS)
    government = find_government(issue.body)
    # A subordinate government prints its own units' documents in its own gazette.
    below = Q(body__kind__in=GOVERNING_KINDS) & ~Q(body=government)
    rows = rows.filter(Q(body=government) | Q(body__parent=government)).exclude(below)
    articles = issue.articles.filter(document__isnull=False).values("document")
    rows = rows.exclude(document__in=articles).select_related("document", "body")
    return rows.order_by("-published_at", "-document")


def find_warnings(issue: Issue, rows: Iterable[Shelf]) -> dict[int, str]:
    """Return {document: warning}: printed by this gazette before, or no longer in force."""
    shelves = {row.document_id: row for row in rows}
    found = {
        number: [str(row.get_standing_display())] for number, row in shelves.items() if row.standing in ENDED_STANDINGS
    }
    before = Article.objects.filter(document__in=list(shelves), issue__name=issue.name).exclude(issue=issue)
    before = before.filter(issue__body__path__startswith=find_government(issue.body).path)
    for article in before.select_related("issue").order_by("issue__year", "issue__number"):
        text = f"已选入{article.issue.year}年第{article.issue.number}期"
        found.setdefault(article.document_id or 0, []).insert(0, text)
    return {number: "，".join(texts) for number, texts in found.items()}


def list_printing_issues(document: Document) -> list[int]:
    """Return the primary keys of the documents of issues that print a document."""
    # Asked for each document that is read.
    issues = fetch_numbers(Article, "issue", order="position", document=document.pk)
    names = [f"gazette/{number}" for number in issues]
    return list(Document.objects.filter(source__in=names).values_list("pk", flat=True)) if names else []


def map_channel_releases(documents: Iterable[Document]) -> dict[int, list[ChannelRelease]]:
    """Return {document key: its valid releases through other channels, oldest first} of documents of issues (W-10)."""
    channels: dict[int, list[ChannelRelease]] = {}
    numbers = [document.pk for document in documents]
    for row in ChannelRelease.objects.filter(document__in=numbers, dropped="").order_by("at", "pk"):
        channels.setdefault(row.document_id, []).append(row)
    return channels


@dataclass(frozen=True)
class PublicIssue:
    """An issue in the public list; `row` is its list row, `ended` the number of articles no longer in force."""

    issue: Issue
    row: Shelf
    ended: int


def list_public_issues(website: int, year: int | None = None) -> list[PublicIssue]:
    """Return the public issues of a site (of a `year`, if given), newest first."""
    rows = shelf_visible_to(ANONYMOUS).filter(website=website, column=None, kind=ItemKind.GAZETTE)
    shelves = {
        int(row.document.source.partition("/")[2]): row
        for row in rows.select_related("document", "edition")
        if row.document.source.startswith("gazette/")
    }
    texts = load_terms([row.edition for row in shelves.values()])
    ended = set(
        Document.objects.filter(standing__in=ENDED_STANDINGS, gazette_articles__isnull=False).values_list(
            "pk", flat=True
        )
    )
    issues = []
    for issue in Issue.objects.filter(pk__in=list(shelves)).select_related("body"):
        row = shelves[issue.pk]
        terms = texts.get(row.edition_id, {})
        held = {int(number) for number in read_record(terms, "editions")}
        issues.append(PublicIssue(issue.with_cover(read_record(terms, "cover")), row, len(held & ended)))
    issues.sort(key=lambda one: (-one.issue.year, -one.issue.number, one.issue.name))
    return [public_issue for public_issue in issues if year in (None, public_issue.issue.year)]


@dataclass(frozen=True)
class IssueReading:
    """A published issue for reading: its articles, with the current validity of their documents.

    `edition_number` and `edition_digest` are of the public edition, `path` is that of the whole issue on the site.
    """

    issue: Issue
    document: Document
    content: EditionContent
    edition_number: int
    edition_digest: str
    articles: list[IssueArticle]
    path: str

    @property
    def ended(self) -> list[IssueArticle]:
        """Return the articles whose document is no longer in force."""
        return [article for article in self.articles if article.standing]


def read_issue(number: int, website: int) -> IssueReading | None:
    """Return a published issue by its primary key, or None if it is not public on this site."""
    issue = Issue.objects.select_related("body").filter(pk=number).first()
    document = Document.objects.filter(source=f"gazette/{number}").first() if issue else None
    if issue is None or document is None:
        return None
    row = shelf_visible_to(ANONYMOUS).filter(website=website, column=None, document=document).first()
    shown = load_shown(ANONYMOUS, document) if row else None
    content = getattr(shown.edition, "content", None) if shown else None
    if row is None or shown is None or content is None:
        return None
    terms = load_terms([shown.edition]).get(shown.edition.pk, {})
    pieces = load_articles_with_validity(issue, content, terms)
    return IssueReading(
        issue.with_cover(read_record(terms, "cover")),
        document,
        content,
        shown.edition.number,
        shown.edition.digest,
        pieces,
        row.path,
    )


@dataclass(frozen=True)
class FoundArticle:
    """A gazette article (`piece`) that matches a search: the found `words` with the text before and after."""

    issue: Issue
    piece: IssueArticle
    before: str
    words: str
    after: str


def find_articles(website: int, text: str) -> list[FoundArticle]:
    """Return the articles of public issues that contain all words of a search, at most `MAX_FOUND_ARTICLES`.

    The search finds the issues, then their texts are scanned.
    """
    asked = text.strip()[:60]
    if not asked:
        return []
    hits = run_search(ANONYMOUS, website, SearchQuery(asked, kind=ItemKind.GAZETTE.value)).hits[:MAX_SEARCHED_ISSUES]
    numbers = [
        int(hit.row.document.source.partition("/")[2]) for hit in hits if hit.row.document.source.startswith("gazette/")
    ]
    articles: list[FoundArticle] = []
    for number in numbers:
        reading = read_issue(number, website)
        if reading:
            articles += [match for piece in reading.articles for match in _find_in_article(reading.issue, piece, asked)]
    return articles[:MAX_FOUND_ARTICLES]


def filter_articles(pieces: Sequence[IssueArticle], keywords: Sequence[SearchKeyword]) -> list[IssueArticle]:
    """Return the articles that contain the largest share of the keywords; none if no article contains one."""
    shares = [compute_matched_share(keywords, fold(f"{piece.title}\n{piece.text}")) for piece in pieces]
    most = max(shares, default=0)
    return [piece for piece, share in zip(pieces, shares, strict=True) if share == most > 0]


def _split_words(text: str) -> list[str]:
    return [part for part in re.split(r"\s+", text) if part]


def _contains_words(piece: IssueArticle, text: str) -> bool:
    """Return true if an article contains all words of a text, in any case."""
    low = f"{piece.title}\n{piece.text}".lower()
    return all(part.lower() in low for part in _split_words(text))


def _find_in_article(issue: Issue, piece: IssueArticle, search_words: str) -> Iterable[FoundArticle]:
    """Yield the first of the search words with its context, if an article contains all of them."""
    text = f"{piece.title}\n{piece.text}"
    parts = _split_words(search_words)
    if not _contains_words(piece, search_words):
        return
    position = text.lower().index(parts[0].lower())
    end = position + len(parts[0])
    around = (
        text[max(0, position - EXCERPT_MARGIN_CHARACTERS) : position],
        text[position:end],
        text[end : end + EXCERPT_MARGIN_CHARACTERS],
    )
    yield FoundArticle(issue, piece, *(value.replace("\n", " ") for value in around))
