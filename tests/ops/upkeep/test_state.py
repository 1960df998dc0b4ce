"""Status readings, monitoring of due work, and notification when it stops."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.backups.encryption import write_key_pair
from gongkai.core.acts.models import Seal
from gongkai.core.background_jobs.models import Errand, WorkerSeen
from gongkai.core.ledger.jobs import registry
from gongkai.core.ledger.jobs.registry import PeriodicJob, run_due
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Role
from gongkai.ops.upkeep import alarm, machine_readings, service_readings
from gongkai.ops.upkeep import status as readings
from gongkai.ops.upkeep.findings import StatusReading
from gongkai.ops.upkeep.models import JOB_ROUND_NAME, BackupMade, JobRun
from gongkai.ui.portal.models import Purge
from gongkai.work.site_operations.models import RestoreDrill

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


@pytest.fixture
def use_jobs(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that replaces the periodic jobs."""

    def be(**work: Callable[[], Mapping[str, int]]) -> None:
        jobs = {name: PeriodicJob(name, f"工作{name}", one) for name, one in work.items()}
        monkeypatch.setattr(registry, "map_jobs_by_name", lambda: jobs)

    return be


def raise_value_error() -> Mapping[str, int]:
    raise ValueError("坏了")


def list_subjects() -> list[str]:
    return list(Message.objects.filter(channel="screen").values_list("subject", flat=True))


def test_failing_reading_is_reported_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    @wraps(machine_readings.read_disks)
    def unreadable(now: datetime) -> StatusReading:
        raise OSError("坏了")

    monkeypatch.setattr(readings, "READING_FUNCTIONS", (unreadable, readings.read_keys))
    disks, keys = readings.read_all_parts()
    assert disks.finding is not None
    assert (disks.label, disks.finding.words, keys.name) == ("磁盘", "磁盘读不出：坏了", "keys")


def test_run_due_records_the_result_of_each_job(use_jobs: Callable[..., None]) -> None:
    use_jobs(good=lambda: {"done": 1}, bad=raise_value_error)
    run_due()
    run_due()
    good, bad, whole = (JobRun.objects.get(name=name) for name in ("good", "bad", JOB_ROUND_NAME))
    assert (good.failures, good.error, good.good_at == good.ended_at) == (0, "", True)
    assert (bad.failures, bad.error, bad.good_at) == (2, "ValueError: 坏了", None)
    assert bad.failing_since is not None
    assert not whole.is_hanging
    use_jobs(good=lambda: {}, bad=lambda: {})
    run_due()
    assert JobRun.objects.get(name="bad").failures == 0
    use_jobs(good=lambda: {})
    run_due()
    assert not JobRun.objects.filter(name="bad").exists(), "a job that the installation no longer has fails no more"


def test_hanging_job_is_named(use_jobs: Callable[..., None]) -> None:
    seen = []

    def look() -> Mapping[str, int]:
        one = JobRun.objects.get(name=JOB_ROUND_NAME)
        seen.append((one.is_hanging, one.error))
        return {}

    use_jobs(hanging=look)
    run_due()
    assert seen == [(True, "hanging")]


def test_failing_watcher_stops_no_job(use_jobs: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "JOB_WATCHERS", [object()])
    use_jobs(good=lambda: {"done": 1})
    assert [one.counts for one in run_due()] == [{"done": 1}]


def test_administrators_are_notified_once_that_due_work_stopped() -> None:
    actor(Role.ADMINISTRATOR, BodyFactory())
    began = NOW - timedelta(hours=1)
    JobRun.objects.create(
        name=JOB_ROUND_NAME, started_at=NOW - timedelta(minutes=14), ended_at=NOW - timedelta(minutes=14)
    )
    assert not alarm.check_due_jobs(NOW, since=began)
    later = NOW + timedelta(minutes=5)
    assert not alarm.check_due_jobs(
        later, since=later - timedelta(minutes=2)
    )  # this process has just begun: the machine was off
    assert alarm.check_due_jobs(later, since=began)
    alarm.check_due_jobs(later + timedelta(minutes=5), since=began)
    assert list_subjects() == ["到期工作没有运行"]


def test_administrators_are_notified_of_a_repeatedly_failing_job(use_jobs: Callable[..., None]) -> None:
    actor(Role.ADMINISTRATOR, BodyFactory())
    use_jobs(bad=raise_value_error)
    run_due()
    run_due()
    assert list_subjects() == []
    JobRun.objects.filter(name="bad").update(failing_since=timezone.now() - timedelta(minutes=16))
    run_due()
    run_due()
    assert list_subjects() == ["到期工作失败：bad"]


def find_words(part: Callable[[datetime], readings.StatusReading]) -> str:
    reading = part(NOW)
    assert (reading.light == "green") == (reading.finding is None)
    return reading.finding.words if reading.finding else ""


def test_reading_of_due_work() -> None:
    assert find_words(readings.read_jobs) == "到期工作从未运行"
    one = JobRun.objects.create(name=JOB_ROUND_NAME, started_at=NOW, ended_at=NOW)
    JobRun.objects.create(name="bad", started_at=NOW, failures=2, error="坏了")
    assert find_words(readings.read_jobs) == "1项到期工作失败，如 bad 连续2次失败：坏了"
    one.ended_at = one.started_at = NOW - timedelta(hours=3)
    one.save()
    assert find_words(readings.read_jobs) == "到期工作3小时前运行过，之后没有再运行"


def test_reading_of_backups(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_words(readings.read_backups) == "从未备份"
    assert find_words(machine_readings.read_drills) == ""
    made = BackupMade.objects.create(at=NOW - timedelta(hours=2), place="/elsewhere/b", encrypted=True)
    assert find_words(readings.read_backups) == "", "that place is on another machine"
    assert find_words(machine_readings.read_drills) == "备份从未演练过恢复"
    settings.DATA = tmp_path
    BackupMade.objects.filter(pk=made.pk).update(place=str(tmp_path / "b.gkb"))
    assert "同一块盘" in find_words(readings.read_backups)
    write_key_pair(tmp_path / "backup.key")
    assert f"私钥 {tmp_path}/backup.key 和备份放在一起" in find_words(readings.read_backups)
    BackupMade.objects.filter(pk=made.pk).update(encrypted=False)
    assert find_words(readings.read_backups) == "备份没有加密"
    BackupMade.objects.filter(pk=made.pk).update(at=NOW - timedelta(hours=37))
    assert find_words(readings.read_backups) == "最近一次备份是1天前"


@pytest.mark.parametrize(("days", "said"), [(300, ""), (19, "还有18天到期"), (-1, "已过期"), (900, "还没有生效")])
def test_reading_of_certificates(days: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_readings, "CERTIFICATES_FOLDER", tmp_path)
    assert find_words(machine_readings.read_certificates) == ""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.a.gov.cn")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(NOW + timedelta(days=1 if days == 900 else -400))
    signed = made.not_valid_after(NOW + timedelta(days=days, hours=-1)).sign(key, hashes.SHA256())
    (tmp_path / "site.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    assert said in find_words(machine_readings.read_certificates)
    assert bool(find_words(machine_readings.read_certificates)) == bool(said)


def test_reading_of_the_standby_machine(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.GONGKAI_PAGES = ""
    assert find_words(machine_readings.read_standby) == ""
    monkeypatch.setenv("GONGKAI_DIRECT_URL", "postgres://a@10.0.0.11/a postgres://a@10.0.0.12/a")
    assert "/etc/gongkai/backup.key.pub" in find_words(machine_readings.read_standby)
    settings.GONGKAI_PAGES = "/srv/pages"
    assert find_words(machine_readings.read_standby) == ""


def test_reading_of_log_retention(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_readings, "ACCESS_LOG_FOLDER", tmp_path)
    monkeypatch.setattr(machine_readings, "SYSTEMD_JOURNAL_FOLDER", tmp_path)
    first = int((NOW - timedelta(days=30)).timestamp() * 1e6)
    (tmp_path / "id").mkdir()
    (tmp_path / "id" / f"system@0123-0000000000000001-{first:016x}.journal").write_text("")
    assert find_words(machine_readings.read_logs) == "", "a new installation"
    monkeypatch.setattr(machine_readings, "_get_first_movement", lambda: NOW - timedelta(days=400))
    assert "日志不足六个月：最早的一份是30天前的" in find_words(machine_readings.read_logs)


def test_readings_of_caches_queue_calendar_and_anchors(settings, tmp_path: Path) -> None:
    settings.GONGKAI_CACHES = [("pages", "http://127.0.0.1")]
    assert find_words(readings.read_caches) == ""
    Purge.objects.create(cache="pages=http://127.0.0.1", host="a", path="/", attempts=1, error="缓存答复 503")
    assert "缓存答复 503" in find_words(readings.read_caches)
    settings.GONGKAI_CACHES = [("pages", "http://127.0.0.1:8088")]
    assert find_words(readings.read_caches) == "", "that one was given up"
    message = Message.objects.create(
        person_id=actor(Role.CLERK, BodyFactory()).person_id, channel="mail", key="1", subject="x"
    )
    Message.objects.filter(pk=message.pk).update(created_at=NOW - timedelta(minutes=50))
    assert find_words(readings.read_outbox) == ""
    Message.objects.filter(pk=message.pk).update(created_at=NOW - timedelta(minutes=70))
    assert "最早的1小时前产生" in find_words(readings.read_outbox)
    assert find_words(readings.read_calendar) == ""
    december = readings.read_calendar(datetime(2026, 12, 1, tzinfo=UTC)).finding
    assert december is not None
    assert "2027年" in december.words
    Seal.objects.create(at=NOW, last_movement_id=1, movements=1, heads_digest="a", hash="b" * 64)
    settings.GONGKAI_ANCHORS = [f"file:{tmp_path / 'anchors'}"]
    assert "没有最近一次封存" in find_words(readings.read_seals)


def test_messages_held_in_quiet_hours_are_not_late() -> None:
    person = actor(Role.CLERK, BodyFactory()).person_id
    held = Message.objects.create(
        person_id=person, channel="gate-1", key="a", subject="a", retry_at=timezone.now() + timedelta(hours=5)
    )
    Message.objects.update(created_at=timezone.now() - timedelta(hours=2))
    assert readings.read_outbox(timezone.now()).finding is None
    Message.objects.filter(pk=held.pk).update(attempts=5)
    assert readings.read_outbox(timezone.now()).finding is not None


def test_stored_times_are_shown_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert (str(BackupMade(at=at)), str(RestoreDrill(at=at))) == ("2026-11-21 02:30", "2026-11-21")
    database = MagicMock(vendor="postgresql")
    database.cursor.return_value.__enter__.return_value.fetchone.return_value = ("on", at, None, None)
    monkeypatch.setattr(machine_readings, "connection", database)
    assert "11-21 02:30" in machine_readings.read_archive(at).words


def test_reading_of_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "磁盘快满了" not in find_words(machine_readings.read_disks)
    use = type("Use", (), {"free": 10**9, "total": 10**12})
    monkeypatch.setattr(machine_readings.shutil, "disk_usage", lambda _: use)
    assert "磁盘快满了" in find_words(machine_readings.read_disks)


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMINISTRATOR, 200), (Role.SECURITY, 200), (Role.AUDITOR, 200), (Role.CLERK, 404)],
)
def test_status_page_is_for_permitted_roles(role: Role, status: int) -> None:
    answer = signed_in(role, BodyFactory()).get("/admin/upkeep/")
    assert answer.status_code == status
    if status == 200:
        assert "从未备份" in answer.content.decode()


def test_stopped_or_failed_background_jobs_are_notified() -> None:
    actor(Role.ADMINISTRATOR, BodyFactory())
    facts = {"kind": "x", "asked_by": "王芳"}
    one = Errand.objects.create(label="读取“通知”", key="a", due_at=NOW - timedelta(minutes=20), **facts)
    Errand.objects.create(label="再试的", key="b", due_at=NOW + timedelta(hours=1), **facts)
    part = service_readings.read_background_jobs(NOW)
    assert part.finding.name == "worker_gone"
    assert (part.figures["errands_waiting"], part.figures["errands_oldest_seconds"]) == (2, 1200)
    assert (alarm.notify_of_errands(NOW), list_subjects()) == (1, ["后台作业没有进程处理"])
    WorkerSeen.objects.create(name="w", seen_at=NOW - timedelta(minutes=1))
    assert service_readings.read_background_jobs(NOW).finding.name == "errands_late"
    assert "20分钟前就该处理" in service_readings.read_background_jobs(NOW).words
    Errand.objects.filter(pk=one.pk).update(state="dead", ended_at=NOW, attempts=5, error="磁盘满")
    assert service_readings.read_background_jobs(NOW).finding.name == "errands_dead"
    for _ in range(2):
        alarm.notify_of_errands(NOW)
    assert sorted(list_subjects()) == ["后台作业失败：读取“通知”", "后台作业没有进程处理"]
    Errand.objects.all().delete()
    assert service_readings.read_background_jobs(NOW).finding is None
