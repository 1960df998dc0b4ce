"""The page of the alignment: what it marks, what is corrected and taken over on it, its spreadsheet."""

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from factories.notices import YEAR, City, draft, live, parsed, row
from factories.units import BodyFactory, signed_in
from gongkai.core.units.models import Role
from gongkai.work.notices.models import Duty, Measure, Notice, Pairing


def test_the_page_marks_what_differs(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    page = chief.get(reverse("notices_alignment", args=[own.pk])).content.decode()
    assert upper.title in page
    assert '<del class="al-figure">4</del>' in page
    assert "上级时限更严" in page
    for show in ("changed", "dropped", "added", "figures", "limits", "units", "nonsense"):
        assert chief.get(reverse("notices_alignment", args=[own.pk]), {"show": show}).status_code == 200


def test_the_page_asks_a_constant_number_of_queries(town: City, chief: Client) -> None:
    asked = []
    for size in (3, 40):
        rows = [row(f"公开第{n}类规划信息和计划。", ["市财政局"], ["市教育局"]) for n in range(size)]
        upper = draft(town, parsed(title="云川省任务分工", doc_number=f"{size}号", rows=rows))
        own = draft(town, parsed(rows=rows, doc_number=f"本{size}号"))
        with CaptureQueriesContext(connection) as captured:
            assert chief.get(reverse("notices_alignment", args=[own.pk]), {"with": upper.pk}).status_code == 200
        asked.append(len(captured))
    assert asked[1] <= asked[0]  # the first one fills the caches of the process
    assert asked[1] <= 40


def test_too_many_measures_get_a_sentence(
    pair: tuple[Notice, Notice], chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    upper, own = pair
    monkeypatch.setattr("gongkai.lib.matching.alignment.MAX_TEXTS", 1)
    page = chief.get(reverse("notices_alignment", args=[own.pk]), {"with": upper.pk})
    assert "举措过多" in page.content.decode()
    export = chief.get(reverse("notices_alignment_export", args=[own.pk]), {"with": upper.pk})
    assert export.status_code == 302


def test_the_words_of_a_limit_are_offered_and_written(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    mine = Duty.objects.get(measure__notice=own, text__startswith="每年举办2次")
    theirs = Duty.objects.get(measure__notice=upper, text__startswith="每年举办4次")
    page = chief.get(reverse("notices_alignment", args=[own.pk])).content.decode()
    assert f"{YEAR}-11-30每年举办2次发布会，回应关切。" in page  # the own limit is not printed: in front
    facts = {"with": upper.pk, "duty": mine.pk, "from": theirs.pk, "do": "limit_words"}
    address = reverse("notices_alignment_correct", args=[own.pk])
    assert "请填写改写后的要求" in chief.post(address, facts, follow=True).content.decode()
    chief.post(address, facts | {"words": "11月底前举办2次发布会。"})
    mine.refresh_from_db()
    assert (mine.text, mine.measure.text) == ("11月底前举办2次发布会。", "11月底前举办2次发布会。")
    assert mine.due["date"] == f"{YEAR}-11-30"


def test_pairs_are_corrected_by_the_numbers_that_the_page_shows(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    third = own.measures.all()[2]
    address = reverse("notices_alignment_correct", args=[own.pk])
    facts = {"with": upper.pk, "own": third.pk, "show": "added", "at": "4"}
    answer = chief.post(address, facts | {"do": "link", "numbers": "1、2"})
    assert answer["Location"] == f"/admin/notices/{own.pk}/alignment/?with={upper.pk}&show=added#line4"
    assert set(Pairing.objects.values_list("upper", flat=True)) == set(upper.measures.values_list("pk", flat=True)[:2])
    chief.post(address, facts | {"do": "link", "numbers": "99"})
    assert Pairing.objects.count() == 2
    chief.post(address, facts | {"do": "ours"})
    assert Pairing.objects.get().upper is None
    chief.post(address, facts | {"do": "forget"})
    chief.post(address, {"with": upper.pk, "do": "dropped", "upper": upper.measures.all()[1].pk, "words": "省级事项"})
    assert Pairing.objects.get().words == "省级事项"
    chief.post(address, {"with": upper.pk, "do": "link", "upper": upper.measures.all()[1].pk, "own_number": "3"})
    assert Measure.objects.get(pk=third.pk).parent == upper.measures.all()[1]


def test_the_spreadsheet_has_every_line(pair: tuple[Notice, Notice], chief: Client) -> None:
    upper, own = pair
    answer = chief.get(reverse("notices_alignment_export", args=[own.pk]), {"with": upper.pk})
    sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
    rows = [[str(cell or "") for cell in line] for line in sheet.iter_rows(values_only=True)]
    assert [line[0] for line in rows if line[0] in {"照原文下达", "未下达", "有改动", "本级增加"}] == [
        "照原文下达",
        "未下达",
        "有改动",
        "本级增加",
    ]
    assert any("【删：4】【增：2】" in cell for line in rows for cell in line)


def test_others_see_no_draft_and_correct_nothing(town: City, pair: tuple[Notice, Notice]) -> None:
    upper, own = pair
    clerk = signed_in(Role.CLERK, town.education)
    assert clerk.get(reverse("notices_alignment", args=[own.pk])).status_code == 404
    issued = live(town)
    elsewhere = signed_in(Role.CHIEF, BodyFactory(name="白水市人民政府", government=True))
    assert elsewhere.get(reverse("notices_alignment", args=[issued.pk])).status_code == 404
    page = clerk.get(reverse("notices_alignment", args=[issued.pk]))
    assert page.status_code == 200
    assert upper.title not in page.content.decode()
    facts = {"with": issued.pk, "do": "ours", "own": issued.measures.first().pk}  # type: ignore[union-attr]
    clerk.post(reverse("notices_alignment_correct", args=[issued.pk]), facts)
    assert not Pairing.objects.exists()
