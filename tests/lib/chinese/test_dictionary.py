"""The word segmenter is loaded once per process, also by concurrent first callers."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gongkai.lib.chinese import dictionary


def test_concurrent_first_calls_load_segmenter_once(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared, words = [], dictionary.list_synonym_table_words()

    def slow_words() -> list[str]:
        prepared.append(1)
        time.sleep(0.05)
        return words

    monkeypatch.setattr(dictionary, "list_synonym_table_words", slow_words)
    dictionary.load_segmenter.cache_clear()
    dictionary._load_segmenter_once.cache_clear()
    with ThreadPoolExecutor(4) as threads:
        split = list(threads.map(dictionary.split_words, ["种粮户补贴"] * 4))
    assert split == [["种粮户", "补贴"]] * 4
    assert prepared == [1]
