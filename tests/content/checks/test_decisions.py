"""Decisions on findings: correct, mask, or keep on a stated ground; each applies to its passage only."""

import pytest

from factories.checks import DIRTY, ID_NUMBER, check_report, docx_with, stored_attachment
from factories.publishing import item, public
from factories.units import BodyFactory, actor
from gongkai.content.checks import grounds
from gongkai.content.checks.masking import find_clause, merge_ranges
from gongkai.content.checks.models import Waiver
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.models import Movement, MovementWords
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def saved_html(page: ItemPage) -> str:
    page = ItemPage.objects.get(pk=page.pk)
    return freeze(page, page.get_latest_revision()).html


def list_fingerprints(page: ItemPage, family: str = "privacy") -> list[str]:
    return [one.fingerprint for one in check_report(page).remarks if one.family == family]


@pytest.mark.parametrize("field", ["body", "imported_html"])
def test_all_findings_of_a_text_are_masked_at_once(field: str, housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], **{field: DIRTY})
    before = page.get_latest_revision().pk
    revision = actions.mask_findings(page, by=clerk, fingerprints=list_fingerprints(page))
    assert saved_html(page) == "<p>申请人刘**，身份证号420106********001X，电话138****5678，不服答复。</p>"
    assert revision.pk != before
    assert not check_report(page).open
    actions.submit(page, by=clerk)


def test_masking_one_finding_leaves_the_others(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], body=DIRTY)
    phone = next(one for one in check_report(page).open if one.kind == "phone")
    actions.mask_findings(page, by=clerk, fingerprints=[phone.fingerprint])
    assert "138****5678" in saved_html(page)
    assert ID_NUMBER in saved_html(page)


@pytest.mark.parametrize(
    ("words", "found", "left"),
    [
        ("工程已经完工，联系人电话13812345678，请知悉。", "13812345678", "工程已经完工，请知悉。"),
        (
            "请到窗口办理，电话13812345678。材料齐全的当场办结。",
            "13812345678",
            "请到窗口办理。材料齐全的当场办结。",
        ),
        ("报名从速（电话13812345678）。", "13812345678", "报名从速。"),
        ("联系电话13812345678。材料齐全的当场办结。", "13812345678", "材料齐全的当场办结。"),
        (
            "经办人：甲13912345678、乙13812345678、丙，可以致电。",
            "13812345678",
            "经办人：甲13912345678、丙，可以致电。",
        ),
        ("经办人：甲13812345678、乙，可以致电。", "13812345678", "经办人：乙，可以致电。"),
        ("经办人：乙、甲13812345678，可以致电。", "13812345678", "经办人：乙，可以致电。"),
        ("已经核实，录用甲、乙13812345678、丙为教师。", "乙13812345678", "已经核实，录用甲、丙为教师。"),
        ("依法、及时答复13812345678来电，已办结。", "13812345678", "已办结。"),
        ("第一段\n电话13812345678\n第三段", "13812345678", "第一段\n\n第三段"),
    ],
)
def test_find_clause_includes_punctuation_so_that_the_rest_reads_on(words: str, found: str, left: str) -> None:
    at = words.index(found)
    first, last = find_clause(words, at, at + len(found))
    assert words[:first] + words[last:] == left


def test_clause_of_a_labelled_list_includes_the_label() -> None:
    words = "已经公示，经办人：甲13912345678、乙13812345678。"
    places = [(words.index(one), words.index(one) + 11) for one in ("13912345678", "13812345678")]
    ((first, last),) = merge_ranges((find_clause(words, *place) for place in places), words)
    assert words[:first] + words[last:] == "已经公示。"


def test_drop_clauses_removes_the_clause_of_a_finding(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], body=DIRTY)
    phone = next(one for one in check_report(page).open if one.kind == "phone")
    actions.drop_clauses(page, by=clerk, fingerprints=[phone.fingerprint])
    assert saved_html(page) == DIRTY.replace("，电话13812345678", "")
    actions.drop_clauses(page, by=clerk, fingerprints=list_fingerprints(page))
    assert not check_report(page).open


def test_title_summary_and_file_names_are_masked(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(
        housing,
        [plans],
        title=f"关于身份证号{ID_NUMBER}的答复",
        summary=f"身份证号{ID_NUMBER}",
        attachments=[stored_attachment("没有什么".encode(), f"身份证{ID_NUMBER}.txt")],
    )
    actions.mask_findings(page, by=clerk, fingerprints=list_fingerprints(page))
    draft = ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert draft.title == "关于身份证号420106********001X的答复"
    assert draft.summary == "身份证号420106********001X"
    assert [one.name for one in draft.attachments.all()] == ["身份证420106某001X.txt"]
    assert not check_report(page).open


def test_suggested_spelling_is_applied(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], body="<p>现将工作<b>布署</b>如下。</p>")
    actions.apply_suggestions(page, by=clerk, fingerprints=list_fingerprints(page, "proofread"))
    assert saved_html(page) == "<p>现将工作<b>部署</b>如下。</p>"


def test_wrong_word_warns_unless_rules_make_it_block(housing: Body, plans: Column, clerk: Actor, site: object) -> None:
    page = item(housing, [plans], body="<p>现将工作布署如下。</p>")
    assert not check_report(page).open
    assert len(check_report(page).warnings) == 1
    head = actor(Role.LEAD, housing)
    actions.set_check_rules(housing, by=head, proofreading_holds=True, terms="")
    with pytest.raises(Refused, match="校对疑误没有处理"):
        actions.submit(page, by=clerk)
    actions.keep_finding(page, by=clerk, ground="right", fingerprints=list_fingerprints(page, "proofread"))
    actions.submit(page, by=clerk)


def test_terms_set_by_the_unit_are_found(housing: Body, plans: Column) -> None:
    page = item(housing, [plans], body="<p>到便民中心办理。</p>")
    assert not list_fingerprints(page, "proofread")
    head = actor(Role.LEAD, housing)
    actions.set_check_rules(housing, by=head, proofreading_holds=False, terms="便民中心,便民服务中心,规范名称")
    assert [one.suggestion for one in check_report(page).remarks] == ["便民服务中心"]
    with pytest.raises(Refused, match="第1行有误"):
        actions.set_check_rules(housing, by=head, proofreading_holds=False, terms="甲")
    with pytest.raises(Refused, match="只有本单位负责人"):
        actions.set_check_rules(housing, by=actor(Role.CLERK, housing), proofreading_holds=False, terms="")


def test_rules_are_inherited_from_parent_body(housing: Body, plans: Column) -> None:
    actions.set_check_rules(housing.parent, by=actor(Role.CHIEF, housing.parent), proofreading_holds=True, terms="")
    page = item(housing, [plans], body="<p>现将工作布署如下。</p>")
    assert len(check_report(page).open) == 1


def test_keeping_needs_a_valid_ground_and_the_own_unit(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], body=DIRTY)
    for ground, words, reason in (
        ("", "", "请选择保留的依据"),
        ("nonsense", "", "请选择保留的依据"),
        ("other", "", "请写明依据的文件名称和条款"),
        ("mandatory", "法", "请写明哪部法律法规第几条"),
        ("penalty", "云住建罚〔2026〕5号", "只可保留被处罚人姓名"),
    ):
        with pytest.raises(Refused, match=reason):
            actions.keep_finding(page, by=clerk, ground=ground, words=words, fingerprints=list_fingerprints(page))
    other = actor(Role.CLERK, BodyFactory(name="云岭市教育局", parent=housing.parent))
    with pytest.raises(Refused, match="只能处理本单位"):
        actions.keep_finding(page, by=other, ground="duty", fingerprints=list_fingerprints(page))
    assert not Waiver.objects.exists()


def test_penalty_ground_keeps_name_of_punished_person(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], body="<p>被处罚人：刘志强。</p>")
    actions.keep_finding(
        page, by=clerk, ground="penalty", words="云住建罚〔2026〕5号", fingerprints=list_fingerprints(page)
    )
    actions.submit(page, by=clerk)


@pytest.mark.parametrize("code", [code for code in grounds.GROUNDS_BY_CODE if code != "not_personal"])
def test_every_ground_except_false_alarm_names_or_asks_for_its_source(code: str) -> None:
    ground = grounds.GROUNDS_BY_CODE[code]
    assert ground.source or ground.asks


def test_decision_holds_until_its_own_passage_changes(housing: Body, plans: Column, clerk: Actor) -> None:
    both = "<p>联系人：王小明，电话13812345678。</p><p>其他事项。</p>"
    page = item(housing, [plans], body=both)
    actions.keep_finding(
        page, by=clerk, ground="consent", words="同意书2026年11月1日", fingerprints=list_fingerprints(page)
    )
    actions.save_revision(page, by=clerk, body=both.replace("其他事项", "其他事项照旧"))
    assert not check_report(page).open
    actions.save_revision(page, by=clerk, body=both.replace("联系人", "申请人"))
    assert len(check_report(page).open) == 2


def test_equal_findings_are_decided_separately(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], body="<p>联系人：王小明</p><p>联系人：王小明</p>")
    first, second = list_fingerprints(page)
    actions.keep_finding(page, by=clerk, ground="duty", fingerprints=[first])
    assert [one.fingerprint for one in check_report(page).open] == [second]


def test_keep_decision_can_be_withdrawn_once(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], body="<p>联系人：王小明</p>")
    (mark,) = list_fingerprints(page)
    actions.keep_finding(page, by=clerk, ground="duty", fingerprints=[mark])
    actions.unkeep_finding(page, by=clerk, fingerprint=mark)
    assert len(check_report(page).open) == 1
    with pytest.raises(Conflict):
        actions.unkeep_finding(page, by=clerk, fingerprint=mark)


def test_all_findings_of_a_kind_in_an_attachment_are_kept_at_once(housing: Body, plans: Column, clerk: Actor) -> None:
    data = docx_with("拟录用人员名单", [["姓名"], ["李秀英"], ["王小明"], ["刘志强"]])
    page = item(housing, [plans], attachments=[stored_attachment(data, "名单.docx")])
    (file,) = check_report(page).files
    assert [(kind, count) for kind, _, count, _ in file.kinds] == [("person", 3)]
    actions.keep_finding(page, by=clerk, ground="recruitment", whole=[(file.digest, "person")])
    actions.submit(page, by=clerk)


def test_findings_beyond_the_listed_block_until_all_are_kept(
    housing: Body, plans: Column, clerk: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongkai.content.checks import check_runs

    monkeypatch.setattr(check_runs, "MAX_LISTED_FINDINGS", 2)
    data = docx_with("拟录用人员名单", [["姓名"], ["李秀英"], ["王小明"], ["刘志强"]])
    page = item(housing, [plans], attachments=[stored_attachment(data, "名单.docx")])
    (file,) = check_report(page).files
    assert len(file.remarks) == 2
    assert file.beyond == {"person": 1}
    listed = [one.fingerprint for one in file.remarks]
    actions.keep_finding(page, by=clerk, ground="recruitment", fingerprints=listed)
    with pytest.raises(Refused, match="有1处个人信息"):
        actions.submit(page, by=clerk)
    actions.keep_finding(page, by=clerk, ground="recruitment", whole=[(file.digest, "person")])
    actions.submit(page, by=clerk)


def test_decision_on_a_removed_finding_is_a_conflict(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], body=DIRTY)
    old = list_fingerprints(page)
    actions.save_revision(page, by=clerk, body="<p>没有什么。</p>")
    for act, more in (
        (actions.mask_findings, {}),
        (actions.apply_suggestions, {}),
        (actions.keep_finding, {"ground": "duty"}),
    ):
        with pytest.raises(Conflict):
            act(page, by=clerk, fingerprints=old, **more)


def test_log_and_decision_contain_no_personal_data(housing: Body, plans: Column, clerk: Actor) -> None:
    page = item(housing, [plans], body=DIRTY)
    actions.keep_finding(
        page, by=clerk, ground="consent", words="同意书2026年11月1日", fingerprints=list_fingerprints(page)
    )
    actions.mask_findings(page, by=clerk, fingerprints=list_fingerprints(page))
    written = str(list(Waiver.objects.values())) + str(list(Movement.objects.values()))
    written += str(list(MovementWords.objects.values()))
    assert ID_NUMBER not in written
    assert "刘志强" not in written
    assert "13812345678" not in written


def test_public_document_with_new_findings_is_not_submitted(housing: Body, plans: Column, clerk: Actor) -> None:
    document = public(housing, [plans])
    page = ItemPage.objects.get(pk=document.item_number)
    actions.save_revision(page, by=clerk, body=DIRTY)
    with pytest.raises(Refused):
        actions.submit(page, by=clerk)
