"""The units named in a paragraph, and the naming conventions of a notice."""

from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.reading.words.offices import is_office
from gongkai.lib.reading.words.unit_names import AND_SO_ON, is_group, names_between_blanks, split_outside_brackets

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


@dataclass(slots=True)
class Owners:
    """Units and limit as printed; `guessed` if a sentence and no label names them."""

    lead: str = ""
    responsible: str = ""
    limit: str = ""
    guessed: bool = False
    doubts: list[str] = field(default_factory=list)
    first_leads: bool = False  # 列第一位者为牵头单位
    below_too: bool = False  # …，下同
    beside: dict[str, str] = field(default_factory=dict)  # label → people and facts named beside the units
    helps: bool = False  # nobody but units that help: who leads is said elsewhere
    own: bool = False  # a sentence of the paragraph names them: for nothing above it

    def __bool__(self) -> bool:
        return bool(self.lead or self.responsible)

    def add(self, other: "Owners") -> None:
        """Merge another one into this one."""
        self.lead = "、".join(x for x in (self.lead, other.lead) if x)
        self.responsible = "、".join(x for x in (self.responsible, other.responsible) if x)
        self.limit = joined_limits(self.limit, other.limit)
        self.guessed = self.guessed or other.guessed
        self.first_leads = self.first_leads or other.first_leads
        self.below_too = self.below_too or other.below_too
        self.doubts.extend(other.doubts)
        self.beside.update(other.beside)

    def let_first_lead(self) -> None:
        """Without a lead unit, let the first named unit lead."""
        names = [name for name in split_outside_brackets(self.responsible, "、，,；;") if name.strip()]
        if names and not self.lead and not is_group(names[0]):
            first, open_end, rest = names[0], AND_SO_ON.search(names[0]), names[1:]
            if open_end:
                first, rest = first[: open_end.start()], [open_end.group(0), *rest]
            self.lead, self.responsible = first, "、".join(rest)


def joined_limits(one: str, other: str) -> str:
    """Return two limits of one task as limits of its first and second part."""
    return "；".join(dict.fromkeys(x for x in (one, other) if x))


@dataclass(frozen=True, slots=True)
class Habits:
    """The naming conventions of a notice, such as brackets with only units."""

    bare: bool = False
    odd: bool = False  # such a bracket here and there, in a notice that else says who leads and helps
    colon: bool = False
    starts: bool = False  # points begin with who does it: 市编办负责公布…
    each: bool = False  # nearly every numbered point names its own units
