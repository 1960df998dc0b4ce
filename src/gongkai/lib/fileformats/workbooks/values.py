"""Cell values, and faults that make a value unreliable."""

import re
from datetime import time
from decimal import Decimal
from math import isfinite

from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.confined.codec import add_scalar_codec

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Characters before a formula that some programs ignore.
_IGNORED_CHARACTERS = " \u3000\xa0\u200b\u200e\u200f\u2060\ufeff"


def round_to_fifteen_digits(value: float) -> Decimal:
    """Return a number with the 15 digits that a spreadsheet stores, without binary noise.

    >>> round_to_fifteen_digits(0.1 + 0.2)
    Decimal('0.3')
    """
    return Decimal(f"{float(value):.15g}")


def parse_finite(text: str) -> float:
    """Return the finite number that a file writes in a cell.

    Raises:
        ValueError: it is none, or without bounds (NaN, INF).
    """
    if not isfinite(value := float(text)):
        raise ValueError(text)
    return value


class Percent(float):
    """A number displayed as a percentage: 0.0285 as 2.85%."""

    def __str__(self) -> str:
        return f"{(round_to_fifteen_digits(self) * 100).normalize():f}%"


def looks_like_formula(text: str) -> bool:
    """Return true if a spreadsheet program would read this text as a formula."""
    return text.lstrip(_IGNORED_CHARACTERS).startswith(_FORMULA_STARTS)


class CellFault(str):
    """Text of a cell with a formula error or lost value; importers refuse such a cell.

    Attributes:
        kind: one of `CELL_FAULTS`.
        at: the column in the file, from 0.
    """

    __slots__ = ("at", "kind")
    kind: str
    at: int

    def __new__(cls, text: str, kind: str, at: int) -> "CellFault":
        """Create a fault from the displayed text, the kind of fault and the column (`at`, from 0)."""
        made = super().__new__(cls, text)
        made.kind, made.at = kind, at
        return made

    @property
    def what(self) -> str:
        """Return the fault as a Chinese phrase."""
        return CELL_FAULTS[self.kind][0].format(self[:30])

    @property
    def todo(self) -> str:
        """Return the remedy as a Chinese phrase."""
        return CELL_FAULTS[self.kind][1]


_TYPE_AGAIN_ADVICE = "请把这一列设为文本格式，重新填写完整的号码"
#: Kind of fault → what is wrong, what to do.
CELL_FAULTS: dict[str, tuple[str, str]] = {
    "formula": ("公式没有计算结果", "请在表格软件中打开并保存后再导入，或者改为数值"),
    "error": ("“{}”是表格的错误值，不是内容", "请改正公式，或者填写内容"),
    "digits": ("“{}”超过15位，表格软件已丢失后几位", _TYPE_AGAIN_ADVICE),
    "notation": ("“{}”是科学记数法，号码已不完整", _TYPE_AGAIN_ADVICE),
    "power": ("“{}”中有科学记数法，号码可能已不完整", "请填写完整的号码；是数量的，写成“1.23×10^17”的样式"),
    "empty": ("“{}”是程序导出的空值，不是内容", "没有内容的请留空"),
    "escape": ("“{}”里有没有还原的控制符", "请删去“_x000D_”这类字符"),
}
#: Numbers of a sheet have fifteen digits; a longer one has lost its last digits.
_TOO_LARGE = 10**15
_ERROR_VALUE_RE = re.compile(
    r"#(?:N/A|GETTING_DATA)(?![A-Za-z])"
    r"|#(?:REF|VALUE|DIV/0|NUM|NULL|SPILL|CALC|FIELD|BLOCKED|CONNECT|UNKNOWN|BUSY|PYTHON|EXTERNAL|引用|值|除数/0|空|数字)!"
    r"|#(?:NAME|名称)\?"
    # A column that is too narrow shows only these signs; at the beginning of a line with a space after them they mark a heading.
    r"|(?<!#)(?!^#{3,6} +[^#\s])#{3,}"
    r"|(?<![A-Za-z])Err:5\d\d(?!\d)",
    re.IGNORECASE | re.MULTILINE,
)
#: Words on either side of a code by which a text speaks about it: 怎样处理#N/A错误.
_ERROR_WORD_BEFORE_CODE_RE = re.compile(r"错误(?:值|代码)[“\"「『]?$")
_ERROR_WORD_AFTER_CODE_RE = re.compile(r"[”\"」』]?(?:类|等|这类|这种|的)?(?:错误|报错)")
_ERROR_CODE_START_RE = re.compile(r"[#＃]|[EｅＥe][rｒＲR]{2}[:：]", re.IGNORECASE)
#: Full-width letters and signs → those of codes, one for one.
_HALF_WIDTH_TABLE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
#: Exponents from which spreadsheets show a number in this notation; a smaller one in a text is a quantity.
_EXPONENT_PATTERN = r"(?:1[1-9]|[2-9]\d|\d{3})"
#: A number in exponent notation. Some programs write no sign; without a decimal point that may be a code (3E12).
_EXPONENT_NUMBER_RE = re.compile(rf"[-+]?\d(?:(?:\.\d+)?[Ee]\+\d{{1,3}}|\.\d+[Ee]{_EXPONENT_PATTERN})")
_NOTATION_INSIDE_RE = re.compile(
    rf"(?<![\dA-Za-z.])\d(?:(?:\.\d+)?E\+|\.\d+E){_EXPONENT_PATTERN}(?![\dA-Za-z])", re.IGNORECASE
)
#: A formula that was written as text: a function with its bracket, or a reference to a cell.
_FORMULA_TEXT_RE = re.compile(r"=[ +-]*(?:[A-Za-z][A-Za-z.]*\(|\$?[A-Za-z]{1,3}\$?\d+(?![\dA-Za-z]))")
#: Missing values as programs and databases write them.
_EMPTY_WORD_RE = re.compile(r"[<(]?(?:nan|null|undefined)[)>]?", re.IGNORECASE)
#: A character written as its code (ECMA-376, 22.9.2.19 ST_Xstring): _x000D_ is a line end.
_ESCAPED_CHARACTER_RE = re.compile(r"_x([0-9A-Fa-f]{4})_")
#: A line end within a line: the words around it belong together, or not.
_LONE_RETURN_RE = re.compile(r"_x000[Dd]_(?!\s|_x000[ADad]_|$)")
_CONTROL_CODE = r"_x00(?:[01][0-9A-Fa-f]|7[Ff])_"
#: An underscore written as its code keeps the code after it from being read; such a text is refused as it was meant.
_ESCAPED_CONTROL_RE = re.compile(rf"_x005[Ff]_(?=x[0-9A-Fa-f]{{4}}_)|{_CONTROL_CODE}")
#: Programs write the x small; only a text that was turned into capitals has it so.
_CAPITALISED_CONTROL_CODE_RE = re.compile(_CONTROL_CODE, re.IGNORECASE)
_CONTROL_CHARACTERS_RE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def unescape_cell_text(text: str, codes: re.Pattern[str] = _ESCAPED_CHARACTER_RE) -> str:
    """Restore characters that a workbook writes as codes."""
    if "_x" not in text:
        return text
    text = codes.sub(lambda found: chr(int(found[0][2:6], 16)), text)
    # Two codes may be the halves of one character.
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def check_value(value: object, at: int, *, xml: bool = False, quoted: bool = False) -> object:
    """Return a cell's value unescaped, or a `CellFault` if it is unreliable.

    Args:
        value: as the library read it.
        at: the column, from 0.
        xml: whether the file is an .xlsx, in which every character may be written as its code; in other files
            programs leave only line ends so.
        quoted: whether an apostrophe marks the cell as text, so that a formula in it is content.
    """
    if isinstance(value, float) and not isfinite(value):
        value = f"{float(value)}"
    if isinstance(value, str):
        return _clean_cell_text(value, at, xml=xml, quoted=quoted)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= _TOO_LARGE:
        return CellFault(f"{round_to_fifteen_digits(value):f}", "digits", at)
    return value


def _clean_cell_text(text: str, at: int, *, xml: bool, quoted: bool) -> str:
    """Return a text without escapes and control characters, or its fault."""
    if _LONE_RETURN_RE.search(text):
        return CellFault(text, "escape", at)
    text = unescape_cell_text(text, _ESCAPED_CHARACTER_RE if xml else _ESCAPED_CONTROL_RE)
    text = _CONTROL_CHARACTERS_RE.sub(
        "", text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").replace("\f", "\n")
    )
    text = normalise_text(text)
    bare = text.strip()
    narrow = bare.translate(_HALF_WIDTH_TABLE)
    faults = {
        "escape": _CAPITALISED_CONTROL_CODE_RE.search(bare),
        "notation": _EXPONENT_NUMBER_RE.fullmatch(bare),
        "formula": None if quoted else _FORMULA_TEXT_RE.match(narrow),
        "empty": _EMPTY_WORD_RE.fullmatch(narrow),
    }
    if kind := next((kind for kind, match in faults.items() if match), ""):
        return CellFault(bare, kind, at)
    match = _find_error_code(bare) or _NOTATION_INSIDE_RE.search(narrow)
    if match:
        around = bare[max(match.start() - 10, 0) : match.end() + 10]
        return CellFault(around, "power" if match.re is _NOTATION_INSIDE_RE else "error", at)
    return text


def _find_error_code(text: str) -> re.Match[str] | None:
    """Return the first error code used as a value, None if there is none."""
    if not _ERROR_CODE_START_RE.search(text):
        return None
    narrow = text.translate(_HALF_WIDTH_TABLE)
    for found in _ERROR_VALUE_RE.finditer(narrow):
        spoken_of = _ERROR_WORD_BEFORE_CODE_RE.search(narrow[: found.start()]) or _ERROR_WORD_AFTER_CODE_RE.match(
            narrow, found.end()
        )
        if not spoken_of:
            return found
    return None


def format_time(moment: time) -> str:
    """Return a time of day as displayed: 8:00."""
    seconds = f":{moment.second:02d}" if moment.second else ""
    return f"{moment.hour}:{moment.minute:02d}{seconds}"


def get_column_letters(at: int) -> str:
    """Return the letters of a column counted from 0: A, Z, AA."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def parse_column_letters(letters: str) -> int:
    """Return a column by its letters, from 0."""
    number = 0
    for one in letters.upper():
        number = number * 26 + ord(one) - 64
    return number - 1


def _pack_fault(fault: CellFault) -> str:
    return f"{fault.kind} {fault.at} {fault}"


def _unpack_fault(text: str) -> CellFault:
    kind, at, fault_text = text.split(" ", 2)
    return CellFault(fault_text, kind, int(at))


add_scalar_codec(CellFault, "fault", _pack_fault, _unpack_fault)
add_scalar_codec(Percent, "percent", float, Percent)
