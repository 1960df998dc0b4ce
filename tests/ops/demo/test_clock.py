"""Times of the sample data: within office hours, in order, never in the future."""

from datetime import datetime

import pytest
import time_machine

from gongkai.lib.chinese.days import BEIJING
from gongkai.ops.demo.clock import WORKING_MINUTES_PER_DAY, office_hour


@pytest.mark.parametrize("now", ["2026-11-23 00:10", "2026-11-23 08:24", "2026-11-23 11:00", "2026-11-23 20:00"])
def test_sample_times_are_ordered_and_not_in_the_future(now: str) -> None:
    moment = datetime.fromisoformat(f"{now}+08:00")
    with time_machine.travel(moment, tick=False):
        hours = [office_hour(moment.date(), minute) for minute in range(0, WORKING_MINUTES_PER_DAY, 10)]
        assert hours == sorted(set(hours))
        assert hours[0].astimezone(BEIJING).date() == moment.date()
        assert hours[-1] <= moment
