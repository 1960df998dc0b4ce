"""Models of signatures, on paper too, of consulted units' opinions, of shown parts and of reminders."""

from django.db import models
from django.utils import timezone

from gongkai.content.reviewing.models.reviews import Review
from gongkai.core.acts.digest import canonical_json, digest, utc_timestamp
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Person


class SignatureVerdict(models.TextChoices):
    """Decision of a signer on a text: approve it or return it."""

    YES = "yes", "同意"
    NO = "no", "退回"


class Signature(models.Model):
    """A person's signature on a stage of a review, for one text (`content_digest`) and plan (`plan_digest`).

    A signature on paper is recorded by another person than its signer, and compared with the scan
    by a second one or the signer (`confirmer`). `covered` are the persons in whose posts a leave
    cover signed. A yes covers all five gates; a no names one. Keys instead of foreign keys are
    stored, so that it outlives its person. `digest` covers the whole row and is also in the log.
    """

    review_id = models.BigIntegerField("送审编号")
    source = models.CharField("来源标识", max_length=64)
    revision_id = models.BigIntegerField("修订编号")
    content_digest = models.CharField("内容摘要值", max_length=64)
    plan_digest = models.CharField("程序摘要值", max_length=64)
    stage = models.PositiveSmallIntegerField("级次")
    stage_name = models.CharField("级别", max_length=24)
    verdict = models.CharField("意见", max_length=3, choices=SignatureVerdict)
    gate = models.CharField("不通过的关口", max_length=12, blank=True)
    unmet = models.JSONField("不符合的要点", default=list, blank=True)
    role = models.CharField("以何角色", max_length=16)
    name = models.CharField("审签人", max_length=120)
    person_id = models.BigIntegerField("审签人编号", db_index=True)
    account_id = models.BigIntegerField("账号编号", null=True)
    at = models.DateTimeField("时间", default=timezone.now)
    urgent = models.BooleanField("紧急发布", default=False)
    signed_on = models.DateField("纸面签批日期", null=True)
    recorder = models.CharField("登记人", max_length=120, blank=True)
    recorder_id = models.BigIntegerField("登记人编号", null=True)
    confirmer = models.CharField("核对人", max_length=120, blank=True, db_default="")
    confirmer_id = models.BigIntegerField("核对人编号", null=True)
    covered = models.JSONField("代何人审签", default=list, blank=True, db_default=[])
    scan = models.CharField("签批件摘要值", max_length=64, blank=True)
    scan_name = models.CharField("签批件文件名", max_length=200, blank=True)
    words_digest = models.CharField("意见摘要值", max_length=64, blank=True)
    sheet_digest = models.CharField("确认的保密审查表", max_length=64, blank=True)
    seen = models.JSONField("签字前看过的", default=list, blank=True)
    digest = models.CharField("摘要值", max_length=64)

    #: Columns added to the sealed table after its first seals (`acts.seal`).
    SEALED_IF_SET = frozenset({"confirmer", "confirmer_id", "covered"})

    class Meta:
        verbose_name = verbose_name_plural = "审签签名"
        ordering = ["pk"]
        indexes = [models.Index(fields=["review_id"]), models.Index(fields=["source"])]
        constraints = [
            models.UniqueConstraint(
                fields=["review_id", "stage"], condition=models.Q(verdict="yes"), name="one_signature_a_stage"
            ),
            models.UniqueConstraint(
                fields=["review_id", "person_id"],
                condition=models.Q(verdict="yes"),
                name="one_signature_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_name}{self.name}"

    @property
    def on_paper(self) -> bool:
        """Return true if another person recorded the signature from paper or an office system."""
        return bool(self.scan)

    @property
    def words(self) -> str:
        """Return the signer's words, or "" if there are none or they were erased."""
        kept = getattr(self, "note", None) if self.words_digest else None
        return str(kept.text) if kept else ""


def compute_signature_digest(signed: Signature) -> str:
    """Return the expected digest of a signature."""
    return digest(
        canonical_json(
            {
                "review": signed.review_id,
                "source": signed.source,
                "revision": signed.revision_id,
                "content": signed.content_digest,
                "plan": signed.plan_digest,
                "stage": signed.stage,
                "name_of_stage": signed.stage_name,
                "verdict": signed.verdict,
                "gate": signed.gate,
                "unmet": signed.unmet,
                "role": signed.role,
                "name": signed.name,
                "person": signed.person_id,
                "account": signed.account_id,
                "at": utc_timestamp(signed.at),
                "urgent": signed.urgent,
                "signed_on": signed.signed_on.isoformat() if signed.signed_on else "",
                "recorder": [signed.recorder, signed.recorder_id],
                "scan": [signed.scan, signed.scan_name],
                "words": signed.words_digest,
                "sheet": signed.sheet_digest,
                "seen": signed.seen,
                # Only where set: digests from before these fields stay valid.
                **({"confirmer": [signed.confirmer, signed.confirmer_id]} if signed.confirmer_id else {}),
                **({"covered": signed.covered} if signed.covered else {}),
            }
        )
    )


class PaperSignatureState(models.TextChoices):
    """Verification state of a recorded paper signature, by its signer or a second person."""

    WAITING = "waiting", "待核对"
    CONFIRMED = "confirmed", "已核对"
    REFUSED = "refused", "不予登记"


class PaperRecord(models.Model):
    """A signature on paper, recorded for the pending stage.

    It becomes a `Signature` when its signer or a second person confirms the scan.
    """

    review = models.ForeignKey(Review, models.CASCADE, related_name="paper_records", verbose_name="送审")
    stage = models.PositiveSmallIntegerField("级次")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="签批人")
    signed_on = models.DateField("纸面签批日期")
    scan = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="签批件")
    scan_name = models.CharField("签批件文件名", max_length=200)
    words = models.CharField("签批意见", max_length=500, blank=True)
    recorder = models.CharField("登记人", max_length=120)
    recorder_person = models.BigIntegerField("登记人编号", null=True)
    recorder_account = models.BigIntegerField("登记账号编号", null=True)
    at = models.DateTimeField("登记时间", default=timezone.now)
    state = models.CharField("状态", max_length=10, choices=PaperSignatureState, default=PaperSignatureState.WAITING)
    decided_by = models.CharField("核对人", max_length=120, blank=True)
    decided_at = models.DateTimeField("核对时间", null=True, blank=True)
    reason = models.CharField("不予登记的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "待核对的纸质签批"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "stage"], condition=models.Q(state="waiting"), name="one_paper_record_a_stage"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}{self.signed_on}"


class SignatureNote(models.Model):
    """The words of a signature in a separate row that can be erased by law; their digest stays."""

    signature = models.OneToOneField(Signature, models.PROTECT, primary_key=True, related_name="note")
    text = models.CharField("意见", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "审签意见"


class Coordination(models.Model):
    """The consultation of other units on a major or sensitive item (P-13), or its removal.

    Append-only; the last one applies.
    """

    item_id = models.BigIntegerField("信息编号", db_index=True)
    kind = models.CharField("事项", max_length=10)
    bodies = models.JSONField("须征求意见的单位", default=list)
    reason = models.CharField("理由", max_length=300)
    at = models.DateTimeField("时间", default=timezone.now)
    name = models.CharField("经手人", max_length=120)
    person_id = models.BigIntegerField("经手人编号", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "重大敏感信息会商"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id}：{self.kind}"


class Opinion(models.Model):
    """A consulted unit's opinion on a text. Append-only; each unit's last opinion applies."""

    item_id = models.BigIntegerField("信息编号", db_index=True)
    coordination_id = models.BigIntegerField("会商编号", db_index=True)
    body_id = models.BigIntegerField("单位编号")
    body_name = models.CharField("单位", max_length=120)
    agrees = models.BooleanField("同意")
    words = models.CharField("意见", max_length=500, blank=True)
    content_digest = models.CharField("针对的内容摘要值", max_length=64)
    name = models.CharField("意见人", max_length=120)
    person_id = models.BigIntegerField("意见人编号", null=True)
    recorder = models.CharField("登记人", max_length=120, blank=True)
    scan = models.CharField("来函摘要值", max_length=64, blank=True)
    scan_name = models.CharField("来函文件名", max_length=200, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "会商意见"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.body_name}：{'同意' if self.agrees else '不同意'}"


class Shown(models.Model):
    """Records that the server showed a person a part of a text under review. Append-only.

    Signatures are verified against it. `part` is `text`, `changes`, `sheet`, `effect`, `file`, `masked`, `vouched`, a scan, or
    `p3` for the third page of a PDF; `digest` is that of what was shown (of the older text for
    `changes`).
    """

    review_id = models.BigIntegerField("送审编号")
    person_id = models.BigIntegerField("人员编号")
    part = models.CharField("部分", max_length=12)
    digest = models.CharField("摘要值", max_length=64)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "已阅"
        constraints = [models.UniqueConstraint(fields=["review_id", "person_id", "part", "digest"], name="shown_once")]

    def __str__(self) -> str:
        return f"{self.review_id}：{self.part}"


class ReviewTold(models.Model):
    """Records the reminder of a late stage or an overdue urgent publication, once for each review, step and date."""

    review_id = models.BigIntegerField("送审编号")
    step = models.CharField("级别", max_length=24)
    due_at = models.DateTimeField("针对的到期时间")
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "审签已提醒"
        constraints = [models.UniqueConstraint(fields=["review_id", "step", "due_at"], name="review_told_once")]
