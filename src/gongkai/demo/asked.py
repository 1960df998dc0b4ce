"""互动交流 in the sample city, further: a window with its roster, who answers the telephone, what callers were answered with."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from gongkai.consultation import actions, roster
from gongkai.consultation.models import ContactPhone, KnownAnswer
from gongkai.consultation.states import SHOWN
from gongkai.demo import clock
from gongkai.demo.cast import Cast
from gongkai.units.models import Body, Role


def show(cast: Cast) -> None:
    """Staff the window up to today, name who answers, answer a few callers."""
    education = cast.bodies["jiaoyu"]
    _window(cast, education)
    _taught(cast, education)
    phone = ContactPhone.objects.filter(body=education).first()
    if phone:
        clerk, day = cast.actor(Role.CLERK, education), timezone.localdate() - timedelta(days=60)
        actions.name_operator(phone, by=clerk, name="余静", handed_on=day)


def _hour(day: date, minutes: int) -> datetime:
    return min(clock.office_hour(day, minutes), timezone.now() - timedelta(minutes=5))


def _window(cast: Cast, education: Body) -> None:
    """A window in the service hall, staffed up to today: the days ahead are still to be planned."""
    today = timezone.localdate()
    clerk = cast.actor(Role.CLERK, education)
    with clock.at(_hour(today - timedelta(days=10), 10)):
        place, hours = "市政务服务中心一楼A区3号窗口", "工作日9:00–12:00，14:00–17:30"
        window = actions.open_window(education, by=clerk, name="综合咨询窗口", place=place, hours=hours)
        days = roster.workdays(timezone.localdate(), today)
        actions.plan_shifts(window, by=clerk, people=dict.fromkeys(days, "余静、方敏"))


def _taught(cast: Cast, education: Body) -> None:
    """What callers were answered with, and a word that they use."""
    clerk = cast.actor(Role.CLERK, education)
    known = list(KnownAnswer.objects.filter(body=education, state__in=SHOWN).order_by("pk"))
    given = (
        (0, "phone", "娃儿没得本地户口能不能读小学"),
        (1, "window", "小学要交哪些钱"),
        (3, "hotline", "转学手续怎么办"),
    )
    for place, channel, asked in given:
        actions.give(None, by=clerk, known=known[place], asked=asked, channel=channel)
    actions.enter_synonym(None, by=cast.chief, everyday="娃儿", official="孩子")
