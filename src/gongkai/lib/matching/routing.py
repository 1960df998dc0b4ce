"""Route a message to a unit or topic, learnt from examples, with a confidence.

Explain in sentences why an entry was found.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.dictionary import load_segmenter
from gongkai.lib.matching import analysis
from gongkai.lib.matching.analysis import MAX_QUESTION_CHARACTERS
from gongkai.lib.matching.entries import join_parts
from gongkai.lib.matching.facts import find_facts
from gongkai.lib.matching.folding import check_text, fold
from gongkai.lib.matching.index import Index
from gongkai.lib.matching.nearness import get_subject_characters
from gongkai.lib.matching.synonyms import Synonym

_MAX_REASONS = 5
#: Reason of a hit that shares no word, number or place with the question, which is chance in a small base.
NOTHING_SHARED_REASON = "用字相近，没有共同的词语"
#: Prefix of a reason that names a document number of both.
SAME_NUMBER_PREFIX = "文号相同："


class CommonTerms(NamedTuple):
    """The terms that a question and an entry share, and their share of the question."""

    words: list[str]
    synonyms: list[Synonym]
    missing: list[str]
    coverage: float
    """Share of the question's words, by rarity, that stand in the entry (0–1)."""


def find_common_terms(index: Index, question: str, entry: str) -> CommonTerms:
    """Return the words of the question in the text of an entry, the rarest first."""
    asked, text = fold(question[:MAX_QUESTION_CHARACTERS]), fold(entry)
    found = [row for row in index.synonyms.find(asked) if row.official in text]
    words: list[str] = []
    missing: list[str] = []
    for word in dict.fromkeys(analysis.list_long_words(analysis.remove_question_words(asked))):
        by_synonym = any(word in row.everyday or row.everyday in word for row in found)
        (words if word in text or by_synonym else missing).append(word)
    rarity = {word: _term_rarity(index, word) for word in words + missing}
    total = sum(rarity.values())
    return CommonTerms(
        sorted((word for word in words if word in text), key=lambda word: -rarity[word]),
        [row for row in found if row.everyday not in text],
        sorted(missing, key=lambda word: -rarity[word]),
        sum(map(rarity.__getitem__, words)) / total if total else 0.0,
    )


def _term_rarity(index: Index, word: str) -> float:
    having, entries = index.having("_" + word)
    return float(np.log1p((entries - having + 0.5) / (having + 0.5)))


def explain_hit(index: Index, question: str, id_: str) -> list[str]:
    """Return sentences in Chinese that explain why the entry was found; at least one.

    Raises:
        KeyError: there is no entry with this id.
    """
    return explain_entry(index, check_text(question), index.text(id_))


def explain_entry(index: Index, question: str, entry: str) -> list[str]:
    """Return the sentences of `explain_hit` for the text of an entry that may have been removed
    meanwhile."""
    shared = find_common_terms(index, question, entry)
    said = []
    numbers = _find_shared_facts(question, entry, "number")
    if numbers:
        said.append(f"{SAME_NUMBER_PREFIX}{'、'.join(numbers)}")
    words = [
        word for word in shared.words if get_subject_characters(word)
    ]  # 居民 and 申请 stand in questions about anything
    if words:
        said.append(f"都提到：{'、'.join(words[:_MAX_REASONS])}")
    pairs: dict[str, str] = {}
    for row in shared.synonyms:
        pairs.setdefault(row.everyday, row.official)
    said += [f"“{everyday}”即“{official}”" for everyday, official in list(pairs.items())[:3]]
    places = _find_shared_facts(question, entry, "place")
    if places:
        said.append(f"地区相同：{'、'.join(places)}")
    return said or [NOTHING_SHARED_REASON]


def _find_shared_facts(question: str, text: str, kind: str) -> list[str]:
    asked = [fact.value for fact in find_facts(question[:MAX_QUESTION_CHARACTERS]) if fact.kind == kind]
    given = {fact.value for fact in find_facts(text) if fact.kind == kind}
    return [value for value in asked if value in given]


_MAX_VOTES = 20
_VOTE_EXPONENT = 3
_SEPARATOR = "\x1f"
_UNSPECIFIC_WORDS = re.compile(
    "(?:街道|社区|小区|片区|乡镇|村里|村民|居民|群众|市民|政府|部门|单位|领导|办事处|老百姓|市区|城区|本地|附近|门口)"
)
"""Words of addresses and of any message: they say where somebody lives or whom they turn to, not of what they speak."""


class Route(NamedTuple):
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
        return sorted({_label_of(id_) for id_ in self._index})

    def learn(self, text: str, label: str) -> str:
        """Add an example; return the id with which `forget` removes it.

        Raises:
            TypeError: text or label is no text.
            ValueError: the label is empty or contains a control character.
        """
        if not check_text(label) or not label.isprintable():
            raise ValueError("示例缺少分类，或分类名称含有不可见字符")
        id_ = f"{label}{_SEPARATOR}{self._next}"
        self._next += 1
        self._index.add(id_, text)
        return id_

    def forget(self, id_: str) -> None:
        """Remove an example.

        Raises:
            KeyError: there is none with this id.
        """
        self._index.remove(id_)

    def route(self, message: str, k: int = 3) -> list[Route]:
        """Return the likely labels, best first; [] without common terms."""
        votes: dict[str, float] = {}
        nearest: dict[str, str] = {}
        for hit, content in self._index.found(strip_general_words(message), _MAX_VOTES)[0]:
            label = _label_of(hit.id)
            votes[label] = votes.get(label, 0.0) + hit.score**_VOTE_EXPONENT
            nearest.setdefault(label, join_parts(content))
        total = sum(votes.values())
        order = sorted(votes, key=lambda label: (-votes[label], label))[:k]
        return [Route(each, votes[each] / total, explain_entry(self._index, message, nearest[each])) for each in order]

    def save(self, path: Path | str) -> None:
        """Write the learnt examples to a file."""
        self._index.save(path)

    @classmethod
    def load(cls, path: Path | str) -> "Router":
        """Read a file written by `save`.

        Raises:
            ValueError: the file is none of these.
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
    tagged = load_segmenter().tag(fold(check_text(message)[:MAX_QUESTION_CHARACTERS]))
    rest = "".join(
        " " if _UNSPECIFIC_WORDS.fullmatch(word) or (kind == "ns" and len(word) > 1) else word for word, kind in tagged
    )
    return rest if rest.strip() else message


def _label_of(id_: str) -> str:
    return id_.split(_SEPARATOR, maxsplit=1)[0]
