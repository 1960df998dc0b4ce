"""`gongkai init`: register the first government and the officers who register everybody else."""

import json
from typing import TYPE_CHECKING

import click

from gongkai.lib.typed_json import read_records
from gongkai.ops.cli.django import start_django, use_direct_database_url
from gongkai.ops.cli.errors import report_in_one_line

if TYPE_CHECKING:
    from gongkai.core.units.models import Body

#: Level of government in Chinese → its code.
GOVERNMENT_LEVELS = {"省级": "province", "市级": "city", "县级": "county", "乡级": "township"}

#: Error if the installation has a system administrator already.
ALREADY_INITIALISED_ERROR = "已有系统管理员，不能再次初始化；其他人员请由系统管理员在后台登记。"
#: Levels of government whose installations start with fewer apps.
SMALL_LEVELS = frozenset({"county", "township"})


def _check_is_first(ctx: click.Context, _param: click.Parameter, _value: bool) -> None:
    """Prepare Django, and refuse a second initialisation. Click calls it before it asks for other options."""
    if ctx.resilient_parsing:
        return
    use_direct_database_url()
    start_django(ready=False)
    _refuse_second_time()


def _refuse_second_time() -> None:
    """Raise ClickException if an administrator was ever appointed."""
    from django.db import DatabaseError

    from gongkai.core.units.models import Appointment, Role

    try:
        done = Appointment.objects.filter(role=Role.ADMINISTRATOR).exists()
    except DatabaseError:  # There are no tables yet.
        return
    if done:
        raise click.ClickException(ALREADY_INITIALISED_ERROR)


@click.command()
@click.option("--first", is_flag=True, hidden=True, expose_value=False, callback=_check_is_first)
@click.option("--government", prompt="本级政府全称（如：云岭市人民政府）", help="本级政府全称")
@click.option(
    "--level", prompt="层级", type=click.Choice(list(GOVERNMENT_LEVELS)), default="市级", show_default=True, help="层级"
)
@click.option("--office", prompt="办公室全称（如：云岭市人民政府办公室）", help="政务公开办所在办公室全称")
@click.option("--name", prompt="系统管理员姓名", help="系统管理员姓名")
@click.option("--username", prompt="系统管理员登录账号", help="系统管理员的登录账号")
@click.option("--security-name", prompt="安全保密管理员姓名", help="安全保密管理员姓名（确认任职和密码）")
@click.option("--security-username", prompt="安全保密管理员登录账号", help="安全保密管理员的登录账号")
@click.option("--auditor-name", prompt="监督员（安全审计员）姓名", help="监督员姓名（查看日志）")
@click.option("--auditor-username", prompt="监督员登录账号", help="监督员的登录账号")
@click.option("--chief", is_flag=True, help="安全保密管理员同时是政务公开办工作人员（人手不足时）")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def init(government: str, level: str, office: str, chief: bool, as_json: bool, **named: str) -> None:
    """首次安装：登记本级政府、办公室和三员（系统管理员、安全保密管理员、监督员），给出一次性密码。"""
    from gongkai.core.acts.action import Refused
    from gongkai.ops.upkeep.migrating import migrate_database

    migrate_database()
    values = report_in_one_line(Refused)(_initialise)(government, GOVERNMENT_LEVELS[level], office, named, chief)
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, indent=1))
        return
    click.echo(f"已登记{government}、{office}和三员。一次性密码只显示这一次，请分别交给本人，首次登录时须修改：\n")
    for record in read_records(values, "people"):
        click.echo(
            f"  {record['role']}  {record['name']}  登录账号 {record['username']}  一次性密码 {record['password']}"
        )
    click.echo("\n网站正在筹备，开通以前公众看不到。下一步：")
    click.echo("  1. 网站与后台没有启动的，启动它：gongkai serve，或者 systemctl start gongkai；")
    click.echo(f"     工作后台在 {values['desk']}；")
    click.echo("  2. 三个人各自登录后台，设置第二重验证，修改密码；")
    click.echo("  3. 系统管理员在后台“开通”里看准备工作的步骤，先登记政务公开办的人，由安全保密管理员确认。")
    click.echo("每一步由谁办、还缺什么，后台“开通”和 gongkai check 都会列出。")


def _initialise(government: str, level: str, office: str, named: dict[str, str], chief: bool) -> dict[str, object]:
    """Create or reuse government and office, open the three accounts, begin the set-up; return ids, accounts and office URL."""
    from django.conf import settings
    from django.db import transaction
    from django.urls import reverse

    from gongkai.content.editions.models import Launch, Website
    from gongkai.core.units import actions
    from gongkai.core.units.actors import SYSTEM
    from gongkai.core.units.models import Body, BodyKind, Role
    from gongkai.ops.launch.actions import begin_setup

    with transaction.atomic():
        top = Body.objects.filter(name=government.strip()).first() or actions.create(
            None, by=SYSTEM, name=government, kind=BodyKind.GOVERNMENT, level=level
        )
        office_body = Body.objects.filter(name=office.strip()).first() or actions.create(
            top, by=SYSTEM, name=office, kind=BodyKind.GENERAL_OFFICE
        )
        if not (Launch.objects.exists() or Website.objects.exists()):
            begin_setup(None, by=SYSTEM)
            if level in SMALL_LEVELS:
                _switch_off_apps()
        people = [
            open_account(office_body, named["name"], named["username"], Role.ADMINISTRATOR),
            open_account(
                office_body,
                named["security_name"],
                named["security_username"],
                Role.SECURITY,
                *((Role.CHIEF,) if chief else ()),
            ),
            open_account(office_body, named["auditor_name"], named["auditor_username"], Role.AUDITOR),
        ]
    return {
        "government": top.pk,
        "office": office_body.pk,
        "people": people,
        "desk": f"{settings.BASE_URL}{reverse('wagtailadmin_home')}",
    }


def _switch_off_apps() -> None:
    """Switch off the apps with which counties and townships do not start."""
    from gongkai.core.units.actors import SYSTEM
    from gongkai.core.units.switches import switch_app
    from gongkai.ui.office.app_switches import SWITCHABLE_APPS

    for app in SWITCHABLE_APPS.values():
        if not app.county:
            switch_app(None, by=SYSTEM, name=app.name, label=app.label, off=True)


def open_account(body: "Body", name: str, username: str, *roles: str) -> dict[str, str]:
    """Register a person with posts and a login at a body; return the first role, name, login and one-time password."""
    from gongkai.core.units import actions
    from gongkai.core.units.actors import SYSTEM
    from gongkai.core.units.models import Role

    person = actions.add_person(None, by=SYSTEM, name=name)
    for role in roles:
        actions.appoint(body, by=SYSTEM, person=person, role=role)
    password = actions.create_login(person, by=SYSTEM, username=username)
    return {"role": str(Role(roles[0]).label), "name": person.name, "username": username.strip(), "password": password}
