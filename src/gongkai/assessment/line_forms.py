"""Forms of inspections along a line and of highlights."""

from django import forms

from gongkai.assessment.forms import sentences
from gongkai.assessment.least import ACCOUNT, TOPIC
from gongkai.assessment.models import Highlight
from gongkai.ui.forms import Plain
from gongkai.units.forms.base import BodiesChoice, BodyChoice, Day


class LineForm(Plain):
    """An inspection along a line."""

    body = BodyChoice(label="组织检查的单位")
    on = Day(label="检查日期")
    scope = forms.CharField(
        label="检查范围", max_length=300, help_text="例如：本系统12个单位的政府信息公开专栏"
    )
    units = BodiesChoice(label="被检查单位")
    third_party = forms.CharField(label="受托第三方", max_length=120, required=False)
    summary = sentences("检查情况", rows=5, least=ACCOUNT)


class CircularForm(Plain):
    """The circular of its results."""

    on = Day(label="通报日期")
    circular = forms.CharField(label="通报文号或者标题", max_length=200)


class FeedbackForm(Plain):
    """To whom its results went."""

    on = Day(label="反馈日期")
    feedback = forms.CharField(
        label="反馈对象和方式", max_length=200, help_text="例如：结果抄送市政府办公室，区县结果逐一反馈"
    )


class ProblemForm(Plain):
    """A problem that a unit has to mend."""

    body = BodyChoice(label="整改单位")
    what = sentences("发现的问题", rows=3, least=TOPIC)
    demand = sentences("整改要求", required=False, rows=2)
    until = Day(label="整改期限")


class HighlightForm(Plain):
    """A highlight."""

    body = BodyChoice(label="单位")
    on = Day(label="收集日期")
    title = forms.CharField(label="题目", max_length=200)
    text = sentences("做法和成效", rows=6, least=ACCOUNT)
    typical = forms.BooleanField(label="典型案例", required=False)


class FollowForm(Plain):
    """What became of a highlight."""

    sent_on = Day(label="报送日期", required=False)
    sent_to = forms.CharField(label="报送对象", max_length=120, required=False)
    outcome = forms.ChoiceField(label="采用情况", choices=Highlight.Outcome)
    covered_on = Day(label="报道日期", required=False)
    medium = forms.CharField(label="报道媒体", max_length=120, required=False)
    link = forms.URLField(label="报道链接", max_length=500, required=False, assume_scheme="https")
