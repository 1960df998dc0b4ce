"""Values cached for one page, until an action is executed."""

from gongkai.core.widgets.request_cache import ask_once, page_cache, stop_caching


def test_nothing_is_cached_outside_a_page() -> None:
    answers = iter((1, 2))
    assert [ask_once("question", lambda: next(answers)) for _ in range(2)] == [1, 2]


def test_value_is_computed_once_for_each_page() -> None:
    answers = iter((1, 2))
    for told in (1, 2):
        with page_cache():
            assert ask_once("question", lambda: next(answers)) == told
            with page_cache():
                assert ask_once("question", lambda: next(answers)) == told
            assert ask_once("question", lambda: next(answers)) == told


def test_values_are_cached_by_key() -> None:
    with page_cache():
        assert ask_once(("question", 1), lambda: "one") == "one"
        assert ask_once(("question", 2), lambda: "two") == "two"


def test_stop_caching_ends_the_cache() -> None:
    answers = iter((1, 2, 3))
    with page_cache():
        assert ask_once("question", lambda: next(answers)) == 1
        stop_caching()
        assert [ask_once("question", lambda: next(answers)) for _ in range(2)] == [2, 3]
