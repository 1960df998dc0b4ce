"""Charts of a published report (图解) as plain SVG bars, each with a table of its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from gongkai.core.widgets.charts import GREY_COLOUR, INK, Bar, BarRow, draw_bar_rows
from gongkai.lib.chinese.numerals import compute_percent
from gongkai.lib.law import annual_form as form
from gongkai.oversight.annual.form import Number, format_figure

#: Width of the drawing in SVG units, chosen for readable labels on phones.
DRAWING_WIDTH = 340


@dataclass(frozen=True)
class ReportChart:
    """A chart: title, a sentence with its main result, and rows (label, value, last year's value or None)."""

    title: str
    sentence: str
    rows: Sequence[tuple[str, Number, Number | None]]
    compared: bool = False

    @property
    def finding(self) -> str:
        """Return the sentence as a heading, or the title if there is no sentence."""
        return self.sentence.rstrip("。") or self.title

    @property
    def svg(self) -> SafeString:
        """Draw a bar for each row with its number, and last year's value as a thin line."""
        bar_rows = []
        for label, value, last_value in self.rows:
            bars = [Bar(float(value), str(format_figure(value)), INK)]
            if last_value is not None and self.compared:
                bars.append(Bar(float(last_value), colour=GREY_COLOUR, thin=True))
            bar_rows.append(BarRow(label, bars))
        legend = (("本年", INK), ("上年", GREY_COLOUR)) if self.compared else ()
        return draw_bar_rows(
            f"{self.title}：{self.sentence}",
            bar_rows,
            label_width=0,
            bar_width=DRAWING_WIDTH - 70,
            free_width=70,
            legend=legend,
        )


def make_charts(values: Mapping[str, Number | None], prior: Mapping[str, Number | None] | None) -> list[ReportChart]:
    """Return the charts of an annual report from its values and those of last year, if known; none with only zeros."""
    charts = [
        _chart_requests(values, prior),
        _chart_applicants(values),
        _chart_results(values),
        _chart_disputes(values),
        _chart_documents(values, prior),
    ]
    return [chart for chart in charts if any(value for _, value, _ in chart.rows)]


def _get_value(values: Mapping[str, Number | None] | None, key: str) -> Number:
    return (values or {}).get(key) or 0


def _make_rows(
    values: Mapping[str, Number | None], prior: Mapping[str, Number | None] | None, keys: Mapping[str, str]
) -> list[tuple[str, Number, Number | None]]:
    """Return (label, value, last year's value or None) for the keys."""
    return [(label, _get_value(values, key), prior.get(key) if prior else None) for key, label in keys.items()]


def _chart_requests(values: Mapping[str, Number | None], prior: Mapping[str, Number | None] | None) -> ReportChart:
    """Return the chart of received and settled requests, with last year's figures if they are known."""
    rows = {
        f"table3/{form.NEW}/total": "本年新收申请",
        f"table3/{form.CARRIED_IN}/total": "上年结转",
        f"table3/{form.RESULTS_TOTAL}/total": "本年办结",
        f"table3/{form.CARRIED_OUT}/total": "结转下年度",
    }
    received, done = (_get_value(values, f"table3/{row}/total") for row in (form.NEW, form.RESULTS_TOTAL))
    sentence = f"本年新收{format_figure(received)}件，办结{format_figure(done)}件。"
    received_before = (prior or {}).get(f"table3/{form.NEW}/total")
    if received_before is not None:
        increase, decrease = max(received - received_before, 0), max(received_before - received, 0)
        sentence += f"新收比上年增加{format_figure(increase)}件。" if increase else ""
        sentence += f"新收比上年减少{format_figure(decrease)}件。" if decrease else ""
        sentence += "新收与上年持平。" if received == received_before else ""
    return ReportChart(
        "收到和办理的政府信息公开申请（件）", sentence, _make_rows(values, prior, rows), compared=prior is not None
    )


def _chart_applicants(values: Mapping[str, Number | None]) -> ReportChart:
    """Return the chart of the year's new requests by kind of applicant."""
    rows = [
        (label, _get_value(values, f"table3/{form.NEW}/{column}"), None)
        for column, label in form.TABLE3_COLUMNS.items()
        if column != "total"
    ]
    total = sum(value for _, value, _ in rows)
    people = rows[0][1]
    share = f"自然人占{compute_percent(int(people), int(total))}%。" if total else ""
    return ReportChart(
        "谁在申请（本年新收，件）",
        share,
        [(("其他组织" if label == "其他" else label), value, previous) for label, value, previous in rows],
    )


_ROWS_BY_OUTCOME = {
    "予以公开": ("3.1",),
    "部分公开": ("3.2",),
    "不予公开": tuple(row for row in form.TABLE3_RESULTS if row.startswith("3.3")),
    "无法提供": tuple(row for row in form.TABLE3_RESULTS if row.startswith("3.4")),
    "不予处理": tuple(row for row in form.TABLE3_RESULTS if row.startswith("3.5")),
    "其他处理": tuple(row for row in form.TABLE3_RESULTS if row.startswith("3.6")),
}


def _chart_results(values: Mapping[str, Number | None]) -> ReportChart:
    """Return the chart of request results, with the share that was disclosed wholly or partly."""
    rows = [
        (label, sum(_get_value(values, f"table3/{row}/total") for row in keys), None)
        for label, keys in _ROWS_BY_OUTCOME.items()
    ]
    total, disclosed = sum(value for _, value, _ in rows), rows[0][1] + rows[1][1]
    share = (
        f"全部或者部分公开{format_figure(disclosed)}件，占{compute_percent(int(disclosed), int(total))}%。"
        if total
        else ""
    )
    return ReportChart("办理结果（件）", share, rows)


def _chart_disputes(values: Mapping[str, Number | None]) -> ReportChart:
    """Return the chart of administrative reviews and lawsuits, with the number of corrected results."""
    rows = [
        (label, _get_value(values, f"table4/{row}/total"), None)
        for row, label in (
            ("review", "行政复议"),
            ("litigation_direct", "未经复议直接起诉"),
            ("litigation_after_review", "复议后起诉"),
        )
    ]
    wrong = sum(_get_value(values, f"table4/{row}/corrected") for row in form.TABLE4_ROWS)
    return ReportChart("行政复议和行政诉讼（件）", f"其中结果纠正{format_figure(wrong)}件。", rows)


def _chart_documents(values: Mapping[str, Number | None], prior: Mapping[str, Number | None] | None) -> ReportChart:
    """Return the chart of issued, abolished and valid normative documents."""
    rows = {f"table2/normative_documents/{column}": label for column, label in form.TABLE2_COLUMNS.items()}
    valid = _get_value(values, "table2/normative_documents/in_force")
    return ReportChart(
        "行政规范性文件（件）",
        f"现行有效{format_figure(valid)}件。",
        _make_rows(values, prior, rows),
        compared=prior is not None,
    )
