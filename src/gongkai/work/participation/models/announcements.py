"""Announcements of decisions, catalogues and surveys, with their revisions."""

from typing import ClassVar

from django.db import models
from django.urls import reverse

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.full_text_sources import FullTextRevision, FullTextSource
from gongkai.content.editions.models.editions import ItemKind
from gongkai.core.units.models import Body
from gongkai.work.participation.models.decisions import Catalogue, Decision
from gongkai.work.participation.models.surveys import Survey


class AnnouncementKind(models.TextChoices):
    """Published announcements: of a decision in the order of its steps, then of surveys."""

    CATALOGUE = "catalogue", "决策事项目录"
    DRAFT = "draft", "征求意见公告"
    HEARING = "hearing", "听证、座谈公告"
    ADOPTION = "adoption", "意见采纳情况"
    RESULT = "result", "决策结果"
    EVALUATION = "evaluation", "执行与后评估"
    SURVEY = "survey", "网上调研公告"
    FINDINGS = "findings", "网上调研结果"


# The kinds of a survey.
KINDS_OF_SURVEY = (AnnouncementKind.SURVEY, AnnouncementKind.FINDINGS)
# The kinds of a decision.
KINDS_OF_DECISION = tuple(
    announcement_kind
    for announcement_kind in AnnouncementKind
    if announcement_kind not in (AnnouncementKind.CATALOGUE, *KINDS_OF_SURVEY)
)


class Announcement(FullTextSource):
    """A public announcement; `about` is the announcement that it answers.

    `dropped` marks announcements given up before publication.
    """

    source_name: ClassVar[str] = "announcement"

    # not `kind`, which is the portal's kind of information
    what = models.CharField("公告", max_length=12, choices=AnnouncementKind)
    decision = models.ForeignKey(
        Decision, models.PROTECT, null=True, blank=True, related_name="announcements", verbose_name="决策事项"
    )
    catalogue = models.ForeignKey(
        Catalogue, models.PROTECT, null=True, blank=True, related_name="announcements", verbose_name="目录"
    )
    survey = models.ForeignKey(
        Survey, models.PROTECT, null=True, blank=True, related_name="announcements", verbose_name="网上调研"
    )
    about = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="answers", verbose_name="所答的公告"
    )
    dropped = models.BooleanField("已放弃", default=False)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "决策公告"
        ordering = ["pk"]

    def __str__(self) -> str:
        latest = self.latest
        return latest.title if latest else self.get_what_display()

    @property
    def owner(self) -> Decision | Catalogue | Survey:
        """Return the decision, catalogue or survey that is announced."""
        owner = self.decision or self.catalogue or self.survey
        assert owner is not None  # one of the three
        return owner

    @property
    def unit(self) -> Body:
        """Return the unit of the owner."""
        return self.owner.unit

    @property
    def kind(self) -> str:
        """Return the kind of information for the portal."""
        return ItemKind.NOTICE.value if self.survey_id else ItemKind.DECISION.value

    @property
    def office_url(self) -> str:
        """Return the URL of the announcement's form."""
        return reverse("participation:announcement", args=[self.pk])

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return Chinese reasons of this app's rules against publishing its last text."""
        from gongkai.work.participation.announcement_barriers import find_announcement_gaps

        return find_announcement_gaps(self)


class AnnouncementRevision(FullTextRevision):
    """A text of an announcement; `terms` are the fields of its form."""

    source = models.ForeignKey(Announcement, models.CASCADE, related_name="revisions", verbose_name="公告")

    class Meta(FullTextRevision.Meta):
        verbose_name = verbose_name_plural = "决策公告的各稿"
