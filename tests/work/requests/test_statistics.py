"""Statistics of requests, anonymised cases, similar requests and their results."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import RequestFactory
from django.utils import timezone

from factories.intake import seen_preview
from factories.requests import add_applicant, do, register, staff
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Role
from gongkai.lib.writing.docx_templates import PLACEHOLDER_PATTERN, get_placeholder_value
from gongkai.work.requests import actions
from gongkai.work.requests.models import Case, Consultation, Request
from gongkai.work.requests.queries import statistics
from gongkai.work.requests.queries.request_list import (
    cases_visible_to,
    filter_requests_by_figure,
    find_similar_cases_and_requests,
)
from gongkai.work.requests.queries.statistics import compute_percentile
from gongkai.work.requests.views.register import RequestRegister
from gongkai.work.requests.views.statistics import _list_linked_figures

pytestmark = pytest.mark.django_db
WANTED = "安居家园二期老旧小区改造工程竣工结算审核报告"
GROUND = "公开后会泄露企业的商业秘密"


@pytest.fixture(scope="module")
def kept(kept_rows: Any):
    def make() -> Body:
        """Two units: one answers two like requests differently, one late, one not yet, one merged away."""
        unit = BodyFactory(name="云岭市统计局", short_name="市统计局")
        other = BodyFactory(name="云岭市气象局")
        with time_machine.travel("2024-01-03 10:00+08:00", tick=False):
            first = register(unit, date(2024, 1, 2), wanted=WANTED)
            register(unit, date(2024, 1, 2), wanted="去年全市粮食产量统计公报")
            away = register(unit, date(2024, 1, 2), wanted=WANTED)
            add_applicant(first)
            do(add_applicant(away), "merge", into=first.number)
            late = register(other, date(2024, 1, 3), wanted="防雷检测单位名录")
        with time_machine.travel("2024-01-10 10:00+08:00", tick=False):
            do(first, "ask_third_party", who="晨光建设公司")
            do(first, "take_opinion", consultation=Consultation.objects.get().pk, opinion="objects", reason=GROUND)
            do(first, "decide", result="3.3.4", ground=f"晨光建设公司不同意，李晓云的电话13800138000，{GROUND}")
            like_one = register(unit, date(2024, 1, 10), wanted=f"{WANTED}和附件")
            do(like_one, "decide", result="3.1")
        with time_machine.travel("2024-03-20 10:00+08:00", tick=False):
            do(late, "decide", result="3.4.1", ground="经检索没有找到")
        return unit

    yield from kept_rows(make)


@pytest.fixture
def unit(kept: Body):
    with time_machine.travel("2024-03-20 10:00+08:00", tick=False):
        yield kept


def list_received() -> Any:
    return statistics.list_received_between(
        Request.objects.select_related("entry__body"), date(2024, 1, 1), timezone.localdate()
    )


def test_volumes_durations_results_and_late_ones_are_counted(unit: Body) -> None:
    found = statistics.compute_statistics(list_received())
    whole = found.whole
    assert (whole.received, whole.ended, whole.running, whole.overdue, whole.answered_late) == (4, 3, 1, 1, 1)
    assert (whole.median, whole.p95) == (6, 52)
    assert [(one.label, one.received) for one in found.months] == [("2024-01", 4)]
    assert [(one.label, one.received) for one in found.units] == [("云岭市统计局", 3), ("云岭市气象局", 1)]
    assert {key for key, _, _ in found.results} == {"3.1", "3.3.4", "3.4.1"}
    assert filter_requests_by_figure(list_received(), "overdue").get().wanted.reveal().startswith("去年")
    assert filter_requests_by_figure(list_received(), "answered_late").get().wanted.reveal() == "防雷检测单位名录"
    assert not filter_requests_by_figure(list_received(), "due").exists()


def test_each_figure_links_to_the_rows_it_counts(unit: Body) -> None:
    asked = {"since": "2024-01-01", "until": timezone.localdate().isoformat()}
    found = statistics.compute_statistics(list_received())
    lines = [found.whole, *found.months, *found.units, *found.topics]
    for one in lines:
        for label, count, address in _list_linked_figures(one, asked):
            asked_for = RequestFactory().get(address)
            assert RequestRegister().listing(asked_for, SYSTEM).rows.count() == count, (one.label, label)
    assert sum(count for one in lines for _, count, _ in _list_linked_figures(one, asked)) > 20


def test_similar_requests_with_diverging_results_are_listed(unit: Body) -> None:
    ((one, other, alike),) = statistics.find_diverging_results(list_received())
    assert (one.ended_as, other.ended_as) == ("3.1", "3.3.4")
    assert alike > 0.6
    page = signed_in(Role.CLERK, unit).get("/admin/requests/statistics/?since=2024-01-01&alike=1").content.decode()
    assert "云岭市统计局" in page
    assert "云岭市气象局" not in page, "of other units' requests nothing is counted"


@pytest.mark.parametrize(
    ("days", "median", "p95"),
    [([], None, None), ([5], 5, 5), ([4, 9], 6.5, 9), ([1, 2, 9], 2, 9), (range(1, 101), 50.5, 95)],
)
def test_median_interpolates_and_percentile_is_an_actual_value(
    days: Any, median: float | None, p95: int | None
) -> None:
    assert statistics.StatisticsRow("", days=list(days)).median == median
    assert compute_percentile(days, 0.95) == p95


def compile_example() -> Case:
    entry = Entry.objects.get(request__topic="住房城建", outcome="3.3.4")
    comment = "晨光建设公司的意见有无合理理由，李晓云能否得到区分处理后的内容，是本案焦点。"
    made: Case = actions.compile_case(
        entry, by=staff(entry.body), title="竣工结算报告与商业秘密", comment=comment, tags="商业秘密 结算"
    )
    return made


def test_case_does_not_reveal_applicant(unit: Body) -> None:
    made = compile_example()
    text = " ".join((made.title, made.wanted, made.ground, made.comment, made.dispute, made.tags))
    for secret in ("李晓云", "13800138000", "晨光"):
        assert secret not in text
    assert "第三方不同意" in made.ground
    with pytest.raises(Refused, match="已经编为案例"):
        compile_example()
    by = staff(unit)
    actions.revise_case(made, by=by, title="竣工结算报告", comment="申请人李晓云的申请能否区分处理是本案焦点。")
    assert Case.objects.get().comment == "申请人的申请能否区分处理是本案焦点。"
    assert not cases_visible_to(ANONYMOUS).exists()
    with pytest.raises(Refused):
        actions.withdraw_case(made, by=actor(Role.CLERK, BodyFactory()), words="不合适")
    actions.withdraw_case(Case.objects.get(), by=by, words="已经过时")
    assert not cases_visible_to(by).exists()
    assert compile_example() == made
    assert cases_visible_to(by).get().title == "竣工结算报告与商业秘密"


def test_name_found_in_one_text_of_case_is_masked_in_all(unit: Body) -> None:
    done = do(register(unit, wanted="我儿子高峰在读，请公开名册"), "decide", result="3.3.4", ground="第三方不同意")
    facts = {"title": "高峰名册公开案", "comment": "高峰和女儿田野的成绩能否区分处理是本案焦点。", "tags": "田野"}
    made = actions.compile_case(done, by=staff(unit), **facts)
    assert (made.title, made.wanted, made.tags) == ("高*名册公开案", "我儿子高*在读，请公开名册", "田*")
    actions.revise_case(made, by=staff(unit), **facts)
    assert Case.objects.get().comment == "高*和女儿田*的成绩能否区分处理是本案焦点。"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("夏侯婉清", "婉清多次来电，夏侯女士要求当面答复，夏 侯　婉清、夏侯某、夏侯主任均指一人。"),
        ("阿卜杜拉·买买提", "阿卜杜拉来电，买买提先生要求当面答复，阿卜杜拉•买买提、阿卜杜拉买买提均指一人。"),
        ("𠮷田婉清", "𠮷田女士多次来电，婉清要求当面答复，𠮷 田 婉 清、田婉清均指一人。"),
        ("周丽", "周师傅多次来电，老周要求当面答复，周　丽、周老师、小丽均指一人。"),
    ],
)
def test_case_contains_no_part_of_applicants_name(unit: Body, name: str, text: str) -> None:
    entry = add_applicant(register(unit, wanted=f"请公开小区改造方案（申请人{name}）"), name=name, phone="")
    done = do(entry, "decide", result="3.3.4", ground=f"{text}")
    made = actions.compile_case(done, by=staff(unit), title=f"关于{name}的申请", comment=text)
    for said in (made.title, made.wanted, made.ground, made.comment):
        assert not set(name.replace("·", "")) & set(said), said
    assert made.comment.endswith("均指一人。")


def test_placeholder_ending_a_sentence_gets_no_second_full_stop() -> None:
    text = "你方的意见为：{{意见}}，{{理由}}。"
    fields = {"意见": "不同意公开。", "理由": "涉及商业秘密"}
    said = PLACEHOLDER_PATTERN.sub(lambda found: get_placeholder_value(text, found, fields), text)
    assert said == "你方的意见为：不同意公开，涉及商业秘密。"


def test_unanswered_request_cannot_become_case(unit: Body) -> None:
    entry = do(register(unit), "ask_correction", items="请写明年度", days=5)
    with pytest.raises(Refused):
        actions.compile_case(entry, by=staff(unit), title="没有答复", comment="没有作出答复的不能编为案例")


def test_cases_are_searched_read_and_exported(unit: Body) -> None:
    made = compile_example()
    client = signed_in(Role.CLERK, BodyFactory())
    assert made.title in client.get("/admin/requests/cases/?q=结算+焦点&result=3.3.4&year=2024").content.decode()
    assert made.title not in client.get("/admin/requests/cases/?q=养老").content.decode()
    page = client.get(f"/admin/requests/cases/{made.pk}/").content.decode()
    assert "第三方" in page
    assert "撤下案例" not in page
    for address in ("?export=1", "volume/?q=结算"):
        assert b"".join(client.get(f"/admin/requests/cases/{address}")).startswith(b"PK")


def test_similar_cases_and_results_are_shown_on_request_page(unit: Body) -> None:
    made = compile_example()
    entry = register(unit, wanted=f"{WANTED}（全文）")
    found = find_similar_cases_and_requests(Request.objects.select_related("entry").get(pk=entry.pk), staff(unit))
    assert [(one.case, one.result) for one in found if one.case] == [(True, "不予公开：保护第三方合法权益")]
    page = signed_in(Role.CLERK, unit).get(f"/admin/ledger/{entry.pk}/").content.decode()
    assert "同类申请和案例的结果" in page
    assert made.title in page
    assert "结果不一" in page


def test_late_in_year_means_open_after_due_date_unless_paused() -> None:
    with time_machine.travel("2024-01-03 10:00+08:00", tick=False):
        entry = register(BodyFactory(), date(2024, 1, 2))
    late = statistics.make_late_condition(date(2024, 1, 1), date(2024, 12, 31))
    row, facts = Entry.objects.filter(pk=entry.pk), Request.objects.filter(pk=entry.pk)
    assert facts.filter(late).exists()
    row.update(paused=True)
    assert not facts.filter(late).exists()
    after = datetime(
        2025, 1, 8, tzinfo=UTC
    )  # answered before the report was drafted: it was late in that year all the same
    row.update(paused=False, closed_at=after)
    facts.update(ended_on=after.date(), ended_as="3.1")
    assert facts.filter(late).exists()
    row.update(due_at=datetime(2025, 1, 3, tzinfo=UTC))  # due in the next year: late there, not in this
    assert not facts.filter(late).exists()
    assert facts.filter(statistics.make_late_condition(date(2025, 1, 1), date(2025, 12, 31))).exists()


def test_clerk_previews_masking_before_saving_case(unit: Body) -> None:
    entry = add_applicant(register(unit, wanted="请公开小区改造方案（申请人夏侯婉清）"), name="夏侯婉清")
    done = do(entry, "decide", result="3.3.4", ground="尚在讨论")
    client = signed_in(Role.LEAD, unit)
    path = f"/admin/ledger/{done.pk}/act/request.compile_case/"
    assert "改造方案（<mark>申请人</mark>）" in client.get(path).content.decode()
    said = {"title": "小区改造方案案例", "comment": "婉清多次来电，要求当面答复。"}
    page = client.post(path, said).content.decode()
    assert "评析：<mark>申请人</mark>多次来电" in page
    assert "婉清多次来电" in page  # what was typed stays in its field
    assert not Case.objects.filter(title=said["title"]).exists()
    seen = seen_preview(page)
    client.post(path, {**said, **seen})
    made = Case.objects.get(title=said["title"])
    assert made.comment == "申请人多次来电，要求当面答复。"
    again = f"/admin/requests/cases/{made.pk}/revise-case/"
    changed = {**said, "comment": "夏侯女士来过，老夏侯在场，可以借鉴。", **seen}
    page = client.post(again, changed).content.decode()
    assert "<mark>申请人</mark>来过，<mark>申请人</mark>在场" in page
    assert Case.objects.get().comment == made.comment
    client.post(again, {**changed, **seen_preview(page)})
    assert Case.objects.get().comment == "申请人来过，申请人在场，可以借鉴。"
