"""Form of a changed period of law."""

from django import forms

from gongkai.core.ledger.legal_changes import changeable
from gongkai.core.widgets.fields import Day, WholeNumber
from gongkai.core.widgets.forms import Plain
from gongkai.lib.law.changes import MAX_VALUE


def _choices() -> list[tuple[str, str]]:
    rows = [(key, f"{one.name}（{one.words}，{one.source}）") for key, one in changeable().items()]
    return [("", "请选择"), *rows]


class FigureChangeForm(Plain):
    """A figure's new value, from a day on."""

    key = forms.ChoiceField(label="期限", choices=_choices)
    value = WholeNumber(label="改为", min_value=1, max_value=MAX_VALUE, help_text="单位不变，如工作日、日、月。")
    since = Day(label="自哪一天起", help_text="施行日期。当日起开始计时的事项适用。")
    until = Day(label="至哪一天", required=False, help_text="只施行一段时间的填写；以后恢复原来的期限。")
    transition = forms.ChoiceField(
        label="此前开始的事项",
        choices=[("start", "仍按原来的期限"), ("open", "施行时尚未届满的，按新的期限（自原来的起算日计算）")],
        help_text="按文件规定的过渡办法选择；文件没有规定的，选第一项。",
    )
    source = forms.CharField(label="依据", max_length=300, help_text="文件名称和文号，期限的说明中会写明。")

    def clean(self) -> dict[str, object]:
        """Refuse an end before the beginning."""
        data = super().clean() or self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "截止日期不能早于起始日期。")
        return data
