"""Record fields on the public page: frozen during review, filing numbers, and personal data kept on a ground."""

from datetime import date

import pytest

from factories.policies import public, record
from factories.publishing import item, sign_all, submitted
from factories.units import actor, signed_in
from gongkai.content.editions.models import Column
from gongkai.content.policies import actions
from gongkai.content.policies.importing.filed_list import FILED_LIST_SHEET as FILED
from gongkai.content.policies.models import FiledRow, PolicyRecord, RelationKind
from gongkai.content.policies.signed_records import KeepingGround
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets.writer import write_csv
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def draft_record(body: Body, columns: list[Column]) -> PolicyRecord:
    """Enter a document and draft its item without submitting it."""
    made = record(body)
    made.html = "<p>为了规范管理，制定本办法。</p>"
    made.save()
    actions.draft_item(made, by=actor(Role.CLERK, body), columns=columns)
    made.refresh_from_db()
    return made


class TestDuringReview:
    """The fields shown next to the text stay as the signers saw them."""

    def test_public_fields_cannot_change_during_review(self, rules: Column, housing: Body) -> None:
        made = draft_record(housing, [rules])
        review = submitted(ItemPage.objects.get(pk=made.document.item_number))
        for role in (Role.CLERK, Role.LEAD):
            for facts in (
                {"headnote": "本文件已经常委会审定"},
                {"applies_to": "全省"},
                {"ends_on": date(2050, 1, 1)},
            ):
                with pytest.raises(Refused, match="正在审签"):
                    actions.change_record(made, by=actor(role, housing), **facts)
            with pytest.raises(Refused, match="正在审签"):
                actions.add_relation(made, by=actor(role, housing), kind=RelationKind.BASIS, cited="某条例")
        actions.change_record(made, by=actor(Role.CLERK, housing), exemption="应急文件，不需要征求意见")
        publishing.recall(review, by=actor(Role.CLERK, housing))
        actions.change_record(made, by=actor(Role.CLERK, housing), headnote="经市政府同意")
        sign_all(submitted(ItemPage.objects.get(pk=made.document.item_number)), release=False)
        with pytest.raises(Refused, match="正在审签"):
            actions.change_record(made, by=actor(Role.CLERK, housing), headnote="本文件已经常委会审定")
        page = item(housing, [rules], title="停车管理提示")
        submitted(page)
        with pytest.raises(Refused, match="正在审签"):
            actions.enter_record(housing, by=actor(Role.CLERK, housing), item=page, headnote="本文件已经常委会审定")


class TestFilingList:
    """A filing number is public, so a clerk's list does not set it."""

    def make_row(self, made: PolicyRecord, number: str) -> FiledRow:
        return FiledRow(body=made.body.parent, title=made.title, number=made.number, record=made, filed_number=number)

    def test_clerk_of_justice_bureau_cannot_set_a_public_number(
        self, rules: Column, housing: Body, justice: Body
    ) -> None:
        made = public(housing, [rules], filed_number="")
        row = actions.add_filed_row(self.make_row(made, "云备〔2026〕9号"), by=actor(Role.CLERK, justice))
        made.refresh_from_db()
        assert (made.filed_number, row.filed_number) == ("", "云备〔2026〕9号")
        assert "未写入" in [m.kept_words.text for m in read_stream(row.stream)][-1]
        actions.link_filed(row, by=actor(Role.LEAD, justice), record=made)
        made.refresh_from_db()
        assert made.filed_number == "云备〔2026〕9号"

    def test_filing_number_is_not_set_during_review(self, rules: Column, housing: Body, justice: Body) -> None:
        made = draft_record(housing, [rules])
        actions.add_filed_row(self.make_row(made, "云备〔2026〕8号"), by=actor(Role.CLERK, justice))
        made.refresh_from_db()
        assert made.filed_number == "云备〔2026〕8号", "not public yet"
        submitted(ItemPage.objects.get(pk=made.document.item_number))
        actions.add_filed_row(self.make_row(made, "云备〔2026〕9号"), by=actor(Role.LEAD, justice))
        made.refresh_from_db()
        assert made.filed_number != "云备〔2026〕9号"

    def test_personal_data_in_a_filing_number_is_refused(self, housing: Body, justice: Body) -> None:
        with pytest.raises(Refused, match="不宜公开"):
            actions.add_filed_row(self.make_row(record(housing), "联系王建国13887654321"), by=actor(Role.LEAD, justice))

    def test_import_by_clerk_reports_numbers_that_need_the_head(
        self, rules: Column, city: Body, housing: Body, justice: Body
    ) -> None:
        made = public(housing, [rules], filed_number="")
        lines = [FiledRow(title=made.title, number=made.number, filed_number="云备〔2026〕9号")]
        content = write_csv(FILED, lines)
        for role, number, notes in ((Role.CLERK, "", 1), (Role.LEAD, "云备〔2026〕9号", 0)):
            by = actor(role, justice)
            run, plan = spreadsheets.upload_for_dry_run("filed", content=content, file_name="备案目录.csv", by=by)
            assert len([note for note in plan.notes if "不会写入" in note]) == notes
            spreadsheets.apply(run, by=by)
            made.refresh_from_db()
            assert made.filed_number == number


class TestKeptOnAGround:
    """Only a signer can keep personal data in public fields, on a listed ground."""

    WORDS = "由市民热线（联系人王建国，电话13887654321）解释"

    def test_only_a_signer_keeps_personal_data_in_a_field(self, housing: Body) -> None:
        kept = KeepingGround("duty")
        with pytest.raises(Refused, match="注明依据后保留"):
            record(housing, headnote=self.WORDS)
        with pytest.raises(Refused, match="签发人、负责人"):
            record(housing, headnote=self.WORDS, kept=kept)
        made = record(housing, by=actor(Role.SIGNER, housing), headnote=self.WORDS, kept=kept)
        assert made.headnote == self.WORDS
        said = next(m.kept_words.text for m in read_stream(made.stream))
        assert "履行职责的工作人员信息" in said
        assert "13887654321" not in said
        lead = actor(Role.LEAD, housing)
        actions.change_record(made, by=lead, subject="住房")
        made.refresh_from_db()
        with pytest.raises(Refused, match="不宜公开"):
            actions.change_record(made, by=lead, headnote=f"{self.WORDS}。")

    @pytest.mark.parametrize(
        ("kept", "why"),
        [
            (KeepingGround("none"), "选择保留的依据"),
            (KeepingGround("other"), "依据的文件名称"),
            (KeepingGround("penalty", "云罚〔2026〕1号"), "须遮盖"),
        ],
    )
    def test_invalid_grounds_are_refused(self, kept: KeepingGround, why: str, housing: Body) -> None:
        made = record(housing)
        with pytest.raises(Refused, match=why):
            actions.change_record(made, by=actor(Role.LEAD, housing), headnote=self.WORDS, kept=kept)

    def test_record_page_accepts_a_ground(self, housing: Body) -> None:
        made = record(housing)
        client = signed_in(Role.LEAD, housing)
        shown = client.get(f"/admin/policies/{made.pk}/").context["form"]
        data = {name: value for name, value in shown.initial.items() if value not in (None, False)}
        data |= {"headnote": self.WORDS, "keep": "duty", "version": str(made.version)}
        client.post(f"/admin/policies/{made.pk}/change/", data)
        made.refresh_from_db()
        assert made.headnote == self.WORDS
