"""Reviews and lawsuits over requests (table four), and complaints (条例第四十七条、第五十一条)."""

from datetime import date

from django.db import models

from gongkai.core.acts.models import RowName
from gongkai.core.intake.declared_fields import declare
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField, EncryptedWordsField
from gongkai.lib.law import Event, compute_deadline, default_calendar
from gongkai.work.requests.models.request import Request


class DisputeKind(models.TextChoices):
    """The groups of table four (国办公开办函〔2021〕30号)."""

    REVIEW = "review", "行政复议"
    DIRECT = "litigation_direct", "未经复议直接起诉"
    AFTER_REVIEW = "litigation_after_review", "复议后起诉"


class DisputeResult(models.TextChoices):
    """The columns of table four; empty while the case is pending."""

    UPHELD = "upheld", "结果维持"
    CORRECTED = "corrected", "结果纠正"
    OTHER = "other", "其他结果"


class _DisputeManager(models.Manager["Dispute"]):
    """The manager that leaves out cases registered by mistake."""

    def get_queryset(self) -> "models.QuerySet[Dispute]":
        return super().get_queryset().filter(mistaken="")


class Dispute(models.Model):
    """A review or lawsuit over a request; `body` is the unit for which it counts.

    Cases registered by mistake (`mistaken` gives the reason) are found by the manager `every` only.
    """

    request = models.ForeignKey(Request, models.PROTECT, related_name="disputes")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="单位")
    kind = models.CharField("类别", max_length=24, choices=DisputeKind)
    organ = models.CharField("复议机关或者法院", max_length=120)
    number = models.CharField("案号", max_length=80, blank=True)
    accepted_on = models.DateField("受理日期")
    copy_on = models.DateField("收到申请书或者起诉状副本的日期", null=True, blank=True)
    simple = models.BooleanField("适用简易程序", default=False)
    answered_on = models.DateField("提交答复书或者答辩状的日期", null=True, blank=True)
    heard_on = models.DateField("听证、开庭日期", null=True, blank=True)
    mistaken = models.CharField("登记有误的说明", max_length=300, blank=True)
    result = models.CharField("结果", max_length=12, choices=DisputeResult, blank=True)
    decided_on = models.DateField("结案日期", null=True, blank=True)
    finding = models.TextField("认定的问题", blank=True)
    orders_anew = models.BooleanField("责令重新处理", default=False)

    objects = _DisputeManager()
    every: models.Manager["Dispute"] = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政复议和行政诉讼"
        ordering = ["pk"]
        base_manager_name = "every"

    @property
    def answer_called(self) -> str:
        """Return the name of the document that the unit submits to the review body or court."""
        return "行政复议答复书" if self.kind == DisputeKind.REVIEW else "行政诉讼答辩状"

    @property
    def answer_by(self) -> date | None:
        """Return the last day for the unit's answer, or None before the copy was received.

        For reviews 10 working days from the copy (行政复议法第四十八条), before 2024 10 days, 5 in the simplified
        procedure (第五十四条); for lawsuits 15 days (行政诉讼法第六十七条), moved to the next working day.
        """
        if self.copy_on is None:
            return None
        key = "court_answer"
        if self.kind == DisputeKind.REVIEW:
            key = "review_answer_simple" if self.simple else "review_answer"
        events = [Event("received", self.copy_on)]
        return compute_deadline(key, events, default_calendar(), self.copy_on, nearest=True).date

    @property
    def called(self) -> str:
        """Return the name of the dispute in lists: kind, organ and case number."""
        return f"{self.get_kind_display()} {self.organ}{self.number}"


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
    """Findings on a complaint; `ELSEWHERE`: it does not concern disclosure of information."""

    TRUE = "true", "属实"
    PARTLY = "partly", "部分属实"
    UNTRUE = "untrue", "不属实"
    ELSEWHERE = "elsewhere", "不属于政府信息公开投诉，告知相应渠道"


class Complaint(models.Model):
    """A complaint about a unit, handled by the 政务公开办 above, or an appeal about an institution.

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

    matter = RowName("complaint")

    @property
    def target(self) -> str:
        """Return the unit complained of; institutions are described by the unit in charge of them."""
        return f"{self.against.label}主管的公共企事业单位" if self.institution else self.against.label

    @property
    def word(self) -> str:
        """Return the legal term for a complaint or an appeal."""
        return "公共企事业单位信息公开申诉" if self.institution else "政府信息公开投诉"
