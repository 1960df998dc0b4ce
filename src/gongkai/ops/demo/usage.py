"""Use of the policy library in the sample city: half a year of views by document and day, searches by words and month."""

import random
from datetime import timedelta

from django.utils import timezone

from gongkai.content.policies.models import Asked, PolicyRecord, Use
from gongkai.lib import law

DAYS, MONTHS = 180, 6
#: Words, how often they are looked for in a month, and whether the library has anything on them.
WORDS = (
    ("加装电梯", 64, True),
    ("义务教育招生", 58, True),
    ("低保", 41, True),
    ("公租房", 37, True),
    ("停车收费", 29, True),
    ("购房补贴", 22, False),
    ("生育津贴", 17, False),
    ("以旧换新", 14, False),
)


def show() -> None:
    """Write the sums, as a year's visitors would have left them."""
    chance = random.Random(9)  # noqa: S311 - sample data
    today = timezone.localdate()
    numbers = list(PolicyRecord.objects.exclude(document=None).order_by("-pk").values_list("pk", flat=True))
    Use.objects.bulk_create(
        Use(record_id=number, day=today - timedelta(days=back), views=chance.randint(1, 4 + 40 // (place + 1)))
        for place, number in enumerate(numbers)
        for back in range(DAYS)
        if chance.random() < 0.4
    )
    first = today.replace(day=1)
    rows = []
    for back in range(MONTHS):
        for words, times, found in WORDS:
            count = times + chance.randint(-9, 9)
            month = law.add_months(first, -back)
            rows.append(Asked(words=words, month=month, times=count, misses=0 if found else count))
    Asked.objects.bulk_create(rows)
