"""Forms of the registers: trainings, what is demanded of them, staff and funds."""

from django import forms

from gongkai.assessment.models import TrainingDemand, TrainingKind
from gongkai.ui.forms import Plain
from gongkai.units.forms.base import BodyChoice, Day


class TrainingForm(Plain):
    """A training that was held."""

    body = BodyChoice(label="举办单位")
    kind = forms.ChoiceField(label="类别", choices=TrainingKind)
    on = Day(label="日期")
    topic = forms.CharField(label="主题", max_length=200)
    attendance = forms.IntegerField(label="参加人数", min_value=1, max_value=1_000_000)
    hours = forms.DecimalField(label="学时", min_value=0, max_value=999, decimal_places=1, initial=4)
    requests = forms.BooleanField(label="含依申请公开内容", required=False)
    material = forms.CharField(label="材料（名称或者网址）", max_length=300, required=False)


class DemandForm(Plain):
    """What is demanded in a year."""

    body = BodyChoice(label="政府")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label="类别", choices=TrainingKind)
    whom = forms.ChoiceField(label="对象", choices=TrainingDemand.Whom)
    least = forms.IntegerField(
        label="每年至少（次）", min_value=0, max_value=99, help_text="填0取消这项要求。"
    )
    basis = forms.CharField(label="依据的文件", max_length=200)


class ProvisionForm(Plain):
    """Staff and funds of a year."""

    body = BodyChoice(label="单位")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    full_time = forms.IntegerField(label="专职人员", min_value=0, max_value=9999)
    part_time = forms.IntegerField(label="兼职人员", min_value=0, max_value=9999, initial=0)
    team = forms.CharField(label="内设机构或者牵头科室", max_length=120, required=False)
    skills = forms.CharField(
        label="人员专长", max_length=200, required=False, help_text="采集、策划、编辑、数据分析、安全等"
    )
    budget = forms.DecimalField(
        label="列入预算的经费（万元）", min_value=0, max_value=99_999_999, decimal_places=2, initial=0
    )
    spent = forms.DecimalField(
        label="实际支出（万元）", min_value=0, max_value=99_999_999, decimal_places=2, initial=0
    )
    contract = forms.CharField(label="运维单位、合同编号", max_length=200, required=False)
