"""What two kinds of texts share that are no pages of the editor's and go to the public through the reviews: a source of `publish`, with revisions.

A revision is a row that is written once; its number is its key, so that numbers only grow. Who wrote it does not sign it.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.html import escape

from gongkai.content.editions.frozen import Frozen, freeze_text
from gongkai.content.editions.models import Document
from gongkai.content.editions.written import RevisedSource
from gongkai.core.units.former import as_called


def paragraphs(text: str) -> str:
    """Return plain words as paragraphs of HTML."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


class Revision(models.Model):
    """One state of a text, never changed: who wrote it, and when."""

    account = models.BigIntegerField("起草账号编号", null=True, blank=True)
    person = models.BigIntegerField("起草人编号", null=True, blank=True)
    by = models.CharField("起草人", max_length=120)
    at = models.DateTimeField("时间")

    class Meta:
        abstract = True
        ordering = ["pk"]


class Spoken(RevisedSource):
    """A text with revisions (`revisions`), as a source of editions; what a revision says is put together when it is frozen."""

    information: ClassVar[str]

    class Meta:
        abstract = True

    @property
    def kind(self) -> str:
        """What kind of information it is."""
        return self.information

    def frozen(self, revision: int) -> Frozen:
        """Return what an edition of this revision says."""
        row = self.revision(revision)
        unit = as_called(self.unit, row.at)
        title, html, facts = self.said(row)
        whose = {"issuer": unit.name, "source": unit.label}
        return freeze_text(title=title, html=html, unit=unit, kind=self.kind, facts=facts | whose)

    def said(self, revision: Any) -> tuple[str, str, dict[str, object]]:
        """Return title, HTML and facts of a revision, but for whose it is."""
        raise NotImplementedError

    def publication_blockers(self, frozen: Frozen) -> list[str]:
        """Return what the room's own rules still ask: nothing."""
        return []

    @property
    def document(self) -> Document | None:
        """Its document; None where it was never submitted."""
        return Document.objects.filter(source=self.stream).first()
