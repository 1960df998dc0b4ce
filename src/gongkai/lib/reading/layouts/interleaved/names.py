"""Find unit names in running text: possible ends with a confidence."""

from collections import Counter
from dataclasses import dataclass, field

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.reading.words.unit_names import OFFICE_NAMES, UNIT_NAME_SUFFIXES, is_office

#: Longest unit name.
MAX_NAME_CHARACTERS = 30
_BAD = re.compile(r"[。；;：:，,、>《》“”！？．\n]")
_END = re.compile(rf"(?:{UNIT_NAME_SUFFIXES})$")
_START = re.compile(r"[省市区县州旗镇乡各]|有关|相关|全[省市区县州旗]|国网|人民银行|省驻|驻")
_INNER = re.compile(
    r"(?:局|厅|办|室|馆|心|委|院|科|处|部门|政府|单位|街道|公司|站|队|会|所|中心)(?=[省市区县州旗镇乡各]|有关)"
)
_WHOLE = re.compile(
    rf"(?:[{HAN}]{{0,6}}?[省市区县州旗]|各区县|人民)?(?:人民)?(?:政府|管委会|机关|委)(?:各|有关)(?:部门|部委|单位|工作部门)?"
)
_VERB = re.compile(r"公开|加强|建立|推进|做好|完善|落实|组织|开展|发布|编制|制定|围绕|按照|及时|更新|提升|召开")
_WORD_INSIDE = re.compile(rf"(?:办公室|办事处|中心|科(?![技学研])|[支大]队|服务站|委员会|部门|街道)(?=[{HAN}]{{2}})")
_TOKENS = (
    "办公室",
    "办公厅",
    "办事处",
    "委员会",
    "管委会",
    "人民政府",
    "政府",
    "部门",
    "中心",
    "单位",
    "联合会",
    "街道办",
)


@dataclass(frozen=True, slots=True)
class KnownUnitNames:
    """The unit names known so far: counts in this notice, and names common to all regions."""

    counts: Counter[str] = field(default_factory=Counter)
    plain: bool = False

    def ends(self, text: str, *, listed: bool = False) -> list[tuple[int, float]]:
        """Return the possible ends of unit names that begin a text, each with its score."""
        if not text or text[0].isdigit() or text[0] in "（(":
            return []
        out: list[tuple[int, float]] = []
        depth = 0
        for place, char in enumerate(text[:MAX_NAME_CHARACTERS], 1):
            depth += (char in "（(") - (char in "）)")
            if depth < 0 or (depth == 0 and _BAD.search(char)):
                break
            if depth == 0 and place >= 2:
                name = text[:place]
                bare = re.sub(r"[（(][^（）()]{1,14}[）)]$", "", name)
                if name in self.counts or name in OFFICE_NAMES or _END.search(bare):
                    out.append((place, self.score(name, listed=listed) - 3.0 * _cuts_word(text, place)))
        return out

    def score(self, name: str, *, listed: bool = False) -> float:
        """Return the confidence, higher is better, that a text is a unit name."""
        known = min(max(self.counts[name] - 1, 0), 4) * 0.6  # one alone may be this very reading
        inner = _INNER.search(name) and not _WHOLE.fullmatch(name)
        if is_office(name):
            return 2.4 + known
        score = known - (2.5 if inner else 0.0)
        if self.plain and not known and _WORD_INSIDE.search(name):
            score -= 2.0
        if _VERB.search(name) and not known:
            score -= 2.5
        if not _START.match(name) and not self.plain:
            score -= 0.3 if listed else 0.8 if len(name) >= 4 else 2.0
        return score + (0.6 if 3 <= len(name) <= 14 else -0.6)


def _cuts_word(text: str, place: int) -> bool:
    for token in _TOKENS:
        for length in range(1, len(token)):
            if text.startswith(token, place - length) and place >= length:
                return True
    return text[place - 1] in "省市区县州旗镇乡" and text.startswith(("人民政府", "政府"), place)
