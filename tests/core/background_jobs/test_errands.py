"""An errand from being asked to its end: done once, put back, refused, given up, cancelled; who sees and decides what."""

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
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import store_parsed_content
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import clock

pytestmark = pytest.mark.django_db
PAUSES = (timedelta(seconds=30), timedelta(minutes=2))


@pytest.fixture
def kind() -> Iterator[Callable[..., None]]:
    """Let a kind of errand do this."""

    def does(work: Callable[[RunningJob], Any], **facts: Any) -> None:
        register_kind(JobKind("tests.some", "试作业", work, pauses=PAUSES, **facts))

    yield does
    JOB_KINDS_BY_NAME.pop("tests.some", None)


def asked(by: Any = SYSTEM, key: str = "a", **facts: Any) -> Errand:
    return actions.enqueue_job("tests.some", by=by, label="试一试", key=key, **facts)


def now_due(errand: Errand) -> Errand:
    """Let its next attempt be due, make it, and return how it stands."""
    Errand.objects.filter(pk=errand.pk).update(due_at=timezone.now())
    job_runner.run_attempt(errand.pk)
    errand.refresh_from_db()
    return errand


def fails(error: BaseException) -> Callable[[RunningJob], None]:
    def work(_: RunningJob) -> None:
        raise error

    return work


def test_it_is_done_once_however_often_it_stands_on_the_queue(kind: Callable[..., None]) -> None:
    done = []
    kind(lambda run: done.append(run.facts["n"]) or JobResult("办好了", "/admin/"))
    errand = asked(facts={"n": 7})
    assert asked(facts={"n": 7}) == errand, "what is under way is not asked again"
    actions.schedule_attempt(errand)
    process_due_jobs()
    errand.refresh_from_db()
    assert (done, errand.state, errand.words, errand.link) == ([7], JobState.DONE, "办好了", "/admin/")
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
    assert Movement.objects.get(stream=f"errand/{errand.pk}").action == "errands.start"
    assert asked() != errand, "what ended may be asked again"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("x"), "数据库没有完成操作（OperationalError）"),
        (OSError(28, "No space left on device"), "服务器的磁盘已满"),
        (MemoryError(), "内存不足"),
        (KeyError("身份证"), "程序出错（KeyError）：请在服务日志中查找"),
    ],
)
def test_what_fails_is_tried_again_later_and_later_then_waits_for_somebody(
    kind: Callable[..., None], error: Exception, said: str
) -> None:
    kind(fails(error))
    errand = asked()
    for attempts, pause in enumerate(PAUSES, 1):
        began = timezone.now()
        now_due(errand)
        assert (errand.state, errand.attempts) == (JobState.WAITING, attempts)
        assert pause <= errand.due_at - began < pause + timedelta(seconds=9)
        assert errand.error.startswith(said)
        job_runner.run_attempt(errand.pk)
        assert Errand.objects.get(pk=errand.pk).attempts == attempts, "not before it is due"
    assert now_due(errand).state == JobState.DEAD
    assert "身份证" not in errand.error
    assert now_due(errand).state == JobState.DEAD, "nobody tries it by himself any more"
    actions.retry_job(errand, by=SYSTEM)
    kind(lambda run: None)
    assert now_due(errand).state == JobState.DONE


def test_who_may_try_again_and_give_up(kind: Callable[..., None]) -> None:
    left = []
    kind(fails(ValueError()), left=lambda facts, words: left.append(words))
    clerk, keeper = actor(Role.CLERK, BodyFactory()), actor(Role.ADMINISTRATOR, BodyFactory())
    errand = asked(by=clerk)
    Errand.objects.update(attempts=2)
    assert now_due(errand).state == JobState.DEAD
    with pytest.raises(Refused, match="系统管理员"):
        actions.abandon_job(errand, by=clerk)
    again = asked(by=clerk)
    with pytest.raises(Refused, match="已经重新发起"):
        actions.retry_job(errand, by=keeper)
    actions.cancel_job(again, by=clerk)
    actions.abandon_job(errand, by=keeper)
    assert [one.state for one in Errand.objects.all()] == [JobState.CANCELLED, JobState.GIVEN_UP]
    assert left[0] == "已取消"
    assert left[1].startswith("已放弃：程序出错")


def test_it_is_due_by_the_clock_of_whoever_asks(kind: Callable[..., None]) -> None:
    kind(lambda run: None)
    with clock.travel_to(timezone.now() - timedelta(days=30)):  # the sample city's past
        errand = asked()
        job_runner.run_attempt(errand.pk)
    assert Errand.objects.get().state == JobState.DONE


def test_a_refusal_is_an_answer_and_portions_are_no_attempts(kind: Callable[..., None]) -> None:
    kind(fails(Refused("没有读到任何任务。")))
    errand = now_due(asked())
    assert (errand.state, errand.error, errand.attempts) == (
        JobState.REFUSED,
        "没有读到任何任务。请核对以后重新选择",
        1,
    )
    portions = [ContinueLater(), ContinueLater(timedelta(minutes=1)), None]
    kind(lambda run: portions.pop(0))
    errand = asked()
    process_due_jobs()
    errand.refresh_from_db()
    assert (errand.state, errand.attempts, len(portions)) == (JobState.WAITING, 0, 1)
    assert now_due(errand).state == JobState.DONE


def test_what_is_cancelled_on_the_way_leaves_nothing(kind: Callable[..., None]) -> None:
    town = BodyFactory()

    def work(run: RunningJob) -> None:
        run.say("一半", 1, 2)
        actions.cancel_job(Errand.objects.get(), by=SYSTEM)
        with run.finishing() as end:
            Body.objects.update(name="改了")
            end(JobResult())

    kind(work)
    assert now_due(asked()).state == JobState.CANCELLED
    town.refresh_from_db()
    assert town.name != "改了"


def test_a_killed_attempt_is_found_and_bounded_and_its_ghost_writes_nothing(kind: Callable[..., None]) -> None:
    ghosts = []
    kind(lambda run: ghosts.append(run) or fails(KeyboardInterrupt())(run))
    errand = asked()
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


def test_what_is_worked_on_is_held(kind: Callable[..., None]) -> None:
    later = timezone.now() + timedelta(minutes=5)

    def work(run: RunningJob) -> None:
        send_heartbeat(later)
        assert recover_lost_jobs(later + timedelta(seconds=30)) == 0

    kind(work)
    assert now_due(asked()).state == JobState.DONE
    assert not HELD_JOBS.tokens
    assert WorkerSeen.objects.get().seen_at == later


def test_what_the_queue_lost_is_put_on_it_again(kind: Callable[..., None]) -> None:
    kind(lambda run: None)
    errand = asked()
    DBTaskResult.objects.all().delete()
    send_heartbeat(timezone.now())
    assert not DBTaskResult.objects.exists()
    send_heartbeat(timezone.now() + timedelta(minutes=6))
    process_due_jobs()
    errand.refresh_from_db()
    assert errand.state == JobState.DONE


def test_files_go_with_what_ended(kind: Callable[..., None]) -> None:
    kind(lambda run: None)
    asked(file=store_parsed_content(b"one"))
    process_due_jobs()
    assert generated_files.delete_expired_jobs() == {"dropped": 0, "released": 1, "erased": 0}
    assert not StoredFile.objects.exists()
    kind(fails(Refused("不行")))
    refused = now_due(asked(file=store_parsed_content(b"two")))
    assert generated_files.delete_expired_jobs()["released"] == 0, "its text may still be mended"
    assert generated_files.delete_expired_jobs(timezone.now() + timedelta(days=181)) == {
        "dropped": 2,
        "released": 1,
        "erased": 0,
    }
    assert not Errand.objects.filter(pk=refused.pk).exists()


def test_who_waits_sees_how_far_it_is_and_is_led_to_the_result(kind: Callable[..., None]) -> None:
    seen: list[str] = []
    body = BodyFactory()
    client = signed_in(Role.CLERK, body)
    mine = asked(by=actor_of_request(client))
    page = f"/admin/errands/{mine.pk}/"

    def work(run: RunningJob) -> JobResult:
        run.say("正在打开文件", 1, 4)
        text = client.get(page).content.decode()
        seen.extend(word for word in ("正在打开文件", 'value="25"', 'role="status"') if word in text)
        mark = text.split('id="errand-seen" value="')[1].split('"')[0]
        seen.append(str(client.get(f"{page}progress/", {"seen": mark}).status_code))
        return JobResult("读好了", "/admin/notices/")

    kind(work)
    now_due(mine)
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


def test_the_administrator_decides_what_failed_too_often(kind: Callable[..., None]) -> None:
    kind(fails(ValueError()))
    errand = asked()
    Errand.objects.update(attempts=2)
    now_due(errand)
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


def test_an_account_that_was_closed_gets_nothing_done(kind: Callable[..., None]) -> None:
    kind(lambda run: run.by and None)
    clerk = actor(Role.CLERK, BodyFactory())
    from django.contrib.auth import get_user_model

    errand = asked(by=clerk)
    get_user_model().objects.filter(pk=clerk.user_id).update(is_active=False)
    assert now_due(errand).error.startswith("发起人的账号已经停用")


def test_a_database_error_while_it_is_put_back_leaves_it_to_be_found(
    kind: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind(fails(ValueError()))
    errand = asked()

    def away(*_: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(job_runner, "fail_attempt", away)
    with pytest.raises(DatabaseError):
        job_runner.run_attempt(errand.pk)
    assert not HELD_JOBS.tokens
    assert recover_lost_jobs(timezone.now() + timedelta(seconds=61)) == 1
