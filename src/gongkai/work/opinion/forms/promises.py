"""Forms of actions on promises."""

from gongkai.core.ledger.forms import ActForm, register_entry_form
from gongkai.core.units.forms.base import today
from gongkai.core.widgets.fields import Day
from gongkai.work.opinion.forms.fields import address, paper, text


class SubmitForm(ActForm):
    """Form with a note to the reviewers."""

    intro = "送审后由审核人、签发人、负责人依次审签，最后一级通过即向社会公开，并自公开时起生效。"
    words = text("送审说明", rows=2, most=300, required=False)


class RewordForm(ActForm):
    """Form with the text of an unpublished statement."""

    text = text("公开内容", rows=8, most=5000)

    def prepare(self) -> None:
        """Set the initial values."""
        pending = self.entry.promise.pending
        self.fields["text"].initial = pending.text if pending else ""


class ProgressForm(ActForm):
    """Form with the progress."""

    intro = "写好后送审，公开后公众可以看到。"
    text = text("进展情况", rows=5, most=3000)
    on = Day(label="日期", initial=today)


class DateForm(ActForm):
    """Form with a new date and the reason, both public."""

    intro = "期限变更连同理由经审签公开后生效；公开之前，原定期限不变。"
    until = Day(label="新的期限")
    reason = text("变更的理由（向社会公开）", rows=4, most=2000)


class KeptForm(ActForm):
    """Form with day, way and evidence of fulfilment."""

    intro = "写好后送审；兑现情况公开后，这项承诺才办结。"
    text = text("兑现情况（向社会公开）", rows=6, most=5000)
    on = Day(label="兑现日期", initial=today)
    url = address("佐证网址", hint="网址和文件至少填一项；网址随兑现情况一并公开。")
    file = paper("佐证文件")


class BrokenForm(ActForm):
    """Form with the reason of a broken promise."""

    intro = "写好后送审；未能兑现的说明公开后，这项承诺办结为“未兑现”。"
    reason = text("未能兑现的原因和后续安排（向社会公开）", rows=6, most=5000)


class ReasonForm(ActForm):
    """Form with a reason."""

    reason = text("理由", rows=3, most=500)


_FORMS: dict[str, type[ActForm]] = {
    "promise.submit": SubmitForm,
    "promise.reword": RewordForm,
    "promise.report_progress": ProgressForm,
    "promise.change_date": DateForm,
    "promise.report_kept": KeptForm,
    "promise.report_broken": BrokenForm,
    "promise.take_back": ReasonForm,
    "promise.void": ReasonForm,
    "promise.reopen": ReasonForm,
}
for _name, _form in _FORMS.items():
    register_entry_form(_name, _form)
