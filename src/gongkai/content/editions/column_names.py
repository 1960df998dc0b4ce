"""Normalise names and paths of columns."""

from collections.abc import Iterable, Sequence

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.matching.folding import fold

#: Separator of the names in a path.
PATH_SEPARATOR = ">"
#: Names of the site's root (政府网站, 市政府门户网站, 云岭市人民政府网站首页, 首页), which paths omit.
ROOT_NAME_PATTERN = re.compile(
    rf"(?:[本我]?[省市州盟区县旗镇乡]?|[{HAN}]{{2,8}}[省市州盟区县旗])(?:人民)?(?:政府)?(?:门户)?网站(?:首页)?"
    r"|(?:网站|官网|门户网站?|政府网)?(?:首页|主页)|(?:官方|门户)网站|官网"
)
#: Name of the disclosure platform (规范政府信息公开平台, 国办公开办函〔2019〕61号).
PLATFORM_NAME = "政府信息公开"
#: Canonical path of the directory of government information.
DIRECTORY_PATH = ("政务公开", "政府信息公开目录")
#: Name of the column of statutory disclosures.
STATUTORY_COLUMN = "法定主动公开内容"
#: Name of its column for everything that has no column of its own.
OTHER_STATUTORY_COLUMN = "其他法定主动公开内容"
#: Beginning of a path (normalised) → canonical beginning. Notices write the root of the directory in two ways.
PATH_PREFIX_SYNONYMS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (("政府信息公开", "政府信息公开目录"), DIRECTORY_PATH),
    (("政务公开", "政府信息公开"), (PLATFORM_NAME,)),
    (("政府信息公开目录",), DIRECTORY_PATH),
    (("政府信息公开专栏",), (PLATFORM_NAME,)),
    (("政府信息公开平台",), (PLATFORM_NAME,)),
    (("政府信息公开指南",), (PLATFORM_NAME, "政府信息公开指南")),
    (("政府信息公开制度",), (PLATFORM_NAME, "政府信息公开制度")),
    ((STATUTORY_COLUMN,), (PLATFORM_NAME, STATUTORY_COLUMN)),
    (("政府信息公开年报",), (PLATFORM_NAME, "政府信息公开年报")),
    (("依申请公开",), (PLATFORM_NAME, "依申请公开")),
    ((OTHER_STATUTORY_COLUMN,), (PLATFORM_NAME, STATUTORY_COLUMN, OTHER_STATUTORY_COLUMN)),
]
#: Other name of a column under the same parent → its name here.
COLUMN_NAME_SYNONYMS = {
    "政府信息公开年度报告": "政府信息公开年报",
    "政府信息公开工作年度报告": "政府信息公开年报",
    "信息公开指南": "政府信息公开指南",
    "信息公开制度": "政府信息公开制度",
    "专题": "专题专栏",
    "专题栏目": "专题专栏",
}
_QUOTE_PATTERN = re.compile("[“”‘’\"'「」『』《》〈〉<]")
_BLANK_PATTERN = re.compile(r"\s+")
#: A placeholder for the unit's name: the column of “本区县（本部门）规范性文件” is 规范性文件.
_PLACEHOLDER_PATTERN = re.compile(r"^本(?:区县|地区|级政府|单位)(?:[（(]本[^）)]{1,6}[）)])?(?=.{2})")
_COLUMN_SUFFIX_PATTERN = re.compile(r"(?<=..)栏目$")
MAX_NAME_CHARACTERS, MAX_DEPTH = 80, 8


def tidy_name(name: str) -> str:
    """Return a displayed name: trimmed, full-width brackets, paired quotes, without a final 栏目 or a leading 本区县（…）."""
    text = _BLANK_PATTERN.sub(" ", name).strip(" 　>＞、，。；;:：")
    if re.search(f"[{HAN}]", text):
        text = text.replace(" ", "").replace("(", "（").replace(")", "）")
        parts = re.split('"', text)
        text = "".join(p + ("“" if i % 2 == 0 else "”") for i, p in enumerate(parts[:-1])) + parts[-1]
    text = _COLUMN_SUFFIX_PATTERN.sub("", text)
    if text.startswith("“") and text.endswith("”") and text.count("“") == 1:
        text = text[1:-1]
    return _PLACEHOLDER_PATTERN.sub("", text)


def normalize_name(name: str) -> str:
    """Return a name in the form used for comparison: folded, no quotes or spaces, synonyms as the name used here."""
    text = _strip_quotes_and_blanks(name)
    return COLUMN_NAME_SYNONYMS.get(text, text)


def _strip_quotes_and_blanks(name: str) -> str:
    return _BLANK_PATTERN.sub("", _QUOTE_PATTERN.sub("", fold(tidy_name(name)))).replace("（", "(").replace("）", ")")


def make_path_key(names: Iterable[str]) -> str:
    """Return the key of a path: normalised names joined by `>`."""
    return PATH_SEPARATOR.join(normalize_name(name) for name in names)


def find_canonical_path(path: Sequence[str], site_name: str = "") -> tuple[str, ...]:
    """Return a path of tidied names without the site's root; known other beginnings and names are replaced by ours.

    >>> find_canonical_path(["政府网站", "政府信息公开目录", "惠民惠农资金"])
    ('政务公开', '政府信息公开目录', '惠民惠农资金')
    """
    names = [tidy_name(part) for level in path for part in re.split("[>＞→]", level)]
    names = [name for name in names if name]
    while names and (
        ROOT_NAME_PATTERN.fullmatch(normalize_name(names[0]))
        or (site_name and normalize_name(names[0]) == normalize_name(site_name))
    ):
        names = names[1:]
    keys = [normalize_name(name) for name in names]
    for beginning, meant in PATH_PREFIX_SYNONYMS:
        if tuple(keys[: len(beginning)]) == beginning:
            names = [*meant, *names[len(beginning) :]]
            break
    return tuple(COLUMN_NAME_SYNONYMS.get(_strip_quotes_and_blanks(name), name) for name in names)
