"""Readings of services outside the data folder and of background workers."""

from datetime import datetime, timedelta

from django.conf import settings

from gongkai.core.background_jobs.queries import count_queue
from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import uses_bucket
from gongkai.ops.upkeep import primary
from gongkai.ops.upkeep.findings import FindingLevel, StatusReading, UpkeepFinding
from gongkai.ops.upkeep.servers import Server, describe_difference, list_direct_addresses, query_servers, server_address
from gongkai.ui.portal.replica import get_replica_watch, list_replicas

# Number of newest files that are looked up in the store.
NEWEST_FILES_CHECKED = 3
# Delay after which a due task shows a lack of workers.
MAX_ERRAND_DELAY = timedelta(minutes=15)


def read_file_store(now: datetime) -> StatusReading:
    """Return the reading of the file store (文件存储)."""
    rows = StoredFile.objects.all()
    count, newest = rows.count(), list(rows.order_by("-added_at")[:NEWEST_FILES_CHECKED])
    where = f"对象存储 {settings.GONGKAI_BUCKET['bucket_name']}" if uses_bucket() else "数据文件夹"
    missing_files = [stored_file for stored_file in newest if not stored_file.exists()]
    finding = UpkeepFinding(
        "files",
        FindingLevel.MISSING,
        f"{where}里没有登记的文件，如 {missing_files[0].pk[:12] if missing_files else ''}",
        "用 gongkai files move 搬完再启用，或者从备份恢复",
    )
    if uses_bucket() and settings.GONGKAI_BUCKET_LINKS:
        where += f"（公开附件用{settings.GONGKAI_BUCKET_LINKS}秒内有效的链接下载）"
    return StatusReading(
        "files", "文件存储", f"{where}，{count:,}个文件", {"files": count}, finding if missing_files else None
    )


def read_background_jobs(now: datetime) -> StatusReading:
    """Return the reading of the queue of background jobs (后台作业)."""
    figures = count_queue(now)
    text = f"等待{figures.waiting}项，正在处理{figures.running}项，后台进程{figures.workers}个"
    finding, mend = (
        None,
        "用 gongkai serve 启动，或者运行 gongkai worker（deploy/systemd/gongkai-worker.service）",
    )
    if figures.oldest:
        text += f"，最早的{format_duration(now - figures.oldest)}前就该处理"
    if not figures.workers:
        finding = UpkeepFinding(
            "worker_gone", FindingLevel.MISSING, "没有后台作业进程在运行，读取通知、检查网站都会停着", mend
        )
    elif figures.dead:
        said = f"{figures.dead}项后台作业多次失败，等待处理"
        finding = UpkeepFinding(
            "errands_dead", FindingLevel.MISSING, said, "在“单位与系统→后台作业”里看原因，重试或者放弃"
        )
    elif figures.oldest and now - figures.oldest > MAX_ERRAND_DELAY:
        finding = UpkeepFinding("errands_late", FindingLevel.SLOW, f"后台作业积压：{text}", "多运行几个 gongkai worker")
    age = (now - figures.oldest).total_seconds() if figures.oldest else 0.0
    counted = {
        "errands_waiting": figures.waiting,
        "errands_running": figures.running,
        "errands_dead": figures.dead,
        "errands_oldest_seconds": age,
        "errands_workers": figures.workers,
    }
    return StatusReading("errands", "后台作业", text, counted, finding)


def format_duration(past: timedelta) -> str:
    """Return a duration in Chinese, in whole minutes, or in whole hours from one hour on."""
    whole = max(0, int(past.total_seconds()) // 60)
    return f"{whole // 60}小时" if whole >= 60 else f"{whole}分钟"


def read_database(now: datetime) -> StatusReading:
    """Return the reading of the primary database (数据库主库)."""
    label, server = "数据库主库", primary.query_configured_server()
    if server is None:
        return StatusReading("primary", label, "SQLite")
    text = f"系统标识 {server.system}，时间线 {server.timeline}"
    places = [str(server_address(facts)) for facts in primary.list_other_addresses()]
    answers = query_servers(primary.list_other_addresses())
    direct = list(zip(places, answers, strict=True))[: len(list_direct_addresses())]
    fault = primary.find_primary_fault(server, primary.read_seen_primary(), [answer for answer in answers if answer])
    if fault:
        return StatusReading(
            "primary", label, text, finding=UpkeepFinding("primary", FindingLevel.UNSAFE, fault, "见上")
        )
    if server.generation and not server.has_begun:
        finding = UpkeepFinding(
            "generation",
            FindingLevel.MISSING,
            f"主库提升过或者恢复过（时间线 {server.timeline}），还没有登记，从库都不读",
            "从库提升的，运行 gongkai promote；恢复到某一时刻的，运行 gongkai audit restored",
        )
        return StatusReading("primary", label, text, finding=finding)
    second = next((p for p, one in zip(places, answers, strict=True) if one and _is_second_primary(one, server)), "")
    if second:
        finding = UpkeepFinding(
            "two_primaries",
            FindingLevel.UNSAFE,
            f"有两个主库：{second} 也是主库（不是从库），各写各的",
            "停掉旧的一个，重做成从库（deploy/postgresql/standby.sh）；刚提升的，运行 gongkai promote 登记",
        )
        return StatusReading("primary", label, text, finding=finding)
    return StatusReading("primary", label, text, finding=_describe_direct(server, direct))


def _describe_direct(server: Server, direct: list[tuple[str, Server | None]]) -> UpkeepFinding | None:
    """Return the finding on direct addresses: unreachable, another server, or none that is the primary; None if all fit."""
    differences = [
        describe_difference(p, direct_server, server)
        for p, direct_server in direct
        if not (direct_server and (direct_server.is_same(server) or direct_server.follows))
    ]
    reached = any(direct_server and direct_server.is_same(server) for _, direct_server in direct)
    if not direct or (reached and not differences):
        return None
    unreachable = [place for place, direct_server in direct if direct_server is None]
    if reached and len(unreachable) == len(differences):
        return UpkeepFinding(
            "other_database",
            FindingLevel.MISSING,
            f"另一台的数据库 {'、'.join(unreachable)} 连不上，现在只有一台",
            "启动它；整台没了的，修好或者换上以后作第二台（docs/deploying.md“第一台没了”）；不再要第二台的，"
            "在 gongkai.env、owner.env 里从 GONGKAI_DIRECT_URL 去掉它的地址",
        )
    trouble = "；".join(differences) or "直连地址里没有现在的主库"
    mend = "把 GONGKAI_DIRECT_URL 改成现在的主库（可以写几个，用逗号分开）；没有它不能升级和备份"
    return UpkeepFinding("direct", FindingLevel.SLOW if reached else FindingLevel.MISSING, trouble, mend)


def _is_second_primary(server: Server, primary_server: Server) -> bool:
    """Return True if another running server of the primary's system is no replica."""
    return server.system == primary_server.system and not server.follows and server.started != primary_server.started


def read_replicas(now: datetime) -> StatusReading:
    """Return the reading of the replicas (数据库从库)."""
    label, existing = "数据库从库", list_replicas()
    if not existing:
        return StatusReading("replica", label, "没有设置")
    read = {alias: get_replica_watch(alias).fresh() for alias in existing}
    texts = [f"{_describe_replica_place(alias)}{_describe_lag(alias)}" for alias in existing]
    text = f"{'；'.join(texts)}。公开网页{'由从库读取' if any(read.values()) else '改由主库读取'}"
    abandoned = any(get_replica_watch(alias).abandoned for alias in existing)
    finding = UpkeepFinding(
        "replica_abandoned" if abandoned else "replica",
        FindingLevel.MISSING if abandoned else FindingLevel.SLOW,
        f"{label}：{text}",
        "在那台机器上用 deploy/postgresql/standby.sh --again 重做"
        if abandoned
        else "检查从库的复制（deploy/postgresql/standby.sh）和 GONGKAI_REPLICA_URL",
    )
    known = [seconds for alias in existing if (seconds := get_replica_watch(alias).behind) is not None]
    figures: dict[str, float] = {"replicas_read": sum(read.values())}
    if known:
        figures["replica_behind_seconds"] = max(known)
    return StatusReading("replica", label, text, figures, None if all(read.values()) else finding)


def _describe_replica_place(alias: str) -> str:
    host = str(settings.DATABASES[alias].get("HOST") or "本机")
    return f"{host}：" if len(list_replicas()) > 1 else ""


def _describe_lag(alias: str) -> str:
    """Return the state of a replica: abandoned, unreadable, seconds behind, or up to date."""
    lag_seconds = get_replica_watch(alias).behind
    if get_replica_watch(alias).abandoned:
        return "不是现在的主库的从库（主库恢复或者提升以后没有重做），不读"
    if lag_seconds is None:
        return "读不到，或者已不是从库"
    return f"落后约{lag_seconds:.0f}秒" if lag_seconds else "与主库一致"
