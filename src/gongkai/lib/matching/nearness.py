"""Measure how near a question is to an entry, independent of the other entries."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching import analysis
from gongkai.lib.matching.analysis import MAX_QUESTION_CHARACTERS
from gongkai.lib.matching.entries import EntryPart, join_parts
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.synonyms import Synonyms

if TYPE_CHECKING:
    from gongkai.lib.matching.index import Index

#: From which strength an entry is near enough to be named first; and from which one may be offered to somebody who did not look for it.
MIN_NEAR_STRENGTH, MIN_OFFERED_STRENGTH = 0.3, 0.8
#: Minimum of a hit's score times the root of the question's length; long messages share words with
#: any entry.
MIN_OFFERED_SHARE = 0.22
#: Minimum strength and share for 可能相关 (either is enough), and the share of the best hit's score.
MIN_RELATED_STRENGTH, MIN_RELATED_SHARE, MIN_RELATED_SHARE_OF_BEST = 0.05, 0.2, 0.5
MIN_SUBJECT_CHARACTERS = 2
"""Minimum characters of a question's subject; shorter ones (你好, 怎么办理, 多少钱) ask about nothing."""
_LONGEST_TITLE = 100

# Words that stand in questions about anything: they say what is wanted, not of what.
_UNSPECIFIC_WORDS_RE = re.compile(
    "办理|申请|申领|怎么弄|手续|流程|程序|材料|条件|标准|要求|规定|时间|期限|地点|地址|电话|多少钱|费用|收费|需要|想要|"
    "要带|带什么|相关|有关|情况|问题|方式|事项|部门|政府|单位|市民|群众|居民|"
    "[您你我他她们的了呀啊吧么嘛呢吗在是有要想就也都去来和跟与及被把给到从让对还又才再能会得可说不没很太这那一上下里年月号办人家]"
)
_FIRST_SENTENCE_RE = re.compile(r"[^\n。？！；：?!;:]*")
_PUNCTUATION_RE = re.compile(r"[\W_]+")


class Nearness(NamedTuple):
    """The nearness of a question to an index entry, measured in four ways."""

    subject: int
    """Characters that say what the question is about, each once."""
    covered: float
    """Share of them that stand in the entry, as they are or by a synonym (0–1)."""
    title: float
    """Share of what the entry's title (its question, a variant) is about that stands in the question (0–1)."""
    same: bool
    """The question is a title, but for marks, width and case."""

    @property
    def strength(self) -> float:
        """Return a score that grows with the subject shared by question and entry."""
        return self.covered**2 * self.title * self.subject

    @property
    def near(self) -> bool:
        """Return true if the entry is to be listed as a near one."""
        return self.same or self.strength >= MIN_NEAR_STRENGTH

    def is_offered(self, score: float) -> bool:
        """Return true if an entry with this search score may be offered to the author of a message."""
        return self.same or (
            self.strength >= MIN_OFFERED_STRENGTH and score * math.sqrt(self.subject) >= MIN_OFFERED_SHARE
        )

    def is_related(self, score: float, best: float) -> bool:
        """Return true if an entry that is not near may be listed as related; `score` and `best` are search scores."""
        share = score * math.sqrt(self.subject)
        return score >= MIN_RELATED_SHARE_OF_BEST * best and (
            self.strength >= MIN_RELATED_STRENGTH or share >= MIN_RELATED_SHARE
        )


def get_subject_characters(folded: str) -> set[str]:
    """Return the characters of a folded text that describe its subject."""
    return {
        char
        for char in _UNSPECIFIC_WORDS_RE.sub(" ", analysis.QUESTION_WORDS_PATTERN.sub(" ", folded))
        if char.isalnum()
    }


def list_titles(content: Iterable[EntryPart]) -> list[str]:
    """Return the first line or sentence of each part, folded and distinct."""
    heads = (_FIRST_SENTENCE_RE.match(fold(part.text[: _LONGEST_TITLE + 1]).lstrip()) for part in content)
    return [
        text for text in dict.fromkeys(head[0].strip() for head in heads if head) if 0 < len(text) <= _LONGEST_TITLE
    ]


def compute_nearness(question: str, content: tuple[EntryPart, ...], synonyms: Synonyms) -> Nearness:
    """Return the nearness of a question to the parts of an entry."""
    asked, text = fold(question), fold(join_parts(content))
    rows = synonyms.find(asked)
    wanted = get_subject_characters(asked)
    meant = set(asked).union(*(row.official for row in rows))
    given = set(text).union(*(row.everyday for row in rows if row.official in text))
    plain = _PUNCTUATION_RE.sub("", asked)
    shares = [0.0]
    same = False
    for title in list_titles(content):
        about = get_subject_characters(title)
        shares.append(len(about & meant) / len(about) if about else 0.0)
        same = same or _PUNCTUATION_RE.sub("", title) == plain
    return Nearness(len(wanted), len(wanted & given) / len(wanted) if wanted else 0.0, max(shares), same)


def compute_nearness_in_index(index: "Index", question: str, id_: str) -> Nearness:
    """Return the nearness of a question to an entry of an index, all zero if the entry is gone."""
    try:
        content = index.get_content(id_)
    except KeyError:
        return Nearness(0, 0.0, 0.0, False)
    return compute_nearness(question[:MAX_QUESTION_CHARACTERS], content, index.synonyms)
