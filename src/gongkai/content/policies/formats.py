"""Normalise document numbers and validate dates and fields of library records. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING

from gongkai.content.policies.models.records import PolicyLevel
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.document_numbers import find_numbers, is_well_formed
from gongkai.lib.law.figures import fill_in_figures

if TYPE_CHECKING:
    from gongkai.content.policies.models import PolicyRecord

#: Pattern of the number of an order: 国务院令第711号, 第12号 (规章制定程序条例第三十一条).
ORDER_NUMBER_PATTERN = re.compile(rf"^[{HAN}]{{0,30}}第[1-9]\d*号$")
#: Levels of documents that are issued by a numbered order.
LEVELS_ISSUED_BY_ORDER = frozenset({PolicyLevel.REGULATION, PolicyLevel.MINISTRY_RULE, PolicyLevel.GOVERNMENT_RULE})
#: Levels that must be filed with the higher authority (规章制定程序条例第三十四条；国办发〔2018〕37号).
FILED_LEVELS = frozenset({PolicyLevel.GOVERNMENT_RULE, PolicyLevel.NORMATIVE})
#: Levels that need public consultation before they are issued.
CONSULTED_LEVELS = FILED_LEVELS
#: Days of consultation for rules (规章制定程序条例第十五条) and documents on business (优化营商环境条例第六十二条).
MIN_CONSULTATION_DAYS = 30


def issuers_search_key(issuers: str) -> str:
    """Return issuing bodies as 、甲、乙、 so that whole names can be searched."""
    return f"、{issuers.strip('、')}、"


def join_names(names: Iterable[str]) -> str:
    """Join names with 、, splitting those that contain several."""
    return "、".join(part for name in names for part in re.split(r"[、，,；;\n]+", name.strip()) if part)


def find_format_errors(record: "PolicyRecord") -> list[str]:
    """Return errors in a record's fields, in Chinese; any error blocks publication (L-08)."""
    number, level = record.number, record.level
    form = is_well_formed(number) or (level in LEVELS_ISSUED_BY_ORDER and bool(ORDER_NUMBER_PATTERN.match(number)))
    checks = [
        (not record.title.strip(), "标题没有填写。"),
        (not record.issuers.strip(), "发文机关没有填写。"),
        (
            not number and level != PolicyLevel.OTHER,
            f"{PolicyLevel(level).label}应有{'令号或发文字号' if level in LEVELS_ISSUED_BY_ORDER else '发文字号'}。",
        ),
        (
            bool(number) and not form and (level != PolicyLevel.OTHER or bool(find_numbers(number))),
            f"发文字号“{number}”格式不对，应为“机关代字〔年份〕序号号”，年份用六角括号，序号不加“第”、不编虚位"
            f"{'（令号如“云岭市人民政府令第5号”）' if level in LEVELS_ISSUED_BY_ORDER else ''}。",
        ),
        (record.made_on is None, "成文日期没有填写。"),
        (record.effective_on is None and level != PolicyLevel.OTHER, "施行日期没有填写。"),
        (
            bool(record.ends_on and record.effective_on and record.ends_on < record.effective_on),
            "有效期止日早于施行日期。",
        ),
        (
            bool(record.passed_on and record.published_on and record.published_on < record.passed_on),
            "公布日期早于通过日期。",
        ),
        (
            bool(record.consulted_from and record.consulted_to and record.consulted_to < record.consulted_from),
            "征求意见的截止日期早于开始日期。",
        ),
        (bool(record.filed_on and not record.filed_number), "填写了备案日期，没有填写备案号。"),
    ]
    return [text for wrong, text in checks if wrong]


def list_warnings(record: "PolicyRecord") -> list[str]:
    """Return warnings on a record: validity over five years; no unified number, headnote (题注) or filing number."""
    start = record.effective_on or record.made_on
    long = bool(start and record.ends_on and record.ends_on > _add_years(start, 5))
    checks = [
        (long and record.level == PolicyLevel.NORMATIVE, "有效期超过5年，规范性文件的有效期一般不超过5年。"),
        (
            record.level == PolicyLevel.NORMATIVE and not record.unified_number,
            "没有统一登记编号（规范性文件统一登记、统一编号、统一印发）。",
        ),
        (
            record.level in LEVELS_ISSUED_BY_ORDER and not record.headnote,
            "没有题注（规章的通过、公布、施行和修改经过）。",
        ),
        (
            record.level in FILED_LEVELS and not record.filed_number,
            fill_in_figures("还没有备案号（公布之日起<validity.rule_filing>内报送备案）。")
            if record.level == PolicyLevel.GOVERNMENT_RULE
            else "还没有备案号。",
        ),
    ]
    return [text for wrong, text in checks if wrong]


def _add_years(day: date, years: int) -> date:
    """Return the day in another year (1 March for a leap day)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def list_missing_consultation_facts(record: "PolicyRecord") -> list[str]:
    """Return the missing facts on the public consultation (L-07).

    Required are its days and result, or a reason for none. A reason is also required for less than 30 days.
    """
    if record.level not in CONSULTED_LEVELS or record.exemption.strip():
        return []
    if not (record.consulted_from and record.consulted_to and record.consultation.strip()):
        return ["没有公开征求意见的记录：请在政策库填写征求意见的起止日期和采纳情况；依法不公开征求意见的，写明理由。"]
    days = (record.consulted_to - record.consulted_from) / timedelta(days=1) + 1
    rule = record.level == PolicyLevel.GOVERNMENT_RULE
    if days < MIN_CONSULTATION_DAYS and (rule or record.for_business):
        law = "规章制定程序条例第十五条" if rule else "优化营商环境条例第六十二条"
        return [
            f"公开征求意见{days:.0f}日，少于{MIN_CONSULTATION_DAYS}日（{law}）；因特殊情况缩短的，请在“未公开征求意见的理由”中说明。"
        ]
    return []
