"""What is said of an inquiry when it is registered; it checks itself."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.units.models import Body
from gongkai.work.consultation.models import Asker, Category, Inquiry, InquiryChannel

#: Characters of a title.
TITLE = 300


@dataclass(frozen=True)
class InquiryFacts:
    """What came in.

    Attributes:
        channel: a `InquiryChannel`; it names the rule set.
        title: a few words.
        text: what was asked, as it was said.
        category: a `Category`.
        received_on: the day it came; today where none is given.
        external_ref: its number elsewhere (12345).
        may_publish: whether the asker agrees that it is published.
        repeat_of: an earlier inquiry of the same matter.
        body: the unit that answers, where that is known at once; else the receiver.
        asker: an `Asker`.
    """

    channel: str
    title: str
    text: str
    category: str = Category.CONSULTATION
    received_on: date | None = None
    external_ref: str = ""
    may_publish: bool = False
    repeat_of: Inquiry | None = None
    body: Body | None = None
    asker: str = Asker.PERSON

    @property
    def subject(self) -> str:
        """The title, as long as it may be."""
        return self.title.strip()[:TITLE]

    @property
    def day(self) -> date:
        """The day it came."""
        return self.received_on or timezone.localdate()

    def check(self) -> None:
        """Check them against their lists.

        Raises:
            Refused: something is missing, in no list, or dated later than today.
        """
        chosen = ((self.channel, InquiryChannel), (self.category, Category), (self.asker, Asker))
        if any(value not in among.values for value, among in chosen):
            raise Refused("请选择渠道和类别。")
        if not self.title.strip() or not self.text.strip():
            raise Refused("请填写标题和内容。")
        if self.day > timezone.localdate():
            raise Refused("收到日期不能晚于今天，请填实际收到的日期。")
