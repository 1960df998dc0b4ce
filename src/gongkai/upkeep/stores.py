"""The state of what stands outside the data folder."""

from datetime import datetime

from django.conf import settings

from gongkai.files.models import StoredFile
from gongkai.files.place import in_bucket
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
