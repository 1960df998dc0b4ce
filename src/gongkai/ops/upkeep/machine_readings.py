"""Readings of this machine: disks, certificates, backups and their key, archive, logs, readiness to take over."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from gongkai.core.acts.models import Movement
from gongkai.ops.upkeep.findings import FindingLevel, StatusReading, UpkeepFinding
from gongkai.ops.upkeep.models import BackupMade
from gongkai.ops.upkeep.servers import list_direct_addresses
from gongkai.work.site_operations.models import RestoreDrill

#: Folder of the TLS certificates, created by deploy/install.sh or mounted by the operator.
CERTIFICATES_FOLDER = Path("/etc/gongkai/certificates")
ACCESS_LOG_FOLDER, SYSTEMD_JOURNAL_FOLDER = Path("/var/log/gongkai"), Path("/var/log/journal")
BACKUP_FOLDER, ARCHIVE_FOLDER = Path("/srv/backup"), Path("/srv/archive")
#: Folder of PostgreSQL's data.
POSTGRESQL_FOLDER = Path("/var/lib/postgresql")
# Files of the second machine that `promote.sh --machine` needs.
STANDBY_FILES = (
    Path("/etc/nginx/conf.d/gongkai.conf"),
    CERTIFICATES_FOLDER / "site.pem",
    CERTIFICATES_FOLDER / "site.key",
    Path("/etc/gongkai/backup.key.pub"),
    Path("/etc/systemd/system/gongkai-backup.timer"),
)
# Free disk space that is too little: share of the disk, and bytes.
MIN_FREE_SHARE, MIN_FREE_BYTES = 0.05, 2 * 10**9
# Limits in days: validity of a certificate, restore drills, base backups (weekly), logs (six months by law).
CERTIFICATE_DAYS, DRILL_DAYS, BASE_DAYS, LOG_DAYS = 20, 366, 9, 180
# First line of a private key of backups.
PRIVATE_KEY_HEADER = b"-----BEGIN PRIVATE KEY"


def read_disks(now: datetime) -> StatusReading:
    """Return the reading of the disks (磁盘)."""
    words: list[str] = []
    short: list[str] = []
    figures: dict[str, float] = {}
    for label, folder in _iterate_disks():
        use = shutil.disk_usage(folder)
        text = f"{label}（{folder}）还有 {use.free / 1e9:,.1f} GB，共 {use.total / 1e9:,.1f} GB"
        words.append(text)
        figures[f"disk_free_bytes:{label}"] = float(use.free)
        figures[f"disk_free_share:{label}"] = use.free / use.total if use.total else 0.0
        if use.free < MIN_FREE_BYTES or use.free < MIN_FREE_SHARE * use.total:
            short.append(text)
    finding = UpkeepFinding("disk", FindingLevel.MISSING, f"磁盘快满了：{'；'.join(short)}", "清理，或者扩大磁盘")
    return StatusReading("disk", "磁盘", "；".join(words), figures, finding if short else None)


def _iterate_disks() -> Iterator[tuple[str, Path]]:
    """Yield (Chinese label, folder) of each disk in use, once, with the first of its folders; absent folders are skipped."""
    last_backup = BackupMade.objects.first()
    folders = {
        "数据": Path(settings.DATA),
        "文件": Path(settings.FILES_ROOT),
        "数据库": POSTGRESQL_FOLDER if connection.vendor == "postgresql" else Path(settings.DATA),
        "备份": Path(last_backup.place).parent if last_backup else BACKUP_FOLDER,
        "归档": ARCHIVE_FOLDER,
        "网页": Path(settings.GONGKAI_PAGES or settings.DATA),
        "镜像": Path(settings.GONGKAI_MIRROR or settings.DATA),
        "日志": SYSTEMD_JOURNAL_FOLDER,
    }
    devices = set[int]()
    for label, folder in folders.items():
        with suppress(OSError):
            if (device := folder.stat().st_dev) not in devices:
                devices.add(device)
                yield label, folder


def read_certificates(now: datetime) -> StatusReading:
    """Return the reading of the TLS certificates (证书)."""
    ends: dict[str, datetime] = {}
    for path in sorted(CERTIFICATES_FOLDER.glob("*.pem")):
        try:
            from cryptography import x509  # Only where there are certificates.

            read = x509.load_pem_x509_certificates(path.read_bytes())[0]
            ends[path.name] = read.not_valid_after_utc if read.not_valid_before_utc <= now else now - timedelta(days=1)
        except ValueError:
            mend = f"换上正确的 {path}，再 systemctl reload nginx"
            text = f"{path} 不是证书"
            return StatusReading(
                "certificate", "证书", text, finding=UpkeepFinding("certificate", FindingLevel.MISSING, text, mend)
            )
    if not ends:
        return StatusReading("certificate", "证书", "不在本机")
    name = min(ends, key=lambda one: ends[one])
    days = (ends[name] - now).days
    words = f"{name} 还有{days}天到期" if days >= 0 else f"{name} 已过期，或者还没有生效"
    mend = (
        "网站证书：替换 site.pem、site.key，再 systemctl reload nginx；机器证书：在第一台上重新执行 allow.sh"
        "（docs/deploying.md）"
    )
    finding = (
        UpkeepFinding("certificate", FindingLevel.MISSING, f"证书 {words}", mend) if days < CERTIFICATE_DAYS else None
    )
    return StatusReading("certificate", "证书", words, {"certificate_days": days}, finding)


def find_backup_place_fault(backup: Path) -> UpkeepFinding | None:
    """Return a finding if a private key lies next to a backup, or the backup is on the data's disk; else None."""
    folder = backup.parent
    try:
        if key := next((path for path in folder.iterdir() if _is_private_key(path)), None):
            return UpkeepFinding(
                "backup_key",
                FindingLevel.UNSAFE,
                f"备份的私钥 {key} 和备份放在一起：拿到备份的人就能打开，盘坏了两样都没有",
                "把私钥移到别处保管，留下 .pub",
            )
        same = folder.stat().st_dev == Path(settings.DATA).stat().st_dev
    except OSError:  # Made on another machine, or the place is mounted there only.
        return None
    mend = "把另一台机器的盘挂在备份目录（/srv/backup）"
    return (
        UpkeepFinding("backup_place", FindingLevel.UNSAFE, "备份和数据在同一块盘上，盘坏了两样都没有", mend)
        if same
        else None
    )


def _is_private_key(path: Path) -> bool:
    with suppress(OSError):
        if path.is_file() and path.stat().st_size < 2000:
            return path.read_bytes().startswith(PRIVATE_KEY_HEADER)
    return False


def read_drills(now: datetime) -> StatusReading:
    """Return the reading of the restore drills (恢复演练)."""
    label, mend = "恢复演练", "运行 gongkai backup verify 备份文件 --key 私钥"
    last_drill = RestoreDrill.objects.filter(ok=True).order_by("-at").first()
    if last_drill is None:
        text = "备份从未演练过恢复"
        has_backups = BackupMade.objects.exists()
        return StatusReading(
            "drill",
            label,
            "没有",
            finding=UpkeepFinding("drill", FindingLevel.MISSING, text, mend) if has_backups else None,
        )
    days = (now - last_drill.at).days
    age_text = f"{days}天前成功" if days else "今天成功"
    finding = UpkeepFinding("drill", FindingLevel.MISSING, f"最近一次成功的恢复演练是{days}天前", mend)
    return StatusReading("drill", label, age_text, {"drill_age_days": days}, finding if days > DRILL_DAYS else None)


def read_archive(now: datetime) -> StatusReading:
    """Return the reading of the database archive (数据库归档)."""
    label = "数据库归档"
    if connection.vendor != "postgresql":
        return StatusReading("archive", label, "SQLite")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('archive_mode'), last_archived_time, last_failed_time, last_failed_wal FROM pg_stat_archiver"
        )
        mode, last_archived, last_failed, segment = cursor.fetchone()
    if mode == "off":
        text = "没有归档，只能恢复到最近一次备份"
        mend = "照 docs/deploying.md 的“恢复到某一时刻”打开归档"
        several = len(list_direct_addresses()) > 1
        finding = UpkeepFinding("archive", FindingLevel.MISSING, text, mend) if several else None
        return StatusReading("archive", label, text, finding=finding)
    failing = last_failed is not None and (last_archived is None or last_failed > last_archived)
    figures = {"archive_failing": float(failing)}
    if last_archived:
        figures["archive_age_seconds"] = (now - last_archived).total_seconds()
    status_text = f"最近一段 {timezone.localtime(last_archived):%m-%d %H:%M} 归档" if last_archived else "还没有归档过"
    if failing:
        text = f"归档失败（{segment}），主库的盘会被没有归档的日志占满"
        mend = "看 PostgreSQL 的日志，检查 /srv/archive 能否写入、有没有空间"
        return StatusReading(
            "archive", label, text, figures, UpkeepFinding("archive", FindingLevel.MISSING, text, mend)
        )
    age = _compute_base_backup_days(now)
    if age is not None:
        figures["base_age_days"] = age
        status_text += f"，基础备份是{age:.0f}天前的" if age < float("inf") else "，没有基础备份"
    finding = UpkeepFinding(
        "base", FindingLevel.MISSING, f"数据库归档：{status_text}", "运行 systemctl start gongkai-base，看它的日志"
    )
    return StatusReading(
        "archive", label, status_text, figures, finding if age is not None and age > BASE_DAYS else None
    )


def _compute_base_backup_days(now: datetime) -> float | None:
    """Return the newest base backup's age in days by its name; infinity without one; None if the folder cannot be read."""
    try:
        names = sorted(name for name in os.listdir(ARCHIVE_FOLDER / "base") if name[0] != ".")
        return (now - datetime.strptime(names[-1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)) / timedelta(days=1)
    except IndexError:
        return float("inf")
    except (OSError, ValueError):
        return None


def read_logs(now: datetime) -> StatusReading:
    """Return the reading of the logs (日志)."""
    label = "日志"
    oldest = [moment for moment in (_find_oldest_access(), _find_oldest_journal()) if moment]
    if not oldest:
        return StatusReading("logs", label, "本机还没有满一天的日志，或者不由本系统保管")
    days = (now - max(oldest)).days
    text = f"最早的一份是{days}天前的"
    first_movement = _get_first_movement()
    short = days < LOG_DAYS and first_movement is not None and (now - first_movement).days > LOG_DAYS + 1
    finding_text = f"日志不足六个月：{text}（网络安全法第二十一条）"
    mend = "检查 /etc/logrotate.d/gongkai 和 journald.conf.d/gongkai.conf，扩大日志所在的磁盘"
    return StatusReading(
        "logs",
        label,
        text,
        {"log_days": days},
        UpkeepFinding("logs", FindingLevel.MISSING, finding_text, mend) if short else None,
    )


def _get_first_movement() -> datetime | None:
    return Movement.objects.order_by("pk").values_list("at", flat=True).first()


def _find_oldest_access() -> datetime | None:
    with suppress(OSError):
        times = [path.stat().st_mtime for path in ACCESS_LOG_FOLDER.glob("*.log-*")]
        return datetime.fromtimestamp(min(times), UTC) if times else None
    return None


def _find_oldest_journal() -> datetime | None:
    """Return the first moment of the oldest closed file of the journal, by its name; None if there is none."""
    starts: list[float] = []
    for path in SYSTEMD_JOURNAL_FOLDER.glob("*/system@*-*-*.journal"):
        with suppress(ValueError):
            starts.append(int(path.stem.rsplit("-", 1)[1], 16) / 1e6)
    return datetime.fromtimestamp(min(starts), UTC) if starts else None


def read_standby(now: datetime) -> StatusReading:
    """Return whether the second machine is ready to take over (接替第一台)."""
    label = "接替第一台"
    if settings.GONGKAI_PAGES or len(list_direct_addresses()) < 2:
        return StatusReading("standby", label, "本机不是第二台")
    missing = [str(path) for path in STANDBY_FILES if not path.exists()]
    if not BACKUP_FOLDER.is_mount():
        missing.append(f"{BACKUP_FOLDER} 没有挂另一台机器的盘")
    if not ARCHIVE_FOLDER.is_dir():
        missing.append(f"{ARCHIVE_FOLDER}（归档）")
    text = f"缺少 {'、'.join(missing)}" if missing else "都已备好"
    said = f"第一台没了时，本机不能全部接替：{text}"
    mend = "在第一台上执行 allow.sh，在本机上执行 second.sh（docs/deploying.md）"
    return StatusReading(
        "standby", label, text, finding=UpkeepFinding("standby", FindingLevel.MISSING, said, mend) if missing else None
    )
