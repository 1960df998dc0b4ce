"""Fixtures for tests with real servers, which commit; base rows are made again after each."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page


@pytest.fixture
def served(live_server: Any) -> Any:
    """The live server, with the rows of migrations that an earlier committing test removed."""
    Locale.objects.get_or_create(language_code="zh-hans")
    if not Page.objects.filter(depth=1).exists():
        Page.add_root(title="Root", slug="root")
    if not Permission.objects.filter(codename="access_admin").exists():
        about, _ = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
        Permission.objects.create(codename="access_admin", content_type=about, name="Can access Wagtail admin")
    return live_server
