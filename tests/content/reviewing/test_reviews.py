"""Reviews: order of stages, signatures on paper, schemes, reminders, the queue."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from factories.checks import scanned, settle_findings, sheet_of_paper
from factories.publishing import column, item, sign, sign_all, submitted, with_sheet
from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column, Edition, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.actions.paper import find_pending_record, list_refused_records, scan_part
from gongkai.content.reviewing.models import PaperRecord, Review, Signature
from gongkai.content.reviewing.plan import DEFAULT_PLAN, ReviewPlan, ReviewStage
from gongkai.content.reviewing.required_reading import record_shown
from gongkai.content.reviewing.scans import find_scan_errors
from gongkai.content.reviewing.signature_queue import (
    list_first_in_line,
    list_signable_reviews,
    make_paper_block,
    make_review_rows,
    send_reminders,
)
from gongkai.content.reviewing.signers import get_pending_stage, get_plan, list_candidates
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.files.models import StoredFile
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body, Person, Role

pytestmark = pytest.mark.django_db
TWO_STAGES = ReviewPlan((ReviewStage("审核", (Role.REVIEWER,)), ReviewStage("签发", (Role.LEAD,))))


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans])


@pytest.fixture
def scan(db: None) -> StoredFile:
    return frozen.store_publishable_file(scanned(), "签批单.pdf")


class TestStages:
    def test_next_signer_is_notified_and_a_return_names_unmet_checks(self, page: ItemPage, housing: Body) -> None:
        first, second = actor(Role.REVIEWER, housing), actor(Role.SIGNER, housing)
        review = submitted(page)
        assert review in list_signable_reviews(first)
        assert (
            Message.objects.filter(person_id=first.person_id, subject__startswith="待初审", channel="screen").count()
            == 1
        )
        assert not Message.objects.filter(person_id=second.person_id).exists()
        sign(review, by=first)
        assert review not in list_signable_reviews(first)
        assert review in list_signable_reviews(second)
        assert (
            Message.objects.filter(person_id=second.person_id, subject__startswith="待复审", channel="screen").count()
            == 1
        )
        unmet = ["附件与正文一致"]
        actions.return_review(review, by=second, words="涉密", gate="secrecy", unmet=unmet)
        no = Signature.objects.latest("pk")
        assert (no.verdict, no.gate, no.unmet, no.words) == ("no", "secrecy", unmet, "涉密")
        assert "保密关" in Message.objects.filter(subject__contains="退回").latest("pk").subject

    def test_drafter_signs_first_only_if_the_scheme_allows_it(
        self, site: Website, housing: Body, plans: Column
    ) -> None:
        plan = ReviewPlan(DEFAULT_PLAN.stages, drafter_first=True)
        chief = actor(Role.CHIEF, site.body)
        with pytest.raises(Refused, match="写明理由"):
            actions.set_scheme(site, by=chief, plan=plan)
        actions.set_scheme(site, by=chief, plan=plan, reason="本市制度规定由拟稿人初审")
        drafter = AppointmentFactory(role=Role.REVIEWER, body=housing)
        AppointmentFactory(role=Role.SIGNER, body=housing, person=drafter.person)
        by = get_actor(drafter.person.user)
        review = submitted(item(housing, [plans], by=by))
        sign(review, by=by)
        with pytest.raises(Refused):
            sign(review, by=by)
        sign_all(review)
        assert Edition.objects.count() == 1


class TestPaper:
    def record(self, review: Review, scan: StoredFile, by: Any, person: Person, **facts: Any) -> Any:
        given = {"signed_on": timezone.localdate(), "scan": scan, "scan_name": "签批单.pdf", **facts}
        return actions.record_signature(review, by=by, person=person, **given)

    def confirm(self, review: Review, by: Any) -> Any:
        record = PaperRecord.objects.get(review=review, state="waiting")
        record_shown(review, by, [scan_part(record)])
        return actions.confirm_paper(review, by=by, record=record.pk)

    def leader(self, housing: Body) -> Person:
        return AppointmentFactory(role=Role.LEAD, body=housing).person

    def test_paper_signature_recorded_by_another_person_counts(
        self, page: ItemPage, housing: Body, scan: StoredFile
    ) -> None:
        leader = self.leader(housing)
        review = submitted(page)
        sign_all(review, upto=1)
        day = timezone.localdate() - timedelta(days=1)
        Review.objects.filter(pk=review.pk).update(submitted_at=timezone.now() - timedelta(days=2))
        clerk, second = actor(Role.CLERK, housing), actor(Role.CLERK, housing)
        made = self.record(review, scan, clerk, leader, words="同意", signed_on=day)
        assert not Edition.objects.exists(), "one person publishes nothing with the names of others"
        assert Message.objects.filter(person=leader, subject__startswith="已登记您的纸质签批").exists()
        assert not make_paper_block(clerk)
        assert make_paper_block(second)
        with pytest.raises(Refused, match="先打开签批件"):
            actions.confirm_paper(review, by=second, record=made.pk)
        self.confirm(review, second)
        kept = Edition.objects.get().approvals[2]
        assert (kept["by"], kept["recorder"], kept["confirmer"]) == (leader.name, clerk.name, second.name)
        assert kept["paper"] == day.isoformat()
        assert Signature.objects.latest("pk").signed_on == day
        assert (Signature.objects.latest("pk").words, PaperRecord.objects.get().words) == ("同意", "")
        assert verify_reviews().broken == ""

    def test_paper_signature_is_confirmed_by_second_person_or_signer(
        self, page: ItemPage, housing: Body, scan: StoredFile
    ) -> None:
        """Otherwise one person could enter every leader's name with any picture."""
        reviewer = AppointmentFactory(role=Role.REVIEWER, body=housing).person
        review = submitted(page)
        clerk = PersonFactory(name="周正", mobile="13800000001")
        AppointmentFactory(role=Role.CLERK, body=housing, person=clerk)
        twin = PersonFactory(name="周正", mobile="13800000001")
        AppointmentFactory(role=Role.CLERK, body=housing, person=twin)
        self.record(review, scan, get_actor(clerk.user), reviewer)
        submitter = get_actor(Person.objects.get(pk=review.submitted_person).user)
        for by in (get_actor(clerk.user), get_actor(twin.user)):
            with pytest.raises(Refused, match="由您登记"):
                self.confirm(review, by)
        with pytest.raises(Refused, match="参与了这条信息的起草"):
            self.confirm(review, submitter)
        with pytest.raises(Refused, match="其他工作人员"):
            self.confirm(review, actor(Role.CLERK, BodyFactory()))
        with pytest.raises(Refused, match="还在等待核对"):
            self.record(review, scan, actor(Role.CLERK, housing), reviewer)
        self.confirm(review, get_actor(reviewer.user))
        assert Signature.objects.get().confirmer_id == reviewer.pk

    def test_paper_signature_that_differs_is_rejected(self, page: ItemPage, housing: Body, scan: StoredFile) -> None:
        reviewer = AppointmentFactory(role=Role.REVIEWER, body=housing).person
        review = submitted(page)
        clerk = actor(Role.CLERK, housing)
        made = self.record(review, scan, clerk, reviewer)
        actions.refuse_paper(review, by=get_actor(reviewer.user), record=made.pk, reason="不是我签的")
        assert Message.objects.filter(person_id=clerk.person_id, subject__startswith="纸质签批不予登记").exists()
        second = actor(Role.CLERK, housing)
        record_shown(review, second, [scan_part(made)])
        again = self.record(review, scan, clerk, reviewer)
        assert "不是我签的" in Message.objects.filter(person=reviewer).latest("pk").body
        assert list_refused_records(review) == [made]
        with pytest.raises(Refused, match="只能由签批人本人核对"):
            self.confirm(review, second)
        with pytest.raises(Refused, match="先打开签批件"):
            actions.confirm_paper(review, by=get_actor(reviewer.user), record=again.pk)
        sign(review, by=get_actor(reviewer.user))
        review.refresh_from_db()
        assert not find_pending_record(review), "the stage was signed otherwise"

    def test_deputy_who_records_counts_as_the_absent_person(
        self, page: ItemPage, housing: Body, scan: StoredFile
    ) -> None:
        reviewer = AppointmentFactory(role=Role.REVIEWER, body=housing).person
        review = submitted(page)
        absent = AppointmentFactory(role=Role.CLERK, body=housing)
        cover = AppointmentFactory(role=Role.CLERK, body=housing, covers=absent).person
        self.record(review, scan, get_actor(cover.user), reviewer)
        with pytest.raises(Refused, match="由您登记"):
            self.confirm(review, get_actor(absent.person.user))
        self.confirm(review, actor(Role.CLERK, housing))
        assert Signature.objects.get().covered == [absent.person_id]
        assert verify_reviews().broken == ""

    def test_recording_needs_a_second_person_who_can_confirm(
        self, page: ItemPage, housing: Body, scan: StoredFile
    ) -> None:
        review = submitted(page)
        clerk = actor(Role.CLERK, housing)
        reviewer = AppointmentFactory(role=Role.REVIEWER, body=housing, person__user=None).person
        Person.objects.exclude(pk__in=[clerk.person_id, review.submitted_person]).update(user=None)
        with pytest.raises(Refused, match="没有第二个人可以核对"):
            self.record(review, scan, clerk, reviewer)

    def test_deputy_signs_as_the_absent_person(self, page: ItemPage, housing: Body) -> None:
        """Heads cannot sign their own text through a deputy they named."""
        review = submitted(page)
        author = Person.objects.get(pk=review.submitted_person)
        post = AppointmentFactory(role=Role.REVIEWER, body=housing, person=author)
        cover = AppointmentFactory(role=Role.REVIEWER, body=housing, covers=post).person
        with pytest.raises(Refused, match=r"视同其本人.*参与了这条信息的起草"):
            sign(review, by=get_actor(cover.user))
        signer = AppointmentFactory(role=Role.REVIEWER, body=housing)
        cover = AppointmentFactory(role=Role.REVIEWER, body=housing, covers=signer).person
        sign(review, by=get_actor(cover.user))
        AppointmentFactory(role=Role.SIGNER, body=housing, person=signer.person)
        with pytest.raises(Refused, match="前面的级次审签过"):
            sign(review, by=get_actor(signer.person.user))
        assert verify_reviews().broken == ""

    def test_paper_signature_by_a_deputy_counts_for_the_absent_person(
        self, page: ItemPage, housing: Body, scan: StoredFile
    ) -> None:
        """Otherwise one person signs two stages: on paper by a deputy, and the last one."""
        review = submitted(page)
        covered = AppointmentFactory(role=Role.REVIEWER, body=housing)
        cover = AppointmentFactory(role=Role.REVIEWER, body=housing, covers=covered).person
        AppointmentFactory(role=Role.CLERK, body=housing, person=covered.person)
        with pytest.raises(Refused, match="不能登记本人的签批"):
            self.record(review, scan, get_actor(covered.person.user), cover)
        self.record(review, scan, actor(Role.CLERK, housing), cover)
        self.confirm(review, actor(Role.CLERK, housing))
        signed = Signature.objects.get()
        assert (signed.covered, signed.name) == ([covered.person_id], f"{cover.name}（代{covered.person.name}）")
        AppointmentFactory(role=Role.SIGNER, body=housing, person=covered.person)
        with pytest.raises(Refused, match="前面的级次审签过"):
            sign(review, by=get_actor(covered.person.user))
        assert verify_reviews().broken == ""

    def test_recorder_of_a_paper_signature_cannot_sign(self, page: ItemPage, housing: Body, scan: StoredFile) -> None:
        reviewer = AppointmentFactory(role=Role.REVIEWER, body=housing).person
        recorder = AppointmentFactory(role=Role.SIGNER, body=housing)
        by = get_actor(recorder.person.user)
        review = submitted(page)
        self.record(review, scan, by, reviewer)
        self.confirm(review, actor(Role.CLERK, housing))
        assert review not in list_signable_reviews(by)
        with pytest.raises(Refused, match="代为登记过"):
            sign(review, by=by)

    def test_invalid_paper_signatures_are_refused(self, page: ItemPage, housing: Body, scan: StoredFile) -> None:
        review, clerk = submitted(page), actor(Role.CLERK, housing)
        own = AppointmentFactory(role=Role.REVIEWER, body=housing).person
        by, today = get_actor(own.user), timezone.localdate()
        twins = [PersonFactory(name="周正", mobile="13800000001") for _ in range(2)]
        for role, twin in zip((Role.REVIEWER, Role.CLERK), twins, strict=True):
            AppointmentFactory(role=role, body=housing, person=twin)
        submitter = Person.objects.get(pk=review.submitted_person)
        AppointmentFactory(role=Role.REVIEWER, body=housing, person=submitter)
        for recorder, signer, signed_on, why in (
            (by, own, today, "不能登记本人"),
            (get_actor(twins[1].user), twins[0], today, "不能登记本人"),
            (clerk, PersonFactory(), today, "没有初审的审签角色"),
            (clerk, submitter, today, "参与了这条信息的起草"),
            (clerk, own, today + timedelta(days=1), "不能晚于今天"),
            (clerk, own, today - timedelta(days=1), "不能早于送审之日"),
        ):
            with pytest.raises(Refused, match=why):
                self.record(review, scan, recorder, signer, signed_on=signed_on)
        with pytest.raises(Refused, match="扫描件或照片"):
            self.record(review, scan, clerk, own, scan_name="签批单.txt")
        sign(review, by=by)
        with pytest.raises(Refused, match="已审签过"):
            self.record(review, scan, by, AppointmentFactory(role=Role.SIGNER, body=housing).person)

    def test_author_or_submitter_cannot_record_paper_signatures(
        self, housing: Body, plans: Column, scan: StoredFile
    ) -> None:
        """Otherwise one person could publish alone with three typed names."""
        clerk, submitter = actor(Role.CLERK, housing), actor(Role.CLERK, housing)
        page = item(housing, [plans], by=clerk)
        settle_findings(page, submitter)
        review = with_sheet(actions.submit(page, by=submitter))
        reviewer = AppointmentFactory(role=Role.REVIEWER, body=housing).person
        for by in (clerk, submitter):
            with pytest.raises(Refused, match="没有参与起草和送审的人办理"):
                self.record(review, scan, by, reviewer)
        assert not Signature.objects.exists()

    @pytest.mark.parametrize(
        ("data", "kept_as", "name"),
        [
            (b"x", "x.txt", "x.txt"),
            (b"x", "x.txt", "x.pdf"),
            (b"%PDF-1.4", "x.pdf", "x.docx"),
            (b"%PDF-1.4", "x.pdf", "x.png"),
        ],
    )
    def test_scan_must_be_a_picture_or_pdf(self, data: bytes, kept_as: str, name: str) -> None:
        assert "扫描件或照片" in find_scan_errors(frozen.store_publishable_file(data, kept_as), name, "签批件")[0]

    @pytest.mark.parametrize(
        ("name", "width", "height", "why"),
        [
            ("x.png", 1, 1, "太小（1×1像素）.*短边不少于600像素，长边不少于800像素"),
            ("x.jpg", 700, 700, "太小（700×700像素）"),
            ("x.pdf", 20, 20, "页面的短边不少于7厘米"),
        ],
    )
    def test_scan_must_be_large_enough_to_read(self, name: str, width: int, height: int, why: str) -> None:
        """The same function checks letters of other units and clean-up opinions."""
        scan = frozen.store_publishable_file(sheet_of_paper(name, width, height), name)
        assert re.search(why, find_scan_errors(scan, name, "签批件")[0])

    @pytest.mark.parametrize("name", ["x.jpg", "x.pdf"])
    def test_blank_scan_is_refused(self, name: str) -> None:
        large = frozen.store_publishable_file(sheet_of_paper(name, 600, 800), name)
        assert find_scan_errors(large, name, "签批件") == []
        empty = frozen.store_publishable_file(sheet_of_paper(name, 600, 800, blank=True), name)
        assert find_scan_errors(empty, name, "签批件") == [
            "签批件的扫描件是空白页，看不到文字或者印章，请重新扫描后上传。"
        ]


class TestSchemes:
    def test_scheme_of_a_column_applies_to_its_subcolumns(self, site: Website, housing: Body, plans: Column) -> None:
        chief = actor(Role.CHIEF, site.body)
        below = column(site, "专项规划", plans)
        actions.set_scheme(site, by=chief, plan=TWO_STAGES, column=plans, reason="季度数据，两级审签")
        for where, stages in ((below, 2), (plans, 2), (column(site, "财政"), 3)):
            review = submitted(item(housing, [where]))
            assert len(review.plan["stages"]) == stages
        actions.drop_scheme(site, by=chief, column=plans)
        assert len(submitted(item(housing, [below])).plan["stages"]) == 3

    def test_schemes_of_two_columns_are_merged(self, site: Website, housing: Body, plans: Column) -> None:
        finance = column(site, "财政")
        four = ReviewPlan((*DEFAULT_PLAN.stages[:2], ReviewStage("财务审核", (Role.SIGNER,)), DEFAULT_PLAN.stages[2]))
        actions.set_scheme(site, by=actor(Role.CHIEF, site.body), plan=four, column=finance)
        assert len(submitted(item(housing, [plans, finance])).plan["stages"]) == 4


class TestLate:
    @pytest.mark.postgres
    def test_late_stage_is_reminded_once(self, page: ItemPage, housing: Body) -> None:
        holder = actor(Role.REVIEWER, housing)
        review = submitted(page)
        assert send_reminders(timezone.now())["late"] == 0
        later = review.stage_due + timedelta(hours=1)
        assert send_reminders(later)["late"] == 1
        assert send_reminders(later)["late"] == 0
        told = Message.objects.filter(person_id=holder.person_id, subject__startswith="超期未初审")
        assert told.filter(channel="screen").count() == 1
        Review.objects.filter(pk=review.pk).update(held_since=timezone.now() - timedelta(days=3, hours=1))
        assert [row.days for row in make_review_rows(list(list_signable_reviews(holder)), holder)] == [3], (
            "on the queue, too"
        )
        sign_all(review, upto=0)
        Review.objects.filter(pk=review.pk).update(stage_due=review.stage_due + timedelta(days=1))
        assert send_reminders(timezone.now() + timedelta(days=30))["late"] == 1, "each stage has its own time"


class TestQueue:
    @pytest.mark.postgres
    def test_queue_lists_only_reviews_the_user_can_sign_now(self, site: Website, housing: Body, plans: Column) -> None:
        reviewer, chief = actor(Role.REVIEWER, housing), actor(Role.CHIEF, site.body)
        mine = submitted(item(housing, [plans], title="一"))
        submitted(item(housing, [plans], title="自己起草的", by=reviewer))
        further = submitted(item(housing, [plans], title="已到复审"))
        sign_all(further, upto=0)
        assert list(list_signable_reviews(reviewer)) == [mine]
        assert set(list_signable_reviews(chief)) == set(Review.objects.all()), "may stand in for all"
        assert list(list_first_in_line(chief)) == [further], "but is asked only where the unit has nobody"

    def test_review_is_offered_first_to_the_preferred_role(self, page: ItemPage, site: Website, housing: Body) -> None:
        """A head is not asked while a reviewer exists; the office only if the unit has nobody."""
        chief, head = actor(Role.CHIEF, site.body), actor(Role.LEAD, housing)
        reviewer = actor(Role.REVIEWER, housing)
        review = submitted(page)
        assert review in list_first_in_line(reviewer)
        assert review in list_signable_reviews(head)
        assert review not in list_first_in_line(head)
        Person.objects.filter(appointments__role=Role.REVIEWER).update(user=None)
        stage = get_pending_stage(review, get_plan(review))
        assert stage is not None
        assert list_candidates(review, stage)[0][1] == [head.person_id], "who cannot sign in, stands behind"
        sign_all(review, upto=0)
        assert review in list_first_in_line(chief), "no signer is appointed: the office stands in"

    def test_review_rows_need_a_constant_number_of_queries(
        self, housing: Body, plans: Column, django_assert_max_num_queries: Any
    ) -> None:
        by = actor(Role.REVIEWER, housing)
        submitted(item(housing, [plans], title="第一条"))
        with django_assert_max_num_queries(9) as one:
            assert len(make_review_rows(list(list_signable_reviews(by)), by)) == 1
        for number in range(3):
            submitted(item(housing, [plans], title=f"再{number}条"))
        with django_assert_max_num_queries(len(one.captured_queries)):
            assert len(make_review_rows(list(list_signable_reviews(by)), by)) == 4
