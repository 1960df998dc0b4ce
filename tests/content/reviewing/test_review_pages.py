"""Review pages of the office: queue, review page, paper signatures, urgency, schemes, coordination."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from factories.checks import scanned
from factories.pages import read_item, said
from factories.publishing import column, item, sign_all, submitted, with_sheet
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column, Edition, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.cases import find_item_coordination
from gongkai.content.reviewing.models import Opinion, PaperRecord, ReviewScheme, SecrecySheet, Shown, Signature
from gongkai.content.reviewing.models.reviews import SECRECY_QUESTIONS
from gongkai.content.reviewing.plan import DEFAULT_PLAN
from gongkai.content.reviewing.views.signing import TICKED_PROBLEM_ERROR
from gongkai.core.acts.models import Movement
from gongkai.core.units.models import Body, BodyKind, Role

pytestmark = pytest.mark.django_db
SCAN = scanned()
SHEET = {"sheet": "1", **{f"sheet-{question.name}": "no" for question in SECRECY_QUESTIONS}}


def redirect_url(answer: Any) -> str:
    return str(answer["Location"])


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans], title="城镇燃气规划")


class TestQueue:
    def test_signing_leads_to_the_next_review(self, housing: Body, plans: Column) -> None:
        reviews = [
            actions.submit(item(housing, [plans], title=f"第{n}条"), by=actor(Role.CLERK, housing)) for n in range(3)
        ]
        client = signed_in(Role.REVIEWER, housing)
        shown = said(client.get(reverse("reviewing:reviews")))
        assert "第0条" in shown
        assert "data-sign" in shown
        for number, review in enumerate(reviews):
            answer = client.post(
                reverse("reviewing:approve", args=(review.pk,)),
                {"version": review.version, "queue": "1", "conclusion": "open", **SHEET},
            )
            following = reviews[number + 1].pk if number < 2 else None
            assert redirect_url(answer).endswith(f"?open={following}" if following else reverse("reviewing:reviews"))
            client.get(redirect_url(answer))
        assert Signature.objects.count() == SecrecySheet.objects.count() == 3
        assert "没有等您审签的信息" in said(client.get(reverse("reviewing:reviews")))

    def test_bulk_signing_signs_only_opened_reviews_with_a_sheet(
        self, page: ItemPage, site: Website, housing: Body, plans: Column
    ) -> None:
        """A review of another unit once answered 404 after the first signatures."""
        first, second = submitted(page), submitted(item(housing, [plans], title="另一条"))
        foreign = BodyFactory(name="云岭市水务局", parent=site.body)
        other = submitted(item(foreign, [column(site, "水务信息")]))
        bare = actions.submit(item(housing, [plans], title="没有审查表"), by=actor(Role.CLERK, housing))
        client, address = signed_in(Role.REVIEWER, housing), reverse("reviewing:sign_many")
        for one in (first, bare):
            client.get(reverse("reviewing:review_quick", args=(one.pk,)))
        assert set(Shown.objects.filter(review_id=first.pk).values_list("part", flat=True)) == {"text", "sheet"}
        many = {"pick": [f"{first.pk + n}:{first.version}" for n in range(999)]}
        assert "一次最多办理100条，您选了999条，没有办理" in said(client.post(address, many, follow=True))
        answer = client.post(address, {"pick": f"{bare.pk}:{bare.version}"}, follow=True)
        assert "请逐条审签" in said(answer)
        assert not Signature.objects.exists()
        picked = {"pick": [f"{r.pk}:{r.version}" for r in (first, second, other)] + ["x:y", ""], "confirm": "1"}
        answer = client.post(address, picked, follow=True)
        assert "已审签1条" in said(answer)
        assert "您还没有看过正文" in said(answer)
        assert Signature.objects.get().review_id == first.pk

    def test_reviews_of_other_units_are_not_found(self, page: ItemPage, site: Website) -> None:
        review = submitted(page)
        stranger = signed_in(Role.LEAD, BodyFactory(name="云岭市水务局", parent=site.body))
        for name in ("review", "review_quick"):
            assert stranger.get(reverse(f"reviewing:{name}", args=(review.pk,))).status_code == 404


class TestOnePage:
    def test_ticked_checklist_line_returns_the_review(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        client = signed_in(Role.REVIEWER, housing)
        ticked = {"version": review.version, "gate": "policy", "line": "0", "words": ""}
        answer = client.post(reverse("reviewing:approve", args=(review.pk,)), ticked, follow=True)
        assert TICKED_PROBLEM_ERROR in said(answer)
        assert not Signature.objects.exists()
        client.post(reverse("reviewing:return", args=(review.pk,)), ticked)
        no = Signature.objects.get()
        assert (no.verdict, no.gate) == ("no", "policy")
        assert no.unmet == [DEFAULT_PLAN.stages[0].checklist[0]]
        assert "政策关" in said(client.get(reverse("reviewing:review", args=(review.pk,))))

    def test_review_shows_changes_since_last_review_and_public_edition(self, page: ItemPage, housing: Body) -> None:
        sign_all(submitted(page))
        clerk = actor(Role.CLERK, housing)
        actions.save_revision(page, by=clerk, body="<p>第二稿的文字。</p>")
        second = submitted(page)
        sign_all(second, upto=0)
        actions.return_review(second, by=actor(Role.SIGNER, housing), words="再改")
        actions.save_revision(page, by=clerk, body="<p>第三稿的文字。</p>")
        third = submitted(page)
        client = signed_in(Role.REVIEWER, housing)
        address = reverse("reviewing:review", args=(third.pk,))
        shown = said(client.get(address))
        assert "与上次审签的一稿相比" in shown
        assert "<del>二</del>" in shown
        assert "为改善居民居住条件" in said(client.get(address, {"against": "public"}))

    def test_bulk_list_needs_the_aggregation_answer_on_the_page(self, housing: Body, plans: Column) -> None:
        table = "<table>" + "<tr><td>某</td></tr>" * 60 + "</table>"
        review = actions.submit(item(housing, [plans], imported_html=table), by=actor(Role.CLERK, housing))
        client = signed_in(Role.REVIEWER, housing)
        assert 'name="sheet-aggregation"' in said(client.get(reverse("reviewing:review", args=(review.pk,))))
        form = {"version": review.version, "conclusion": "open", **SHEET}
        client.post(reverse("reviewing:approve", args=(review.pk,)), form)
        assert not Signature.objects.exists(), "neither the sheet nor the signature"
        client.post(reverse("reviewing:approve", args=(review.pk,)), {**form, "sheet-aggregation": "no"})
        assert Signature.objects.count() == 1

    def test_paper_signature_is_recorded_with_its_scan(self, page: ItemPage, housing: Body) -> None:
        reviewer = AppointmentFactory(role=Role.REVIEWER, body=housing).person
        review = submitted(page)
        client = signed_in(Role.CLERK, housing)
        assert "登记纸质签批" in said(client.get(reverse("reviewing:review", args=(review.pk,))))
        address = reverse("reviewing:record_signature", args=(review.pk,))
        form = {
            "version": review.version,
            "person": reviewer.pk,
            "signed_on": timezone.localdate().isoformat(),
        }
        client.post(address, form)
        assert not Signature.objects.exists(), "no scan"
        client.post(address, {**form, "scan": SimpleUploadedFile("签批单.pdf", SCAN)})
        made = PaperRecord.objects.get()
        second = signed_in(Role.CLERK, housing)
        decide = reverse("reviewing:decide_paper", args=(review.pk,))
        confirm = {"record": made.pk, "do": "confirm", "version": review.version}
        assert "核对无误" not in said(client.get(reverse("reviewing:review", args=(review.pk,))))
        second.post(decide, confirm)
        assert not Signature.objects.exists(), "the scan was not opened"
        assert "打开签批件" in said(second.get(reverse("reviewing:review", args=(review.pk,))))
        paper = second.get(reverse("reviewing:paper_scan", args=(review.pk, made.pk)))
        assert b"".join(paper.streaming_content) == SCAN
        second.post(decide, confirm)
        one = Signature.objects.get()
        shown = said(client.get(reverse("reviewing:review", args=(review.pk,))))
        assert "纸质签批" in shown
        assert one.recorder in shown
        scan = client.get(reverse("reviewing:scan", args=(review.pk, one.pk)))
        assert b"".join(scan.streaming_content) == SCAN
        assert Client().get(reverse("reviewing:scan", args=(review.pk, one.pk))).status_code == 302

    def test_urgent_publication_is_ordered_on_the_page(self, page: ItemPage, housing: Body) -> None:
        review = actions.submit(page, by=actor(Role.CLERK, housing))
        client = signed_in(Role.LEAD, housing)
        address = reverse("reviewing:order_urgent", args=(review.pk,))
        form = {"version": review.version, "reason": "险情公告", "conclusion": "open", **SHEET}
        assert "保密审查须先由决定人以外的审签人办理" in said(
            client.get(reverse("reviewing:review", args=(review.pk,)))
        )
        client.post(address, form)
        client.post(reverse("reviewing:fill_sheet", args=(review.pk,)), form)
        client.post(address, {**form, "confirm": SecrecySheet.objects.get().digest})
        assert not Edition.objects.exists(), "nobody publishes on a sheet of their own"
        signed_in(Role.SIGNER, housing).post(reverse("reviewing:fill_sheet", args=(review.pk,)), form)
        client.get(reverse("reviewing:review", args=(review.pk,)))
        client.post(address, {**form, "confirm": SecrecySheet.objects.latest("pk").digest})
        assert Edition.objects.count() == 1
        assert "紧急发布" in read_item(client, page.pk)
        assert "险情公告" in said(client.get(reverse("reviewing:records"), {"group": "urgent"}))

    def test_a_deleted_text_can_only_be_returned(self, page: ItemPage, housing: Body) -> None:
        review = with_sheet(actions.submit(page, by=actor(Role.CLERK, housing)))
        Page.objects.filter(pk=page.pk).update(latest_revision=None)
        gone = ItemPage.objects.filter(pk=page.pk)
        gone._raw_delete(gone.db)  # behind the program, which refuses it
        client = signed_in(Role.REVIEWER, housing)
        assert "已被删除" in said(client.get(reverse("reviewing:review", args=(review.pk,))))
        client.post(reverse("reviewing:approve", args=(review.pk,)), {"version": review.version})
        client.post(reverse("reviewing:return", args=(review.pk,)), {"version": review.version, "words": "重写"})
        review.refresh_from_db()
        assert review.state == "returned"


def scheme_form(**facts: Any) -> dict[str, Any]:
    form: dict[str, Any] = {"bulk_rows": 50, "after_days": 2, "reason": ""}
    for number, stage in enumerate(DEFAULT_PLAN.stages):
        form |= {
            f"name{number}": stage.name,
            f"roles{number}": list(map(str, stage.roles)),
            f"days{number}": stage.days,
            f"lines{number}": "\n".join(stage.checklist),
        }
    return form | facts


class TestSchemePages:
    def test_heads_see_schemes_and_the_office_changes_them(self, site: Website, housing: Body, plans: Column) -> None:
        head, chief = signed_in(Role.LEAD, housing), signed_in(Role.CHIEF, site.body)
        assert "系统默认（三审三校）" in said(head.get(reverse("reviewing:schemes")))
        address = reverse("reviewing:scheme", args=(site.pk,))
        head.post(address, scheme_form(name2=""))
        assert not ReviewScheme.objects.exists()
        assert chief.get(address).status_code == 200
        chief.post(address, scheme_form(column=plans.pk, name1="复核"))
        assert ReviewScheme.objects.get().column_number == plans.pk
        assert "复核" in said(chief.get(reverse("reviewing:schemes")))
        chief.post(address, {"column": plans.pk, "drop": "1", "reason": "不再需要"})
        assert ReviewScheme.objects.latest("pk").ended

    def test_scheme_with_two_stages_needs_a_visible_reason(self, site: Website) -> None:
        chief = signed_in(Role.CHIEF, site.body)
        address = reverse("reviewing:scheme", args=(site.pk,))
        refused = chief.post(address, scheme_form(name1="", roles1=[]))
        assert "少于三级审签" in said(refused)
        chief.post(address, scheme_form(name1="", roles1=[], reason="乡镇站点人员不足，经批准"))
        shown = said(chief.get(reverse("reviewing:schemes")))
        assert "只有2级审签" in shown
        assert "乡镇站点人员不足" in shown
        assert "没有改动过" not in shown, "the changes of the schemes are listed"
        assert "乡镇站点人员不足" in Movement.objects.get(action="publishing.set_scheme").words


class TestCoordinationPages:
    def test_flag_opinion_and_letter_on_the_pages(
        self, page: ItemPage, site: Website, housing: Body, plans: Column
    ) -> None:
        water = BodyFactory(name="云岭市水务局", parent=site.body)
        fire = BodyFactory(name="云岭市应急局", parent=site.body)
        county = BodyFactory(name="青溪县人民政府", parent=site.body, kind=BodyKind.DISTRICT)
        below = BodyFactory(name="青溪县水务局", parent=county)
        clerk = signed_in(Role.CLERK, housing)
        address = reverse("publishing:coordinate", args=(page.pk,))
        assert "publishing/boxes" in said(clerk.get(address)), "the script of the units' filter"
        refused = said(clerk.post(address, {"kind": "major", "bodies": [water.pk], "reason": ""}))
        assert re.search(rf'value="{water.pk}"[^>]*checked', refused), "the ticks stay"
        clerk.post(address, {"kind": "major", "bodies": [water.pk, fire.pk, below.pk], "reason": "供水安全"})
        assert "还没有意见" in read_item(clerk, page.pk)
        flag = find_item_coordination(page.pk)
        assert flag
        number = flag.pk
        head = signed_in(Role.LEAD, water)
        asked = reverse("publishing:opinion", args=(number,))
        assert "为改善居民居住条件" in said(head.get(asked)), "the unit asked reads the draft"
        head.post(asked, {"body": water.pk, "agrees": "yes"})
        letter = SimpleUploadedFile("复函.pdf", SCAN)
        facts = {"name": "应急局办公室", "scan": letter, "letter_on": f"{timezone.localdate()}"}
        clerk.post(asked, {"body": fire.pk, "agrees": "yes", **facts})
        assert Opinion.objects.count() == 2
        given = Opinion.objects.get(body_id=fire.pk)
        assert clerk.get(reverse("publishing:opinion_scan", args=(number, given.pk))).status_code == 200
        stranger = signed_in(Role.LEAD, BodyFactory(name="云岭市文旅局", parent=site.body))
        assert stranger.get(asked).status_code == 404
        # If a unit has no head, the office above it is notified.
        assert signed_in(Role.CHIEF, BodyFactory(parent=county)).get(asked).status_code == 200
        signed_in(Role.LEAD, housing).post(reverse("publishing:uncoordinate", args=(page.pk,)), {"reason": "不再涉及"})
        assert find_item_coordination(page.pk) is None
