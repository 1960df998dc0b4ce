"""What a page asks several times is asked once, for this page alone, and no more once anything is done."""

from gongkai.core.widgets.request_cache import ask_once, page_cache, stop_caching


def test_outside_of_a_page_each_time_is_asked() -> None:
    answers = iter((1, 2))
    assert [ask_once("question", lambda: next(answers)) for _ in range(2)] == [1, 2]


def test_a_page_asks_once_and_the_next_page_anew() -> None:
    answers = iter((1, 2))
    for told in (1, 2):
        with page_cache():
            assert ask_once("question", lambda: next(answers)) == told
            with page_cache():
                assert ask_once("question", lambda: next(answers)) == told
            assert ask_once("question", lambda: next(answers)) == told


def test_other_questions_are_other_answers() -> None:
    with page_cache():
        assert ask_once(("question", 1), lambda: "one") == "one"
        assert ask_once(("question", 2), lambda: "two") == "two"


def test_once_something_is_done_nothing_is_kept_any_more() -> None:
    answers = iter((1, 2, 3))
    with page_cache():
        assert ask_once("question", lambda: next(answers)) == 1
        stop_caching()
        assert [ask_once("question", lambda: next(answers)) for _ in range(2)] == [2, 3]
