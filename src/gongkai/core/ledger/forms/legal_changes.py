"""Forms of changed periods of law and of a year's holiday notice (放假通知)."""

from dataclasses import replace

from django import forms

from gongkai.core.ledger.holidays import format_holidays, parse_holidays, parse_makeup_workdays
from gongkai.core.ledger.legal_changes import map_changeable_figures
from gongkai.core.units.forms.base import words_field
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import PlainForm
from gongkai.lib.chinese.typed_values import ACCEPTED_YEARS
from gongkai.lib.law import LawError
from gongkai.lib.law.calendar import HolidayNotice, check_holiday_notice
from gongkai.lib.law.calendar_import import MAX_NOTICE_CHARACTERS, parse_notice_text
from gongkai.lib.law.changes import MAX_FIGURE_VALUE


def _list_figure_choices() -> list[tuple[str, str]]:
    rows = [
        (key, f"{figure.name}（{figure.words}，{figure.source}）") for key, figure in map_changeable_figures().items()
    ]
    return [("", "请选择"), *rows]


class FigureChangeForm(PlainForm):
    """Form for a figure's new value from a day on."""

    key = forms.ChoiceField(label="期限", choices=_list_figure_choices)
    value = WholeNumberField(
        label="改为", min_value=1, max_value=MAX_FIGURE_VALUE, help_text="单位不变，如工作日、日、月。"
    )
    since = YearCheckedDateField(label="自哪一天起", help_text="施行日期。当日起开始计时的事项适用。")
    until = YearCheckedDateField(
        label="至哪一天", required=False, help_text="只施行一段时间的填写；以后恢复原来的期限。"
    )
    transition = forms.ChoiceField(
        label="此前开始的事项",
        choices=[("start", "仍按原来的期限"), ("open", "施行时尚未届满的，按新的期限（自原来的起算日计算）")],
        help_text="按文件规定的过渡办法选择；文件没有规定的，选第一项。",
    )
    source = forms.CharField(label="依据", max_length=300, help_text="文件名称和文号，期限的说明中会写明。")

    def clean(self) -> dict[str, object]:
        """Return the cleaned data; refuse an end before the beginning."""
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "截止日期不能早于起始日期。")
        return data


class NoticeTextForm(PlainForm):
    """Form for the text of the holiday notice."""

    text = words_field(
        "通知全文",
        rows=12,
        limit=MAX_NOTICE_CHARACTERS,
        hint="从中国政府网复制《国务院办公厅关于……年部分节假日安排的通知》，从标题到落款日期。",
    )

    def clean(self) -> dict[str, object]:
        """Add the parsed text as `notice`, or an error of the field."""
        data = super().clean() or self.cleaned_data
        if text := data.get("text"):
            try:
                data["notice"] = parse_notice_text(str(text), "这段文字")
            except LawError as error:
                self.add_error("text", f"{error}。也可以不粘贴全文，直接在下面逐项填写。")
        return data


class HolidayYearForm(PlainForm):
    """Form for a year's holidays and make-up working days, parsed or typed."""

    year = WholeNumberField(label="年份", min_value=ACCEPTED_YEARS[0], max_value=ACCEPTED_YEARS[-1])
    title = forms.CharField(label="通知标题", max_length=200)
    number = forms.CharField(label="文号", max_length=60, required=False)
    issued_on = YearCheckedDateField(label="印发日期", required=False)
    source = forms.CharField(label="来源", max_length=300, help_text="通知在中国政府网的网址，或者本机关的收文号。")
    off = words_field(
        "放假", rows=8, limit=2000, hint="每行一段：名称 第一天 最后一天，如“元旦 2027-01-01 2027-01-03”。"
    )
    work = words_field(
        "调休上班", required=False, rows=3, limit=500, hint="周末上班的日子，如“2027-02-06 2027-02-20”。"
    )

    def clean(self) -> dict[str, object]:
        """Parse the days and check the year for contradictions; return only the `notice` if there are no errors."""
        data = super().clean() or self.cleaned_data
        for name, read in (("off", parse_holidays), ("work", parse_makeup_workdays)):
            try:
                data[name] = read(str(data.get(name, "")))
            except ValueError as error:
                self.add_error(name, str(error))
        if self.errors:
            return data
        notice = HolidayNotice(**{name: data[name] for name in self.fields})
        try:
            check_holiday_notice(notice)
        except LawError as error:
            self.add_error("off", f"{error}。")
        return {"notice": replace(notice, title=notice.title.strip())}


def make_holiday_form_values(notice: HolidayNotice) -> dict[str, object]:
    """Return the initial values of `HolidayYearForm` from a holiday notice."""
    return {
        "year": notice.year,
        "title": notice.title,
        "number": notice.number,
        "issued_on": notice.issued_on,
        "source": notice.source if notice.source.startswith("http") else "",
        "off": format_holidays(notice.off),
        "work": " ".join(map(str, notice.work)),
    }
