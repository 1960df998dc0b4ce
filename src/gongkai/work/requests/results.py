"""The 21 results of table three (国办公开办函〔2021〕30号), with letter texts.

Keys and names come from `law.annual_form`, the rest from ``data/results.toml``.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from gongkai.core.intake.models import PartyKind as ApplicantKind
from gongkai.lib.law.annual_form import TABLE3_RESULTS

_WORDS_BY_TOPIC: dict[str, list[str]] = tomllib.loads(
    files("gongkai.work.requests").joinpath("data/topics.toml").read_text("utf-8")
)["topics"]
#: Topic of requests that fit no other.
OTHER_TOPIC = "其他"
TOPIC_CHOICES = [(name, name) for name in (*_WORDS_BY_TOPIC, OTHER_TOPIC)]


def propose_topic(text: str) -> str:
    """Return the topic whose words are most frequent in a text, OTHER_TOPIC if none occurs.

    >>> propose_topic("老旧小区改造项目清单")
    '住房城建'
    """
    counts = {name: sum(text.count(word) for word in words) for name, words in _WORDS_BY_TOPIC.items()}
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else OTHER_TOPIC


__all__ = ["APPLICANT_KIND_BY_COLUMN", "ApplicantKind"]

# Column of table three → kind of applicant.
APPLICANT_KIND_BY_COLUMN = {
    "natural_person": ApplicantKind.PERSON,
    "company": ApplicantKind.BUSINESS,
    "research": ApplicantKind.RESEARCH,
    "welfare": ApplicantKind.CHARITY,
    "legal_service": ApplicantKind.LEGAL,
    "other_organisation": ApplicantKind.OTHER,
}


# Review comes first if disclosure is refused (行政复议法第二十三条第一款第（四）项; 法释〔2025〕8号: 条例第十四条、第十五条、第十六条).
REVIEW_FIRST, EITHER_REMEDY = "review_first", "either"
# Results that are never decided: not corrected, not paid, otherwise ended.
NOT_CORRECTED, FEE_NOT_PAID, OTHERWISE_ENDED = "3.6.1", "3.6.2", "3.6.3"
FULLY_DISCLOSED, PARTLY_DISCLOSED = "3.1", "3.2"
#: Key of the result that disclosure would harm a third party (条例第十五条).
HARMS_THIRD_PARTY = "3.3.4"
UNCLEAR_AFTER_CORRECTION = "3.4.3"
#: Key of the result that the body does not hold the information; its provision if another body is responsible for it.
NOT_HELD, NOT_RESPONSIBLE_LAW = "3.4.1", "《条例》第三十六条第（五）项"
# Provision → sentence of a letter, where a result rests on another provision than its own.
_SENTENCE_BY_LAW = {
    NOT_RESPONSIBLE_LAW: "您申请公开的信息不属于本机关负责公开",
    "《条例》第三十六条第（四）项、第（五）项": "本机关不掌握您申请公开的信息",  # of answers before the two were told apart
}
#: Key of the result that requests are too many and the stated reasons not reasonable (条例第三十五条).
EXCESSIVE_WITHOUT_REASON = "3.5.4"


@dataclass(frozen=True)
class RequestResult:
    """A result of a request, as counted in table three of the annual report.

    Attributes:
        key: the row's key.
        label: the row's name.
        law: its provision, as letters cite it.
        remedies: `REVIEW_FIRST` or `EITHER_REMEDY`.
        said: the sentence of the letter that states the result.
        asks_ground: whether reasons are required (条例第三十六条第（三）项等).
    """

    key: str
    label: str
    law: str
    said: str
    remedies: str = EITHER_REMEDY
    asks_ground: bool = True

    def state(self, law: str) -> str:
        """Return the sentence of a letter that states the result by the provision it rests on."""
        return _SENTENCE_BY_LAW.get(law, self.said)

    @property
    def group(self) -> str:
        """Return the heading of the row in table three; its label if it has none."""
        return RESULT_GROUPS[self.key.rsplit(".", 1)[0]] if self.key.count(".") == 2 else self.label

    @property
    def name(self) -> str:
        """Return the label of the row, with its heading in front if it has one."""
        return self.label if self.group == self.label else f"{self.group}：{self.label}"


RESULT_GROUPS = {"3.3": "不予公开", "3.4": "无法提供", "3.5": "不予处理", "3.6": "其他处理"}

_RESULT_TABLE = tomllib.loads(files("gongkai.work.requests").joinpath("data/results.toml").read_text("utf-8"))

REQUEST_RESULTS: dict[str, RequestResult] = {
    key: RequestResult(key, label, **_RESULT_TABLE[key]) for key, label in TABLE3_RESULTS.items()
}
#: Key of the ground that a part is no government information; it is in no row of table three.
NOT_GOVERNMENT_INFORMATION = "none"
#: Grounds for withholding part of the information (条例第三十七条), with their labels.
WITHHOLDING_GROUNDS = {key: row.label for key, row in REQUEST_RESULTS.items() if key.startswith("3.3.")} | {
    NOT_GOVERNMENT_INFORMATION: "不属于政府信息"
}
# Results that a clerk can decide.
DECIDABLE_RESULTS = tuple(key for key in REQUEST_RESULTS if key not in {NOT_CORRECTED, FEE_NOT_PAID})


def get_provision_of_result(
    result: str, *, already_public: bool = False, withheld: str = "", not_responsible: bool = False
) -> str:
    """Return the provision that a result rests on; arguments as in `actions.decide_request`.

    Full disclosure rests on 条例第三十六条第（一）项 or 第（二）项, partial disclosure on 第三十七条 and the ground for
    withholding the rest, information not held on 第三十六条第（四）项 or 第（五）项.
    """
    if result == NOT_HELD and not_responsible:
        return NOT_RESPONSIBLE_LAW
    if result == PARTLY_DISCLOSED and withheld == NOT_GOVERNMENT_INFORMATION:
        return f"{REQUEST_RESULTS[result].law}（其余内容不属于政府信息）"
    if result == PARTLY_DISCLOSED and withheld:
        return (
            f"{REQUEST_RESULTS[result].law}（不予公开的部分：{REQUEST_RESULTS[withheld].law.removeprefix('《条例》')}）"
        )
    if result != FULLY_DISCLOSED:
        return REQUEST_RESULTS[result].law
    return "《条例》第三十六条第（一）项" if already_public else "《条例》第三十六条第（二）项"
