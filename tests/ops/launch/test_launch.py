"""Before the launch (开通) the public sees nothing and reminders wait; launching takes two persons and settles earlier tasks."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from factories.notices import City, city, live
from factories.pages import read_home
from factories.units import AppointmentFactory, actor, signed_in
from gongkai.content.editions import launch_state
from gongkai.content.editions.models import Column, Launch, TreeStamp
from gongkai.content.publishing import proposed_words
from gongkai.content.publishing.actions import change_website, open_column, open_website
from gongkai.content.reviewing.models import Review
from gongkai.core.acts import many_targets
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.acts.seal import verify_log
from gongkai.core.ledger.jobs.registry import map_jobs_by_name
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Appointment, Person, Role
from gongkai.core.widgets.templatetags.ui import days_left
from gongkai.ops.launch import setup_checks
from gongkai.ops.launch.actions import (
    begin_setup,
    list_reasons_against_opening,
    open_columns,
    open_to_public,
    propose_opening,
)
from gongkai.ops.launch.steps import SETUP_STEPS, list_open_steps
from gongkai.ops.launch.suspended_jobs import SUSPENDED_JOBS, is_suspended
from gongkai.ops.launch.texts import LEGAL_TEXTS_BY_MARK, OPTIONAL_BLANK_SUFFIX, find_blanks_left, list_blanks
from gongkai.ops.launch.wagtail_hooks import block_after_opening, block_before_opening
from gongkai.work.notices.actions.decisions import cancel_assignment, set_catch_up_date
from gongkai.work.notices.states import AssignmentState

pytestmark = pytest.mark.django_db
LEAVE_OUT, CATCH_UP = Launch.EarlyTaskTreatment.LEAVE_OUT, Launch.EarlyTaskTreatment.CATCH_UP


@pytest.fixture
def unlaunched_city() -> Iterator[City]:
    launch_state.clear_launch_cache()
    made = city()
    begin_setup(None, by=SYSTEM)
    yield made
    launch_state.assume_open()


def make_head(unlaunched_city: City) -> Actor:
    return actor(Role.LEAD, unlaunched_city.office)


def test_public_pages_are_unavailable_before_the_launch(unlaunched_city: City) -> None:
    front = Client().get("/").content
    for address in ("/", "/feed/", "/sitemap.xml", "/robots.txt", "/columns/1/", "/nothing", "/search/?q=x", "/units/"):
        answer = Client().get(address)
        assert (answer.status_code, answer.content) == (503, front), address
        assert "网站正在筹备" in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Retry-After"]
        assert "noindex" in answer["X-Robots-Tag"]


def test_running_server_notices_the_begin_of_the_setup() -> None:
    launch_state.clear_launch_cache()
    try:
        assert Client().get("/").status_code == 404, "there is no site yet"
        begin_setup(None, by=SYSTEM)
        assert Client().get("/").status_code == 503
    finally:
        launch_state.assume_open()


def test_api_and_forms_are_unavailable_before_the_launch(unlaunched_city: City) -> None:
    asked = Client().get("/api/v1/openapi.json")
    assert asked.status_code == 503
    assert asked.json()["error"].startswith("网站正在筹备")
    assert Client().post("/forms/fault/", {}).status_code == 503


def test_staff_preview_the_site_without_sending_forms(unlaunched_city: City) -> None:
    client = signed_in(Role.CHIEF, unlaunched_city.office)
    shown = client.get("/")
    assert shown.status_code == 200
    assert "公众还看不到这一页" in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    assert client.post("/forms/fault/", {}).status_code == 503


def test_only_reminding_and_public_jobs_are_suspended(unlaunched_city: City) -> None:
    jobs = map_jobs_by_name()
    assert jobs.keys() >= SUSPENDED_JOBS, "each name is a job's"
    assert {name for name, job in jobs.items() if is_suspended(job)} == SUSPENDED_JOBS
    assert "deliver" not in SUSPENDED_JOBS, "people hear of what others do for them"


def test_site_and_column_texts_need_no_confirmation_before_launch(unlaunched_city: City) -> None:
    site = unlaunched_city.website
    assert site is not None
    change_website(site, by=unlaunched_city.chief, contact="0799-8001234")
    site.refresh_from_db()
    assert site.contact == "0799-8001234"
    assert proposed_words.list_proposed_words(site) == []
    column = Column.objects.filter(website=site, opened_at=None).first()
    if column is not None:
        Column.objects.filter(pk=column.pk).update(
            person=unlaunched_city.chief.person_id, cycle_days=31, content="内容"
        )
        column.refresh_from_db()
        open_column(column, by=unlaunched_city.chief)
        column.refresh_from_db()
        assert column.is_open


def test_template_columns_are_opened_together(unlaunched_city: City) -> None:
    website = open_website(
        None, by=unlaunched_city.chief, name="云岭市数据网", host="data.test", body=unlaunched_city.government
    )
    assert website.name == "云岭市数据网", "nobody has to confirm it before the opening"
    person = Person.objects.get(pk=unlaunched_city.chief.person_id)
    noticed = Column.objects.filter(website=website, fixed="").first() or Column.objects.create(
        website=website, name="惠农补贴", key="惠农补贴", path="/900/", owner=unlaunched_city.government
    )
    open_columns(Launch.objects.get(), by=unlaunched_city.chief, person=person)
    assert not Column.objects.filter(opened_at=None, archived_at=None).exists()
    noticed.refresh_from_db()
    assert (noticed.cycle_days, bool(noticed.content), bool(noticed.person)) == (92, True, True)
    AppointmentFactory(role=Role.CLERK, body=unlaunched_city.office, person=person)
    chief = signed_in(Role.CHIEF, unlaunched_city.office)
    shown = chief.get("/admin/launch/write/?page=guide")
    assert "由您起草的，不能送审" in shown.content.decode(), "two members: who drafts the guide signs no stage of it"
    assert person.name not in shown.context["able"], "the stages lack a signer without this member, too"
    led = "/admin/launch/write/?page=guide"
    actor(Role.CHIEF, unlaunched_city.office)
    drafter = signed_in(Role.CLERK, unlaunched_city.office)
    form = drafter.get(led).context["form"]
    given = {name: "" if blank.endswith(OPTIONAL_BLANK_SUFFIX) else "县档案馆" for name, blank in form.blanks.items()}
    assert drafter.post(led, {**given, "blank0": ""}).status_code == 200, "a fact is missing"
    assert drafter.post(led, given).url == "/admin/publishing/"
    assert Review.objects.filter(state="waiting").count() == len(LEGAL_TEXTS_BY_MARK), "both texts wait for signatures"
    assert led in read_home(drafter), "another website has none yet"
    assert setup_checks.has_draft(Column.objects.get(fixed="guide"))
    assert not setup_checks.has_draft(noticed)
    assert led not in read_home(signed_in(Role.CLERK, unlaunched_city.finance))
    with pytest.raises(Refused, match="都已经开通"):
        open_columns(Launch.objects.get(), by=unlaunched_city.chief, person=person)


def test_launch_needs_a_second_person(unlaunched_city: City, settings: Any) -> None:
    launch = Launch.objects.get()
    with pytest.raises(Refused, match="先由政务公开办提请"):
        open_to_public(launch, by=make_head(unlaunched_city))
    with pytest.raises(Refused, match="只有本级政府的政务公开办"):
        propose_opening(launch, by=actor(Role.CLERK, unlaunched_city.finance), earlier=LEAVE_OUT)
    with pytest.raises(Refused, match="补录期限"):
        propose_opening(launch, by=unlaunched_city.chief, earlier=CATCH_UP, until=timezone.localdate())
    propose_opening(launch, by=unlaunched_city.chief, earlier=LEAVE_OUT)
    launch.refresh_from_db()
    with pytest.raises(Refused, match="提请的人不能自己确认"):
        open_to_public(launch, by=unlaunched_city.chief)
    with pytest.raises(Refused, match="只有办公室负责人"):
        open_to_public(launch, by=actor(Role.LEAD, unlaunched_city.finance))
    waiting = block_before_opening(make_head(unlaunched_city))
    assert waiting is not None
    assert waiting["awaits"]
    assert block_before_opening(actor(Role.LEAD, unlaunched_city.finance)) is None
    answered, settings.ALLOWED_HOSTS = settings.ALLOWED_HOSTS, ["another.example"]
    assert "加上这个域名" in list_reasons_against_opening(launch, make_head(unlaunched_city))[0]
    assert block_before_opening(make_head(unlaunched_city)) is not None
    assert list_reasons_against_opening(launch, actor(Role.CLERK, unlaunched_city.finance)) == []
    with pytest.raises(Refused, match="服务器还不应答域名"):
        open_to_public(launch, by=make_head(unlaunched_city))
    with pytest.raises(Refused, match="服务器还不应答域名"):
        propose_opening(launch, by=unlaunched_city.chief, earlier=LEAVE_OUT)
    assert "服务器还不应答" in SETUP_STEPS["host"].left()
    settings.ALLOWED_HOSTS = answered
    open_to_public(launch, by=make_head(unlaunched_city))
    assert Client().get("/").status_code == 200
    left = block_after_opening(unlaunched_city.chief)
    assert left is not None, "what was left undone stays in view"
    assert left["title"] == "开通以后还要补的"
    assert not any(is_suspended(job) for job in map_jobs_by_name().values())
    launch.refresh_from_db()
    with pytest.raises(Refused, match="已经开通"):
        propose_opening(launch, by=unlaunched_city.chief, earlier=LEAVE_OUT)


@pytest.mark.parametrize("earlier", [LEAVE_OUT, CATCH_UP])
def test_tasks_due_before_the_launch_are_not_late(unlaunched_city: City, earlier: str) -> None:
    live(unlaunched_city)
    passed, ahead = Entry.objects.filter(kind="assignment").order_by("pk")[:2]
    Entry.objects.filter(pk=passed.pk).update(due_at=timezone.now() - timedelta(days=9))
    Entry.objects.filter(pk=ahead.pk).update(due_at=timezone.now() + timedelta(days=9))
    passed.refresh_from_db()
    assert (passed.light, days_left(passed.due_at)) == ("green", "开通时定"), "nothing is late before the opening"
    assert not Entry.objects.overdue().exists()
    launch, until = Launch.objects.get(), timezone.localdate() + timedelta(days=60)
    propose_opening(launch, by=unlaunched_city.chief, earlier=earlier, until=until)
    launch.refresh_from_db()
    open_to_public(launch, by=make_head(unlaunched_city))
    passed.refresh_from_db()
    if earlier == LEAVE_OUT:
        assert (passed.state, passed.outcome) == (AssignmentState.CANCELLED, AssignmentState.CANCELLED)
    else:
        assert passed.closed_at is None
        assert passed.due_at is not None
        assert timezone.localdate(passed.due_at) == until
    assert not Entry.objects.overdue().filter(kind="assignment").exists()
    version = ahead.version
    ahead.refresh_from_db()
    assert ahead.version == version, "what is due later stays as it is"


@pytest.mark.parametrize(("earlier", "call"), [(LEAVE_OUT, 1), (CATCH_UP, 2), (LEAVE_OUT, 0), (CATCH_UP, 0)])
def test_killed_launch_settles_each_task_once(
    unlaunched_city: City, monkeypatch: pytest.MonkeyPatch, earlier: str, call: int
) -> None:
    """The process is killed in a batch of tasks, or after all of them in the launch action (0)."""
    live(unlaunched_city)
    tasks = Entry.objects.filter(kind="assignment")
    tasks.update(due_at=timezone.now() - timedelta(days=9))
    later = tasks.latest("pk").pk
    tasks.filter(pk=later).update(due_at=timezone.now() + timedelta(days=9))
    passed = set(tasks.exclude(pk=later).values_list("pk", flat=True))
    assert len(passed) > 2
    call = call or len(passed) + 1
    monkeypatch.setattr(many_targets, "FIRST_PORTION_ROWS", 1)
    monkeypatch.setattr(many_targets, "write_in_portions", lambda rows, write, first: [write([row]) for row in rows])
    propose_opening(
        Launch.objects.get(), by=unlaunched_city.chief, earlier=earlier, until=timezone.localdate() + timedelta(days=60)
    )
    leader, name = make_head(unlaunched_city), set_catch_up_date.name if earlier == CATCH_UP else cancel_assignment.name

    def settled() -> list[str]:
        return list(Movement.objects.filter(action=name).values_list("stream", flat=True))

    real, calls = many_targets.record_many, []

    def killed(*given: Any, **facts: Any) -> object:
        calls.append(1)
        if len(calls) == call:
            raise KeyboardInterrupt
        return real(*given, **facts)

    with monkeypatch.context() as patch:
        patch.setattr(many_targets, "record_many", killed)
        patch.setattr(TreeStamp, "increment", killed)
        with pytest.raises(KeyboardInterrupt):
            open_to_public(Launch.objects.get(), by=leader)
    assert (Launch.objects.get().opened_at, len(settled())) == (None, call - 1)
    open_to_public(Launch.objects.get(), by=leader)
    assert sorted(settled()) == sorted(f"entry/{pk}" for pk in passed), "none is lost, none settled twice"
    assert not Entry.objects.overdue().filter(kind="assignment").exists()
    assert Movement.objects.get(action=open_to_public.name).facts["tasks"] == len(passed)
    assert verify_log().ok


def test_catch_up_date_is_set_only_by_the_launch(unlaunched_city: City) -> None:
    live(unlaunched_city)
    entry = Entry.objects.filter(kind="assignment")[0]
    with pytest.raises(Refused, match="系统自动"):
        set_catch_up_date(entry, by=unlaunched_city.chief, until=timezone.localdate())


def test_office_needs_no_clerk_in_addition_to_head_and_members(unlaunched_city: City) -> None:
    """The handbook staffs it with three members of the 政务公开办, one of them its head."""
    Appointment.objects.filter(role=Role.CLERK, body=unlaunched_city.office).delete()
    assert unlaunched_city.office.label in setup_checks.check_people()
    make_head(unlaunched_city)
    actor(Role.CHIEF, unlaunched_city.office)
    assert unlaunched_city.office.label not in setup_checks.check_people()


def test_open_setup_steps_list_what_is_missing(unlaunched_city: City) -> None:
    left = {step.name: words for step, words in list_open_steps()}
    assert "units" not in left
    assert "site" not in left
    assert "经办人" in left["people"]
    assert "缺" in left["footer"]
    assert left["notice"] == "还没有导入今年的任务分工通知"
    assert all(step.who and step.button for step in SETUP_STEPS.values())


@pytest.mark.parametrize("mark", LEGAL_TEXTS_BY_MARK)
def test_legal_text_with_unfilled_blanks_blocks_publication(unlaunched_city: City, mark: str) -> None:
    unlaunched_city.office.phone = "0799-8001234"
    html = LEGAL_TEXTS_BY_MARK[mark].html(unlaunched_city.office, unlaunched_city.government)
    assert "0799-8001234" in html
    assert "20个工作日" in html
    assert list_blanks(html)

    def left(html: str) -> list[str]:
        text = SimpleNamespace(frozen=SimpleNamespace(html=html))
        return find_blanks_left(text)  # type: ignore[arg-type]

    assert "没有填写的空" in left(html)[0]
    assert left("<p>都填了</p>") == []


def test_launch_page_lists_steps_and_actions(unlaunched_city: City) -> None:
    client = signed_in(Role.CHIEF, unlaunched_city.office)
    page = client.get("/admin/launch/").content.decode()
    assert "起草指南" in page
    assert "提请开通" in page
    assert "开通以后公众看到什么" in page
    assert client.get("/admin/launch/1/propose/").status_code == 200
    assert "筹备开通" in read_home(client)
    assert client.get("/admin/launch/write/?page=guide").status_code == 200
    client = signed_in(Role.CLERK, unlaunched_city.finance)
    assert client.get("/admin/launch/").status_code == 302, "led to the first page, which says why"
