"""All findings on settings, stored data and status, for `gongkai check` and the status page."""

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.db import DatabaseError

from gongkai.core.signin.identity.protocols import find_provider_answer_faults
from gongkai.core.signin.identity.providers import find_provider_faults, list_providers
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.models import Appointment
from gongkai.core.units.separation import SEPARATED_ROLES
from gongkai.ops.upkeep import settings_checks, state_checks
from gongkai.ops.upkeep.findings import FindingLevel, StatusReading, UpkeepFinding
from gongkai.ops.upkeep.status import read_all_parts


def check_identity_settings() -> Iterator[UpkeepFinding]:
    """Yield faults of identity providers (settings, unencrypted addresses) and of `GONGKAI_LOCAL_SIGN_IN`."""
    for raw in settings.GONGKAI_IDENTITIES:
        for fault in find_provider_faults(raw):
            yield UpkeepFinding(
                "identity_settings",
                FindingLevel.MISSING,
                f"统一身份“{raw['name']}”的设置有误，登录页上没有它：{fault}",
                f"修改以 {raw['prefix']} 开头的环境变量（docs/signin.md）",
            )
    for provider in list_providers():
        if any(part.startswith(("http://", "ldap://")) for part in provider.address.split()):
            yield UpkeepFinding(
                "identity_plain",
                FindingLevel.UNSAFE,
                f"{provider.label}的地址不加密，身份在网上可以被冒充",
                f"把 {provider.prefix} 开头的地址改为 https://、ldaps:// 或 ldap+tls://",
            )
    if settings.GONGKAI_LOCAL_SIGN_IN not in {"all", "officers"}:
        yield UpkeepFinding(
            "local_sign_in",
            FindingLevel.MISSING,
            f"GONGKAI_LOCAL_SIGN_IN 是“{settings.GONGKAI_LOCAL_SIGN_IN}”，按 all 办理",
            "改为 all 或 officers",
        )
    elif settings.GONGKAI_LOCAL_SIGN_IN == "officers" and not list_providers():
        yield UpkeepFinding(
            "local_sign_in",
            FindingLevel.MISSING,
            "只有三员能用本系统的密码登录，却没有可用的统一身份，其他人登录不了",
            "配置 GONGKAI_IDENTITY，或者去掉 GONGKAI_LOCAL_SIGN_IN=officers",
        )


def check_providers() -> Iterator[UpkeepFinding]:
    """Contact each identity provider as a sign-in would, and yield a finding for each failure."""
    for provider in list_providers():
        for provider_answer_fault in find_provider_answer_faults(provider):
            yield UpkeepFinding(
                "identity_answer",
                FindingLevel.MISSING,
                f"{provider.label}（{provider.name}）：{provider_answer_fault}",
                f"核对 {provider.prefix} 开头的环境变量、网络和证书；修好之前用本系统的账号登录",
            )


def check_officers() -> Iterator[UpkeepFinding]:
    """Yield the officers' roles without a local password, if there are identity providers, which may fail."""
    if not list_providers():
        return
    posts = Appointment.objects.filter(in_force_q(), role__in=SEPARATED_ROLES).select_related("person__user")
    for role in sorted(SEPARATED_ROLES):
        users = [post.person.user for post in posts if post.role == role]
        if users and not any(user and user.is_active and user.has_usable_password() for user in users):
            label = next(post.get_role_display() for post in posts if post.role == role)
            yield UpkeepFinding(
                "identity_officer",
                FindingLevel.MISSING,
                f"没有一名{label}有本系统的密码，统一身份不能用时进不来",
                f"为一名{label}办理“重置密码”，由安全保密管理员确认",
            )


_LEVEL_ORDER = list(FindingLevel)


def collect_findings(
    parts: Iterable[StatusReading] | None = None, *, database: bool = True, ask: bool = False
) -> list[UpkeepFinding]:
    """Return the findings, by level: missing, unsafe, slow.

    Args:
        parts: the readings, if the caller has made them.
        database: False when the database cannot be queried.
        ask: True to contact the identity providers, which may take seconds.
    """
    findings = [*settings_checks.check_settings(), *check_identity_settings()]
    if ask:
        findings += check_providers()
    if database:
        findings += [part.finding for part in (read_all_parts() if parts is None else parts) if part.finding]
        try:
            findings += [*state_checks.check_state(), *check_officers()]
        except DatabaseError as error:  # such as while the database is away: the readings above are still reported
            text = f"存储的内容没有检查（{' '.join(str(error).split())}）"
            findings.append(UpkeepFinding("state", FindingLevel.MISSING, text, "检查 DATABASE_URL 和数据库服务"))
    return sorted(findings, key=lambda one: _LEVEL_ORDER.index(one.level))


def find_database_fault() -> UpkeepFinding | None:
    """Return the finding if the database is unreachable, empty, or of another version; None if it can be used."""
    from gongkai.ops.upkeep.probes import is_installed, is_migrated

    try:
        done = is_migrated()
    except DatabaseError as error:
        return UpkeepFinding(
            "database",
            FindingLevel.MISSING,
            f"连不上数据库：{' '.join(str(error).split())}",
            "检查 DATABASE_URL 和数据库服务",
        )
    if not is_installed():
        return UpkeepFinding(
            "installed", FindingLevel.MISSING, "这里还没有安装过", "运行 gongkai init，登记本级政府和三员"
        )
    if not done:
        return UpkeepFinding("migrations", FindingLevel.MISSING, "数据表不是这一版本的", "运行 gongkai manage migrate")
    return None
