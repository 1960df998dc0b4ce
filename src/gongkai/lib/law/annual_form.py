"""The form of the annual report on open government: tables two to four of 国办公开办函〔2021〕30号.

Keys are those of the report file; the Chinese names are the form's and stand in messages.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from gongkai.lib.chinese import lazy_re as re

#: The form in force, as each submission names it.
CURRENT_FORM = "国办公开办函〔2021〕30号"
#: Table two, rows of three columns (第二十条第（一）项).
TABLE2_DOCUMENTS = {"rules": "规章", "normative_documents": "行政规范性文件"}
#: Table two, columns of the rows in `TABLE2_DOCUMENTS`.
TABLE2_COLUMNS = {"issued": "本年制发件数", "abolished": "本年废止件数", "in_force": "现行有效件数"}
#: Table two, rows of one value (第（五）（六）（八）项).
TABLE2_VALUES = {
    "licences": "行政许可",
    "penalties": "行政处罚",
    "coercive_measures": "行政强制",
    "fees_10k_yuan": "行政事业性收费",
}
#: The only row with decimals, in units of 10,000 yuan.
DECIMAL_ROW = "fees_10k_yuan"

#: Table three, columns by kind of applicant.
TABLE3_COLUMNS = {
    "natural_person": "自然人",
    "company": "商业企业",
    "research": "科研机构",
    "welfare": "社会公益组织",
    "legal_service": "法律服务机构",
    "other_organisation": "其他",
    "total": "总计",
}
NEW, CARRIED_IN, RESULTS_TOTAL, CARRIED_OUT = "1", "2", "3.7", "4"
#: The 21 rows of results.
TABLE3_RESULTS = {
    "3.1": "予以公开",
    "3.2": "部分公开",
    "3.3.1": "属于国家秘密",
    "3.3.2": "其他法律行政法规禁止公开",
    "3.3.3": "危及“三安全一稳定”",
    "3.3.4": "保护第三方合法权益",
    "3.3.5": "属于三类内部事务信息",
    "3.3.6": "属于四类过程性信息",
    "3.3.7": "属于行政执法案卷",
    "3.3.8": "属于行政查询事项",
    "3.4.1": "本机关不掌握相关政府信息",
    "3.4.2": "没有现成信息需要另行制作",
    "3.4.3": "补正后申请内容仍不明确",
    "3.5.1": "信访举报投诉类申请",
    "3.5.2": "重复申请",
    "3.5.3": "要求提供公开出版物",
    "3.5.4": "无正当理由大量反复申请",
    "3.5.5": "要求行政机关确认或重新出具已获取信息",
    "3.6.1": "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "3.6.2": "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
    "3.6.3": "其他",
}
#: Table three, all rows: applications received, their results, and those carried over.
TABLE3_ROWS = {
    NEW: "本年新收政府信息公开申请数量",
    CARRIED_IN: "上年结转政府信息公开申请数量",
    **TABLE3_RESULTS,
    RESULTS_TOTAL: "三（七）总计",
    CARRIED_OUT: "结转下年度继续办理",
}

#: Table four, groups of columns by kind of dispute.
TABLE4_ROWS = {"review": "行政复议", "litigation_direct": "未经复议直接起诉", "litigation_after_review": "复议后起诉"}
#: Table four, columns by outcome.
TABLE4_COLUMNS = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}

#: Key of a table → its Chinese name.
TABLE_NAMES = {"table2": "表二", "table3": "表三", "table4": "表四"}


#: The texts of a table's cells, row by row.
Rows = Sequence[Sequence[str]]
_PLAIN_NUMBER_RE = re.compile(r"^\d{1,9}(?:,\d{3}){0,3}(?:\.\d{1,6})?$")
#: Spellings of the rows of table two → the keys of the form.
_DOCUMENT_ROW_KEYS = {"规章": "rules", "行政规范性文件": "normative_documents", "规范性文件": "normative_documents"}
_VALUE_ROW_KEYS = {name: key for key, name in TABLE2_VALUES.items()}
_TABLE4_CELL_COUNT = 5 * len(TABLE4_ROWS)


def parse_tables(grids: Iterable[Rows]) -> dict[str, object]:
    """Return {key: table} of the form's tables that the grids contain completely."""
    second: dict[str, object] = {}
    third: list[list[int]] = []
    fourth: list[int] = []
    for grid in grids:
        text = "".join("".join(row) for row in grid)
        counts = "本年新收" in text
        for row in grid:
            cells = ["".join(cell.split()) for cell in row]
            while cells and not cells[-1]:
                cells.pop()
            if (wide := _read_last_cells(cells, _TABLE4_CELL_COUNT)) is not None:
                fourth = fourth or wide
            elif counts and (seven := _read_last_cells(cells, len(TABLE3_COLUMNS))) is not None:
                third.append(seven)
            else:
                _read_table2_row(second, cells)
    return _keep_complete_tables(second, third, fourth)


def _keep_complete_tables(second: Mapping[str, object], third: list[list[int]], fourth: list[int]) -> dict[str, object]:
    """Return the tables of which every row was read, by name."""
    tables: dict[str, object] = {}
    if second.keys() >= {*TABLE2_DOCUMENTS, *TABLE2_VALUES}:
        tables["table2"] = second
    if len(third) == len(TABLE3_ROWS):
        tables["table3"] = dict(zip(TABLE3_ROWS, third, strict=True))
    if fourth:
        tables["table4"] = {row: fourth[index * 5 : index * 5 + 5] for index, row in enumerate(TABLE4_ROWS)}
    return tables


def _read_table2_row(found: dict[str, object], cells: list[str]) -> None:
    """Add to `found` the document counts or the single value that one row of table 2 states."""
    for index, cell in enumerate(cells):
        label = re.sub(r"[（(].*?[)）]$", "", cell)
        if (
            label in _DOCUMENT_ROW_KEYS
            and (three := _read_last_cells(cells[index + 1 :], 3, no_other_cells=True)) is not None
        ):
            found.setdefault(_DOCUMENT_ROW_KEYS[label], three)
        elif label in _VALUE_ROW_KEYS:
            values = [text for text in cells[index + 1 :] if text]
            if values and len(set(values)) == 1 and _PLAIN_NUMBER_RE.match(values[0]):
                read = _parse_decimal if _VALUE_ROW_KEYS[label] == DECIMAL_ROW else _parse_whole
                found.setdefault(_VALUE_ROW_KEYS[label], read(values[0]))


def _parse_whole(text: str) -> int:
    return int(Decimal(text.replace(",", "")))


def _parse_decimal(text: str) -> int | float:
    value = Decimal(text.replace(",", ""))
    return int(value) if value == int(value) else float(value)


def _read_last_cells(cells: list[str], count: int, *, no_other_cells: bool = False) -> list[int] | None:
    """Return the numbers in the last `count` cells, or None if these are too few or no numbers."""
    if len(cells) < count or (no_other_cells and len(cells) != count):
        return None
    last = [cell or "0" for cell in cells[-count:]]
    if not all(_PLAIN_NUMBER_RE.match(cell) for cell in last):
        return None
    return [_parse_whole(cell) for cell in last]
