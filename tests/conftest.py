"""What all tests share."""

from pathlib import Path

import pytest
from hypothesis import settings

#: Property tests are judged by their answers, never by how long a busy machine takes.
settings.register_profile("gongkai", deadline=None)
settings.load_profile("gongkai")

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
