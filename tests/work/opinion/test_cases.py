"""A case from collection to evaluation: deadlines in hours, permissions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from factories.opinion import PROOF, answer_case, case, evaluate_case, hours_ago, judged_case, reload_entry
from factories.requests import confirm_past_record
from factories.units import BodyFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry, Lapse
from gongkai.core.ledger.past_records import record_past
from gongkai.core.ledger.queries import visible_to
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Person, Role
from gongkai.oversight.assessment.queries.registers import list_failures
from gongkai.ui.office.offered_actions import find_next_own_offer
from gongkai.work.opinion import actions
from gongkai.work.opinion.facts import CaseFacts
from gongkai.work.opinion.models import OpinionCase, OpinionDuty, WatchField
from gongkai.work.opinion.published_texts import find_watched_field, propose_responder
from gongkai.work.opinion.queries.cases import count_accountability_talks, count_cases_by_unit

pytestmark = pytest.mark.django_db
JUDGEMENT = {"kind": "interest", "level": "general", "words": "反映属实，由住建局回应。"}
GRAVE = {"kind": "emergency", "level": "major", "words": "重大突发事件，立即发布。"}


def test_deadline_is_48_hours_after_discovery(housing: Body) -> None:
    found = hours_ago(3)
    entry = case(housing, found_at=found).entry
    assert entry.due_at == found + timedelta(hours=48)
    assert entry.light == "green"
    assert "48小时" in compute_deadline(entry).steps[0].text
    for role, sees in ((Role.LEAD, True), (Role.ADMINISTRATOR, False), (Role.SECURITY, False)):
        assert visible_to(actor(role, housing)).filter(pk=entry.pk).exists() is sees, role
    with pytest.raises(Refused, match="标题、舆情内容和来源平台"):
        actions.register_case(housing, by=SYSTEM, facts=CaseFacts(title=" ", text="漏水", platform="论坛", address=""))
    assert case(housing, found_at=hours_ago(40)).entry.light == "yellow"
    assert case(housing, found_at=hours_ago(49)).entry.light == "red"


def test_grave_emergency_has_five_hours_and_press_conference_in_24(housing: Body) -> None:
    happened = hours_ago(2)
    entry = judged_case(housing, found_at=hours_ago(1))
    entry = actions.judge_case(entry, by=actor(Role.LEAD, housing), occurred_at=happened, **GRAVE)
    assert entry.due_at == happened + timedelta(hours=5)
    press = OpinionDuty.objects.get(case=entry.pk).entry
    assert press.due_at == happened + timedelta(hours=24)
    earlier = happened - timedelta(hours=1)  # it is learnt later that it happened before
    entry = actions.judge_case(reload_entry(entry), by=actor(Role.LEAD, housing), occurred_at=earlier, **GRAVE)
    press.refresh_from_db()
    assert (entry.due_at, press.due_at) == (earlier + timedelta(hours=5), earlier + timedelta(hours=24))
    with pytest.raises(Refused, match="系统自动"):
        actions.duties.restart_press_deadline(press, by=actor(Role.LEAD, housing), at=happened)
    with pytest.raises(Refused, match="系统自动"):
        actions.duties.close_met_duty(press, by=actor(Role.LEAD, housing), at=happened, words="已举行")
    answer_case(entry, means="conference")
    press.refresh_from_db()
    assert (press.state, press.light) == ("done", "grey")


def test_only_the_office_lowers_the_level_of_a_case(housing: Body) -> None:
    made = case(housing, kind="emergency", level="extreme", occurred_at=hours_ago(2))
    assert made.entry.due_at == made.occurred_at + timedelta(hours=5)
    actions.consult_units(reload_entry(made), by=actor(Role.CLERK, housing), held="现场已处置。")
    milder = {"kind": "emergency", "level": "general", "words": "没有伤亡"}
    with pytest.raises(Refused, match="由政务公开办研判"):
        actions.judge_case(reload_entry(made), by=actor(Role.LEAD, housing), **milder)
    entry = actions.judge_case(reload_entry(made), by=actor(Role.CHIEF, housing.parent), **milder)
    assert entry.due_at == made.found_at + timedelta(hours=48)
    assert OpinionDuty.objects.get(case=entry.pk).entry.state == "excused"
    actions.judge_case(reload_entry(made), by=actor(Role.LEAD, housing), **GRAVE)
    assert list(OpinionDuty.objects.filter(case=made.pk).values_list("entry__state", flat=True)) == ["excused", "owed"]
    chief = actor(Role.CHIEF, housing.parent)
    entry = actions.judge_case(reload_entry(made), by=chief, needed=False, **GRAVE)
    assert not OpinionDuty.objects.filter(case=made.pk, entry__closed_at=None).exists()
    entry = actions.reopen_dismissed_case(entry, by=chief, reason="出现新的伤亡")
    assert (entry.state, entry.outcome, entry.due_at) == ("judged", "", made.occurred_at + timedelta(hours=5))
    assert OpinionDuty.objects.get(case=made.pk, entry__closed_at=None).sort == "press"


def test_grave_emergency_is_judged_at_once_and_others_after_consultation(housing: Body) -> None:
    lead = actor(Role.LEAD, housing)
    with pytest.raises(Refused, match="先组织会商"):
        actions.judge_case(case(housing).entry, by=lead, **JUDGEMENT)
    with pytest.raises(Refused, match="事件发生时间"):
        actions.judge_case(case(housing).entry, by=lead, **GRAVE)
    entry = actions.judge_case(case(housing, found_at=hours_ago(2)).entry, by=lead, occurred_at=hours_ago(3), **GRAVE)
    entry = answer_case(entry)
    with pytest.raises(Refused, match="还没有会商"):
        evaluate_case(entry)
    actions.consult_further_units(reload_entry(entry), by=lead, held="事后与应急局会商。")
    assert evaluate_case(entry).state == "evaluated"


def test_answered_case_awaits_evaluation_and_closes_at_answer_time(housing: Body) -> None:
    entry = answer_case(judged_case(housing, found_at=hours_ago(30)), at=hours_ago(10))
    assert (entry.state, entry.light, entry.closed_at) == ("responded", "blue", None)
    with pytest.raises(Refused, match="效果评估"):
        actions.evaluate_response(entry, by=actor(Role.LEAD, housing), effect="settled", evaluation="", lessons="")
    entry = evaluate_case(entry)
    assert entry.light == "grey"
    assert entry.closed_at == entry.opinion_case.responded_at
    assert compute_deadline(entry).irregular == ()


def test_response_recorded_late_needs_reason(housing: Body) -> None:
    actor(Role.CHIEF, housing.parent)
    late = judged_case(housing, found_at=hours_ago(60))
    said = {"means": "briefing", "channel": "发布厅", "speaker": "周明", "text": "维修过半。", "url": PROOF}
    with pytest.raises(Refused, match="补登原因"):
        actions.record_response(late, by=SYSTEM, at=hours_ago(20), **said)
    said |= {"at": hours_ago(20), "why_late": "值班人员当天没有登记"}
    by = actor(Role.LEAD, housing)
    with pytest.raises(Refused, match="由另一人核对后生效"):
        actions.record_response(reload_entry(late), by=by, **said)
    paper = NamedStoredFile("发布会通稿.txt", store(b"press release", "发布会通稿.txt"))
    record = record_past(
        late, by=by, name="opinion.record_response", facts=said, lines=[], paper=paper, number="通稿第3号"
    )
    assert reload_entry(late).light == "red"
    with pytest.raises(Refused, match="须由另一人核对"):
        confirm_past_record(record, by)
    confirm_past_record(record, actor(Role.CLERK, housing))
    entry = reload_entry(late)
    assert entry.light == "blue"
    assert any("补登" in one.kept_words.text for one in read_stream(entry.stream))
    assert Message.objects.filter(subject__startswith="请核实补登的回应").exists()


def test_further_response_does_not_move_deadline(housing: Body) -> None:
    entry = answer_case(judged_case(housing, found_at=hours_ago(30)), at=hours_ago(20))
    first = entry.opinion_case.responded_at
    said = {"means": "briefing", "channel": "发布厅", "speaker": "周明", "text": "维修过半。", "url": PROOF}
    actions.record_further_response(entry, by=actor(Role.LEAD, housing), at=hours_ago(1), **said)
    again = reload_entry(entry)
    actions.draft_further_response(
        again, by=actor(Role.CLERK, housing), title="进一步说明", text="维修已经全部完成并验收。"
    )
    assert (again.state, again.light, again.opinion_case.responded_at) == ("responded", "blue", first)
    assert again.opinion_case.responses.count() == 3
    with pytest.raises(Refused, match="不能“登记已作出的回应”"):
        actions.record_response(
            reload_entry(again),
            by=actor(Role.LEAD, housing),
            at=hours_ago(1),
            means="other",
            channel="a",
            speaker="b",
            text="c",
        )


def test_insufficient_response_lets_deadline_continue(housing: Body) -> None:
    entry = answer_case(judged_case(housing, found_at=hours_ago(20)), at=hours_ago(10))
    due = entry.due_at
    entry = actions.require_further_response(entry, by=actor(Role.LEAD, housing), reason="没有说明赔偿")
    assert (entry.state, entry.light, entry.due_at) == ("judged", "green", due)
    entry = evaluate_case(answer_case(entry))
    assert (entry.light, compute_deadline(entry).irregular) == ("grey", ())


def test_only_the_office_decides_that_no_response_is_needed(housing: Body) -> None:
    made = case(housing)
    actions.consult_units(made.entry, by=actor(Role.CLERK, housing), held="系旧闻重发。")
    with pytest.raises(Refused, match="由政务公开办研判"):
        actions.judge_case(reload_entry(made), by=actor(Role.LEAD, housing), needed=False, **JUDGEMENT)
    entry = actions.judge_case(reload_entry(made), by=actor(Role.CHIEF, housing.parent), needed=False, **JUDGEMENT)
    assert (entry.state, entry.outcome, entry.light) == ("dismissed", "dismissed", "grey")


def test_response_is_recorded_with_evidence(housing: Body) -> None:
    entry = judged_case(housing)
    for facts, why in (
        ({"at": timezone.now() + timedelta(hours=1)}, "不能晚于现在"),
        ({"at": timezone.now() - timedelta(days=9)}, "不能早于"),
        ({"means": "website"}, "起草后送审"),
        ({"url": ""}, "佐证"),
        ({"url": "云岭日报"}, "http"),
        ({"speaker": " "}, "回应人"),
    ):
        with pytest.raises(Refused, match=why):
            answer_case(reload_entry(entry), **facts)
        assert reload_entry(entry).state == "judged"


def test_consulted_units_give_their_opinion(housing: Body) -> None:
    civil = BodyFactory(name="云岭市民政局", parent=housing.parent)
    asked = actor(Role.CLERK, civil)
    entry = case(housing).entry
    offer = find_next_own_offer(entry, actor(Role.CHIEF, housing.parent))
    assert offer is None or offer.action.name == "opinion.consult", "a case not consulted cannot be judged yet"
    actions.consult_units(entry, by=actor(Role.CLERK, housing), bodies=[civil], asked="低保家庭安置")
    assert entry.opinion_case.consulted_at is None
    with pytest.raises(Refused, match="参加会商的单位"):
        actions.submit_consulted_opinion(
            reload_entry(entry), by=actor(Role.CLERK, BodyFactory(parent=housing.parent)), text="没有意见"
        )
    actions.submit_consulted_opinion(reload_entry(entry), by=asked, text="可以安排临时住所。")
    assert reload_entry(entry).opinion_case.consulted_at is not None
    assert Message.objects.filter(person=asked.person_id, subject__startswith="请会商").exists()
    # A meeting is recorded, then a second one; opinions of units do not replace its words.
    own = actor(Role.CLERK, housing)
    for held in ("第一次会商。", "第二次会商。"):
        actions.consult_further_units(reload_entry(entry), by=own, held=held)
    assert reload_entry(entry).opinion_case.consulted.get(body=housing).text == "第一次会商。\n第二次会商。"
    told = Message.objects.filter(person=own.person_id, subject__startswith="组织会商")
    assert not told.exists()
    actions.consult_further_units(reload_entry(entry), by=actor(Role.CHIEF, housing.parent), held="第三次会商。")
    assert told.exists(), "its unit hears what the 政务公开办 does in its case"
    with pytest.raises(Refused, match="参加会商的单位"):
        actions.submit_consulted_opinion(reload_entry(entry), by=own, text="改写会商情况")


def test_spokesperson_of_government_responds_for_its_units(housing: Body) -> None:
    entry = judged_case(housing)
    speaker = actor(Role.CLERK, BodyFactory(name="云岭市人民政府新闻办公室", parent=housing.parent))
    said = {"means": "briefing", "channel": "发布厅", "speaker": "周", "text": "说明情况。", "url": PROOF}
    with pytest.raises(Refused, match="新闻发言人"):
        actions.record_response(entry, by=speaker, at=timezone.now(), **said)
    person = Person.objects.get(pk=speaker.person_id)
    actions.appoint_spokesperson(
        housing.parent, by=actor(Role.CHIEF, housing.parent), person=person, title="主任", phone="0999-1234567"
    )
    actions.record_response(entry, by=speaker, at=timezone.now(), **said)
    assert reload_entry(entry).state == "responded"


def test_responder_is_proposed_by_area_and_field(housing: Body) -> None:
    county = BodyFactory(name="青溪县人民政府", kind="district", parent=housing.parent)
    local = BodyFactory(name="青溪县住房和城乡建设局", parent=county)
    other = BodyFactory(name="白水县人民政府", kind="district", parent=housing.parent)
    field = WatchField.objects.get(name="房地产金融")
    field.bodies.set([housing])
    assert propose_responder(field, [county])[0] == local
    for name in ("市场监督管理局", "城市管理局"):
        market = BodyFactory(name=f"云岭市青溪县{name}", parent=county)
        food = WatchField.objects.create(name=name)
        food.bodies.set([BodyFactory(name=f"云岭市{name}", parent=housing.parent)])
        assert propose_responder(food, [county])[0] == market
    assert propose_responder(field, [county, other])[0] == housing
    assert propose_responder(field, [other])[0] == other
    assert propose_responder(None, []) == (None, "")
    assert find_watched_field("某楼盘逾期交房，业主集资") == field
    assert find_watched_field("天气不错") is None
    with pytest.raises(Refused, match="写明理由"):
        case(housing.parent, field=field, areas=[county], body=housing)
    made = case(housing.parent, field=field, areas=[county])
    assert made.entry.body == local
    with pytest.raises(Refused, match="理由"):
        actions.assign_case(made.entry, by=actor(Role.CHIEF, housing.parent), body=housing, reason=" ")


def test_unit_assigned_a_late_case_has_no_lapse(housing: Body) -> None:
    """The lapse stays with the unit that missed the deadline, however often the case is reassigned."""
    entry, chief = judged_case(housing, found_at=hours_ago(60)), actor(Role.CHIEF, housing.parent)
    assert list_failures(chief) == [], "it was late when it was entered"
    Entry.objects.filter(pk=entry.pk).update(opened_at=hours_ago(60))
    assert [(one.body, one.name) for one in list_failures(chief)] == [(housing, "热点问题不回应")]
    for body in (BodyFactory(parent=housing.parent), BodyFactory(parent=housing.parent)):
        entry = actions.assign_case(reload_entry(entry), by=chief, body=body, reason="由该单位负责")
        assert list_failures(chief) == []
    assert [lapse.entry.body for lapse in Lapse.objects.filter(of=entry)] == [housing]


def test_late_record_of_press_conference_needs_document_and_second_person(housing: Body) -> None:
    lead = actor(Role.LEAD, housing)
    entry = actions.judge_case(
        judged_case(housing, found_at=hours_ago(30)), by=lead, occurred_at=hours_ago(31), **GRAVE
    )
    press = OpinionDuty.objects.get(case=entry.pk).entry
    assert press.due_at < timezone.now()
    held = {"at": hours_ago(10), "text": "发布会已如期举行。", "url": PROOF}
    with pytest.raises(Refused, match="由另一人核对后生效"):
        actions.duties.report_duty(press, by=lead, **held)
    said = {"means": "conference", "channel": "发布厅", "speaker": "周明", "text": "救援情况。", "url": PROOF}
    with pytest.raises(Refused, match="由另一人核对后生效"):
        actions.record_response(reload_entry(entry), by=lead, at=hours_ago(10), **said)
    honest = actions.duties.report_duty(press, by=lead, **(held | {"at": hours_ago(1)}))
    assert honest.light != "blue"


def test_measures_and_talks_are_listed_with_the_case(housing: Body) -> None:
    entry = judged_case(housing)
    chief = actor(Role.CHIEF, housing.parent)
    until = timezone.localdate() + timedelta(days=7)
    actions.order_measure(entry, by=chief, body=housing, what="七日内完成维修", until=until)
    owed = OpinionDuty.objects.get(case=entry.pk, sort="measure").entry
    assert timezone.localdate(owed.due_at) == until
    with pytest.raises(Refused, match="佐证"):
        actions.duties.report_duty(owed, by=actor(Role.CLERK, housing), text="已经全部维修。")
    assert actions.duties.report_duty(owed, by=chief, text="已经全部维修。", url=PROOF).light == "grey"
    actions.record_accountability_talk(
        reload_entry(entry), by=chief, body=housing, sort="talk", on=timezone.localdate(), words="回应不及时"
    )
    assert count_accountability_talks([housing.pk], timezone.localdate().year) == {housing.pk: 1}


def test_answer_before_discovery_counts_as_no_waiting(housing: Body) -> None:
    lead, grave = actor(Role.LEAD, housing), case(housing, found_at=hours_ago(1)).entry
    answer_case(actions.judge_case(grave, by=lead, occurred_at=hours_ago(4), **GRAVE), at=hours_ago(3))
    answer_case(judged_case(housing, title="又有小区漏水", found_at=hours_ago(4)), at=hours_ago(2))
    (figures,) = count_cases_by_unit(OpinionCase.objects.all(), timezone.localdate().year)
    assert figures.hours == pytest.approx(1, abs=0.01)


def test_cases_are_linked_by_number_and_url(housing: Body) -> None:
    one, two = case(housing).entry, case(housing, title="又有小区漏水").entry
    clerk = actor(Role.CLERK, housing)
    actions.link_case(one, by=clerk, address=f"http://testserver{two.url}", words="同一企业")
    with pytest.raises(Refused, match="已经关联"):
        actions.link_case(reload_entry(one), by=clerk, address=two.number)
    with pytest.raises(Refused, match="没有找到"):
        actions.link_case(reload_entry(one), by=clerk, address="https://www.example.com/x.html")
    hidden = case(BodyFactory(parent=housing.parent), title="别的单位的舆情").entry
    with pytest.raises(Refused, match="没有找到"):
        actions.link_case(reload_entry(one), by=clerk, address=hidden.number)
    assert Entry.objects.filter(opinion_case__links__entry=two).get() == one
