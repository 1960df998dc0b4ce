"""Complaints about open-government work (条例第四十七条、第五十一条)."""

from django.db import models

from gongkai.core.intake.declared import declare
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField, EncryptedWordsField
from gongkai.work.requests.models.request import Request


class ComplaintSubject(models.TextChoices):
    """Subjects of complaints (条例第四十七条、第五十一条、第五十三条) and appeals (申诉, 第五十五条)."""

    NOT_DISCLOSED = "not_disclosed", "没有依法主动公开"
    NOT_ANSWERED = "not_answered", "逾期没有答复申请"
    ANSWER = "answer", "对申请的答复不服"
    CHARGED = "charged", "违反规定收取费用"
    OUTDATED = "outdated", "公开内容、指南、目录没有及时更新"
    INSTITUTION = "institution", "公共企事业单位没有按规定公开"
    OTHER = "other", "其他"


class ComplaintFinding(models.TextChoices):
    """Findings of the investigation of a complaint."""

    TRUE = "true", "属实"
    PARTLY = "partly", "部分属实"
    UNTRUE = "untrue", "不属实"
    ELSEWHERE = "elsewhere", "不属于政府信息公开投诉，告知相应渠道"


class Complaint(models.Model):
    """A complaint about a unit, handled by the 政务公开办.

    The complainant is a party of the app `intake` (`complaint/<pk>`).

    For a public institution (`institution`), `against` is the unit in charge of it, which handles
    the appeal itself.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="complaint")
    against = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="被投诉单位")
    request = models.ForeignKey(
        Request, models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name="有关的申请"
    )
    about = declare(models.CharField("投诉事项", max_length=14, choices=ComplaintSubject))
    institution = declare(
        EncryptedWordsField("公共企事业单位", blank=True),
        label="公共企事业单位名称",
        help="学校、医院、供水供电供气、公交等单位没有按规定公开的填写；上面“被投诉单位”选它的主管部门。",
        staff_help="申诉公共企事业单位的填写，“被投诉单位”选其主管部门。",
        most=120,
    )
    channel = models.CharField("提交方式", max_length=10)
    text = declare(EncryptedWordsField("投诉内容"), label="事实和理由", least=5, most=5000, rows=6)
    statement = models.TextField("被投诉单位的说明", blank=True)
    found = models.CharField("核查结论", max_length=10, choices=ComplaintFinding, blank=True)
    answer = models.TextField("答复", blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    number = models.CharField("答复书文号", max_length=80, blank=True)
    letter = models.BinaryField("答复书", blank=True, default=b"")
    key = EncryptedTextField("答复书密钥", blank=True)
    digest = models.CharField("答复书摘要值", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "政府信息公开投诉"

    @property
    def matter(self) -> str:
        """The matter under which intake stores the complainant."""
        return f"complaint/{self.pk}"

    @property
    def target(self) -> str:
        """The unit complained of; institutions are described by the unit in charge of them."""
        return f"{self.against.label}主管的公共企事业单位" if self.institution else self.against.label

    @property
    def word(self) -> str:
        """The legal term for a complaint or an appeal."""
        return "公共企事业单位信息公开申诉" if self.institution else "政府信息公开投诉"
