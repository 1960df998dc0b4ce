"""Compose an issue into one text, and split it into articles again.

Headings: sections are h2, titles of articles h3, headings inside an article h4 and deeper. So an edition alone gives its articles back.
"""

from dataclasses import dataclass
from html import escape, unescape

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import load_shown
from gongkai.content.gazette.models import Article, Issue
from gongkai.core.acts.digest import digest
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.richtext import lower_headings, make_paragraphs, to_plain_text
from gongkai.lib.richtext.tags import StartTag, rewrite_tags

#: Levels by which headings inside an article are lowered, to be below its title.
HEADING_LEVEL_SHIFT = 2
#: Heading of the contents of an issue.
CONTENTS_HEADING = "目录"
_HEADING_PATTERN = re.compile(r"<h([23])\b[^>]*>(.*?)</h\1>", re.DOTALL)
_TAG_PATTERN = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class ComposedIssue:
    """A gazette issue ready for publication: HTML, articles and editions.

    `html` is its text, `editions` are those of its documents, `missing` the titles that are no
    longer public.
    """

    html: str
    articles: list[Article]
    editions: dict[int, int]
    missing: list[str]

    def terms(self, issue: Issue) -> dict[str, object]:
        """Return the facts stored with the text: cover, document of each article (0: none), editions, digest."""
        cover = issue.cover
        return {
            "cover": cover,
            "documents": [article.document_id or 0 for article in self.articles],
            "editions": {str(number): edition for number, edition in self.editions.items()},
            "made": digest(f"{cover!r}|{self.html}"),
        }


def compose(issue: Issue) -> ComposedIssue:
    """Compose an issue from the present public texts of its articles."""
    articles = list(issue.articles.select_related("document"))
    editions: dict[int, int] = {}
    missing: list[str] = []
    body: list[str] = []
    section = ""
    for article in articles:
        if article.section != section:
            section = article.section
            body.append(f"<h2>{escape(section, quote=False)}</h2>")
        body.append(_render_article(article, editions, missing))
    html = make_paragraphs(issue.foreword) + make_contents(articles) + "".join(body)
    return ComposedIssue(html, articles, editions, missing)


def _render_article(article: Article, editions: dict[int, int], missing: list[str]) -> str:
    """Return the HTML of an article, and enter its document's edition in `editions`.

    The title of a document that is not public is appended to `missing`.
    """
    if article.document is None:
        return _render_heading(article) + lower_headings(article.text, HEADING_LEVEL_SHIFT)
    document = load_shown(ANONYMOUS, article.document)
    content = getattr(document.edition, "content", None) if document else None
    if document is None or content is None:
        missing.append(article.title)
        return ""
    # As it reads by now: its title, too, may have been corrected since it was taken in.
    article.title = content.title[:300]
    article.number = content.facts.get("document_number", "")[:80]
    head = _render_heading(article)
    editions[article.document.pk] = document.edition.number
    text = replace_pictures(content.html)
    attached = [file["name"] for file in content.files if not file["picture"]]
    note = make_paragraphs(f"附件：{'；'.join(attached)}（见政府网站原文）") if attached else ""
    return head + lower_headings(text, HEADING_LEVEL_SHIFT) + note


def _render_heading(article: Article) -> str:
    """Return the title and number of an article as HTML."""
    number = make_paragraphs(article.number) if article.number else ""
    return f"<h3>{escape(article.title, quote=False)}</h3>{number}"


def replace_pictures(html: str) -> str:
    """Return a text with pictures replaced by words, because their files belong to the document's own edition."""
    return rewrite_tags(html, {"img"}, _make_picture_words)


def _make_picture_words(image: StartTag) -> str:
    """Return the words that replace a picture: its alternative text in brackets."""
    return f"（图：{escape(image.get('alt') or '见政府网站原文', quote=False)}）"


def make_contents(articles: list[Article]) -> str:
    """Return the contents of an issue as HTML: sections and titles, with printed pages if known."""
    made, section = [f"<h2>{CONTENTS_HEADING}</h2>"], None
    for article in articles:
        if article.section != section:
            made.append("</ul>" if section is not None else "")
            section = article.section
            made.append(f"<p><strong>{escape(section, quote=False)}</strong></p><ul>")
        page = f"……{article.page}" if article.page else ""
        number = f"（{article.number}）" if article.number else ""
        made.append(f"<li>{escape(article.title + number + page, quote=False)}</li>")
    return "".join(made) + ("</ul>" if section is not None else "")


def find_issue_blockers(issue: Issue) -> list[str]:
    """Return reasons against publishing an issue's last text: empty, documents not public, or changed since."""
    latest = issue.latest
    if latest is None:
        return []
    reasons = [] if issue.articles.exists() else ["公报还没有选入文件。"]
    made = compose(issue)
    reasons += [f"“{title}”没有公开或者已经撤回，不能刊登。" for title in made.missing]
    now = made.terms(issue)
    if not reasons and any(latest.terms.get(key) != now[key] for key in ("editions", "made")):
        reasons.append("刊头、篇目或者选入的文件有变动：请重新生成公报正文。")
    return reasons


@dataclass
class IssueArticle:
    """An article of a published issue, parsed from its edition."""

    place: int
    section: str
    title: str
    html: str
    document: Document | None = None
    standing: str = ""

    @property
    def text(self) -> str:
        """Return the article's text without HTML."""
        return to_plain_text(self.html)


def _strip_tags(html: str) -> str:
    return unescape(_TAG_PATTERN.sub("", html)).strip()


def split_articles(html: str) -> list[IssueArticle]:
    """Return the articles of an issue's text, in order."""
    headings = list(_HEADING_PATTERN.finditer(html))
    ends = [match.start() for match in headings[1:]] + [len(html)]
    found: list[IssueArticle] = []
    section = ""
    for heading, end in zip(headings, ends, strict=True):
        if heading[1] == "2":
            section = _strip_tags(heading[2])
        elif section != CONTENTS_HEADING:
            found.append(IssueArticle(len(found) + 1, section, _strip_tags(heading[2]), html[heading.end() : end]))
    return found
