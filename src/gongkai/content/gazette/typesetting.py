"""Typeset a published issue as .pdf: cover, contents, articles; cached by digest and erased with its edition."""

from typing import TYPE_CHECKING

from django.core.files.base import ContentFile

from gongkai.content.gazette.queries import IssueReading
from gongkai.core.acts.digest import digest
from gongkai.core.files.storage import get_files_storage
from gongkai.lib.chinese.days import day_in_words

if TYPE_CHECKING:
    from gongkai.lib.writing.gazette import GazetteIssue

#: Version of the layout; increase it to typeset all issues again.
LAYOUT_VERSION = 2


def make_typeset_issue(reading: IssueReading) -> "GazetteIssue":
    """Return an issue as a document to typeset."""
    from gongkai.lib.writing.gazette import (  # the writer of .pdf is costly to load
        GazetteArticle,
        GazetteIssue,
    )

    issue = reading.issue
    return GazetteIssue(
        name=issue.name,
        year=issue.year,
        number=issue.number,
        total=issue.total,
        issued_on=day_in_words(issue.issued_on),
        publisher=issue.body.name,
        foreword=issue.foreword,
        articles=[
            GazetteArticle(piece.section, piece.title, piece.html, f"本文件{piece.standing}" if piece.standing else "")
            for piece in reading.articles
        ],
        source=f"第{reading.edition_number}版，校验值{reading.edition_digest[:12]}",
    )


def make_pdf(reading: IssueReading) -> bytes:
    """Return a gazette issue as .pdf, from the cache or typeset and cached.

    Raises:
        MissingFont: no Chinese font is installed.
    """
    from gongkai.lib.writing.gazette import render_gazette_pdf

    issue = make_typeset_issue(reading)
    key = digest(f"{LAYOUT_VERSION}|{reading.edition_digest}|{issue!r}")[:24]
    # Where files made of an edition stand: what law erases is deleted there, too (`policies.downloads.delete_erased_files`).
    place = f"prints/{reading.edition_digest[:2]}/{reading.edition_digest}/{key}.pdf"
    storage = get_files_storage()
    if storage.exists(place):
        with storage.open(place) as file:
            return bytes(file.read())
    data = render_gazette_pdf(issue)
    storage.save(place, ContentFile(data))
    return data
