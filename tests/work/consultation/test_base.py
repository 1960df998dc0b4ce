"""The answer base (known answers): three-person release, search, flags when the basis ends."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.utils import timezone

from factories.consultation import draft_answer, released_answer
from factories.publishing import item, signed
from factories.units import actor, signed_in
from gongkai.content.editions.models import Document, ValidityState
from gongkai.content.policies.models import PolicyRecord
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets import write_xlsx
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Person, Role
from gongkai.work.consultation import actions, answer_index, queries
from gongkai.work.consultation.answer_reviews import verify_released_answers
from gongkai.work.consultation.importers import ANSWER_IMPORTER
from gongkai.work.consultation.models import KnownAnswer
from gongkai.work.consultation.review_rounds import describe_due_reason, find_near_duplicate_answers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_index():
    """Start each test with an empty index in this process."""
    for live in (answer_index.PUBLIC_INDEX, answer_index.STAFF_INDEX):
        live.clear()


def test_answer_needs_three_persons(housing) -> None:
    clerk, lead = actor(Role.CLERK, housing), actor(Role.LEAD, housing)
    known = actions.write_answer(housing, by=lead, question="公租房怎样申请", answer="向街道申请。")
    known = actions.submit_answer(known, by=clerk)
    with pytest.raises(Refused, match="须由他人初审"):
        actions.check_answer(known, by=lead)
    signer = actor(Role.SIGNER, housing)
    known = actions.check_answer(known, by=signer)
    for one in (lead, signer):
        with pytest.raises(Refused, match="三人分别办理"):
            actions.release_answer(known, by=one)
    assert actions.release_answer(known, by=actor(Role.LEAD, housing)).state == "in_use"


def test_editors_since_last_release_cannot_sign_answer(housing) -> None:
    known = released_answer(housing)
    lead, signer = actor(Role.LEAD, housing), actor(Role.SIGNER, housing)
    facts = {"question": known.question, "answer": "改为网上申请。"}
    actions.retire_answer(known, by=lead, reason="政策调整")
    known = actions.revise_answer(known, by=signer, **facts)
    known = actions.revise_answer(known, by=actor(Role.CLERK, housing), **facts)
    known = actions.submit_answer(known, by=lead)
    for one in (signer, lead):
        with pytest.raises(Refused, match="须由他人初审"):
            actions.check_answer(known, by=one)
    Person.objects.filter(pk=signer.person_id).update(name="周明", mobile="13800138000")
    twin = actor(Role.REVIEWER, housing)
    Person.objects.filter(pk=twin.person_id).update(name="周明", mobile="13800138000")
    with pytest.raises(Refused, match="须由他人初审"):
        actions.check_answer(known, by=twin)
    page = signed_in(Role.LEAD, housing).get(f"/admin/answers/{known.pk}/").content.decode()
    assert "校对疑误" not in page
    KnownAnswer.objects.filter(pk=known.pk).update(answer="按照有关规规定，到市房管局办理。")
    assert "规规定" in signed_in(Role.LEAD, housing).get(f"/admin/answers/{known.pk}/").content.decode()


def test_verify_detects_unreleased_text_and_too_few_signers(housing, unguarded) -> None:
    known = released_answer(housing)
    assert (verify_released_answers().movements, verify_released_answers().broken) == (1, "")
    KnownAnswer.objects.filter(pk=known.pk).update(contact="0799-8001234")
    assert "不符" in verify_released_answers().broken
    KnownAnswer.objects.filter(pk=known.pk).update(contact="")
    moves = Movement.objects.filter(stream=known.stream)
    moves.filter(action="answers.release").update(person_id=moves.get(action="answers.check").person_id)
    assert "不是三人" in verify_released_answers().broken
    moves.filter(action="answers.release").update(action="answers.confirm")
    assert "没有签发记录" in verify_released_answers().broken


def test_answer_is_found_from_release_until_revised_or_retired(housing) -> None:
    draft_answer(housing)
    assert answer_index.search_answers("公租房怎么申请").decision == "hand_over"
    assert not answer_index.search_answers("公租房怎么申请").found
    assert answer_index.search_answers("公租房怎么申请", drafts=True).found
    assert not queries.answers_visible_to(ANONYMOUS).exists()
    known = released_answer(housing)
    found = answer_index.search_answers("公租房怎么申请")
    assert [one.answer for one in found.found] == [known]
    assert found.found[0].why
    assert [body for body, _ in queries.propose_units("公租房要什么条件")] == [housing]
    chance = answer_index.search_answers("请问申报夜市")  # signs in common, no word: neither an answer nor a unit
    proposed = queries.propose_units("夜市噪声扰民，居民想申请关闭")
    assert (chance.decision, chance.near, proposed) == ("hand_over", False, [])
    facts = {"question": known.question, "answer": "改为网上申请。"}
    actions.revise_answer(known, by=actor(Role.CLERK, housing), **facts)
    assert not answer_index.search_answers("公租房怎么申请").found, "not shown until it is released again"
    known = released_answer(housing)
    assert answer_index.search_answers("公租房怎么申请").found
    actions.retire_answer(known, by=actor(Role.LEAD, housing), reason="政策调整")
    assert not answer_index.search_answers("公租房怎么申请").found


def test_personal_data_in_answer_is_refused(housing) -> None:
    for field in ("answer", "basis", "contact"):
        with pytest.raises(Refused, match="个人信息"):
            draft_answer(housing, **{field: "请联系王小明，手机13800138000。"}, kept_because="有理由")


def test_illnesses_need_reason_that_is_shown_and_logged(housing) -> None:
    words = "肢体、听力、言语残疾到市人民医院评定，智力、精神残疾到市第三医院评定。"
    with pytest.raises(Refused, match="不是个人信息的理由"):
        draft_answer(housing, answer=words)
    known = draft_answer(housing, answer=words, kept_because="残疾的类别")
    assert known.kept_because == "残疾的类别"
    assert Movement.objects.get(stream=known.stream).facts["kept_because"] == "残疾的类别"
    known = actions.revise_answer(known, by=SYSTEM, question=known.question, answer="见规定。", kept_because="多余")
    assert known.kept_because == "", "a reason for nothing is not kept"


def test_answer_with_ended_basis_is_flagged_and_not_given_automatically(housing, plans) -> None:
    signed(item(housing, [plans]))
    document = Document.objects.get()
    known = released_answer(housing, question="公租房怎样申请", documents=[document])
    assert answer_index.find_flags(known) == ()
    Document.objects.update(standing=ValidityState.REPEALED)
    found = answer_index.search_answers("公租房怎样申请")
    assert "已失效" in found.found[0].flags[0]
    assert "依据的文件已失效" in signed_in(Role.CLERK, housing).get("/admin/answers/").content.decode()
    assert found.decision != "answer"
    known.refresh_from_db()
    with pytest.raises(Refused, match="请修改依据后重新审核，或者停用"):
        actions.confirm_answer(known, by=actor(Role.LEAD, housing))
    clerk = actor(Role.CLERK, housing)
    with pytest.raises(Refused, match="核实情况"):
        actions.record_spoken_answer(housing, by=clerk, known=known, asked="公租房")
    actions.record_spoken_answer(housing, by=clerk, known=known, asked="公租房", words="住建局已确认现行办法不变")
    assert "核实情况：住建局已确认" in Movement.objects.filter(stream=known.stream).last().kept_words.text
    assert "依据的文件已失效" in describe_due_reason(known)


def test_expired_answer_is_not_public_and_due_for_review(housing) -> None:
    known = released_answer(housing, valid_until=timezone.localdate() + timedelta(days=1))
    assert queries.list_public_answers().exists()
    type(known).objects.update(valid_until=timezone.localdate() - timedelta(days=1))
    assert not queries.list_public_answers().exists()
    assert list(queries.filter_due_for_review(queries.answers_visible_to(SYSTEM))) == [known]
    with pytest.raises(Refused, match="有效期已过"):
        actions.confirm_answer(known, by=actor(Role.LEAD, housing))


def test_near_duplicates_are_found(housing) -> None:
    first = released_answer(housing, question="公租房申请需要什么条件")
    second = released_answer(housing, question="申请公租房需要什么条件")
    assert answer_index.find_duplicate_answers(second.question, excluded=second.pk) == [first]
    # Its four new words are the rarest ones.
    longer = draft_answer(housing, question="申请公租房需要什么条件和材料")
    assert (second, longer) in find_near_duplicate_answers(housing)


def test_spreadsheet_is_imported_as_drafts_and_undone(housing) -> None:
    row = {
        "question": "公租房怎样申请",
        "answer": "向街道申请。",
        "body": housing.name,
        "variants": "廉租房；保障房",
        "themes": "住房、月球",
        "basis": "《公租房管理办法》（云府办发〔2026〕9号）第三条",
    }
    document = Document.objects.create(source="item/9", body=housing, kind="policy", published_at=timezone.now())
    PolicyRecord.objects.create(document=document, body=housing, title="公租房管理办法", number="云府办发〔2026〕9号")
    content = write_xlsx(ANSWER_IMPORTER.sheet, [row, {**row, "question": "公积金怎样提取", "body": "不存在的局"}])
    _, plan = spreadsheets.upload_for_dry_run("answers", content=content, file_name="问答.xlsx", by=SYSTEM)
    assert [error.what for error in plan.errors] == ["没有这个单位"]
    run, plan = spreadsheets.upload_for_dry_run(
        "answers", content=write_xlsx(ANSWER_IMPORTER.sheet, [row]), file_name="问答.xlsx", by=SYSTEM
    )
    assert "月球" in plan.notes[0]
    spreadsheets.apply(run, by=SYSTEM)
    made = queries.answers_visible_to(SYSTEM).get()
    assert made.documents.get() == document
    assert (made.state, made.variants, [t.name for t in made.themes.all()]) == ("draft", ["廉租房", "保障房"], ["住房"])
    spreadsheets.undo(run, by=SYSTEM)
    assert not queries.answers_visible_to(SYSTEM).exists()


def test_command_prints_json(housing) -> None:
    from gongkai.ops.cli.qa import qa

    draft_answer(housing)
    answer = CliRunner().invoke(qa, ["ask", "公租房怎样申请", "--json"])
    said = json.loads(answer.stdout)
    assert {"decision", "hits", "unit"} <= set(said)
    assert said["hits"][0]["question"] == "公租房怎样申请"
    assert said["hits"][0]["why"]


def test_board_sheet_shows_public_answers_with_qr_code(site, housing) -> None:
    known, draft = released_answer(housing), draft_answer(housing, question="公租房租金多少")
    client = signed_in(Role.CLERK, housing)
    page = client.get(f"/admin/answers/board/?answer={known.pk}&answer={draft.pk}&answer=x").content.decode()
    assert f"/answers/{known.pk}/" in page
    assert known.answer in page
    assert "data:image/svg+xml" in page
    assert draft.question not in page


def test_returned_answer_is_a_draft_again(housing) -> None:
    known = actions.submit_answer(draft_answer(housing), by=SYSTEM)
    reviewer = actor(Role.REVIEWER, housing)
    with pytest.raises(Refused, match="写明退回的理由"):
        actions.return_answer(known, by=reviewer, reason=" ")
    assert actions.return_answer(known, by=reviewer, reason="没有写依据").state == "draft"


def test_revision_does_not_ask_for_unit_which_stays(housing) -> None:
    known = draft_answer(housing)
    client, path = signed_in(Role.CLERK, housing), f"/admin/answers/{known.pk}/edit/"
    assert 'name="body"' not in client.get(path).content.decode()
    client.post(path, {"question": known.question, "answer": "向单位所在街道申请。", "version": known.version})
    known.refresh_from_db()
    assert (known.answer, known.body) == ("向单位所在街道申请。", housing)
