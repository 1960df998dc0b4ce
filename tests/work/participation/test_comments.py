"""Public comments on drafts: received once, masked, never shown to others; grouped, answered by point, read by code; in large numbers."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from examples import most
from factories.intake import look_up, png, seen_preview, sent
from factories.participation import announce, decision, open_consultation, start_survey, travel_to_noon
from factories.units import actor, signed_in
from gongkai.content.editions.models import Column
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement, MovementWords
from gongkai.core.background_jobs.job_runner import run_attempt
from gongkai.core.background_jobs.models import Errand
from gongkai.core.intake.inner_network import HeldItem, receive_all
from gongkai.core.intake.matter_access import new_code
from gongkai.core.intake.models import Party, Upload
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets.actions import apply, undo, upload_for_dry_run
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.core.spreadsheets.reader import read_table
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal.tree import reload_next_time
from gongkai.work.participation import actions, public
from gongkai.work.participation.announcement_barriers import find_announcement_gaps
from gongkai.work.participation.importers import (
    CATALOGUE_IMPORTER,
    CATALOGUE_SHEET,
    COMMENT_IMPORTER,
    COMMENT_SHEET,
    parse_planned_day,
    parse_ways,
)
from gongkai.work.participation.models import Announcement, Comment, Consultation, Decision, Point
from gongkai.work.participation.queries import count_comments_by_outcome, find_feedback_gaps, make_adoption_rows
from gongkai.work.participation.states import DecisionState
from gongkai.work.participation.texts import describe_comment_counts, group_similar_texts

pytestmark = pytest.mark.django_db
SAID = "我叫李晓云，电话13800138000，建议第二条写明表决的比例和程序。"


@pytest.fixture
def period(housing: Body, plans: Column) -> Consultation:
    return open_consultation(housing, plans)


def test_citizen_comments_and_reads_the_outcome(
    period: Consultation, plans: Column, client: Client, housing: Body
) -> None:
    facts = {"draft": str(period.pk), "clause": "第二条", "text": SAID, "name": "李晓云", "phone": "13800138000"}
    code = sent(client, "comment", **facts)
    comment = Comment.objects.get()
    assert (comment.number, comment.channel, comment.clause.reveal()) == (1, "form", "第二条")
    assert "13800138000" not in comment.masked.reveal()
    assert Party.objects.get().matter == comment.matter
    page = look_up(client, code, "8000").content.decode()
    assert "征求意见中" in page
    assert "您的意见（针对第二条）" in page
    assert "表决的比例" in page
    assert "李晓云" not in page
    assert "13800138000" not in page
    log = f"{list(Movement.objects.values())}{list(MovementWords.objects.values())}"
    assert "13800138000" not in log
    clerk = signed_in(Role.CLERK, housing)
    listed = clerk.get(f"/admin/decisions/consultations/{period.pk}/comments/").content.decode()
    assert "表决的比例" in listed
    assert "13800138000" not in listed
    for asked, there in (("表决", True), ("停车费", False)):
        found = clerk.get(f"/admin/decisions/consultations/{period.pk}/comments/?q={asked}").content.decode()
        assert ("表决的比例" in found) is there
    assert "13800138000" in clerk.get(f"/admin/decisions/comments/{comment.pk}/").content.decode()
    stranger = signed_in(Role.CLERK, Body.objects.create(name="云岭市水务局", parent=housing.parent, kind="department"))
    assert "13800138000" not in stranger.get(f"/admin/decisions/comments/{comment.pk}/").content.decode()
    with travel_to_noon(period.ends_on + timedelta(days=1)):
        actions.group_comments(period, by=SYSTEM)
        point = actions.add_point(period, by=SYSTEM, gist="写明表决的比例和程序")
        actions.assign_comments_to_point(period, by=SYSTEM, comments=[comment.pk], point=point)
        with pytest.raises(Refused, match="须说明理由"):
            actions.answer_point(point, by=SYSTEM, outcome="rejected")
        with pytest.raises(Refused, match="个人信息"):
            actions.answer_point(point, by=SYSTEM, outcome="rejected", reason="李晓云 13800138000 已另行答复")
        actions.answer_point(point, by=SYSTEM, outcome="partly", reason="比例由法律规定，程序已写入第三条")
        assert "采纳" not in look_up(client, code, "8000").content.decode().split("公布采纳情况")[0]
        table = announce(period.decision, "adoption", plans, about=period.announcement, intro="")
        page = look_up(client, code, "8000").content.decode()
        assert "程序已写入第三条" in page
        html = table.latest.html
        assert "共收到意见1条" in html
        assert "部分采纳1条" in html
        assert "李晓云" not in html
        assert Party.objects.get().erase_on, "retention begins with the table of adoptions"
    public.erase_comment(comment.pk)
    comment = Comment.objects.get()
    assert {comment.text.reveal(), comment.masked.reveal()} == {"（保存期满，已清除）"}


def test_forms_of_the_last_day_are_accepted_from_the_outer_network(period: Consultation, plans: Column) -> None:
    """They are carried inward after the period has ended."""
    survey = start_survey(plans.website.body, plans, days=31)
    posted = {
        "comment": {"draft": [str(period.pk)], "text": ["建议写明表决的比例。"]},
        "survey": {"survey": [str(survey.pk)], "q1": ["1"], "q3": ["4"]},
    }
    with travel_to_noon(period.ends_on + timedelta(days=1)):
        items = [
            HeldItem(token=name, form=name, sent_at=sent_at.isoformat(), files=[],
                     content={"data": data, "host": "testserver", "code": new_code(), "verified": False})
            for name, data in posted.items()
            for sent_at in [timezone.now() - timedelta(days=1)]
        ]  # fmt: skip
        assert receive_all(items, by=SYSTEM) == (2, [])
        late = HeldItem({**items[0], "token": "late", "sent_at": timezone.now().isoformat()})
        assert "期限已经届满" in receive_all([late], by=SYSTEM)[1][0]


def test_masked_comments_contain_no_name_of_commenter(
    period: Consultation, plans: Column, client: Client, housing: Body
) -> None:
    said = "建议长行兄说的第二条写明程序。老张家去年多交了三千元，张女士可作证。"
    sent(client, "comment", draft=str(period.pk), text=said, name="张长行", phone="13800138000")
    comment = Comment.objects.get()
    read = comment.masked.reveal()
    assert not [words for words in ("长行兄", "老张", "张女士") if words in read]
    assert "某某" in read
    clerk = signed_in(Role.CLERK, housing)
    point = actions.add_point(period, by=SYSTEM, gist="长行兄建议写明程序")
    actions.assign_comments_to_point(period, by=SYSTEM, comments=[comment.pk], point=point)
    for facts in ({}, {"gist": "写明程序", "reason": "老张家的事另行答复"}):
        with pytest.raises(Refused, match=r"个人信息，请改写：(?:长行兄|老张)"):
            actions.answer_point(point, by=SYSTEM, outcome="adopted", **facts)
    with pytest.raises(Refused, match="长行兄"):
        actions.answer_points(period, by=SYSTEM, points=[point.pk], outcome="adopted")
    form = f"/admin/decisions/points/{point.pk}/answer-point/"
    given = {"gist": point.gist, "outcome": "adopted", "reason": "老张家的事另行答复", "version": point.version}
    shown = clerk.post(form, given).content.decode()
    assert "<mark>某某</mark>建议写明程序" in shown
    assert not Point.objects.get().outcome, "nothing is stored before the clerk has seen what is published"
    clerk.post(form, given | seen_preview(shown))
    point.refresh_from_db()
    assert (point.gist, point.reason[:2]) == ("某某建议写明程序", "某某")
    with travel_to_noon(period.ends_on + timedelta(days=1)):
        table = actions.start_announcement(period.decision, by=SYSTEM, what="adoption", about=period.announcement)
        actions.write_announcement(table, by=actor(Role.CLERK, housing), terms={"intro": "感谢长行兄等人。"})
        assert "采纳情况中不能有个人信息，请改写：长行兄。" in find_announcement_gaps(table)


def test_adoption_table_needs_published_draft_of_its_decision(housing: Body) -> None:
    made = decision(housing)
    draft = actions.start_announcement(made, by=SYSTEM, what="draft")
    with pytest.raises(Refused, match="征求意见的公告还没有公布"):
        actions.start_announcement(made, by=SYSTEM, what="adoption", about=draft)
    with pytest.raises(Refused, match="请指明是对哪一次征求意见"):
        actions.start_announcement(decision(housing, "云岭市停车办法"), by=SYSTEM, what="adoption", about=draft)
    earlier = Announcement.objects.create(decision=made, what="adoption", about=draft)  # of an earlier version
    page = signed_in(Role.CLERK, housing).get(f"/admin/decisions/announcements/{earlier.pk}/")
    assert page.status_code == 200


def test_generic_forms_of_address_are_not_masked_as_names(period: Consultation, client: Client) -> None:
    words = "建议由业主、居民和市民、村民共同决定。"
    for name in ("热心市民", "业主", "一位居民", "村民甲", "王先生"):
        sent(client, "comment", draft=str(period.pk), text=words, name=name)
        assert Comment.objects.latest("pk").masked.reveal() == words, name


def test_only_open_drafts_accept_comments(period: Consultation, client: Client) -> None:
    assert f'value="{period.pk}"' in client.get(f"/forms/comment/?draft={period.pk}").content.decode()
    for at in (period.starts_on - timedelta(days=1), period.ends_on + timedelta(days=1)):
        when = timezone.now() + (at - timezone.localdate())
        with travel_to_noon(max(at, timezone.localdate())), pytest.raises(Refused, match="不在期限内"):
            actions.register_comment(
                period, by=ANONYMOUS, text="建议写明资金来源。", received_at=min(when, timezone.now())
            )
    with pytest.raises(Refused, match="承办单位"):
        actions.register_comment(period, by=ANONYMOUS, text="建议写明资金来源。", channel="letter")
    with pytest.raises(Refused, match="由公众提交"):
        actions.register_comment(period, by=actor(Role.CLERK, period.decision.entry.body), text="建议写明资金来源。")
    with pytest.raises(Refused, match="请填写意见"):
        actions.register_comment(period, by=ANONYMOUS, text="  ")


LIKE = "建议把加装电梯的补贴标准从每台二十万元提高到三十万元，并且明确拨付的时间和程序，让居民心里有数。"
OTHER = "老旧小区停车困难，希望改造时同步规划停车位，优先保障残疾人和老年人家庭的使用需要。"


def make_comments(period: Consultation, count: int, *, first: int = 1) -> None:
    rows = []
    for place in range(count):
        words = (LIKE, OTHER, f"第{place}条各不相同的意见，讲的是第{place * 7919 % 104729}号楼前的第{place}件事情。")[
            place % 3
        ]
        words = f"{words}{'谢谢' * (place % 4)}" if place % 3 < 2 else words
        rows.append(Comment(consultation=period, number=first + place, channel="form", text=words, masked=words))
    Comment.objects.bulk_create(rows, batch_size=500)


def test_similar_comments_are_grouped_and_later_ones_join(period: Consultation) -> None:
    make_comments(period, 30)
    assert actions.group_comments(period, by=SYSTEM) >= 20
    points = list(period.points.all())
    assert {LIKE, OTHER} <= {one.gist.removesuffix("谢谢") for one in points}
    make_comments(period, 2, first=31)
    before = period.points.count()
    actions.group_comments(period, by=SYSTEM)
    assert period.points.count() == before
    assert count_comments_by_outcome(period)["total"] == 32
    assert "没有填写采纳情况" in "".join(find_feedback_gaps(period))
    stray = Point.objects.create(consultation=consult_again(period), position=1, gist="另一次")
    with pytest.raises(Refused, match="另一次"):
        actions.assign_comments_to_point(period, by=SYSTEM, comments=[], point=stray)


def consult_again(period: Consultation) -> Consultation:
    announced = actions.start_announcement(period.decision, by=SYSTEM, what="draft")
    return Consultation.objects.create(
        announcement=announced, decision=period.decision, starts_on=period.starts_on, ends_on=period.ends_on
    )


@settings(max_examples=most(40))
@given(st.lists(st.text("公开财政预算，。 ab\n\0😀", min_size=1, max_size=60), max_size=25))
def test_grouping_neither_loses_nor_duplicates_comments(texts: list[str]) -> None:
    groups = group_similar_texts(enumerate(texts))
    assert sorted(number for one in groups for number in one) == list(range(len(texts)))
    same = {}
    for place, text in enumerate(texts):
        same.setdefault(text, set()).add(place)
    for one in groups:
        assert one[0] == min(one)


def test_comment_table_is_exported_and_reimported(period: Consultation, housing: Body) -> None:
    make_comments(period, 6)
    actions.group_comments(period, by=SYSTEM)
    clerk = actor(Role.CLERK, housing)
    client = signed_in(Role.CLERK, housing)
    answer = client.get(f"/admin/decisions/consultations/{period.pk}/comments/?format=xlsx")
    book = load_workbook(BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len([row for row in rows if row[0] == period.pk]) == 6
    heads = [column.head for column in COMMENT_SHEET.columns]
    made = Workbook()
    made.active.append(heads)
    point = actions.add_point(period, by=clerk, gist="其他")
    made.active.append([period.pk, 3, period.starts_on, "网站", "", "改归纳", point.position])
    made.active.append([period.pk, None, period.starts_on, "信函", "第一条", "来信建议写明施行日期。", point.position])
    made.active.append([period.pk, None, period.starts_on - timedelta(days=9), "信函", "", "迟到的来信。", None])
    made.active.append([period.pk, 4, period.starts_on, "网站", "", "填了采纳情况", point.position, "其他", "采纳"])
    buffer = BytesIO()
    made.save(buffer)
    plan = COMMENT_IMPORTER.plan(read_table(buffer.getvalue(), COMMENT_SHEET), by=clerk)
    assert [str(error).split("：")[1][:8] for error in plan.errors] == ["不在征求意见的期", "这一列导入时不读"]
    assert len(plan.changes) == 2
    made.active.delete_rows(4, 2)
    buffer = BytesIO()
    made.save(buffer)
    run, _ = upload_for_dry_run("comments", content=buffer.getvalue(), file_name="意见.xlsx", by=clerk)
    apply(run, by=clerk)
    assert {one.number for one in point.comments.all()} == {3, 7}
    undo(run, by=clerk)
    assert (point.comments.count(), period.comments.count()) == (0, 6)


def test_table_of_survey_site_is_imported_into_the_only_period(period: Consultation, housing: Body) -> None:
    made, clerk = Workbook(), actor(Role.CLERK, housing)
    made.active.append(["编号", "提交时间", "姓名", "意见内容"])
    made.active.append([1, f"{period.starts_on:%Y/%m/%d} 20:54", "钱女士", "夜间收费太高。"])
    made.active.append(["合计", "", "", "共1条"])
    made.save(buffer := BytesIO())
    run, plan = upload_for_dry_run("comments", content=buffer.getvalue(), file_name="问卷.xlsx", by=clerk)
    assert (plan.errors, plan.made) == ([], 1)
    apply(run, by=clerk)
    assert timezone.localdate(period.comments.get().received_at) == period.starts_on
    Entry.objects.filter(pk=period.decision_id).update(state=DecisionState.ANSWERED)
    table = read_table(buffer.getvalue(), COMMENT_SHEET)
    assert "没有写明是哪一次征求意见" in str(COMMENT_IMPORTER.plan(table, by=clerk).errors[0])


def test_many_comments_are_imported_by_worker(
    period: Consultation, housing: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page only stores the upload. A worker masks personal data first, then writes all comments in one log record."""
    monkeypatch.setattr("gongkai.core.spreadsheets.actions.MAX_ROWS_IMPORTED_AT_ONCE", 2)
    made, client = Workbook(), signed_in(Role.CLERK, housing)
    clerk = get_actor(get_user(client))  # type: ignore[arg-type]
    made.active.append([column.head for column in COMMENT_SHEET.columns])
    for number in range(3):
        words = f"第{number}条来信：希望电话13912345678有人接听。"
        made.active.append([period.pk, None, period.starts_on, "信函", "", words, None])
    made.save(buffer := BytesIO())
    run, _ = upload_for_dry_run("comments", content=buffer.getvalue(), file_name="意见.xlsx", by=clerk)
    answer = client.post(f"/admin/spreadsheets/run/{run.pk}/apply/")
    errand = Errand.objects.get(kind="errands.import")
    assert answer["Location"] == f"/admin/errands/{errand.pk}/"
    assert client.post(f"/admin/spreadsheets/run/{run.pk}/apply/")["Location"] == answer["Location"]
    run_attempt(errand.pk)
    errand.refresh_from_db()
    assert (errand.state, errand.link) == ("done", f"/admin/spreadsheets/run/{run.pk}/")
    assert [one.number for one in period.comments.all()] == [1, 2, 3]
    assert not any("13912345678" in one.masked.reveal() for one in period.comments.all())
    assert Movement.objects.filter(action="participation.register_comments").count() == 1
    again = client.post(f"/admin/spreadsheets/run/{run.pk}/apply/")
    assert "已导入，不能再次办理" in again.content.decode()


def test_planned_months_and_names_of_ways_are_parsed() -> None:
    said = {"2026年9月底前": "2026-09-30", "2026年2月": "2026-02-28", "2026-09-01": "2026-09-01", None: "None"}
    assert {words: str(parse_planned_day(words)) for words in said} == said
    assert parse_ways("公开征求意见、听证，座谈会") == ["comment", "hearing", "meeting"]
    for parse, words in ((parse_planned_day, "2026年13月"), (parse_planned_day, "0000年5月"), (parse_ways, "抽签")):
        with pytest.raises(BadCell):
            parse(words)


def test_decision_catalogue_is_imported_and_undone(housing: Body, site) -> None:
    year = timezone.localdate().year
    made = Workbook()
    made.active.append([f"{year}年重大行政决策事项目录"])
    made.active.append(["序号", "事项名称", "责任单位", "依据", "完成时限", "公众参与"])
    made.active.append([1, "老旧小区改造办法", housing.name, "规划", f"{year}年12月底前", "公开征求意见、听证会"])
    made.active.append([2, "公园开放办法", "市住建局", "", date(year, 12, 31), ""])
    buffer = BytesIO()
    made.save(buffer)
    chief = actor(Role.CHIEF, housing.parent)
    assert CATALOGUE_IMPORTER.plan(read_table(buffer.getvalue(), CATALOGUE_SHEET), by=actor(Role.CLERK, housing)).errors
    run, plan = upload_for_dry_run("decisions", content=buffer.getvalue(), file_name="目录.xlsx", by=chief)
    assert (plan.errors, len(plan.changes)) == ([], 2)
    apply(run, by=chief)
    first = Decision.objects.order_by("pk")[0]
    assert (first.ways, str(first.planned_on)) == (["comment", "hearing"], f"{year}-12-31")
    assert [row["title"] for row in CATALOGUE_IMPORTER.rows(chief)] == ["老旧小区改造办法", "公园开放办法"]
    assert CATALOGUE_IMPORTER.plan(read_table(buffer.getvalue(), CATALOGUE_SHEET), by=chief).same == 2
    undo(run, by=chief)
    assert not Decision.objects.exists()


def test_staff_process_the_comment_list(period: Consultation, housing: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    make_comments(period, 120)
    clerk = signed_in(Role.CLERK, housing)
    url = f"/admin/decisions/consultations/{period.pk}/"
    monkeypatch.setattr("gongkai.work.participation.views.comments.MAX_GROUPED_IN_REQUEST", 100)
    asked = clerk.post(f"{url}comments/act/", {"do": "group"})
    errand = Errand.objects.get(kind="participation.group")
    assert asked["Location"] == f"/admin/errands/{errand.pk}/"
    assert not period.points.exists(), "many are compared behind the page"
    run_attempt(errand.pk)
    errand.refresh_from_db()
    assert (errand.state, errand.words[:3]) == ("done", "归纳了"), errand.error
    loose = period.comments.filter(point=None).count()
    assert 0 < loose <= 40
    page = clerk.get(f"{url}comments/?point=none&page=1").content.decode()
    assert f'<option value="未归纳">{loose}条' in page
    one, other = period.comments.filter(point=None)[:2]
    biggest = period.points.order_by("position").first()
    assert biggest is not None
    clerk.post(f"{url}comments/act/", {"do": "set", "point": f"{biggest.position}. 写", "mark": [str(one.pk)]})
    clerk.post(f"{url}comments/act/", {"do": "set", "point": biggest.gist[:70], "mark": [str(other.pk)]})
    assert set(biggest.comments.values_list("pk", flat=True)) >= {one.pk, other.pk}
    clerk.post(f"{url}comments/act/", {"do": "out", "mark": [str(one.pk), str(other.pk)]})
    assert period.comments.filter(point=None).count() == loose
    for point, said in (("没有这样的话", "没有序号或者文字是"), ("", "请填写要归入哪一项")):
        answer = clerk.post(f"{url}comments/act/", {"do": "set", "point": point, "mark": ["1"]}, follow=True)
        assert said in answer.content.decode()
    every = {"do": "new", "gist": "各自的意见", "every": "1"}
    clerk.post(f"{url}comments/act/", {**every, "query": "page=1"})
    assert period.comments.filter(point=None).count() == loose, "nothing was chosen: nothing is put anywhere"
    clerk.post(f"{url}comments/act/", {**every, "query": "point=none&page=1"})
    assert not period.comments.filter(point=None).exists()
    first, *others = period.points.all()
    form = f"/admin/decisions/points/{first.pk}/answer-point/"
    given = {"gist": first.gist, "outcome": "adopted", "reason": "", "version": first.version}
    clerk.post(form, given | seen_preview(clerk.get(form).content.decode()))
    with pytest.raises(Refused, match="请勾选"):
        actions.answer_points(period, by=SYSTEM, points=[], outcome="adopted")
    points = f"/admin/decisions/points/?consultation={period.pk}"
    rest = {"row": [str(point.pk) for point in others], "outcome": "rejected"}
    ids = re.findall(r' id="([^"]+)"', clerk.get(points).content.decode())
    assert "ticked_outcome" in ids
    assert len(ids) == len(set(ids)), "the filter and the form below the list have ids of their own"
    assert "须说明理由" in clerk.post(points, rest, follow=True).content.decode()
    clerk.post(points, {**rest, "reason": "由法律规定"})
    assert set(period.points.values_list("outcome", flat=True)) == {"adopted", "rejected"}
    assert find_feedback_gaps(period) == []
    listed = len(make_adoption_rows(period))
    actions.answer_points(period, by=SYSTEM, points=[others[0].pk], outcome="unrelated", reason="广告")
    assert len(make_adoption_rows(period)) == listed - 1, "counted, and not repeated in public"
    assert "不逐项列出" in describe_comment_counts(count_comments_by_outcome(period))
    reload_next_time()
    assert first.gist in clerk.get(points).content.decode()
    assert "没有符合条件" in clerk.get(f"{points}&outcome=none").content.decode()
    later = consult_again(period)
    empty = clerk.get(f"/admin/decisions/points/?consultation={later.pk}").content.decode()
    assert first.gist not in empty, "a period without points shows none of another"
    assert f"/admin/decisions/consultations/{later.pk}/comments/" in empty


def test_staff_enter_letter_with_its_scan(period: Consultation, housing: Body) -> None:
    clerk, url = signed_in(Role.CLERK, housing), f"/admin/decisions/consultations/{period.pk}/"
    today = period.starts_on.isoformat()
    given = {"channel": "letter", "received_on": today, "clause": "", "text": "来信建议写明施行日期。"}
    assert "须上传来信、邮件或者会议记录" in clerk.post(f"{url}comments/new/", given).content.decode()
    assert clerk.post(f"{url}comments/new/", {**given, "paper": png("来信.png")}).status_code == 302
    entered = period.comments.get(channel="letter")
    assert Upload.objects.get(matter=entered.matter).name.reveal() == "来信.png"
    assert "<h2>意见提出人</h2>" in clerk.get(f"/admin/decisions/comments/{entered.pk}/").content.decode()
    assert f"{entered.recorded_by}登记" in clerk.get(f"{url}comments/?channel=letter").content.decode()
    assert "其余1条由承办单位" in describe_comment_counts(count_comments_by_outcome(period))
