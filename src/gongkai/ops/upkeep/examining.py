"""All that there is to mend: settings, what is stored, the state; what `gongkai check` prints and the status page shows."""

from collections.abc import Iterable

from django.db import DatabaseError

from gongkai.ops.upkeep import identity_checks, settings_checks, state_checks
from gongkai.ops.upkeep.findings import Finding, Level, Reading
from gongkai.ops.upkeep.readings import read

_ORDER = list(Level)


def findings(
    parts: Iterable[Reading] | None = None, *, database: bool = True, ask: bool = False
) -> list[Finding]:
    """Return what is missing, then what is unsafe, then what is slow.

    Args:
        parts: the readings, where somebody has them already.
        database: whether the database can be asked.
        ask: whether the identities of others are asked for an answer, which may take seconds.
    """
    found = [*settings_checks.of_settings(), *identity_checks.of_settings()]
    if ask:
        found += identity_checks.of_answers()
    if database:
        found += [part.finding for part in (read() if parts is None else parts) if part.finding]
        found += [*state_checks.of_state(), *identity_checks.of_officers()]
    return sorted(found, key=lambda one: _ORDER.index(one.level))


def unreachable() -> Finding | None:
    """Return what is wrong with the database before anything is asked of it; None where nothing is."""
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
        return Finding(
            "installed", Level.MISSING, "这里还没有安装过", "运行 gongkai init，登记本级政府和三员"
        )
    if not done:
        return Finding("migrations", Level.MISSING, "数据表不是这一版本的", "运行 gongkai manage migrate")
    return None
