"""The 21 results of a request as table three counts them (国办公开办函〔2021〕30号), each with its provision, its remedies and what its letter says.

The rows' keys and names are the form's (`law.annual_form`), the rest stands in ``data/results.toml``.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from gongkai.lib.law.annual_form import TABLE3_RESULTS

#: Review comes first where an agency refuses to disclose (行政复议法第二十三条第一款第（四）项; 法释〔2025〕8号: 条例第十四条、第十五条、第十六条).
REVIEW_FIRST, EITHER = "review_first", "either"
#: Results that are never decided but come about: not corrected in time, not paid in time, withdrawn and the like.
NOT_CORRECTED, NOT_PAID, OTHERWISE = "3.6.1", "3.6.2", "3.6.3"
DISCLOSED, PARTLY = "3.1", "3.2"
#: 公开会对第三方合法权益造成损害 (条例第十五条).
THIRD_PARTY = "3.3.4"


@dataclass(frozen=True)
class Result:
    """One row of results.

    Attributes:
        key: the row of table three.
        label: the row's name.
        law: the provision it rests on, as a letter names it.
        remedies: whether review must come before a lawsuit.
        said: the sentence of the letter that gives the result.
        asks_ground: whether reasons must be given (条例第三十六条第（三）项等).
    """

    key: str
    label: str
    law: str
    said: str
    remedies: str = EITHER
    asks_ground: bool = True

    @property
    def group(self) -> str:
        """The heading it stands under in table three."""
        return GROUPS[self.key.rsplit(".", 1)[0]] if self.key.count(".") == 2 else self.label

    @property
    def name(self) -> str:
        """Its name with its heading, for lists to choose from."""
        return self.label if self.group == self.label else f"{self.group}：{self.label}"


GROUPS = {"3.3": "不予公开", "3.4": "无法提供", "3.5": "不予处理", "3.6": "其他处理"}

_ROWS = tomllib.loads(files("gongkai.work.requests").joinpath("data/results.toml").read_text("utf-8"))

RESULTS: dict[str, Result] = {key: Result(key, label, **_ROWS[key]) for key, label in TABLE3_RESULTS.items()}
#: Why part of what was asked for is withheld where part is disclosed (条例第三十七条): as a refusal of it would say, or since it is no information.
NO_INFORMATION = "none"
WITHHELD = {key: row.label for key, row in RESULTS.items() if key.startswith("3.3.")} | {
    NO_INFORMATION: "不属于政府信息"
}
#: What a decision may say: all but what only comes about.
DECIDED = tuple(key for key in RESULTS if key not in {NOT_CORRECTED, NOT_PAID})
