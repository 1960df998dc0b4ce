"""Assessment pages by role; third-party evaluators see only what they score."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from factories.assessment import Scene
from factories.units import UserFactory, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.seal import verify_log
from gongkai.core.ledger.audit import check_covered_rows
from gongkai.core.ledger.figures import ScoredCase
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets import write_xlsx
from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME, ImportPlan
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.core.units.models import PasswordRequest, Role
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.models import Evaluator, Mark, Scheme
from gongkai.oversight.assessment.views import evaluations

pytestmark = pytest.mark.django_db
ADMIN_URL = "/admin/assessment/"


def page_text(client: Client, address: str) -> str:
    answer = client.get(address if address.startswith("/") else ADMIN_URL + address, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode() if "html" in answer.headers["Content-Type"] else ""


def test_scores_are_hidden_from_units_until_published(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    unit = scene.unit()
    actions.record_mark(
        unit, by=scene.chief, indicator=scene.leaf("4"), value=Decimal("3.21"), words="经验做法被省政府办公室推广。"
    )
    clerk = signed_in(Role.CLERK, unit.body)
    assert "3.21" not in page_text(clerk, f"units/{unit.pk}/")
    assert clerk.get(f"{ADMIN_URL}units/{unit.pk}/leaf/{scene.leaf('4').pk}/").status_code == 302
    assert clerk.get(f"{ADMIN_URL}units/{unit.pk}/report.docx").status_code == 302
    assert clerk.get(f"{ADMIN_URL}marks/{unit.marks.get().pk}/strike/").status_code == 404
    answer = clerk.post(
        f"{ADMIN_URL}units/{unit.pk}/claim/{scene.leaf('3').pk}/", {"value": "95", "words": "经费列入预算，人员到位。"}
    )
    assert answer.headers["Location"] == unit.entry.url
    assert unit.claims.get().value == 95
    other = scene.unit(1)
    assert clerk.get(f"{ADMIN_URL}units/{other.pk}/").status_code == 404
    assert clerk.get(f"{ADMIN_URL}units/{other.pk}/report.docx").status_code == 404
    # A unit that opens the round is redirected to its own sheet.
    assert clerk.get(f"{ADMIN_URL}rounds/{scene.round.pk}/").headers["Location"].endswith(f"units/{unit.pk}/")
    assert clerk.get(f"{ADMIN_URL}rounds/{scene.round.pk}/ranking.xlsx").status_code == 302


def test_head_gets_no_links_to_entries_that_are_closed_to_them(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    actions.measure_round(scene.round, by=scene.chief)
    leaf = scene.unit().marks.get().indicator
    pages = (f"rounds/{scene.round.pk}/", f"units/{scene.unit().pk}/", f"units/{scene.unit().pk}/leaf/{leaf.pk}/")
    for client in (signed_in(Role.LEAD, scene.round.body), signed_in(Role.CHIEF, scene.office)):
        for page in pages:
            for link in set(re.findall(r'href="(/admin/ledger/[0-9]+/)"', page_text(client, page))):
                assert client.get(link).status_code == 200, (page, link)


def test_evaluator_sees_only_what_they_score(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.open_round(scene.round, by=scene.chief)
    chief = signed_in(Role.CHIEF, scene.office)
    facts = {
        "organisation": "云岭评估中心",
        "name": "沈评",
        "username": "pinggu",
        "indicators": [scene.leaf("1.2").pk],
        "until": "2024-12-31",
    }
    page = chief.post(f"{ADMIN_URL}rounds/{scene.round.pk}/invite-evaluator/", facts, follow=True).content.decode()
    assert "安全保密管理员核实后生成" in page
    own = Evaluator.objects.get()
    assert not own.person.user.has_usable_password()  # nobody who invites knows a password
    # The security officer, who sees only people with appointments, confirms it on the page that the list links to.
    asked = reverse("units:confirm_password", args=[PasswordRequest.objects.get().pk])
    officer = signed_in(Role.SECURITY, scene.office)
    assert "没有任职，委托单位" in officer.get(asked).content.decode()
    officer.post(asked)
    own.person.refresh_from_db()
    own.person.must_change_password = False
    own.person.save()
    client, unit = Client(), scene.unit()
    client.force_login(own.person.user)
    for closed in ("/admin/", "/admin/ledger/", "/admin/statistics/", ADMIN_URL, f"{ADMIN_URL}units/{unit.pk}/", "/admin/pages/",
        "/admin/units/", "/admin/inspection/", "/admin/spreadsheets/training/"):  # fmt: skip
        assert client.get(closed).headers["Location"] == f"{ADMIN_URL}evaluations/", closed
    page = page_text(client, "evaluations/")
    assert unit.body.name in page
    assert "年度任务" not in page
    here = f"{ADMIN_URL}evaluations/{own.pk}/{unit.pk}/"
    assert "公开专区建设" in page_text(client, here)
    client.post(here, {"code": "1.2", "value": "66", "words": "更新较慢"})
    client.post(here, {"code": "1.2", "value": "70", "words": "更新较慢，已核对"})
    assert list(unit.marks.filter(struck_at=None).values_list("value", flat=True)) == [Decimal(70)]
    client.post(here, {"code": "2.1", "value": "1", "words": "电话没打通"})
    assert unit.marks.filter(struck_at=None).count() == 1
    assert client.get(f"{ADMIN_URL}evaluations/{own.pk}/sheet.xlsx").status_code == 200
    cases = [ScoredCase(f"件{number}", f"第{number}件事", 1.0, "按期办结") for number in range(1, 62)]
    monkeypatch.setattr(evaluations, "_list_cases", lambda unit, leaf: cases)
    assert "第61件事" not in page_text(client, f"evaluations/{own.pk}/{unit.pk}/")
    assert "第61件事" in page_text(client, f"evaluations/{own.pk}/{unit.pk}/?page{scene.leaf('1.2').pk}=2")
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.get(here).status_code in {302, 403}
    chief.post(f"{ADMIN_URL}rounds/{scene.round.pk}/evaluators/{own.pk}/end-evaluator/")
    assert client.get(here).status_code == 302
    with pytest.raises(Refused, match="只有本人"):
        actions.record_evaluation(
            own, by=scene.chief, unit=unit, indicator=scene.leaf("1.2"), value=Decimal(1), words="改"
        )


def test_indicators_of_draft_are_imported_and_undone(scene: Scene) -> None:
    draft = actions.revise_scheme(scene.scheme, by=scene.chief)
    importer = IMPORTERS_BY_NAME["indicators"]
    rows = [row for row in importer.rows(scene.chief) if row["scheme"] == draft.name][-8:]
    rows[1]["points"] = 45

    def dry_run(*more: dict[str, object]) -> tuple[ImportRun, ImportPlan]:
        sheet = write_xlsx(importer.sheet, [*rows, *more])
        return spreadsheets.upload_for_dry_run("indicators", content=sheet, file_name="指标.xlsx", by=scene.chief)

    orphan = {**rows[0], "code": "1.3", "parent": "9", "name": "没有上级"}
    assert [one.what for one in dry_run(orphan)[1].errors] == ["没有这个上级编号"]
    run, plan = dry_run()
    assert len(plan.changes) == 1
    spreadsheets.apply(run, by=scene.chief)
    assert draft.indicators.get(code="1.1").points == 45
    spreadsheets.undo(run, by=scene.chief)
    assert draft.indicators.get(code="1.1").points == 40
    rows[1]["points"] = 40

    def together() -> list[tuple[object, ...]]:
        return list(draft.indicators.order_by("position").values_list("code", "parent__code", "name"))

    before, version = together(), Scheme.objects.get(pk=draft.pk).version
    new = [{**rows[0], "code": f"9.{n}", "parent": f"9.{n - 1}" if n else "", "name": f"新{n}"} for n in range(30)]
    for row in rows:
        row["name"] += "（改）"
    run, plan = dry_run(*new)
    with CaptureQueriesContext(connection) as asked:
        spreadsheets.apply(run, by=scene.chief)
    assert len(asked) < 5 * len(plan.changes), "rows of one import are read and written together"
    after = together()
    assert [row[:2] for row in after[: len(before)]] == [row[:2] for row in before]
    assert all(row[2].endswith("（改）") for row in after[: len(before)])
    assert [row[1] for row in after[-30:]] == [None, *(f"9.{n}" for n in range(29))]
    assert Scheme.objects.get(pk=draft.pk).version == version + len(plan.changes)
    assert verify_log().ok
    assert not check_covered_rows().broken
    spreadsheets.undo(run, by=scene.chief)
    assert together() == before


def test_sheets_of_third_party_are_imported(scene: Scene) -> None:
    client = signed_in(Role.CHIEF, scene.office)
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

    assert "应在0至100之间" in page_text(client, handed_in(77, 130))
    assert standing() == []
    handed_in(77, 77)
    # A corrected sheet replaces the first one; after undo, the first applies again.
    run = handed_in(77, 90)
    assert str(Mark.objects.last()) in page_text(client, run)
    assert standing() == [77, 90]
    client.post(f"{run}undo/")
    assert standing() == [77, 77]
    actions.end_evaluator(made, by=scene.chief)
    facts = {"organisation": "云岭评估中心", "indicators": [scene.leaf("1.2")], "until": date(2024, 12, 31)}
    again = actions.invite_evaluator(scene.round, by=scene.chief, name="林评", username="lp", **facts)
    handed_in(60, 70)
    assert [int(mark.value) for mark in again.marks.filter(struck_at=None)] == [60, 70], "not the ended engagement"
