"""`gongkai init`: from an empty installation to the first government and the person who registers everybody else."""

import json
from typing import Any

import click

from gongkai.cli.django import start
from gongkai.cli.errors import refusing

LEVELS = {"省级": "province", "市级": "city", "县级": "county", "乡级": "township"}


@click.command()
@click.option("--government", prompt="本级政府全称（如：云岭市人民政府）", help="本级政府全称")
@click.option(
    "--level", prompt="层级", type=click.Choice(list(LEVELS)), default="市级", show_default=True, help="层级"
)
@click.option("--office", prompt="办公室全称（如：云岭市人民政府办公室）", help="政务公开办所在办公室全称")
@click.option("--name", prompt="第一位系统管理员姓名", help="第一位系统管理员姓名")
@click.option("--username", prompt="登录账号", help="第一位系统管理员的登录账号")
@click.option("--chief", is_flag=True, help="这名人员同时是政务公开办工作人员")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def init(
    government: str, level: str, office: str, name: str, username: str, chief: bool, as_json: bool
) -> None:
    """首次安装：登记本级政府、办公室和第一位系统管理员，给出一次性密码。"""
    start(ready=False)
    from django.core.management import call_command

    from gongkai.acts.action import Refused

    call_command("migrate", verbosity=0, interactive=False)
    said = refusing(Refused)(_init)(government, LEVELS[level], office, name, username, chief)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    click.echo(f"已登记{government}、{office}和系统管理员{name}。\n")
    click.echo(
        f"  登录账号    {said['username']}\n  一次性密码  {said['password']}  （只显示这一次，首次登录时须修改）\n"
    )
    click.echo("下一步：")
    click.echo("  1. 单位名录：gongkai unit import 单位名录.xlsx，或由政务公开办在后台“单位”中登记；")
    click.echo("  2. 运行 gongkai serve，在后台“人员”中登记政务公开办和各单位人员，办理任职、开通账号；")
    click.echo("  3. 政务公开办在后台开设网站、导入任务分工通知。")


def _init(government: str, level: str, office: str, name: str, username: str, chief: bool) -> dict[str, Any]:
    """Register all of it or nothing; refused where an administrator or a government is there already."""
    from django.db import transaction

    from gongkai.acts.action import Refused
    from gongkai.units import actions
    from gongkai.units.actors import SYSTEM
    from gongkai.units.models import Appointment, Body, BodyKind, Role

    if Appointment.objects.filter(role=Role.ADMINISTRATOR).exists():
        raise Refused("已有系统管理员，不能再次初始化；其他人员请由系统管理员在后台登记。")
    with transaction.atomic():
        top = Body.objects.filter(name=government.strip()).first() or actions.create(
            None, by=SYSTEM, name=government, kind=BodyKind.GOVERNMENT, level=level
        )
        place = Body.objects.filter(name=office.strip()).first() or actions.create(
            top, by=SYSTEM, name=office, kind=BodyKind.GENERAL_OFFICE
        )
        person = actions.add_person(None, by=SYSTEM, name=name)
        for role in (Role.ADMINISTRATOR, Role.CHIEF) if chief else (Role.ADMINISTRATOR,):
            actions.appoint(place, by=SYSTEM, person=person, role=role)
        password = actions.create_login(person, by=SYSTEM, username=username)
    return {"government": top.pk, "office": place.pk, "username": username.strip(), "password": password}
