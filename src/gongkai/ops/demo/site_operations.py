"""Sample data for 网站运行: logs with a missing day, an incomplete account, a handover."""

from datetime import date, timedelta
from decimal import Decimal

from gongkai.content.editions.models import Website
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.work.newmedia.models import Account
from gongkai.work.site_operations import actions
from gongkai.work.site_operations.models import RegulationKind, RestoreDrill, Upkeep

#: Duty logs: days ago, text, findings; the day before yesterday has none.
DUTY_LOGS: tuple[tuple[int, str, tuple[tuple[str, str], ...]], ...] = (
    (4, "检查首页、要闻、通知公告和搜索，均正常。", ()),
    (3, "检查政府信息公开专栏各栏目，发现一处问题。", (("/search/", "“政策解读”栏目中一张图解在手机上显示不全。"),)),
    (1, "检查首页链接、附件下载和互动栏目，均正常。", ()),
)
DUTY_STAFF = ("孙晓梅", "胡建国", "何静")


def create_operation_records(staff: SampleStaff, today: date) -> None:
    """Create the site's file with rules, staff and duty, logs, a handover, an account's file and a drill."""
    office, website = staff.bodies["shiban"], Website.objects.get(is_default=True)
    clerk = staff.actors.get((Role.CLERK, office.pk)) or staff.chief
    begun = today - timedelta(days=5)
    facts = {
        "supervisor": office,
        "undertaker": "云岭市政府信息中心",
        "leader": "市政府办公室分管副主任",
        "technical": "市政府信息中心技术科",
        "technical_contact": "罗海峰 0799-8601010",
        "content": "市政府办公室政务公开办",
        "content_contact": "孙晓梅 0799-8601011",
        "reading_from": today - timedelta(days=4),
    }
    with clock.travel_to(clock.office_hour(begun, 15)):
        site_file = actions.save_site_file(Upkeep(website=website), by=clerk, **facts)
        for number, (kind, label) in enumerate(RegulationKind.choices, 1):
            title = f"云岭市政府网站{label}制度"
            since = get_last_occurrence(today, 1, 10)
            actions.enter_regulation(
                site_file, by=clerk, kind=kind, title=title, since=since, number=f"云府办发〔{since.year}〕{number}号"
            )
        _create_team(site_file, clerk, today)
        last = today + timedelta(days=20)
        actions.plan_duty_shifts(site_file, by=clerk, names=DUTY_STAFF, first=begun, last=last)
        _create_handover(site_file, clerk, staff, begun)
    for ago, text, finds in DUTY_LOGS:
        day = today - timedelta(days=ago)
        with clock.travel_to(clock.office_hour(day, 50, weekends=True)):
            actions.write_daily_log(site_file, by=clerk, day=day, words=text, finds=finds, body=office)
    _create_other_files(staff, today)


def get_last_occurrence(today: date, month: int, day: int) -> date:
    """Return the most recent occurrence of a calendar day."""
    this_year = date(today.year, month, day)
    return this_year if this_year <= today else date(today.year - 1, month, day)


def _create_team(upkeep: Upkeep, clerk: Actor, today: date) -> None:
    """Enter the year's budget and contract, and the site's three staff with their training."""
    money: dict[str, object] = {
        "contract": "网站运行维护服务合同",
        "contractor": "云州软件服务有限公司",
        "until": date(today.year, 12, 31),
    }
    actions.set_funding(upkeep, by=clerk, year=today.year, budget=Decimal(86), **money)
    team = (("孙晓梅", "content", "editing"), ("何静", "content", "planning"), ("罗海峰", "technical", "security"))
    for name, side, field in team:
        on = get_last_occurrence(today, 3, 18)
        actions.enter_member(
            upkeep, by=clerk, name=name, team=side, field=field, trained_on=on, training="政府网站发展指引和检查指标"
        )


def _create_handover(upkeep: Upkeep, clerk: Actor, staff: SampleStaff, begun: date) -> None:
    """Create handovers of two parts of a site: the rights, signed by receiver and witness, and the data, unsigned."""
    for handover_part, content in (
        ("rights", "后台管理员账号3个、权限表1份"),
        ("data", "栏目、信息和附件全部数据，核对一致"),
    ):
        row = actions.enter_handover(
            upkeep, by=clerk, part=handover_part, what=content, giver="云州软件服务有限公司 谢伟", on=begun
        )
        if handover_part == "rights":
            lead = staff.actors.get((Role.LEAD, staff.bodies["shiban"].pk), clerk)
            actions.sign_handover_receipt(row, by=lead)
            actions.sign_handover_as_witness(row, by=staff.chief)


def _create_other_files(staff: SampleStaff, today: date) -> None:
    """Create the incomplete file of an account, if there is one, and log a restore drill of half a year ago."""
    account = Account.objects.filter(state="open", body=staff.bodies["jiaoyu"]).first()
    if account is not None:
        with clock.travel_to(clock.office_hour(today - timedelta(days=30), 20)):
            clerk = staff.actor(Role.CLERK, staff.bodies["jiaoyu"])
            actions.save_site_file(
                Upkeep(account=account), by=clerk, supervisor=staff.bodies["shiban"], undertaker="市教育局办公室"
            )
    at = clock.office_hour(today - timedelta(days=190), 70)
    with clock.travel_to(at):
        actions.log_restore_drill(
            RestoreDrill(),
            by=SYSTEM,
            at=at,
            made_at=f"{at:%Y-%m-%d} 03:00",
            ok=True,
            movements=41_260,
            files=318,
            name=f"备份-{at:%Y%m%d}.gkb",
        )
