"""Wagtail's own rows: the welcome page is removed, and search and reference indexes follow drafts."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, ReferenceIndex, Site

from factories.pages import said, sign_in
from factories.publishing import item
from factories.units import actor
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import get_or_create_unit_page
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def run_removal() -> None:
    import_module("gongkai.content.publishing.migrations.0001_initial").drop(apps, None)


def make_welcome_page() -> Page:
    """Make the welcome page of a new Wagtail database."""
    root = Page.objects.get(depth=1)
    page = root.add_child(instance=Page(title="Welcome to your new Wagtail site!", slug="home"))
    Site.objects.create(hostname="localhost", root_page=page, is_default_site=True)
    return page


class TestWelcome:
    def test_new_database_has_no_welcome_page(self, housing: Body) -> None:
        desk, root = get_or_create_unit_page(housing), Page.objects.get(depth=1)
        assert (list(Page.objects.exclude(depth=1)), root.numchild) == ([desk.page_ptr], 1)
        assert not Site.objects.exists()

    def test_existing_welcome_page_is_removed_and_unit_pages_stay(self, housing: Body) -> None:
        """As in a database that an older version made."""
        desk = get_or_create_unit_page(housing)
        make_welcome_page()
        run_removal()
        assert list(Page.objects.filter(depth=2)) == [desk.page_ptr]
        assert not Site.objects.exists()
        assert Page.find_problems() == ([], [], [], [], [])

    def test_welcome_page_with_children_stays(self) -> None:
        page = make_welcome_page()
        page.add_child(instance=Page(title="谁的页面", slug="x"))
        run_removal()
        assert Page.objects.filter(pk=page.pk).exists()
        assert Site.objects.count() == 1

    def test_other_page_with_slug_home_stays(self, housing: Body) -> None:
        desk = get_or_create_unit_page(housing)
        Page.objects.filter(pk=desk.pk).update(slug="home")
        run_removal()
        assert Page.objects.filter(pk=desk.pk).exists()


@pytest.mark.usefixtures("wagtails_indexes")
class TestIndexes:
    def test_wagtail_search_finds_a_draft_by_its_latest_title(
        self, plans: Column, housing: Body, client: Client
    ) -> None:
        made = item(housing, [plans], title="alpha")
        actions.save_revision(made, by=actor(Role.CLERK, housing), title="omega")
        sign_in(client, Role.CLERK, housing)
        address = reverse("wagtailadmin_explore", args=(made.get_parent().pk,))
        assert "omega" in said(client.get(address, {"q": "omega"}, follow=True))

    def test_references_of_a_draft_are_listed(self, plans: Column, housing: Body) -> None:
        before: Any = ReferenceIndex.objects.count()
        other = item(housing, [plans])
        item(housing, [plans], body=f'<p><a linktype="page" id="{other.pk}">x</a></p>')
        assert ReferenceIndex.objects.count() > before
