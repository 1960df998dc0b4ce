"""How often the base had the answer (C-04): by quarter, at the first place and among the first three; and the questions that it missed."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from gongkai.lib.chinese.numerals import percent
from gongkai.lib.law.periods import add_months
from gongkai.work.consultation.models import Inquiry, Use, Way
from gongkai.work.consultation.states import InquiryState

#: Ways in which a question met an answer that the base had: only of these a place can be asked.
ASKED = (Way.GIVEN, Way.REPLIED)


@dataclass(frozen=True)
class Quarter:
    """The hits of a quarter: questions that were answered with the base, those found first and among three, and inquiries it did not answer."""

    year: int
    quarter: int
    asked: int
    first: int
    three: int
    unanswered: int

    @property
    def first_rate(self) -> int | None:
        """Hits at the first place, in percent; None where nothing was asked."""
        return percent(self.first, self.asked)

    @property
    def three_rate(self) -> int | None:
        """Hits among the first three, in percent."""
        return percent(self.three, self.asked)

    @property
    def answered_rate(self) -> int | None:
        """Of all questions of the quarter, those that the base answered, in percent."""
        return percent(self.asked, self.asked + self.unanswered)


def by_quarter(today: date, count: int = 8) -> list[Quarter]:
    """Return the last quarters, the running one first."""
    found, year, quarter = [], today.year, (today.month - 1) // 3 + 1
    for _ in range(count):
        found.append(_of(year, quarter))
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    return found


def _of(year: int, quarter: int) -> Quarter:
    begin = date(year, quarter * 3 - 2, 1)
    end = add_months(begin, 3)
    uses = Use.objects.filter(way__in=ASKED, at__date__gte=begin, at__date__lt=end)
    counts = uses.aggregate(
        asked=Count("pk"), first=Count("pk", filter=Q(rank=1)), three=Count("pk", filter=Q(rank__lte=3))
    )
    received = Inquiry.objects.filter(received_on__gte=begin, received_on__lt=end)
    without = received.exclude(entry__state=InquiryState.INVALID).exclude(uses__way__in=ASKED)
    return Quarter(year, quarter, unanswered=without.count(), **counts)


def missed() -> QuerySet[Use]:
    """Return the questions whose answer the base had, but not among the first three, the newest first: another wording or a synonym helps."""
    rows = Use.objects.filter(way__in=ASKED).filter(Q(rank=None) | Q(rank__gt=3))
    return rows.select_related("answer", "inquiry__entry__body").order_by("-pk")
