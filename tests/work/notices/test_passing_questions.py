"""Questions on a county's draft before printing: unknown units, vague groups, deadlines; and concurrent edits."""

from factories.notices import YEAR, City, draft, duty, live, parsed, row, start_child_draft
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Role
from gongkai.work.notices.passing_down.questions import find_unknown_units, list_questions


def test_units_missing_in_county_are_questioned_and_its_office_is_notified(town: City) -> None:
    own = BodyFactory(name="青山区财政局", short_name="区财政局", parent=town.district)
    office = actor(Role.CHIEF, town.district)
    source = live(town, parsed(rows=[row("公开。", ["市财政局"], ["市教育局"])]))
    child = start_child_draft(town, source)
    assert find_unknown_units(child) == {"区教育局": [1]}
    told = Message.objects.filter(person_id=office.person_id, subject__startswith="下发通知草稿")
    assert told.values("key").distinct().count() == 1
    assert "区教育局不在本级单位名录中" in told[0].body
    assert own.label not in told[0].body
    start_child_draft(town, source, by=office)
    assert told.values("key").distinct().count() == 1  # who drafts needs no message


def test_vague_groups_omitted_governments_and_relative_days_are_questioned(town: City) -> None:
    BodyFactory(name="青山区财政局", short_name="区财政局", parent=town.district)
    within = {
        "kind": "working_days",
        "count": 20,
        "counts_from": "issue",
        "text": "自本通知印发之日起20个工作日内",
    }
    rows = [
        row("公开清单。", ["市财政局"], ["各有关部门"]),
        row("公开办法。", ["市财政局"], ["各区县政府"]),
        row(
            "自本通知印发之日起20个工作日内公开方案。",
            ["市财政局"],
            ["市财政局"],
            duties=[duty("公开方案。", due=within)],
        ),
    ]
    child = start_child_draft(town, live(town, parsed(rows=rows, issued_on=f"{YEAR}-04-02")))
    vague, gone, limit = list_questions(child)
    assert (vague.places, gone.places, limit.places) == ((1,), (2,), (3,))
    assert "“各有关部门”没有说明是哪些单位" in vague.words
    assert "“各区县政府”，没有带入" in gone.words
    assert f"按来源通知应于{YEAR}年" in limit.words
    assert find_unknown_units(child) == {}


def test_concurrent_save_shows_what_would_be_lost(town: City) -> None:
    child = start_child_draft(town, live(town, parsed(rows=[row("公开。", ["市财政局"], ["市教育局"])])))
    browser = signed_in(Role.CHIEF, town.district)
    sent = {name: getattr(child, name) for name in ("title", "issuer_name", "addressee", "preamble")} | {
        "version": child.version,
        "count": 1,
        "measure-1": child.rows[0]["measure"],
        "section-1": child.rows[0]["section"],
        "text-1": "公开。",
        "lead-1": "区财政局、区民政局",
    }
    assert browser.post(child.url, sent | {"preamble": "先存的话"}).status_code == 302
    late = browser.post(child.url, sent | {"signed_on": f"{YEAR}-05-06", "text-1": "我写的举措"})
    said = late.content.decode()
    assert late.status_code == 422
    assert "正文现为“先存的话”" in said
    assert "第1条贯彻举措现为“公开。”" in said
    assert "再次保存将以您填写的为准" in said
    assert "我写的举措" in said
    assert f'value="{YEAR}-05-06"' in said
    assert "区财政局、区民政局（第1条）" not in said  # units are told apart as they are when it is saved


def test_deadline_in_its_own_column_is_questioned_too(town: City) -> None:
    within = {"kind": "working_days", "count": 20, "counts_from": "issue", "text": "印发后20个工作日内"}
    rows = [row("公开方案。", ["市财政局"], ["市财政局"], duties=[duty("公开方案。", due=within)])]
    child = start_child_draft(town, live(town, parsed(rows=rows, issued_on=f"{YEAR}-04-02")))
    assert not [one for one in list_questions(child) if "重新起算" in one.words]
    child.rows[0]["limit"] = "印发后20个工作日内"
    assert [one.places for one in list_questions(child) if "重新起算" in one.words] == [(1,)]


def test_deadline_counted_from_own_issue_date_is_flagged_on_import(town: City) -> None:
    within = {"kind": "working_days", "count": 20, "counts_from": "issue", "text": "印发之日起20个工作日内"}
    rows = [row("印发之日起20个工作日内公开方案。", ["市财政局"], [], duties=[duty("公开方案。", due=within)])]
    above = live(town, parsed(rows=rows, issued_on=f"{YEAR}-04-02"))
    basis = [{"title": above.title, "doc_number": above.doc_number}]
    own = draft(town, parsed(rows=rows, issued_on=f"{YEAR}-05-06", doc_number="青5号", basis=basis))
    (doubt,) = [one for one in own.measures.get().flags if "上级通知" in one["message"]]
    assert "请核对以哪一天为准" in doubt["message"]
