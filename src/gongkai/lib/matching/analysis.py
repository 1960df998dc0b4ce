"""Extract ranking terms from a text: bigrams, characters, words, numbers, kinds of answer."""

from collections import Counter
from collections.abc import Iterable
from operator import add

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.dictionary import load_segmenter
from gongkai.lib.matching.folding import make_document_number_tokens

MAX_QUESTION_CHARACTERS = 4000
"""Maximum characters of a question that are read."""
PASSAGE_CHARACTERS = 400
"""Texts of more than one and a half times this many characters are cut into passages of about this length."""

_HAN_RUN_RE = re.compile(rf"[{HAN}]+")
_NON_HAN_RUN_RE = re.compile(rf"[0-9]+(?:\.[0-9]+)?%?|[^\W_{HAN}]+")
_HAN_RE = re.compile(rf"[{HAN}]")
_SENTENCE_RE = re.compile(r"[^。！？；!?;\n]*[。！？；!?;\n]?")
#: Words that make a sentence a question and do not belong to its subject.
QUESTION_WORDS_PATTERN = re.compile(
    "请问一下|请问|你好|您好|谢谢|是什么|什么时候|什么样|为什么|什么|哪一年|哪一|哪年|哪些|哪里|哪个|哪儿|哪|"
    "怎么办(?!理)|怎么样|怎样|怎么|如何|多少|几个|几|谁|何时|何|吗|呢|是否|可以|能否|能不能|是不是|有没有|"
    "有哪些|咨询|想问|我想|了解|"
    # everyday filling words
    "我们|你们|他们|咱们|自己|现在|听说|一个|这个|那个|这样|那样|还是|已经|知道|需要|应该|没有|不是|就是|因为|所以|"
    "但是|如果|然后|一下|有点|最近|一直|一般|到底|还要|还能|能不|不能|要不要|我家|我的"
)
_DIGITS = "0-9零一二三四五六七八九十百千万亿两半"
# (asked for, what an answer to it contains). Bounded repeats only: linear on any text.
_ANSWER_KINDS = (
    (
        "哪一?年|何时|什么时候|什么时间|多久|几月|几号|几点|哪天|哪一天|何年|时间|期限|日期|截止",
        f"[0-9] ?[年月日号时点天]|[{_DIGITS}]个?(?:工作日|小时|月|年|日|天)",
    ),
    (
        "多少|几[^乎何年月]|多大|多高|多长|多远|多重|第几|比例|百分之|数量|标准",
        f"[0-9]|[{_DIGITS}][个名人元米条种项次部位家座届%]",
    ),
    ("哪里|在哪|何地|何处|哪儿|哪个地方|地址|什么地方|哪个(?:省|市|县|区|国)", "[省市县区镇乡村路街楼窗]|位于|地址"),
    ("为什么|为何|原因|为啥", "因|由于|所以"),
    ("电话|联系方式|怎么联系", r"[0-9]{7}|[0-9]{3,4}-[0-9]{7}"),
)
_QUESTION_PATTERNS = tuple(re.compile(asked) for asked, _ in _ANSWER_KINDS)
_ANSWER_PATTERNS = tuple(re.compile(contained) for _, contained in _ANSWER_KINDS)


def split_passages(folded: str) -> list[str]:
    """Return a text in passages of about `PASSAGE_CHARACTERS` characters, cut at sentence ends."""
    if len(folded) <= PASSAGE_CHARACTERS * 3 // 2:
        return [folded]
    cut: list[str] = []
    current: list[str] = []
    length = 0
    for sentence in _SENTENCE_RE.findall(folded):
        for start in range(0, len(sentence), PASSAGE_CHARACTERS):
            piece = sentence[start : start + PASSAGE_CHARACTERS]
            if length and length + len(piece) > PASSAGE_CHARACTERS:
                cut.append("".join(current))
                current, length = [], 0
            current.append(piece)
            length += len(piece)
    if current:
        cut.append("".join(current))
    return cut


def list_long_words(folded: str) -> list[str]:
    """Return the words of at least two characters that begin with a Chinese one, in order."""
    return [word for word in load_segmenter().cut(folded) if len(word) > 1 and _HAN_RE.match(word)]


def count_terms_in_text(folded: str) -> Counter[str]:
    """Return all terms of a folded text with their counts."""
    return count_terms_and_length(folded)[0]


def count_terms_and_length(folded: str) -> tuple[Counter[str], int]:
    """Return (all terms of a folded text with their counts, its length for ranking)."""
    main = [run[:64] for run in _NON_HAN_RUN_RE.findall(folded)]
    runs: list[str] = _HAN_RUN_RE.findall(folded)
    for run in runs:
        main.extend(map(add, run, run[1:]))
    counts = Counter(main)
    counts.update("".join(runs))
    counts.update(["_" + word for word in list_long_words(folded)])
    counts.update(["#" + number for number in make_document_number_tokens(folded)])
    return counts, len(main)


def is_main_term(term: str) -> bool:
    """Return whether the term is a bigram or a run of letters or digits."""
    return term[0] not in "_#" and (len(term) > 1 or not _HAN_RE.match(term))


def remove_question_words(folded: str) -> str:
    """Return the question without its question words; unchanged if nothing would be left."""
    subject = QUESTION_WORDS_PATTERN.sub(" ", folded)
    return subject if len(subject.replace(" ", "")) >= 2 else folded


def get_requested_answer_kinds(folded: str) -> int:
    """Return a bit for each kind of answer (time, amount, place, reason, telephone) that a question asks for."""
    return _compute_pattern_bits(folded, _QUESTION_PATTERNS)


def get_contained_answer_kinds(folded: str) -> int:
    """Return a bit for each kind of answer that a text could give."""
    return _compute_pattern_bits(folded, _ANSWER_PATTERNS)


def _compute_pattern_bits(folded: str, patterns: Iterable[re.Pattern[str]]) -> int:
    """Return a bit mask of the patterns that occur in a text."""
    return sum(1 << bit for bit, pattern in enumerate(patterns) if pattern.search(folded))
