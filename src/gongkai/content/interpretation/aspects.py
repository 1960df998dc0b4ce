"""Recognise the eight elements of an interpretation and sentences copied from the document. Pure.

The yearly task notices require eight elements (出台背景、出台目的、核心举措、适用对象、执行标准、关键词、专业名词、新旧文件差异). They
forbid interpretations that only repeat the document (以文件解读文件).
"""

from collections.abc import Mapping

from gongkai.lib.chinese import lazy_re as re

#: Element's key → (name, words by which a heading or first sentence of it is recognised).
ASPECT_WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "background": ("出台背景", ("背景", "起草过程", "制定依据", "出台依据", "为什么", "为何", "怎么来的")),
    "purpose": ("出台目的", ("目的", "意义", "必要性", "目标任务", "为什么", "为何", "为了什么")),
    "measures": (
        "核心举措",
        (
            "核心举措",
            "主要举措",
            "主要内容",
            "重点任务",
            "主要措施",
            "政策措施",
            "有哪些措施",
            "做什么",
            "查什么",
            "管什么",
        ),
    ),
    "audience": (
        "适用对象",
        (
            "适用对象",
            "适用范围",
            "受益对象",
            "支持对象",
            "涉及范围",
            "谁",
            "哪些人",
            "哪些单位",
            "哪些企业",
            "哪些学校",
        ),
    ),
    "standard": (
        "执行标准",
        (
            "执行标准",
            "补贴标准",
            "奖励标准",
            "申报条件",
            "办理流程",
            "标准",
            "怎么办",
            "怎么申请",
            "什么条件",
            "多少",
        ),
    ),
    "keywords": ("关键词", ("关键词", "关键词解释")),
    "terms": ("专业名词", ("专业名词", "名词解释", "术语", "专业术语", "什么是", "是什么意思")),
    "difference": (
        "新旧文件差异",
        ("新旧", "差异", "主要变化", "修订内容", "与原", "有哪些变化", "有什么不同"),
    ),
}
#: Maximum length of a line that can be a heading.
MAX_HEADING_CHARACTERS = 40
#: Sentences shorter than this (dates, names of documents) do not count as copied.
MIN_SENTENCE_CHARACTERS = 10
_NUMBERING_PATTERN = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十\d]+[）)、.．]|问[:：])\s*")
_HEADING_PATTERN = re.compile(r"[^。！？!?：:]{2,39}[？?。：:]")
_SENTENCE_END_PATTERN = re.compile(r"[。！？；!?;\n]+")
_PUNCTUATION_PATTERN = re.compile(r"[\s　“”‘’\"'《》〈〉（）()【】\[\]，,、：:·—\-]+")


def find_headings(text: str) -> list[str]:
    """Return a text's headings without numbers: short lines, and questions or numbered words that begin a line."""
    headings = []
    for line in text.splitlines():
        lead = _find_run_in_heading(line) or (line if len(line) <= MAX_HEADING_CHARACTERS else "")
        if lead and (words := _NUMBERING_PATTERN.sub("", lead).strip()):
            headings.append(words)
    return headings


def _find_run_in_heading(line: str) -> str:
    """Return the run-in heading at the start of a line (“一、为什么要检查？近几年……”), or ""."""
    first = _HEADING_PATTERN.match(line[: MAX_HEADING_CHARACTERS + 1])
    if first is None:
        return ""
    lead = first.group()
    return lead if lead.endswith(("？", "?")) or _NUMBERING_PATTERN.match(lead) else ""


def find_aspects(text: str) -> dict[str, str]:
    """Return the heading of each element found in a text, by key."""
    aspects: dict[str, str] = {}
    for heading in find_headings(text):
        for key, (_, words) in ASPECT_WORDS.items():
            if key not in aspects and any(word in heading for word in words):
                aspects[key] = heading
    return aspects


def list_missing_aspects(aspects: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Return the names of the eight elements that are neither answered nor omitted with a reason."""
    return [
        name
        for key, (name, _) in ASPECT_WORDS.items()
        if not str(aspects.get(key, {}).get("text", "")).strip()
        and not str(aspects.get(key, {}).get("none", "")).strip()
    ]


def compute_copied_share(interpretation: str, document: str) -> float:
    """Return the share (0 to 1) of an interpretation copied from the document sentence by sentence.

    Spaces, quotes and commas are ignored, and sentences under ten characters are not counted.
    """
    source = _PUNCTUATION_PATTERN.sub("", document)
    sentences = [_PUNCTUATION_PATTERN.sub("", part) for part in _SENTENCE_END_PATTERN.split(interpretation)]
    counted = [sentence for sentence in sentences if len(sentence) >= MIN_SENTENCE_CHARACTERS]
    total = sum(map(len, counted))
    return sum(len(value) for value in counted if value in source) / total if total else 0.0


def list_copied_sentences(interpretation: str, document: str) -> list[str]:
    """Return the sentences copied from the document, in order."""
    source = _PUNCTUATION_PATTERN.sub("", document)
    parts = [part.strip() for part in _SENTENCE_END_PATTERN.split(interpretation)]
    return [
        part
        for part in parts
        if len(_PUNCTUATION_PATTERN.sub("", part)) >= MIN_SENTENCE_CHARACTERS
        and _PUNCTUATION_PATTERN.sub("", part) in source
    ]
