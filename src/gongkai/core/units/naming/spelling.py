"""Normalise the spellings of a unit's name."""

from functools import cache, lru_cache
from importlib.resources import files

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold, unify_brackets

_BLANKS_PATTERN = re.compile(r"\s+")
_PLACE_PATTERN = re.compile(r"^(.{2,40}?)(?:人民政府|政府|管理委员会|管委会|办事处)$")
_HIGHER_PATTERN = re.compile(r"^(?:.{2,10}?(?:省|自治区|市|州|盟)(?=.{2,}(?:市|区|县|旗|镇|乡|街道)$))+")
#: Endings, shortened in this order.
_SHORT_ENDINGS = (
    ("管理委员会", "管委会"),
    ("委员会", "委"),
    ("人民政府", "政府"),
    ("办公室", "办"),
    ("办公厅", "办"),
    ("办事处", "办"),
)
_CONJUNCTION_PATTERN = re.compile(r"(?<=.)[和与及](?=.)")
#: Level characters that precede a short name: 市教委, 区财政局.
LEVEL_CHARACTERS = "省市州区县旗镇乡"


def clean_name(name: str) -> str:
    """Return the first 300 characters of a name, with plain width, without blanks, brackets as 〔〕."""
    return unify_brackets(_BLANKS_PATTERN.sub("", fold(name[:300])))


@cache
def _load_spellings() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return (pattern of the long spellings, longest first; short spelling of each)."""
    lines = files("gongkai.core.units.naming").joinpath("spellings.tsv").read_text(encoding="utf-8").splitlines()
    short = {
        long: row.split("\t")[0]
        for row in lines
        if row and not row.startswith("#")
        for long in row.split("\t")[1].split()
    }
    pattern = "|".join(sorted(map(re.escape, short), key=len, reverse=True))
    return re.compile(pattern), short


@lru_cache(maxsize=20_000)
def canonical_stem(stem: str) -> str:
    """Return the short form of a name without place: 发展和改革委员会, 发展改革委 and 发改委 become 发改委."""
    stem = clean_name(stem)
    for long, short in _SHORT_ENDINGS:
        stem = stem.replace(long, short)
    pattern, shorts = _load_spellings()
    return pattern.sub(lambda found: shorts[found[0]], _CONJUNCTION_PATTERN.sub("", stem))


def get_place(name: str) -> str:
    """Return the place of a government's name (云岭市 of 松江省云岭市人民政府), or "" for other names."""
    return _split_place(name)[1]


def get_higher_place(name: str) -> str:
    """Return the higher places named before a government's own place (松江省 in 松江省云岭市人民政府), or ""."""
    return _split_place(name)[0]


def _split_place(name: str) -> tuple[str, str]:
    """Return (higher place, place itself) named at the beginning of a name, each "" if missing."""
    match = _PLACE_PATTERN.match(clean_name(name))
    higher = _HIGHER_PATTERN.match(match[1]) if match else None
    return (higher[0], match[1][higher.end() :]) if match and higher else ("", match[1] if match else "")


def remove_places(name: str, places: tuple[str, ...]) -> str:
    """Return a name, cleaned, without the party prefix (中共) and the given place names at its beginning, in order."""
    remainder = clean_name(name)
    remainder = remainder.removeprefix("中国共产党").removeprefix("中共")
    for place in places:
        if place and remainder.startswith(place) and len(remainder) > len(place):
            remainder = remainder[len(place) :]
    return remainder


def looser_stem(stem: str) -> str:
    """Return a stem without a leading 委 or 政府 (委网信办 → 网信办); "" if it has none or less than 3 characters remain."""
    for front in ("委", "政府"):
        if stem.startswith(front) and len(stem) - len(front) >= 3:
            return stem[len(front) :]
    return ""
