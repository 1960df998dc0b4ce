"""Before 开通 the public sees nothing and nobody is reminded; the opening takes two persons and settles what was due before."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from factories.notices import City, city, live
from factories.pages import read_home
from factories.units import actor, signed_in
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
LEAVE, CATCH = Launch.EarlyTaskTreatment.LEAVE_OUT, Launch.EarlyTaskTreatment.CATCH_UP


@pytest.fixture
def place() -> Iterator[City]:
    launch_state.clear_launch_cache()
    made = city()
    begin_setup(None, by=SYSTEM)
    yield made
    launch_state.assume_open()


def head(place: City) -> Actor:
    return actor(Role.LEAD, place.office)


def test_until_the_opening_every_public_address_is_the_same_plain_page(place: City) -> None:
    front = Client().get("/").content
    for address in ("/", "/feed/", "/sitemap.xml", "/robots.txt", "/columns/1/", "/nothing", "/search/?q=x", "/units/"):
        answer = Client().get(address)
        assert (answer.status_code, answer.content) == (503, front), address
        assert "网站正在筹备" in answer.content.decode()
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Retry-After"]
        assert "noindex" in answer["X-Robots-Tag"]


def test_a_server_that_was_asked_before_the_preparation_began_hears_of_it() -> None:
    launch_state.clear_launch_cache()
    try:
        assert Client().get("/").status_code == 404, "there is no site yet"
        begin_setup(None, by=SYSTEM)
        assert Client().get("/").status_code == 503
    finally:
        launch_state.assume_open()


def test_machines_and_forms_are_answered_so_too(place: City) -> None:
    asked = Client().get("/api/v1/openapi.json")
    assert asked.status_code == 503
    assert asked.json()["error"].startswith("网站正在筹备")
    assert Client().post("/forms/fault/", {}).status_code == 503


def test_staff_see_the_site_as_it_will_be_and_send_nothing(place: City) -> None:
    client = signed_in(Role.CHIEF, place.office)
    shown = client.get("/")
    assert shown.status_code == 200
    assert "公众还看不到这一页" in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    assert client.post("/forms/fault/", {}).status_code == 503


def test_what_reminds_and_speaks_to_the_public_waits_all_else_goes_on(place: City) -> None:
    jobs = map_jobs_by_name()
    assert jobs.keys() >= SUSPENDED_JOBS, "each name is a job's"
    assert {name for name, job in jobs.items() if is_suspended(job)} == SUSPENDED_JOBS
    assert "deliver" not in SUSPENDED_JOBS, "people hear of what others do for them"


def test_words_of_a_site_and_columns_need_no_second_person_before_the_opening(place: City) -> None:
    site = place.website
    assert site is not None
    change_website(site, by=place.chief, contact="0799-8001234")
    site.refresh_from_db()
    assert site.contact == "0799-8001234"
    assert proposed_words.list_proposed_words(site) == []
    column = Column.objects.filter(website=site, opened_at=None).first()
    if column is not None:
        Column.objects.filter(pk=column.pk).update(person=place.chief.person_id, cycle_days=31, content="内容")
        column.refresh_from_db()
        open_column(column, by=place.chief)
        column.refresh_from_db()
        assert column.is_open


def test_the_columns_of_the_template_are_opened_at_once(place: City) -> None:
    website = open_website(None, by=place.chief, name="云岭市数据网", host="data.test", body=place.government)
    assert website.name == "云岭市数据网", "nobody has to confirm it before the opening"
    person = Person.objects.get(pk=place.chief.person_id)
    noticed = Column.objects.filter(website=website, fixed="").first() or Column.objects.create(
        website=website, name="惠农补贴", key="惠农补贴", path="/900/", owner=place.government
    )
    open_columns(Launch.objects.get(), by=place.chief, person=person)
    assert not Column.objects.filter(opened_at=None, archived_at=None).exists()
    noticed.refresh_from_db()
    assert (noticed.cycle_days, bool(noticed.content), bool(noticed.person)) == (92, True, True)
    page = signed_in(Role.CHIEF, place.office).get("/admin/launch/write/?page=guide").content.decode()
    assert "由您起草的，不能送审" in page, "two members: who drafts the guide signs no stage of it"
    led = "/admin/launch/write/?page=guide"
    actor(Role.CHIEF, place.office)
    drafter = signed_in(Role.CLERK, place.office)
    form = drafter.get(led).context["form"]
    given = {name: "" if blank.endswith(OPTIONAL_BLANK_SUFFIX) else "县档案馆" for name, blank in form.blanks.items()}
    assert drafter.post(led, {**given, "blank0": ""}).status_code == 200, "a fact is missing"
    assert drafter.post(led, given).url == "/admin/publishing/"
    assert Review.objects.filter(state="waiting").count() == len(LEGAL_TEXTS_BY_MARK), "both texts wait for signatures"
    assert led in read_home(drafter), "another website has none yet"
    assert setup_checks.has_draft(Column.objects.get(fixed="guide"))
    assert not setup_checks.has_draft(noticed)
    assert led not in read_home(signed_in(Role.CLERK, place.finance))
    with pytest.raises(Refused, match="都已经开通"):
        open_columns(Launch.objects.get(), by=place.chief, person=person)


def test_the_opening_takes_a_second_person(place: City, settings: Any) -> None:
    launch = Launch.objects.get()
    with pytest.raises(Refused, match="先由政务公开办提请"):
        open_to_public(launch, by=head(place))
    with pytest.raises(Refused, match="只有本级政府的政务公开办"):
        propose_opening(launch, by=actor(Role.CLERK, place.finance), earlier=LEAVE)
    with pytest.raises(Refused, match="补录期限"):
        propose_opening(launch, by=place.chief, earlier=CATCH, until=timezone.localdate())
    propose_opening(launch, by=place.chief, earlier=LEAVE)
    launch.refresh_from_db()
    with pytest.raises(Refused, match="提请的人不能自己确认"):
        open_to_public(launch, by=place.chief)
    with pytest.raises(Refused, match="只有办公室负责人"):
        open_to_public(launch, by=actor(Role.LEAD, place.finance))
    waiting = block_before_opening(head(place))
    assert waiting is not None
    assert waiting["awaits"]
    assert block_before_opening(actor(Role.LEAD, place.finance)) is None
    answered, settings.ALLOWED_HOSTS = settings.ALLOWED_HOSTS, ["another.example"]
    assert "加上这个域名" in list_reasons_against_opening(launch, head(place))[0]
    assert block_before_opening(head(place)) is not None
    assert list_reasons_against_opening(launch, actor(Role.CLERK, place.finance)) == []
    with pytest.raises(Refused, match="服务器还不应答域名"):
        open_to_public(launch, by=head(place))
    with pytest.raises(Refused, match="服务器还不应答域名"):
        propose_opening(launch, by=place.chief, earlier=LEAVE)
    assert "服务器还不应答" in SETUP_STEPS["host"].left()
    settings.ALLOWED_HOSTS = answered
    open_to_public(launch, by=head(place))
    assert Client().get("/").status_code == 200
    left = block_after_opening(place.chief)
    assert left is not None, "what was left undone stays in view"
    assert left["title"] == "开通以后还要补的"
    assert not any(is_suspended(job) for job in map_jobs_by_name().values())
    launch.refresh_from_db()
    with pytest.raises(Refused, match="已经开通"):
        propose_opening(launch, by=place.chief, earlier=LEAVE)


@pytest.mark.parametrize("earlier", [LEAVE, CATCH])
def test_what_was_due_before_the_opening_is_not_late_by_it(place: City, earlier: str) -> None:
    live(place)
    passed, ahead = Entry.objects.filter(kind="assignment").order_by("pk")[:2]
    Entry.objects.filter(pk=passed.pk).update(due_at=timezone.now() - timedelta(days=9))
    Entry.objects.filter(pk=ahead.pk).update(due_at=timezone.now() + timedelta(days=9))
    passed.refresh_from_db()
    assert (passed.light, days_left(passed.due_at)) == ("green", "开通时定"), "nothing is late before the opening"
    assert not Entry.objects.overdue().exists()
    launch, until = Launch.objects.get(), timezone.localdate() + timedelta(days=60)
    propose_opening(launch, by=place.chief, earlier=earlier, until=until)
    launch.refresh_from_db()
    open_to_public(launch, by=head(place))
    passed.refresh_from_db()
    if earlier == LEAVE:
        assert (passed.state, passed.outcome) == (AssignmentState.CANCELLED, AssignmentState.CANCELLED)
    else:
        assert passed.closed_at is None
        assert passed.due_at is not None
        assert timezone.localdate(passed.due_at) == until
    assert not Entry.objects.overdue().filter(kind="assignment").exists()
    version = ahead.version
    ahead.refresh_from_db()
    assert ahead.version == version, "what is due later stays as it is"


@pytest.mark.parametrize(("earlier", "call"), [(LEAVE, 1), (CATCH, 2), (LEAVE, 0), (CATCH, 0)])
def test_a_killed_opening_settles_each_task_once(
    place: City, monkeypatch: pytest.MonkeyPatch, earlier: str, call: int
) -> None:
    """Kill the process in a portion of the tasks, or after all of them in the opening itself (0)."""
    live(place)
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
        Launch.objects.get(), by=place.chief, earlier=earlier, until=timezone.localdate() + timedelta(days=60)
    )
    leader, name = head(place), set_catch_up_date.name if earlier == CATCH else cancel_assignment.name

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


def test_only_the_opening_moves_such_a_day(place: City) -> None:
    live(place)
    entry = Entry.objects.filter(kind="assignment")[0]
    with pytest.raises(Refused, match="系统自动"):
        set_catch_up_date(entry, by=place.chief, until=timezone.localdate())


def test_the_office_needs_no_clerk_beside_its_head_and_members(place: City) -> None:
    """The handbook staffs it with three: members of the 政务公开办, one of them its head."""
    Appointment.objects.filter(role=Role.CLERK, body=place.office).delete()
    assert place.office.label in setup_checks.check_people()
    head(place)
    actor(Role.CHIEF, place.office)
    assert place.office.label not in setup_checks.check_people()


def test_a_step_is_done_when_nothing_is_left_of_it(place: City) -> None:
    left = {step.name: words for step, words in list_open_steps()}
    assert "units" not in left
    assert "site" not in left
    assert "经办人" in left["people"]
    assert "缺" in left["footer"]
    assert left["notice"] == "还没有导入今年的任务分工通知"
    assert all(step.who and step.button for step in SETUP_STEPS.values())


@pytest.mark.parametrize("mark", LEGAL_TEXTS_BY_MARK)
def test_a_text_from_the_law_is_held_back_while_a_blank_is_left(place: City, mark: str) -> None:
    place.office.phone = "0799-8001234"
    html = LEGAL_TEXTS_BY_MARK[mark].html(place.office, place.government)
    assert "0799-8001234" in html
    assert "20个工作日" in html
    assert list_blanks(html)

    def left(html: str) -> list[str]:
        text = SimpleNamespace(frozen=SimpleNamespace(html=html))
        return find_blanks_left(text)  # type: ignore[arg-type]

    assert "没有填写的空" in left(html)[0]
    assert left("<p>都填了</p>") == []


def test_the_page_lists_the_steps_and_the_acts(place: City) -> None:
    client = signed_in(Role.CHIEF, place.office)
    page = client.get("/admin/launch/").content.decode()
    assert "起草指南" in page
    assert "提请开通" in page
    assert "开通以后公众看到什么" in page
    assert client.get("/admin/launch/1/propose/").status_code == 200
    assert "筹备开通" in read_home(client)
    assert client.get("/admin/launch/write/?page=guide").status_code == 200
    client = signed_in(Role.CLERK, place.finance)
    assert client.get("/admin/launch/").status_code == 302, "led to the first page, which says why"
