"""Importing a notice creates a draft once, and undo removes it completely."""

import pytest

from factories.notices import (
    PLANNING_PATH,
    City,
    draft,
    duty,
    entry_of,
    live,
    parsed,
    row,
    source,
)
from factories.publishing import column
from factories.units import BodyFactory, OfficeFactory, actor
from gongkai.content.editions.models import Column
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.actions import comment
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Alias, Body, Role
from gongkai.work.notices.actions import (
    confirm_notice,
    import_notice,
    issue_notice,
    resolve_unit,
    settle_flags,
    undo_import,
)
from gongkai.work.notices.entries.columns import find_misspelt_names
from gongkai.work.notices.importing.source import read_source
from gongkai.work.notices.importing.uploads import find_issuer
from gongkai.work.notices.models import (
    Assignment,
    Duty,
    ImportedColumn,
    Measure,
    MeasureUnit,
    Notice,
    UnitState,
)
from gongkai.work.notices.queries.readiness import list_reasons_against_confirming, preview_confirmation
from gongkai.work.notices.states import NoticeState
from gongkai.work.notices.views.review import NoticeScan, list_unresolved_names

MODELS = (Notice, Measure, MeasureUnit, Duty, Assignment, Entry, ImportedColumn, Column, Body)


def count_rows() -> list[int]:
    return [model.objects.count() for model in MODELS]


def test_failed_import_or_confirmation_leaves_nothing(town: City, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = count_rows()
    with monkeypatch.context() as patch:
        patch.setattr("gongkai.work.notices.actions.imports.insert_rows", fail)
        with pytest.raises(KeyboardInterrupt):
            draft(town)
    assert count_rows() == before
    assert not Movement.objects.filter(stream__startswith="notice/").exists()
    notice = draft(town)
    before = count_rows()
    monkeypatch.setattr("gongkai.work.notices.entries.columns.create_columns", fail)
    with pytest.raises(KeyboardInterrupt):
        confirm_notice(notice, by=town.chief)
    assert count_rows() == before
    assert Notice.objects.get().state == NoticeState.DRAFT


def test_confirmation_creates_entries_and_columns(town: City) -> None:
    notice = live(town)
    assert notice.state == NoticeState.LIVE
    entries = Entry.objects.filter(assignment__notice=notice)
    assert sorted((e.body.label, e.assignment.track) for e in entries) == [
        ("市卫生健康委", "year"),
        ("市教育局", "year"),
        ("市财政局", "quarter"),
        ("市财政局", "year"),
        ("市财政局", "year"),
    ]
    leaf = Column.objects.get(name=PLANNING_PATH[-1])
    assert leaf.owner == town.planning  # many publish in it: the lead owns it
    assert Movement.objects.filter(action="assignment.open").count() == 5


def test_preview_matches_confirmed_result(town: City) -> None:
    notice = draft(town)
    shown = preview_confirmation(notice)
    assert shown.reasons == ()
    confirm_notice(notice, by=town.chief)
    made = Entry.objects.filter(assignment__notice=notice)
    assert shown.entries == made.count()
    assert {body.pk: n for body, n in shown.bodies} == {
        body: made.filter(body=body).count() for body in set(made.values_list("body_id", flat=True))
    }
    assert len(shown.columns.create) == notice.columns.filter(made=True).count()


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([row("公开。", ["市财政局"], ["有关部门"])], "单位没有对应"),
        ([row("公开。", ["市财政局"], ["市某某局"])], "单位没有对应"),
        ([row("公开。", ["市财政局"], ["市教育局等"])], "单位没有对应"),
        ([row("公开。", [], [])], "没有责任单位"),
    ],
)
def test_confirmation_lists_open_questions_and_is_refused(
    town: City, rows: list[dict[str, object]], reason: str
) -> None:
    notice = draft(town, parsed(rows=rows))
    assert any(reason in line for line in list_reasons_against_confirming(notice))
    with pytest.raises(Refused):
        confirm_notice(notice, by=town.chief)


def test_draft_for_comment_has_no_entries_until_issued(town: City) -> None:
    notice = live(town, parsed(status="draft", doc_number=None, issued_on=None))
    numbers = list(notice.measures.values_list("pk", flat=True))
    assert (notice.state, Entry.objects.count()) == (NoticeState.CHECKED, 0)
    issued = issue_notice(notice, by=town.chief, doc_number="云府办发〔2026〕9号", issued_on=notice.imported_at.date())
    assert issued.state == NoticeState.LIVE
    assert Entry.objects.count() == 5
    assert list(issued.measures.values_list("pk", flat=True)) == numbers


def test_undo_removes_everything_imported(town: City) -> None:
    before = count_rows()
    notice = live(town)
    undo_import(notice, by=town.chief)
    assert count_rows() == before
    last = Movement.objects.filter(stream=f"notice/{notice.pk}").last()
    assert last is not None
    assert last.action == "notice.undo"


def test_undo_is_refused_with_list_of_work_done(town: City) -> None:
    notice = live(town)
    entry = entry_of(notice, town.education)
    comment(entry, by=actor(Role.CLERK, town.education), text="已着手")
    before = count_rows()
    with pytest.raises(Refused) as caught:
        undo_import(notice, by=town.chief)
    assert any("备注" in line for line in caught.value.reasons)
    assert any(entry.number in line for line in caught.value.reasons)
    assert count_rows() == before


def test_misspelt_column_is_flagged_unless_it_exists(town: City) -> None:
    paths = [["政府网站", "政务公开", "社会救肋"], ["政府网站", "政务公开", "社会救助"]]
    rows = [row("公开救助标准。", ["市财政局"], [], duties=[duty("公开救助标准。", paths=paths)])]
    (flag,) = draft(town, parsed(rows=rows)).measures.get().flags
    assert "“社会救肋”疑有错字，应为“社会救助”" in flag["message"]
    column(town.website, "社会救肋")
    assert not find_misspelt_names(["社会救肋"], town.government)


def test_undo_keeps_columns_that_existed_before(town: City) -> None:
    live(town)
    other = live(town, parsed(title="云岭市2026年补充任务分工"))
    there = Column.objects.count()
    assert not other.columns.filter(made=True).exists()
    undo_import(other, by=town.chief)
    assert Column.objects.count() == there


def test_only_office_of_that_government_imports(town: City) -> None:
    elsewhere = BodyFactory(name="白水市人民政府", kind="government")
    stranger = actor(Role.CHIEF, elsewhere)
    for by in (stranger, actor(Role.CLERK, town.office), actor(Role.LEAD, town.education)):
        with pytest.raises(Refused):
            import_notice(None, by=by, source=source(), government=town.government)
    assert import_notice(None, by=SYSTEM, source=source(), government=town.government).pk


def test_import_uses_same_number_of_queries_for_more_rows(town: City, django_assert_max_num_queries: object) -> None:
    rows = [row(f"公开第{n}项信息。", ["市财政局"], ["市教育局", "市卫生健康委"]) for n in range(50)]
    with django_assert_max_num_queries(60):  # type: ignore[operator]
        notice = draft(town, parsed(rows=rows))
    with django_assert_max_num_queries(80):  # type: ignore[operator]
        confirm_notice(notice, by=town.chief)
    assert Entry.objects.count() == 100


def test_unknown_issuer_is_flagged_and_its_groups_stay_unresolved(town: City) -> None:
    """It may be of another region: 各区县 and 市教育局 are not matched to ours until a user confirms it."""
    text = """青峦市人民政府办公室关于印发政务公开任务分工的通知
青府办发〔2026〕8号

各区县政府，市政府各部门：
现将任务分工印发给你们，请认真贯彻执行。

青峦市人民政府办公室
2026年3月2日

工作任务\t贯彻举措\t牵头单位\t责任单位
一、推进公开\t公开目录。\t市教育局\t各区县政府
"""
    source = read_source(text.encode(), "通知.txt")
    strange = import_notice(None, by=town.chief, source=source, government=town.government)
    first = strange.measures.first()
    assert first is not None
    assert any("青峦市人民政府办公室" in str(flag["message"]) for flag in first.unsettled)
    group = first.units.get(printed="各区县政府")
    assert (group.state, group.members.count()) == (UnitState.OPEN, 0)
    known = first.units.get(printed="市教育局")
    assert (known.state, known.members.count()) == (UnitState.OPEN, 0)
    assert any("存疑" in reason for reason in list_reasons_against_confirming(strange))
    assert {name.unit.printed: name.suggestions for name in list_unresolved_names(NoticeScan(strange))[0]}[
        "市教育局"
    ] == [town.education]
    settle_flags(
        strange, by=town.chief, measure=first.pk
    )  # it is ours: units that only waited for that are known, groups are not
    known.refresh_from_db()
    group.refresh_from_db()
    assert [member.body for member in known.members.all()] == [town.education]
    assert group.state == UnitState.OPEN


def test_notice_of_bureau_resolves_its_own_offices(town: City) -> None:
    """预算科 and 办公室 are offices of the issuing bureau, 各科室 is the bureau; unknown offices match no other bureau."""
    for name in ("预算科", "国库科", "办公室"):
        OfficeFactory(body=town.finance, name=name)
    text = """云岭市财政局办公室关于印发2027年局政务公开任务分工的通知
云财办〔2026〕61号
各科室、局属各单位：
现将任务分工印发给你们。
云岭市财政局办公室
2026年11月20日

工作任务\t具体要求\t牵头科室\t责任科室\t完成时限
财政公开\t公开预算汇编\t预算科\t国库科、办公室\t2027年2月底前
财政公开\t公开基金决算\t社会保障科\t各科室\t2027年9月底前
"""
    source = read_source(text.encode(), "通知.txt")
    issuer = find_issuer(str(source.parsed["issuer"]), town.government)
    assert issuer == town.finance
    notice = import_notice(None, by=town.chief, source=source, government=town.government, issuer=issuer)
    meant = {
        unit.printed: [(one.body, one.office and one.office.name) for one in unit.members.all()]
        for unit in MeasureUnit.objects.filter(measure__notice=notice)
    }
    assert meant == {
        "预算科": [(town.finance, "预算科")],
        "国库科": [(town.finance, "国库科")],
        "办公室": [(town.finance, "办公室")],
        "各科室": [(town.finance, None)],
        "社会保障科": [],
    }
    unknown = MeasureUnit.objects.get(measure__notice=notice, printed="社会保障科")
    assert (unknown.state, "没有登记处室" in unknown.words) == (UnitState.UNKNOWN, True)
    assert {name.unit.printed: name.suggestions for name in list_unresolved_names(NoticeScan(notice))[0]} == {
        "社会保障科": [town.finance]
    }
    resolve_unit(notice, by=town.chief, unit=unknown.pk, bodies=[town.finance], learn=True)
    assert not Alias.objects.filter(name="社会保障科").exists()  # of this bureau only, in its own notices


def test_office_leading_another_office_of_its_bureau_gets_task_once(town: City) -> None:
    for name in ("预算科", "国库科"):
        OfficeFactory(body=town.finance, name=name)
    text = """云岭市财政局2027年政务公开任务分工
云岭市财政局
2026年11月20日

工作任务\t具体要求\t牵头科室\t责任科室\t完成时限
财政公开\t公开预算汇编\t预算科\t国库科\t2027年2月底前
"""
    source = read_source(text.encode(), "通知.txt")
    notice = import_notice(None, by=town.chief, source=source, government=town.government, issuer=town.finance)
    confirm_notice(notice, by=town.chief)
    (entry,) = Entry.objects.filter(assignment__measure__notice=notice)
    assert (entry.body, entry.office.name) == (town.finance, "预算科")
