"""An alternation compiled from many words matches as the plain words do."""

import re

from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.privacy.data_tables import make_alternation

WORDS = st.frozensets(st.text("甲乙丙丁", min_size=1, max_size=4), min_size=1, max_size=12)


@given(WORDS, st.text("甲乙丙丁戊", max_size=30))
def test_alternation_matches_longest_word_first(words, text):
    plain = "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))
    assert [m.span() for m in re.finditer(f"(?:{make_alternation(words)})", text)] == [
        m.span() for m in re.finditer(f"(?:{plain})", text)
    ]


@given(WORDS, st.text("甲乙丙丁", max_size=8))
def test_alternation_backtracks_to_shorter_word(words, text):
    plain = "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))
    ours, theirs = (
        re.fullmatch(f"(?:{make_alternation(words)})丁?", text),
        re.fullmatch(f"(?:{plain})丁?", text),
    )
    assert bool(ours) == bool(theirs)
