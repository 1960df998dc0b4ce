"""Registers: bulletins, talks, look-back, external rankings, training, staff and funds."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from factories import publishing
from factories.assessment import Scene
from factories.ledger import EntryFactory
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.files.models import StoredFile
from gongkai.core.files.store import NamedStoredFile
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rectification import FoundFault, confirm, order_rectification, report
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets import write_xlsx
from gongkai.core.spreadsheets.importers import ImportPlan
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.unit_filters import reads_only
from gongkai.oversight.assessment import actions, reports
from gongkai.oversight.assessment.importing.registers import PROVISION_SHEET, TRAINING_SHEET
from gongkai.oversight.assessment.models import (
    Bulletin,
    Highlight,
    LineInspection,
    LookBack,
    Provision,
    Training,
    TrainingDemand,
)
from gongkai.oversight.assessment.queries import bulletins_visible_to
from gongkai.oversight.assessment.queries.ranking import compute_deadline_statistics, list_years_with_data
from gongkai.oversight.assessment.queries.registers import (
    list_editable_bodies,
    list_failures,
    list_training_tallies,
    list_visible_bodies,
    trainings_visible_to,
)
from gongkai.oversight.assessment.rules import check_assessing_head
from gongkai.work.notices.entries.columns import join_path
from gongkai.work.notices.models import Assignment, Duty, ImportedColumn, Measure, Notice

pytestmark = pytest.mark.django_db
ADMIN_URL = "/admin/assessment/"


def month_start(year: int, month: int) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def dry_run(name: str, sheet: bytes, by: Actor) -> tuple[ImportRun, ImportPlan]:
    return spreadsheets.upload_for_dry_run(name, content=sheet, file_name="表.xlsx", by=by)


def test_only_heads_of_government_and_its_office_read_drafts_and_confirm(scene: Scene) -> None:
    facts = {"kind": "problems", "title": "关于考核结果的通报", "text": "有关单位专栏长期不更新，现予通报。"}
    actions.draft_bulletin(scene.government, by=scene.chief, **facts)
    district = BodyFactory(parent=scene.government, kind=BodyKind.DISTRICT)
    outside = [actor(Role.LEAD, scene.bureaus[0]), actor(Role.CLERK, scene.bureaus[0]), actor(Role.LEAD, district)]
    for by in (scene.head, actor(Role.LEAD, scene.government)):
        assert bulletins_visible_to(by).exists()
        assert not check_assessing_head(by, scene.round)
    for by in outside:
        assert not bulletins_visible_to(by).exists()
        assert check_assessing_head(by, scene.round)


def test_bulletin_is_approved_by_head_and_public_one_by_government(scene: Scene) -> None:
    facts = {"kind": "criticism", "title": "关于重要信息不发布的通报", "text": "教育局有三项工作逾期未办，现予通报。"}
    inner = {**facts, "text": "教育局整改2026-00009、任务2026-00041没有完成。"}
    with pytest.raises(Refused, match="整改2026-00009、任务2026-00041"):
        actions.draft_bulletin(scene.government, by=scene.chief, public=True, **inner)
    assert actions.draft_bulletin(scene.government, by=scene.chief, **inner).delete()
    made = actions.draft_bulletin(scene.government, by=scene.chief, units=[scene.bureaus[0]], public=True, **facts)
    with pytest.raises(Refused, match="本级政府负责人"):
        actions.approve_bulletin(made, by=scene.head)
    mayor = actor(Role.LEAD, scene.government)
    actions.change_bulletin(
        made,
        by=scene.chief,
        title=made.title,
        text=made.text + "请引以为戒。",
        units=[scene.bureaus[0]],
        persons="",
        public=True,
    )
    with pytest.raises(Conflict):  # what was seen before the change is not what is approved
        actions.approve_bulletin(made, by=mayor, version=1)
    actions.approve_bulletin(made, by=mayor, version=Bulletin.objects.get().version)
    with pytest.raises(Refused):
        actions.change_bulletin(made, by=scene.chief, title="改", text="改" * 10, units=[], persons="", public=True)
    issued = actions.issue_bulletin(Bulletin.objects.get(), by=scene.chief)
    assert issued.number == "政务公开通报〔2024〕1号"
    assert reports.render_docx(reports.compose_bulletin(issued))[:2] == b"PK"
    text = issued.frozen(issued.latest_revision_id)
    assert ("引以为戒" in text.html, text.facts["document_number"]) == (True, issued.number)
    assert (issued.publication_blockers(text), issued.unit) == ([], scene.office)
    issued.public = False
    assert issued.publication_blockers(text) == ["这份通报没有批准向社会公开。"]
    page = signed_in(Role.CHIEF, scene.office).get(f"{ADMIN_URL}bulletins/{made.pk}/").content.decode()
    assert "审签和公开" in page
    assert (
        "引以为戒" in signed_in(Role.CLERK, scene.bureaus[0]).get(f"{ADMIN_URL}bulletins/{made.pk}/").content.decode()
    )


def test_failures_are_based_on_late_entries(scene: Scene) -> None:
    late = EntryFactory(kind="assignment", body=scene.bureaus[0], red=True)
    EntryFactory(kind="assignment", body=scene.bureaus[1], green=True)
    # A list submitted to the office is not public information: no unit is blamed for not publishing it.
    notice = Notice.objects.create(
        government=scene.government, year=2024, source_file=StoredFile.objects.create(digest="0" * 64, size=1)
    )
    measure = Measure.objects.create(notice=notice, position=1, text="报送任务清单")
    Assignment.objects.create(entry=late, measure=measure, notice=notice, body=late.body, period="2024")
    assert list_failures(scene.chief) == []
    Duty.objects.create(measure=measure, position=1, text="公开规划", paths=[["政府网站", "规划"]])
    assert list_failures(scene.chief) == [], "without a column nobody can tell that nothing was published"
    site = publishing.website(body=scene.government)
    column = publishing.column(site, "规划")
    path = join_path(["政府网站", "规划"])
    ImportedColumn.objects.create(notice=notice, path=path, column_id=column.pk, made=False)
    found = list_failures(scene.chief)
    assert [(one.body, one.name, one.entries) for one in found] == [(scene.bureaus[0], "重要信息不发布", [late])]
    assert found[0].missing == "公开路径的栏目中没有本单位公开的信息"
    client = signed_in(Role.CHIEF, scene.office)
    page = client.get(f"{ADMIN_URL}bulletins/new/?unit={late.body_id}&failure=重要信息不发布").content.decode()
    assert late.title in page
    assert late.number not in page, "a bulletin may go to the public: it names no number of our own"
    facts = {
        "body": scene.government.pk,
        "kind": "criticism",
        "title": "关于教育局的通报",
        "text": "有一项工作逾期未办，现予通报。",
        "units": [late.body_id],
    }
    client.post(f"{ADMIN_URL}bulletins/new/", facts)
    assert Bulletin.objects.get().units.get() == scene.bureaus[0]
    publishing.public(scene.bureaus[0], [column], title="教育规划")
    assert list_failures(scene.chief) == [], "it published and did not report"


@pytest.mark.parametrize("own_site", [True, False])
def test_government_is_judged_by_publications_of_units_and_site(scene: Scene, own_site: bool) -> None:
    county = BodyFactory(kind=BodyKind.DISTRICT, parent=scene.government)
    bureau = BodyFactory(parent=county)
    late = EntryFactory(kind="assignment", body=county, red=True)
    notice = Notice.objects.create(
        government=scene.government, year=2024, source_file=StoredFile.objects.create(digest="0" * 64, size=1)
    )
    measure = Measure.objects.create(notice=notice, position=1, text="公开招生政策")
    Assignment.objects.create(entry=late, measure=measure, notice=notice, body=county, period="2024")
    Duty.objects.create(measure=measure, position=1, text="公开招生政策", paths=[["政府网站", "招生"]])
    column = publishing.column(publishing.website(body=scene.government), "招生")
    ImportedColumn.objects.create(notice=notice, path=join_path(["政府网站", "招生"]), column_id=column.pk, made=False)
    assert list_failures(scene.chief) == [], "the own site of the county is not here, so nothing is proved"
    own = publishing.column(
        publishing.website(body=county, name="县网", host="county.example", code="5309990002", is_default=False), "招生"
    )
    assert [one.body for one in list_failures(scene.chief)] == [county]
    publishing.public(bureau, [own if own_site else column], title="招生政策")
    assert list_failures(scene.chief) == []


def test_talk_becomes_rectification_and_is_followed_up(scene: Scene) -> None:
    body = scene.bureaus[0]
    talk = actions.record_talk(
        body,
        by=scene.chief,
        kind="talk",
        on=date(2024, 11, 18),
        held_by="分管副主任",
        problems="依申请公开答复连续逾期",
        demands="健全台账",
        until=date(2024, 11, 30),
    )
    assert talk.entry.rectification.basis == "2024-11-18约谈"
    clerk = actor(Role.CLERK, body)
    with pytest.raises(Refused, match="已经办结"):
        actions.record_look_back(talk.entry, by=scene.chief, holds=True, words="已经整改到位")
    report(talk.entry, by=clerk, text="已建立台账并逐件登记。")
    confirm(Entry.objects.get(pk=talk.entry_id), by=scene.chief, url="https://www.example.cn/taizhang/")
    done = Entry.objects.get(pk=talk.entry_id)
    with pytest.raises(Refused, match="重新整改的期限"):
        actions.record_look_back(done, by=scene.chief, holds=False, words="抽查两件又逾期")
    merged = BodyFactory(parent=scene.government)
    Body.objects.filter(pk=body.pk).update(merged_into=merged, active_to=date(2024, 11, 1))
    done = Entry.objects.get(pk=talk.entry_id)
    seen = actions.record_look_back(done, by=scene.chief, holds=False, words="抽查两件又逾期", until=date(2024, 12, 10))
    assert seen.again.body == merged, "its successor mends it"
    Body.objects.filter(pk=body.pk).update(merged_into=None, active_to=None)
    client = signed_in(Role.CHIEF, scene.office)
    for address in ("look-back/?year=2024", "talks/", "talks/?export=1", "look-back/?looked=back&year=2024"):
        assert client.get(ADMIN_URL + address).status_code == 200
    page = client.get(f"{ADMIN_URL}look-back/?year=2024").content.decode()
    assert "不到位" in page
    assert client.get(f"{ADMIN_URL}look-back/{seen.again_id}/look-back/").status_code == 403, "it is not closed yet"
    LookBack.objects.all().delete()
    page = client.get(f"{ADMIN_URL}look-back/{done.pk}/look-back/").content.decode()
    assert "已建立台账并逐件登记" in page, "what was done is read before it is judged"


def test_private_or_paid_rankings_are_declined(scene: Scene) -> None:
    body = scene.bureaus[0]
    row = actions.register_ranking(
        body, by=scene.chief, on=date(2024, 11, 1), name="百强评选", organiser="某公司", fee=True
    )
    with pytest.raises(Refused, match="不参加"):
        actions.decide_ranking(row, by=scene.chief, decision="join", reason="想参加")
    made = actions.decide_ranking(
        row, by=scene.chief, decision="decline", reason="社会机构举办", findings="目录更新慢", until=date(2024, 12, 1)
    )
    assert made.entry.rectification.what == "目录更新慢"
    decided = {"decision": "decline", "reason": "社会机构举办", "until": date(2024, 12, 1)}
    with pytest.raises(Refused, match="写明指出的问题"):
        actions.decide_ranking(row, by=scene.chief, **decided)
    with pytest.raises(Refused, match="尚未办结"):
        actions.decide_ranking(row, by=scene.chief, findings="链接失效", **decided)
    assert "百强评选" in signed_in(Role.CHIEF, scene.office).get(f"{ADMIN_URL}rankings/").content.decode()


def test_training_is_compared_with_requirements(scene: Scene) -> None:
    first, second = scene.bureaus
    actions.set_training_demand(
        scene.government,
        by=scene.chief,
        year=2024,
        kind="training",
        whom="departments",
        least=2,
        basis="年度任务分工通知",
    )
    facts = {"kind": "training", "topic": "条例解读", "attendance": 40, "requests": True}
    one = actions.register_training(first, by=actor(Role.CLERK, first), on=date(2024, 5, 8), **facts)
    rows = list_training_tallies([first, second, scene.office], 2024)
    assert [row.missing for row in rows] == [["业务培训1次，应有2次"], ["业务培训0次，应有2次"], []]
    assert [
        case.value for case in SCORE_SOURCES_BY_NAME["training"].cases(first, date(2024, 1, 1), date(2024, 12, 31))
    ] == [0.5]
    with pytest.raises(Refused, match="只有本单位"):
        actions.register_training(second, by=actor(Role.CLERK, first), on=date(2024, 5, 8), **facts)
    with pytest.raises(Refused, match="不能小于0"):
        actions.register_training(first, by=scene.chief, on=date(2024, 5, 8), **{**facts, "hours": Decimal(-1)})
    client = signed_in(Role.CLERK, first)
    elsewhere = BodyFactory(name="邻市人民政府", kind=BodyKind.GOVERNMENT)
    TrainingDemand.objects.create(body=elsewhere, year=2024, kind="seminar", whom="all", basis="邻市文件")
    page = client.get(f"{ADMIN_URL}training/?year=2024").content.decode()
    assert ("条例解读" in page, "邻市文件" in page) == (True, False)
    seminar = Training(body=first, kind="seminar", on=date(2024, 6, 1), topic="研讨", attendance=9)
    sheet = write_xlsx(TRAINING_SHEET, [one, seminar])
    run, plan = dry_run("training", sheet, actor(Role.CLERK, second))
    assert [one.what[:5] for one in plan.errors] == ["只有本单位"] * 2
    run, _ = dry_run("training", sheet, scene.chief)
    spreadsheets.apply(run, by=scene.chief)
    assert Training.objects.filter(body=first).count() == 2, "the row that was there is not doubled"
    spreadsheets.undo(run, by=scene.chief)
    assert Training.objects.get() == one
    actions.register_training(first, by=scene.chief, on=date(2024, 6, 1), **facts)
    actions.remove_training(one, by=scene.chief, reason="重复登记")
    actions.set_training_demand(
        scene.government, by=scene.chief, year=2024, kind="training", whom="departments", least=0, basis="取消"
    )
    assert list_training_tallies([first], 2024)[0].missing == []
    Body.objects.filter(pk=first.pk).update(active_to=date(2024, 10, 1))
    assert trainings_visible_to(scene.chief).count() == 1, "the year counts what a unit did before it ended"


def test_trainings_and_talks_store_documents(scene: Scene) -> None:
    body, other = scene.bureaus[:2]
    facts = {"kind": "training", "topic": "条例解读", "attendance": 40}
    one = actions.register_training(body, by=actor(Role.CLERK, body), on=date(2024, 5, 8), hours=Decimal(4), **facts)
    client, page = signed_in(Role.CLERK, body), f"{ADMIN_URL}training/{one.pk}/"
    sent = SimpleUploadedFile("签到.txt", "张三".encode())
    client.post(f"{page}papers/", {"what": "sign_in", "uploads": [sent]})
    paper = one.papers.get()
    assert "签到.txt" in client.get(page).content.decode()
    assert client.get(f"{page}papers/{paper.pk}/").getvalue() == "张三".encode()
    assert signed_in(Role.CLERK, other).get(f"{page}papers/{paper.pk}/").status_code == 404
    assert "1 个文件" in client.get(f"{ADMIN_URL}training/?year=2024").content.decode()
    with pytest.raises(Refused, match="已经在记录中"):
        actions.attach_papers(one, by=scene.chief, what="sign_in", files=[NamedStoredFile(paper.name, paper.stored)])
    talk = actions.record_talk(
        body, by=scene.chief, kind="talk", on=date(2024, 6, 1), held_by="分管副市长", problems="多条申请逾期答复"
    )
    files = [NamedStoredFile("纪要.txt", paper.stored)]
    with pytest.raises(Refused, match="只有政务公开办"):
        actions.attach_papers(talk, by=actor(Role.CLERK, body), what="report", files=files)
    minutes = actions.attach_papers(talk, by=scene.chief, what="report", files=files)[0]
    assert client.get(f"{ADMIN_URL}talks/{talk.pk}/papers/{minutes.pk}/").status_code == 200
    actions.remove_training(one, by=scene.chief, reason="重复登记")
    actions.drop_paper(minutes, by=scene.chief)
    assert not StoredFile.objects.filter(pk=paper.stored_id).exists()


def test_staff_and_funds_are_registered_once_a_year(scene: Scene) -> None:
    body = scene.bureaus[0]
    facts = {"full_time": 0, "part_time": 2, "budget": Decimal("12.5")}
    actions.set_provision(body, by=scene.chief, year=2024, **facts)
    actions.set_provision(body, by=scene.chief, year=2024, **{**facts, "full_time": 1})
    assert Provision.objects.get().full_time == 1
    actions.change_provision(Provision.objects.get(), by=actor(Role.CLERK, body), part_time=3)
    assert Provision.objects.get().part_time == 3
    with pytest.raises(Refused, match="只有本单位"):
        actions.change_provision(Provision.objects.get(), by=actor(Role.CLERK, scene.bureaus[1]), part_time=4)
    assert [
        case.value for case in SCORE_SOURCES_BY_NAME["staff"].cases(body, date(2024, 1, 1), date(2024, 12, 31))
    ] == [1.0]
    client = signed_in(Role.CHIEF, scene.office)
    page = client.get(f"{ADMIN_URL}provision/?year=2024").content.decode()
    missing = page.split("gk-note--bad")[1].split("</p>")[0]
    assert scene.bureaus[1].label in missing, "a unit without a row is red"
    assert body.label not in missing
    wrong = [Provision(body=body, year=2024, full_time=1, budget=Decimal(value)) for value in ("-1", "0.001")]
    _, plan = dry_run("provision", write_xlsx(PROVISION_SHEET, wrong), scene.chief)
    assert [(error.row, error.column) for error in plan.errors] == [(2, "G"), (3, "G")]
    run, _ = dry_run(
        "provision", write_xlsx(PROVISION_SHEET, [Provision(body=body, year=2024, full_time=3)]), scene.chief
    )
    spreadsheets.apply(run, by=scene.chief)
    assert Provision.objects.get().full_time == 3
    spreadsheets.undo(run, by=scene.chief)
    assert Provision.objects.get().full_time == 1


def test_public_figures_show_entries_completed_in_time(scene: Scene) -> None:
    now = timezone.now()
    facts = {"kind": "request", "body": scene.bureaus[0], "year": 2024}
    EntryFactory(due_at=now - timedelta(days=9), closed_at=now - timedelta(days=10), **facts)
    EntryFactory(due_at=now - timedelta(days=9), closed_at=now - timedelta(days=2), **facts)
    EntryFactory(red=True, **facts)
    EntryFactory(green=True, **facts)
    EntryFactory(due_at=now - timedelta(days=9), closed_at=now, state="withdrawn", outcome="3.6.3", **facts)
    EntryFactory(due_at=now - timedelta(days=9), closed_at=now, outcome="void", **facts)
    one = next(row for row in compute_deadline_statistics(scene.government, 2024) if row.kind == "request")
    assert (one.settled, one.in_time, one.late_now, one.rate) == (3, 1, 1, 33)
    assert list_years_with_data(scene.government) == [2024]


def test_each_entry_counts_in_one_year(scene: Scene) -> None:
    body = scene.bureaus[0]
    year = lambda y: (date(y, 1, 1), date(y, 12, 31))  # noqa: E731
    early = EntryFactory(body=body, due_at=month_start(2024, 2), closed_at=month_start(2023, 12))
    source = SCORE_SOURCES_BY_NAME["trial"]
    assert [case.ref for case in source.cases(body, *year(2023))] == [early.number]
    assert source.cases(body, *year(2024)) == []


def test_rectification_ordered_elsewhere_counts_for_its_unit(scene: Scene) -> None:
    found = FoundFault("trial", "1", "链接打不开", "链接打不开")
    entry = order_rectification(scene.bureaus[0], by=scene.chief, found=found, until=date(2024, 11, 25))
    ahead = SCORE_SOURCES_BY_NAME["rectification"].ahead
    assert ahead is not None
    assert [one.pk for one in ahead(scene.government, date(2024, 12, 31))] == [entry.pk]


def test_line_inspection_from_check_to_feedback_and_orders(scene: Scene) -> None:
    bureau, other = scene.bureaus
    client = signed_in(Role.CLERK, bureau)
    assert client.get(f"{ADMIN_URL}lines/").content.decode().count("还没有登记的单位 1") == 1  # its own
    facts = {"body": bureau.pk, "on": "2024-10-08", "scope": "教育系统", "units": [bureau.pk, other.pk]}
    assert (
        client.post(f"{ADMIN_URL}lines/new/", {**facts, "summary": "共检查十二个专栏，九个合格。"}).status_code == 302
    )
    row = LineInspection.objects.get()
    clerk = actor(Role.CLERK, bureau)
    assert actions.feed_back_line_inspection.why_not(row, by=clerk) == ["请先登记通报，再登记反馈。"]
    here = f"{ADMIN_URL}lines/{row.pk}/"
    client.post(f"{here}circulate-line-inspection/", {"on": "2024-10-20", "circular": "教育系统通报1号"})
    client.post(f"{here}feed-back-line-inspection/", {"on": "2024-10-25", "feedback": "抄送市政府办公室"})
    order = {"body": other.pk, "what": "收费公示没有更新", "until": "2024-12-01"}
    chief = signed_in(Role.CHIEF, scene.office)
    chief.post(f"{here}order-line-problem/", order)
    row.refresh_from_db()
    assert (str(row.circulated_on), row.feedback) == ("2024-10-20", "抄送市政府办公室")
    entry = row.entries.get()
    assert (entry.kind, entry.body) == ("rectification", other)
    pages = [reader.get(here).content.decode() for reader in (chief, signed_in(Role.CLERK, other), client)]
    assert all(entry.number in page for page in pages)
    assert [entry.url in page for page in pages] == [True, True, False], "only a link that the reader may open"
    with pytest.raises(Refused, match="被检查的单位"):
        actions.order_line_problem(row, by=scene.chief, body=scene.office, what="问题很多", until=date(2024, 12, 1))
    elsewhere = BodyFactory()
    row.units.add(elsewhere)
    with pytest.raises(Refused, match="不在您的管理范围"):
        actions.order_line_problem(row, by=scene.chief, body=elsewhere, what="问题很多", until=date(2024, 12, 1))
    assert actions.record_line_inspection.why_not(bureau, by=actor(Role.CLERK, other)) != []
    assert client.get(f"{ADMIN_URL}lines/?export=1&year=2024").status_code == 200
    with pytest.raises(Refused, match="早于"):
        actions.circulate_line_inspection(row, by=clerk, on=date(2024, 1, 1), circular="通报")


def test_highlight_is_collected_sent_up_and_reported_in_media(scene: Scene) -> None:
    bureau = scene.bureaus[0]
    client = signed_in(Role.CLERK, bureau)
    facts = {
        "body": bureau.pk,
        "on": "2024-10-08",
        "title": "招生信息一图公开",
        "text": "集中公开招生范围、流程和名额。",
    }
    client.post(f"{ADMIN_URL}highlights/new/", facts)
    row = Highlight.objects.get()
    sent = {"sent_on": "2024-10-09", "sent_to": "省政府办公厅", "outcome": "taken", "covered_on": "2024-10-12"}
    client.post(
        f"{ADMIN_URL}highlights/{row.pk}/follow-highlight/",
        {**sent, "medium": "云州日报", "link": "https://news.example/1"},
    )
    row.refresh_from_db()
    assert (str(row.sent_on), row.link) == ("2024-10-09", "https://news.example/1")
    assert "云州日报" in signed_in(Role.CHIEF, scene.office).get(f"{ADMIN_URL}highlights/").content.decode()
    with pytest.raises(Refused, match="同时填写"):
        actions.follow_highlight(row, by=scene.chief, sent_on=date(2024, 10, 9), sent_to="")
    stranger = actor(Role.CLERK, scene.bureaus[1])
    assert actions.collect_highlight.why_not(bureau, by=stranger) != []


def test_read_only_users_get_no_register_forms(scene: Scene) -> None:
    auditor = actor(Role.AUDITOR, scene.office)
    assert reads_only(auditor)
    assert not reads_only(scene.chief)
    assert set(list_visible_bodies(auditor)) == {scene.office, *scene.bureaus}
    assert not list_editable_bodies(auditor).exists()
    assert set(list_editable_bodies(scene.chief)) == {scene.office, *scene.bureaus}
    assert set(list_editable_bodies(actor(Role.CLERK, scene.bureaus[0]))) == {scene.bureaus[0]}
    client = signed_in(Role.AUDITOR, scene.office)
    for name in ("training", "provision", "highlights", "lines"):
        assert f"{name}/new/" not in client.get(f"/admin/assessment/{name}/").content.decode()
        assert client.get(f"/admin/assessment/{name}/new/").status_code in {302, 403}
