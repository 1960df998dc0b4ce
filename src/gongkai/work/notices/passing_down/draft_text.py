"""First wording of a draft notice: place names, addressee, preamble. Clerks edit it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re

_BOOK_TITLE_PATTERN = re.compile(r"(《[^《》]*》)")
# Before 市级, these words refer to the higher level itself …
_HIGHER_LEVEL_BEFORE_RE = re.compile(
    r"(?:按照?|根据|依据|依照|落实|贯彻|对照|结合|参照|执行|报送?|报请|上报|呈报|向|经|由|与|同|到|争取|接受|配合|协助|级[、和及与或])$"
)
# … and so do these after it; lists of levels stay.
_HIGHER_LEVEL_AFTER_RE = re.compile(
    r"^(?:以上|以下|及以|统一|要求|文件|规定|部署|安排|下达|主管|上级|[、和及][国省市州区县乡镇])"
)
_LEVEL_SUFFIX_PATTERN = re.compile(r"(省|市|州|区|县|旗|镇|乡|街道)$")
_LEVEL_NAMES_PATTERN = "省|市|州|区县|县区|区|县|旗"
# Groups of lower governments, which a clerk must replace.
_LOWER_GOVERNMENTS_RE = re.compile(
    r"^(?:各|有关)?(?:[市州区县旗]|盟|乡镇|镇街|乡|镇|街道)+(?:人民)?政府$|^各(?:[市州区县旗]|盟|乡镇|镇街|乡|镇|街道)+$"
)
# Separators inside such groups: 各市（州）政府, 各县（市、区）.
_LEVEL_SEPARATORS_RE = re.compile(r"[（）()、，,/和及与\s]")
# Addressees of a government at each level.
_ADDRESSEES_BY_LEVEL = {
    "省": "各市、州人民政府，省政府各部门",
    "市": "各区县人民政府，市政府各部门",
    "州": "各县市人民政府，州政府各部门",
    "区": "各镇人民政府、街道办事处，区政府各部门",
    "县": "各乡镇人民政府、街道办事处，县政府各部门",
    "旗": "各苏木乡镇人民政府、街道办事处，旗政府各部门",
}


@dataclass(frozen=True)
class PlacePair:
    """Names of the higher place and of one's own: 云岭市 → 青山区."""

    upper: str
    own: str

    @property
    def upper_level(self) -> str:
        """Return the level (省, 市, 区 …) of the higher place, or an empty string."""
        return find_level(self.upper)

    @property
    def own_level(self) -> str:
        """Return the level of one's own place."""
        return find_level(self.own)


def find_level(place: str) -> str:
    """Return the level at the end of a place name (市, 区, 乡), or an empty string."""
    match = _LEVEL_SUFFIX_PATTERN.search(place)
    return match[1] if match else ""


def find_place(government: str) -> str:
    """Return the place in a government's name: 青山区人民政府 → 青山区."""
    return re.sub(r"(?:人民)?政府.*$", "", government.strip())


def find_source_place(issuer: str, government: str) -> str:
    """Return the place of the government that issued the notice, else of the one it is for."""
    return (find_place(issuer) if "政府" in issuer else "") or find_place(government)


def adapt_text(text: str, place: PlacePair) -> str:
    """Replace the higher place in the text of a measure by one's own.

    The place name, 我市/全市/本市 and 本区县 change. Titles (《…》) and offices of the higher government
    (报送市政府办公厅) stay.
    """
    pieces = _BOOK_TITLE_PATTERN.split(text)
    return "".join(piece if piece.startswith("《") else _adapt_unquoted(piece, place) for piece in pieces)


def _adapt_unquoted(text: str, place: PlacePair) -> str:
    """Replace name and level of the higher place in text outside book-title marks."""
    if place.upper and place.own and place.upper != place.own:
        text = re.sub(re.escape(place.upper) + r"(?!(?:人民)?政府)", place.own, text)
    if place.own_level and place.upper_level and place.own_level != place.upper_level:
        text = re.sub(f"([我全本]){place.upper_level}(?![、区县级])", rf"\g<1>{place.own_level}", text)
        text = re.sub(r"本(?:区县|县区|市县)(?![级])", f"本{place.own_level}", text)
        text = re.sub(r"各(?:区县|县区)(?=政府)", place.own_level, text)
        text = re.sub(rf"(?:{_LEVEL_NAMES_PATTERN})、(?:{_LEVEL_NAMES_PATTERN})(?=政府)", place.own_level, text)
        text = re.sub(rf"{place.upper_level}(?:级|本级|直(?=部门|单位|机关))", _make_level_replacer(place), text)
    return text


def _make_level_replacer(place: PlacePair) -> Callable[[re.Match[str]], str]:
    """Return a function for `re.sub` that replaces 市级, 市本级 and 市直 unless the higher level itself is meant."""

    def replace_level(found: re.Match[str]) -> str:
        """Return our own level's word, or the match if it means another thing."""
        text_before, text_after = (
            found.string[max(found.start() - 3, 0) : found.start()],
            found.string[found.end() :][:3],
        )
        is_other_word = text_before.endswith(
            ("城", "地", "县", "省", "全", "本", "我", "各", "副")
        )  # 城市级, 地市级, 副省级市 …
        if is_other_word or _HIGHER_LEVEL_BEFORE_RE.search(text_before) or _HIGHER_LEVEL_AFTER_RE.search(text_after):
            return found[0]
        return place.own_level + found[0].removeprefix(place.upper_level)

    return replace_level


def is_left_out(name: str) -> bool:
    """Return true if a unit is not passed on: a group of lower governments, or 等."""
    return bool(_LOWER_GOVERNMENTS_RE.search(_LEVEL_SEPARATORS_RE.sub("", name))) or name == "等"


def adapt_units(names: Sequence[str], place: PlacePair) -> list[str]:
    """Return units at one's own level: 市财政局 → 区财政局; groups of lower governments are left out."""
    adapted = []
    for name in names:
        if is_left_out(name):
            continue
        unit = name
        if place.own_level and place.upper_level and place.own_level != place.upper_level:
            unit = name.replace(place.upper, "") if name.startswith(place.upper) and place.upper else name
            stem = unit.removeprefix(place.upper_level)
            unit = place.own_level + stem if unit != stem or unit != name else unit
        adapted.append(unit)
    return list(dict.fromkeys(adapted))


def split_names(text: str) -> list[str]:
    """Return the units in a cell, each once; dashes mean none."""
    names = (name.strip() for name in re.split(r"[、，,；;\n]+", text))
    return list(dict.fromkeys(value for value in names if value.strip("—-－–/ ")))


def build_title(issuer: str, place: str, year: int) -> str:
    """Return the title of a draft notice: 关于印发…的通知 with issuer, place and year."""
    return f"{issuer}关于印发{build_table_title(place, year)}的通知"


def build_table_title(place: str, year: int) -> str:
    """Return the title of the table."""
    return f"{place}{year}年政务公开工作要点任务分工"


def build_addressee(place: str, *, inside: bool = False) -> str:
    """Return the salutation (主送) of a draft notice; `inside`: a unit writes to its own offices."""
    if inside:
        return "机关各处室，所属各单位"
    return _ADDRESSEES_BY_LEVEL.get(find_level(place), "各部门、各单位")


def build_preamble(source_title: str, source_number: str, place: str, year: int, *, inside: bool = False) -> str:
    """Return the preamble, which cites the source notice; `inside`: a unit writes to its own offices."""
    cited = f"《{source_title.replace('《', '〈').replace('》', '〉')}》" + (
        f"（{source_number}）" if source_number else ""
    )
    level = find_level(place)
    ours = "本单位" if inside else f"我{level}" if level else "本地"
    return f"根据{cited}要求，结合{ours}实际，现将{build_table_title(place, year)}印发给你们，请认真贯彻落实。"
