"""Wagtail's own ways of making a page live publish nothing: workflows, superusers, bulk actions, schedules, copies, aliases, moves."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, Revision, Task, Workflow

from factories.publishing import item, nothing_is_public, sign, sign_all, submitted
from factories.units import signed_in
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Review, Signature
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(scope="module")
def made(kept_town: SimpleNamespace, kept_rows: Callable[..., Any]) -> Iterator[ItemPage]:
    yield from kept_rows(lambda: item(kept_town.housing, [kept_town.plans], title="没有审签的文字"))


@pytest.fixture
def page(made: ItemPage, db: None) -> ItemPage:
    return ItemPage.objects.get(pk=made.pk)


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
    Revision.objects.filter(pk=page.latest_revision_id).update(approved_go_live_at=timezone.now() - timedelta(1))
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
    superuser_client = get_user_model().objects.create_superuser("somebody")
    workflow = Workflow.objects.create(name="流程")
    task = Task.objects.create(name="停用的任务", active=False)
    workflow.workflow_tasks.create(task=task)
    workflow.start(page, superuser_client)


WAGTAIL_PUBLISHING: dict[str, Callable[[ItemPage], None]] = {
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


@pytest.mark.parametrize("way", WAGTAIL_PUBLISHING.values(), ids=WAGTAIL_PUBLISHING)
def test_wagtail_publishing_shows_nothing(way: Callable[[ItemPage], None], page: ItemPage) -> None:
    way(page)
    assert nothing_is_public()


def sign_first_stages(number: int) -> Review:
    review = submitted(ItemPage.objects.get(pk=number))
    sign_all(review, upto=1)
    return review


@pytest.fixture(scope="class")
def review(made: ItemPage, kept_rows: Callable[..., Any]) -> Iterator[Review]:
    yield from kept_rows(lambda: sign_first_stages(made.pk))


class TestHalfSigned:
    @pytest.mark.parametrize("way", [_publish_action, _scheduled, _workflow_without_tasks])
    def test_wagtail_publishing_of_a_half_signed_item_shows_nothing(
        self, way: Callable[[ItemPage], None], review: Review, page: ItemPage
    ) -> None:
        way(page)
        assert nothing_is_public()
        after = Review.objects.get(pk=review.pk)
        assert (after.state, after.stage) == ("waiting", 2)


@pytest.fixture
def superuser_client(client: Client) -> Client:
    """A client signed in as a superuser who also has every role."""
    user = get_user_model().objects.create_superuser("root", password="x")
    client.force_login(user, BACKEND)
    return client


class TestWagtailsPages:
    """Wagtail's edit form and workflow pages, used by a superuser."""

    @pytest.mark.parametrize(
        "form",
        [
            {"action-publish": "1"},
            {"action-submit": "1"},
            {"action-workflow-action": "1", "workflow-action-name": "approve"},
        ],
    )
    def test_publish_and_workflow_buttons_show_nothing(
        self, form: dict[str, str], superuser_client: Client, page: ItemPage
    ) -> None:
        superuser_client.raise_request_exception = False  # without workflows Wagtail's own page breaks on the last one
        superuser_client.post(reverse("wagtailadmin_pages:edit", args=(page.pk,)), {"title": "改了", **form})
        assert nothing_is_public()

    def test_superuser_without_appointment_cannot_sign(self, superuser_client: Client, page: ItemPage) -> None:
        review = submitted(page)
        answer = superuser_client.post(reverse("reviewing:approve", args=(review.pk,)), {"version": review.version})
        assert answer.status_code in {302, 403}
        with pytest.raises(Refused):
            sign(review, by=get_actor(get_user_model().objects.get(username="root")))
        assert not Signature.objects.exists()

    def test_workflow_pages_are_not_linked(self, superuser_client: Client) -> None:
        said = superuser_client.get("/admin/").content.decode()
        assert "/admin/workflows/" not in said
        assert "/admin/reports/workflow" not in said


def test_delete_page_does_not_link_to_closed_usage_page(page: ItemPage, housing: Body) -> None:
    """Wagtail's usage page is closed, so the delete page must not offer it."""
    superuser_client = Client()
    superuser_client.force_login(get_user_model().objects.create_superuser("somebody"), BACKEND)
    for client in (superuser_client, signed_in(Role.CLERK, housing)):
        shown = client.get(reverse("wagtailadmin_pages:delete", args=(page.pk,))).content.decode()
        assert f"/pages/{page.pk}/usage/" not in shown
