"""Deadline of proactive disclosure: opened when an item is formed, closed by publication, reopened by withdrawal."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from factories.ledger import EntryFactory
from factories.pages import said, sign_in
from factories.publishing import item, public, released, signed
from factories.units import actor
from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions, item_list
from gongkai.content.publishing.clock import update_all_disclosures, update_disclosure
from gongkai.content.publishing.clock.disclosures import compute_deadline, start_clock
from gongkai.content.publishing.clock.timeliness import PublicationTimeliness
from gongkai.content.publishing.clock.timeliness_counts import (
    TimelinessCounts,
    count_timeliness,
    count_unpublished,
    list_publications,
)
from gongkai.content.publishing.models import Disclosure, ItemPage
from gongkai.content.publishing.views.reports import get_quarter_bounds
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.clock import get_light
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.lib.law import default_calendar
from gongkai.oversight.assessment.queries.ranking import compute_deadline_statistics

pytestmark = pytest.mark.django_db


def entry_of(page: ItemPage) -> Entry:
    return Disclosure.objects.select_related("entry").get(item_id=page.pk).entry


def test_twenty_working_days_from_the_day_after_formation() -> None:
    # 2026-10-01 to 10-07 are holidays; 2026-10-10 is a make-up working day.
    found = compute_deadline(date(2026, 9, 30), None, default_calendar(), date(2026, 9, 30))
    assert found.date == date(2026, 11, 3)
    assert "条例" in "".join(step.rule for step in found.steps)


def test_disclosure_is_open_from_formation_date_until_publication(housing: Body, plans: Column) -> None:
    item(housing, [plans], formed_on=None)
    assert not Disclosure.objects.exists()
    page = item(housing, [plans], formed_on=date(2026, 11, 2))
    entry = entry_of(page)
    assert (entry.kind, entry.body_id, entry.closed_at) == ("disclosure", housing.pk, None)
    assert entry.due_at is not None
    assert timezone.localdate(entry.due_at) == date(2026, 11, 30)
    decided = signed(page).decided_at
    entry = entry_of(page)
    assert (entry.state, decided is None) == ("public", False)
    assert abs(entry.closed_at - decided) < timedelta(seconds=30)  # type: ignore[operator]


def test_scheduled_item_stays_open_until_its_time(housing: Body, plans: Column, time_machine: object) -> None:
    page = item(housing, [plans])
    start = timezone.now() + timedelta(days=2)
    released(page, visible_from=start)
    assert entry_of(page).state == "open"
    row = item_list.make_item_rows([ItemPage.objects.get(pk=page.pk)])[0]
    assert (row.state, row.path) == ("等待定时公开", ""), "no link to a page that is not there yet"
    time_machine.move_to(start + timedelta(hours=3))  # type: ignore[attr-defined]
    update_all_disclosures()
    entry = entry_of(page)
    assert (entry.state, entry.closed_at) == ("public", start)
    assert item_list.make_item_rows([ItemPage.objects.get(pk=page.pk)])[0].path


def test_withheld_item_closes_and_reopens_if_changed(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], formed_on=date(2026, 1, 4))
    clerk = actor(Role.CLERK, housing)
    actions.save_revision(page, by=clerk, attribute="withheld", attribute_reason="属于内部工作流程信息（条例第十六条）")
    entry = entry_of(page)
    assert entry.state == "withheld"
    words = Movement.objects.filter(stream=entry.stream).order_by("-seq").first()
    assert words is not None
    assert words.action == "disclosure.withhold"
    assert prompt_of(page) is None, "on the desk it is not late"
    actions.save_revision(page, by=clerk, attribute="proactive")
    assert entry_of(page).state == "open"


@pytest.mark.parametrize("way", ["deleted", "withheld"])
def test_overdue_item_closed_without_publication_stays_late(housing: Body, plans: Column, way: str) -> None:
    page = item(housing, [plans], formed_on=date(2024, 1, 2))
    entry = entry_of(page)
    assert entry.light == "red"
    figures = count_timeliness(Body.objects.all(), date(2024, 1, 1), date(2024, 12, 31))
    if way == "withheld":
        ground = {"attribute": "withheld", "attribute_reason": "属于内部工作流程信息（条例第十六条）"}
        actions.save_revision(page, by=actor(Role.CLERK, housing), **ground)
    else:
        ItemPage.objects.get(pk=page.pk).delete()
    update_all_disclosures()
    [lapse] = Entry.objects.filter(kind="lapse")
    assert (lapse.body, lapse.due_at, lapse.light) == (housing, entry.due_at, "grey_red")
    after = count_timeliness(Body.objects.all(), date(2024, 1, 1), date(2024, 12, 31))
    assert (figures.late_now, after) == (1, replace(figures, late_now=0)), "nothing is owed any more"
    assert figures.settled == 1


def test_corrected_formation_date_moves_the_entry_and_is_logged(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], formed_on=date(2026, 11, 2))
    actions.save_revision(page, by=actor(Role.CLERK, housing), formed_on=date(2026, 11, 9), title="住房保障指南")
    entry = entry_of(page)
    assert Disclosure.objects.count() == 1
    assert entry.title == "住房保障指南"
    assert entry.due_at is not None
    assert timezone.localdate(entry.due_at) == date(2026, 12, 7)
    moved = Movement.objects.get(stream=entry.stream, action="disclosure.correct")
    assert moved.facts["before"] == "2026-11-02"


def test_change_of_a_public_item_opens_a_new_deadline(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], formed_on=date(2026, 11, 2))
    released(page)
    actions.save_revision(page, by=actor(Role.CLERK, housing), formed_on=date(2026, 11, 18), body="<p>修订。</p>")
    states = list(Disclosure.objects.order_by("pk").values_list("entry__state", flat=True))
    assert states == ["public", "open"]
    running = Disclosure.objects.select_related("entry").get(item_id=page.pk, entry__closed_at=None).entry
    prompt = prompt_of(page)
    assert prompt is not None
    assert prompt.light == get_light(running) == "green", "on the desk as on the ledger"


def test_job_repairs_changes_without_actions_and_is_idempotent(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], formed_on=None)
    ItemPage.objects.filter(pk=page.pk).update(formed_on=date(2026, 1, 4))
    prompt = prompt_of(page)
    assert prompt is not None
    assert prompt.light == "red", "without a clock it is held against the same rule"
    for _ in range(2):
        update_all_disclosures()
    assert Disclosure.objects.filter(item_id=page.pk).count() == 1
    page.refresh_from_db()
    page.delete()
    assert update_all_disclosures()["dropped"] == 1
    assert Disclosure.objects.get().entry.state == "gone"


def test_deadline_cannot_be_stopped_by_hand(housing: Body, plans: Column) -> None:
    page = item(housing, [plans])
    entry, before = entry_of(page), Movement.objects.count()
    update_disclosure(ItemPage.objects.get(pk=page.pk))
    assert update_all_disclosures() == {"kept": 0, "dropped": 0}
    assert Movement.objects.count() == before, "what is in step is left as it is"
    start_clock(page, by=SYSTEM)
    assert Disclosure.objects.filter(item_id=page.pk).count() == 1
    with pytest.raises(Refused):
        start_clock(page, by=actor(Role.CLERK, housing))
    for name, facts in [
        ("disclosure.publish", {"at": timezone.now()}),
        ("disclosure.take_down", {"at": timezone.now(), "who": "某人", "reason": "x"}),
        ("disclosure.withhold", {"attribute": "不予公开", "reason": "x"}),
        ("disclosure.correct", {"formed_on": date(2026, 11, 3)}),
        ("disclosure.drop", {}),
        ("disclosure.retitle", {"title": "x"}),
        ("disclosure.resume", {"formed_on": date(2026, 11, 3)}),
    ]:
        for role in (Role.CLERK, Role.LEAD, Role.CHIEF):
            with pytest.raises(Refused, match="自动完成"):
                ACTIONS_BY_NAME[name](entry, by=actor(role, housing), **facts)


def prompt_of(page: ItemPage) -> PublicationTimeliness | None:
    return item_list.make_item_rows([ItemPage.objects.get(pk=page.pk)])[0].prompt


class TestWithdrawn:
    def withdraw_item(self, page: ItemPage, housing: Body) -> None:
        actions.withdraw(ensure_document(page), by=actor(Role.SIGNER, housing), reason="数字有误")

    def test_withdrawal_reopens_the_entry_and_logs_the_reason(
        self, housing: Body, plans: Column, time_machine: Any
    ) -> None:
        page = item(housing, [plans], formed_on=timezone.localdate())
        due = timezone.localtime(entry_of(page).due_at)
        released(page)
        time_machine.move_to(timezone.now() + timedelta(days=40))
        self.withdraw_item(page, housing)
        entry = entry_of(page)
        assert (entry.state, entry.closed_at, get_light(entry)) == ("taken_down", None, "green")
        last = Movement.objects.filter(stream=entry.stream).latest("seq")
        assert "数字有误" in last.words
        prompt = prompt_of(page)
        assert prompt is not None
        assert prompt.words.startswith("撤回后未重新公开，还剩20个工作日（自撤回之日重新计算，首次公开的期限是")
        assert f"{due:%Y-%m-%d}" in prompt.words, "the day of the regulation stays in sight"
        actions.save_revision(page, by=actor(Role.CLERK, housing), summary="改正")
        assert entry_of(page).state == "taken_down"  # what was public before closes nothing
        released(page)
        assert entry_of(page).state == "public"

    def test_withdrawal_does_not_remove_lateness(self, housing: Body, plans: Column, time_machine: Any) -> None:
        page = item(housing, [plans], formed_on=timezone.localdate() - timedelta(days=60))
        due = entry_of(page).due_at
        released(page)
        assert get_light(entry_of(page)) == "grey_red"
        today = timezone.localdate()
        figures = count_timeliness(Body.objects.all(), today - timedelta(days=90), today + timedelta(days=2))
        time_machine.move_to(timezone.now() + timedelta(days=2))
        self.withdraw_item(page, housing)
        assert (entry_of(page).due_at, get_light(entry_of(page))) == (due, "red")
        prompt = prompt_of(page)
        assert prompt is not None
        assert "重新计算" not in prompt.words
        told = (Body.objects.all(), today - timedelta(days=90), today + timedelta(days=2))
        assert count_timeliness(*told) == figures, "counted once, where it came late"
        actions.save_revision(page, by=actor(Role.CLERK, housing), summary="改正")
        released(page)
        assert (entry_of(page).due_at, get_light(entry_of(page))) == (due, "grey_red")

    def test_item_without_entry_is_due_from_its_withdrawal(
        self, housing: Body, plans: Column, time_machine: Any
    ) -> None:
        page = item(housing, [plans], formed_on=timezone.localdate() - timedelta(days=700))
        released(page)
        Disclosure.objects.all().delete()  # as what was moved in from an old site has none
        self.withdraw_item(page, housing)
        entry = entry_of(page)
        assert (entry.state, entry.year, get_light(entry)) == (
            "taken_down",
            timezone.localdate().year,
            "green",
        )
        prompt = prompt_of(page)
        assert prompt is not None
        assert prompt.words.startswith("撤回后未重新公开，还剩20个工作日（自撤回之日")
        update_all_disclosures()
        assert entry_of(page) == entry, "no second one"
        actions.save_revision(page, by=actor(Role.CLERK, housing), summary="改正")
        released(page)
        assert (entry_of(page).state, get_light(entry_of(page))) == ("public", "grey")

    def test_withdrawn_and_withheld_item_closes_with_its_ground(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        released(page)
        ground = {"attribute": "withheld", "attribute_reason": "属于内部工作流程信息（条例第十六条）"}
        actions.save_revision(page, by=actor(Role.CLERK, housing), **ground)
        self.withdraw_item(page, housing)
        assert entry_of(page).state == "withheld"
        actions.save_revision(page, by=actor(Role.CLERK, housing), attribute="proactive")
        assert entry_of(page).state == "open"

    def test_authors_are_notified_of_the_withdrawal_reason(self, housing: Body, plans: Column, client: Client) -> None:
        page = item(housing, [plans])
        review = signed(page)
        self.withdraw_item(page, housing)
        told = Message.objects.filter(key__startswith="withdrawn/").values_list("person_id", flat=True)
        assert set(told) == {*review.author_people, review.submitted_person}
        sign_in(client, Role.CLERK, housing)
        shown = said(client.get(reverse("publishing:item", args=[page.pk])))
        assert shown.count("数字有误") == 2


YEARS_AGO = date(2017, 5, 5)


def count_this_year(housing: Body) -> TimelinessCounts:
    year = timezone.localdate().year
    return count_timeliness(Body.objects.filter(pk=housing.pk), date(year, 1, 1), date(year, 12, 31))


def withdraw(document: Document, housing: Body) -> None:
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="内容有误")


def test_late_item_counts_in_the_year_of_publication(housing: Body, plans: Column) -> None:
    public(housing, [plans], formed_on=timezone.localdate())
    late = public(housing, [plans], formed_on=YEARS_AGO)
    assert count_this_year(housing) == TimelinessCounts(2, 1, 0)
    withdraw(late, housing)  # nobody gets rid of a late one by taking it down
    assert count_this_year(housing) == TimelinessCounts(2, 1, 0)


def test_withdrawn_item_is_not_counted(housing: Body, plans: Column) -> None:
    withdraw(public(housing, [plans], formed_on=timezone.localdate()), housing)
    assert count_this_year(housing) == TimelinessCounts(0, 0, 0)


def test_unpublished_item_counts_on_its_due_date(housing: Body, plans: Column) -> None:
    item(housing, [plans], formed_on=YEARS_AGO)
    bodies = Body.objects.filter(pk=housing.pk)
    assert count_unpublished(bodies, date(2017, 6, 1), date(2017, 6, 30)) == {housing.pk: 1}
    assert count_this_year(housing) == TimelinessCounts(0, 0, 0)


def test_change_is_counted_and_corrected_date_is_not(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], formed_on=timezone.localdate() - timedelta(days=3))
    released(page)
    for formed in (timezone.localdate() - timedelta(days=4), timezone.localdate() + timedelta(days=1)):
        actions.save_revision(page, by=actor(Role.CLERK, housing), formed_on=formed)
        released(page)
    today = timezone.localdate()
    assert [one.first for one in list_publications(Body.objects.filter(pk=housing.pk), today, today)] == [True, False]


def test_text_replaced_before_its_time_is_counted_by_its_replacement(housing: Body, plans: Column) -> None:
    page, today = item(housing, [plans], formed_on=timezone.localdate()), timezone.localdate()
    released(page, timezone.now() + timedelta(days=1))
    actions.save_revision(page, by=actor(Role.CLERK, housing), summary="改正")
    released(page)
    assert [one.first for one in list_publications(Body.objects.filter(pk=housing.pk), today, today)] == [True]


def test_public_figures_equal_the_sum_of_quarters(housing: Body, plans: Column) -> None:
    for formed in (timezone.localdate(), YEARS_AGO):
        public(housing, [plans], formed_on=formed)
    EntryFactory(kind="disclosure", body=housing, red=True)
    year = timezone.localdate().year
    units, days = Body.objects.filter(pk=housing.pk), [get_quarter_bounds(year, n) for n in (1, 2, 3, 4)]
    spans = [(first, after - timedelta(days=1)) for first, after in days]
    texts = [one for span in spans for one in list_publications(units, *span)]
    owed = sum(count_unpublished(units, *span).total() for span in spans)
    shown = next(row for row in compute_deadline_statistics(housing, year) if row.kind == "disclosure")
    assert (shown.settled, shown.in_time) == (len(texts) + owed, sum(not one.late for one in texts)) == (3, 1)
    assert shown.late_now == owed == 1
