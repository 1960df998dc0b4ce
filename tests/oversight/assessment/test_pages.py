"""Pages of the room: who is shown what, by whom a thing is done; third parties see what they score and nothing else."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse

from factories.assessment import Scene
from factories.pages import read_home
from factories.units import UserFactory, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.figures import ScoredCase
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import write_xlsx
from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME
from gongkai.core.units.models import PasswordRequest, Role
from gongkai.lib.writing.blocks import TextBlock
from gongkai.oversight.assessment import actions, reports
from gongkai.oversight.assessment.models import Evaluator, Mark, Round, Scheme
from gongkai.oversight.assessment.queries.ranking import make_ranking_sheet
from gongkai.oversight.assessment.queries.scores import list_standings
from gongkai.oversight.assessment.views import evaluations
from oversight.assessment.test_round import scored

pytestmark = pytest.mark.django_db
ROOM = "/admin/assessment/"


def shown(client: Client, address: str) -> str:
    answer = client.get(address if address.startswith("/") else ROOM + address, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode() if "html" in answer.headers["Content-Type"] else ""


def test_every_page_opens_for_who_runs_it_and_a_unit_sees_its_own(scene: Scene) -> None:
    scored(scene)
    unit, other = scene.unit(), scene.unit(1)
    leaf = scene.leaf("1.1")
    chief, clerk = signed_in(Role.CHIEF, scene.office), signed_in(Role.CLERK, unit.body)
    for address in (
        "", f"schemes/{scene.scheme.pk}/", "schemes/new/", f"schemes/{scene.scheme.pk}/indicators.xlsx", "rounds/new/",
        f"rounds/{scene.round.pk}/", f"rounds/{scene.round.pk}/ranking.xlsx", f"rounds/{scene.round.pk}/ranking.docx",
        "pursuits/", "pursuits/new/", "bulletins/times/", "units/?export=1",
        f"units/{unit.pk}/", f"units/{unit.pk}/report.docx", f"units/{unit.pk}/leaf/{leaf.pk}/",
        f"units/{unit.pk}/leaf/{scene.leaf('2.1').pk}/", "bulletins/", "bulletins/new/", "talks/", "talks/new/",
        "look-back/", "rankings/", "training/", "training/new/",
        "training/demands/", "provision/", "provision/new/", unit.entry.url, "/admin/",
    ):  # fmt: skip
        assert "Traceback" not in shown(chief, address)
    assert unit.round.name in shown(clerk, "")
    page = shown(clerk, f"units/{unit.pk}/")
    assert "76.67" in page
    assert "申诉" in page
    assert clerk.get(f"{ROOM}units/{other.pk}/").status_code == 404
    assert clerk.get(f"{ROOM}units/{other.pk}/report.docx").status_code == 404
    # A unit that asks for the round is led to its own sheet.
    assert clerk.get(f"{ROOM}rounds/{scene.round.pk}/").headers["Location"] == reverse(
        "assessment:unit", args=[unit.pk]
    )
    assert clerk.get(f"{ROOM}rounds/{scene.round.pk}/ranking.xlsx").status_code == 302


def test_scores_are_hidden_from_units_until_they_are_published(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    unit = scene.unit()
    actions.record_mark(
        unit,
        by=scene.chief,
        indicator=scene.leaf("4"),
        value=Decimal("3.21"),
        words="经验做法被省政府办公室推广。",
    )
    clerk = signed_in(Role.CLERK, unit.body)
    assert "3.21" not in shown(clerk, f"units/{unit.pk}/")
    assert clerk.get(f"{ROOM}units/{unit.pk}/leaf/{scene.leaf('4').pk}/").status_code == 302
    assert clerk.get(f"{ROOM}units/{unit.pk}/report.docx").status_code == 302
    answer = clerk.post(
        f"{ROOM}units/{unit.pk}/claim/{scene.leaf('3').pk}/",
        {"value": "95", "words": "经费列入预算，人员到位。"},
    )
    assert answer.headers["Location"] == unit.entry.url
    assert unit.claims.get().value == 95


def test_the_office_walks_a_round_by_its_buttons(scene: Scene) -> None:
    client = signed_in(Role.CHIEF, scene.office)
    here = f"{ROOM}rounds/{scene.round.pk}/"
    client.post(f"{here}open-round/")
    client.post(f"{here}measure-round/")
    unit, phone = scene.unit(), scene.leaf("2.1")
    assert (unit.entry.state, unit.marks.count()) == ("open", 1)
    facts = {
        "value": "88",
        "on": "2024-11-19",
        "words": "答复准确",
        "script": "怎样申请？",
        "recording": "R1",
    }
    client.post(f"{ROOM}units/{unit.pk}/leaf/{phone.pk}/", facts)
    own = unit.marks.get(indicator=phone)
    assert (own.value, own.on) == (88, date(2024, 11, 19))
    client.post(f"{ROOM}marks/{own.pk}/strike/", {"reason": "打错电话"})
    assert Mark.objects.get(pk=own.pk).struck_at
    client.post(f"{here}begin-scoring/")
    page = client.post(f"{here}publish-scores/", follow=True).content.decode()
    assert "<strong>反馈结果</strong>：还有" in page
    # Nobody else's buttons work.
    clerk = signed_in(Role.CLERK, unit.body)
    clerk.post(f"{here}measure-round/")
    assert Round.objects.get(pk=scene.round.pk).state == "scoring"
    made = client.post(f"{ROOM}schemes/{scene.scheme.pk}/revise-scheme/")
    draft = Scheme.objects.get(edition=2)
    assert made.headers["Location"] == f"{ROOM}schemes/{draft.pk}/"
    for address in (
        f"schemes/{draft.pk}/",
        f"schemes/{draft.pk}/change-scheme/",
        f"schemes/{draft.pk}/indicators/{draft.indicators.get(code='1.1').pk}/set-indicator/",
    ):
        shown(client, address)
    client.post(f"{ROOM}schemes/{draft.pk}/enact-scheme/")
    assert Scheme.objects.get(pk=draft.pk).state == "in_force"


def test_the_head_is_led_to_no_entry_that_is_closed_to_them(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    actions.measure_round(scene.round, by=scene.chief)
    leaf = scene.unit().marks.get().indicator
    pages = (f"rounds/{scene.round.pk}/", f"units/{scene.unit().pk}/", f"units/{scene.unit().pk}/leaf/{leaf.pk}/")
    for client in (signed_in(Role.LEAD, scene.round.body), signed_in(Role.CHIEF, scene.office)):
        for page in pages:
            for link in set(re.findall(r'href="(/admin/ledger/[0-9]+/)"', shown(client, page))):
                assert client.get(link).status_code == 200, (page, link)


def test_an_evaluator_sees_what_they_score_and_nothing_else(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.open_round(scene.round, by=scene.chief)
    chief = signed_in(Role.CHIEF, scene.office)
    facts = {
        "organisation": "云岭评估中心",
        "name": "沈评",
        "username": "pinggu",
        "indicators": [scene.leaf("1.2").pk],
        "until": "2024-12-31",
    }
    page = chief.post(f"{ROOM}rounds/{scene.round.pk}/invite-evaluator/", facts, follow=True).content.decode()
    assert "安全保密管理员核实后生成" in page
    own = Evaluator.objects.get()
    assert not own.person.user.has_usable_password()  # nobody who invites knows a password
    # The security officer, who sees nobody else without a post, confirms it on the page that the list leads to.
    asked = reverse("units:confirm_password", args=[PasswordRequest.objects.get().pk])
    officer = signed_in(Role.SECURITY, scene.office)
    assert "没有任职，委托单位" in officer.get(asked).content.decode()
    officer.post(asked)
    own.person.refresh_from_db()
    own.person.must_change_password = False
    own.person.save()
    client, unit = Client(), scene.unit()
    client.force_login(own.person.user)
    for closed in ("/admin/", "/admin/ledger/", "/admin/statistics/", ROOM, f"{ROOM}units/{unit.pk}/", "/admin/pages/",
        "/admin/units/", "/admin/inspection/", "/admin/spreadsheets/training/"):  # fmt: skip
        assert client.get(closed).headers["Location"] == f"{ROOM}evaluations/", closed
    page = shown(client, "evaluations/")
    assert unit.body.name in page
    assert "年度任务" not in page
    here = f"{ROOM}evaluations/{own.pk}/{unit.pk}/"
    assert "公开专区建设" in shown(client, here)
    client.post(here, {"code": "1.2", "value": "66", "words": "更新较慢"})
    client.post(here, {"code": "1.2", "value": "70", "words": "更新较慢，已核对"})
    assert list(unit.marks.filter(struck_at=None).values_list("value", flat=True)) == [Decimal(70)]
    client.post(here, {"code": "2.1", "value": "1", "words": "电话没打通"})
    assert unit.marks.filter(struck_at=None).count() == 1
    assert client.get(f"{ROOM}evaluations/{own.pk}/sheet.xlsx").status_code == 200
    cases = [ScoredCase(f"件{number}", f"第{number}件事", 1.0, "按期办结") for number in range(1, 62)]
    monkeypatch.setattr(evaluations, "_cases", lambda unit, leaf: cases)
    assert "第61件事" not in shown(client, f"evaluations/{own.pk}/{unit.pk}/")
    assert "第61件事" in shown(client, f"evaluations/{own.pk}/{unit.pk}/?page{scene.leaf('1.2').pk}=2")
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.get(here).status_code in {302, 403}
    chief.post(f"{ROOM}rounds/{scene.round.pk}/evaluators/{own.pk}/end-evaluator/")
    assert client.get(here).status_code == 302
    with pytest.raises(Refused, match="只有本人"):
        actions.record_evaluation(
            own, by=scene.chief, unit=unit, indicator=scene.leaf("1.2"), value=Decimal(1), words="改"
        )


def test_the_ranking_as_a_spreadsheet_says_of_what_it_is_and_whether_it_is_final(scene: Scene) -> None:
    shown_ = scored(scene)
    sheet = make_ranking_sheet(shown_)
    row = {one.head: one.value_of(list_standings(shown_)[0]) for one in sheet.columns}
    assert (row["考核"], row["结果"]) == (shown_.name, "尚未最终确定")
    tops = [f"{one.code} {one.name}" for one in shown_.scheme.indicators.filter(parent=None)]
    assert all(isinstance(row[top], Decimal | str) for top in tops)


def test_sheets_go_out_and_come_back(scene: Scene) -> None:
    draft = actions.revise_scheme(scene.scheme, by=scene.chief)
    client = signed_in(Role.CHIEF, scene.office)
    importer = IMPORTERS_BY_NAME["indicators"]
    rows = [row for row in importer.rows(scene.chief) if row["scheme"] == draft.name][-8:]
    rows[1]["points"] = 45
    rows.append({**rows[0], "code": "1.3", "parent": "9", "name": "没有上级"})
    sent = BytesIO(write_xlsx(importer.sheet, rows))
    sent.name = "指标.xlsx"
    page = client.post("/admin/spreadsheets/indicators/", {"file": sent}, follow=True).content.decode()
    assert "没有这个上级编号" in page
    sent = BytesIO(write_xlsx(importer.sheet, rows[:-1]))
    sent.name = "指标.xlsx"
    answer = client.post("/admin/spreadsheets/indicators/", {"file": sent}, follow=True)
    run = answer.redirect_chain[-1][0]
    assert "修改 1" in answer.content.decode()
    client.post(f"{run}apply/")
    assert draft.indicators.get(code="1.1").points == 45
    client.post(f"{run}undo/")
    assert draft.indicators.get(code="1.1").points == 40
    actions.open_round(scene.round, by=scene.chief)
    made = actions.invite_evaluator(
        scene.round,
        by=scene.chief,
        organisation="云岭评估中心",
        name="沈评",
        username="pg",
        indicators=[scene.leaf("1.2")],
        until=date(2024, 12, 31),
    )
    importer = IMPORTERS_BY_NAME["evaluation"]

    def handed_in(*values: int) -> str:
        rows = [
            {**row, "value": value, "words": "材料齐全"}
            for row, value in zip(importer.rows(scene.chief), values, strict=True)
        ]
        sent = BytesIO(write_xlsx(importer.sheet, rows))
        sent.name = "评分.xlsx"
        answer = client.post("/admin/spreadsheets/evaluation/", {"file": sent}, follow=True)
        client.post(f"{answer.redirect_chain[-1][0]}apply/")
        return str(answer.redirect_chain[-1][0])

    def standing() -> list[int]:
        return [int(one.value or 0) for one in Mark.objects.filter(evaluator=made, struck_at=None)]

    assert "应在0至100之间" in shown(client, handed_in(77, 130))
    assert standing() == []
    handed_in(77, 77)
    # A corrected sheet replaces what it said before; taken back, the first counts again.
    run = handed_in(77, 90)
    assert str(Mark.objects.last()) in shown(client, run)
    assert standing() == [77, 90]
    client.post(f"{run}undo/")
    assert standing() == [77, 77]
    actions.end_evaluator(made, by=scene.chief)


def test_a_late_entry_of_the_panel_is_decided_on_its_own_page(scene: Scene) -> None:
    scored(scene)
    clerk = signed_in(Role.CLERK, scene.bureaus[0])
    unit = scene.unit()
    assert "结果已反馈" in read_home(clerk)
    assert "尚未最终确定" in "".join(
        one.text for one in reports.compose_ranking(unit.round).blocks if isinstance(one, TextBlock)
    )
    answer = clerk.post(
        f"{ROOM}units/{unit.pk}/file-appeal/",
        {"indicator": scene.leaf("2.1").pk, "grounds": "测评时号码已经更换，请复核。"},
    )
    entry = Entry.objects.get(kind="score_appeal")
    assert answer.headers["Location"] == f"{ROOM}units/{unit.pk}/"
    assert "测评时号码已经更换" in shown(clerk, entry.url)
    chief = signed_in(Role.CHIEF, scene.office)
    assert "采纳申诉" in shown(chief, entry.url)
    chief.post(
        f"{entry.url}act/score_appeal.uphold/",
        {"words": "号码确已更换。", "value": "100", "version": entry.version},
    )
    assert Entry.objects.get(pk=entry.pk).state == "upheld"
    said = re.sub(r"<[^>]+>", "", shown(clerk, entry.url))
    assert re.search(r"原评分\s*80（.*更正后\s*100", said, re.S), said
    head = signed_in(Role.LEAD, scene.office)
    assert "等待确定结果" not in read_home(head), "units may still appeal"
