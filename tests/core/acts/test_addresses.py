"""Validation of URLs that users enter; one rule for all apps."""

import pytest

from gongkai.core.acts.action import Refused
from gongkai.core.acts.addresses import find_url_errors, normalize_entered_url


@pytest.mark.parametrize("good", ["", "  ", "https://gongkai.example/a?b=1", " http://yunling.example:8080/ "])
def test_valid_url_is_stripped(good: str) -> None:
    assert find_url_errors(good) == []
    assert normalize_entered_url(good) == good.strip()


@pytest.mark.parametrize(
    "bad",
    [
        "yunling.example/a",
        "javascript:alert(1)",
        "ftp://yunling.example/a",
        "https://",
        "https:///a",
        "http://[1",
        "https://yunling.example/一 二",
        "https://yunling.example/" + "a" * 500,
    ],
)
def test_invalid_url_is_refused(bad: str) -> None:
    assert len(find_url_errors(bad)) == 1
    with pytest.raises(Refused, match="网址"):
        normalize_entered_url(bad)
