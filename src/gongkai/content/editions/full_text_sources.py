"""Sources with revisions in a table of their own app, for example gazette issues.

    class Announcement(FullTextSource):
        source_name = "announcement"

    class AnnouncementRevision(FullTextRevision):
        source = models.ForeignKey(Announcement, models.CASCADE, related_name="revisions")

    register_source("announcement", Announcement.found)
    ERASURE_HANDLERS.append(FullTextErasureHandler(Announcement, AnnouncementRevision))

A revision is a complete, unchangeable text (title, HTML, facts, files by digest), numbered by its row.
`terms` are the values from which the app made the text, so that a form can continue with them; they are not
published.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone

from gongkai.content.editions.erasure import ERASED_TEXT, TextEchoes, find_erased_revisions
from gongkai.content.editions.frozen import FrozenContent, freeze_text
from gongkai.content.editions.models import Document, Edition
from gongkai.content.editions.sources import TextWriters
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.files.models import StoredFile
from gongkai.core.units.another_person import with_covered_people
from gongkai.core.units.models import Body
from gongkai.core.units.queries import with_names_at
from gongkai.lib.richtext import clean_html

DRAFT_GONE_ERROR = "没有这一稿。"


class FullTextRevision(models.Model):
    """A revision of a source's text; subclasses add the foreign key `source`."""

    title = models.CharField("标题", max_length=300)
    html = models.TextField("正文", blank=True)
    facts = models.JSONField("著录项", default=dict)
    files = models.JSONField("附件", default=list, help_text="[名称, 摘要值]")
    terms = models.JSONField("编写要素", default=dict)
    at = models.DateTimeField("保存时间", default=timezone.now)
    by = models.CharField("保存人", max_length=120)
    account = models.BigIntegerField(null=True)
    person = models.BigIntegerField(null=True)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class RevisedSource(models.Model):
    """A source with its own table of revisions (`revisions`); base class for `editions.sources.Source`."""

    source_name: ClassVar[str]
    revisions: Any

    class Meta:
        abstract = True

    @classmethod
    def found(cls, number: int) -> Self | None:
        """Return a source by key, or None."""
        return cls._default_manager.filter(pk=number).first()

    @property
    def stream(self) -> str:
        """Return the source's permanent identity and log stream."""
        return f"{self.source_name}/{self.pk}"

    @property
    def unit(self) -> Body:
        """Return the body responsible for the source."""
        raise NotImplementedError

    @property
    def kind(self) -> str:
        """Return the kind of the source (an `ItemKind`)."""
        raise NotImplementedError

    @property
    def latest_revision_id(self) -> int | None:
        """Return the primary key of its last revision, or None."""
        number: int | None = self.revisions.order_by("-pk").values_list("pk", flat=True).first()
        return number

    @property
    def latest(self) -> Any:
        """Return the last revision of the source (a row of `revisions`), or None."""
        return self.revisions.order_by("-pk").first()

    def revision(self, number: int) -> Any:
        """Return a revision of this source.

        Raises:
            Refused: there is none of this number.
        """
        row = self.revisions.filter(pk=number).first()
        if row is None:
            raise Refused(DRAFT_GONE_ERROR)
        return row

    def writers(self, after: int, upto: int) -> TextWriters:
        """Return the writers of revisions after `after`, up to and including `upto`."""
        rows = list(self.revisions.filter(pk__gt=after, pk__lte=upto).values_list("account", "person"))
        accounts = {account for account, _ in rows if account is not None}
        people = with_covered_people((person for _, person in rows), self.stream)
        return TextWriters(accounts, {person for person in people if person is not None})


class FullTextSource(RevisedSource):
    """A source whose revisions are complete texts (`FullTextRevision`)."""

    class Meta:
        abstract = True

    def frozen(self, revision: int) -> FrozenContent:
        """Return the content of a revision as an edition would publish it; files that no longer exist are left out."""
        row = self.revision(revision)
        existing = StoredFile.objects.in_bulk([file_digest for _, file_digest in row.files])
        files = [(name, existing[file_digest]) for name, file_digest in row.files if file_digest in existing]
        unit = with_names_at(self.unit, row.at)
        return freeze_text(title=row.title, html=row.html, unit=unit, kind=self.kind, facts=row.facts, files=files)

    def save_revision(
        self,
        *,
        by: Actor,
        title: str,
        html: str,
        facts: Mapping[str, object] | None = None,
        files: Sequence[tuple[str, str]] = (),
        terms: Mapping[str, object] | None = None,
    ) -> FullTextRevision:
        """Save the next revision within an action, and return it; a long title is cut and the HTML cleaned.

        Args:
            by: the author.
            title: the title, at most 300 characters are kept.
            html: the text.
            facts: published details of the edition (`freeze_text`).
            files: (name, digest) of stored files.
            terms: the unpublished values from which the text was made, to continue with in a form.
        """
        row: FullTextRevision = self.revisions.create(
            title=title.strip()[:300],
            html=clean_html(html),
            facts=dict(facts or {}),
            files=[[name, file_digest] for name, file_digest in files],
            terms=dict(terms or {}),
            at=timezone.now(),
            by=by.name,
            account=by.user_id,
            person=by.person_id,
        )
        return row


class FullTextErasureHandler:
    """Erases the revisions of a full-text source when an edition is erased by law (`editions.erasure`)."""

    every = False

    def __init__(self, source: type[FullTextSource], revision: type[FullTextRevision]) -> None:
        self.source, self.revision = source, revision
        self.names = frozenset({source.source_name})

    def _list_revisions(self, document: Document) -> models.QuerySet[FullTextRevision]:
        """Return the revisions of the document's source, none if the source is of another kind."""
        name, _, number = document.source.partition("/")
        rows = self.revision._default_manager.all()
        return rows.filter(**{"source": int(number)}) if name == self.source.source_name else rows.none()

    def list_private_originals(self, document: Document, digests: set[str]) -> set[str]:
        """Return an empty set: a revision has no files but those (`digests`) of its edition."""
        return set()

    def uses_file(self, digest: str) -> bool:
        """Return true if a revision uses a file."""
        return self.revision._default_manager.filter(files__icontains=digest).exists()

    def find_echoes(self, edition: Edition) -> TextEchoes:
        """Return the titles of the revisions that are erased with an edition."""
        rows = find_erased_revisions(edition).rows(self._list_revisions(edition.document))
        return TextEchoes(titles=frozenset(rows.values_list("title", flat=True)))

    def erase(self, edition: Edition) -> None:
        """Blank the revisions up to the published one; later ones are other texts."""
        rows = find_erased_revisions(edition).rows(self._list_revisions(edition.document))
        rows.update(title=ERASED_TEXT, html="", facts={}, files=[], terms={})

    def forget_file(self, digest: str) -> None:
        """Do nothing: file names are deleted with the revisions."""
