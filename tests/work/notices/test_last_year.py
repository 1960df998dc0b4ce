"""Next year's notice reuses this year's: a recurring row's missing fields are filled from last year on request."""

import pytest
from django.test import Client

from factories.notices import YEAR, City, draft, duty, live, parsed, row
from gongkai.core.acts.action import Refused
from gongkai.work.notices.actions import fill_from_last_year
from gongkai.work.notices.models import Notice
from gongkai.work.notices.versions.last_year import find_last_years_rows

PLAN, SCHOOL = "公开国民经济和社会发展计划及其执行情况。", "公开义务教育学校招生范围和报名办法。"


def test_recurring_row_shows_last_year_and_fills_missing_fields(town: City, chief: Client) -> None:
    due = {"kind": "by_date", "date": f"{YEAR}-12-10", "text": "12月10日前"}
    live(
        town,
        parsed(
            rows=[
                row(PLAN, ["市发展改革委"], [], duties=[duty(PLAN, due=due)]),
                row(SCHOOL, ["市教育局"], [], duties=[duty(SCHOOL, due=due)]),
            ]
        ),
    )
    title = f"云岭市{YEAR + 1}年政务公开工作要点任务分工"
    rows = [row(SCHOOL, [], []), row(PLAN, ["市财政局"], [], duties=[duty(PLAN, due=due)])]
    new = draft(town, parsed(title=title, doc_number="", issued_on=f"{YEAR + 1}-01-10", rows=rows))
    new.year = YEAR + 1
    new.save(update_fields=["year"])
    school, plan = new.measures.order_by("position")
    last = find_last_years_rows(new)
    assert last[school.pk].tasks == (f"市教育局（{YEAR}-12-10到期，办理中）",)
    assert (last[school.pk].unnamed, last[plan.pk].unnamed, dict(last[plan.pk].dues)) == (True, False, {})
    page = chief.get(f"/admin/notices/{new.pk}/review/").content.decode()
    assert "照上年填写" in page
    fill_from_last_year(new, by=town.chief, measure=school.pk)
    assert [unit.name for unit in school.units.all()] == ["市教育局"]
    assert school.duties.get().due == {"kind": "by_date", "date": f"{YEAR + 1}-12-10"}
    with pytest.raises(Refused, match="没有可以照上年填写"):
        fill_from_last_year(Notice.objects.get(pk=new.pk), by=town.chief, measure=plan.pk)
