"""Base models of texts that are reviewed and published without the page editor.

A revision is an insert-only row; its number is its primary key. Authors do not sign their own
text.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.html import escape

from gongkai.content.editions.frozen import Frozen, freeze_text
from gongkai.content.editions.models import Document
from gongkai.content.editions.written import RevisedSource
from gongkai.core.units.queries import with_names_at


def text_to_html(text: str) -> str:
    """Convert plain text to HTML paragraphs."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


class Revision(models.Model):
    """An immutable state of a text with author and time."""

    account = models.BigIntegerField("起草账号编号", null=True, blank=True)
    person = models.BigIntegerField("起草人编号", null=True, blank=True)
    by = models.CharField("起草人", max_length=120)
    at = models.DateTimeField("时间")

    class Meta:
        abstract = True
        ordering = ["pk"]


class Spoken(RevisedSource):
    """A text whose revisions (`revisions`) are published as editions."""

    information: ClassVar[str]

    class Meta:
        abstract = True

    @property
    def kind(self) -> str:
        """Return the portal's kind of information."""
        return self.information

    def frozen(self, revision: int) -> Frozen:
        """Return the edition content of a revision."""
        row = self.revision(revision)
        unit = with_names_at(self.unit, row.at)
        title, html, facts = self.said(row)
        whose = {"issuer": unit.name, "source": unit.label}
        return freeze_text(title=title, html=html, unit=unit, kind=self.kind, facts=facts | whose)

    def said(self, revision: Any) -> tuple[str, str, dict[str, object]]:
        """Return title, HTML and facts of a revision."""
        raise NotImplementedError

    def publication_blockers(self, frozen: Frozen) -> list[str]:
        """Return no reasons: this app has no further conditions."""
        return []

    @property
    def document(self) -> Document | None:
        """Return its document, or None if it was never submitted."""
        return Document.objects.filter(source=self.stream).first()
