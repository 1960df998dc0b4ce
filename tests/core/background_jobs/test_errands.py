"""Background jobs from request to end: run once, retried, resumed, given up, cancelled; permissions on them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.models import Movement
from gongkai.core.background_jobs import actions, generated_files, job_runner
from gongkai.core.background_jobs.job_runner import HELD_JOBS, RunningJob
from gongkai.core.background_jobs.kinds import JOB_KINDS_BY_NAME, ContinueLater, JobKind, JobResult, register_kind
from gongkai.core.background_jobs.models import Errand, WorkerSeen
from gongkai.core.background_jobs.queries import count_queue, filter_unfinished_jobs
from gongkai.core.background_jobs.states import JobState
from gongkai.core.background_jobs.worker import process_due_jobs, recover_lost_jobs, send_heartbeat
from gongkai.core.files import store
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import store_parsed_content
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import clock

pytestmark = pytest.mark.django_db
PAUSES = (timedelta(seconds=30), timedelta(minutes=2))


@pytest.fixture
def register_work() -> Iterator[Callable[..., None]]:
    """Return a function that registers a job kind with the given work."""

    def does(work: Callable[[RunningJob], Any], **facts: Any) -> None:
        register_kind(JobKind("tests.some", "试作业", work, pauses=PAUSES, **facts))

    yield does
    JOB_KINDS_BY_NAME.pop("tests.some", None)


def enqueue(by: Any = SYSTEM, key: str = "a", **facts: Any) -> Errand:
    return actions.enqueue_job("tests.some", by=by, label="试一试", key=key, **facts)


def run_now(errand: Errand) -> Errand:
    """Make a job due, run its next attempt, and return it."""
    Errand.objects.filter(pk=errand.pk).update(due_at=timezone.now())
    job_runner.run_attempt(errand.pk)
    errand.refresh_from_db()
    return errand


def make_failing_work(error: BaseException) -> Callable[[RunningJob], None]:
    def work(_: RunningJob) -> None:
        raise error

    return work


def test_job_runs_once_however_often_it_is_queued(register_work: Callable[..., None]) -> None:
    done = []
    register_work(lambda run: done.append(run.facts["n"]) or JobResult("办好了", "/admin/"))
    errand = enqueue(facts={"n": 7})
    assert enqueue(facts={"n": 7}) == errand, "what is under way is not asked again"
    actions.schedule_attempt(errand)
    process_due_jobs()
    errand.refresh_from_db()
    assert (done, errand.state, errand.words, errand.link) == ([7], JobState.DONE, "办好了", "/admin/")
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
    assert Movement.objects.get(stream=f"errand/{errand.pk}").action == "errands.start"
    assert enqueue() != errand, "what ended may be asked again"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("x"), "数据库没有完成操作（OperationalError）"),
        (OSError(28, "No space left on device"), "服务器的磁盘已满"),
        (MemoryError(), "内存不足"),
        (KeyError("身份证"), "程序出错（KeyError）：请在服务日志中查找"),
    ],
)
def test_failed_job_is_retried_with_growing_pauses_then_stopped(
    register_work: Callable[..., None], error: Exception, said: str
) -> None:
    register_work(make_failing_work(error))
    errand = enqueue()
    for attempts, pause in enumerate(PAUSES, 1):
        began = timezone.now()
        run_now(errand)
        assert (errand.state, errand.attempts) == (JobState.WAITING, attempts)
        assert pause <= errand.due_at - began < pause + timedelta(seconds=9)
        assert errand.error.startswith(said)
        job_runner.run_attempt(errand.pk)
        assert Errand.objects.get(pk=errand.pk).attempts == attempts, "not before it is due"
    assert run_now(errand).state == JobState.DEAD
    assert "身份证" not in errand.error
    assert run_now(errand).state == JobState.DEAD, "nobody tries it by himself any more"
    actions.retry_job(errand, by=SYSTEM)
    register_work(lambda run: None)
    assert run_now(errand).state == JobState.DONE


def test_permissions_to_retry_and_give_up(register_work: Callable[..., None]) -> None:
    left = []
    register_work(make_failing_work(ValueError()), left=lambda facts, words: left.append(words))
    clerk, keeper = actor(Role.CLERK, BodyFactory()), actor(Role.ADMINISTRATOR, BodyFactory())
    errand = enqueue(by=clerk)
    Errand.objects.update(attempts=2)
    assert run_now(errand).state == JobState.DEAD
    with pytest.raises(Refused, match="系统管理员"):
        actions.abandon_job(errand, by=clerk)
    again = enqueue(by=clerk)
    with pytest.raises(Refused, match="已经重新发起"):
        actions.retry_job(errand, by=keeper)
    actions.cancel_job(again, by=clerk)
    actions.abandon_job(errand, by=keeper)
    assert [one.state for one in Errand.objects.all()] == [JobState.CANCELLED, JobState.GIVEN_UP]
    assert left[0] == "已取消"
    assert left[1].startswith("已放弃：程序出错")


def test_due_time_uses_the_clock_of_the_caller(register_work: Callable[..., None]) -> None:
    register_work(lambda run: None)
    with clock.travel_to(timezone.now() - timedelta(days=30)):  # the sample city's past
        errand = enqueue()
        job_runner.run_attempt(errand.pk)
    assert Errand.objects.get().state == JobState.DONE


def test_refusal_ends_a_job_and_portions_are_not_counted_as_attempts(register_work: Callable[..., None]) -> None:
    register_work(make_failing_work(Refused("没有读到任何任务。")))
    errand = run_now(enqueue())
    assert (errand.state, errand.error, errand.attempts) == (
        JobState.REFUSED,
        "没有读到任何任务。请核对以后重新选择",
        1,
    )
    portions = [ContinueLater(), ContinueLater(timedelta(minutes=1)), None]
    register_work(lambda run: portions.pop(0))
    errand = enqueue()
    process_due_jobs()
    errand.refresh_from_db()
    assert (errand.state, errand.attempts, len(portions)) == (JobState.WAITING, 0, 1)
    assert run_now(errand).state == JobState.DONE


def test_cancelled_job_whose_last_attempt_fails_is_cancelled(register_work: Callable[..., None]) -> None:
    left: list[str] = []

    def work(_: RunningJob) -> None:
        actions.cancel_job(Errand.objects.get(), by=SYSTEM)
        raise OSError

    register_work(work, left=lambda facts, text: left.append(text))
    errand = enqueue()
    Errand.objects.update(attempts=len(PAUSES))
    assert run_now(errand).state == JobState.CANCELLED
    assert left == ["已取消"]


def test_cancelled_running_job_writes_nothing(register_work: Callable[..., None]) -> None:
    town = BodyFactory()

    def work(run: RunningJob) -> None:
        run.say("一半", 1, 2)
        actions.cancel_job(Errand.objects.get(), by=SYSTEM)
        with run.finishing() as end:
            Body.objects.update(name="改了")
            end(JobResult())

    register_work(work)
    assert run_now(enqueue()).state == JobState.CANCELLED
    town.refresh_from_db()
    assert town.name != "改了"


def test_killed_attempt_is_recovered_and_cannot_write_later(register_work: Callable[..., None]) -> None:
    ghosts = []
    register_work(lambda run: ghosts.append(run) or make_failing_work(KeyboardInterrupt())(run))
    errand = enqueue()
    for attempts in (1, 2, 3):
        Errand.objects.update(due_at=timezone.now())
        claimed = job_runner._claim(errand.pk)  # and killed: neither end nor sign of life
        HELD_JOBS.drop(claimed.token)
        assert recover_lost_jobs(timezone.now()) == 0
        assert recover_lost_jobs(timezone.now() + timedelta(seconds=61)) == 1
        errand.refresh_from_db()
        assert (errand.attempts, errand.error) == (attempts, "处理它的进程中断了：请查看服务日志和内存")
        with pytest.raises(job_runner.JobStopped):
            claimed.say("我还在")
        with pytest.raises(job_runner.JobStopped), claimed.finishing():
            raise AssertionError("a ghost finished")
    assert errand.state == JobState.DEAD, "what kills its worker each time does not do so for ever"


def test_heartbeat_keeps_a_running_job(register_work: Callable[..., None]) -> None:
    later = timezone.now() + timedelta(minutes=5)

    def work(run: RunningJob) -> None:
        send_heartbeat(later)
        assert recover_lost_jobs(later + timedelta(seconds=30)) == 0

    register_work(work)
    assert run_now(enqueue()).state == JobState.DONE
    assert not HELD_JOBS.tokens
    assert WorkerSeen.objects.get().seen_at == later


def test_job_lost_from_the_queue_is_queued_again(register_work: Callable[..., None]) -> None:
    register_work(lambda run: None)
    errand = enqueue()
    DBTaskResult.objects.all().delete()
    send_heartbeat(timezone.now())
    assert not DBTaskResult.objects.exists()
    send_heartbeat(timezone.now() + timedelta(minutes=6))
    process_due_jobs()
    errand.refresh_from_db()
    assert errand.state == JobState.DONE


def test_files_of_ended_jobs_are_released(register_work: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    register_work(lambda run: None)
    public = store_parsed_content(b"public")
    enqueue(file=public)
    process_due_jobs()
    monkeypatch.setattr(store, "REFERENCE_CHECKS", [lambda digest: digest == public.pk])
    assert generated_files.delete_expired_jobs()["released"] == 0, "an edition uses the same content"
    Errand.objects.all().delete()
    public.delete()
    enqueue(file=store_parsed_content(b"one"))
    process_due_jobs()
    assert generated_files.delete_expired_jobs() == {"dropped": 0, "released": 1, "erased": 0}
    assert not StoredFile.objects.exists()
    register_work(make_failing_work(Refused("不行")))
    refused = run_now(enqueue(file=store_parsed_content(b"two")))
    assert generated_files.delete_expired_jobs()["released"] == 0, "its text may still be mended"
    assert generated_files.delete_expired_jobs(timezone.now() + timedelta(days=181)) == {
        "dropped": 2,
        "released": 1,
        "erased": 0,
    }
    assert not Errand.objects.filter(pk=refused.pk).exists()


def test_waiting_page_shows_progress_and_leads_to_the_result(register_work: Callable[..., None]) -> None:
    seen: list[str] = []
    body = BodyFactory()
    client = signed_in(Role.CLERK, body)
    mine = enqueue(by=actor_of_request(client))
    page = f"/admin/errands/{mine.pk}/"

    def work(run: RunningJob) -> JobResult:
        run.say("正在打开文件", 1, 4)
        text = client.get(page).content.decode()
        seen.extend(word for word in ("正在打开文件", 'value="25"', 'role="status"') if word in text)
        mark = text.split('id="errand-seen" value="')[1].split('"')[0]
        seen.append(str(client.get(f"{page}progress/", {"seen": mark}).status_code))
        return JobResult("读好了", "/admin/notices/")

    register_work(work)
    run_now(mine)
    assert seen == ["正在打开文件", 'value="25"', 'role="status"', "204"]
    assert {client.get(f"{page}progress/").status_code for _ in range(3)} == {286}, "asked no more"
    assert client.get(f"{page}arrive/")["HX-Redirect"] == "/admin/notices/"
    assert client.get("/admin/notices/").content.decode().count("读好了") == 1
    assert signed_in(Role.CLERK, body).get(page).status_code == 404, "it is nobody else's"
    assert client.get("/admin/errands/").status_code == 404


def actor_of_request(client: Any) -> Any:
    from django.contrib.auth import get_user_model

    from gongkai.core.units.actors import get_actor

    register_kind(JobKind("tests.some", "试作业", lambda run: None))
    return get_actor(get_user_model().objects.get(pk=client.session["_auth_user_id"]))


def test_administrator_retries_or_gives_up_dead_jobs(register_work: Callable[..., None]) -> None:
    register_work(make_failing_work(ValueError()))
    errand = enqueue()
    Errand.objects.update(attempts=2)
    run_now(errand)
    assert (count_queue(timezone.now()).dead, count_queue(timezone.now()).workers) == (1, 0)
    keeper = signed_in(Role.ADMINISTRATOR, BodyFactory())
    page = keeper.get("/admin/errands/").content.decode()
    for words in ("试一试", "程序出错（ValueError）", "重试", "放弃", "没有进程在运行"):
        assert words in page, words
    said = keeper.post(f"/admin/errands/{errand.pk}/do/", {"what": "retry"}, follow=True)
    assert "已重新排队" in said.content.decode()
    assert count_queue(timezone.now()).waiting == 1
    assert keeper.post(f"/admin/errands/{errand.pk}/do/", {"what": "burn"}).status_code == 404
    auditor = signed_in(Role.AUDITOR, BodyFactory())
    assert ">取消<" not in auditor.get("/admin/errands/").content.decode()
    assert filter_unfinished_jobs(None, "tests.some").count() == 0


def test_job_of_a_closed_account_fails(register_work: Callable[..., None]) -> None:
    register_work(lambda run: run.by and None)
    clerk = actor(Role.CLERK, BodyFactory())
    from django.contrib.auth import get_user_model

    errand = enqueue(by=clerk)
    get_user_model().objects.filter(pk=clerk.user_id).update(is_active=False)
    assert run_now(errand).error.startswith("发起人的账号已经停用")


def test_database_error_during_failure_handling_is_recovered(
    register_work: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    register_work(make_failing_work(ValueError()))
    errand = enqueue()

    def away(*_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(job_runner, "fail_attempt", away)
    with pytest.raises(DatabaseError):
        job_runner.run_attempt(errand.pk)
    assert not HELD_JOBS.tokens
    assert recover_lost_jobs(timezone.now() + timedelta(seconds=61)) == 1
