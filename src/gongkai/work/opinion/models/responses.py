"""Models of answers to cases."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from gongkai.content.editions.vocabulary import Attribute, Basis, ItemKind
from gongkai.core.units.models import Body
from gongkai.work.opinion.models.cases import OpinionCase
from gongkai.work.opinion.models.texts import Revision, Spoken, paragraphs
from gongkai.work.opinion.models.vocabulary import Means


class Response(Spoken):
    """An answer to a case: means, channel, speaker and time.

    An answer on the website is a text with revisions, public after the reviews (`responded_at` is
    then the time of publication). Other answers are recorded with evidence on the entry.
    """

    source_name: ClassVar[str] = "opinion_response"
    information: ClassVar[str] = ItemKind.OTHER.value

    case = models.ForeignKey(OpinionCase, models.CASCADE, related_name="responses", verbose_name="舆情")
    means = models.CharField("回应方式", max_length=12, choices=Means)
    channel = models.CharField("发布渠道", max_length=120, blank=True)
    speaker = models.CharField("回应人", max_length=120, blank=True)
    text = models.TextField("回应内容", blank=True)
    evidence = models.BigIntegerField("佐证编号", null=True, blank=True)
    responded_at = models.DateTimeField("回应时间", null=True, blank=True)
    drafted_at = models.DateTimeField("起草时间")

    class Meta:
        verbose_name = verbose_name_plural = "舆情回应"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_means_display()}：{self.case.entry.title}"

    @property
    def unit(self) -> Body:
        """Return the unit that answers."""
        return self.case.entry.body

    @property
    def last(self) -> "ResponseText | None":
        """Return the last revision, or None for other means than the website."""
        return self.revisions.order_by("-pk").first()

    def said(self, revision: "ResponseText") -> tuple[str, str, dict[str, object]]:
        """Return title, text and facts of a revision."""
        facts: dict[str, object] = {
            "formed_on": timezone.localdate(revision.at).isoformat(),
            "attribute": Attribute.PROACTIVE,
            "attribute_basis": Basis.A19,
        }
        return revision.title, paragraphs(revision.text), facts


class ResponseText(Revision):
    """A revision of an answer."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="revisions", verbose_name="回应")
    title = models.CharField("标题", max_length=200)
    text = models.TextField("正文")

    class Meta(Revision.Meta):
        verbose_name = verbose_name_plural = "舆情回应稿"
