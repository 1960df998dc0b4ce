"""What all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

#: Property tests are judged by their answers, never by how long a busy machine takes.
settings.register_profile("gongkai", deadline=None)
settings.load_profile("gongkai")

#: Fixtures of several rooms. What only one room needs stands in its own conftest.
pytest_plugins = ["factories.fixtures"]

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
    """Let tests that commit empty the database afterwards: guards are lifted before, and put up again behind."""
    from django.test import TransactionTestCase

    from gongkai.acts import guards

    original = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        guards.lift()
        original(self)
        guards.install()

    TransactionTestCase._fixture_teardown = teardown


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's browser; tests that need it are left out where there is none."""
    import shutil

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no browser: apt-get install chromium")
    return found


#: Test modules that touch triggers, locks, search or SQL of the database's own: run on PostgreSQL, too.
#: Rooms above publishing whose gates are theirs to test (and the whole city's, with a browser or built as the sample).
GATED = {"policies", "interpretation"}
WHOLE = {"browser", "demo"}


@pytest.fixture(autouse=True)
def _gates_of_this_floor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a room's tests meet the gates of its own floor and below: what rooms above ask of a policy document they test themselves."""
    from django.apps import apps

    room = request.path.relative_to(ROOT / "tests").parts[0]
    if room in WHOLE or not apps.ready:
        return
    from gongkai.publishing import gates

    above = {f"gongkai.{name}" for name in GATED if name != room}
    kept = {
        name: gate
        for name, gate in gates.GATES.items()
        if ".".join(gate.speak.__module__.split(".")[:2]) not in above
    }
    monkeypatch.setattr(gates, "GATES", kept)


@pytest.fixture(autouse=True)
def _forget_the_tree() -> None:
    """Let no test read the columns that another one left in memory: a rolled-back stamp has the same number again."""
    from django.apps import apps

    if apps.ready:
        from gongkai.portal import tree

        tree.forget()


ON_POSTGRESQL = {
    "checks/test_copies.py",
    "checks/test_decisions.py",
    "publishing/test_search.py",
    "publishing/test_spelling.py",
    "publishing/test_plain_rows.py",
    "portal/test_everywhere.py",
    "publishing/test_publicly.py",
    "portal/test_finding.py",
    "policies/test_library.py",
    "policies/test_cleanup.py",
    "portal/test_policies.py",
    "publishing/test_editions.py",
    "publishing/test_verify.py",
    "publishing/test_migrating.py",
    "moving/test_runs.py",
    "moving/test_packages.py",
    "moving/test_packages_checked.py",
    "moving/test_columns.py",
    "portal/test_leaks.py",
    "publishing/test_reviews.py",
    "publishing/test_review_verify.py",
    "publishing/test_signing_at_once.py",
    "publishing/test_urgent.py",
    "publishing/test_one_voice.py",
    "publishing/test_schemes_change.py",
    "publishing/test_signing.py",
    "publishing/test_wagtails_ways.py",
    "publishing/test_ways_of_code.py",
    "publishing/test_ways_of_people.py",
    "ledger/test_making.py",
    "ledger/test_paging.py",
    "ledger/test_queries.py",
    "notices/test_closing.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is run on both databases."""
    for item in items:
        if "/".join(item.path.parts[-2:]) in ON_POSTGRESQL:
            item.add_marker(pytest.mark.postgres)
