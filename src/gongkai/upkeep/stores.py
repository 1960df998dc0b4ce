"""The state of what stands outside the data folder."""

from datetime import datetime

from django.conf import settings

from gongkai.files.models import StoredFile
from gongkai.files.place import in_bucket
from gongkai.portal.replica import REPLICA, WATCH
from gongkai.upkeep.findings import Finding, Level, Reading

#: Of the newest files so many are asked for: a store that was chosen before the files were there lacks them.
ASKED = 3


def files(now: datetime) -> Reading:
    """文件存储."""
    rows = StoredFile.objects.all()
    count, newest = rows.count(), list(rows.order_by("-added_at")[:ASKED])
    where = f"对象存储 {settings.GONGKAI_BUCKET['bucket_name']}" if in_bucket() else "数据文件夹"
    gone = [one for one in newest if not one.exists()]
    finding = Finding(
        "files",
        Level.MISSING,
        f"{where}里没有登记的文件，如 {gone[0].pk[:12] if gone else ''}",
        "用 gongkai files move 搬完再启用，或者从备份恢复",
    )
    return Reading(
        "files", "文件存储", f"{where}，{count:,}个文件", {"files": count}, finding if gone else None
    )


def follower(now: datetime) -> Reading:
    """数据库从库."""
    label = "数据库从库"
    if REPLICA not in settings.DATABASES:
        return Reading("replica", label, "没有设置")
    read = WATCH.fresh()
    if WATCH.behind is None:
        said = "读不到，或者已不是从库"
    else:
        said = f"落后约{WATCH.behind:.0f}秒" if WATCH.behind else "与主库一致"
    words = f"{said}，公开网页{'由从库读取' if read else '改由主库读取'}"
    finding = Finding(
        "replica",
        Level.SLOW,
        f"{label}{words}",
        "检查从库的复制（deploy/postgresql/replica.sh）和 GONGKAI_REPLICA_URL",
    )
    figures = {"replica_behind_seconds": WATCH.behind} if WATCH.behind is not None else {}
    return Reading("replica", label, words, figures, None if read else finding)
