"""Sample data: a bureau that assesses its subordinate unit and one of its offices (V-03)."""

from collections.abc import Callable
from datetime import date, timedelta

from gongkai.core.units.models import Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.models import Round, Scheme

#: Indicators of the finance bureau's own scheme, for its subordinate unit and office.
BUREAU_TREE = (
    ("1", "", "按期办结", 40, "auto", "assignment", "交办的任务按期办结"),
    ("2", "", "信息公开", 60, "online", "", "应当公开的信息按时公开、内容准确"),
)


def create_bureau_assessment(staff: SampleStaff, today: date, *, make: Callable[..., Scheme]) -> None:
    """Create the finance bureau's scheme with `make`, and open and measure this year's round."""
    bureau, below = staff.bodies["caizheng"], staff.bodies.get("czzhifu")
    office = bureau.offices.filter(name="预算科").first()
    clerk = staff.actor(Role.CLERK, bureau)
    with clock.travel_to(clock.office_hour(today - timedelta(days=6), 30)):
        scheme = make(bureau, clerk, "市财政局政务公开考核", "局机关目标考核办法", BUREAU_TREE)
        round_: Round = actions.plan_round(
            scheme,
            by=clerk,
            office=bureau,
            year=today.year,
            first=date(today.year, 1, 1),
            until=date(today.year, 12, 31),
            self_until=today + timedelta(days=20),
            units=[below] if below else [],
            offices=[office] if office else [],
        )
        actions.open_round(round_, by=clerk)
        actions.measure_round(Round.objects.get(pk=round_.pk), by=clerk)
