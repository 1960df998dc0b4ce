"""Models of inquiries, contributions, decisions and the public mailbox (公开信箱)."""

from django.db import models

from gongkai.core.acts.models import RowName
from gongkai.core.intake.declared_fields import declare
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body
from gongkai.core.vault.fields import EncryptedTextField, EncryptedWordsField


class InquiryChannel(models.TextChoices):
    """Channels of inquiries (C-02, C-03), including residents' committees (居务公开, C-11)."""

    FORM = "form", "网上留言"
    MAILBOX = "mailbox", "公开信箱"
    PHONE = "phone", "来电"
    WINDOW = "window", "窗口"
    LETTER = "letter", "来信"
    HOTLINE = "hotline", "12345热线"
    ONSITE = "onsite", "现场咨询"
    AREA = "area", "政务公开专区"
    COMMITTEE = "committee", "村（居）委会"


# Channel → rule set; consultations differ (`get_rule_set`).
RULE_SET_BY_CHANNEL: dict[str, str] = {
    InquiryChannel.FORM: "message",
    InquiryChannel.MAILBOX: "mailbox",
    InquiryChannel.PHONE: "consultation",
    InquiryChannel.WINDOW: "consultation",
    InquiryChannel.LETTER: "consultation",
    InquiryChannel.HOTLINE: "call",
    InquiryChannel.ONSITE: "consultation",
    InquiryChannel.AREA: "consultation",
    InquiryChannel.COMMITTEE: "consultation",
}


class InquiryCategory(models.TextChoices):
    """Categories of inquiries; `BLOCKAGE`: an obstacle to the approval of an investment."""

    CONSULTATION = "consultation", "咨询"
    COMPLAINT = "complaint", "投诉"
    SUGGESTION = "suggestion", "建议"
    HELP = "help", "求助"
    BLOCKAGE = "blockage", "投资审批堵点"


# Categories for which the Q&A base is searched; the others need a person.
OFFERED_CATEGORIES = frozenset({InquiryCategory.CONSULTATION, InquiryCategory.HELP})


def get_rule_set(channel: str, category: str) -> str:
    """Return the rule set of an inquiry by channel and category (C-03, C-07)."""
    if category == InquiryCategory.CONSULTATION and channel in {InquiryChannel.FORM, InquiryChannel.MAILBOX}:
        return "consultation"
    return RULE_SET_BY_CHANNEL[channel]


class AskerGroup(models.TextChoices):
    """Groups of people who ask (C-11); `AGENCY`: an agency that carries out the policy."""

    PERSON = "person", "个人"
    FIRM = "firm", "企业等市场主体"
    AGENCY = "agency", "政策执行机关"


class ProposalDecision(models.TextChoices):
    """Decisions on proposals (C-10) and investment blockages (C-12)."""

    AMENDED = "amended", "采纳，修改政策"
    ADOPTED = "adopted", "采纳，不涉及修改政策"
    PARTLY = "partly", "部分采纳"
    DECLINED = "declined", "未采纳"
    SOLVED = "solved", "堵点已解决"
    EASED = "eased", "阶段性解决"
    UNSOLVED = "unsolved", "暂不能解决"


_Decision = ProposalDecision
# Categories that need a decision before the answer, with the possible decisions.
DECISIONS_BY_CATEGORY: dict[str, tuple[ProposalDecision, ...]] = {
    InquiryCategory.SUGGESTION: (_Decision.AMENDED, _Decision.ADOPTED, _Decision.PARTLY, _Decision.DECLINED),
    InquiryCategory.BLOCKAGE: (_Decision.SOLVED, _Decision.EASED, _Decision.UNSOLVED),
}


class AnswerSatisfaction(models.TextChoices):
    """Ratings that an asker gives to an answer."""

    SATISFIED = "satisfied", "满意"
    FAIR = "fair", "基本满意"
    UNSATISFIED = "unsatisfied", "不满意"


class SortingDecision(models.TextChoices):
    """Decisions of the periodic review on an answered inquiry (C-04)."""

    ADDED = "added", "收入问答库"
    MERGED = "merged", "并入已有问答"
    SKIPPED = "skipped", "不收入"


class Inquiry(models.Model):
    """A citizen's inquiry with its ledger entry; `intake` stores the asker.

    The asker's words are encrypted; the entry's title does not repeat them. `complex` cases have a
    longer deadline if the rule set allows it. `repeat_of` is an earlier inquiry on the same matter.
    `offered` is the answer sent with the receipt, which the asker may accept (C-02).
    """

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="inquiry", verbose_name="记录")
    channel = models.CharField("渠道", max_length=12, choices=InquiryChannel)
    category = declare(
        models.CharField("类别", max_length=16, choices=InquiryCategory, default=InquiryCategory.CONSULTATION)
    )
    asker = declare(
        models.CharField("咨询人", max_length=8, choices=AskerGroup, default=AskerGroup.PERSON), label="您是"
    )
    subject = EncryptedWordsField("标题", blank=True, default="", db_default="")
    text = declare(
        EncryptedWordsField("内容"),
        help="写清楚时间、地点和要解决的问题。请不要填写身份证号码、银行卡号等与事情无关的个人信息。",
        least=5,
        most=5000,
        rows=8,
    )
    received_on = models.DateField("收到日期")
    receiver = models.ForeignKey(Body, models.PROTECT, related_name="inquiries_received", verbose_name="受理单位")
    complex = models.BooleanField("复杂事项", default=False)
    may_publish = declare(models.BooleanField("同意公开", default=False), label="同意隐去个人信息后公开我的留言和答复")
    repeat_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="repeats", verbose_name="重复的咨询"
    )
    answer = models.TextField("答复", blank=True)
    drafted_by = models.BigIntegerField("起草人编号", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    known = models.ForeignKey(
        "consultation.KnownAnswer",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="answered_inquiries",
        verbose_name="引用的问答",
    )
    offered = models.ForeignKey(
        "consultation.KnownAnswer",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="收到时提供的问答",
    )
    sorted = models.CharField("梳理结果", max_length=8, choices=SortingDecision, blank=True)
    declined = models.TextField("退回理由", blank=True)
    satisfaction = models.CharField("满意度", max_length=12, choices=AnswerSatisfaction, blank=True)
    rating = EncryptedWordsField("评价意见", blank=True)
    called_back_at = models.DateTimeField("回访时间", null=True, blank=True)
    called_back = EncryptedWordsField("回访情况", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "咨询"
        indexes = [
            models.Index(fields=["channel", "category"]),
            models.Index(fields=["received_on"], name="inquiry_received"),
        ]

    def __str__(self) -> str:
        return self.entry.title

    @property
    def question(self) -> str:
        """Return the decrypted question with its subject first, for matching and routing."""
        return f"{self.subject.reveal()} {self.text.reveal()}".strip()

    matter = RowName("inquiry")


class Contribution(models.Model):
    """The contribution of another unit to an answer (联合答复)."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="contributions", verbose_name="咨询")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="会办单位")
    asked = models.CharField("会办内容", max_length=300)
    asked_at = models.DateTimeField("发出时间", auto_now_add=True)
    text = models.TextField("会办意见", blank=True)
    by = models.CharField("经办人", max_length=120, blank=True)
    at = models.DateTimeField("提交时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会办"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["inquiry", "body"], name="contribution_once")]


class Outcome(models.Model):
    """The decision on a proposal or blockage, its reasons and, once known, the amended policy."""

    inquiry = models.OneToOneField(
        Inquiry, models.CASCADE, primary_key=True, related_name="outcome", verbose_name="咨询留言"
    )
    decision = models.CharField("研究结果", max_length=10, choices=ProposalDecision)
    words = models.TextField("理由或者解决办法")
    document = models.ForeignKey(
        "editions.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="修改后的文件"
    )
    by = models.CharField("登记人", max_length=120)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "研究结果"


class MailFolder(models.Model):
    """A mail folder with the last read UID and its UIDVALIDITY (RFC 9051).

    The government's mailbox comes from settings and has no `host`; those of units are registered
    with an encrypted password.
    """

    name = models.CharField("信箱", max_length=200, unique=True)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="mail_folders", verbose_name="受理单位"
    )
    host = models.CharField("邮件服务器", max_length=120, blank=True)
    port = models.PositiveIntegerField("端口", default=993)
    account = models.CharField("账号", max_length=160, blank=True)
    secret = EncryptedTextField("密码", blank=True)
    folder = models.CharField("文件夹", max_length=60, default="INBOX")
    closed_at = models.DateTimeField("停用时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)
    uid_validity = models.BigIntegerField("编号有效期", default=0)
    last_uid = models.BigIntegerField("已读到", default=0)
    read_at = models.DateTimeField("最近收取", null=True, blank=True)
    error = models.CharField("收取失败", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公开信箱"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    stream = RowName("mail-folder")


class MailState(models.TextChoices):
    """Outcomes of processing an incoming mail.

    `JOINED`: added to an existing inquiry. `REPORT`: a notice of failed delivery. `COPY`: received before. `HELD`:
    awaits a clerk.
    """

    TAKEN = "taken", "已登记"
    JOINED = "joined", "并入原留言"
    REPORT = "report", "退信通知"
    AUTO = "auto", "自动回复"
    COPY = "copy", "重复收到"
    HELD = "held", "待人工处理"
    DISMISSED = "dismissed", "不予登记"


class IncomingMail(models.Model):
    """A received mail; each mail, also a repeated or automatic one, has a row.

    `message_key` (digest of the Message-ID, else of the mail) and `content_key` (digest of the
    content) identify duplicates. The raw mail is an encrypted upload of `intake` under the matter
    of its inquiry, else under its own.
    """

    folder = models.ForeignKey(MailFolder, models.PROTECT, related_name="mails", verbose_name="信箱")
    uid_validity = models.BigIntegerField("编号有效期")
    uid = models.BigIntegerField("编号")
    message_id = models.CharField("邮件标识", max_length=250, blank=True)
    message_key = models.CharField("标识摘要值", max_length=64, db_index=True)
    content_key = models.CharField("内容摘要值", max_length=64, blank=True)
    sender_digest = models.CharField("发件人摘要值", max_length=64, blank=True, db_index=True)
    subject = EncryptedTextField("主题", blank=True)
    state = models.CharField("结果", max_length=10, choices=MailState)
    why = models.CharField("说明", max_length=300, blank=True)
    inquiry = models.ForeignKey(
        Inquiry, models.SET_NULL, null=True, blank=True, related_name="mails", verbose_name="咨询留言"
    )
    at = models.DateTimeField("收取时间", auto_now_add=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "来信"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["folder", "uid_validity", "uid"], name="mail_once")]
        indexes = [models.Index(fields=["state", "-id"], name="mail_state")]

    def __str__(self) -> str:
        return f"来信{self.pk}"

    matter = RowName("mail")
    stream = RowName("mail")
