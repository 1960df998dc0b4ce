"""Fields of a schema: reading, display and validation of values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from gongkai.core.spreadsheets.cells import choice_advice, format_value, yes_no
from gongkai.core.spreadsheets.cells import parse_day as read_day
from gongkai.core.spreadsheets.errors import BadCell
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.typed_values import TypedValueError, parse_decimal

# Kind and its Chinese label.
FIELD_KINDS: dict[str, str] = {
    "text": "一行文字",
    "long": "多行文字",
    "phone": "电话",
    "url": "网址",
    "day": "日期",
    "number": "数字",
    "choice": "选项",
    "choices": "多选",
    "yes_no": "是或否",
}
# Default label of a row past its end date.
ENDED_LABEL = "已结束"
# Text shown to the public for a missing value.
NOT_PUBLIC_LABEL = "暂未公开"
MAX_SCHEMA_FIELDS = 40
# Units of countable things, which take whole numbers only.
COUNT_UNITS = frozenset(["人", "人次", "家", "件", "个", "项", "处", "次", "套", "户", "宗", "条", "辆", "所", "张"])
# Units in which a percentage is stored as read: 2.85% is 2.85.
PERCENT_UNITS = frozenset(["%", "％", "百分比"])
_MAX_LINE_LENGTH, _MAX_TEXT_LENGTH = 300, 4000
_PHONE_PATTERN = re.compile(r"^[\d()+\-— 、，,；;/转分机]{3,80}$")
_PLACE_LABEL_PATTERN = re.compile(r"(?:地址|地点|位置|场所)$")
# Label words that ask for personal data: 家庭地址, 手机号码, 申请人电话.
_PERSONAL_DATA_LABEL_PATTERN = re.compile(
    "家庭|住址|住所|居住|户籍|个人|本人|手机|申请人|领取人|受益|补贴对象|监护|家长|法定代表人|户主|学生|患者"
)
_FIELD_KEY_PATTERN = re.compile(r"^[a-z][a-z0-9_]{0,30}$")


@dataclass(frozen=True, slots=True)
class SchemaField:
    """A field of a table schema: key, label, type and rules.

    Attributes:
        key: key in the stored values.
        label: heading in tables and forms.
        kind: one of `FIELD_KINDS`.
        unit: unit of a number: 亿元, %, 人.
        required: a record without it is incomplete.
        source: legal basis; empty: the schema's.
        choices: values of a choice field.
        help: hint for the clerk.
        levels: administrative levels that must fill it in; empty: all.
        ends: an end date; afterwards readers see `get_ended_label` on the record.
        over: label of an ended record (已开班); default 已结束.
        mark: a boolean shown as a badge (网上办).
        summary: shown in short lists.
        apart: distinguishes records of one name (预算 and 决算 of a unit).
        needed_with: key of a boolean that makes this field required (网上办 needs its address).
        needed_where: a condition that makes it required: `theme=疫苗接种`.
        at_most: key of a number that is the upper bound (a balance below its limit).
        signed: a number that may be negative (a change against last year).
        internal: never published.
        narrows: readers can filter by it, as by choice fields.
        after: key of another date; this date must follow within `within` days (预算法第十四条: 二十日内).
        opinion_of: words of the names of units that give this opinion; nobody types it.
        mentioned: words with 、 between them; a record whose texts contain one must answer this boolean with 是.
        settles: a boolean that must be true once the record has ended (公布结果 of a closed survey).
    """

    key: str
    label: str
    kind: str = "text"
    unit: str = ""
    required: bool = False
    source: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""
    levels: tuple[str, ...] = ()
    ends: bool = False
    mark: bool = False
    summary: bool = False
    apart: bool = False
    signed: bool = False
    needed_with: str = ""
    needed_where: str = ""
    at_most: str = ""
    over: str = ""
    internal: bool = False
    narrows: bool = False
    after: str = ""
    within: int = 0
    settles: bool = False
    mentioned: str = ""
    opinion_of: str = ""

    @property
    def head(self) -> str:
        """Return the label with its unit: 限额（亿元）."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label

    @property
    def kind_label(self) -> str:
        """Return the label of the field's kind."""
        return FIELD_KINDS[self.kind]

    @property
    def of_institution(self) -> bool:
        """Return True for an institution's own telephone or address, public by law (条例第五十五条)."""
        if _PERSONAL_DATA_LABEL_PATTERN.search(self.label):
            return False
        return self.kind == "phone" or (self.kind in {"text", "long"} and bool(_PLACE_LABEL_PATTERN.search(self.label)))

    def is_owed_on_level(self, level: str) -> bool:
        """Return true if units of this level must fill in the field."""
        return self.required and (not self.levels or level in self.levels)

    def read(self, raw: object) -> Any:
        """Return the stored form of an input: text, number as text, ISO date, bool; "" if empty.

        Raises:
            BadCell: wrong kind; the message contains the remedy.
        """
        text = format_value(raw)
        return _READER_BY_FIELD_KIND[self.kind](self, raw, text) if text else ""

    def show(self, value: object) -> str:
        """Return a stored value as readers see it: numbers with thousands separators, 是 or 否; "" for none."""
        if value is None or value == "":
            return ""
        if self.kind == "yes_no":
            return "是" if value else "否"
        if self.kind == "number":
            return f"{Decimal(str(value)):,f}"
        return str(value)

    def as_json(self) -> dict[str, object]:
        """Return the field as plain data without default values."""
        default_field = SchemaField("", "")
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value != getattr(default_field, name)
        }


def _read_line(_: SchemaField, __: object, text: str) -> str:
    line = " ".join(text.split())
    if len(line) > _MAX_LINE_LENGTH:
        raise BadCell(f"共{len(line)}个字，超过{_MAX_LINE_LENGTH}个字的上限", "请缩短")
    return line


def _read_long_text(_: SchemaField, __: object, text: str) -> str:
    if len(text) > _MAX_TEXT_LENGTH:
        raise BadCell(f"共{len(text)}个字，超过{_MAX_TEXT_LENGTH}个字的上限", "请缩短")
    return text


def _read_phone(_: SchemaField, __: object, text: str) -> str:
    if not _PHONE_PATTERN.match(text) or sum(word.isdigit() for word in text) < 3:
        raise BadCell(f"“{text[:30]}”不是电话号码", "请填写区号和号码，几个号码用顿号隔开")
    return text


def _read_url(_: SchemaField, __: object, text: str) -> str:
    """Return the text (BadCell: no http or https URL)."""
    try:
        split_url = urlsplit(text)
    except ValueError:
        split_url = urlsplit("")
    if split_url.scheme not in {"http", "https"} or not split_url.hostname or len(text) > _MAX_LINE_LENGTH:
        raise BadCell(f"“{text[:40]}”不是网址", "请填写以 http:// 或 https:// 开头的完整网址")
    return text


def _read_day(_: SchemaField, raw: object, __: str) -> str:
    day = read_day(raw)
    return day.isoformat() if day else ""


def _read_number(field: SchemaField, __: object, text: str) -> str:
    """Return a number as plain text, or raise `BadCell` if the field forbids it."""
    digits = text
    if digits.endswith(("%", "％")):
        digits = digits[:-1]
        if field.unit not in PERCENT_UNITS:
            unit = f"的单位是{field.unit}" if field.unit else "不是百分数"
            raise BadCell(f"“{text[:30]}”是百分数", f"这一列{unit}，请核对后填写数字（表格中把单元格格式改为“常规”）")
    try:
        number = parse_decimal(digits) or Decimal(0)
    except TypedValueError as wrong:
        raise BadCell(f"“{text[:30]}”{wrong.what}", "请只填数字，单位已写在表头") from None
    if abs(number) >= Decimal(10) ** 15:
        raise BadCell(f"“{text[:30]}”超出范围", "请核对后改正")
    if number < 0 and not field.signed:
        raise BadCell(f"“{text[:30]}”小于0", "请核对后改正；确有负数的，请政务公开办在表式中勾选“可为负数”")
    if field.unit in COUNT_UNITS and number != number.to_integral_value():
        raise BadCell(f"“{text[:30]}”不是整数", f"这一列按{field.unit}计数，请填写整数")
    return f"{number.normalize() + 0:f}"  # Avoids a negative zero.


def _read_choice(field: SchemaField, _: object, text: str) -> str:
    if text not in field.choices:
        raise BadCell(f"“{text[:30]}”不在可选范围内", choice_advice(text, field.choices))
    return text


def _read_choices(field: SchemaField, _: object, text: str) -> str:
    """Return the chosen names in the field's order (BadCell: one is unknown)."""
    names = list(dict.fromkeys(name for name in re.split(r"[、，,；;/\s]+", text) if name))
    unknown_name = next((name for name in names if name not in field.choices), "")
    if unknown_name:
        raise BadCell(f"“{unknown_name[:30]}”不在可选范围内", choice_advice(unknown_name, field.choices))
    return "、".join(choice for choice in field.choices if choice in names)


def _read_yes_no(_: SchemaField, raw: object, __: str) -> bool | None:
    return yes_no(raw)


_READER_BY_FIELD_KIND = {
    "text": _read_line,
    "long": _read_long_text,
    "phone": _read_phone,
    "url": _read_url,
    "day": _read_day,
    "number": _read_number,
    "choice": _read_choice,
    "choices": _read_choices,
    "yes_no": _read_yes_no,
}


def make_field(facts: dict[str, Any]) -> SchemaField:
    """Build a field from plain data (ValueError: invalid, with a Chinese reason)."""
    attribute_names = set(SchemaField.__dataclass_fields__)
    if extra := set(facts) - attribute_names:
        raise ValueError(f"字段中有不认识的项目：{'、'.join(sorted(extra))}。")
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
    field = SchemaField(**facts)
    if not _FIELD_KEY_PATTERN.match(field.key):
        raise ValueError(f"字段“{field.label}”的代号应为小写字母、数字和下划线。")
    if not field.label.strip() or len(field.label) > 40:
        raise ValueError("字段名称应为1至40个字。")
    if field.kind not in FIELD_KINDS:
        raise ValueError(f"字段“{field.label}”的类型不在可选范围内。")
    if field.kind in ("choice", "choices") and not field.choices:
        raise ValueError(f"字段“{field.label}”是选项，请写明可选内容。")
    return field


def make_fields(rows: list[dict[str, object]]) -> tuple[SchemaField, ...]:
    """Build all fields of a schema; the first is the name of a record.

    Raises:
        ValueError: invalid, with a Chinese reason.
    """
    fields = tuple(make_field(row) for row in rows)
    keys, labels = [field.key for field in fields], [field.head for field in fields]
    if not fields or not fields[0].required or fields[0].kind != "text":
        raise ValueError("第一个字段应是名称：必填的一行文字。")
    if len(fields) > MAX_SCHEMA_FIELDS:
        raise ValueError(f"字段不能超过{MAX_SCHEMA_FIELDS}个。")
    numbers = {field.key for field in fields if field.kind == "number"}
    days = {field.key for field in fields if field.kind == "day"}
    if any(field.after and not {field.key, field.after} <= days for field in fields):
        raise ValueError("“应在其后公布”只能用于两个日期字段。")
    if any(field.at_most and not {field.key, field.at_most} <= numbers for field in fields):
        raise ValueError("“不大于”只能用于两个数字字段。")
    if len(set(keys)) < len(keys) or len(set(labels)) < len(labels):
        raise ValueError("字段的代号和名称都不能重复。")
    return fields


def make_record_name(fields: Sequence[SchemaField], values: Mapping[str, object]) -> str:
    """Return the unique name of a record with its distinguishing field (市教育局（决算）)."""
    shown_values = [field.show(values.get(field.key)) for field in fields[1:] if field.apart]
    addition = "、".join(filter(None, shown_values))
    name = str(values.get(fields[0].key) or "")
    return f"{name}（{addition}）"[:300] if addition else name[:300]


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault of a row: field label (or 核对, 依据), description; `missing`: no value; `due`: not confirmed in time."""

    label: str
    what: str
    missing: bool = False
    due: bool = False

    def __str__(self) -> str:
        return f"{self.label}{self.what}"


def find_exceeded_bounds(fields: Sequence[SchemaField], values: Mapping[str, object]) -> list[RowFault]:
    """Return a fault for each number above its bound (预算法第三十五条: 余额不得超过限额)."""
    by_key = {each.key: each for each in fields}
    faults = []
    for field in fields:
        number, bound = values.get(field.key), values.get(field.at_most)
        if field.at_most not in by_key or number in ("", None) or bound in ("", None):
            continue
        if Decimal(str(number)) > Decimal(str(bound)):
            most = by_key[field.at_most]
            faults.append(RowFault(field.label, f"{field.show(number)}大于{most.label}{most.show(bound)}，请核对"))
    return faults


def find_faults(
    fields: tuple[SchemaField, ...],
    values: Mapping[str, object],
    *,
    level: str,
    confirmed_on: date | None,
    review_days: int,
    today: date,
) -> list[RowFault]:
    """Return the faults of a record, such as missing or contradicting values.

    Args:
        confirmed_on: day of the last confirmation.
        review_days: validity of a confirmation in days; 0: until the next change.
    """
    missing = find_missing_fields(fields, values, level)
    texts = [(field.label, "：还没有同意" if field.opinion_of else "没有填写") for field in missing]
    faults = [RowFault(label, text, missing=True) for label, text in texts]
    if review_days and confirmed_on and (days := (today - confirmed_on).days) > review_days:
        faults.append(RowFault("核对", f"已{days}天没有核对，应每{review_days}天核对一次", due=True))
    faults += [*find_exceeded_bounds(fields, values), *find_missing_closing_fields(fields, values, today)]
    return [*faults, *find_mentions(fields, values)]


def find_mentions(fields: Sequence[SchemaField], values: Mapping[str, object]) -> list[RowFault]:
    """Return a fault for each boolean not answered with 是 though the record's texts contain its word (P-12)."""
    texts = "\n".join(str(values.get(field.key) or "") for field in fields if not field.mentioned)
    asking = [field for field in fields if field.mentioned and values.get(field.key) is not True]
    hinted = [field for field in asking if any(map(texts.__contains__, field.mentioned.split("、")))]
    return [RowFault(field.label, f"：内容提到“{field.mentioned}”，请选“是”并填写有关各项") for field in hinted]


def find_missing_closing_fields(
    fields: Sequence[SchemaField], values: Mapping[str, object], today: date
) -> list[RowFault]:
    """Return a fault for each closing field of an ended record that is not 是, such as its result."""
    ended_label = get_ended_label(fields, values, today)
    owed = (field for field in fields if ended_label and field.settles and values.get(field.key) is not True)
    return [RowFault(field.label, f"：{ended_label}，还没有{field.label}") for field in owed]


def get_ended_label(fields: Sequence[SchemaField], values: Mapping[str, object], today: date) -> str:
    """Return the label of a row that has ended by a day (已开班, 已结束); empty if it has not."""
    for ending in fields:
        last_day = values.get(ending.key) if ending.ends else ""
        if last_day and str(last_day) < today.isoformat():
            return ending.over or ENDED_LABEL
    return ""


def count_days_late(field: SchemaField, values: Mapping[str, object]) -> int:
    """Return by how many days a date is later than allowed; 0 if not, or unknown."""
    day, start = str(values.get(field.key) or ""), str(values.get(field.after) or "")
    if not field.after or not day or not start:
        return 0
    return max(0, (date.fromisoformat(day) - date.fromisoformat(start)).days - field.within)


def find_missing_fields(fields: Sequence[SchemaField], values: Mapping[str, object], level: str) -> list[SchemaField]:
    """Return the required fields left empty, and required opinions that do not agree."""
    return [
        field
        for field in fields
        if (field.is_owed_on_level(level) or _is_needed(field, values))
        and not _is_filled(field, values.get(field.key, ""))
    ]


#: Begins an opinion by which the asked unit does not agree.
DISAGREEMENT_PREFIX = "不同意："


def _is_filled(field: SchemaField, value: object) -> bool:
    """Return true if a value is given and is not an opinion of disagreement."""
    return value not in ("", None) and not (field.opinion_of and str(value).startswith(DISAGREEMENT_PREFIX))


def _is_needed(field: SchemaField, values: Mapping[str, object]) -> bool:
    """Return true if another value of the record makes the field required."""
    key, _, value = field.needed_where.partition("=")
    return values.get(field.needed_with) is True or bool(key and values.get(key) == value)
