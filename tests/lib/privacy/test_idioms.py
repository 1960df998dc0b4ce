"""Idioms and set phrases are not suspected of errors."""

from gongkai.lib.privacy.proofreading.expressions import is_in_set_phrase as in_phrase
from gongkai.lib.privacy.proofreading.run import is_in_idiom


def test_positions_in_idioms_and_set_phrases_are_recognised():
    text = "各司其职，防患未然。"
    assert is_in_idiom(text, 5, 7)
    assert not is_in_idiom(text, 3, 6)
    phrase = "牢记“不忘初心、牢记使命”的要求"
    assert in_phrase(phrase, 5, 7)
    assert not in_phrase(phrase, 0, 2)
