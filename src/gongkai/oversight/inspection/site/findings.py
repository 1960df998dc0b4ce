"""What an inspection finds: one row for each fault, however many pages show it. Pure."""

import hashlib
from dataclasses import dataclass, field

#: Pages that are named with one finding; the others are counted.
NAMED = 5
#: Findings of one indicator that are kept; beyond, only counted.
KEPT = 2_000


@dataclass
class Finding:
    """One fault.

    Attributes:
        indicator: key of the table.
        url: the page that shows it, or the address that is at fault.
        what: what is wrong, one Chinese line.
        evidence: when it was seen, what stands there, where it was found, the digest of the stored page.
        count: pages that show it.
        also: some of them.
        home: whether the home page shows it.
        key: what makes it the same fault, however its words change from one inspection to the next.
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
        """The same for the same fault of a site in another inspection."""
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
    """All of them, by indicator and what is wrong. `over` counts what was not kept."""

    rows: dict[tuple[str, str], Finding] = field(default_factory=dict)
    over: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)

    def add(
        self, indicator: str, url: str, what: str, *, key: str = "", home: bool = False, **evidence: object
    ) -> None:
        """Note a fault; the same one on another page is counted with it.

        Args:
            indicator: key of the table.
            url: where it shows.
            what: what is wrong.
            key: what makes it the same fault elsewhere; `what` where nothing is given.
            home: whether it shows on the home page.
            evidence: what stands there.
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
