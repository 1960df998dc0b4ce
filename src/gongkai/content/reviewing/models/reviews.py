"""Models of reviews and of secrecy sheets (保密审查表).

A review is a submitted revision that persons sign stage by stage. The sheet asks for secrets and
for harm by disclosure. Sources: 保守国家秘密法（2024年修订）第三十五条 (a secrecy review before any disclosure);
政府信息公开条例（国令第711号）第十四条 and 第十五条 (what must not be disclosed), 第十七条 (in doubt the competent department
or the secrecy administration decides). The notices also require an examination of 国家秘密, 工作秘密, 敏感信息
and the risk of data aggregation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from django.db import models
from django.utils import timezone

from gongkai.content.editions.models.sites import Website
from gongkai.content.reviewing.states import OPEN_STATES, UNSETTLED_URGENT_STATES, ReviewState
from gongkai.core.acts.digest import canonical_json, digest, utc_timestamp
from gongkai.core.acts.models import RowName
from gongkai.core.acts.rows import find_row
from gongkai.core.units.models import Body
from gongkai.core.widgets.request_cache import ask_once

if TYPE_CHECKING:
    from gongkai.content.reviewing.models.signatures import Signature


class LoadedSignatures(NamedTuple):
    """The signatures of a review, and person → all primary keys under which that person is registered."""

    signatures: "list[Signature]"
    registrations: dict[int, set[int]]


class ReviewScheme(models.Model):
    """A version of a review scheme. Append-only, so that the plan of any day is known.

    `column_number` 0 is the site, else the column whose subtree it applies to. The highest number
    is in force; `ended` removes a column's own scheme. A site without a row has
    `reviewing.plan.DEFAULT`.
    """

    website = models.ForeignKey(Website, models.PROTECT, related_name="schemes", verbose_name="网站")
    column_number = models.BigIntegerField("栏目编号", default=0)
    number = models.PositiveIntegerField("序号")
    plan = models.JSONField("审签程序", default=dict)
    ended = models.BooleanField("停用", default=False)
    reason = models.CharField("理由", max_length=300, blank=True)
    made_at = models.DateTimeField("时间", default=timezone.now)
    made_by = models.CharField("经手人", max_length=120)

    class Meta:
        verbose_name = verbose_name_plural = "审签程序"
        constraints = [
            models.UniqueConstraint(fields=["website", "column_number", "number"], name="review_scheme_number")
        ]

    def __str__(self) -> str:
        return f"{self.website_id}/{self.column_number}·{self.number}"

    stream = RowName("schemes", "website_id")


class Review(models.Model):
    """A revision of a source under review, by digest. It outlives its source, so it has no foreign keys.

    `plan` is the complete scheme at submission, so later changes do not affect a running review.
    `stage` is the index of the pending stage (the number of stages once all signed). `holders`
    (|signer|lead|) and `barred` (|p3|u8|) serve lists of possible signers; signing itself checks
    signatures and log. `parts` are the parts a signer must have been shown (`reviewing.required_reading`),
    fixed at submission and verified against the log.
    """

    source = models.CharField("来源标识", max_length=64, db_index=True)
    revision_id = models.BigIntegerField("修订编号")
    body_id = models.BigIntegerField("单位编号", db_index=True)
    title = models.CharField("标题", max_length=300)
    content_digest = models.CharField("内容摘要值", max_length=64)
    state = models.CharField("状态", max_length=10, choices=ReviewState, default=ReviewState.WAITING)
    visible_from = models.DateTimeField("定时公开", null=True, blank=True)
    plan = models.JSONField("审签程序", default=dict, blank=True)
    columns = models.JSONField("栏目", default=list, blank=True)
    authors = models.JSONField("起草账号", default=list, help_text="账号编号，签发人不得在内")
    author_people = models.JSONField("起草人员", default=list, blank=True)
    stage = models.PositiveSmallIntegerField("当前级次", default=0)
    holders = models.CharField("当前级可签角色", max_length=120, blank=True)
    barred = models.TextField("不能再签的人", blank=True)
    held_since = models.DateTimeField("到达当前级的时间", null=True)
    stage_due = models.DateTimeField("当前级应办结时间", null=True)
    rows = models.PositiveIntegerField("清单行数", default=0)
    parts = models.JSONField("签字前须看的", default=list, blank=True)
    submitted_by = models.CharField("送审人", max_length=120)
    submitted_person = models.BigIntegerField("送审人编号", null=True)
    submitted_at = models.DateTimeField("送审时间", default=timezone.now)
    note = models.CharField("送审说明", max_length=500, blank=True)
    urgent_by = models.CharField("紧急发布决定人", max_length=120, blank=True)
    urgent_reason = models.CharField("紧急发布理由", max_length=300, blank=True)
    urgent_due = models.DateTimeField("补审期限", null=True)
    decided_by = models.CharField("审签人", max_length=120, blank=True)
    decided_person = models.BigIntegerField("审签人编号", null=True)
    decided_at = models.DateTimeField("审签时间", null=True, blank=True)
    words = models.CharField("审签意见", max_length=500, blank=True)
    edition_id = models.BigIntegerField("用于版本", null=True)
    version = models.PositiveIntegerField("版本", default=1)

    #: Set by the rule of an action (`find_signing_obstacles`), taken by `load_case`, so that they are read once.
    loaded_signatures: LoadedSignatures | None = None

    class Meta:
        verbose_name = verbose_name_plural = "审签"
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=models.Q(state=ReviewState.WAITING), name="one_review_at_a_time"
            )
        ]
        indexes = [
            models.Index(
                fields=["body_id", "held_since"],
                condition=models.Q(state__in=list(OPEN_STATES)),
                name="review_queue",
            ),
            models.Index(fields=["stage_due"], condition=models.Q(state__in=list(OPEN_STATES)), name="review_late"),
            models.Index(
                fields=["urgent_due"],
                condition=models.Q(state__in=list(UNSETTLED_URGENT_STATES)),
                name="review_urgent",
            ),
            models.Index(fields=["source"], condition=models.Q(urgent_due__isnull=False), name="review_ever_urgent"),
        ]

    @property
    def waits_for_document(self) -> bool:
        """Return true if the review is fully signed and will be published with another document."""
        return self.state == ReviewState.APPROVED and self.edition_id is None

    @property
    def unit(self) -> Body | None:
        """Return the unit of the text, or None if it was deleted."""
        return ask_once(("body", self.body_id), lambda: find_row(Body.objects.filter(pk=self.body_id)))

    def __str__(self) -> str:
        return self.title

    @property
    def stage_name(self) -> str:
        """Return the name of the pending stage, or ""."""
        stages: list[dict[str, object]] = self.plan.get("stages", [])
        return str(stages[self.stage]["name"]) if self.state in OPEN_STATES and self.stage < len(stages) else ""


NO, YES, UNSURE = "no", "yes", "unsure"
#: Answer on the sheet → label.
ANSWER_LABELS: dict[str, str] = {NO: "不涉及", YES: "涉及", UNSURE: "不确定"}
OPEN, PART, CLOSED = "open", "part", "closed"
#: Conclusion of the sheet → label.
CONCLUSION_LABELS: dict[str, str] = {OPEN: "可以公开", PART: "部分公开", CLOSED: "不予公开"}


@dataclass(frozen=True)
class SecrecyQuestion:
    """A question of the secrecy sheet (保密审查表).

    `third` is true if publication is possible with a third party's consent or in the public
    interest.
    """

    name: str
    words: str
    source: str
    third: bool = False


#: The questions of the secrecy sheet (保密审查表) for every text.
SECRECY_QUESTIONS = (
    SecrecyQuestion("state", "国家秘密", "保守国家秘密法第三十五条、条例第十四条"),
    SecrecyQuestion("work", "工作秘密", "通知要求"),
    SecrecyQuestion("sensitive", "敏感信息", "通知要求"),
    SecrecyQuestion(
        "safety",
        "公开后可能危及国家安全、公共安全、经济安全、社会稳定（三安全一稳定）",
        "条例第十四条",
    ),
    SecrecyQuestion("trade", "商业秘密", "条例第十五条", third=True),
    SecrecyQuestion("personal", "个人隐私、个人信息", "条例第十五条", third=True),
)
#: The further question for long lists of persons or entries.
AGGREGATION_QUESTION = SecrecyQuestion(
    "aggregation", "数据汇聚后可能泄露秘密或者可识别特定个人（名单、清单类信息）", "通知要求"
)


def list_questions(*, bulk: bool) -> tuple[SecrecyQuestion, ...]:
    """Return the questions of the secrecy sheet for a text; `bulk`: it lists many rows or persons."""
    return (*SECRECY_QUESTIONS, AGGREGATION_QUESTION) if bulk else SECRECY_QUESTIONS


def find_sheet_errors(
    answers: Mapping[str, str], conclusion: str, text: str, consulted: str, *, bulk: bool
) -> list[str]:
    """Return the errors of a sheet, in Chinese; empty if it is complete."""
    questions = list_questions(bulk=bulk)
    errors = [f"请回答：是否涉及{q.words}。" for q in questions if answers.get(q.name) not in ANSWER_LABELS]
    if conclusion not in CONCLUSION_LABELS:
        errors.append("请选择保密审查结论。")
    hits = [q for q in questions if answers.get(q.name) == YES]
    unsure = [q for q in questions if answers.get(q.name) == UNSURE]
    if unsure and not consulted.strip():
        errors.append("不能确定的，请写明请示了哪个主管部门或保密行政管理部门、答复如何（条例第十七条）。")
    strict = [q for q in hits if not q.third]
    if strict and conclusion == OPEN:
        errors.append(f"涉及{strict[0].words}的，不能全部公开。")
    if (hits or conclusion in {PART, CLOSED}) and not text.strip():
        errors.append(
            "涉及的内容请说明如何处理；商业秘密、个人隐私经权利人同意或者不公开会对公共利益造成重大影响的，请写明（条例第十五条）。"
            if hits
            else "部分公开、不予公开的，请说明理由。"
        )
    return errors


def plain_answers() -> dict[str, str]:
    """Return {question: answer} that raises no concern.

    A long list also needs an answer on aggregation, which they lack.
    """
    return {question.name: NO for question in SECRECY_QUESTIONS}


class SecrecySheet(models.Model):
    """The secrecy review (保密审查) and harm test of a submitted text. Append-only; the last one applies."""

    objects: ClassVar[models.Manager["SecrecySheet"]]
    review_id = models.BigIntegerField("送审编号", db_index=True)
    source = models.CharField("来源标识", max_length=64, db_index=True)
    revision_id = models.BigIntegerField("修订编号")
    content_digest = models.CharField("内容摘要值", max_length=64)
    answers = models.JSONField("逐项意见", default=dict, help_text="问题 → no、yes、unsure")
    consulted = models.CharField("不确定的，请示了谁、答复如何", max_length=300, blank=True)
    rows = models.PositiveIntegerField("清单行数", default=0)
    conclusion = models.CharField("结论", max_length=8)
    words = models.CharField("说明", max_length=500, blank=True)
    name = models.CharField("审查人", max_length=120)
    person_id = models.BigIntegerField("审查人编号")
    account_id = models.BigIntegerField("账号编号", null=True)
    at = models.DateTimeField("时间", default=timezone.now)
    digest = models.CharField("摘要值", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "保密审查表"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.source}：{self.name}"


def compute_sheet_digest(sheet: SecrecySheet) -> str:
    """Return the expected digest of a secrecy sheet."""
    return digest(
        canonical_json(
            {
                "review": sheet.review_id,
                "source": sheet.source,
                "revision": sheet.revision_id,
                "content": sheet.content_digest,
                "answers": sheet.answers,
                "consulted": sheet.consulted,
                "rows": sheet.rows,
                "conclusion": sheet.conclusion,
                "words": sheet.words,
                "name": sheet.name,
                "person": sheet.person_id,
                "account": sheet.account_id,
                "at": utc_timestamp(sheet.at),
            }
        )
    )
