"""Hit rates of the Q&A base by quarter, and questions that it missed (C-04)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from gongkai.lib.chinese.numerals import percent
from gongkai.lib.law.periods import add_months
from gongkai.work.consultation.models import Inquiry, Use, Way
from gongkai.work.consultation.states import InquiryState

# Ways of use for which a rank is recorded.
RANKED_WAYS = (Way.GIVEN, Way.REPLIED)


@dataclass(frozen=True)
class QuarterHits:
    """The hits of a quarter: questions, hits at rank 1 and ranks 1-3, unanswered inquiries."""

    year: int
    quarter: int
    asked: int
    first: int
    three: int
    unanswered: int

    @property
    def first_rate(self) -> int | None:
        """Share of hits at rank 1 in percent; None without questions."""
        return percent(self.first, self.asked)

    @property
    def three_rate(self) -> int | None:
        """Share of hits at ranks 1-3 in percent."""
        return percent(self.three, self.asked)

    @property
    def answered_rate(self) -> int | None:
        """Share of questions answered from the Q&A base, in percent."""
        return percent(self.asked, self.asked + self.unanswered)


def count_hits_by_quarter(today: date, count: int = 8) -> list[QuarterHits]:
    """Return the last quarters, the current one first."""
    found, year, quarter = [], today.year, (today.month - 1) // 3 + 1
    for _ in range(count):
        found.append(_count_hits(year, quarter))
        year, quarter = (year, quarter - 1) if quarter > 1 else (year - 1, 4)
    return found


def _count_hits(year: int, quarter: int) -> QuarterHits:
    begin = date(year, quarter * 3 - 2, 1)
    end = add_months(begin, 3)
    uses = Use.objects.filter(way__in=RANKED_WAYS, at__date__gte=begin, at__date__lt=end)
    counts = uses.aggregate(
        asked=Count("pk"), first=Count("pk", filter=Q(rank=1)), three=Count("pk", filter=Q(rank__lte=3))
    )
    received = Inquiry.objects.filter(received_on__gte=begin, received_on__lt=end)
    without = received.exclude(entry__state=InquiryState.INVALID).exclude(uses__way__in=RANKED_WAYS)
    return QuarterHits(year, quarter, unanswered=without.count(), **counts)


def list_missed_questions() -> QuerySet[Use]:
    """Return answered questions whose answer was not among the first three, newest first."""
    rows = Use.objects.filter(way__in=RANKED_WAYS).filter(Q(rank=None) | Q(rank__gt=3))
    return rows.select_related("answer", "inquiry__entry__body").order_by("-pk")
