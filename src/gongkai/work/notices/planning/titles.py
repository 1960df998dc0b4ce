"""Titles of measures: the first words without number and disclosure path. Pure."""

from gongkai.lib.chinese import lazy_re as re

MAX_TITLE_CHARACTERS = 60
_LIST_NUMBER = re.compile(r"^\s*(?:\d{1,2}\s*[．.、]|[（(][一二三四五六七八九十\d]{1,3}[）)])\s*")
_PATH_TO_END = re.compile(r"(?:[（(〔\[]|[，；;。]?\s*)公开(?:路径|渠道)[：:].*$", re.DOTALL)
_PATH_BRACKET = re.compile(
    r"[（(〔\[]公开(?:路径|渠道)[：:](?:[^（(〔\[）)〕\]]|[（(〔\[][^（(〔\[）)〕\]]*[）)〕\]])*[）)〕\]]"
)
# A path without brackets: 公开路径：政府网站>政务公开>预算；其他渠道：政务新媒体。
_PATH_CLAUSE = re.compile(
    r"[，；;。]?\s*公开(?:路径|渠道)[：:][^。；;\n]*[>＞][^。；;\n]*(?:[；;]\s*其[他它](?:公开)?渠道[：:][^。；;\n]*)?"
)


def short_title(text: str) -> str:
    """Return the first words of a measure, at most 60 characters.

    List numbers and disclosure paths are left out; of several numbered parts their number is added.
    """
    paragraphs = [line for line in text.splitlines() if line.strip()]
    if not paragraphs:
        return ""
    numbered = sum(1 for line in paragraphs if _LIST_NUMBER.match(line))
    first = _PATH_TO_END.sub("", _LIST_NUMBER.sub("", paragraphs[0])).strip().rstrip("；;。")
    first = first or paragraphs[0].strip()
    tail = f"等{numbered}项" if numbered > 1 else ""
    room = MAX_TITLE_CHARACTERS - len(tail)
    return (first if len(first) <= room else first[: room - 1] + "…") + tail


def remove_paths(text: str) -> str:
    """Return a text without its disclosure paths, which are shown separately."""
    return _remove_path_words(text) or text


def remove_number(text: str) -> str:
    """Return a text without its list number."""
    return _LIST_NUMBER.sub("", text, count=1)


def _remove_path_words(text: str) -> str:
    return _PATH_CLAUSE.sub("", _PATH_BRACKET.sub("", text)).strip()


def remove_paths_and_numbers(text: str) -> str:
    """Return a text without list numbers and disclosure paths."""
    return "".join(_LIST_NUMBER.sub("", _remove_path_words(line)) for line in text.splitlines())


def public_text(text: str) -> str:
    """Return the text of a measure for the public: without paths and single list numbers."""
    lines = [_remove_path_words(line) for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if line.strip("。；;，, ")]
    if sum(1 for line in lines if _LIST_NUMBER.match(line)) == 1:
        lines = [_LIST_NUMBER.sub("", line) for line in lines]
    return "\n".join(lines) or text
