"""Long exports are made by a job, for the requesting user alone, downloadable for a limited time."""

import io
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from factories.ledger import EntryFactory
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.models import Movement
from gongkai.core.background_jobs import generated_files
from gongkai.core.background_jobs.actions import cancel_job
from gongkai.core.background_jobs.exports import EXPORT_JOB_NAME, EXPORTS_BY_NAME, find_export
from gongkai.core.background_jobs.job_runner import run_attempt
from gongkai.core.background_jobs.models import Errand, Export
from gongkai.core.background_jobs.states import JobState
from gongkai.core.background_jobs.worker import process_due_jobs
from gongkai.core.files import store
from gongkai.core.files.integrity import delete_orphans
from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import StoreFull, get_files_storage, get_store_path
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets import writer
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Appointment, Body, Role

pytestmark = pytest.mark.django_db
FILE = "/admin/ledger/export/?light=all"


@pytest.fixture(autouse=True)
def _lower_row_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    export = find_export("ledger.entries")  # reads the views, whatever test comes first
    assert export
    monkeypatch.setitem(EXPORTS_BY_NAME, "ledger.entries", replace(export, most=2))


@pytest.fixture
def body() -> Body:
    return BodyFactory()


@pytest.fixture
def clerk(body: Body) -> Client:
    EntryFactory.create_batch(3, body=body, kind="trial")
    return signed_in(Role.CLERK, body)


def request_export(client: Client, address: str = FILE) -> Errand:
    before = Errand.objects.count()
    answer = client.get(address, headers={"referer": "http://testserver/admin/ledger/?light=all"})
    assert Errand.objects.count() == before, "reading an address starts nothing"
    if answer.status_code == 200:
        assert "生成文件" in answer.content.decode()
        answer = client.post(address, {"make_file": "1", "back": answer.context["back"]})
    assert answer.status_code == 302, answer.content[:300]
    return Errand.objects.get(pk=int(re.findall(r"/errands/(\d+)/", answer.url)[0]))


def make_export(client: Client) -> Errand:
    errand = request_export(client)
    process_due_jobs()
    errand.refresh_from_db()
    return errand


def download(client: Client, errand: Errand, status: int = 200) -> Any:
    answer = client.post(reverse("errands:take", args=[errand.pk]))
    assert answer.status_code == status, answer
    return answer


def read_numbers(answer: HttpResponse) -> set[str]:
    page = load_workbook(io.BytesIO(b"".join(answer))).worksheets[0]  # type: ignore[arg-type]
    return {str(row[0]) for row in page.iter_rows(min_row=2, values_only=True)}


def test_export_beyond_the_limit_is_refused(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EXPORTS_BY_NAME, "ledger.entries", replace(EXPORTS_BY_NAME["ledger.entries"], most=1, cap=2))
    answer = clerk.get(FILE, headers={"referer": "http://testserver/admin/ledger/?light=all"}, follow=True)
    assert answer.redirect_chain == [("/admin/ledger/?light=all", 302)]
    assert "台账超过2条，一份文件放不下" in answer.content.decode()


def test_long_export_is_made_by_a_job_and_downloaded(clerk: Client) -> None:
    errand = make_export(clerk)
    assert (errand.state, errand.error) == (JobState.DONE, "")
    page = clerk.get(reverse("errands:one", args=[errand.pk])).content.decode()
    assert "下载文件" in page
    assert "/admin/ledger/?light=all" in page, "the page it was asked on"
    stored = StoredFile.objects.get()
    assert not stored.read().startswith(b"PK"), "it lies there encrypted"
    answer = download(clerk, errand)
    assert "no-store" in answer["Cache-Control"]
    assert read_numbers(answer) == set(Entry.objects.values_list("number", flat=True))
    done = Movement.objects.filter(stream=f"errand/{errand.pk}").order_by("seq")
    assert list(done.values_list("action", flat=True)) == ["errands.start", "errands.made", "errands.take"]
    assert not Message.objects.exists(), "who sat and waited needs no message"


def test_download_can_be_repeated_shortly_and_then_expires(clerk: Client) -> None:
    errand = make_export(clerk)
    download(clerk, errand)
    download(clerk, errand)
    Export.objects.update(taken_at=timezone.now() - timedelta(minutes=11))
    download(clerk, errand, 302)
    assert generated_files.delete_expired_jobs()["erased"] == 1
    assert not StoredFile.objects.exists()
    errand.refresh_from_db()
    assert "query" not in errand.facts
    assert "已经删除" in clerk.get(reverse("errands:one", args=[errand.pk])).content.decode()
    make_export(clerk)
    assert generated_files.delete_expired_jobs()["erased"] == 0
    assert generated_files.delete_expired_jobs(timezone.now() + timedelta(days=3, minutes=1))["erased"] == 1


def test_query_of_a_cancelled_export_is_also_deleted(clerk: Client) -> None:
    errand = request_export(clerk, f"{FILE}&who=张三")
    cancel_job(errand, by=SYSTEM)
    generated_files.delete_expired_jobs()
    errand.refresh_from_db()
    assert "query" in errand.facts, "whoever asked may ask again"
    generated_files.delete_expired_jobs(timezone.now() + timedelta(days=4))
    errand.refresh_from_db()
    assert errand.facts == {"export": "ledger.entries"}


def test_export_is_visible_only_to_its_owner(clerk: Client, body: Body) -> None:
    errand = make_export(clerk)
    download(signed_in(Role.CLERK, body), errand, 404)
    keeper = signed_in(Role.ADMINISTRATOR, body)
    assert "只有发起人可以下载" in keeper.get(reverse("errands:one", args=[errand.pk])).content.decode()
    download(keeper, errand, 302)
    with pytest.raises(Refused, match="只有发起人"):
        generated_files.record_download(Export.objects.get(), by=actor(Role.ADMINISTRATOR, body))
    for role in (Role.CLERK, Role.ADMINISTRATOR, Role.AUDITOR):
        assert errand.label not in list_own_exports(signed_in(role, body)), role


def test_export_is_withheld_after_access_or_post_changed(clerk: Client, body: Body) -> None:
    errand = make_export(clerk)
    Entry.objects.filter(pk=Entry.objects.first().pk).update(body=BodyFactory())  # type: ignore[union-attr]
    download(clerk, errand, 302)
    assert Export.objects.get().taken_at is None
    assert "不能再下载" in clerk.get(reverse("errands:one", args=[errand.pk])).content.decode()
    Entry.objects.update(body=body)
    Appointment.objects.update(role=Role.SIGNER)
    download(clerk, errand, 302)


def test_export_is_refused_after_the_post_ended(clerk: Client) -> None:
    errand = request_export(clerk)
    Appointment.objects.all().delete()
    process_due_jobs()
    errand.refresh_from_db()
    assert (errand.state, Export.objects.count()) == (JobState.REFUSED, 0)


def test_waiting_user_sees_progress_and_can_cancel(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "ROWS_PER_REPORT", 1)
    monkeypatch.setattr(generated_files, "PROGRESS_INTERVAL_SECONDS", 0)
    errand, seen = request_export(clerk), []
    say = generated_files.RunningJob.say

    def said(running: generated_files.RunningJob, words: str, done: int = 0, total: int = 0) -> None:
        seen.append(words)
        if done == 2:
            cancel_job(Errand.objects.get(), by=get_actor(running.user))
        say(running, words, done, total)

    monkeypatch.setattr(generated_files.RunningJob, "say", said)
    process_due_jobs()
    errand.refresh_from_db()
    assert seen == ["共3条，正在读取", "已写入1条，共3条", "已写入2条，共3条"]
    assert (errand.state, Export.objects.count(), StoredFile.objects.count()) == (JobState.CANCELLED, 0, 0)


def test_repeated_request_leads_to_the_same_file(clerk: Client) -> None:
    errand = request_export(clerk)
    assert request_export(clerk) == errand, "while it is made"
    process_due_jobs()
    assert request_export(clerk) == errand, "while it is ready"
    again = request_export(clerk, f"{FILE}&anew=1")
    assert again != errand
    assert again.facts["query"] == "light=all"
    download(clerk, errand)
    assert request_export(clerk, f"{FILE}&anew=1") == again


def test_user_has_at_most_three_running_exports(clerk: Client) -> None:
    for year in (2024, 2025, 2026):
        Entry.objects.update(year=year)
        request_export(clerk, f"{FILE}&year={year}")
    answer = clerk.post(f"{FILE}&owed=&year=2026&mine=body", {"make_file": "1"}, follow=True)
    assert "正在生成" in answer.content.decode()
    assert Errand.objects.filter(kind=EXPORT_JOB_NAME).count() == 3


@pytest.mark.postgres
def test_requests_of_one_user_are_counted_under_a_lock(clerk: Client, django_assert_num_queries: Any) -> None:
    with CaptureQueriesContext(connection) as asked:
        request_export(clerk)
    told = [one["sql"] for one in asked.captured_queries]
    held = [at for at, sql in enumerate(told) if sql.startswith('SELECT "auth_user"."id" AS "pk" FROM')]
    counted = [at for at, sql in enumerate(told) if "COUNT" in sql and "errands_errand" in sql]
    assert ("FOR UPDATE" in told[held[0]]) is connection.features.has_select_for_update
    assert held[0] < counted[-1], "two orders at once would both find room"


def test_export_cancelled_while_storing_leaves_no_file_row(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    errand, marks = request_export(clerk), []

    def put(source: Any) -> str:
        cancel_job(Errand.objects.get(), by=SYSTEM)
        marks.append(store.write_content(source))
        return marks[0]

    monkeypatch.setattr(generated_files, "write_content", put)
    process_due_jobs()
    errand.refresh_from_db()
    assert (errand.state, Export.objects.count(), StoredFile.objects.count()) == (JobState.CANCELLED, 0, 0)
    delete_orphans(age=timedelta(days=-36_500))  # the file has the machine's time
    assert not get_files_storage().exists(get_store_path(marks[0])), "the bytes go with those that no row names"


def test_file_erased_during_download_is_reported(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    errand = make_export(clerk)

    def take(export: Export, *, by: Any) -> None:
        generated_files.delete_expired_jobs(timezone.now() + timedelta(days=4))
        get_files_storage().delete(export.stored.place)  # type: ignore[union-attr]  # as the commit does

    monkeypatch.setattr(generated_files, "record_download", take)
    download(clerk, errand, 302)
    assert "已经删除" in clerk.get(reverse("errands:one", args=[errand.pk])).content.decode()


def test_full_disk_is_reported_and_retried(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    errand = request_export(clerk)

    def put(source: Any) -> str:
        raise StoreFull("/srv/files")

    monkeypatch.setattr(generated_files, "write_content", put)
    process_due_jobs()
    errand.refresh_from_db()
    assert (errand.state, errand.error) == (
        JobState.WAITING,
        "存放文件的磁盘已满：请清理旧备份和不用的文件，或者扩大磁盘",
    )
    monkeypatch.undo()
    Errand.objects.update(due_at=timezone.now())
    run_attempt(errand.pk)
    errand.refresh_from_db()
    assert errand.state == JobState.DONE


def list_own_exports(client: Client, query: str = "") -> str:
    return str(client.get(f"{reverse('errands:mine')}{query}").content.decode())


def test_page_lists_own_exports_with_their_actions(clerk: Client, body: Body) -> None:
    assert "还没有" in list_own_exports(clerk)
    errand = request_export(clerk)
    take_it, stop_it = (reverse(f"errands:{name}", args=[errand.pk]) for name in ("take", "do"))
    assert stop_it in (page := list_own_exports(clerk))
    assert "等待处理" in page
    process_due_jobs()
    page = list_own_exports(clerk)
    assert (take_it in page, stop_it in page, "可以下载" in page) == (True, False, True)
    assert timezone.localtime(Export.objects.get().keep_until).strftime("%Y-%m-%d %H:%M") in page
    download(clerk, errand)
    assert "10分钟内可再下载" in list_own_exports(clerk)
    Export.objects.update(taken_at=timezone.now() - timedelta(minutes=11))
    page = list_own_exports(clerk)
    assert (take_it in page, "文件已删除" in page) == (False, True)
    again = request_export(clerk)
    answer = clerk.post(reverse("errands:do", args=[again.pk]), {"what": "cancel", "on": "mine"})
    assert answer.url == reverse("errands:mine")
    assert "已取消" in list_own_exports(clerk)
    assert errand.label not in list_own_exports(clerk, f"?before={errand.pk}")


def test_user_is_notified_of_a_slow_export(clerk: Client) -> None:
    errand = request_export(clerk)
    Errand.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    process_due_jobs()
    assert set(Message.objects.values_list("link", flat=True)) == {reverse("errands:one", args=[errand.pk])}
