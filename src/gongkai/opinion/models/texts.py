"""What two kinds of texts share that are no pages of the editor's and go to the public through the reviews: a source of `publish`, with revisions.

A revision is a row that is written once; its number is its key, so that numbers only grow. Who wrote it does not sign it.
"""

from typing import Any

from django.db import models
from django.utils.html import escape

from gongkai.acts.action import Refused
from gongkai.editions.frozen import Frozen, freeze_text
from gongkai.editions.models import Document
from gongkai.editions.sources import Writers
from gongkai.units.models import Body


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


class Spoken(models.Model):
    """A text with revisions (`revisions`), as a source of editions."""

    #: The name before the number in its lasting identity.
    source_name: str
    information: str

    class Meta:
        abstract = True

    revisions: Any

    @property
    def stream(self) -> str:
        """Its lasting identity, and its stream in the log."""
        return f"{self.source_name}/{self.pk}"

    @property
    def unit(self) -> Body:
        """Whose words they are."""
        raise NotImplementedError

    @property
    def kind(self) -> str:
        """What kind of information it is."""
        return self.information

    @property
    def latest_revision_id(self) -> int | None:
        """The number of the last revision."""
        number: int | None = self.revisions.order_by("-pk").values_list("pk", flat=True).first()
        return number

    def frozen(self, revision: int) -> Frozen:
        """Return what an edition of this revision says."""
        row = self.revisions.filter(pk=revision).first()
        if row is None:
            raise Refused("没有这一稿。")
        title, html, facts = self.said(row)
        return freeze_text(title=title, html=html, unit=self.unit, kind=self.kind, facts=facts)

    def said(self, revision: Any) -> tuple[str, str, dict[str, Any]]:
        """Return title, HTML and facts of a revision."""
        raise NotImplementedError

    def writers(self, after: int, upto: int) -> Writers:
        """Return who wrote the revisions later than `after`, up to and including `upto`."""
        rows = list(self.revisions.filter(pk__gt=after, pk__lte=upto).values_list("account", "person"))
        return Writers({a for a, _ in rows if a is not None}, {p for _, p in rows if p is not None})

    def lacks(self, frozen: Frozen) -> list[str]:
        """Return what the room's own rules still ask: nothing."""
        return []

    @property
    def document(self) -> Document | None:
        """Its document; None where it was never submitted."""
        return Document.objects.filter(source=self.stream).first()
