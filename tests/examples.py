"""With how many examples a property is tried: as many as it names, else a hundred; in `make test` with a fifth of them."""

import pytest
from hypothesis import settings

#: Of how many examples `make test` tries how many.
ALL, SHORT = 100, 20


class Now:
    """Whether this run is the short one."""

    short = False


def use(config: pytest.Config) -> None:
    """Say before the tests are read which run this is."""
    Now.short = "not slow" in config.option.markexpr
    settings.register_profile("as asked", settings.get_profile("gongkai"), max_examples=most(ALL))
    settings.load_profile("as asked")


def most(number: int) -> int:
    """Return with how many examples a property is tried that names this number."""
    return number * SHORT // ALL if Now.short else number
