"""`audit verify` finds changes by SQL to signatures, secrecy sheets, schemes, reviews and publication times."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from factories.fixtures import town
from factories.publishing import item, order_urgent, reviewed, sign, sign_all, signed, submitted
from factories.units import actor
from gongkai.content.editions.actions.editions import compute_edition_digest
from gongkai.content.editions.models import Column, Edition, EditionContent
from gongkai.content.editions.verify import verify_editions
from gongkai.content.publishing import actions
from gongkai.content.reviewing.models import Review, ReviewScheme, SecrecySheet, Signature, SignatureNote
from gongkai.content.reviewing.plan import DEFAULT_PLAN, ReviewPlan, ReviewStage
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts import insert_only
from gongkai.core.acts.digest import digest, utc_timestamp
from gongkai.core.acts.models import Movement
from gongkai.core.acts.row_coverage import compute_row_digest
from gongkai.core.acts.rows import split_into_batches
from gongkai.core.acts.seal import LogVerdict, _digest_ranges
from gongkai.core.ledger.audit import AUDIT_CHECKS_BY_NAME, check_triggers
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def make_reviews() -> None:
    """Make a published, an annotated, an urgently published and a returned review."""
    place = town()
    housing, plans = place.housing, place.plans
    actions.set_scheme(place.site, by=actor(Role.CHIEF, place.site.body), plan=DEFAULT_PLAN)
    reviewed(housing, [plans], title="甲")
    review = submitted(item(housing, [plans], title="乙"))
    sign(review, by=actor(Role.REVIEWER, housing), words="同意")
    sign_all(review)
    urgent = submitted(item(housing, [plans], title="丙"))
    order_urgent(urgent, by=actor(Role.LEAD, housing), reason="险情公告")
    returned = submitted(item(housing, [plans], title="丁"))
    actions.return_review(returned, by=actor(Role.SIGNER, housing), words="再核")


def test_verify_reviews_is_registered_as_audit_check() -> None:
    assert AUDIT_CHECKS_BY_NAME["signatures"][1] is verify_reviews


def _delete_signature() -> None:
    SignatureNote.objects.all().delete()
    Signature.objects.order_by("pk")[0].delete()


def _insert_signature() -> None:
    one = Signature.objects.order_by("pk")[0]
    one.pk, one.person_id, one.account_id, one.stage = None, 4711, None, 6
    one.save(force_insert=True)


def _delete_sheet() -> None:
    SecrecySheet.objects.order_by("pk")[0].delete()


def _change_scheme() -> None:
    one = ReviewScheme.objects.get()
    ReviewScheme.objects.filter(pk=one.pk).update(plan=ReviewPlan((ReviewStage("签发", (Role.LEAD,)),)).to_json())


def _remove_approval() -> None:
    """Remove a signature from an edition and compute its digest again; the log still has three."""
    edition = Edition.objects.order_by("pk")[0]
    edition.approvals = [row for row in edition.approvals if row.get("stage") != "复审"]
    Edition.objects.filter(pk=edition.pk).update(approvals=edition.approvals, digest=compute_edition_digest(edition))


def _change_approver() -> None:
    edition = Edition.objects.order_by("pk")[0]
    edition.approvals[0]["person"] = 4711
    Edition.objects.filter(pk=edition.pk).update(approvals=edition.approvals)


CHANGES: dict[str, tuple[Callable[[], object], str]] = {
    "another signer": (lambda: Signature.objects.filter(stage=1).update(person_id=4711), "被改动"),
    "another day": (lambda: Signature.objects.filter(stage=1).update(signed_on="2026-01-01"), "被改动"),
    "a no made a yes": (
        lambda: Signature.objects.filter(verdict="no").update(verdict="yes", stage=2),
        "被改动",
    ),
    "words": (lambda: SignatureNote.objects.filter(text="同意").update(text="不同意"), "意见被改动"),
    "a signature gone": (_delete_signature, "已不在"),
    "a signature put in": (_insert_signature, "没有流水"),
    "a sheet": (lambda: SecrecySheet.objects.all().update(conclusion="part"), "保密审查表被改动"),
    "a sheet gone": (_delete_sheet, "保密审查表已不在"),
    "a scheme": (_change_scheme, "审签程序被改动"),
    "an edition without one": (_remove_approval, "少于3级审签"),
    "an edition with another person": (_change_approver, "签名被改动"),
    "a red light put out": (
        lambda: Review.objects.filter(state="after").update(state="approved"),
        "状态与流水不符",
    ),
    "a return undone": (
        lambda: Review.objects.filter(state="returned").update(state="waiting"),
        "状态与流水不符",
    ),
}


@pytest.fixture(scope="class")
def signed_ones(kept_rows: Callable[..., Iterator[None]]) -> Iterator[None]:
    yield from kept_rows(make_reviews)


@pytest.mark.usefixtures("signed_ones")
class TestChangesWithoutLog:
    @pytest.mark.parametrize("change", CHANGES)
    def test_change_is_found(self, change: str, unguarded: None) -> None:
        act, words = CHANGES[change]
        with connection.cursor():
            act()
        assert words in verify_reviews().broken

    @pytest.mark.postgres
    def test_verification_in_batches_finds_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Uses batches of one row."""
        for module in (
            "reviewing.verify",
            "editions.verify",
        ):
            monkeypatch.setattr(
                f"gongkai.content.{module}.split_into_batches", lambda rows, size=1: split_into_batches(rows, 1)
            )
        assert verify_reviews() == LogVerdict(13, "")
        assert verify_editions().ok


class TestTime:
    """An edition is visible from the signed time; three places in the log prove it."""

    def scheduled(self, housing: Body, plans: Column) -> Edition:
        page = item(housing, [plans], title="定时")
        signed(page, visible_from=timezone.now() + timedelta(days=3))
        return Edition.objects.get()

    def rewrite(self, edition: Edition, at: datetime, *, log: bool = False) -> None:
        """Change the time and all digests; with `log`, also in the log record of the publication."""
        edition.visible_from = at
        edition.digest = compute_edition_digest(edition)
        Edition.objects.filter(pk=edition.pk).update(visible_from=at, digest=edition.digest)
        if log:
            movement = Movement.objects.get(action="publishing.publish")
            facts = movement.facts | {"visible_from": utc_timestamp(at), "digest": edition.digest}
            Movement.objects.filter(pk=movement.pk).update(facts=facts)

    def test_changed_publication_time_is_found(self, housing: Body, plans: Column, unguarded: None) -> None:
        edition = self.scheduled(housing, plans)
        assert (verify_reviews().broken, verify_editions().broken) == ("", "")
        at = edition.visible_from
        for days, log, words in (
            (-3, False, "公开时间与流水不符"),
            (9, False, "公开时间与流水不符"),
            (-3, True, "公开时间早于审签的时间"),
            (9, True, "公开时间不是审签的时间"),
        ):
            self.rewrite(edition, at + timedelta(days=days), log=log)
            assert words in verify_reviews().broken
            assert verify_editions().ok is log
        Edition.objects.filter(pk=edition.pk).update(visible_from=timezone.now())  # the digest left as it was
        assert "被改动" in verify_editions().broken

    def test_time_before_the_publication_is_found(self, housing: Body, plans: Column, unguarded: None) -> None:
        edition = reviewed(housing, [plans]).editions.get()
        self.rewrite(edition, edition.visible_from - timedelta(days=30), log=True)
        assert "早于发布之时" in verify_reviews().broken

    def test_changed_last_day_of_a_text_is_found(self, housing: Body, plans: Column, unguarded: None) -> None:
        edition = reviewed(housing, [plans], ends_on=date(2027, 1, 1)).editions.get()
        EditionContent.objects.update(facts=edition.content.facts | {"ends_on": "2099-01-01"})
        assert "内容被改动" in verify_editions().broken

    def test_urgent_order_overrides_the_signed_time(self, housing: Body, plans: Column) -> None:
        review = submitted(item(housing, [plans]), visible_from=timezone.now() + timedelta(days=3))
        order_urgent(review, by=actor(Role.LEAD, housing), reason="险情公告")
        assert verify_reviews().broken == ""

    def test_urgent_approval_without_an_order_is_found(self, housing: Body, plans: Column, unguarded: None) -> None:
        edition = reviewed(housing, [plans]).editions.get()
        edition.approvals = [*edition.approvals[:1], edition.approvals[0] | {"kind": "urgent"}]
        Edition.objects.update(approvals=edition.approvals, digest=compute_edition_digest(edition))
        assert "紧急发布没有流水" in verify_reviews().broken


@pytest.mark.postgres
def test_a_missing_trigger_is_found(db: None) -> None:
    on = " ON reviewing_signature" if connection.vendor == "postgresql" else ""
    for verb in ("update", "delete", "insert"):
        assert check_triggers().ok
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER guard_reviewing_signature_{verb}{on}")
        assert "reviewing_signature" in check_triggers().broken
        insert_only.install_triggers()


@pytest.mark.postgres
def test_a_trigger_that_no_longer_refuses_is_found(db: None) -> None:
    on_postgresql = connection.vendor == "postgresql"
    hollow = "CREATE TRIGGER guard_reviewing_signature_delete BEFORE DELETE ON reviewing_signature BEGIN SELECT 1; END"
    ways = (
        [
            "ALTER TABLE reviewing_signature DISABLE TRIGGER guard_reviewing_signature_delete",
            "CREATE OR REPLACE FUNCTION gongkai_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        ]
        if on_postgresql
        else [hollow]
    )
    for way in ways:
        with connection.cursor() as cursor:
            if not on_postgresql:
                cursor.execute("DROP TRIGGER guard_reviewing_signature_delete")
            cursor.execute(way)
        assert not check_triggers().ok, way
        insert_only.install_triggers()
        assert check_triggers().ok


class TestFirstVersion:
    """Editions published when one signature was enough stay valid."""

    def make_old(self, housing: Body, plans: Column) -> Edition:
        """Turn an edition into one of the first version: one approval without kind, no signatures, no plan."""
        document = reviewed(housing, [plans], title="旧的")
        edition = document.editions.get()
        review = Review.objects.get(edition_id=edition.pk)
        edition.approvals = [{"review": review.pk, "revision": review.revision_id, "by": "某签发人", "person": 1}]
        edition.digest = compute_edition_digest(edition)
        Edition.objects.filter(pk=edition.pk).update(approvals=edition.approvals, digest=edition.digest)
        numbers = list(Signature.objects.values_list("pk", flat=True))
        SignatureNote.objects.all().delete()
        Signature.objects.filter(pk__in=numbers)._raw_delete("default")
        SecrecySheet.objects.all()._raw_delete("default")
        Review.objects.filter(pk=review.pk).update(plan={}, columns=[])
        for movement in Movement.objects.filter(stream=f"item/{document.item_number}"):
            facts = {k: v for k, v in movement.facts.items() if k in {"review", "revision", "digest"}}
            Movement.objects.filter(pk=movement.pk).update(
                facts=facts if movement.action != "publishing.fill_sheet" else {}
            )
        return edition

    def test_editions_of_the_first_version_verify(self, housing: Body, plans: Column, unguarded: None) -> None:
        self.make_old(housing, plans)
        assert verify_reviews().broken == ""
        reviewed(housing, [plans], title="新的")
        assert verify_reviews().broken == ""

    def test_later_edition_without_signatures_is_found(self, housing: Body, plans: Column, unguarded: None) -> None:
        reviewed(housing, [plans], title="新的")
        edition = reviewed(housing, [plans], title="冒充旧的").editions.get()
        Edition.objects.filter(pk=edition.pk).update(approvals=[{"review": 1, "revision": 1, "by": "某", "person": 1}])
        assert "没有审签签名" in verify_reviews().broken


def test_seals_from_before_a_database_column_was_added_verify(housing: Body, plans: Column) -> None:
    """Otherwise an upgrade would report changed signatures."""
    sign_all(submitted(item(housing, [plans])), upto=0)
    signature = Signature.objects.get()
    before = [f.attname for f in Signature._meta.concrete_fields if f.name not in Signature.SEALED_IF_SET]
    assert len(before) == len(Signature._meta.concrete_fields) - 3
    mark = digest(compute_row_digest(before, [getattr(signature, name) for name in before]))
    assert list(_digest_ranges(Signature, [(0, signature.pk)])) == [((0, signature.pk), mark)]
