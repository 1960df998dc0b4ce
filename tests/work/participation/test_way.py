"""A major decision from the catalogue to its result, through reviews, and the public pages at each step."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from factories.checks import scanned
from factories.participation import DRAFT, announce, catalogue, decision, entry_of, open_consultation, travel_to_noon
from factories.publishing import publish_unsigned, reviewed, sign_all, with_sheet
from factories.requests import confirm_past_record
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.content.editions.actions import place, withdraw
from gongkai.content.editions.erasure import ERASED_TEXT
from gongkai.content.editions.models import Column, Edition
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing.actions import submit
from gongkai.content.reviewing.actions.reviews import find_submission_blockers
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.files.store import store_upload as keep
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.models import Party
from gongkai.core.ledger.actions import add_evidence
from gongkai.core.ledger.models import Entry, PastRecord
from gongkai.core.ledger.past_records import PastProof, confirm_past, record_past
from gongkai.core.units.actors import SYSTEM, get_actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.ui.portal.tree import reload_next_time
from gongkai.work.participation import actions
from gongkai.work.participation.announcement_barriers import find_submission_gaps, list_omitted_steps
from gongkai.work.participation.decision_steps import get_next_task, list_announcement_statuses, list_decision_steps
from gongkai.work.participation.models import Announcement, Catalogue, CatalogueChange, Consultation, Decision
from gongkai.work.participation.public_timeline import (
    find_decision_of_source,
    list_open_consultations,
    load_public_timeline,
    load_public_year,
)
from gongkai.work.participation.publication_followers import apply_scheduled_texts, open_feedback_entries

pytestmark = pytest.mark.django_db
PACK = ["draft", "legality"]


def read(client: Client, path: str) -> str:
    reload_next_time()
    return client.get(path).content.decode()


def test_catalogue_is_published_and_changes_need_reasons(housing: Body, plans: Column, client: Client) -> None:
    made = decision(housing, basis="云岭市国民经济和社会发展规划")
    found = Catalogue.objects.get()
    assert client.get(f"/decisions/{made.pk}/").status_code == 404
    with pytest.raises(Refused, match="同级党委同意"):
        announce(found, "catalogue", plans)
    actions.record_committee_consent(found, by=SYSTEM, consent="市委常委会第12次会议")
    announce(found, "catalogue", plans)
    signed = [str(part["name"]) for part in Review.objects.latest("pk").parts]
    assert "登记的同级党委同意：市委常委会第12次会议" in signed, "one person entered it, all signers approve it"
    found.refresh_from_db()
    with pytest.raises(Refused, match="不再改写"):
        actions.record_committee_consent(found, by=SYSTEM, consent="市委常委会第13次会议")
    page = read(client, "/decisions/")
    assert "云岭市老旧小区改造办法" in page
    assert "已列入目录" in page
    clerk = actor(Role.CLERK, housing)
    planned = made.planned_on + timedelta(days=30)
    with pytest.raises(Refused, match="须写明理由"):
        actions.alter_decision(entry_of(made), by=clerk, planned_on=planned)
    entry = actions.alter_decision(entry_of(made), by=clerk, reason="调研需要延长", planned_on=planned)
    assert timezone.localdate(entry.due_at) == planned
    assert CatalogueChange.objects.get().what == "altered"
    late = actions.add_decision_to_catalogue(
        found, by=SYSTEM, title="公园开放办法", body=housing, planned_on=made.planned_on, reason="市民建议较多"
    )
    with pytest.raises(Refused, match="已在目录中"):
        actions.alter_decision(entry_of(late), by=clerk, title=entry.title, reason="更名")
    assert "公园开放办法" not in read(client, "/decisions/")
    announce(found, "catalogue", plans)
    assert "公园开放办法" in read(client, "/decisions/")
    assert "市民建议较多" in Edition.objects.order_by("-pk")[0].content.html
    entry = actions.remove_decision(late.entry, by=clerk, reason="并入其他事项")
    assert (entry.state, entry.light) == ("removed", "grey")
    assert found.announcements.count() == 1


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"explanation": ""}, "起草说明"),
        ({"draft": ""}, "草案全文"),
        ({"ways": ""}, "提交意见的方式"),
        ({"days": 29}, "少于30日"),
        ({"days": 29, "short": "防汛期将至"}, ""),
        ({"days": 0}, "须晚于公布之日"),
    ],
)
def test_draft_violating_rules_is_blocked(housing: Body, plans: Column, terms: dict, said: str) -> None:
    given = {"days": 30, **terms}
    ends = timezone.localdate() + timedelta(days=given.pop("days"))
    made = actions.start_announcement(decision(housing), by=SYSTEM, what="draft")
    clerk = actor(Role.CLERK, housing)
    actions.write_announcement(made, by=clerk, terms={**DRAFT, "ends_on": ends.isoformat(), **given})
    reasons = "".join(find_submission_blockers(made, by=clerk))
    assert said in reasons
    assert ("少于" in reasons) == ("少于" in said)
    if given.get("short"):
        assert "防汛期将至" in made.latest.html


def test_long_review_shortens_comment_period(housing: Body, plans: Column) -> None:
    """The period counts from the day of publication, not of writing."""
    made = actions.start_announcement(decision(housing), by=SYSTEM, what="draft")
    clerk = actor(Role.CLERK, housing)
    ends = timezone.localdate() + timedelta(days=31)
    actions.write_announcement(made, by=clerk, terms={**DRAFT, "ends_on": ends.isoformat()})
    place(ensure_document(made), by=clerk, columns=[plans])
    review = with_sheet(submit(made, by=clerk))
    assert "正在审签" in actions.write_announcement.why_not(made, by=clerk)[0]
    with travel_to_noon(timezone.localdate() + timedelta(days=5)), pytest.raises(Refused, match="只有26日"):
        sign_all(review)


def test_decision_from_draft_to_result(housing: Body, plans: Column, client: Client) -> None:
    period = open_consultation(housing, plans)
    made = period.decision
    head = actor(Role.LEAD, housing)
    assert entry_of(made).state == "consulting"
    assert [one.pk for one in list_open_consultations()] == [period.pk]
    page = read(client, f"/decisions/{made.pk}/")
    assert f"/forms/comment/?draft={period.pk}" in page
    assert "还有31天" in page
    there = ensure_document(period.announcement).addresses.get(current=True).path
    draft_link = f'href="{there}"'
    assert draft_link in page.partition("决策过程")[0], "before the process"
    assert draft_link in read(client, f"/forms/comment/?draft={period.pk}")
    assert f"/forms/comment/?draft={period.pk}" in read(client, there), "whoever reads the draft finds the form"
    assert f'href="/decisions/{made.pk}/"' in read(client, there)
    county = BodyFactory(kind=BodyKind.DISTRICT, parent=housing.parent)
    assert find_decision_of_source(period.announcement.stream, county) == (None, period)  # a county has no page of it
    with pytest.raises(Refused, match="还没有届满"):
        announce(made, "adoption", plans, about=period.announcement, intro="")
    assert "还没有届满" in "".join(actions.submit_draft_decision.why_not(entry_of(made), by=head))
    actions.register_comment(period, by=actor(Role.CLERK, housing), text="建议写明资金来源。", channel="phone")
    with travel_to_noon(period.ends_on + timedelta(days=1)):
        owed = _assert_period_is_over(period, client)
        with pytest.raises(Refused, match="没有归纳"):
            announce(made, "adoption", plans, about=period.announcement, intro="")
        point = actions.add_point(period, by=SYSTEM, gist="写明资金来源")
        actions.assign_comments_to_point(period, by=SYSTEM, comments=[period.comments.get().pk], point=point)
        actions.answer_point(point, by=SYSTEM, outcome="adopted", reason="已增加一条。")
    with travel_to_noon(period.ends_on + timedelta(days=40)):
        assert Entry.objects.get(pk=owed.pk).light == "red"
        announce(made, "adoption", plans, about=period.announcement, intro="现将采纳情况公布如下。")
        closed = Entry.objects.get(pk=owed.pk)
        assert (closed.state, closed.light) == ("done", "grey_red")
        assert entry_of(made).state == "answered"
        page = read(client, f"/decisions/{made.pk}/")
        assert "采纳</dt><dd>1</dd>" in page
        _assert_is_decided(made, housing, plans, client)
        moved = {one.action for one in read_stream(made.entry.stream)}
        assert moved >= {"decision.opened", "decision.answered", "decision.published", "decision.evaluated"}
        assert "participation.owe_answer" in moved
        assert [one.action for one in read_stream(owed.stream)][-1] == "decision_feedback.published"


def _assert_period_is_over(period: Consultation, client: Client) -> Entry:
    """Check that comments are closed and feedback is due the day after; return the feedback entry."""
    made = period.decision
    assert list_open_consultations() == []
    page = read(client, f"/decisions/{made.pk}/")
    assert "我要提意见" not in page
    assert "年度目录还没有公布" in page
    assert "结束，共收到意见1条" in page
    told = client.get(f"/api/v1/decisions/{made.pk}/").json()
    assert (told["comments"], told["open_until"]) == (1, "")
    assert "前公布" in page
    assert told["answer_due"] > told["consulted_to"]
    assert open_feedback_entries() == {"owed": 1}
    assert open_feedback_entries() == {"owed": 0}
    owed = Consultation.objects.get().feedback
    assert (owed.state, owed.light) == ("open", "green")
    return owed


def _record_and_check(made: Decision, name: str, **facts: object) -> None:
    """Record a document of another body as one person, and check it as another."""
    clerk, head = actor(Role.CLERK, made.entry.body), actor(Role.LEAD, made.entry.body)
    paper = keep(SimpleUploadedFile("意见书.pdf", scanned()))
    sent = {"name": name, "facts": facts, "lines": [], "paper": paper, "number": "云司审〔2026〕1号"}
    record_past(entry_of(made), by=head, **sent)
    record = PastRecord.objects.get(action=name)
    for by, said in ((head, "本人登记"), (clerk, "先打开凭证")):
        with pytest.raises(Refused, match=said):
            confirm_past(record, by=by)
    confirm_past_record(record, clerk)


def _assert_is_decided(made: Decision, housing: Body, plans: Column, client: Client) -> None:
    """Submit with all documents, decide, publish the result and the evaluation."""
    head = actor(Role.LEAD, housing)
    with pytest.raises(Refused, match="未经合法性审查不得提交讨论"):
        actions.submit_draft_decision(entry_of(made), by=head, pack=PACK)  # a tick is no review
    review = {"on": timezone.localdate(), "organ": "市司法局", "result": "mended"}
    with pytest.raises(Refused, match="另一人核对"):  # nobody enters alone what another body found
        actions.record_examination(entry_of(made), by=head, what="legality", **review)
    _record_and_check(made, "decision.examine", what="legality", **review)
    Decision.objects.update(ways=["comment", "hearing"])
    soon = f"{timezone.localdate() + timedelta(days=30)}T09:00:00"
    announce(made, "hearing", plans, form="meeting", held_at=soon, place="三楼会议室")
    announce(made, "hearing", plans, form="hearing", held_at=soon, place="三楼会议室")
    with pytest.raises(Refused, match="没有登记专家论证、风险评估、听证会"):
        actions.submit_draft_decision(entry_of(made), by=head, pack=PACK)  # it is announced, not held
    with travel_to_noon(timezone.localdate() + timedelta(days=31)):
        assert "听证会" not in list_omitted_steps(Decision.objects.get(pk=made.pk))
    actions.submit_draft_decision(
        entry_of(made), by=head, pack=PACK, words="不涉及专业技术问题，无不利影响，没有人申请听证"
    )
    with pytest.raises(Refused, match="还没有登记审议决定"):
        announce(made, "result", plans, text="<p>办法已经通过。</p>")
    _record_and_check(made, "decision.decide", on=timezone.localdate(), meeting="市政府第20次常务会议")
    announce(made, "result", plans, text="<p>《云岭市老旧小区改造办法》已经通过，自公布之日起施行。</p>")
    assert entry_of(made).state == "decided"
    became = reviewed(housing, [plans], title="云岭市老旧小区改造办法")
    actions.link_policy_document(entry_of(made), by=head, document=became)
    assert load_public_timeline(made.pk, plans.website_id).document.document_id == became.pk
    assert "已公布结果" in read(client, "/decisions/")
    actions.order_evaluation(entry_of(made), by=head, words="施行满一年，由市住建局组织")
    announce(made, "evaluation", plans, text="<p>评估认为总体可行。</p>")
    assert entry_of(made).state == "evaluated"


def test_withdrawn_draft_accepts_no_comments_and_does_not_count(housing: Body, plans: Column, client: Client) -> None:
    period = open_consultation(housing, plans)
    assert "没有公布过决策草案" not in "".join(find_submission_gaps(period.decision))
    withdraw(ensure_document(period.announcement), by=actor(Role.LEAD, housing), reason="草案有误")
    assert list_open_consultations() == []
    assert client.get(f"/decisions/{period.decision_id}/").status_code == 404
    clerk = signed_in(Role.CLERK, housing)
    assert "已经撤回，现在不收意见" in clerk.get(f"/admin/ledger/{period.decision_id}/").content.decode()
    with travel_to_noon(period.ends_on + timedelta(days=2)):
        assert "没有公布过决策草案" in "".join(find_submission_gaps(period.decision))


def test_published_end_moves_only_later(housing: Body, plans: Column) -> None:
    period = open_consultation(housing, plans)
    clerk = actor(Role.CLERK, housing)
    assert "撤回公开" in actions.drop_announcement.why_not(period.announcement, by=clerk)[0]
    for days, said in ((-1, "只能延后"), (10, "")):
        ends = (period.ends_on + timedelta(days=days)).isoformat()
        actions.write_announcement(period.announcement, by=clerk, terms={**DRAFT, "ends_on": ends})
        assert said in "".join(period.announcement.publication_blockers(None))
        assert bool(period.announcement.publication_blockers(None)) == bool(said)


def test_deputys_writing_excludes_both_from_signing(housing: Body) -> None:
    """The principal would sign a text written in their own appointment."""
    covered = AppointmentFactory(role=Role.CLERK, body=housing)
    cover = AppointmentFactory(role=Role.CLERK, body=housing, covers=covered).person
    made = actions.start_announcement(decision(housing), by=SYSTEM, what="draft")
    actions.write_announcement(
        made, by=get_actor(cover.user), terms={**DRAFT, "ends_on": str(timezone.localdate() + timedelta(days=40))}
    )
    assert {cover.pk, covered.person_id} <= made.writers(0, made.latest_revision_id or 0).people


def test_secret_matter_is_exempt_with_ground_and_without_draft(housing: Body) -> None:
    made, head = decision(housing), actor(Role.LEAD, housing)
    with pytest.raises(Refused, match="依据"):
        actions.exempt_from_comment(entry_of(made), by=head, reason="保密")
    actions.exempt_from_comment(entry_of(made), by=head, reason="保守国家秘密法第二十七条，涉及国家秘密")
    review = {"by": head, "what": "legality", "on": timezone.localdate(), "organ": "市司法局"}
    proof = PastProof("凭证1号，甲登记，乙核对", {"checked_by": 0})
    with pytest.raises(Refused, match="不能免除"):
        actions.record_examination(entry_of(made), **review, result="needless", words="时间紧")
    actions.record_examination(entry_of(made), **review, result="failed", words="超越权限", past_proof=proof)
    fair = {**review, "what": "competition", "result": "needless", "words": "不涉及经营者"}
    with pytest.raises(Refused, match="须上传凭证"):  # in another body's name
        actions.record_examination(entry_of(made), **{**fair, "organ": "市市场监督管理局"})
    actions.record_examination(entry_of(made), **{**fair, "result": "failed"}, past_proof=proof)
    with pytest.raises(Refused, match="须上传凭证"):  # in place of a confirmed finding
        actions.record_examination(entry_of(made), **{**fair, "organ": housing.name})
    actions.record_examination(entry_of(made), **{**fair, "organ": housing.name}, past_proof=proof)
    with pytest.raises(Refused, match="合法性审查没有通过"):
        actions.submit_draft_decision(entry_of(made), by=head, pack=PACK)
    actions.record_examination(entry_of(made), **review, result="passed", past_proof=proof)
    with pytest.raises(Refused, match="还没有附上合法性审查意见书"):
        actions.submit_draft_decision(entry_of(made), by=head, pack=PACK)
    add_evidence(entry_of(made), by=head, file=keep(SimpleUploadedFile("意见书.pdf", b"%PDF-1.4 x")))
    entry = actions.submit_draft_decision(entry_of(made), by=head, pack=["draft"], words="涉密，不组织论证和评估")
    assert (entry.state, entry.decision.submitted["pack"]) == ("submitted", PACK)
    Decision.objects.update(decided_on=timezone.localdate(), meeting="常务会议")
    entry = actions.return_for_changes(entry_of(made), by=head, reason="补充风险评估")
    assert (entry.state, entry.decision.decided_on) == ("exempt", None)
    draft = actions.start_announcement(made, by=head, what="draft")
    ends = str(timezone.localdate() + timedelta(days=40))
    actions.write_announcement(draft, by=head, terms={**DRAFT, "ends_on": ends})
    assert "依法不公开征求意见，不能公布" in draft.publication_blockers(None)[0]


@pytest.mark.parametrize(("end", "state"), [("cease", "ceased"), ("remove", "removed")])
def test_ended_decision_owes_no_feedback(housing: Body, plans: Column, end: str, state: str) -> None:
    period = open_consultation(housing, plans)
    head = actor(Role.LEAD, housing)
    comment = actions.register_comment(period, by=head, text="建议写明资金来源。", channel="phone")
    register_party(None, by=SYSTEM, matter=comment.matter, particulars=SenderParticulars(name="赵六"))
    with travel_to_noon(period.ends_on + timedelta(days=2)):
        open_feedback_entries()
        entry = ACTIONS_BY_NAME[f"decision.{end}"](entry_of(period.decision), by=head, reason="上位法已有规定")
        feedback = Consultation.objects.get().feedback
        assert [one.action for one in read_stream(feedback.stream)][-1] == "decision_feedback.ceased"
        assert (entry.state, feedback.state) == (state, "ceased")
        assert open_feedback_entries() == {"owed": 0}
        assert Party.objects.get().erase_on, "nobody will answer the comment"
        adoption = actions.start_announcement(period.decision, by=head, what="adoption", about=period.announcement)
        actions.write_announcement(adoption, by=head, terms={"intro": ""})
        assert "不能公布" in adoption.publication_blockers(None)[0]


def test_scheduled_draft_is_not_over_before_it_begins(housing: Body, plans: Column) -> None:
    made, clerk, today = decision(housing), actor(Role.CLERK, housing), timezone.localdate()
    draft = actions.start_announcement(made, by=SYSTEM, what="draft")
    ends = (today + timedelta(days=60)).isoformat()
    actions.write_announcement(draft, by=clerk, terms={**DRAFT, "ends_on": ends})
    place(ensure_document(draft), by=clerk, columns=[plans])
    draft.refresh_from_db()
    publish_unsigned(draft, visible_from=timezone.now() + timedelta(days=5))
    steps = list_decision_steps(Decision.objects.get())
    assert (steps[1].done, steps[3].current, steps[3].starts) == (False, False, "")
    assert f"公告定于{today + timedelta(days=5)}公布" in get_next_task(Decision.objects.get(), steps, clerk).words
    withdraw(ensure_document(draft), by=actor(Role.LEAD, housing), reason="推迟")
    assert not Consultation.objects.exists(), "nobody could comment, so nothing is owed"
    made = Decision.objects.get()
    assert "起草中" in get_next_task(made, list_decision_steps(made), clerk).words
    draft.refresh_from_db()
    publish_unsigned(draft, visible_from=timezone.now() + timedelta(days=9))
    assert Consultation.objects.get().starts_on == today + timedelta(days=9)


def test_scheduled_text_has_its_effect_when_it_becomes_public(housing: Body, plans: Column, client: Client) -> None:
    made, clerk, today = decision(housing), actor(Role.CLERK, housing), timezone.localdate()
    catalogue = Catalogue.objects.get()
    actions.record_committee_consent(catalogue, by=SYSTEM, consent="市委常委会第12次会议")
    announcement = announce(catalogue, "catalogue", plans, unsigned=True)
    actions.add_decision_to_catalogue(
        catalogue, by=SYSTEM, title="公园开放办法", body=housing, planned_on=made.planned_on, reason="市民建议较多"
    )
    writer, in_two_days = actor(Role.CLERK, announcement.unit), timezone.now() + timedelta(days=2)
    actions.write_announcement(announcement, by=writer, terms={})
    sign_all(with_sheet(submit(announcement, by=writer, visible_from=in_two_days)))
    result = actions.start_announcement(made, by=SYSTEM, what="result")
    Entry.objects.filter(pk=made.pk).update(state="submitted")
    Decision.objects.filter(pk=made.pk).update(decided_on=today, meeting="市政府第3次常务会议")
    actions.write_announcement(result, by=clerk, terms={"text": "<p>办法已经通过。</p>"})
    place(ensure_document(result), by=clerk, columns=[plans])
    sign_all(with_sheet(submit(result, by=clerk, visible_from=in_two_days)))
    assert "公园开放办法" not in read(client, "/decisions/")
    assert (apply_scheduled_texts(), entry_of(made).state) == ({"applied": 0}, "submitted")
    with travel_to_noon(today + timedelta(days=3)):
        assert (apply_scheduled_texts(), apply_scheduled_texts()) == ({"applied": 2}, {"applied": 0})
        assert "公园开放办法" in read(client, "/decisions/")
        assert entry_of(made).state == "decided"


def test_hearing_is_announced_in_time_and_corrected_later(housing: Body, plans: Column) -> None:
    made, clerk, today = decision(housing), actor(Role.CLERK, housing), timezone.localdate()
    terms = {"form": "hearing", "held_at": f"{today + timedelta(days=8)}T09:00:00", "place": "三楼会议室"}
    hearing = actions.start_announcement(made, by=SYSTEM, what="hearing")
    actions.write_announcement(hearing, by=clerk, terms=terms)
    assert not hearing.publication_blockers(None)
    place(ensure_document(hearing), by=clerk, columns=[plans])
    submit(hearing, by=clerk, visible_from=timezone.now() + timedelta(days=1))
    with travel_to_noon(today):
        assert not hearing.publication_blockers(None)
    Review.objects.update(visible_from=timezone.now() + timedelta(days=4))
    assert "请推迟召开日期" in hearing.publication_blockers(None)[0]
    Review.objects.all().delete()
    announced = announce(made, "hearing", plans, **terms)
    with travel_to_noon(today + timedelta(days=5)):
        actions.write_announcement(announced, by=clerk, terms={**terms, "place": "五楼会议室"})
        assert not announced.publication_blockers(None), "another room, the same day"
        actions.write_announcement(
            announced, by=clerk, terms={**terms, "held_at": f"{today + timedelta(days=7)}T09:00"}
        )
        assert "请推迟召开日期" in announced.publication_blockers(None)[0]
        withdraw(ensure_document(announced), by=actor(Role.LEAD, housing), reason="依法删除")
        announced.revisions.update(title=ERASED_TEXT, terms={})
        assert list_decision_steps(Decision.objects.get())


def test_permissions_of_decision_actions(housing: Body, plans: Column) -> None:
    made = decision(housing)
    other = actor(Role.CLERK, Body.objects.create(name="云岭市水务局", parent=housing.parent, kind="department"))
    clerk = actor(Role.CLERK, housing)
    assert actions.alter_decision.why_not(entry_of(made), by=other)
    assert not actions.alter_decision.why_not(entry_of(made), by=clerk)
    assert actions.exempt_from_comment.why_not(entry_of(made), by=clerk)
    assert actions.start_announcement.why_not(made, by=other)
    assert actions.open_catalogue.why_not(housing.parent, by=other)
    assert not actions.open_catalogue.why_not(housing.parent, by=actor(Role.CHIEF, housing.parent))
    assert catalogue(housing).body == housing


def test_pages_lead_from_step_to_step(housing: Body, plans: Column) -> None:
    made = decision(housing)
    clerk = signed_in(Role.CLERK, housing)
    page = clerk.get(f"/admin/ledger/{made.pk}/").content.decode()
    assert "起草征求意见公告" in page
    clerk.post(f"/admin/decisions/{made.pk}/announce/hearing/")
    unheld = Announcement.objects.get()
    for _ in range(2):  # whoever clicks twice goes on with the one that is there
        answer = clerk.post(f"/admin/decisions/{made.pk}/announce/draft/", follow=True)
    page = answer.content.decode()
    assert "起草说明" in page
    assert f"网上提交：{plans.website.name}“决策预公开”栏目" in page
    assert "年度目录还没有公布" in page, "what no published catalogue lists is warned of"
    assert page.count("（可不填）") == 4, "title, opening, reason of a short period, attachments"
    clerk.post(f"/admin/decisions/announcements/{unheld.pk}/", {"do": "drop"})
    announced = Announcement.objects.get(dropped=False)
    ends = (timezone.localdate() + timedelta(days=40)).isoformat()
    sent = {"draft": "第一条　为了改善居住条件。\n第二条　业主共同决定。", "explanation": "背景和依据。"}
    given = {**sent, "ends_on": ends, "ways": "网上提交", "short": "", "intro": "", "title": ""}
    url = f"/admin/decisions/announcements/{announced.pk}/"
    page = clerk.post(url, given, follow=True).content.decode()
    assert "业主共同决定" in page
    assert "请选择至少一个栏目" in page
    page = clerk.post(url, {**given, "version": "1", "ways": "只收信函"}, follow=True).content.decode()
    assert announced.latest.terms["ways"] == "网上提交", "who saw an older text overwrites nothing"
    assert "只收信函" in page, "nothing typed is lost"
    assert "听证、座谈公告" not in clerk.get(f"/admin/ledger/{made.pk}/").content.decode().split("下一步")[1][:200]
    act = f"/admin/publishing/sources/announcement/{announced.pk}/"
    clerk.post(act, {"do": "place", "column": plans.pk, "back": url})
    sent = {"do": "submit", "back": url}
    page = clerk.post(act, {**sent, "visible_from": "明天上午"}, follow=True).content.decode()
    assert "不是日期加时间" in page, "what names no time goes out at no time"
    page = clerk.post(act, sent, follow=True).content.decode()
    assert "审签中" in page
    assert clerk.post(act, {"do": "nonsense"}).status_code == 404


def test_second_round_of_comments_shows_no_outcome_before_its_table(housing: Body, plans: Column) -> None:
    first = open_consultation(housing, plans)
    made, clerk = first.decision, actor(Role.CLERK, housing)
    comment = actions.register_comment(first, by=clerk, text="建议写明施行日期。", channel="phone")
    register_party(None, by=SYSTEM, matter=comment.matter, particulars=SenderParticulars(name="赵六"))
    point = actions.add_point(first, by=clerk, gist="写明施行日期")
    actions.assign_comments_to_point(first, by=clerk, comments=[comment.pk], point=point)
    actions.answer_point(point, by=clerk, outcome="adopted")
    with travel_to_noon(first.ends_on + timedelta(days=1)):
        announce(made, "adoption", plans, about=first.announcement, unsigned=True, intro="")
        publish_unsigned(first.announcement)
        assert entry_of(made).state == "answered", "the draft is corrected, not opened again"
        erased_on = Party.objects.get().erase_on
        assert load_public_timeline(made.pk, plans.website_id).adoption
        ends = timezone.localdate() + timedelta(days=40)
        announce(made, "draft", plans, unsigned=True, **{**DRAFT, "ends_on": ends.isoformat()})
        actions.register_comment(made.consultations.last(), by=clerk, text="建议写明资金来源。", channel="phone")
        assert load_public_year(housing.parent, made.entry.year).rows[0].comments is None
    with travel_to_noon(ends + timedelta(days=1)):
        line = load_public_timeline(made.pk, plans.website_id)
        assert (line.adoption, line.counts, line.received, line.stage) == (None, None, 1, "征求意见已结束")
        assert line.steps[2].current
        announce(made, "adoption", plans, about=first.announcement, unsigned=True, intro="更正。")
        assert entry_of(made).state == "consulting", "the second round is not answered by it"
        assert Party.objects.get().erase_on == erased_on, "a correction does not prolong the retention"


def test_announcement_stays_public_until_its_correction(housing: Body, plans: Column) -> None:
    period = open_consultation(housing, plans)
    publish_unsigned(period.announcement, visible_from=timezone.now() + timedelta(days=2))
    (status,) = list_announcement_statuses([period.announcement])
    assert (status.standing, bool(status.path)) == ("已公布", True)
