"""Parameters of operations: parse from URLs or tool arguments, with one-line errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypedDict, cast

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.core.widgets.query_parameters import MAX_ROW_ID as LARGEST
from gongkai.core.widgets.query_parameters import parse_day, parse_whole_number
from gongkai.lib.chinese import lazy_re as re

DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE = 50, 100
#: Maximum length of search words.
MAX_SEARCH_CHARACTERS = 100
#: Longest accepted cursor.
MAX_CURSOR_CHARACTERS = 200
#: Accepted years.
ALLOWED_YEARS = range(1949, 3000)
#: Years of dates and times: 1900 to 8999.
_YEAR_PATTERN = "^(19|[2-8][0-9])[0-9]{2}-"
#: Control characters, removed from every value.
_CONTROL_CHARACTERS_PATTERN = re.compile(r"[\x00-\x1f\x7f-\x9f]")
#: JSON Schema constraints of each kind of parameter.
_SCHEMA_CONSTRAINTS: Mapping[str, dict[str, object]] = {
    "number": {"minimum": 0, "maximum": LARGEST},
    "year": {"minimum": ALLOWED_YEARS[0], "maximum": ALLOWED_YEARS[-1]},
    "day": {"format": "date", "pattern": _YEAR_PATTERN},
    "moment": {"anyOf": [{"format": "date"}, {"format": "date-time"}], "pattern": _YEAR_PATTERN},
    "words": {"maxLength": MAX_SEARCH_CHARACTERS},
    "cursor": {"maxLength": MAX_CURSOR_CHARACTERS},
}


class InvalidParameter(Exception):
    """Raised for an invalid parameter, with a Chinese message."""


class ItemNotPublic(Exception):
    """Raised when the requested item is not public here, with a Chinese message."""


#: Types of parsed parameters.
ParameterValue = str | int | date | datetime | None


class ParameterValues(TypedDict, total=False):
    """Parsed parameters of an operation, named as in the URL; "" or None if absent."""

    article: str
    category: str
    column: int | None
    cursor: str
    id: int
    issuer: str
    key: str
    kind: str
    level: str
    on: date | None
    q: str
    since: datetime | None
    size: int
    standing: str
    state: str
    unit: int | None
    year: int | None


@dataclass(frozen=True)
class OperationParameter:
    """One parameter of an operation.

    Attributes:
        name: its name in the URL.
        description: its purpose, in Chinese.
        kind: number, year, day, moment, words, choice or cursor.
        choices: the values of a choice with their labels.
        example: a valid value, shown on the page and used by the try-out form.
        in_path: true if it is part of the path.
        required: true if it must be given.
    """

    name: str
    description: str
    kind: str = "words"
    choices: tuple[tuple[str, str], ...] = ()
    example: str | int | None = None
    in_path: bool = False
    required: bool = False

    @property
    def schema(self) -> dict[str, object]:
        """Return the parameter's JSON Schema."""
        json_schema: dict[str, object] = {"type": "integer" if self.kind in {"number", "year"} else "string"}
        if self.choices:
            json_schema["enum"] = [value for value, _ in self.choices]
        json_schema |= _SCHEMA_CONSTRAINTS.get(self.kind, {})
        if self.kind == "words" and (self.in_path or self.required):
            json_schema["pattern"] = "^[-a-zA-Z0-9_]+$" if self.in_path else r"[^\s\x00-\x1f\x7f-\x9f]"
        return json_schema

    def read(self, raw_value: object) -> ParameterValue:
        """Parse the value; None (text: "") if absent. Numbers, dates and choices may not be empty.

        Raises:
            InvalidParameter: invalid value.
        """
        text = (
            ""
            if raw_value is None or isinstance(raw_value, bool)
            else _CONTROL_CHARACTERS_PATTERN.sub("", str(raw_value)).strip()
        )
        if not text and self.required:
            raise InvalidParameter(f"请给出参数 {self.name}：{self.description}。")
        if raw_value is None:
            return "" if self.kind in {"words", "choice", "cursor"} else None
        return _PARSER_BY_KIND[self.kind](self, text)


def _parse_number(param: OperationParameter, text: str) -> int:
    """Parse a whole number, or raise `InvalidParameter`."""
    number = parse_whole_number(text)
    if number is None:
        raise InvalidParameter(f"参数 {param.name} 应是一个整数。")
    return number


def _parse_year(param: OperationParameter, text: str) -> int:
    """Parse a year within the allowed range, or raise `InvalidParameter`."""
    year = _parse_number(param, text)
    if not ALLOWED_YEARS[0] <= year <= ALLOWED_YEARS[-1]:
        raise InvalidParameter(f"参数 {param.name} 应是四位年份。")
    return year


def _parse_day(param: OperationParameter, text: str) -> date:
    """Parse a date, or raise `InvalidParameter`."""
    day = parse_day(text)
    if day is None or not 1900 <= day.year < 9000:
        raise InvalidParameter(f"参数 {param.name} 应是日期，如 2026-11-20。")
    return day


def _parse_time(param: OperationParameter, text: str) -> datetime:
    """Parse a moment; a day alone is its first moment, a time without zone is local.

    Raises:
        InvalidParameter: no date or time, or a year out of range.
    """
    try:
        moment = parse_datetime(text.upper().replace(" ", "+"))
        day = None if moment else parse_day(text)
        if moment is None and day:
            moment = datetime.combine(day, time())
        if moment and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not 1900 <= moment.year < 9000:
        raise InvalidParameter(f"参数 {param.name} 应是日期（2026-11-20）或时间（2026-11-20T09:30:00+08:00）。")
    return moment


def _parse_words(param: OperationParameter, text: str) -> str:
    if len(text) > MAX_SEARCH_CHARACTERS:
        raise InvalidParameter(f"参数 {param.name} 最多{MAX_SEARCH_CHARACTERS}个字。")
    return text


def _parse_cursor(param: OperationParameter, text: str) -> str:
    if len(text) > MAX_CURSOR_CHARACTERS:
        raise InvalidParameter(f"参数 {param.name} 不是上一页给出的位置。")
    return text


def _parse_choice(param: OperationParameter, text: str) -> str:
    """Return the text if it is one of the choices, or raise `InvalidParameter`."""
    allowed = [value for value, _ in param.choices]
    if text not in allowed:
        raise InvalidParameter(f"参数 {param.name} 只能是：{'、'.join(allowed)}。")
    return text


_PARSER_BY_KIND: Mapping[str, Callable[[OperationParameter, str], ParameterValue]] = {
    "number": _parse_number,
    "year": _parse_year,
    "day": _parse_day,
    "moment": _parse_time,
    "words": _parse_words,
    "choice": _parse_choice,
    "cursor": _parse_cursor,
}

#: Parameter with the position where the next page begins.
CURSOR_PARAMETER = OperationParameter("cursor", "上一页给出的位置，照 next 使用即可", "cursor")
#: Parameter with the number of items per page.
SIZE_PARAMETER = OperationParameter(
    "size", f"每页条数，默认 {DEFAULT_PAGE_SIZE}，最多 {MAX_PAGE_SIZE}", "number", example=20
)
#: Parameters of every list.
PAGING_PARAMETERS = (SIZE_PARAMETER, CURSOR_PARAMETER)


def parse_parameters(params: tuple[OperationParameter, ...], raw_values: Mapping[str, object]) -> ParameterValues:
    """Parse the parameters of an operation; names unknown to all operations are ignored.

    Raises:
        InvalidParameter: invalid or missing value, or a parameter of another operation.
    """
    own_names = {param.name for param in params}
    if foreign := [name for name in ParameterValues.__annotations__ if name in raw_values and name not in own_names]:
        raise InvalidParameter(f"这里没有参数 {'、'.join(foreign)}。")
    values = cast(ParameterValues, {param.name: param.read(raw_values.get(param.name)) for param in params})
    if "size" in values:
        values["size"] = min(values["size"] or DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)
    return values
