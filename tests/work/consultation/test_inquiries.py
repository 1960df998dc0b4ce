"""An inquiry from registration to answer, and the permissions of each role."""

from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from factories.consultation import draft_answer, inquiry, released_answer
from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor, signed_in
from gongkai.content.interpretation.actions import appoint_specialist
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.models import Movement
from gongkai.core.intake.actions import erase_party, register_party
from gongkai.core.intake.declared_fields import ERASED_TEXT_PLACEHOLDER
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.models import Party
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import must_judge
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, get_actor
from gongkai.core.units.models import Body, BodyKind, Person, Role
from gongkai.lib import law
from gongkai.work.consultation import actions, panels, public, queries
from gongkai.work.consultation.models import Contribution, KnownAnswer, Outcome
from gongkai.work.consultation.models.inquiry import RULE_SET_BY_CHANNEL, InquiryChannel
from gongkai.work.consultation.review_rounds import list_unsorted_inquiries
from gongkai.work.consultation.rules import list_reasons_unless_answer_approver, list_writable_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return BodyFactory(government=True)


@pytest.fixture
def housing(city):
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局", parent=city)


@pytest.fixture
def people(city, housing):
    return {"chief": actor(Role.CHIEF, city), "clerk": actor(Role.CLERK, housing), "lead": actor(Role.LEAD, housing)}


def assigned(city, housing, people, **facts):
    return actions.assign_inquiry(inquiry(city, **facts).entry, by=people["chief"], body=housing)


def test_deadline_depends_on_channel(city) -> None:
    day = timezone.localdate()
    wanted_of = {(channel, "complaint"): rules for channel, rules in RULE_SET_BY_CHANNEL.items()}
    wanted_of |= {
        (channel, "consultation"): "consultation" for channel in (InquiryChannel.FORM, InquiryChannel.MAILBOX)
    }
    for (channel, category), rules in wanted_of.items():
        entry = inquiry(city, channel=channel, category=category).entry
        wanted = law.compute_due(
            [law.Event("received", day)], law.build_rule_sets()[rules], law.default_calendar(), day
        )
        assert timezone.localdate(entry.due_at) == wanted.date
        assert entry.rules == rules


def test_matching_specialist_is_notified_and_named_on_page(city, housing, people) -> None:
    known = {}
    for name, field in (("赵一", "公租房和住房保障"), ("钱二", "物业管理")):
        person = PersonFactory(name=name)
        AppointmentFactory(person=person, body=housing, role=Role.REVIEWER)
        known[name] = appoint_specialist(housing, by=people["clerk"], person=person, field=field, phone="12345")
    entry = assigned(city, housing, people)
    told = set(Message.objects.filter(key__startswith=f"inquiry.assigned:{entry.pk}").values_list("person", flat=True))
    assert known["赵一"].person_id in told
    assert known["钱二"].person_id not in told
    page = signed_in(Role.CLERK, housing).get(f"/admin/ledger/{entry.pk}/").content.decode()
    assert "赵一（公租房和住房保障，12345）" in page
    assert "钱二" not in page


def test_office_of_several_governments_writes_for_all_and_for_own_unit(city, housing) -> None:
    counties = [
        BodyFactory(kind=BodyKind.GOVERNMENT, name=name, parent=city) for name in ("甲县人民政府", "乙县人民政府")
    ]
    chief = actor(Role.CHIEF, counties[0], person__name="韩三")
    for body, role in ((counties[1], Role.CHIEF), (housing, Role.CLERK)):
        AppointmentFactory(person=Person.objects.get(pk=chief.person_id), body=body, role=role)
    by = get_actor(Person.objects.get(pk=chief.person_id).user)
    assert {*list_writable_units(by)} == {*counties, housing}


def test_future_day_and_empty_text_are_refused(city) -> None:
    with pytest.raises(Refused, match="不能晚于今天"):
        inquiry(city, received_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(Refused, match="标题和内容"):
        inquiry(city, text=" ")


def test_answer_is_drafted_and_approved_by_different_persons_in_time(city, housing, people) -> None:
    entry = assigned(city, housing, people)
    with pytest.raises(Refused, match="只有承办单位"):
        actions.draft_answer(entry, by=actor(Role.CLERK, BodyFactory(parent=city)), answer="不该我答。")
    entry = actions.draft_answer(entry, by=people["clerk"], answer="可以申请。")
    with pytest.raises(Refused, match="负责人、签发人或者政务公开办可以办理"):
        actions.approve_draft_answer(entry, by=people["clerk"])
    with pytest.raises(Refused, match="需要修改"):
        actions.return_draft_answer(entry, by=people["lead"], reason=" ")
    entry = actions.return_draft_answer(entry, by=people["lead"], reason="请写明办理地点。")
    entry = actions.draft_answer(entry, by=people["clerk"], answer="可以在市民中心申请。")
    entry = actions.approve_draft_answer(entry, by=people["lead"])
    assert (entry.state, entry.outcome, entry.light) == ("answered", "answered", "grey")
    assert [event.kind for event in entry.clock_events.all()] == ["received", "replied"]


def test_office_approves_answers_of_units_without_other_approver(city, housing, people) -> None:
    ends_with_clerk = BodyFactory(name="云岭市民政局", parent=city)
    clerk = actor(Role.CLERK, ends_with_clerk)
    own, left = assigned(city, housing, people), inquiry(city, title="低保怎样申请").entry
    left = actions.assign_inquiry(left, by=people["chief"], body=ends_with_clerk)
    own = actions.draft_answer(own, by=people["clerk"], answer="可以申请。")
    left = actions.draft_answer(left, by=clerk, answer="向乡镇人民政府申请。")
    known = actions.submit_answer(draft_answer(ends_with_clerk), by=SYSTEM)
    assert (must_judge(people["chief"], own), must_judge(people["lead"], own)) == (False, True)
    assert must_judge(people["chief"], left)
    county = BodyFactory(parent=city, kind=BodyKind.DISTRICT)
    for town, own in ((ends_with_clerk, people["chief"]), (BodyFactory(parent=county), None)):
        asked = inquiry(city, title="低保怎样申请").entry
        asked = actions.assign_inquiry(asked, by=people["chief"], body=town)
        asked = actions.draft_answer(asked, by=actor(Role.CLERK, town), answer="向乡镇人民政府申请。")
        near = own or actor(Role.CHIEF, BodyFactory(parent=county, kind=BodyKind.GENERAL_OFFICE))
        assert must_judge(near, asked)
        assert (near == people["chief"]) == (not list_reasons_unless_answer_approver(people["chief"], asked))
    todos = panels.make_answers_to_review_block(people["chief"])
    assert todos
    assert [line.title for line in todos["todos"].lines] == [known.question]
    empty = actions.assign_inquiry(
        inquiry(city).entry, by=people["chief"], body=BodyFactory(name="云岭市林场", parent=city)
    )
    todos = panels.make_unstaffed_inquiries_block(people["chief"])
    assert todos
    assert [line.url for line in todos["todos"].lines] == [empty.url], "nobody there can answer it: the office does"
    assert not panels.make_unstaffed_inquiries_block(people["lead"])
    chosen = {"body": empty.body_id}
    assign = partial(get_form(ACTIONS_BY_NAME["inquiry.assign"]), entry=inquiry(city).entry, by=people["chief"])
    form = assign(chosen)
    assert "没有人员，由政务公开办代办" in str(form["body"])
    assert list(form.errors) == ["alone"], "asked before an inquiry goes to a unit without people"
    assert assign({**chosen, "alone": "on"}).is_valid()
    actor(Role.CLERK, empty.body)
    assert not panels.make_unstaffed_inquiries_block(people["chief"])
    actor(Role.LEAD, ends_with_clerk)
    assert not must_judge(people["chief"], left)
    assert not panels.make_answers_to_review_block(people["chief"])


def test_identity_number_in_draft_warns_author_and_blocks_approval(city, housing, people) -> None:
    entry = assigned(city, housing, people)
    number = "11010119900307751X"
    entry = actions.draft_answer(entry, by=people["clerk"], answer=f"请王小明持身份证{number}到窗口办理。")
    for role in (Role.CLERK, Role.LEAD):
        page = signed_in(role, housing).get(f"/admin/ledger/{entry.pk}/").content.decode()
        assert "发出以前请核对答复草稿" in page
    form = signed_in(Role.LEAD, housing).get(f"/admin/ledger/{entry.pk}/act/inquiry.answer/").content.decode()
    assert "发出以前请核对答复草稿" in form
    with pytest.raises(Refused, match=r"答复中有个人信息.*退回修改.*依据"):
        actions.approve_draft_answer(entry, by=people["lead"])
    entry = actions.approve_draft_answer(entry, by=people["lead"], words="申请人本人的证件号码，依法告知本人")
    assert entry.outcome == "answered"


def test_unit_declines_with_reason_and_deadline_continues(city, housing, people) -> None:
    entry = assigned(city, housing, people)
    due = entry.due_at
    told = Message.objects.filter(link=entry.url, subject__startswith="待分办", person=people["chief"].person_id)
    for _ in range(2):  # returned twice, announced twice
        before = told.count()
        entry = actions.decline_inquiry(entry, by=people["clerk"], reason="应由民政局办理")
        assert told.count() > before
        assert (entry.state, entry.body, entry.due_at) == ("declined", city, due)
        entry = actions.assign_inquiry(entry, by=people["chief"], body=housing)
    entry = actions.decline_inquiry(entry, by=people["clerk"], reason="应由民政局办理")
    assert "市住建局" in entry.inquiry.declined
    inquiry = entry.inquiry
    assert queries.propose_units_for_inquiry(inquiry) == [], "not the unit that gave it back"
    named = housing.parent
    inquiry.declined = f"市住建局：应由{named.name}办理"
    assert [body for body, _ in queries.propose_units_for_inquiry(inquiry)] == [named]


def test_joint_answer_waits_for_every_part(city, housing, people) -> None:
    civil = BodyFactory(name="云岭市民政局", parent=city)
    entry, asked = assigned(city, housing, people), "低保家庭的优待"
    with pytest.raises(Refused, match="没有经办人和负责人"):
        actions.request_contribution(entry, by=people["clerk"], body=civil, asked=asked)
    clerk = actor(Role.CLERK, civil)
    entry = actions.request_contribution(entry, by=people["clerk"], body=civil, asked=asked)
    entry = actions.draft_answer(entry, by=people["clerk"], answer="可以申请。")
    with pytest.raises(Refused, match="还没有提交意见"):
        actions.approve_draft_answer(entry, by=people["lead"])
    Body.objects.filter(pk=civil.pk).update(active_to=timezone.localdate())
    assert not actions.approve_draft_answer.why_not(entry, by=people["lead"]), "nobody is left to contribute"
    Body.objects.filter(pk=civil.pk).update(active_to=None)
    assert queries.inquiries_visible_to(clerk).filter(pk=entry.pk).exists()
    weather = BodyFactory(name="云岭市气象局", parent=city)
    Contribution.objects.create(inquiry=entry.inquiry, body=weather, asked=asked, text="无", at=timezone.now())
    person = Person.objects.get(pk=clerk.person_id)
    AppointmentFactory(person=person, body=weather, role=Role.AUDITOR)
    clerk = get_actor(person.user)
    actions.submit_contribution(entry, by=clerk, text="低保家庭优先配租。")
    assert list(Contribution.objects.values_list("text", flat=True)) == ["低保家庭优先配租。", "无"]
    entry.refresh_from_db()
    assert actions.approve_draft_answer(entry, by=people["lead"]).state == "answered"


@pytest.mark.parametrize("kept", ["", "民政局须核对本人的低保证"])
def test_contributing_unit_cannot_read_who_asks(city, housing, people, kept: str) -> None:
    civil = BodyFactory(name="云岭市民政局", parent=city)
    clerk = actor(Role.CLERK, civil)
    entry = assigned(city, housing, people)
    Party.objects.create(matter=entry.inquiry.matter, name="公孙若兰")
    type(entry.inquiry).objects.filter(pk=entry.pk).update(text="本人公孙若兰，若兰想问公租房。")
    entry = Entry.objects.get(pk=entry.pk)
    asked = "公孙女士的低保是否有效"
    actions.request_contribution(entry, by=people["clerk"], body=civil, asked=asked, kept_because=kept)
    assert Contribution.objects.get().asked == (asked if kept else "某某的低保是否有效")
    shown = panels.make_inquiry_panel(Entry.objects.get(pk=entry.pk), clerk)
    assert shown["text"] == "本人某某，某某想问公租房。"
    form = get_form(ACTIONS_BY_NAME["inquiry.ask_joint"])
    first = form({"body": civil.pk, "asked": asked}, entry=entry, by=people["clerk"])
    assert not first.is_valid()
    assert "<mark>某某</mark>的低保" in str(first.said)
    seen = first["seen_hidden"].value()
    again = form({"body": civil.pk, "asked": asked, "seen_hidden": seen}, entry=entry, by=people["clerk"])
    assert again.is_valid()
    changed = form({"body": civil.pk, "asked": f"{asked}。", "seen_hidden": seen}, entry=entry, by=people["clerk"])
    assert not changed.is_valid()


def test_known_answer_closes_inquiry_after_objections_are_checked(city, housing, people) -> None:
    asked, entry = assigned(city, housing, people), assigned(city, housing, people)
    assert "还没有在用的问答" in actions.answer_with_known_answer.why_not(asked, by=people["clerk"])[0]
    known = released_answer(housing, question=entry.inquiry.subject.reveal())
    asked = actions.answer_with_known_answer(asked, by=people["clerk"], known=known)
    assert (asked.state, asked.inquiry.answer, asked.inquiry.known) == ("answered", known.answer, known)
    KnownAnswer.objects.filter(pk=known.pk).update(valid_until=date(2020, 1, 1))
    known.refresh_from_db()
    form = get_form(ACTIONS_BY_NAME["inquiry.answer_at_once"])(entry=entry, by=people["clerk"])
    assert "请先核实" in form.fields["checked"].help_text
    with pytest.raises(Refused, match="写明核实情况"):
        actions.answer_with_known_answer(entry, by=people["clerk"], known=known)
    actions.answer_with_known_answer(entry, by=people["clerk"], known=known, checked="已核对现行办法，标准未变")
    assert "核实情况：已核对现行办法" in Movement.objects.filter(stream=entry.stream).last().kept_words.text


def test_answer_is_rated_once_and_unit_is_notified_of_bad_rating(city, housing, people) -> None:
    entry = actions.answer_with_known_answer(
        assigned(city, housing, people), by=people["clerk"], known=released_answer(housing)
    )
    entry = actions.rate_inquiry_answer(entry, by=ANONYMOUS, satisfaction="unsatisfied", rating="答非所问")
    assert Message.objects.filter(person=people["lead"].person_id, subject__contains="不满意").exists()
    # The words of the rating are stored only where they can be erased.
    assert not Message.objects.filter(body__contains="答非所问").exists()
    assert not any("答非所问" in one.kept_words.text for one in read_stream(entry.stream))
    type(entry.inquiry).objects.update(answer="请王小明持收据到学校，电话13800138000。")
    public.erase_inquiry(entry.pk)
    entry.inquiry.refresh_from_db()
    assert (entry.inquiry.rating.reveal(), "13800138000" in entry.inquiry.answer) == (ERASED_TEXT_PLACEHOLDER, False)
    with pytest.raises(Refused, match="已经评价过"):
        actions.rate_inquiry_answer(entry, by=ANONYMOUS, satisfaction="satisfied")


def test_erasure_masks_asker_in_texts_of_units(city, housing, people) -> None:
    one = assigned(city, housing, people, category="suggestion").inquiry
    asker = SenderParticulars(name="欧阳云", address="东风里")
    party = register_party(None, by=SYSTEM, matter=one.matter, particulars=asker)
    told = "欧阳云住东风里。"
    type(one).objects.update(answer=told, declined=told)
    Contribution.objects.create(inquiry=one, body=city, asked=told, text=told)
    Outcome.objects.create(inquiry=one, decision="adopted", words=told, by="李四", at=timezone.now())
    Party.objects.update(erase_on=timezone.localdate())
    erase_party(Party.objects.get(pk=party.pk), by=SYSTEM)
    one.refresh_from_db()
    texts = [one.answer, one.declined, one.outcome.words]
    texts += Contribution.objects.values_list("asked", "text").get()
    assert not [text for text in texts if "欧阳" in text or "东风里" in text]


def test_reopening_restarts_deadline_and_keeps_first_answer_in_log(city, housing, people) -> None:
    entry = assigned(city, housing, people, received_on=date(2026, 10, 12))
    asker = SenderParticulars(name="赵六", phone="13900001111")
    register_party(None, by=SYSTEM, matter=entry.inquiry.matter, particulars=asker)
    entry = actions.draft_answer(entry, by=people["clerk"], answer="请咨询街道。")
    entry = actions.approve_draft_answer(entry, by=people["lead"])
    assert Party.objects.get().erase_on
    told = public.get_inquiry_progress(entry.pk)
    assert told.received_at.date() == date(2026, 10, 12)
    assert "已逾期" in told.stages[-1].detail
    assert [one.done or bool(one.at) for one in told.stages] == [True] * 4
    entry = actions.reopen_inquiry(entry, by=people["chief"], reason="没有回答所问")
    assert entry.state == "assigned"
    assert entry.due_at > timezone.now()
    *_, last = read_stream(entry.stream)
    assert last.facts["answer"] == "请咨询街道。"
    assert Party.objects.get().erase_on is None


def test_answer_of_other_unit_does_not_decide_on_inquiry(city, housing, people) -> None:
    entry = actions.draft_answer(assigned(city, housing, people), by=people["clerk"], answer="可以申请。")
    actions.approve_draft_answer(entry, by=people["lead"])
    one = list_unsorted_inquiries(housing).get()
    facts = {"question": "公租房怎样申请", "answer": "向街道申请。", "source": one}
    civil = BodyFactory(name="云岭市民政局", parent=city)
    actions.write_answer(civil, by=actor(Role.CLERK, civil), **facts)
    assert list_unsorted_inquiries(housing).exists()
    actions.write_answer(housing, by=people["clerk"], **facts)
    assert not list_unsorted_inquiries(housing).exists()


def test_reopened_inquiry_is_no_longer_answered_from_base(city, housing, people) -> None:
    known = released_answer(housing)
    entry = actions.answer_with_known_answer(assigned(city, housing, people), by=people["clerk"], known=known)
    assert not list_unsorted_inquiries(housing).exists()
    entry = actions.reopen_inquiry(entry, by=people["chief"], reason="所问不同")
    entry = actions.draft_answer(entry, by=people["clerk"], answer="外来务工人员向用人单位所在街道申请。")
    actions.approve_draft_answer(entry, by=people["lead"])
    assert list_unsorted_inquiries(housing).get().known is None


def test_extension_depends_on_channel_with_reason_for_refusal(city, housing, people) -> None:
    letter = assigned(city, housing, people, channel="form", category="help")
    before = letter.due_at
    assert actions.extend_inquiry(letter, by=people["lead"], reason="涉及多个部门").due_at > before
    # Reasons known in advance are shown: no extension for the channel, already extended, overdue.
    late = assigned(city, housing, people, channel="form", category="help")
    with time_machine.travel(late.due_at + timedelta(days=1), tick=False):
        assert "已超过届满之日" in str(actions.extend_inquiry.why_not(late, by=people["lead"]))
    assert "累计不得超过" in str(actions.extend_inquiry.why_not(letter, by=people["lead"]))
    with pytest.raises(Refused, match="政策咨询不能"):
        actions.extend_inquiry(assigned(city, housing, people), by=people["lead"], reason="涉及多个部门")


def test_inquiry_is_classified_and_callback_is_recorded(city, housing, people) -> None:
    entry = actions.classify_inquiry(
        assigned(city, housing, people), by=people["clerk"], category="complaint", complex=True
    )
    assert (entry.inquiry.category, entry.inquiry.complex) == ("complaint", True)
    entry = actions.answer_with_known_answer(entry, by=people["clerk"], known=released_answer(housing))
    entry = actions.record_follow_up_call(entry, by=people["clerk"], words="已解决", satisfaction="satisfied")
    heard = entry.inquiry.called_back.reveal()
    assert (people["clerk"].name in heard, "表示满意" in heard, entry.inquiry.satisfaction) == (True, True, "")
    entry = actions.rate_inquiry_answer(entry, by=ANONYMOUS, satisfaction="unsatisfied", rating="答非所问")
    entry = actions.record_follow_up_call(entry, by=people["clerk"], words="现已满意", satisfaction="satisfied")
    entry.inquiry.refresh_from_db()
    assert (entry.inquiry.satisfaction, entry.inquiry.rating.reveal()) == ("unsatisfied", "答非所问")
    entry = actions.reopen_inquiry(entry, by=people["lead"], reason="核实后补充答复")
    entry.inquiry.refresh_from_db()
    heard = entry.inquiry.called_back.reveal()
    assert [said in heard for said in ("已解决", "现已满意", "不满意，答非所问")] == [True] * 3
    assert entry.inquiry.satisfaction == ""
