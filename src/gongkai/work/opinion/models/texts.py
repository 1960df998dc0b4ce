"""Base models of texts published without the page editor, and their choices.

A revision is an insert-only row; its number is its primary key. Authors do not sign their own
text.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.html import escape

from gongkai.content.editions.frozen import FrozenContent, freeze_text
from gongkai.content.editions.full_text_sources import RevisedSource
from gongkai.content.editions.models import Document
from gongkai.core.units.queries import with_names_at


class OpinionKind(models.TextChoices):
    """The six kinds of public opinion that have priority (2016 regulation; M-06)."""

    MISREAD = "misread", "对政策措施的误解误读"
    INTEREST = "interest", "涉及公众切身利益且可能产生较大影响"
    MORALITY = "morality", "涉及民生领域严重冲击社会道德底线"
    EMERGENCY = "emergency", "涉及突发事件处置和自然灾害应对"
    HOT = "hot", "社会热点问题"
    ORDERED = "ordered", "上级要求主动回应"


class GravityLevel(models.TextChoices):
    """Gravity: the four grades of emergencies (突发事件应对法), used for all cases."""

    EXTREME = "extreme", "特别重大"
    MAJOR = "major", "重大"
    SERIOUS = "serious", "较大"
    GENERAL = "general", "一般"


#: Grades that require information within 5 hours and a press conference within 24 (国办发〔2016〕80号).
GRAVE_LEVELS = frozenset({GravityLevel.EXTREME.value, GravityLevel.MAJOR.value})


class AnswerMeans(models.TextChoices):
    """Means of an answer (M-06): the website after reviews, or others with evidence."""

    WEBSITE = "website", "政府网站发布权威信息"
    ACCOUNT = "account", "政务新媒体发布"
    CONFERENCE = "conference", "新闻发布会"
    BRIEFING = "briefing", "吹风会"
    INTERVIEW = "interview", "接受媒体采访"
    OTHER = "other", "其他方式"


#: Means that fulfil the press conference duty.
PRESS_CONFERENCE_MEANS = frozenset({AnswerMeans.CONFERENCE.value})


class AnswerEffect(models.TextChoices):
    """Assessed effect of a public answer; `WORSE`: it caused new public criticism."""

    SETTLED = "settled", "舆情平息"
    EASED = "eased", "明显缓和"
    OPEN = "open", "仍有质疑"
    WORSE = "worse", "引发次生舆情"


class DutySort(models.TextChoices):
    """Duty that follows from a case: a press conference or a measure."""

    PRESS = "press", "举行新闻发布会"
    MEASURE = "measure", "落实处置措施"


class TalkSort(models.TextChoices):
    """Sanction for a poor answer to public opinion (M-08): a talk or public criticism."""

    TALK = "talk", "约谈"
    CRITICISM = "criticism", "通报批评"


class StatementSort(models.TextChoices):
    """Subject of a published statement on a promise; `DATE`: its date is changed."""

    PROMISE = "promise", "承诺"
    PROGRESS = "progress", "进展"
    DATE = "date", "期限变更"
    KEPT = "kept", "兑现"
    BROKEN = "broken", "未兑现"


#: Statements that end a promise.
ENDING_STATEMENTS = frozenset({StatementSort.KEPT.value, StatementSort.BROKEN.value})


def text_to_html(text: str) -> str:
    """Convert plain text to escaped HTML paragraphs, one a line, without empty lines."""
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
        """Return the kind of information for the portal."""
        return self.information

    def frozen(self, revision: int) -> FrozenContent:
        """Return the edition content of a revision, with the unit's names of its time."""
        row = self.revision(revision)
        unit = with_names_at(self.unit, row.at)
        title, html, facts = self.make_revision_content(row)
        whose = {"issuer": unit.name, "source": unit.label}
        return freeze_text(title=title, html=html, unit=unit, kind=self.kind, facts=facts | whose)

    def make_revision_content(self, revision: Any) -> tuple[str, str, dict[str, object]]:
        """Return (title, HTML, facts) of a revision."""
        raise NotImplementedError

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return no reasons: this app has no further conditions."""
        return []

    @property
    def document(self) -> Document | None:
        """Return the public document of the text, or None if it was never submitted."""
        return Document.objects.filter(source=self.stream).first()
