"""A short title for a measure: its first words without number and disclosure path."""

from gongkai.lib.chinese import lazy_re as re

LONGEST = 60
_NUMBER = re.compile(r"^\s*(?:\d{1,2}\s*[．.、]|[（(][一二三四五六七八九十\d]{1,3}[）)])\s*")
_PATH = re.compile(r"(?:[（(〔\[]|[，；;。]?\s*)公开(?:路径|渠道)[：:].*$", re.DOTALL)
_BRACKET = re.compile(
    r"[（(〔\[]公开(?:路径|渠道)[：:](?:[^（(〔\[）)〕\]]|[（(〔\[][^（(〔\[）)〕\]]*[）)〕\]])*[）)〕\]]"
)
#: The path without a bracket, with the other channels behind it: 公开路径：政府网站>政务公开>预算；其他渠道：政务新媒体。
_CLAUSE = re.compile(
    r"[，；;。]?\s*公开(?:路径|渠道)[：:][^。；;\n]*[>＞][^。；;\n]*(?:[；;]\s*其[他它](?:公开)?渠道[：:][^。；;\n]*)?"
)


def title_of(text: str) -> str:
    """Return the first sentence-like words of a measure, at most 60 characters.

    The numbers of its parts (1．) and the brackets with the disclosure path are left out; where several numbered parts follow, the
    title says how many.
    """
    paragraphs = [line for line in text.splitlines() if line.strip()]
    if not paragraphs:
        return ""
    numbered = sum(1 for line in paragraphs if _NUMBER.match(line))
    first = _PATH.sub("", _NUMBER.sub("", paragraphs[0])).strip().rstrip("；;。")
    first = first or paragraphs[0].strip()
    tail = f"等{numbered}项" if numbered > 1 else ""
    room = LONGEST - len(tail)
    return (first if len(first) <= room else first[: room - 1] + "…") + tail


def without_paths(text: str) -> str:
    """Return words without the bracket or clause that names the disclosure path, which is shown beside them."""
    return _bare(text) or text


def without_number(text: str) -> str:
    """Return words without the number in front of them."""
    return _NUMBER.sub("", text, count=1)


def _bare(text: str) -> str:
    return _CLAUSE.sub("", _BRACKET.sub("", text)).strip()


def only_words(text: str) -> str:
    """Return words without numbers of parts and without disclosure paths, which are shown beside them."""
    return "".join(_NUMBER.sub("", _bare(line)) for line in text.splitlines())


def plain_words(text: str) -> str:
    """Return a measure's words as the public reads them: without disclosure paths, and without the number of a part that stands alone."""
    lines = [_bare(line) for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if line.strip("。；;，, ")]
    if sum(1 for line in lines if _NUMBER.match(line)) == 1:
        lines = [_NUMBER.sub("", line) for line in lines]
    return "\n".join(lines) or text
