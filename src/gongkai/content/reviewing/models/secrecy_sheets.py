"""The secrecy sheet (保密审查表) with the harm test: its row, its questions and its validation.

Sources: 保守国家秘密法（2024年修订）第三十五条 (a secrecy review before any disclosure); 政府信息公开条例（国令第711号）第十四条 and
第十五条 (what must not be disclosed), 第十七条 (unsure: the competent department or the secrecy administration decides); the notices'
demand to examine 国家秘密, 工作秘密, 敏感信息 and the risk of data aggregation.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils import timezone

from gongkai.core.acts.digest import canonical_json, digest, utc_timestamp

NO, YES, UNSURE = "no", "yes", "unsure"
#: Answer on the sheet → label.
ANSWER_LABELS: dict[str, str] = {NO: "不涉及", YES: "涉及", UNSURE: "不确定"}
OPEN, PART, CLOSED = "open", "part", "closed"
#: Conclusion of the sheet → label.
CONCLUSION_LABELS: dict[str, str] = {OPEN: "可以公开", PART: "部分公开", CLOSED: "不予公开"}


@dataclass(frozen=True)
class SecrecyQuestion:
    """A question of the sheet. `third`: publication is possible with the third party's consent or
    for public interest."""

    name: str
    words: str
    source: str
    third: bool = False


#: The questions of the sheet.
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
#: Question for bulk lists only.
AGGREGATION_QUESTION = SecrecyQuestion(
    "aggregation", "数据汇聚后可能泄露秘密或者可识别特定个人（名单、清单类信息）", "通知要求"
)


def list_questions(*, bulk: bool) -> tuple[SecrecyQuestion, ...]:
    """Return the questions for a text."""
    return (*SECRECY_QUESTIONS, AGGREGATION_QUESTION) if bulk else SECRECY_QUESTIONS


def find_sheet_errors(
    answers: Mapping[str, str], conclusion: str, words: str, consulted: str, *, bulk: bool
) -> list[str]:
    """Return the errors of a sheet, in Chinese; empty if it is complete."""
    asked = list_questions(bulk=bulk)
    wrong = [f"请回答：是否涉及{q.words}。" for q in asked if answers.get(q.name) not in ANSWER_LABELS]
    if conclusion not in CONCLUSION_LABELS:
        wrong.append("请选择保密审查结论。")
    hits = [q for q in asked if answers.get(q.name) == YES]
    unsure = [q for q in asked if answers.get(q.name) == UNSURE]
    if unsure and not consulted.strip():
        wrong.append("不能确定的，请写明请示了哪个主管部门或保密行政管理部门、答复如何（条例第十七条）。")
    strict = [q for q in hits if not q.third]
    if strict and conclusion == OPEN:
        wrong.append(f"涉及{strict[0].words}的，不能全部公开。")
    if (hits or conclusion in {PART, CLOSED}) and not words.strip():
        wrong.append(
            "涉及的内容请说明如何处理；商业秘密、个人隐私经权利人同意或者不公开会对公共利益造成重大影响的，请写明（条例第十五条）。"
            if hits
            else "部分公开、不予公开的，请说明理由。"
        )
    return wrong


def plain_answers() -> dict[str, str]:
    """Return the answers without any concern; not for bulk lists, whose aggregation needs an answer."""
    return {question.name: NO for question in SECRECY_QUESTIONS}


class SecrecySheet(models.Model):
    """The secrecy review (保密审查) and harm test of a submitted text. Append-only; the last one applies."""

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


def sheet_digest(sheet: SecrecySheet) -> str:
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
