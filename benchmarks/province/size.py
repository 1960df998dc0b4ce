"""Size of the benchmark province."""

from dataclasses import asdict, dataclass

#: Entries of a unit: 5 years' notices, 60 measures each, 12 months.
MAX_ENTRIES_PER_UNIT = 3_600


@dataclass(frozen=True)
class ProvinceSize:
    """Numbers of governments, units, persons, sites, public texts and entries (docs/scale.md)."""

    counties: int = 100
    units: int = 5_000
    persons: int = 20_000
    sites: int = 200
    texts: int = 1_000_000
    entries: int = 5_000_000

    def part(self, share: int) -> "ProvinceSize":
        """Return a province reduced to one `share`-th, at least one of each."""
        return ProvinceSize(**{name: max(1, number // share) for name, number in asdict(self).items()})

    def as_facts(self) -> dict[str, int]:
        """Return the numbers for the log."""
        return asdict(self)

    def why_not(self) -> str:
        """Return the contradiction between the numbers, or "" if there is none."""
        if self.units < self.counties + 3:
            return "单位数要比县数多3个以上：省政府、办公厅各占一个，其余是部门，台账记在部门名下。"
        if self.sites > self.units + 1:
            return "网站数不能多于单位数。"
        if self.entries > MAX_ENTRIES_PER_UNIT * (self.units - self.counties - 2):
            return f"台账数不能多于部门数的{MAX_ENTRIES_PER_UNIT}倍：五年的通知各60项任务，每项每月一条。"
        return ""
