"""Fixtures and hooks of all tests."""

import gc
import os
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

import starting

T = TypeVar("T")
#: Property tests have no time limit: machines are busy.
settings.register_profile("gongkai", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gongkai")
#: Modules from whose sources Hypothesis draws words and numbers: those that read texts. All modules would take a worker
#: five seconds.
LOCAL_MODULES = re.compile(
    r"/gongkai/(?:lib/(?:chinese|law|reading|writing|privacy|matching|richtext|outbound)|core/spreadsheets)/"
)
providers.is_local_module_file = lambda path: LOCAL_MODULES.search(path) is not None

starting.start()
#: Fixtures of several apps; those of one app are in its own conftest.
pytest_plugins = [] if starting.ONLY_SCHEDULES else ["factories.fixtures"]

#: All tests begin on this working day: else the suite would fail on some later day without any change. A test of another
#: day is marked `today`. Processes that tests start have the machine's clock.
FIRST_DAY = datetime.fromisoformat("2026-11-27T10:00:00+08:00")
time_machine.travel(FIRST_DAY, tick=True).start()

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real notices next to the checkout; skip the test if it is absent."""
    if not SHARED.is_dir():
        pytest.skip("there are no real notices next to this checkout")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def _restore_database_after_commits() -> None:
    """Restore the migrated database after a test that commits: from the copy, else by emptying it, which takes ten times as long.

    Triggers that forbid deleting are dropped meanwhile.
    """
    from django.db import connection
    from django.test import TransactionTestCase

    import migrated
    from gongkai.core.acts import insert_only

    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        if migrated.restore(connection):
            return
        insert_only.drop_triggers()
        original(self)
        insert_only.install_triggers()

    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(scope="session", autouse=True)
def _assume_facts_of_installation() -> None:
    """Set facts that a server reads from the database once, so that tests can count statements.

    The site is open, no app is switched off, no gateway is set up, the key ring is read once. Reading a file within
    a transaction is an error in every test.
    """
    from gongkai.content.editions import launch_state
    from gongkai.core.acts import lock_sharing
    from gongkai.core.outbox.gateways import channel
    from gongkai.core.units import switches
    from gongkai.core.vault import keys

    launch_state.assume_open()
    switches.assume_all_on()
    channel.disable_gateways()
    keys.REFRESH_SECONDS = float("inf")
    lock_sharing.RAISE_ON_PARSE_IN_TRANSACTION = True


@pytest.fixture(scope="session", autouse=True)
def _submit_without_signers() -> Callable[..., list[str]]:
    """Accept a submission before its signers are appointed, as tests appoint each one before it signs; return the real check.

    A test of the refusal uses `refuses_without_signers`.
    """
    from gongkai.content.reviewing.actions import reviews

    real: Callable[..., list[str]] = reviews.find_missing_signers
    reviews.find_missing_signers = lambda *_: []
    return real


@pytest.fixture
def refuses_without_signers(_submit_without_signers: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse a submission without possible signers, as the installation does."""
    monkeypatch.setattr("gongkai.content.reviewing.actions.reviews.find_missing_signers", _submit_without_signers)


@pytest.fixture(scope="session", autouse=True)
def _disable_wagtail_indexes() -> dict[str, Any]:
    """Disable Wagtail's search index and reference index, nearly half of the statements of saving a draft; return the real tasks.

    No code of ours reads them. A test of them uses `wagtails_indexes`.
    """
    from types import SimpleNamespace

    from modelsearch import signal_handlers as searching
    from wagtail import signal_handlers as referring

    real = {"search": searching.insert_or_update_object_task, "refer": referring.update_reference_index_task}
    idle = SimpleNamespace(enqueue=lambda *names: None)
    searching.insert_or_update_object_task = referring.update_reference_index_task = idle
    return real


@pytest.fixture
def entered_years(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Use the holidays and the legal changes that were entered in the office, too."""
    from gongkai.core.ledger import holidays, legal_changes
    from gongkai.lib.law import calendar, changes

    monkeypatch.setattr(calendar, "CALENDAR_SOURCES", [holidays.load_entered_holiday_notices])
    monkeypatch.setattr(changes, "CHANGE_SOURCES", [legal_changes.load_confirmed_changes])
    for module in (holidays, legal_changes):
        module.expire_cache()
    yield
    for module in (holidays, legal_changes):
        module.expire_cache()


@pytest.fixture(scope="session", autouse=True)
def _check_blocks_left_out() -> None:
    """Check in all tests that a block of the home page that is left out for lack of rows (`Block.needs`) would be empty."""
    from django.db import connection

    from gongkai.core.ledger import panels

    list_blocks_with_rows = panels.list_blocks_with_rows

    def list_and_check(by: Any) -> Any:
        shown = list_blocks_with_rows(by)
        counted, connection.force_debug_cursor = connection.force_debug_cursor, False
        try:
            for block in panels.BLOCKS_BY_NAME.values():
                assert block in shown or block.build(by) is None, f"{block.name} is left out and has something to show"
        finally:
            connection.force_debug_cursor = counted
        return shown

    panels.list_blocks_with_rows = list_and_check


@pytest.fixture(scope="session", autouse=True)
def _update_groups_at_sign_in_only() -> None:
    """Update Wagtail's groups of editors at sign-in only: doing it at each appointment takes a tenth of the tests' time.

    A test of the groups uses `groups_follow_appointments`.
    """
    from django.db.models.signals import post_save

    from gongkai.core.units.models import Appointment, Person

    assert post_save.disconnect(sender=Appointment, dispatch_uid="gongkai.publishing.posts")
    assert post_save.disconnect(sender=Person, dispatch_uid="gongkai.publishing.people")


@pytest.fixture
def groups_follow_appointments() -> Iterator[None]:
    """Update Wagtail's groups of editors when appointments and persons are saved, as the installation does."""
    from django.db.models.signals import post_save

    from gongkai.content.publishing import page_permissions
    from gongkai.core.units.models import Appointment, Person

    post_save.connect(page_permissions.sync_after_appointment, sender=Appointment, dispatch_uid="tests.posts")
    post_save.connect(page_permissions.sync_after_person, sender=Person, dispatch_uid="tests.people")
    yield
    post_save.disconnect(sender=Appointment, dispatch_uid="tests.posts")
    post_save.disconnect(sender=Person, dispatch_uid="tests.people")


@pytest.fixture
def wagtails_indexes(_disable_wagtail_indexes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Wagtail update its indexes, as the installation does."""
    search, refer = _disable_wagtail_indexes["search"], _disable_wagtail_indexes["refer"]
    monkeypatch.setattr("modelsearch.signal_handlers.insert_or_update_object_task", search)
    monkeypatch.setattr("wagtail.signal_handlers.update_reference_index_task", refer)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Create the test database as a copy of a migrated one."""
    from django.db import connection

    import migrated

    migrated.install(connection.creation)


@pytest.fixture(scope="session")
def kept_rows(django_db_setup: None, django_db_blocker: Any) -> Callable[[Callable[[], T]], Iterator[T]]:
    """Create rows once for all tests of a class or a module: `yield from kept_rows(make)` in a fixture of that scope.

    The rows are in a transaction around the tests, each of which is rolled back by itself. Objects in memory are not: each
    test takes its own copy (`deepcopy`). No test of the scope may commit.
    """
    from django.db import transaction

    def rows(make: Callable[[], T]) -> Iterator[T]:
        around = transaction.atomic()
        around._from_testcase = True  # type: ignore[attr-defined] # as Django marks its own
        with django_db_blocker.unblock():
            around.__enter__()
        try:
            with django_db_blocker.unblock():
                made = make()
            yield made
        finally:
            with django_db_blocker.unblock():
                transaction.set_rollback(True)
                around.__exit__(None, None, None)

    return rows


@pytest.fixture(scope="module")
def kept(request: pytest.FixtureRequest, kept_rows: Callable[[Callable[[], T]], Iterator[T]]) -> Iterator[T]:
    """Return what the module's function `scene` creates, once for its tests, at the time of its mark `today`."""

    def make() -> T:
        with _set_clock(request.node):
            return request.module.scene()

    yield from kept_rows(make)


def _set_clock(node: Any) -> Any:
    """Return a context with the clock of a test or module that is marked `today`."""
    marked = node.get_closest_marker("today")
    return time_machine.travel(*marked.args, **{"tick": False, **marked.kwargs}) if marked else nullcontext()


#: Browsers, the cheapest first: a page in one without windows costs half.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the system's browser, or skip the test."""
    import shutil

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no browser: apt-get install chromium")
    return found


#: Apps that register gates of publication: only their own tests and those of the whole program pass these gates.
GATED = {"policies", "interpretation"}
WHOLE = {"browser", "rows", "demo"}


@pytest.fixture(scope="module", autouse=True)
def gates_without_upper_apps(request: pytest.FixtureRequest) -> Iterator[None]:
    """Disable gates of publication that apps above the tested one register: these apps test them."""
    from django.apps import apps

    parts = request.path.relative_to(ROOT / "tests").parts
    app = parts[1] if len(parts) > 2 else parts[0]
    if app in WHOLE or not apps.ready:
        yield
        return
    from gongkai.content.editions import gates

    above = {f"gongkai.content.{name}" for name in GATED if name != app}
    kept = {
        name: gate
        for name, gate in gates.GATES_BY_NAME.items()
        if ".".join(gate.find_reasons.__module__.split(".")[:3]) not in above
    }
    whole, gates.GATES_BY_NAME = gates.GATES_BY_NAME, kept
    try:
        yield
    finally:
        gates.GATES_BY_NAME = whole


@pytest.fixture(autouse=True)
def _isolate_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Clear what earlier tests left outside the database, and set the clock of a test that is marked `today`."""
    from django.apps import apps

    if apps.ready:
        _clear_caches()
    with _set_clock(request.node):
        yield


def _clear_caches() -> None:
    """Clear cached columns and vocabularies, and the file with the end of the log."""
    from gongkai.content.search import spelling
    from gongkai.core.acts import chain
    from gongkai.ui.portal import tree

    tree.reload_next_time()
    spelling.clear_vocabularies()
    if chain.unsealed_records_file().exists():
        chain.delete_unsealed_records_file()


#: Test modules of triggers, locks, search or SQL, which run on PostgreSQL, too; single tests of others are marked `postgres`.
ON_POSTGRESQL = {
    "search/test_search.py",
    "search/test_spelling.py",
    "editions/test_plain_rows.py",
    "editions/test_verify.py",
    "reviewing/test_signing_at_once.py",
    "ledger/test_making.py",
    "ledger/test_paging.py",
    "ledger/test_queries.py",
    "ledger/test_words.py",
    "intake/test_at_once.py",
}


def _use_lean_word_files() -> None:
    """Create Word files in tests from our own empty file: the styles in that of python-docx take long to read."""
    from io import BytesIO

    import docx.api

    from gongkai.lib.writing.paper import make_empty_docx

    made = make_empty_docx()
    docx.api._default_docx_path = lambda: BytesIO(made)


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugins of this folder; let commands that tests start run this checkout."""
    import compiling_once
    import examples
    import times

    examples.configure(config)
    if not starting.ONLY_SCHEDULES:
        _use_lean_word_files()
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    config.pluginmanager.register(times.Times())
    config.pluginmanager.register(compiling_once.CompilingOnce())


def pytest_collection_finish() -> None:
    """Exclude all that is loaded from garbage collection, and collect less often: it took a tenth of the time."""
    import cached_functions

    cached_functions.install()
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import only modules with tests for PostgreSQL where only these are selected: importing all takes longer."""
    if not config.option.markexpr.startswith("postgres") or collection_path.suffix != ".py" or collection_path.is_dir():
        return None
    listed = "/".join(collection_path.parts[-2:]) in ON_POSTGRESQL
    return None if listed or "mark.postgres" in collection_path.read_text() else True


#: The longest modules run first, so that no worker waits at the end.
LONG = (
    "tests/browser/",
    "tests/lib/privacy/test_hostile.py",
    "tests/content/migration/test_old_site.py",
    "tests/content/packages/test_histories.py",
)
#: Folders that one worker runs: their tests share a served city or parsed sources.
TOGETHER = ("tests/browser/", "tests/architecture/")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that run on both databases; put the longest modules first."""
    for item in items:
        if "/".join(item.path.parts[-2:]) in ON_POSTGRESQL:
            item.add_marker(pytest.mark.postgres)
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give workers whole modules in the collected order, so that what a module shares is created once.

    Marks `xdist_group` have no effect with pytest 9.2 and xdist 3.8.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByModule(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            whole = next((one for one in TOGETHER if nodeid.startswith(one)), "")
            return whole or nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return ByModule(config, log)
