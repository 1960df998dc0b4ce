"""List the articles of an issue with the present validity of their documents."""

from collections.abc import Sequence

from gongkai.content.editions.models import Document, Edition, EditionContent, Standing
from gongkai.content.editions.vocabulary import ItemKind
from gongkai.content.gazette.composing import CONTENTS_HEADING, IssueArticle, split_articles
from gongkai.content.gazette.models import Issue, IssueRevision
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.typed_json import read_numbers

#: Validity states of documents that are no longer in force.
ENDED_STANDINGS = (Standing.REPEALED, Standing.EXPIRED)
#: Notice on every issue: it is a compilation; each document's own page states its validity.
COMPILATION_NOTICE = (
    "政府公报是汇编，刊登时的文字不变；所载文件可能已经修改、废止或者失效，效力以各文件自己的页面为准。"
)
_PARTS = re.compile(r"<h([23])\b[^>]*>(.*?)</h\1>|<li>.*?(?=</li>)", re.DOTALL)


def is_issue(document: Document) -> bool:
    """Return true if a document is an issue of the gazette, a compilation without its own articles of law."""
    return bool(document.kind == ItemKind.GAZETTE)


def load_terms(editions: Sequence[Edition]) -> dict[int, dict[str, object]]:
    """Return `ComposedIssue.terms` of the texts behind editions, by edition key."""
    named = {
        one.pk: max((int(row["revision"]) for row in one.approvals if row.get("revision")), default=0)
        for one in editions
    }
    terms = dict(IssueRevision.objects.filter(pk__in=named.values()).values_list("pk", "terms"))
    return {edition: terms[revision] for edition, revision in named.items() if revision in terms}


def list_articles_of(document: Document, edition: Edition, content: EditionContent | None) -> list[IssueArticle]:
    """Return the articles of an issue's edition with current validity; empty for other documents."""
    room, _, number = document.source.partition("/")
    issue = Issue.objects.filter(pk=number).first() if room == Issue.source_name else None
    if issue is None or content is None:
        return []
    return pieces_with_standing(issue, content, load_terms([edition]).get(edition.pk, {}))


def pieces_with_standing(issue: Issue, content: EditionContent, terms: dict[str, object]) -> list[IssueArticle]:
    """Return the articles of a published text with their documents and present validity."""
    pieces = split_articles(content.html)
    _with_standing(pieces, read_numbers(terms, "documents") or _by_title(issue, pieces))
    return pieces


def _by_title(issue: Issue, pieces: Sequence[IssueArticle]) -> list[int]:
    """Return the documents of articles by title, for texts from before documents were stored."""
    named = dict(issue.articles.filter(document__isnull=False).values_list("title", "document"))
    return [named.get(piece.title, 0) for piece in pieces]


def _with_standing(pieces: Sequence[IssueArticle], documents: Sequence[int]) -> None:
    there = Document.objects.in_bulk([number for number in documents if number])
    for piece, number in zip(pieces, documents, strict=False):
        document = there.get(number)
        piece.document = document
        if document is not None and document.standing in ENDED_STANDINGS:
            on = f"于{day_in_words(document.standing_on)}" if document.standing_on else ""
            piece.standing = f"已{on}{Standing(document.standing).label.removeprefix('已')}"


def mark_validity(html: str, pieces: Sequence[IssueArticle]) -> str:
    """Return an issue's text with the validity of documents next to their titles.

    The signed text, its digest and its editions do not change. The order is that of `split_articles`.
    """
    section, seen = "", {"listed": 0, "read": 0}

    def mark(found: re.Match[str]) -> str:
        nonlocal section
        if found[1] == "2":
            section = re.sub(r"<[^>]+>", "", found[2]).strip()
            return found[0]
        listed = found[1] is None
        if listed != (section == CONTENTS_HEADING):
            return found[0]
        place = "listed" if listed else "read"
        at = seen[place]
        seen[place] = at + 1
        words = pieces[at].standing if at < len(pieces) else ""
        if not words:
            return found[0]
        if listed:
            return f'{found[0]} <span class="pk-state pk-state--repealed">{words}</span>'
        return f'{found[0]}<p class="pk-banner pk-banner--bad" role="note"><strong>本文件{words}。</strong></p>'

    return _PARTS.sub(mark, html)
