"""Every known way round a review leads nowhere: Wagtail's own ways, superusers, bulk, code, SQL.

The list: what others found in Wagtail's workflows (one person all stages, text changed after an approval, a task switched off, an empty workflow,
superusers, bulk publishing, the publish action of its API, scheduled publishing, copies, aliases, moves, flags set by hand), and what our own
tables would allow if anybody trusted a row.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, Revision, Task, Workflow

from factories.publishing import column, item, public, sign_all, signed, submitted
from factories.units import AppointmentFactory, PersonFactory, UserFactory, actor, signed_in
from gongkai.acts.action import Conflict, Refused
from gongkai.publishing import actions, queries
from gongkai.publishing.documents import document_of, item_of
from gongkai.publishing.models import (
    Column,
    Edition,
    ItemPage,
    Review,
    ReviewScheme,
    Shelf,
    Signature,
    SignatureNote,
    Website,
)
from gongkai.publishing.reviewing.plan import DEFAULT, Plan, Stage
from gongkai.publishing.reviewing.sheet import plain_answers
from gongkai.units.actors import ANONYMOUS, SYSTEM, Actor, actor_of
from gongkai.units.models import Body, Person, Role

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans], title="没有审签的文字")


def nothing_is_public() -> bool:
    return not (Edition.objects.exists() or Shelf.objects.exists() or queries.visible_to(ANONYMOUS).exists())


# --- Wagtail's own ways -------------------------------------------------------------------------------------


def _update(page: ItemPage) -> None:
    Page.objects.filter(pk=page.pk).update(live=True)


def _bulk_update(page: ItemPage) -> None:
    page.live = True
    ItemPage.objects.bulk_update([page], ["live"])


def _raw(page: ItemPage) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_page SET live = %s WHERE id = %s", [True, page.pk])


def _save_live(page: ItemPage) -> None:
    page.live = True
    page.save()


def _save_base(page: ItemPage) -> None:
    base = Page.objects.get(pk=page.pk)
    base.live = True
    base.save()


def _publish_action(page: ItemPage) -> None:
    PublishPageRevisionAction(page.get_latest_revision()).execute(skip_permission_checks=True)


def _scheduled(page: ItemPage) -> None:
    Revision.objects.filter(pk=page.latest_revision_id).update(
        approved_go_live_at=timezone.now() - timedelta(1)
    )
    call_command("publish_scheduled")


def _copy(page: ItemPage) -> None:
    _save_live(page)
    page.copy(keep_live=True, update_attrs={"slug": "copy", "title": "副本"})


def _alias(page: ItemPage) -> None:
    _save_live(page)
    page.create_alias(update_slug="alias")


def _move(page: ItemPage) -> None:
    _save_live(page)
    Page.objects.get(pk=page.pk).move(page.get_parent(), pos="first-child")


def _old_revision(page: ItemPage) -> None:
    first = page.get_latest_revision()
    page.title = "新稿"
    page.save_revision()
    first.publish()


def _unpublish_publish(page: ItemPage) -> None:
    revision = page.get_latest_revision()
    revision.publish()
    page.refresh_from_db()
    page.unpublish()
    revision.publish()


def _live_child(page: ItemPage) -> None:
    page.get_parent().add_child(instance=ItemPage(title="直接上线", live=True, formed_on=page.formed_on))


def _workflow_without_tasks(page: ItemPage) -> None:
    workflow = Workflow.objects.create(name="空的流程")
    workflow.start(page, get_user_model().objects.create_superuser("somebody"))


def _workflow_with_a_task_switched_off(page: ItemPage) -> None:
    root = get_user_model().objects.create_superuser("somebody")
    workflow = Workflow.objects.create(name="流程")
    task = Task.objects.create(name="停用的任务", active=False)
    workflow.workflow_tasks.create(task=task)
    workflow.start(page, root)


WAGTAIL: dict[str, Callable[[ItemPage], None]] = {
    "QuerySet.update(live)": _update,
    "bulk_update(live)": _bulk_update,
    "raw SQL on live": _raw,
    "save() with live": _save_live,
    "save() of the base page": _save_base,
    "Page.publish": lambda page: page.publish(page.get_latest_revision()),
    "Revision.publish": lambda page: page.get_latest_revision().publish(),
    "publish action without permission checks": _publish_action,
    "publish_scheduled": _scheduled,
    "copy(keep_live)": _copy,
    "alias": _alias,
    "move of a live page": _move,
    "an old revision": _old_revision,
    "unpublish, then publish again": _unpublish_publish,
    "add_child live": _live_child,
    "an empty workflow": _workflow_without_tasks,
    "a workflow whose task is switched off": _workflow_with_a_task_switched_off,
}


@pytest.mark.parametrize("way", WAGTAIL.values(), ids=WAGTAIL)
def test_wagtails_ways_show_nothing(way: Callable[[ItemPage], None], page: ItemPage) -> None:
    way(page)
    assert nothing_is_public()


@pytest.mark.parametrize("way", WAGTAIL.values(), ids=WAGTAIL)
def test_nor_while_it_is_half_signed(way: Callable[[ItemPage], None], page: ItemPage) -> None:
    review = submitted(page)
    sign_all(review, upto=1)
    way(ItemPage.objects.get(pk=page.pk))
    assert nothing_is_public()
    review.refresh_from_db()
    assert (review.state, review.stage) == ("waiting", 2)


@pytest.fixture
def root(client: Client) -> Client:
    """A superuser who holds every role besides."""
    user = get_user_model().objects.create_superuser("root", password="x")
    client.force_login(user, BACKEND)
    return client


class TestWagtailsPages:
    """As a superuser: buttons, bulk actions, the API's actions, workflow pages."""

    @pytest.mark.parametrize(
        "form",
        [
            {"action-publish": "1"},
            {"action-submit": "1"},
            {"action-workflow-action": "1", "workflow-action-name": "approve"},
        ],
    )
    def test_the_editors_buttons(self, form: dict[str, str], root: Client, page: ItemPage) -> None:
        root.raise_request_exception = False  # without workflows Wagtail's own page breaks on the last one
        root.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), {"title": "改了", **form})
        assert nothing_is_public()

    @pytest.mark.parametrize("action", ["publish", "unpublish", "move", "delete"])
    def test_bulk_actions(
        self, action: str, root: Client, housing: Body, plans: Column, page: ItemPage
    ) -> None:
        shown = public(housing, [plans], title="已公开的")
        live = item_of(shown)
        assert live
        for number in (page.pk, live.pk):
            address = reverse("wagtail_bulk_action", args=("wagtailcore", "page", action))
            root.post(
                f"{address}?id={number}", {"chooser": page.get_parent().pk, "include_descendants": "on"}
            )
        assert [e.document_id for e in queries.visible_to(ANONYMOUS)] == [shown.pk]

    @pytest.mark.parametrize(
        "action",
        ["publish", "unpublish", "copy", "move", "delete", "create_alias", "revert_to_page_revision"],
    )
    def test_the_admin_apis_actions(self, action: str, root: Client, page: ItemPage) -> None:
        sent = {
            "revision_id": page.latest_revision_id,
            "keep_live": True,
            "destination_page_id": page.get_parent().pk,
        }
        root.post(f"/admin/api/main/pages/{page.pk}/action/{action}/", sent, content_type="application/json")
        assert nothing_is_public()

    @pytest.mark.parametrize("name", ["publish", "unpublish", "copy"])
    def test_its_pages(self, name: str, root: Client, page: ItemPage) -> None:
        addresses = {"publish": "edit", "unpublish": "unpublish", "copy": "copy"}
        form = {
            "new_title": "副本",
            "new_slug": "copy",
            "new_parent_page": page.get_parent().pk,
            "publish_copies": "on",
        }
        root.post(reverse(f"wagtailadmin_pages:{addresses[name]}", args=(page.pk,)), form)
        assert nothing_is_public()

    def test_a_superuser_is_nobody_here(self, root: Client, page: ItemPage) -> None:
        review = submitted(page)
        answer = root.post(reverse("publishing:approve", args=(review.pk,)), {"version": review.version})
        assert answer.status_code in {302, 403}
        with pytest.raises(Refused):
            actions.approve(review, by=actor_of(get_user_model().objects.get(username="root")))
        assert not Signature.objects.exists()

    def test_workflow_pages_stay_closed(self, root: Client, page: ItemPage) -> None:
        said = root.get("/admin/").content.decode()
        assert "/admin/workflows/" not in said
        assert "/admin/reports/workflow" not in said
        _workflow_without_tasks(page)
        assert nothing_is_public()

    def test_privacy_settings_of_a_page_open_nothing(self, root: Client, page: ItemPage) -> None:
        root.post(reverse("wagtailadmin_pages:set_privacy", args=(page.pk,)), {"restriction_type": "none"})
        assert nothing_is_public()


# --- the same person more than once ----------------------------------------------------------------------------


def everything(body: Body, person: Person | None = None) -> Actor:
    """Somebody who holds every role that signs."""
    who = person or PersonFactory()
    for role in (Role.REVIEWER, Role.SIGNER, Role.LEAD):
        AppointmentFactory(role=role, body=body, person=who)
    return actor_of(who.user)


class TestOnePersonTwice:
    def test_with_two_roles(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        by = everything(housing)
        actions.approve(review, by=by)
        with pytest.raises(Refused, match="已在前面的级次审签过"):
            actions.approve(review, by=by)

    def test_with_a_new_account(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        person = PersonFactory()
        actions.approve(review, by=everything(housing, person))
        person.user = UserFactory()
        person.save()
        with pytest.raises(Refused, match="已在前面的级次审签过"):
            actions.approve(review, by=actor_of(person.user))

    def test_with_the_same_account_under_another_person(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        first = PersonFactory()
        actions.approve(review, by=everything(housing, first))
        user = first.user
        first.user = None
        first.save()
        second = PersonFactory(user=user)
        user = get_user_model().objects.get(pk=user.pk)
        AppointmentFactory(role=Role.SIGNER, body=housing, person=second)
        with pytest.raises(Refused, match="已在前面的级次审签过"):
            actions.approve(review, by=actor_of(user))

    def test_registered_twice(self, page: ItemPage, housing: Body) -> None:
        """The same name and mobile are the same human."""
        review = submitted(page)
        actions.approve(review, by=everything(housing, PersonFactory(name="周正", mobile="13800000000")))
        with pytest.raises(Refused, match="已在前面的级次审签过"):
            actions.approve(review, by=everything(housing, PersonFactory(name="周正", mobile="13800000000")))

    def test_as_author_under_another_person_of_the_same_account(self, housing: Body, plans: Column) -> None:
        author = everything(housing)
        review = submitted(item(housing, [plans], by=author))
        twin = Actor("换了名字", person_id=PersonFactory().pk, user_id=author.user_id, posts=author.posts)
        with pytest.raises(Refused, match="须由其他人审签"):
            actions.approve(review, by=twin)

    def test_as_author_with_another_account(self, housing: Body, plans: Column) -> None:
        author = everything(housing)
        review = submitted(item(housing, [plans], by=author))
        twin = Actor(author.name, person_id=author.person_id, user_id=UserFactory().pk, posts=author.posts)
        with pytest.raises(Refused, match="须由其他人审签"):
            actions.approve(review, by=twin)

    def test_the_office_stands_in_for_one_stage_only(self, page: ItemPage, site: Website) -> None:
        review = submitted(page)
        chief = actor(Role.CHIEF, site.body)
        actions.approve(review, by=chief)
        with pytest.raises(Refused, match="已在前面的级次审签过"):
            actions.approve(review, by=chief)

    def test_jobs_commands_and_nobody_sign_nothing(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        post = actor(Role.REVIEWER, housing).posts
        for by in (SYSTEM, ANONYMOUS, Actor("命令行", posts=post), Actor("命令行", system=True, posts=post)):
            with pytest.raises(Refused):
                actions.approve(review, by=by)


# --- a text that changes under the signatures --------------------------------------------------------------------


class TestChangedText:
    def test_between_two_stages(self, page: ItemPage, housing: Body) -> None:
        """The stored revision is rewritten: the next stage refuses, and so does publishing."""
        review = submitted(page)
        sign_all(review, upto=1)
        revision = Revision.objects.get(pk=review.revision_id)
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "title": "偷换"})
        with pytest.raises(Refused, match="文字有改动"):
            sign_all(review)
        assert nothing_is_public()

    def test_a_new_draft_goes_back_to_the_first_stage(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        actions.revise(page, by=actor(Role.CLERK, housing), title="改了一处")
        actions.recall(review, by=actor(Role.CLERK, housing))
        again = submitted(page)
        assert again.stage == 0
        assert not Signature.objects.filter(review_id=again.pk).exists()

    def test_the_approver_edits_and_approves(self, page: ItemPage, housing: Body) -> None:
        """Who edits is an author of what is submitted then; what is under review stays what it was."""
        review = submitted(page)
        sign_all(review, upto=1)
        head = AppointmentFactory(role=Role.LEAD, body=housing)
        by = actor_of(head.person.user)
        actions.revise(page, by=by, title="负责人自己改的")
        edition = actions.approve(review, by=by)
        assert edition.content.title == "没有审签的文字"
        again = submitted(page)
        sign_all(again, upto=1)
        with pytest.raises(Refused, match="须由其他人审签"):
            actions.approve(again, by=by)

    def test_edit_and_approve_in_one_post(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        client = signed_in(Role.LEAD, housing)
        form = {"version": review.version, "title": "改了", "body": "改了", "words": "同意"}
        client.post(reverse("publishing:approve", args=(review.pk,)), form)
        assert Edition.objects.get().content.title == "没有审签的文字"

    def test_a_file_exchanged(self, housing: Body, plans: Column) -> None:
        from gongkai.publishing import files

        old, new = files.store(b"old", "a.txt"), files.store(b"new", "b.txt")
        page = item(housing, [plans], attachments=[("附件.txt", old)])
        review = submitted(page)
        sign_all(review, upto=1)
        revision = Revision.objects.get(pk=review.revision_id)
        content = revision.content
        content["attachments"][0]["stored"] = new.pk
        Revision.objects.filter(pk=revision.pk).update(content=content)
        with pytest.raises(Refused, match="文字有改动"):
            sign_all(review)

    def test_into_other_columns(self, page: ItemPage, site: Website, housing: Body) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        actions.place(document_of(page), by=actor(Role.CLERK, housing), columns=[column(site, "财政预决算")])
        with pytest.raises(Refused, match="栏目有改动"):
            sign_all(review)

    def test_signatures_of_a_returned_review_never_count(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        actions.return_review(review, by=actor(Role.LEAD, housing), words="再核实")
        with pytest.raises(Refused):
            sign_all(review)
        Review.objects.filter(pk=review.pk).update(state="approved")
        with pytest.raises(Refused, match="还缺终审"):
            publish(page, review)

    def test_an_old_revision_is_published_again(self, page: ItemPage, housing: Body) -> None:
        review = signed(page)
        actions.withdraw(document_of(page), by=actor(Role.LEAD, housing), reason="有误")
        with pytest.raises(Refused, match="已用于一次发布"):
            publish(page, review)
        Review.objects.filter(pk=review.pk).update(edition_id=None, state="approved")
        again = submitted(page)
        with pytest.raises(Refused):
            publish(page, again)


def publish(page: ItemPage, *reviews: Review) -> Any:
    """Call the one action that writes editions, as any code could."""
    revision = Revision.objects.get(pk=reviews[0].revision_id)
    return actions.publish(page, by=SYSTEM, revision=revision, approvals=list(reviews))


# --- schemes ----------------------------------------------------------------------------------------------------


ONE = Plan((Stage("签发", (Role.LEAD, Role.SIGNER, Role.REVIEWER)),))
TWO = Plan((Stage("审核", (Role.REVIEWER,)), Stage("签发", (Role.LEAD,))))


class TestSchemes:
    def test_a_scheme_changed_midway_changes_no_running_review(self, page: ItemPage, site: Website) -> None:
        review = submitted(page)
        sign_all(review, upto=0)
        actions.set_scheme(site, by=actor(Role.CHIEF, site.body), plan=TWO, reason="人手不足，经批准")
        sign_all(review, upto=1)
        assert nothing_is_public()
        sign_all(review)
        assert Edition.objects.count() == 1

    @pytest.mark.parametrize("plan", [Plan(()), ONE])
    def test_an_empty_or_single_scheme_is_refused(self, plan: Plan, site: Website) -> None:
        with pytest.raises(Refused, match="至少要有2名"):
            actions.set_scheme(site, by=actor(Role.CHIEF, site.body), plan=plan, reason="没有人手")

    @pytest.mark.parametrize("plan", [Plan(()), ONE])
    def test_and_leads_nowhere_where_sql_put_it_in(self, plan: Plan, site: Website, page: ItemPage) -> None:
        ReviewScheme.objects.create(website=site, number=9, plan=plan.to_json(), made_by="SQL")
        review = actions.submit(page, by=actor(Role.CLERK, page.unit))
        if plan.stages:
            actions.fill_sheet(review, by=actor(Role.LEAD, page.unit), answers=plain_answers())
        with pytest.raises(Refused):
            actions.approve(review, by=actor(Role.LEAD, page.unit))
        assert nothing_is_public()

    def test_a_clerk_sets_no_scheme(self, site: Website, housing: Body) -> None:
        with pytest.raises(Refused):
            actions.set_scheme(site, by=actor(Role.CLERK, housing), plan=TWO, reason="方便")

    def test_a_running_reviews_plan_is_rewritten(self, page: ItemPage) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        Review.objects.filter(pk=review.pk).update(plan=TWO.to_json(), state="approved")
        with pytest.raises(Refused, match=r"与流水不符|程序有改动"):
            publish(page, review)

    def test_and_before_anybody_signed(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        Review.objects.filter(pk=review.pk).update(plan=TWO.to_json(), holders="|reviewer|")
        review.refresh_from_db()
        actions.approve(review, by=actor(Role.REVIEWER, housing))
        with pytest.raises(Refused, match="与流水不符"):
            actions.approve(review, by=actor(Role.LEAD, housing))
        assert nothing_is_public()

    def test_moving_into_a_stricter_column(self, site: Website, housing: Body, plans: Column) -> None:
        chief = actor(Role.CHIEF, site.body)
        strict = column(site, "重大决策")
        four = Plan((*DEFAULT.stages, Stage("办公室核发", (Role.CHIEF,))))
        actions.set_scheme(site, by=chief, plan=four, column=strict)
        document = public(housing, [plans])
        with pytest.raises(Refused, match="审签程序与这条信息所经的不同"):
            actions.place(document, by=actor(Role.CLERK, housing), columns=[strict])
        with pytest.raises(Refused, match="审签程序与这条信息所经的不同"):
            actions.move(plans, by=chief, to=strict)
        plain = column(site, "普通栏目")
        actions.place(document, by=actor(Role.CLERK, housing), columns=[plain])


# --- rows set by code ---------------------------------------------------------------------------------------------


class TestRowsSetByCode:
    """Whoever can write Python can write rows; publishing believes none that the log does not know."""

    def test_a_review_said_to_be_approved(self, page: ItemPage) -> None:
        review = submitted(page)
        Review.objects.filter(pk=review.pk).update(state="approved", decided_by="某领导", stage=3)
        with pytest.raises(Refused, match="还缺初审、复审、终审"):
            publish(page, review)

    def test_a_review_made_from_nothing(self, page: ItemPage) -> None:
        review = submitted(page)
        copied = Review.objects.get(pk=review.pk)
        Review.objects.filter(pk=review.pk).update(state="recalled")
        copied.pk, copied.state = None, "approved"
        copied.save()
        with pytest.raises(Refused, match="流水中没有这次送审"):
            publish(page, copied)

    def test_authors_struck_off(self, housing: Body, plans: Column) -> None:
        author = everything(housing)
        review = submitted(item(housing, [plans], by=author))
        Review.objects.filter(pk=review.pk).update(
            authors=[], author_people=[], submitted_person=None, barred=""
        )
        review.refresh_from_db()
        actions.approve(review, by=author)
        actions.approve(review, by=actor(Role.SIGNER, housing))
        with pytest.raises(Refused, match="与流水不符"):
            actions.approve(review, by=actor(Role.LEAD, housing))
        assert nothing_is_public()

    def test_signatures_made_up(self, page: ItemPage) -> None:
        """A row that fits the text passes the database; it is in no log, so it counts for nothing."""
        review = submitted(page)
        sign_all(review, upto=1)
        first = Signature.objects.order_by("pk")[0]
        forged = Signature.objects.get(pk=first.pk)
        forged.pk, forged.stage, forged.stage_name = None, 2, "终审"
        forged.person_id, forged.account_id, forged.role, forged.name = 4711, None, "lead", "某领导"
        forged.save(force_insert=True)
        Review.objects.filter(pk=review.pk).update(state="approved", stage=3)
        with pytest.raises(Refused, match="与流水不符"):
            publish(page, review)

    def test_signatures_of_another_review(self, page: ItemPage, housing: Body, plans: Column) -> None:
        other = signed(item(housing, [plans], title="另一条"))
        with pytest.raises(Refused, match="不是对这条信息的签发"):
            publish(page, submitted(page), other)

    def test_an_urgent_order_made_up(self, page: ItemPage) -> None:
        review = submitted(page)
        Review.objects.filter(pk=review.pk).update(state="after", urgent_by="某领导", urgent_reason="急")
        with pytest.raises(Refused, match="没有负责人的决定"):
            publish(page, review)

    def test_bulk_signing_without_opening(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        client = signed_in(Role.REVIEWER, housing)
        form = {"pick": [f"{review.pk}:{review.version}"]}
        client.post(reverse("publishing:sign_many"), form)
        assert not Signature.objects.exists()
        client.get(reverse("publishing:review_quick", args=(review.pk,)))
        client.post(reverse("publishing:sign_many"), form)
        assert Signature.objects.count() == 1

    def test_two_at_the_same_version(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        version = review.version
        actions.approve(review, by=actor(Role.REVIEWER, housing), version=version)
        with pytest.raises(Conflict):
            actions.approve(review, by=actor(Role.SIGNER, housing), version=version)

    def test_a_post_without_a_version(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        client = signed_in(Role.REVIEWER, housing)
        client.post(reverse("publishing:approve", args=(review.pk,)))
        assert not Signature.objects.exists()


# --- the database --------------------------------------------------------------------------------------------------


class TestTheDatabase:
    """Triggers refuse, for SQL as for code."""

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE publishing_signature SET name = 'x'",
            "UPDATE publishing_signature SET person_id = 1",
            "DELETE FROM publishing_signature",
            "UPDATE publishing_secrecysheet SET conclusion = 'open'",
            "DELETE FROM publishing_secrecysheet",
            "UPDATE publishing_reviewscheme SET ended = ended",
            "DELETE FROM publishing_reviewscheme",
        ],
    )
    def test_rows_are_never_changed_or_deleted(self, statement: str, page: ItemPage, site: Website) -> None:
        actions.set_scheme(site, by=actor(Role.CHIEF, site.body), plan=DEFAULT)
        signed(page)
        SignatureNote.objects.all().delete()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def forged(self, review: Review, **facts: Any) -> Signature:
        first = Signature.objects.filter(review_id=review.pk).order_by("pk")[0]
        made = Signature.objects.get(pk=first.pk)
        made.pk = None
        for name, value in {"person_id": 4711, "account_id": None, "stage": 5, **facts}.items():
            setattr(made, name, value)
        return made

    def test_no_signature_on_a_settled_review(self, page: ItemPage) -> None:
        review = signed(page)
        with pytest.raises(DatabaseError), transaction.atomic():
            self.forged(review).save(force_insert=True)

    @pytest.mark.parametrize(
        "facts",
        [
            {"content_digest": "0" * 64},
            {"item_id": 4711},
            {"review_id": 4711},
            {"digest": "short"},
            {"recorder_id": 4711, "recorder": "本人"},
        ],
    )
    def test_no_signature_that_does_not_fit(self, facts: dict[str, Any], page: ItemPage) -> None:
        review = submitted(page)
        sign_all(review, upto=0)
        with pytest.raises(DatabaseError), transaction.atomic():
            self.forged(review, **facts).save(force_insert=True)

    @pytest.mark.parametrize("same", ["person_id", "account_id", "stage"])
    def test_no_second_signature_of_one(self, same: str, page: ItemPage) -> None:
        review = submitted(page)
        sign_all(review, upto=0)
        first = Signature.objects.get()
        with pytest.raises(DatabaseError), transaction.atomic():
            self.forged(review, **{same: getattr(first, same)}).save(force_insert=True)
