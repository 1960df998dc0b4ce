"""Topics of requests for statistics, proposed from their words."""

import tomllib
from importlib.resources import files

_TOPIC_WORDS: dict[str, list[str]] = tomllib.loads(
    files("gongkai.work.requests").joinpath("data/topics.toml").read_text("utf-8")
)["topics"]
OTHER_TOPIC = "其他"
TOPIC_CHOICES = [(name, name) for name in (*_TOPIC_WORDS, OTHER_TOPIC)]


def propose_topic(text: str) -> str:
    """Return the topic whose words are most frequent in a text.

    >>> topic_of("老旧小区改造项目清单")
    '住房城建'
    """
    counts = {name: sum(text.count(word) for word in words) for name, words in _TOPIC_WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else OTHER_TOPIC
