"""Models of parties, query codes, submissions, drafts and limits."""

from django.db import models
from django.db.models import Q

from gongkai.core.acts.models import RowName
from gongkai.core.vault.fields import EncryptedTextField, EncryptedWordsField


class QueryCode(models.Model):
    """The code with which a sender looks up a matter, as a digest. `second_digest` is that of the second key."""

    digest = models.CharField("查询码摘要值", max_length=64, unique=True)
    matter = models.CharField("事项", max_length=60, unique=True)
    second_digest = models.CharField("后四位摘要值", max_length=64, blank=True)
    created_at = models.DateTimeField("发放时间", auto_now_add=True)
    revoked_at = models.DateTimeField("作废时间", null=True, blank=True)
    erase_on = models.DateField("应清除日期", null=True, blank=True)
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "查询码"
        indexes = [
            models.Index(
                fields=["erase_on"],
                condition=models.Q(erased_at=None, erase_on__isnull=False),
                name="words_to_erase",
            )
        ]


class Sending(models.Model):
    """A submission of a form. Its token is unique, so that a double click or retry creates only one."""

    token = models.CharField("表单编号摘要值", max_length=64, unique=True)
    form = models.CharField("表单", max_length=40)
    matter = models.CharField("事项", max_length=60, blank=True)
    turn = models.PositiveSmallIntegerField("查询码序号", default=0)
    at = models.DateTimeField("提交时间", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "提交"


class Upload(models.Model):
    """An encrypted file from outside, with its own key.

    It belongs to a form (`token`) until its matter exists.
    """

    token = models.CharField("表单编号摘要值", max_length=64, blank=True, db_index=True)
    matter = models.CharField("事项", max_length=60, blank=True, db_index=True)
    name = EncryptedWordsField("文件名")
    place = models.CharField("存放位置", max_length=200)
    key = EncryptedTextField("文件密钥", blank=True)
    size = models.PositiveIntegerField("大小（字节）")
    digest = models.CharField("摘要值", max_length=64)
    kind = models.CharField("类型", max_length=80)
    at = models.DateTimeField("上传时间", auto_now_add=True)
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)
    read_at = models.DateTimeField("读取时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "公众上传文件"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"文件{self.pk}"


class Draft(models.Model):
    """An encrypted form draft, deleted after submission or some days."""

    digest = models.CharField("草稿码摘要值", max_length=64, unique=True)
    form = models.CharField("表单", max_length=40)
    token = models.CharField("表单编号摘要值", max_length=64)
    data = EncryptedTextField("内容")
    saved_at = models.DateTimeField("保存时间", auto_now=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "草稿"


class Held(models.Model):
    """A form stored on the outer side; erased some days after the inner side acknowledged it.

    `reply` is sealed by the inner side; only the query code opens it.
    """

    token = models.CharField("表单编号摘要值", max_length=64, unique=True)
    form = models.CharField("表单", max_length=40)
    content = EncryptedTextField("内容", blank=True)
    sent_at = models.DateTimeField("提交时间")
    carried_at = models.DateTimeField("最近送出时间", null=True, blank=True)
    acknowledged_at = models.DateTimeField("内网签收时间", null=True, blank=True)
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)
    reply = models.TextField("密封的答复", blank=True)
    reply_salt = models.CharField("密封参数", max_length=64, blank=True)
    reply_at = models.DateTimeField("答复状态时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待转内网的来件"
        indexes = [
            models.Index(fields=["sent_at"], condition=Q(acknowledged_at=None), name="held_to_carry"),
            models.Index(fields=["acknowledged_at"], condition=Q(erased_at=None), name="held_to_erase"),
        ]

    matter = RowName("held")
    stream = RowName("held")


class Received(models.Model):
    """A matter that the inner network received from the outer one, with the key that seals its
    replies."""

    token = models.CharField("外网表单编号摘要值", max_length=64, unique=True)
    matter = models.CharField("事项", max_length=60)
    key = EncryptedTextField("密封密钥")
    salt = models.CharField("密封参数", max_length=64)
    at = models.DateTimeField("收到时间", auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "外网转来的来件"


class Hit(models.Model):
    """The requests of one sender in one time window, counted for a rate limit. The key is a digest, so that no IP address is stored."""

    key = models.CharField("摘要值", max_length=64)
    window = models.BigIntegerField("时段")
    count = models.PositiveIntegerField("次数", default=0)
    until = models.DateTimeField("有效至", db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "限次"
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="hit_once")]


class PhoneCode(models.Model):
    """A code sent to a phone while a form is completed."""

    token = models.CharField("表单编号摘要值", max_length=64, unique=True)
    phone_digest = models.CharField("手机号码摘要值", max_length=64)
    code_digest = models.CharField("验证码摘要值", max_length=64)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)
    sent_at = models.DateTimeField("发送时间", db_index=True)
    verified_at = models.DateTimeField("核验时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "手机验证码"


class PartyKind(models.TextChoices):
    """Groups of applicants as the annual report counts them.

    Natural persons, and five kinds of organisations (国办公开办函〔2021〕30号).
    """

    PERSON = "person", "自然人"
    BUSINESS = "business", "商业企业"
    RESEARCH = "research", "科研机构"
    CHARITY = "charity", "社会公益组织"
    LEGAL = "legal", "法律服务机构"
    OTHER = "other", "其他"


class IdKind(models.TextChoices):
    """Identity documents of applicants; `CREDIT_CODE` identifies an organisation."""

    ID_CARD = "id_card", "居民身份证"
    PASSPORT = "passport", "护照"
    HK_MACAO = "hk_macao", "港澳居民来往内地通行证"
    TAIWAN = "taiwan", "台湾居民来往大陆通行证"
    RESIDENCE = "residence", "外国人永久居留身份证"
    MILITARY = "military", "军官证"
    CREDIT_CODE = "credit_code", "统一社会信用代码"
    OTHER = "other", "其他证件"


class Party(models.Model):
    """A person or organisation who sent or is involved in one matter; never an account.

    Personal data is encrypted. Keyed digests (`vault.sealing.keyed_digest`) find a party by name,
    phone, e-mail or document. Kind and place are not erased with it, for statistics.
    """

    matter = models.CharField("事项", max_length=60, help_text="如 fault/12")
    kind = models.CharField("申请人类型", max_length=12, choices=PartyKind, default=PartyKind.PERSON)
    name = EncryptedTextField("姓名或者名称", blank=True)
    phone = EncryptedTextField("手机号码", blank=True)
    email = EncryptedTextField("电子邮箱", blank=True)
    fax = EncryptedTextField("传真号码", blank=True)
    address = EncryptedTextField("通信地址", blank=True)
    postcode = EncryptedTextField("邮政编码", blank=True)
    representative = EncryptedTextField("法定代表人", blank=True)
    contact_person = EncryptedTextField("联系人", blank=True)
    id_kind = models.CharField("证件类型", max_length=12, choices=IdKind, blank=True)
    id_number = EncryptedTextField("证件号码", blank=True)
    name_digest = models.CharField("姓名或者名称摘要值", max_length=64, blank=True)
    phone_digest = models.CharField("手机号码摘要值", max_length=64, blank=True)
    email_digest = models.CharField("电子邮箱摘要值", max_length=64, blank=True)
    id_digest = models.CharField("证件号码摘要值", max_length=64, blank=True)
    phone_verified_at = models.DateTimeField("手机号码核验时间", null=True, blank=True)
    mail_refused_at = models.DateTimeField("邮箱退信时间", null=True, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    erase_on = models.DateField("应清除日期", null=True, blank=True)
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)
    erased_digest = models.CharField("被清除内容的摘要值", max_length=64, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    class Meta:
        verbose_name = verbose_name_plural = "申请人"
        indexes = [
            models.Index(fields=["matter"]),
            models.Index(fields=["name_digest"], condition=~Q(name_digest=""), name="party_name"),
            models.Index(fields=["phone_digest"], condition=~Q(phone_digest=""), name="party_phone"),
            models.Index(fields=["email_digest"], condition=~Q(email_digest=""), name="party_email"),
            models.Index(fields=["id_digest"], condition=~Q(id_digest=""), name="party_identity"),
            models.Index(fields=["erase_on"], condition=Q(erased_at=None), name="party_to_erase"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.pk}）"

    stream = RowName("party")

    @property
    def recipient(self) -> str:
        """Return the party's name as a recipient in the outbox (`party/12`)."""
        return f"party/{self.pk}"

    @property
    def reachable(self) -> str:
        """Return the Chinese names of the available contact channels, without values."""
        channels = [("手机", self.phone), ("邮箱", self.email), ("传真", self.fax), ("通信地址", self.address)]
        return "、".join(word for word, value in channels if value) or "未留联系方式"
