"""What all tests share."""

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
#: Property tests are judged by their answers, never by how long a busy machine takes.
settings.register_profile("gongkai", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gongkai")
#: Nor by which modules a worker has read: it draws words and numbers that stand in our sources, those of the ground floor, whose readers of texts
#: it tries. To look through all other modules and the tests takes a worker five seconds.
GROUND = re.compile(
    r"/gongkai/(?:lib/(?:chinese|law|reading|writing|privacy|matching|richtext|outbound)|core/spreadsheets)/"
)
providers.is_local_module_file = lambda path: GROUND.search(path) is not None

starting.start()
#: Fixtures of several rooms. What only one room needs stands in its own conftest.
pytest_plugins = [] if starting.GIVES_OUT else ["factories.fixtures"]

#: All tests begin on this working day: a due date that is far today would pass some day, and the suite would fail by itself. A test of another day
#: is marked `today`. Processes that tests start have the machine's clock.
FIRST_DAY = datetime.fromisoformat("2026-11-27T10:00:00+08:00")
time_machine.travel(FIRST_DAY, tick=True).start()

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real notices beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("real notices are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_guards() -> None:
    """Let tests that commit leave a migrated database: from the copy, else emptied with its guards lifted, which takes ten times as long."""
    from django.db import connection
    from django.test import TransactionTestCase

    import migrated
    import replayed
    from gongkai.core.acts import guards

    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        if migrated.restore(connection):
            return
        guards.drop_triggers()
        original(self)
        guards.install_triggers()
        replayed.forget()

    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(scope="session", autouse=True)
def _a_worker_knows_its_installation() -> None:
    """Answer from the start what a server asks the database once: tests count statements.

    The site is open, no app is switched off, no gateway was set up, the key ring is read once. A file that is read
    within a transaction is an error, wherever a test comes across it.
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
def _signers_are_appointed_when_they_sign() -> Callable[..., list[str]]:
    """Accept a submission before its signers are appointed: tests appoint each one when it signs.

    A test of the refusal uses `refuses_without_signers`.
    """
    from gongkai.content.reviewing.actions import reviews

    real: Callable[..., list[str]] = reviews.find_missing_signers
    reviews.find_missing_signers = lambda *_: []
    return real


@pytest.fixture
def refuses_without_signers(
    _signers_are_appointed_when_they_sign: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refuse a submission that nobody could sign, as the installation does."""
    monkeypatch.setattr(
        "gongkai.content.reviewing.actions.reviews.find_missing_signers", _signers_are_appointed_when_they_sign
    )


@pytest.fixture(scope="session", autouse=True)
def _indexes_of_wagtail() -> dict[str, Any]:
    """Let Wagtail leave its own search and its list of references as they are: nearly half of what saving a draft asks of the database.

    Nothing of ours reads them. A test of them takes `wagtails_indexes`.
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
    """Count with the years and the changes of law that were entered in the office."""
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
def _what_is_left_out_shows_nothing() -> None:
    """Build every block that a first page leaves out for lack of rows (`Block.needs`), in whatever test: it must have nothing to show."""
    from django.db import connection

    from gongkai.core.ledger import panels

    promising = panels.list_blocks_with_rows

    def held(by: Any) -> Any:
        shown = promising(by)
        counted, connection.force_debug_cursor = connection.force_debug_cursor, False
        try:
            for block in panels.BLOCKS_BY_NAME.values():
                assert block in shown or block.build(by) is None, f"{block.name} is left out and has something to show"
        finally:
            connection.force_debug_cursor = counted
        return shown

    panels.list_blocks_with_rows = held


@pytest.fixture(scope="session", autouse=True)
def _groups_of_editors_are_updated_at_sign_in() -> None:
    """Let Wagtail's groups of editors follow sign-ins only: updating them at each appointment is a tenth of what tests take.

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

    import replayed
    from gongkai.content.publishing import page_permissions
    from gongkai.core.units.models import Appointment, Person

    replayed.spoil()
    post_save.connect(page_permissions.sync_after_appointment, sender=Appointment, dispatch_uid="tests.posts")
    post_save.connect(page_permissions.sync_after_person, sender=Person, dispatch_uid="tests.people")
    yield
    post_save.disconnect(sender=Appointment, dispatch_uid="tests.posts")
    post_save.disconnect(sender=Person, dispatch_uid="tests.people")


@pytest.fixture
def wagtails_indexes(_indexes_of_wagtail: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Wagtail keep its indexes, as it does outside the tests."""
    search, refer = _indexes_of_wagtail["search"], _indexes_of_wagtail["refer"]
    monkeypatch.setattr("modelsearch.signal_handlers.insert_or_update_object_task", search)
    monkeypatch.setattr("wagtail.signal_handlers.update_reference_index_task", refer)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Begin with a copy of a migrated database."""
    from django.db import connection

    import migrated

    migrated.use(connection.creation)


@pytest.fixture(scope="session")
def kept_rows(django_db_setup: None, django_db_blocker: Any) -> Callable[[Callable[[], T]], Iterator[T]]:
    """Rows that the tests of a class or a module begin with, made once: `yield from kept_rows(make)` in a fixture of that scope.

    They lie in a transaction round the tests, each of which undoes its own behind it. Objects are no rows: a test takes its own
    (`deepcopy` of what was made), since another one may have changed them. All tests of the scope see the rows, and none may commit:
    what begins with other rows stands outside. A module is run by one worker, so that the rows are made once.
    """
    from django.db import transaction

    import replayed

    def rows(make: Callable[[], T]) -> Iterator[T]:
        around = transaction.atomic()
        around._from_testcase = True  # type: ignore[attr-defined] # it is the tests', as Django's own ones are
        with django_db_blocker.unblock():
            around.__enter__()
        try:
            with django_db_blocker.unblock():
                made = make()
            with replayed.base():
                yield made
        finally:
            with django_db_blocker.unblock():
                transaction.set_rollback(True)
                around.__exit__(None, None, None)

    return rows


#: Browsers, the cheapest first: a page in one without windows costs half.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's browser; tests that need it are left out where there is none."""
    import shutil

    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no browser: apt-get install chromium")
    return found


#: Rooms above publishing whose gates are theirs to test (and the whole city's, with a browser or built as the sample).
GATED = {"policies", "interpretation"}
WHOLE = {"browser", "rows", "demo"}


@pytest.fixture(scope="module", autouse=True)
def gates_of_this_floor(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a room's tests meet the gates of its own floor and below: what rooms above ask of a policy document they test themselves."""
    from django.apps import apps

    parts = request.path.relative_to(ROOT / "tests").parts
    room = parts[1] if len(parts) > 2 else parts[0]
    if room in WHOLE or not apps.ready:
        yield
        return
    import replayed
    from gongkai.content.editions import gates

    above = {f"gongkai.content.{name}" for name in GATED if name != room}
    kept = {
        name: gate
        for name, gate in gates.GATES_BY_NAME.items()
        if ".".join(gate.speak.__module__.split(".")[:3]) not in above
    }
    whole, gates.GATES_BY_NAME, replayed.NOW.gates = gates.GATES_BY_NAME, kept, frozenset(above)
    try:
        yield
    finally:
        gates.GATES_BY_NAME, replayed.NOW.gates = whole, frozenset()


@pytest.fixture(autouse=True)
def _begin_afresh(request: pytest.FixtureRequest) -> Iterator[None]:
    """Drop what earlier tests left outside the rolled back database, and set the clock of a test that is marked `today`."""
    from django.apps import apps

    if apps.ready:
        _forget_other_tests()
    marked = request.node.get_closest_marker("today")
    with time_machine.travel(*marked.args, **{"tick": False, **marked.kwargs}) if marked else nullcontext():
        yield


def _forget_other_tests() -> None:
    """Drop columns and names of units in memory, and the tail of the log in a file."""
    from gongkai.content.search import spelling
    from gongkai.core.acts import chain
    from gongkai.ui.portal import tree

    tree.reload_next_time()
    spelling.clear_vocabularies()
    if chain.unsealed_records_file().exists():
        chain.delete_unsealed_records_file()


#: Test modules that touch triggers, locks, search or SQL of the database's own: run on PostgreSQL, too; single tests of others are marked `postgres`.
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
    """Let Word files that tests make begin with our own blank one: readers took the megabyte of styles apart that python-docx brings with its own."""
    from io import BytesIO

    import docx.api

    from gongkai.lib.writing.paper import make_empty_docx

    made = make_empty_docx()
    docx.api._default_docx_path = lambda: BytesIO(made)


def _find_columns_quickly() -> None:
    """Let a query with an order find a column by its table and field: Django puts together how it was made, a fortieth of what tests take."""
    from django.db.models.expressions import Col

    Col.__hash__ = lambda self: hash((self.alias, self.target))  # type: ignore[method-assign]


def pytest_configure(config: pytest.Config) -> None:
    """Count what the tests take, and let factories be quick.

    Commands that tests start run this checkout, whichever one the environment was installed from.
    """
    import examples
    import quiet_workers
    import reading_once
    import times

    quiet_workers.use(config)
    examples.use(config)
    if not starting.GIVES_OUT:
        _use_lean_word_files()
        _find_columns_quickly()
        import replayed_watch

        replayed_watch.use()
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")]))
    config.pluginmanager.register(times.Times())
    config.pluginmanager.register(reading_once.ReadingOnce())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let what factories do be repeated from here on."""
    import replayed

    replayed.begin(item)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any) -> Iterator[Any]:
    """Tell what is patched for one test from what is patched for many."""
    import replayed

    with replayed.setting_up(fixturedef):
        return (yield)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays to the end anyway, and come less often: a tenth of the time was its."""
    import asked_before

    asked_before.use()
    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read only what runs on PostgreSQL where that alone is asked for: reading all tests takes longer than many of them."""
    if not config.option.markexpr.startswith("postgres") or collection_path.suffix != ".py" or collection_path.is_dir():
        return None
    listed = "/".join(collection_path.parts[-2:]) in ON_POSTGRESQL
    return None if listed or "mark.postgres" in collection_path.read_text() else True


#: What takes longest is begun with, so that no worker waits at the end; the pages share one city, so one worker walks them all.
LONG = (
    "tests/browser/",
    "tests/lib/privacy/test_hostile.py",
    "tests/content/migration/test_old_site.py",
    "tests/content/packages/test_histories.py",
)
#: Read the same sources of the house, which are parsed once in a worker.
TOGETHER = ("tests/browser/", "tests/architecture/")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests that run on both databases; put the longest modules first."""
    for item in items:
        if "/".join(item.path.parts[-2:]) in ON_POSTGRESQL:
            item.add_marker(pytest.mark.postgres)
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give workers whole modules, in the order of collecting: rows, cities and office programs that a module shares are made once.

    Marks `xdist_group` would say so, too, but pytest 9.2 no longer lets xdist (3.8) read them.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByModule(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            whole = next((one for one in TOGETHER if nodeid.startswith(one)), "")
            return whole or nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return ByModule(config, log)
