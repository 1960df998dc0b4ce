"""Separate unit names after a label that only blanks separate."""

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.words.offices import is_office
from gongkai.lib.reading.words.unit_names import names_between_blanks

#: A牵头　B配合
_AFTER_VERB = re.compile(
    r"(?:(?<=牵头|主办|负责|配合|落实)|(?<=牵头[）)])|(?<=主办[）)]))[ \t\u3000]+(?=[^\s，,；;。])"
)
#: Up to the next label, which is no name: 牵头单位：A 配合单位：B
_VALUE = re.compile(r"[^：:，,、；;。（）()]{6,200}(?![^：:，,、；;。（）()\s]{0,12}[：:])")


def with_names_apart(text: str) -> tuple[str, list[str]]:
    """Return the text with marks between the names, and the doubts to report."""
    doubts: list[str] = []

    def marked(match: re.Match[str]) -> str:
        words = names_between_blanks(match[0])
        if len(words) < 2 or all(is_office(word) for word in words):
            return "、".join(words) if len(words) > 1 else match[0]
        doubts.append(f"“{'、'.join(words)[:40]}”之间只有空格，按{len(words)}个单位读取")
        return "、".join(words)

    return _VALUE.sub(marked, _AFTER_VERB.sub("，", text)), doubts
