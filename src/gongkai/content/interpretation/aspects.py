"""The eight elements of an interpretation, and how far it merely repeats the document. Pure.

Sources: the yearly task notices ask for eight elements (出台背景、出台目的、核心举措、适用对象、执行标准、关键词、专业名词、新旧文件差异), and that
documents are not interpreted by reading them out again (以文件解读文件).
"""

from collections.abc import Mapping

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import is_han

#: Key → (name, words of a heading or a lead-in by which it is recognised in a text).
ASPECTS: dict[str, tuple[str, tuple[str, ...]]] = {
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
#: A line of at most so many characters can be a heading.
HEADING = 40
#: Shorter sentences (dates, names of documents) are no reading-out.
SENTENCE = 10
#: An interpretation has at least so many Han characters in sentences, so many of them different.
MIN_PROSE_CHARACTERS, MIN_DISTINCT_CHARACTERS = 30, 20
_EMBEDDED = re.compile(r"<(?:video|audio|source|embed|iframe)\b[^>]*\b(?:src|url)=[\"'][^\"'\s]", re.IGNORECASE)
_LINKS = re.compile(r"<a\b[^>]*\bhref=[\"'](https?://[^\"'\s]+)[\"'][^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_FILM_ADDRESS = re.compile(
    r"\.(?:mp4|m4v|mov|webm|m3u8|mp3|m4a)(?:$|[?#])|//(?:[^/]+\.)?(?:v|tv|video)\.[^/]+|/(?:video|shipin)s?/"
)
_FILM_WORDS = re.compile(r"视频|音频|动画|动漫|直播|回放|观看|收看|收听|播放")
_NUMBERING = re.compile(r"^\s*(?:[（(]?[一二三四五六七八九十\d]+[）)、.．]|问[:：])\s*")
_LEAD = re.compile(r"[^。！？!?：:]{2,39}[？?。：:]")
# Sentences that promise content for later or only point to the document: they explain nothing.
_PLACEHOLDER = re.compile(
    r"敬请|(?:正在|尚在|有待|还在)(?:整理|编写|起草|制作|完善|补充|审核)|(?:后续|稍后|届时|近期|随后|尽快)(?:将|会|再|另行)?.{0,12}(?:发布|公布|公开|补充|推出|上线|解读)"
    r"|以(?:.{0,6}文件|原文|正文|.{0,4}文本)(?:内容|规定)?为准|参[照见阅](?:.{0,4}文件|原文|附件|正文)|详见(?:.{0,4}文件|附件|原文|链接|正文)|另行(?:通知|公布|发布)"
)
_SENTENCES = re.compile(r"[。！？；!?;\n]+")
_LOOSE = re.compile(r"[\s　“”‘’\"'《》〈〉（）()【】\[\]，,、：:·—\-]+")


def headings(text: str) -> list[str]:
    """Return a text's headings without their numbers: short lines, and the question or numbered words that a longer line begins with."""
    found = []
    for line in text.splitlines():
        lead = _lead(line) or (line if len(line) <= HEADING else "")
        if lead and (words := _NUMBERING.sub("", lead).strip()):
            found.append(words)
    return found


def _lead(line: str) -> str:
    """Return what a line begins with, where that is a heading run on into its text (“一、为什么要检查？近几年……”); else nothing."""
    first = _LEAD.match(line[: HEADING + 1])
    if first is None:
        return ""
    lead = first.group()
    return lead if lead.endswith(("？", "?")) or _NUMBERING.match(lead) else ""


def found_in(text: str) -> dict[str, str]:
    """Return the heading under which each element stands in a text, by key; elements without one are missing."""
    found: dict[str, str] = {}
    for heading in headings(text):
        for key, (_, words) in ASPECTS.items():
            if key not in found and any(word in heading for word in words):
                found[key] = heading
    return found


def missing(aspects: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Return the names of the elements that are neither answered nor left out with a reason."""
    return [
        name
        for key, (name, _) in ASPECTS.items()
        if not str(aspects.get(key, {}).get("text", "")).strip()
        and not str(aspects.get(key, {}).get("none", "")).strip()
    ]


def has_prose(text: str) -> bool:
    """Return whether a text explains anything, rather than fill its place (待完善, 无, a row of signs).

    Its different sentences of at least ten Han characters contain together `MIN_PROSE_CHARACTERS` Han characters, of which
    `MIN_DISTINCT_CHARACTERS` are different. Letters, digits and signs do not count, nor do sentences that only promise an
    explanation or point to the document.
    """
    parts = (part for part in _SENTENCES.split(text) if not _PLACEHOLDER.search(part))
    sentences = {"".join(filter(is_han, part)) for part in parts}
    prose = "".join(sentence for sentence in sentences if len(sentence) >= SENTENCE)
    return len(prose) >= MIN_PROSE_CHARACTERS and len(set(prose)) >= MIN_DISTINCT_CHARACTERS


def has_film(html: str) -> bool:
    """Return whether a text embeds a film or sound, or links to one: by the address of the link, or by its words (观看视频)."""
    if _EMBEDDED.search(html):
        return True
    return any(_FILM_ADDRESS.search(address) or _FILM_WORDS.search(words) for address, words in _LINKS.findall(html))


def copied_share(interpretation: str, document: str) -> float:
    """Return the share, 0 to 1, of an interpretation's text that stands in the document sentence by sentence.

    Sentences are compared without blanks, quotation marks and commas; those under ten characters do not count.
    """
    source = _LOOSE.sub("", document)
    sentences = [_LOOSE.sub("", part) for part in _SENTENCES.split(interpretation)]
    counted = [sentence for sentence in sentences if len(sentence) >= SENTENCE]
    total = sum(map(len, counted))
    return sum(len(value) for value in counted if value in source) / total if total else 0.0


def copied_sentences(interpretation: str, document: str) -> list[str]:
    """Return the sentences that were read out of the document, in order, as they are written."""
    source = _LOOSE.sub("", document)
    parts = [part.strip() for part in _SENTENCES.split(interpretation)]
    return [part for part in parts if len(_LOOSE.sub("", part)) >= SENTENCE and _LOOSE.sub("", part) in source]
