"""The status of an installation. Each function returns the reading of one part."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from gongkai.core.acts import anchors
from gongkai.core.acts.models import Seal, Stamp
from gongkai.core.outbox.models import Letter, Message, MessageState
from gongkai.core.vault import servers
from gongkai.core.vault.key_file import KeyRingError, key_path
from gongkai.core.vault.keys import key_ring
from gongkai.lib import law
from gongkai.lib.law import LawError
from gongkai.ops.upkeep import machine_readings, service_readings
from gongkai.ops.upkeep.findings import FindingLevel, StatusReading, UpkeepFinding
from gongkai.ops.upkeep.models import JOB_ROUND_NAME, BackupMade, JobRun
from gongkai.ui.mirror import mirror_updates
from gongkai.ui.mirror.models import Leaf
from gongkai.ui.portal.models import Purge
from gongkai.ui.portal.purging.cache_protocols import list_receivers

#: Delay of due jobs from which the status is red.
MAX_JOB_DELAY = timedelta(minutes=15)
#: Age of the last backup from which the status is red.
MAX_BACKUP_AGE = timedelta(hours=36)
#: Delay of a queue from which the status is red.
MAX_QUEUE_DELAY = timedelta(hours=1)
# Day of the year after which next year's calendar is published (usually early November).
CALENDAR_EXPECTED_FROM = (12, 1)


def describe_time_since(moment: datetime, now: datetime) -> str:
    """Return the time since a moment in Chinese, in whole days, hours or minutes; 刚才 below a minute.

    >>> describe_time_since(datetime(2026, 11, 20, 9), datetime(2026, 11, 21, 12))
    '1天前'
    """
    seconds = int((now - moment).total_seconds())
    for size, word in ((86_400, "天"), (3600, "小时"), (60, "分钟")):
        if seconds >= size:
            return f"{seconds // size}{word}前"
    return "刚才"


def read_jobs(now: datetime) -> StatusReading:
    """Return the reading of the due jobs (到期工作)."""
    runs = JobRun.objects.in_bulk()
    job_round, label = runs.pop(JOB_ROUND_NAME, None), "到期工作"
    if job_round is None:
        mend = "用 gongkai serve 启动，或者让 gongkai-due.timer 定时运行 gongkai run-due"
        return StatusReading(
            "jobs", label, "从未运行", finding=UpkeepFinding("jobs", FindingLevel.MISSING, "到期工作从未运行", mend)
        )
    failing = sorted((r for r in runs.values() if r.failures), key=lambda r: -r.failures)
    figures = {"jobs_idle_seconds": job_round.idle(now).total_seconds(), "jobs_failing": len(failing)}
    text = f"{describe_time_since(job_round.ended_at or job_round.started_at, now)}运行，共{len(runs)}项，用时{job_round.took_ms / 1000:.1f}秒"
    finding = None
    if job_round.idle(now) > MAX_JOB_DELAY:
        text = f"{describe_time_since(job_round.ended_at or job_round.started_at, now)}运行过，之后没有再运行"
        if job_round.is_hanging and job_round.error:
            text = f"{describe_time_since(job_round.started_at, now)}开始运行，停在“{job_round.error}”"
        finding = UpkeepFinding(
            "jobs", FindingLevel.MISSING, f"到期工作{text}", "查看服务日志，重新启动运行 gongkai run-due 的服务"
        )
    elif failing:
        example = f"{failing[0].name} 连续{failing[0].failures}次失败：{failing[0].error}"
        finding = UpkeepFinding(
            "jobs",
            FindingLevel.MISSING,
            f"{len(failing)}项到期工作失败，如 {example}",
            "按失败原因处理，成功后自动恢复",
        )
    return StatusReading("jobs", label, text, figures, finding)


def read_outbox(now: datetime) -> StatusReading:
    """Return the state of the queue of mails and messages (邮件和消息队列); what quiet hours hold back is not late."""
    rows = [
        table._default_manager.filter(state=MessageState.WAITING).order_by("created_at") for table in (Message, Letter)
    ]
    waiting = sum(row.count() for row in rows)
    failed = Message.objects.filter(state=MessageState.FAILED, created_at__gte=now - timedelta(days=7)).count()
    tried = [row.exclude(attempts=0, retry_at__gt=now).first() for row in rows]
    oldest = min((row.created_at for row in tried if row), default=None)
    text = f"等待发送{waiting}封，近7天发送失败{failed}封" + (
        f"，最早的{describe_time_since(oldest, now)}产生" if oldest else ""
    )
    late = oldest is not None and now - oldest > MAX_QUEUE_DELAY
    finding = (
        UpkeepFinding(
            "outbox",
            FindingLevel.SLOW,
            f"邮件和消息积压：{text}",
            "检查邮件服务器（GONGKAI_MAIL_HOST）、“消息渠道”和到期工作",
        )
        if late
        else None
    )
    age = (now - oldest).total_seconds() if oldest else 0.0
    return StatusReading(
        "outbox",
        "邮件和消息",
        text,
        {"outbox_waiting": waiting, "outbox_oldest_seconds": age, "outbox_failed": failed},
        finding,
    )


def read_caches(now: datetime) -> StatusReading:
    """Return the reading of the caches of public pages (前端缓存)."""
    if not settings.GONGKAI_CACHES:
        return StatusReading("caches", "前端缓存", "没有设置")
    existing = [f"{way}={address}" for way, address in list_receivers()]  # Purges that were given up are not retried.
    due = Purge.objects.filter(due_at__lte=now, cache__in=existing)
    refused = Purge.objects.filter(attempts__gt=0, cache__in=existing)
    waiting, trouble = due.count(), refused.order_by("due_at").first()
    text = f"等待通知{waiting}个地址，未送达{refused.count()}个"
    finding = None
    if trouble:
        finding = UpkeepFinding(
            "caches_told",
            FindingLevel.MISSING,
            f"前端缓存没有收到更新通知（{trouble.error}），访问者可能看到旧网页",
            "检查 GONGKAI_CACHES 的地址和 GONGKAI_CACHE_SECRET",
        )
    return StatusReading(
        "caches", "前端缓存", text, {"purges_waiting": waiting, "purges_refused": refused.count()}, finding
    )


def read_mirror(_: datetime) -> StatusReading:
    """Return the reading of the static mirror (静态镜像)."""
    label = "静态镜像"
    if not settings.GONGKAI_MIRROR:
        return StatusReading("mirror", label, "没有设置")
    failed = mirror_updates.list_failures(site.host for site in mirror_updates.list_mirrored_sites())
    count, first_failure = failed.count(), failed.first()
    text = f"{Leaf.objects.exclude(digest='').count()}个文件，没有写成{count}个"
    finding = None
    if first_failure:
        finding_text = f"静态镜像有{count}个网页没有写成，如 {first_failure}（{first_failure.error}）"
        finding = UpkeepFinding(
            "mirror", FindingLevel.MISSING, finding_text, "按原因处理后运行 gongkai mirror build，它逐个列出"
        )
    return StatusReading("mirror", label, text, {"mirror_failed": count}, finding)


def read_calendar(now: datetime) -> StatusReading:
    """Return the reading of the calendar of working days (工作日历)."""
    today, mend = (
        timezone.localtime(now).date(),
        "国务院办公厅公布放假通知后，在“单位与系统→工作日历”登记",
    )
    try:
        years = law.default_calendar().years
    except LawError as error:
        return StatusReading(
            "calendar",
            "工作日历",
            "读不出",
            finding=UpkeepFinding("calendar", FindingLevel.MISSING, f"工作日历读不出：{error}", mend),
        )
    needed_years = {today.year} | ({today.year + 1} if (today.month, today.day) >= CALENDAR_EXPECTED_FROM else set())
    missing = sorted(needed_years - years)
    text = f"已有{min(years)}年至{max(years)}年" if years else "没有"
    finding_text = f"缺少{'、'.join(f'{year}年' for year in missing)}的工作日历，跨年的期限只能暂算"
    return StatusReading(
        "calendar",
        "工作日历",
        text,
        {"calendar_last_year": max(years, default=0)},
        UpkeepFinding("calendar", FindingLevel.MISSING, finding_text, mend) if missing else None,
    )


def read_backups(now: datetime) -> StatusReading:
    """Return the reading of the backups (备份)."""
    last, mend = BackupMade.objects.first(), "每天运行 gongkai backup（deploy/systemd/gongkai-backup.timer）"
    if last is None:
        return StatusReading(
            "backup", "备份", "从未备份", finding=UpkeepFinding("backup", FindingLevel.MISSING, "从未备份", mend)
        )
    text = f"{describe_time_since(last.at, now)}备份到 {last.place}，{last.bytes / 1e6:,.0f} MB，{'已加密' if last.encrypted else '没有加密'}"
    finding = None
    if now - last.at > MAX_BACKUP_AGE:
        finding = UpkeepFinding(
            "backup", FindingLevel.MISSING, f"最近一次备份是{describe_time_since(last.at, now)}", mend
        )
    elif not last.encrypted:
        finding = UpkeepFinding(
            "backup",
            FindingLevel.UNSAFE,
            "备份没有加密",
            "加 --recipient 或者 --passphrase-file（手册“系统管理员和安全保密管理员”的“备份”）",
        )
    else:
        finding = machine_readings.find_backup_place_fault(Path(last.place))
    return StatusReading("backup", "备份", text, {"backup_age_seconds": (now - last.at).total_seconds()}, finding)


def read_seals(now: datetime) -> StatusReading:
    """Return the reading of the log's seals and anchors (封存和锚点)."""
    last_seal = Seal.objects.order_by("-at").first()
    if last_seal is None:
        return StatusReading("seal", "封存和锚点", "还没有封存（首次封存在有流水后由到期工作完成）")
    text = f"{describe_time_since(last_seal.at, now)}封存，流水{last_seal.movements:,}条"
    places = [p.partition(":")[2] for p in settings.GONGKAI_ANCHORS if p.startswith("file:")]
    places_behind = [place for place in places if not _is_last_anchor(place, last_seal.hash)]
    mend = "检查该位置能否写入；用 gongkai audit verify --anchors 核对"
    return StatusReading(
        "seal",
        "封存和锚点",
        text + ("" if settings.GONGKAI_ANCHORS else "，没有设置锚点"),
        {"seal_age_seconds": (now - last_seal.at).total_seconds()},
        UpkeepFinding("anchor_behind", FindingLevel.MISSING, f"锚点文件 {places_behind[0]} 里没有最近一次封存", mend)
        if places_behind
        else None,
    )


def read_time_stamps(now: datetime) -> StatusReading:
    """Return the reading of the time stamps of seals (时间戳)."""
    if not settings.GONGKAI_TIMESTAMPS:
        return StatusReading("stamp", "时间戳", "没有设置")
    last = Stamp.objects.select_related("seal").order_by("-at", "-pk").first()
    if last is None:
        return StatusReading("stamp", "时间戳", "还没有请求过（下一次封存时请求）")
    if last.token:
        return StatusReading(
            "stamp",
            "时间戳",
            f"{describe_time_since(last.at, now)}取得，封存于{describe_time_since(last.seal.at, now)}",
        )
    stamp = Stamp.objects.exclude(token="").order_by("-at").first()
    since = f"最近一次取得是{describe_time_since(stamp.at, now)}" if stamp else "从未取得"
    text = f"{describe_time_since(last.at, now)}请求，没有取得：{last.refused}；{since}"
    mend = (
        "检查 GONGKAI_TIMESTAMPS 的地址、网络和 GONGKAI_TIMESTAMP_ROOTS；封存照常进行，以后取得的时间戳也证明此前的封存"
    )
    return StatusReading(
        "stamp",
        "时间戳",
        text,
        finding=UpkeepFinding("stamp", FindingLevel.MISSING, f"封存没有取得时间戳：{last.refused}（{since}）", mend),
    )


def _is_last_anchor(place: str, mark: str) -> bool:
    last = anchors.read_last_anchor(Path(place))
    return last is not None and last["hash"] == mark


def read_keys(now: datetime) -> StatusReading:
    """Return the reading of the keys that encrypt personal data (个人信息密钥)."""

    label, mend = (
        "个人信息密钥",
        "用 gongkai keys put 放上另行保管的密钥文件（GONGKAI_KEYS），不要用别的文件覆盖",
    )
    try:
        ring = key_ring(fresh=True)
    except KeyRingError as error:
        return StatusReading(
            "keys", label, "打不开", finding=UpkeepFinding("keys", FindingLevel.MISSING, str(error), mend)
        )
    version = f"第{ring.number}版，" if ring.number else ""
    text, finding = f"{version}{len(ring.keys)}个，存在数据库，由 {key_path()} 加密", None
    if late := servers.list_servers_behind(ring):
        said = "；".join(f"{row.place}：{row.trouble or '还没有启用现在的密钥'}" for row in late)
        finding = UpkeepFinding(
            "keys_behind",
            FindingLevel.MISSING,
            f"有服务器不能用现在的密钥，{said}",
            "在那台服务器上启动程序、运行 gongkai check；已经不用的，运行 gongkai keys forget --gone 注销",
        )
    elif key_path().stat().st_mode & 0o077:
        finding = UpkeepFinding("keys", FindingLevel.UNSAFE, "其他账号可以读取密钥文件", f"执行 chmod 600 {key_path()}")
    figures = {"keys": len(ring.keys), "key_servers_behind": len(late)}
    return StatusReading("keys", label, text, figures, finding)


READING_FUNCTIONS: tuple[Callable[[datetime], StatusReading], ...] = (
    read_jobs,
    service_readings.read_background_jobs,
    read_outbox,
    read_caches,
    read_mirror,
    read_calendar,
    read_backups,
    machine_readings.read_drills,
    machine_readings.read_archive,
    machine_readings.read_disks,
    machine_readings.read_certificates,
    machine_readings.read_logs,
    machine_readings.read_standby,
    read_seals,
    read_time_stamps,
    read_keys,
    service_readings.read_file_store,
    service_readings.read_database,
    service_readings.read_replicas,
)


def read_all_parts() -> Iterator[StatusReading]:
    """Yield the reading of each part of the installation; one that cannot be read reports that and hides no other."""
    moment = timezone.now()
    for part in READING_FUNCTIONS:
        label = (part.__doc__ or part.__name__).rpartition("(")[2].rstrip(").")  # Return … of the disks (磁盘).
        try:
            yield part(moment)
        except (DatabaseError, OSError) as error:
            finding = UpkeepFinding(
                part.__name__, FindingLevel.MISSING, f"{label}读不出：{error}", "检查数据库和数据文件夹"
            )
            yield StatusReading(part.__name__, label, "读不出", finding=finding)
