"""`gongkai move-in` and `gongkai package`: reading, ordering, undoing, packages, one-line errors."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django_otp.plugins.otp_totp.models import TOTPDevice

from factories.migration import open_move_window, row, save_pages, sheet, view_run, with_saved_pages
from factories.publishing import column, public, website
from factories.units import AppointmentFactory, BodyFactory, UserFactory
from gongkai.content.editions.models import Document
from gongkai.content.migration.models import MoveRun
from gongkai.core.acts.models import Movement
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Role
from gongkai.ops.cli.root import root

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]


@pytest.fixture(autouse=True)
def _skip_django_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django is already running, and the test database has no migrations to compare."""
    monkeypatch.setattr("gongkai.ops.cli.migration.start_django", lambda: None)
    monkeypatch.setattr("gongkai.ops.cli.errors.start_django", lambda: None)


def run(*words: object, typed: str = "correct horse\n") -> Result:
    return CliRunner().invoke(root, [str(word) for word in words], input=typed)


def invoke_json(*words: object) -> Any:
    done = run(*words, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def plans() -> Any:
    site = website()
    BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=site.body)
    AppointmentFactory(role=Role.CHIEF, body=site.body, person__user=UserFactory(username="zwgk"))
    AppointmentFactory(role=Role.ADMINISTRATOR, body=site.body, person__user=UserFactory(username="admin"))
    AppointmentFactory(role=Role.CLERK, body=site.body, person__user=UserFactory(username="jingban"))
    for user in get_user_model().objects.all():
        user.set_password("correct horse")
        user.save()
    open_move_window(site)
    return column(site, "规划信息")


def test_spreadsheet_is_read_ordered_and_undone(plans: Any, tmp_path: Path) -> None:
    source = tmp_path / "旧.xlsx"
    given = with_saved_pages({"sheet": sheet(row(1), row(2, unit="不存在局"))})
    source.write_bytes(given["sheet"])
    read = invoke_json("move-in", "read", source, "--files", given["bundle"], "--by", "admin")
    assert (read["state"], read["by_state"]) == ("planned", {"ready": 1, "bad": 1})
    assert "只有政务公开办可以批准迁移" in run("move-in", "order", read["id"], "--by", "admin").output
    assert "第3行" in run("move-in", "show", read["id"]).output
    assert "还有1条没有看全" in run("move-in", "order", read["id"], "--by", "zwgk").output
    view_run(MoveRun.objects.get(), get_actor(get_user_model().objects.get(username="zwgk")))
    assert invoke_json("move-in", "order", read["id"], "--by", "zwgk")["by_state"] == {"moved": 1, "bad": 1}
    assert invoke_json("move-in", "order", read["id"], "--by", "zwgk")["by_state"] == {"moved": 1, "bad": 1}
    undone = invoke_json("move-in", "undo", read["id"], "--by", "zwgk", "--reason", "有误")
    assert undone["by_state"] == {"back": 1, "bad": 1}


def test_folder_of_pages_is_read(plans: Any, tmp_path: Path) -> None:
    read = invoke_json("move-in", "read", save_pages(tmp_path, 2), "--by", "zwgk", "--base", "http://www.old.gov.cn/")
    assert read["by_state"] == {"held": 2}  # each has a picture
    assert [row["words"] for row in read["columns"]] == ["将新建"]
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["move-in", "read", "没有.xlsx", "--by", "zwgk"], "没有这个文件或文件夹"),
        (["move-in", "order", "99", "--by", "zwgk"], "没有第99次迁移"),
        (["move-in", "crawl", "http://a.example/", "x"], "没有开放对外访问"),
        (["package", "apply", "x.gkp"], "没有这个文件"),
    ],
)
def test_invalid_arguments_get_a_one_line_error(plans: Any, words: list[str], told: str) -> None:
    done = run(*words)
    assert done.exit_code != 0
    assert told in done.output
    assert "Traceback" not in done.output


def test_only_permitted_users_start_a_migration(plans: Any, tmp_path: Path) -> None:
    source = tmp_path / "旧.xlsx"
    source.write_bytes(sheet(row(1)))
    assert "只有政务公开办或系统管理员" in run("move-in", "read", source, "--by", "jingban").output
    assert "登录名或密码不对" in run("move-in", "read", source, "--by", "nobody").output


def test_package_commands(plans: Any, settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    public(plans.website.body, [plans])
    assert run("package", "key", tmp_path / "in.pub").exit_code == 0
    assert run("package", "trust", tmp_path / "in.pub").exit_code == 0
    made = invoke_json("package", "export", "--out", tmp_path / "carried")
    assert [one["sequence"] for one in made] == [1]
    assert (tmp_path / "carried" / "00000001.gkp").exists()
    assert "没有新的内容" in run("package", "export").output
    assert invoke_json("package", "status")["state"] == made[0]["state"]
    assert "不是外网端" in run("package", "apply", tmp_path / "carried").output


def test_template_is_a_spreadsheet(tmp_path: Path) -> None:
    assert run("move-in", "template", tmp_path / "模板.xlsx").exit_code == 0
    assert (tmp_path / "模板.xlsx").read_bytes()[:2] == b"PK"


def test_console_prepares_and_acting_needs_own_credentials(plans: Any, tmp_path: Path) -> None:
    source = save_pages(tmp_path / "pages", 1)
    read = invoke_json("move-in", "read", source, "--base", "http://www.old.gov.cn/")
    started = Movement.objects.get(action="migration.start")
    assert (started.actor, started.person_id) == ("控制台", None)
    assert run("move-in", "order", read["id"]).exit_code != 0
    assert "密码不对" in run("move-in", "order", read["id"], "--by", "zwgk", typed="wrong\n").output
    assert "密码不对" in run("move-in", "undo", read["id"], "--by", "没有", "--reason", "x").output
    mine = run("move-in", "order", read["id"], "--by", "zwgk", typed="correct horse\n").output
    assert "控制台读取" in mine, "who sat at the console may be the one who orders"
    user = get_user_model().objects.get(username="zwgk")
    TOTPDevice.objects.create(user=user, confirmed=True, name="验证器")
    assert "验证码不对" in run("move-in", "order", read["id"], "--by", "zwgk", typed="correct horse\n000000\n").output
    assert not Document.objects.exists()
