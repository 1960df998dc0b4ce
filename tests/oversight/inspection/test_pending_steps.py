"""Changes between two runs, comparison of sites, and pending steps by role."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.ledger import rectification
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import BodyKind, Role
from gongkai.oversight.inspection import actions, queries
from gongkai.oversight.inspection.finding_register import list_findings_of_run
from gongkai.oversight.inspection.models import IndicatorTable, InspectedSite, InspectionRun, RunState, SiteFinding
from gongkai.oversight.inspection.panels import find_later_inspection
from gongkai.oversight.inspection.pending_steps import list_pending_steps, make_pending_block
from gongkai.oversight.inspection.site.scoring import INDICATOR_TABLE_PATH, InspectionFinding

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def make_run(site: InspectedSite, ago: int, score: float, found: list[tuple[str, str, str]]) -> InspectionRun:
    """Create a finished run; `found`: (indicator, kind, words) each."""
    text = INDICATOR_TABLE_PATH.read_text(encoding="utf-8")
    table, _ = IndicatorTable.objects.get_or_create(digest="d", defaults={"version": "1", "text": text})
    lost = [{"group": "发布解读", "points": 2.0, "name": what, "findings": 1} for _, kind, what in found if kind == "deduction"]  # fmt: skip
    report = {"veto": [one for one in found if one[1] == "veto"], "deductions": lost, "indicators": {}}
    run = InspectionRun.objects.create(
        site=site, state=RunState.DONE, asked_by="x", today=TODAY - timedelta(days=ago), score=score, passed=score >= 60,
        table=table, report=report,
    )  # fmt: skip
    for indicator, kind, what in found:
        mark = InspectionFinding(indicator, site.address, what).mark
        SiteFinding.objects.create(
            run=run, indicator=indicator, name=what, kind=kind, url=site.address, what=what, mark=mark
        )
    return run


@pytest.fixture
def county() -> InspectedSite:
    body = BodyFactory(name="云岭市人民政府", kind=BodyKind.GOVERNMENT)
    return InspectedSite.objects.create(name="县政府网", address="http://a.example/", body=body, every=30)


OLD = [("veto.home_stale", "veto", "首页不更新"), ("column.empty", "deduction", "空白栏目")]
NOW = [("column.empty", "deduction", "空白栏目"), ("link.inner", "deduction", "打不开")]


def test_changes_between_two_runs(county: InspectedSite) -> None:
    first = make_run(county, 30, 0, OLD)
    assert queries.get_previous_run(first) is None
    second = make_run(county, 1, 96, NOW)
    became = {"打不开": "new", "空白栏目": "still", "首页不更新": "gone"}
    assert dict(list_findings_of_run(second).values_list("what", "place")) == became
    assert (queries.get_previous_run(second), queries.get_later_run(first)) == (first, second)
    # The file contains the filtered list.
    file = signed_in(Role.CHIEF, county.body).get(f"/admin/inspection/runs/{second.pk}/findings/?place=gone&export=1")
    assert [row[2] for row in load_workbook(BytesIO(file.getvalue())).worksheets[0].values] == ["问题", "首页不更新"]


def test_same_finding_in_other_words_has_same_mark() -> None:
    rows = [InspectionFinding("c", "u", f"最近更新是{day}", key="k") for day in (1, 2)]
    assert rows[0].mark == rows[1].mark != InspectionFinding("c", "u", "最近更新是1").mark


def test_sites_are_compared(county: InspectedSite) -> None:
    other = InspectedSite.objects.create(name="邻县", address="http://b.example/")
    make_run(county, 30, 0, OLD)
    make_run(county, 1, 96, NOW)
    make_run(other, 2, 0, OLD)
    groups, rows = queries.compare_sites(queries.visible_to(SYSTEM))
    assert groups == ["发布解读"]
    assert [(one.run.site.name, one.taken, one.before) for one in rows] == [
        ("县政府网", [(4.0, 2)], 0.0),
        ("邻县", [(2.0, 1)], None),
    ]


def test_pending_steps_by_role(county: InspectedSite) -> None:
    run = make_run(county, 1, 0, OLD)
    InspectedSite.objects.create(name="未查", address="http://c.example/", body=county.body)
    chief, clerk = actor(Role.CHIEF, county.body), actor(Role.CLERK, county.body)
    assert [one.tag for one in list_pending_steps(chief)] == ["否决", "待处理", "未检查"]
    assert list_pending_steps(clerk) == []
    assert make_pending_block(clerk) is None
    entries = [actions.order_finding(one, by=SYSTEM, body=county.body, until=TODAY) for one in run.findings.all()]
    Entry.objects.filter(pk=entries[0].pk).update(due_at=timezone.now() - timedelta(days=3))
    rectification.report(Entry.objects.get(pk=entries[1].pk), by=clerk, text="已补充内容")
    assert [one.tag for one in list_pending_steps(chief)] == ["超期", "待复核", "未检查"]
    assert [one.tag for one in list_pending_steps(clerk)] == ["超期", "待复核"]
    assert list_pending_steps(actor(Role.CLERK, BodyFactory())) == []


def test_page_of_order_shows_later_inspection(county: InspectedSite) -> None:
    finding = make_run(county, 9, 0, OLD).findings.get(kind="veto")
    entry = actions.order_finding(finding, by=SYSTEM, body=county.body)
    chief = actor(Role.CHIEF, county.body)

    def since() -> tuple[bool, bool, bool]:
        again = find_later_inspection(entry, chief)
        assert again is not None
        assert again.may
        return bool(again.run), bool(again.still), again.certain

    assert since() == (False, False, True)
    make_run(county, 1, 0, OLD)
    assert since() == (True, True, True)
    run = make_run(county, 0, 96, NOW)
    assert since() == (True, False, True)
    # Indicators not judged or pages not read are not reported as gone.
    for doubt in ({"report": {"skipped": {"veto.home_stale": "列表由程序生成"}}}, {"words": "时间已到"}):
        InspectionRun.objects.filter(pk=run.pk).update(report={}, words="")
        InspectionRun.objects.filter(pk=run.pk).update(**doubt)
        assert since() == (True, False, False)
    assert (
        find_later_inspection(
            Entry.objects.create(kind="x", number="x", body=county.body, year=1, opened_at=timezone.now()), chief
        )
        is None
    )
