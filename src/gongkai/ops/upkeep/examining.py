"""All findings on settings, stored data and status, for `gongkai check` and the status page."""

from collections.abc import Iterable

from django.db import DatabaseError

from gongkai.ops.upkeep import identity_checks, settings_checks, state_checks
from gongkai.ops.upkeep.findings import Finding, Level, Reading
from gongkai.ops.upkeep.readings import read

_ORDER = list(Level)


def findings(parts: Iterable[Reading] | None = None, *, database: bool = True, ask: bool = False) -> list[Finding]:
    """Return the findings, by level: missing, unsafe, slow.

    Args:
        parts: the readings, if already taken.
        database: False when the database cannot be queried.
        ask: True to contact the identity providers, which may take seconds.
    """
    found = [*settings_checks.of_settings(), *identity_checks.of_settings()]
    if ask:
        found += identity_checks.of_answers()
    if database:
        found += [part.finding for part in (read() if parts is None else parts) if part.finding]
        found += [*state_checks.of_state(), *identity_checks.of_officers()]
    return sorted(found, key=lambda one: _ORDER.index(one.level))


def unreachable() -> Finding | None:
    """Return why the database cannot be used; None if it can."""
    from gongkai.ops.upkeep.probes import installed, migrated

    try:
        done = migrated()
    except DatabaseError as error:
        return Finding(
            "database",
            Level.MISSING,
            f"连不上数据库：{' '.join(str(error).split())}",
            "检查 DATABASE_URL 和数据库服务",
        )
    if not installed():
        return Finding("installed", Level.MISSING, "这里还没有安装过", "运行 gongkai init，登记本级政府和三员")
    if not done:
        return Finding("migrations", Level.MISSING, "数据表不是这一版本的", "运行 gongkai manage migrate")
    return None
