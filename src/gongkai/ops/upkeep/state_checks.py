"""Checks of the stored data: people, sites, the sample's password."""

from collections.abc import Iterator

from django.conf import settings
from django.contrib.auth import get_user_model

from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Website
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment, Role
from gongkai.lib.typed_json import read_record
from gongkai.ops.launch.setup_checks import list_refused_hosts
from gongkai.ops.launch.steps import list_open_steps
from gongkai.ops.upkeep import ownership
from gongkai.ops.upkeep.findings import FindingLevel, UpkeepFinding
from gongkai.work.tables.models import TableSchema
from gongkai.work.tables.schemas import load_presets

#: Login of the sample city and the password of all its accounts.
SAMPLE_LOGIN = ("admin", "Yunling-2026")
# First movement of a database filled for benchmarks (`benchmarks.province`).
SEED_ACTION = "demo.seed_province"
# Set-up steps that other checks already cover.
STEPS_CHECKED_ELSEWHERE = {"mail", "backup", "host"}
# Number of entries above which SQLite's single writer becomes slow.
MAX_SQLITE_ENTRIES = 200_000


def check_state() -> Iterator[UpkeepFinding]:
    """Yield findings on people, set-up, sites, tables, table owner, sample password, benchmark data and SQLite's size."""
    yield from _check_people()
    yield from _check_set_up()
    yield from _check_sites()
    yield from _check_keepers()
    yield from ownership.check_owner()
    user = get_user_model().objects.filter(username=SAMPLE_LOGIN[0], is_active=True).first()
    if user and user.check_password(SAMPLE_LOGIN[1]):
        yield UpkeepFinding(
            "sample", FindingLevel.UNSAFE, "示例数据的口令还能登录", "正式使用请另建数据文件夹，从 gongkai init 开始"
        )
    first = Movement.objects.order_by("pk").only("action").first()
    if first is not None and first.action == SEED_ACTION:
        yield UpkeepFinding(
            "seeded", FindingLevel.UNSAFE, "这个数据库装的是规模测试数据", "正式使用请另建数据库，从 gongkai init 开始"
        )
    if "sqlite" in settings.DATABASES["default"]["ENGINE"] and Entry.objects.count() > MAX_SQLITE_ENTRIES:
        yield UpkeepFinding(
            "many_entries", FindingLevel.SLOW, "台账已经很多，SQLite 写入要排队", "换用 PostgreSQL（DATABASE_URL）"
        )


def _check_keepers() -> Iterator[UpkeepFinding]:
    """Yield active public tables without filling units although their preset names some, unless a user changed that."""
    preset_keepers = {str(preset["key"]): str(preset["keepers"]) for preset in load_presets() if preset.get("keepers")}
    for schema in TableSchema.objects.filter(key__in=preset_keepers, keepers="", active=True):
        if any("keepers" in read_record(movement.facts, "changed") for movement in read_stream(schema.stream)):
            continue
        yield UpkeepFinding(
            "table_keepers",
            FindingLevel.MISSING,
            f"“{schema.label}”没有写明由哪些单位填报，任何单位都能填",
            f"由政务公开办修改这张表的表式，把“由哪些单位填报”写为“{preset_keepers[schema.key]}”",
        )


def _check_people() -> Iterator[UpkeepFinding]:
    """Yield the roles of the three officers that nobody holds; only the first before the initialisation."""
    held_roles = set(Appointment.objects.filter(in_force_q()).values_list("role", flat=True))
    if Role.ADMINISTRATOR not in held_roles:
        yield UpkeepFinding(
            "no_administrator",
            FindingLevel.MISSING,
            "还没有初始化，没有人能登录" if not held_roles else f"没有任职中的{Role.ADMINISTRATOR.label}",
            "运行 gongkai init" if not held_roles else "运行 gongkai unit officer 登记一名",
        )
    for role in (Role.SECURITY, Role.AUDITOR):
        if role not in held_roles and held_roles:
            text = f"没有任职中的{role.label}"
            yield UpkeepFinding(f"no_{role.value}", FindingLevel.MISSING, text, "由系统管理员在“单位与人员”中任命")


def _check_set_up() -> Iterator[UpkeepFinding]:
    """Before the opening yield the open steps that other checks do not cover, and that the public sees nothing."""
    if not in_preparation():
        return
    for step, remainder in list_open_steps():
        if step.name not in STEPS_CHECKED_ELSEWHERE:
            yield UpkeepFinding(
                f"prepare_{step.name}",
                FindingLevel.MISSING,
                f"筹备：{step.label}。{remainder}",
                f"{step.who}，在后台“开通”里点“{step.button}”",
            )
    yield UpkeepFinding(
        "preparing",
        FindingLevel.MISSING,
        "网站还没有开通，公众看不到",
        "准备好以后，由政务公开办在“开通”中提请，另一人确认",
    )


def _check_sites() -> Iterator[UpkeepFinding]:
    """Yield that a website is missing after the opening, and sites whose host is not in GONGKAI_HOSTS."""
    sites = list(Website.objects.all())
    if not sites and not in_preparation():
        yield UpkeepFinding(
            "no_site", FindingLevel.MISSING, "还没有网站，公众看不到内容", "由政务公开办在“网站与栏目”中开设网站"
        )
    for name, host in list_refused_hosts(sites):
        yield UpkeepFinding(
            "site_host",
            FindingLevel.MISSING,
            f"网站“{name}”的域名 {host} 不在 GONGKAI_HOSTS 里，打开会显示 400",
            f"在 GONGKAI_HOSTS 里加上 {host}",
        )
