"""Collect the names found in one text, each with its reason."""

from dataclasses import dataclass
from enum import Enum

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.privacy.search_text import SearchText

_LIST_SEPARATOR_RE = re.compile(
    r"(?:\s?\([^()\n]{0,60}\))?\s{0,2}(?:[、，,；;/|和与及诉]|以及|起诉|\s)\s{0,2}(?:[(]?[0-9]{1,3}[.、)]\s?)?$"
)
#: Kind of a name → reason for the reviewer, with the word that decided.
NAME_REASONS = {
    "private": "“{word}”后的自然人姓名，与其事务相连，不宜公开",
    "kin": "亲属（“{word}”）姓名，属于家庭信息，不得公开",
    "minor": "未成年人或学生（“{word}”）姓名，须严格保护，不得公开",
    "context": "上下文表明是办事群众或当事人的姓名，不宜公开",
    "list": "名单中的自然人姓名，不宜公开",
    "table": "表格“{word}”栏中的自然人姓名，不宜公开",
    "again": "同一人姓名在前后文再次出现，应一并处理",
}


#: Start, end, kind and word of a name as the finders yield it.
NameMatch = tuple[int, int, str, str]


class NameEvidence(Enum):
    """Evidence that a string is a name, from the weakest to the strongest."""

    #: A word for a person stands right before it (村民…).
    ROLE = 1
    #: A word stands before it that only names a party, a relative or a victim (原告…, 死者…, 妻子…).
    PARTY = 2
    #: A field's name and a colon stand before it.
    FIELD = 3
    #: The name is in a row or list of names.
    LIST = 4
    #: A fact that only a person has stands behind it (，男， （身份证…).
    FACT = 5


_RECRUITMENT_WORDS = ("拟录用", "拟聘", "考生", "应聘", "拟录取")


@dataclass(frozen=True, slots=True)
class PersonName:
    """The name of a private person: span, text and reason."""

    start: int
    end: int
    name: str
    why: str


def _format_reason(kind: str, word: str) -> str:
    """Return the Chinese reason for a name; `word` is the role that shows it."""
    if any(recruitment_word in word for recruitment_word in _RECRUITMENT_WORDS):
        return "招聘公示可依规公开姓名，其他信息须隐去，由审核人确定"
    if word in ("当事人", "被处罚人", "违法行为人", "行政相对人", "行政相对人名称"):
        return f"“{word}”姓名：处罚公示可依规保留被处罚人姓名，由审核人确定"
    return NAME_REASONS[kind].format(word=word)


class PersonSearch:
    """State of one search: private names accepted (`found`), public ones, and facts of the last name.

    `names_beside_facts` and `proven_names` (by a construction or a word for a person) are looked for everywhere in the
    text. `surnames` are the first characters of accepted names.
    """

    def __init__(self, search_text: SearchText) -> None:
        self.search_text = search_text
        self.found: list[PersonName] = []
        self.public: set[str] = set()
        self.surnames: set[str] = set()
        self.names_beside_facts: set[str] = set()
        self.proven_names: set[str] = set()
        self.last_end = -1
        self.last_kind = ""
        self.last_word = ""

    def accept(self, start: int, end: int, kind: str, word: str) -> None:
        """Store the name of a private person, with the kind and word of its evidence."""
        name = self.search_text.text[start:end]
        self.found.append(PersonName(start, end, name, _format_reason(kind, word)))
        self.surnames.add(name[0])
        self.last_end, self.last_kind, self.last_word = end, kind, word

    def add_public(self, start: int, end: int, word: str) -> None:
        """Store the name of a public person, so that a list after it is public as well."""
        self.public.add(self.search_text.text[start:end])
        self.last_end, self.last_kind, self.last_word = end, "public", word

    def get_kind_before(self, start: int) -> str:
        """Return the kind of the name before an offset if only a separator is between, else ""."""
        if self.last_end < 0 or start - self.last_end > 66 or start <= self.last_end:
            return ""
        between = self.search_text.text[self.last_end : start]
        return self.last_kind if _LIST_SEPARATOR_RE.match(between) else ""
