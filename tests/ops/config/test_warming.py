"""What a server reads before and after its first answer: no more than that answer needs, and what the first pages need."""

import os
import subprocess
import sys

import pytest
from django.template import engines
from django.urls import get_resolver, reverse
from django.urls.resolvers import get_ns_resolver

from gongkai.ops.config import warming
from gongkai.work.notices.queries import public


def test_nothing_heavy_is_imported_before_the_first_answer(tmp_path) -> None:
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
def loader():
    """The templates of this process, none of them compiled; as before afterwards."""
    (found,) = engines["django"].engine.template_loaders
    kept = dict(found.get_template_cache)
    found.get_template_cache.clear()
    yield found
    found.get_template_cache.clear()
    found.get_template_cache.update(kept)


def test_every_page_named_is_there_and_brings_what_it_extends_and_includes(loader) -> None:
    found = warming.compile_templates(warming.WARMED_TEMPLATES)
    assert set(warming.WARMED_TEMPLATES) <= set(loader.get_template_cache)
    assert [name for name in found if name.endswith("portal/templates/portal/base.html")]
    # The office's base extends the admin's of the same name, and that the rest.
    assert len([name for name in found if name.endswith("/wagtailadmin/base.html")]) == 2
    assert [name for name in found if name.endswith("/wagtailadmin/skeleton.html")]


def test_a_namespace_is_read_whole() -> None:
    _ = get_resolver().url_patterns
    get_ns_resolver.cache_clear()
    warming.build_reverse_tables(get_resolver())
    before = get_ns_resolver.cache_info().misses
    assert before
    assert reverse("requests:list")
    assert reverse("portal:progress")
    assert get_ns_resolver.cache_info().misses == before


@pytest.mark.django_db
def test_words_are_read_again_only_where_other_notices_are_in_force(monkeypatch) -> None:
    read = []
    monkeypatch.setattr(public, "warm_texts", lambda: read.append(1))
    seen = warming.load_notice_words()
    assert warming.load_notice_words(seen) == seen
    assert len(read) == 1
