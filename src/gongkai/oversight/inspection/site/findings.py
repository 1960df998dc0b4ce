"""Findings of an inspection, one for each fault, with the number of its pages. Pure."""

import hashlib
from dataclasses import dataclass, field

#: Maximum number of pages listed with a finding; the others are counted.
NAMED = 5
#: Maximum number of stored findings of one indicator; the others are counted.
KEPT = 2_000


@dataclass
class Finding:
    """A fault of the site.

    Attributes:
        indicator: key in the indicator table.
        url: page that shows the fault, or the faulty address.
        what: the fault, one line in Chinese.
        evidence: time, excerpt, source and digest of the stored page.
        count: number of pages that show it.
        also: some of these pages.
        home: the home page shows it.
        key: identifies the same fault across inspections.
    """

    indicator: str
    url: str
    what: str
    evidence: dict[str, object] = field(default_factory=dict)
    count: int = 1
    also: list[str] = field(default_factory=list)
    home: bool = False
    key: str = ""

    @property
    def mark(self) -> str:
        """Return the identifier of the fault across inspections of the site."""
        return hashlib.sha256(f"{self.indicator}|{self.url}|{self.key or self.what}".encode()).hexdigest()

    def as_dict(self) -> dict[str, object]:
        """Return the finding for JSON."""
        return {
            "indicator": self.indicator,
            "url": self.url,
            "what": self.what,
            "count": self.count,
            "home": self.home,
            "also": self.also,
            "evidence": self.evidence,
        }


@dataclass
class Findings:
    """Collects findings by indicator and message. `over` counts those beyond the limit."""

    rows: dict[tuple[str, str], Finding] = field(default_factory=dict)
    over: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)

    def add(
        self, indicator: str, url: str, what: str, *, key: str = "", home: bool = False, **evidence: object
    ) -> None:
        """Add a fault; the same fault on another page increases its count.

        Args:
            indicator: key in the indicator table.
            url: page that shows it.
            what: the message.
            key: identifies the same fault elsewhere (default: `what`).
            home: the home page shows it.
            evidence: the excerpt.
        """
        known = self.rows.get((indicator, key or what))
        if known is not None:
            known.count += 1
            known.home = known.home or home
            if len(known.also) < NAMED and url != known.url and url not in known.also:
                known.also.append(url)
            return
        if self.kept.get(indicator, 0) >= KEPT:
            self.over[indicator] = self.over.get(indicator, 0) + 1
            return
        self.kept[indicator] = self.kept.get(indicator, 0) + 1
        self.rows[indicator, key or what] = Finding(
            indicator,
            url,
            what,
            {name: value for name, value in evidence.items() if value not in (None, "")},
            home=home,
            key=key,
        )

    def of(self, indicator: str) -> list[Finding]:
        """Return the findings of an indicator."""
        return [finding for finding in self.rows.values() if finding.indicator == indicator]
