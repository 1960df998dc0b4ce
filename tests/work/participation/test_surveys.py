"""网上调研: questionnaires, their announcement, public answers, results; refused input."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from factories import participation
from factories.intake import filled, look_up, post, sent
from factories.participation import QUESTIONS, announce, start_survey, travel_to_noon
from factories.publishing import publish_unsigned
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.actions import place, withdraw
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import MovementWords
from gongkai.core.intake.jobs import erase_due
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.work.participation import actions
from gongkai.work.participation.actions.surveying import find_answer_faults
from gongkai.work.participation.models import (
    Announcement,
    PublishedQuestion,
    Survey,
    SurveyChoice,
    SurveyQuestion,
    SurveyReply,
    SurveyWords,
)
from gongkai.work.participation.panels import make_due_surveys_block
from gongkai.work.participation.surveys import tally_question
from gongkai.work.participation.texts import explain_share_sum

pytestmark = pytest.mark.django_db
ADMIN_URL = "/admin/decisions/surveys/"
RESULTS = {"findings": "<p>多数满意。</p>", "answers": "<p>审批时间另行压减。</p>", "measures": ""}


def answer_fields(survey: Survey, *values: object) -> dict[str, object]:
    """Return the form data of a browser: answers in the order of the questions."""
    fields = {f"q{question['number']}": value for question, value in zip(survey.asked, values, strict=True)}
    return {"survey": str(survey.pk), **{name: value for name, value in fields.items() if value}}


def make_in_office(clerk: Client, housing: Body) -> Survey:
    """Create a questionnaire with ordered questions and start its announcement through the pages, as a clerk."""
    clerk.post(f"{ADMIN_URL}new/", {"body": housing.pk, "title": "加装电梯办事体验", "policy": "云岭市加装电梯办法"})
    survey = Survey.objects.get()
    page = clerk.get(f"{ADMIN_URL}{survey.pk}/add-question/").content.decode()
    assert "一行一个" in page
    for facts in QUESTIONS:
        clerk.post(f"{ADMIN_URL}{survey.pk}/add-question/", {k: v for k, v in facts.items() if v is not False})
    last = survey.questions.last()
    own = f"{ADMIN_URL}{survey.pk}/questions/{last.pk}/change-question/"
    assert last.text in clerk.get(own).content.decode()
    clerk.post(f"{ADMIN_URL}{survey.pk}/questions/{last.pk}/move-question/")
    clerk.post(f"{ADMIN_URL}{survey.pk}/questions/{survey.questions.last().pk}/move-question/")
    assert [question.kind for question in survey.questions.all()] == ["one", "many", "scale", "words"]
    clerk.post(f"{ADMIN_URL}{survey.pk}/announce-survey/")
    text = survey.announcements.get()
    until = timezone.localdate() + timedelta(days=10)
    clerk.post(text.office_url, {"intro": "请您参加。", "ends_on": until.isoformat(), "version": text.version})
    assert "哪些方面不方便" in text.latest.html
    return survey


def test_survey_is_created_published_filled_in_and_reported(housing: Body, plans: Column, client: Client) -> None:
    clerk, until = signed_in(Role.CLERK, housing), timezone.localdate() + timedelta(days=10)
    survey = make_in_office(clerk, housing)
    assert "加装电梯办事体验" not in client.get("/surveys/").content.decode()
    announce(survey, "survey", plans, intro="请您参加。", ends_on=until.isoformat())
    survey = Survey.objects.get()
    assert (survey.state, len(survey.asked)) == ("正在调研", 4)
    assert f"?survey={survey.pk}" in client.get("/surveys/").content.decode()
    assert "1分最低，5分最高" in client.get(f"/forms/survey/?survey={survey.pk}").content.decode()
    wrong = filled(client, "survey", **answer_fields(survey, "1", ["1", "2", "3"], "", ""))
    said = post(client, wrong, "survey").content.decode()
    assert "最多选2项" in said
    assert "请回答第3题" in said
    code = sent(client, "survey", **answer_fields(survey, "1", ["1", "3"], "4", "审批太慢，我的电话13800138000"))
    sent(client, "survey", **answer_fields(survey, "2", [], "5", ""))
    assert SurveyReply.objects.count() == 2
    words = SurveyWords.objects.get().masked.reveal()
    assert "审批太慢" in words
    assert "13800138000" not in words
    assert not MovementWords.objects.filter(text__contains="审批太慢").exists()
    assert "正在调研" in look_up(client, code).content.decode()
    page = clerk.get(f"{ADMIN_URL}{survey.pk}/").content.decode()
    assert "2人回答，平均4.5分" in page
    assert "审批太慢" in page
    answer = clerk.get(f"{ADMIN_URL}{survey.pk}/replies.xlsx")
    rows = [row[2:] for row in load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)]
    assert [row[2] for row in rows[-2:]] == [4, 5]
    assert "审批太慢" in rows[-2][3]
    finance = signed_in(Role.CLERK, BodyFactory(parent=housing.parent))
    assert finance.get(f"{ADMIN_URL}{survey.pk}/replies.xlsx").status_code == 404
    assert finance.get(f"{ADMIN_URL}{survey.pk}/").status_code == 404
    for refused in (actions.change_survey, actions.drop_survey, actions.add_question):
        assert "不能再改" in refused.why_not(survey, by=SYSTEM)[0]

    for by_system_alone in (actions.open_survey, actions.record_published_findings):
        assert by_system_alone.why_not(survey, by=actor(Role.LEAD, housing))
    with travel_to_noon(until + timedelta(days=1)):
        who = actor(Role.CLERK, housing)
        assert "已过1天" in make_due_surveys_block(who)["todos"].lines[0].facts
        assert "正在整理结果" in client.get("/surveys/").content.decode()
        with pytest.raises(Refused, match="不接受填写"):
            actions.reply_survey(survey, by=ANONYMOUS, chosen={}, words={})
        actions.draft_findings(survey, by=who)
        with pytest.raises(Refused, match="共性问题和答复"):
            announce(survey, "findings", plans, findings="<p>多数满意。</p>")
        findings = announce(survey, "findings", plans, **RESULTS)
        html = findings.latest.html
        assert "共收到问卷2份" in html
        assert "<td>审批</td><td>1</td><td>100%</td>" in html
        assert "审批太慢" not in html
        assert Survey.objects.get().state == "已公布结果"
        assert make_due_surveys_block(who) is None
        assert "结果和答复" in client.get("/surveys/").content.decode()
        assert "已公布结果" in look_up(client, code).content.decode()
    with travel_to_noon(timezone.localdate() + timedelta(days=300)):
        assert erase_due()["words"] == 0
    with travel_to_noon(until + timedelta(days=400)):
        assert erase_due()["words"] == 2
    assert "审批太慢" not in SurveyWords.objects.get().masked.reveal()
    assert SurveyChoice.objects.count() == 6


def test_published_questions_are_those_that_were_signed(housing: Body, plans: Column) -> None:
    survey = participation.survey(housing)
    text = actions.start_announcement(survey, by=SYSTEM, what="survey")
    until = (timezone.localdate() + timedelta(days=5)).isoformat()
    actions.write_announcement(text, by=SYSTEM, terms={"intro": "", "ends_on": until})
    assert text.publication_blockers(None) == []
    actions.change_question(survey.questions.first(), by=SYSTEM, **{**QUESTIONS[0], "options": "是\n否"})
    assert "问题有改动" in text.publication_blockers(None)[0]
    with pytest.raises(Refused, match="已经是第一题"):
        actions.move_question(survey.questions.first(), by=SYSTEM)
    actions.drop_question(survey.questions.first(), by=SYSTEM)
    assert [question.position for question in survey.questions.all()] == [1, 2, 3]
    past = {"intro": "", "ends_on": timezone.localdate().isoformat()}
    actions.write_announcement(text, by=SYSTEM, terms=past)
    assert text.publication_blockers(None) == ["截止日期应当在公布之后。"]
    with pytest.raises(Refused, match="没有这种公告"):
        actions.start_announcement(survey, by=SYSTEM, what="draft")


def test_survey_withdrawn_before_its_day_can_be_changed_and_dropped(housing: Body, plans: Column) -> None:
    survey = actions.register_survey(housing, by=SYSTEM, title="养老服务", policy="办法")
    actions.add_question(survey, by=SYSTEM, **QUESTIONS[0])
    text = actions.announce_survey(survey, by=SYSTEM)
    ends = timezone.localdate() + timedelta(days=30)
    actions.write_announcement(text, by=SYSTEM, terms={"intro": "", "ends_on": ends.isoformat()})
    place(ensure_document(text), by=SYSTEM, columns=[plans])
    text.refresh_from_db()
    publish_unsigned(text, visible_from=timezone.now() + timedelta(days=5))
    assert actions.drop_survey.why_not(Survey.objects.get(), by=SYSTEM)
    withdraw(ensure_document(text), by=actor(Role.LEAD, housing), reason="推迟")
    survey = Survey.objects.get()
    assert (survey.state, survey.asked) == ("编制问卷", [])
    actions.drop_survey(survey, by=SYSTEM, reason="不再调研")
    text = Announcement.objects.get()
    assert text.publication_blockers(None) == ["调研已经取消，不能公布公告。"]
    text.dropped = True
    assert text.publication_blockers(None) == ["这份公告已经放弃。"]


def test_end_of_survey_moves_only_later_and_draft_keeps_choices(housing: Body, plans: Column, client: Client) -> None:
    survey = start_survey(housing, plans)
    asked = survey.asked
    earlier = (timezone.localdate() + timedelta(days=9)).isoformat()
    text = survey.announcements.get()
    actions.write_announcement(text, by=SYSTEM, terms={"intro": "", "ends_on": earlier})
    assert text.publication_blockers(None) == ["已公布的截止日期只能延后，不能提前。"]
    longer = timezone.localdate() + timedelta(days=30)
    announce(survey, "survey", plans, intro="", ends_on=longer.isoformat())
    survey = Survey.objects.get()
    assert (survey.ends_on, survey.asked) == (longer, asked)
    data = filled(client, "survey", **answer_fields(survey, "2", ["3"], "", "")) | {"save_draft": "1"}
    page = post(client, data, "survey").content.decode()
    assert "草稿已保存" in page
    assert page.count("checked") == 3, "the survey and both answers"


def test_unanswerable_question_is_refused(housing: Body) -> None:
    other = actions.register_survey(housing, by=SYSTEM, title="另一份问卷", policy="办法")
    survey = actions.register_survey(housing, by=SYSTEM, title="问卷", policy="办法")
    actions.change_survey(survey, by=SYSTEM, title="问卷", policy="修订的办法")
    with pytest.raises(Refused, match="名称不能重复"):
        actions.change_survey(survey, by=SYSTEM, title=other.title, policy="办法")
    for change, match in (
        ({"text": " "}, "请填写问题"),
        ({"options": "只有一个"}, "2至20个选项"),
        ({"options": "甲\n甲"}, "不能重复"),
        ({"kind": "words"}, "不填选项"),
        ({"most": 3}, "只用于多选"),
        ({"kind": "many", "most": 3}, "2至选项数"),
        ({"kind": "other"}, "没有这种题型"),
    ):
        with pytest.raises(Refused, match=match):
            actions.add_question(survey, by=SYSTEM, **{**QUESTIONS[0], **change})
    assert not SurveyQuestion.objects.exists()
    assert actions.announce_survey.why_not(survey, by=SYSTEM) == ["还没有问题，请先添加问题。"]


KINDS = st.sampled_from(["one", "many", "scale", "words"])


@given(KINDS, st.lists(st.integers(0, 7), max_size=5), st.text(max_size=3), st.booleans(), st.sampled_from([0, 2]))
def test_only_offered_answers_are_counted(kind: str, chosen: list[int], words: str, required: bool, most: int) -> None:
    options = ["甲", "乙", "丙"] if kind in ("one", "many") else []
    question: PublishedQuestion = {
        "number": 1,
        "kind": kind,
        "text": "问",
        "options": options,
        "required": required,
        "most": most if kind == "many" else 0,
    }
    if find_answer_faults(question, chosen, words):
        return
    assert not (chosen and words)
    counts = {(1, option): 1 for option in chosen}
    found = tally_question(question, counts, 1 if chosen or words else 0)
    assert sum(line["count"] for line in found["lines"]) == len(chosen)
    assert not required or found["answered"] == 1
    assert len(chosen) <= (1 if kind in ("one", "scale") else most if kind == "many" and most else 5)
    assert kind != "scale" or found["mean"] == (chosen[0] if chosen else 0)
    said = explain_share_sum(kind, [line["share"] for line in found["lines"]])
    assert bool(said) is (len(chosen) > 1)


@pytest.mark.parametrize(
    ("kind", "shares", "said"),
    [("one", [33, 33, 33], "四舍五入"), ("one", [25, 75], ""), ("many", [60, 70], "可以选多项"), ("scale", [0, 0], "")],
)
def test_shares_not_summing_to_hundred_are_explained(kind: str, shares: list[int], said: str) -> None:
    assert (said in explain_share_sum(kind, shares)) if said else not explain_share_sum(kind, shares)
