"""What is said of a case, of a promise, when it is registered; each checks itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.files.store import Named
from gongkai.core.units.models import Body
from gongkai.work.opinion.models import GRAVE, Kind, Level, OpinionCase, PromiseTopic, WatchField


def moments(found_at: datetime, occurred_at: datetime | None) -> None:
    """Check when something was found and happened.

    Raises:
        Refused: one of them is still to come, or it was found before it happened.
    """
    now = timezone.now()
    if found_at > now or (occurred_at and occurred_at > now):
        raise Refused("发现时间和发生时间不能晚于现在。")
    if occurred_at and occurred_at > found_at:
        raise Refused("发现时间不能早于事件发生时间。")


def timed(kind: str, level: str, occurred_at: datetime | None) -> None:
    """Check that a grave emergency says when it happened: its hours run from there.

    Raises:
        Refused: it does not.
    """
    if kind == Kind.EMERGENCY and level in GRAVE and occurred_at is None:
        raise Refused(
            "特别重大、重大突发事件请填写事件发生时间，时限自发生时起算；还不清楚的，填写已知的最早时间，查明后重新研判。"
        )


def check_grade(kind: str, level: str) -> None:
    """Check kind and level against their lists."""
    if (kind and kind not in Kind.values) or level not in Level.values:
        raise Refused("请选择舆情类型和等级。")


@dataclass(frozen=True)
class CaseFacts:
    """What was found.

    Attributes:
        title: a few words.
        text: what is being said.
        platform: where: a site, an account, a paper.
        address: its web address there.
        found_at: now where none is given.
        occurred_at: of an emergency, when it happened.
        kind: a `Kind`, where it is plain at once; judged later.
        level: a `Level`, likewise.
        field: the watched field; its units answer.
        areas: the districts concerned.
        body: the unit that answers; else whom the rules of the first responder name, else the collector.
        why: why that one, where the rules name another.
    """

    title: str
    text: str
    platform: str
    address: str = ""
    found_at: datetime | None = None
    occurred_at: datetime | None = None
    kind: str = ""
    level: str = Level.GENERAL
    field: WatchField | None = None
    areas: Sequence[Body] = ()
    body: Body | None = None
    why: str = ""

    @property
    def grave(self) -> bool:
        """Whether it is an emergency that is answered within five hours."""
        return self.kind == Kind.EMERGENCY and self.level in GRAVE

    def check(self, found_at: datetime) -> None:
        """Check what was said.

        Raises:
            Refused: something is missing or cannot be.
        """
        if not self.title.strip() or not self.text.strip() or not self.platform.strip():
            raise Refused("请填写标题、舆情内容和来源平台。")
        check_grade(self.kind, self.level)
        moments(found_at, self.occurred_at)
        timed(self.kind, self.level, self.occurred_at)


@dataclass(frozen=True)
class PromiseFacts:
    """What was promised in public.

    Attributes:
        title: one line.
        words: what was promised, as it was said.
        occasion: where and how: a press conference, a work report, an interview.
        promised_on: on which day; not one to come.
        until: by which day it is kept.
        promised_by: who said it.
        address: where it can be read.
        file: a document, a picture of where it was said.
        topic: under which the public finds it.
        case: the opinion case in answer to which it was made.
    """

    title: str
    words: str
    occasion: str
    promised_on: date
    until: date
    promised_by: str = ""
    address: str = ""
    file: Named | None = None
    topic: PromiseTopic | None = None
    case: OpinionCase | None = None

    def check(self) -> None:
        """Check what was said.

        Raises:
            Refused: something is missing or cannot be.
        """
        if not (self.title.strip() and self.words.strip() and self.occasion.strip()):
            raise Refused("请填写承诺事项、承诺内容和承诺场合。")
        if self.promised_on > timezone.localdate():
            raise Refused("承诺日期不能晚于今天。")
        if self.until < self.promised_on:
            raise Refused("完成期限不能早于承诺日期。")
        if not self.address.strip() and self.file is None:
            raise Refused("请填写承诺的出处（网址），或者上传文件。")
