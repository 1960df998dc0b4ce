"""Server warm-up: few imports before the first response, then templates, URLs and texts of the first pages."""

import os
import subprocess
import sys

import pytest
from django.template import engines
from django.urls import get_resolver, reverse
from django.urls.resolvers import get_ns_resolver

from gongkai.ops.config import warming
from gongkai.work.notices.queries import public


def test_no_heavy_module_is_imported_before_the_first_response(tmp_path) -> None:
    heavy = ("psycopg", "numpy", "rjieba", "requests", "cryptography.x509", "openpyxl", "gongkai.lib.privacy.persons")
    heavy += ("markdown_it", "fpdf", "segno")
    program = (
        "import sys, django; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns; import gongkai.ops.config.warming; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings", "GONGKAI_DATA": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    read = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert read.stdout.strip() == "[]"


@pytest.fixture
def empty_template_loader():
    """The template loader of this process with an empty cache, restored afterwards."""
    (found,) = engines["django"].engine.template_loaders
    kept = dict(found.get_template_cache)
    found.get_template_cache.clear()
    yield found
    found.get_template_cache.clear()
    found.get_template_cache.update(kept)


def test_warmed_templates_exist_and_compile_with_parents_and_includes(empty_template_loader) -> None:
    found = warming.compile_templates(warming.WARMED_TEMPLATES)
    assert set(warming.WARMED_TEMPLATES) <= set(empty_template_loader.get_template_cache)
    assert [name for name in found if name.endswith("portal/templates/portal/base.html")]
    # The office's base template extends the admin's of the same name.
    assert len([name for name in found if name.endswith("/wagtailadmin/base.html")]) == 2
    assert [name for name in found if name.endswith("/wagtailadmin/skeleton.html")]


def test_reverse_tables_of_namespaces_are_built_completely() -> None:
    _ = get_resolver().url_patterns
    get_ns_resolver.cache_clear()
    warming.build_reverse_tables(get_resolver())
    before = get_ns_resolver.cache_info().misses
    assert before
    assert reverse("requests:list")
    assert reverse("portal:progress")
    assert get_ns_resolver.cache_info().misses == before


@pytest.mark.django_db
def test_notice_words_are_reloaded_only_if_notices_changed(monkeypatch) -> None:
    read = []
    monkeypatch.setattr(public, "warm_texts", lambda: read.append(1))
    seen = warming.load_notice_words()
    assert warming.load_notice_words(seen) == seen
    assert len(read) == 1
