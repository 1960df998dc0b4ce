"""Route a message to a unit or topic, learnt from examples, with a confidence."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.dictionary import load_segmenter
from gongkai.lib.matching.analysis import MAX_QUESTION_CHARACTERS
from gongkai.lib.matching.entries import join_parts
from gongkai.lib.matching.folding import fold, require_text
from gongkai.lib.matching.index import Index
from gongkai.lib.matching.reasons import explain_entry

_MAX_VOTES = 20
_VOTE_EXPONENT = 3
_SEPARATOR = "\x1f"
_UNSPECIFIC_WORDS_RE = re.compile(
    "(?:街道|社区|小区|片区|乡镇|村里|村民|居民|群众|市民|政府|部门|单位|领导|办事处|老百姓|市区|城区|本地|附近|门口)"
)
"""Words of addresses and of any message: they say where people live or whom they turn to, not of what they speak."""


class RouteSuggestion(NamedTuple):
    """A label (unit or topic) with its share of the votes (0 to 1) and reasons in Chinese."""

    label: str
    confidence: float
    why: list[str]


class Router:
    """Learn labels from examples and return the likely ones for a message."""

    def __init__(self, examples: Iterable[tuple[str, str]] = ()) -> None:
        self._index = Index()
        self._next = 0
        for text, label in examples:
            self.learn(text, label)

    @property
    def labels(self) -> list[str]:
        """Return the learnt labels, sorted."""
        return sorted({_get_label(id_) for id_ in self._index})

    def learn(self, text: str, label: str) -> str:
        """Add an example; return the id with which `forget` removes it.

        Raises:
            TypeError: text or label is no text.
            ValueError: the label is empty or contains a control character.
        """
        if not require_text(label) or not label.isprintable():
            raise ValueError("示例缺少分类，或分类名称含有不可见字符")
        id_ = f"{label}{_SEPARATOR}{self._next}"
        self._next += 1
        self._index.add(id_, text)
        return id_

    def forget(self, id_: str) -> None:
        """Remove a training example.

        Raises:
            KeyError: there is none with this id.
        """
        self._index.remove(id_)

    def route(self, message: str, k: int = 3) -> list[RouteSuggestion]:
        """Return the likely labels, best first; [] without common terms."""
        votes: dict[str, float] = {}
        nearest: dict[str, str] = {}
        for hit, content in self._index.search_with_contents(strip_general_words(message), _MAX_VOTES)[0]:
            label = _get_label(hit.id)
            votes[label] = votes.get(label, 0.0) + hit.score**_VOTE_EXPONENT
            nearest.setdefault(label, join_parts(content))
        total = sum(votes.values())
        order = sorted(votes, key=lambda label: (-votes[label], label))[:k]
        return [
            RouteSuggestion(each, votes[each] / total, explain_entry(self._index, message, nearest[each]))
            for each in order
        ]

    def save(self, path: Path | str) -> None:
        """Write the learnt examples to a file."""
        self._index.save(path)

    @classmethod
    def load(cls, path: Path | str) -> "Router":
        """Return the router in a file written by `save`.

        Raises:
            ValueError: the file is not one of these.
        """
        router = cls()
        router._index = Index.load(path)
        try:
            router._next = 1 + max((int(id_.split(_SEPARATOR)[1]) for id_ in router._index), default=-1)
        except (IndexError, ValueError):
            raise ValueError(f"不是可用的分派模型文件：{path}") from None
        return router


def strip_general_words(message: str) -> str:
    """Return a message without place names and very general nouns; unchanged if nothing is left."""
    tagged = load_segmenter().tag(fold(require_text(message)[:MAX_QUESTION_CHARACTERS]))
    rest = "".join(
        " " if _UNSPECIFIC_WORDS_RE.fullmatch(word) or (kind == "ns" and len(word) > 1) else word
        for word, kind in tagged
    )
    return rest if rest.strip() else message


def _get_label(id_: str) -> str:
    return id_.split(_SEPARATOR, maxsplit=1)[0]
