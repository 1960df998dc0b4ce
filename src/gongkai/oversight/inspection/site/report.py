"""The report of an inspection, as JSON and as text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.oversight.inspection.site.scoring import VETO, Indicators, InspectionFinding, InspectionScore

_LABELS_BY_KIND = {"veto": "否决", "deduction": "扣分", "bonus": "加分", "note": "提示"}


def describe_verdict(passed: bool, vetoed: bool, unread: str) -> str:
    """Return the verdict in Chinese; `unread`: reason why parts were not read."""
    if unread and not vetoed:
        return "未能作出结论"
    return "合格" if passed else "不合格"


def explain_missing_verdict(unread: str, skipped: Mapping[str, str], *, passed: bool) -> str:
    """Return the reason why there is no verdict; "" if there is one.

    Either too much could not be read (`unread`), or a possible veto needs a person's decision.
    """
    waits = skipped.get(VETO, "") if passed else ""
    return unread or (f"{waits}；核对以前，不作合格与否的结论。" if waits else "")


@dataclass(frozen=True)
class InspectionReport:
    """The result of one inspection.

    Attributes:
        today: the day of the inspection; `begun` and `ended` are the times.
        pages: number of read pages; `links`: number of files and outside addresses.
        skipped: why an indicator was not checked, by indicator.
        columns: facts of each inspected column.
        over: number of findings beyond those listed, by indicator.
        stopped: why the crawl ended early, or "".
        left: addresses left out, grouped by reason, each with count and example.
    """

    address: str
    begun: str
    ended: str
    today: str
    pages: int
    links: int
    score: InspectionScore
    findings: list[InspectionFinding]
    indicators: Indicators
    skipped: dict[str, str] = field(default_factory=dict)
    columns: list[dict[str, object]] = field(default_factory=list)
    over: dict[str, int] = field(default_factory=dict)
    stopped: str = ""
    left: list[dict[str, object]] = field(default_factory=list)

    @property
    def unread(self) -> str:
        """Return the reason why a reachable site has no verdict; empty otherwise."""
        return explain_missing_verdict(self._explain_scripted_columns, self.skipped, passed=self.score.passed)

    @property
    def _explain_scripted_columns(self) -> str:
        """Return the Chinese reason for no verdict if scripts make most columns."""
        lists = [
            column for column in self.columns if column.get("scripted") or column.get("empty") or column["entries"]
        ]
        scripted = sum(bool(column.get("scripted")) for column in lists)
        if 2 * scripted < len(lists) or not scripted:
            return ""
        return (
            f"{len(lists)}个栏目中，{scripted}个的列表由脚本生成，网页没有写明数据地址，不用浏览器读不到：这些栏目是否更新、里面的文章和附件有没有问题，都没有检查。"
            "已经列出的问题是读到的部分的，得分也只就这一部分计算，不作合格与否的结论；请人工打开这些栏目核对，或者请网站提供列表的数据地址。"
        )

    @property
    def passed(self) -> bool:
        """Return True if the site passes; False if undecided."""
        return self.score.passed and not self.unread

    @property
    def verdict(self) -> str:
        """Return the result of the inspection in Chinese."""
        return describe_verdict(self.passed, bool(self.score.veto), self.unread)

    def as_dict(self) -> dict[str, object]:
        """Return the report for JSON."""
        score, table = self.score, self.indicators
        return {
            "url": self.address,
            "begun": self.begun,
            "ended": self.ended,
            "today": self.today,
            "score": score.score,
            "score_before_veto": score.before_veto,
            "passed": self.passed,
            "unread": self.unread,
            "veto": score.veto,
            "deductions": score.deductions,
            "bonus": score.bonus,
            "findings": [
                {**finding.as_dict(), "name": table[finding.indicator].name, "kind": table[finding.indicator].kind}
                for finding in self.findings
            ],
            "pages": self.pages,
            "links": self.links,
            "columns": self.columns,
            "skipped": self.skipped,
            "not_listed": self.over,
            "stopped": self.stopped,
            "left": self.left,
            "indicators": {"version": table.version, "source": table.source, "digest": table.digest},
        }

    def lines(self) -> Iterator[str]:
        """Yield the report as lines of Chinese text."""
        score = self.score
        yield f"{self.address}：{self.verdict}，得分 {score.score:g}；检查网页 {self.pages} 个，链接 {self.links} 个"
        if self.unread:
            yield self.unread
        if self.stopped:
            yield f"未检查完：{self.stopped}"
        for vetoed in score.veto:
            yield f"【否决】{vetoed['name']}（{vetoed['findings']}处）"
        for deduction in score.deductions:
            yield f"【扣分】{deduction['group']}·{deduction['name']}：{deduction['findings']}处，扣{deduction['points']:g}分"
        for bonus_row in score.bonus:
            yield f"【加分】{bonus_row['name']}：{bonus_row['points']:g}分"
        for finding in self.findings:
            row = self.indicators[finding.indicator]
            count_text = f"（共{finding.count}页）" if finding.count > 1 else ""
            yield f"{_LABELS_BY_KIND[row.kind]}\t{row.name}\t{finding.what}{count_text}\t{finding.url}"
        for key, reason in self.skipped.items():
            name = self.indicators[key].name if key in self.indicators else key
            yield f"未评\t{name}\t{reason}"

        for kind in self.left:
            yield f"未检查\t{kind['why']}\t{kind['count']}个网址，如 {kind['example']}"

    def write(self, folder: Path) -> Path:
        """Write the report into a folder, as report.json and under its time; return the path of the first."""
        path = folder / "report.json"
        data = json.dumps(self.as_dict(), ensure_ascii=False, indent=1)
        for name in ("report.json", f"report-{self.begun.replace(':', '').replace('+0000', 'Z')}.json"):
            part = folder / f"{name}.part"
            part.write_text(data, encoding="utf-8")
            part.replace(folder / name)
        return path
