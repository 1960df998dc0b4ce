"""Indicator trees: ordered rows, validation, digest, and leaves for scoring."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME
from gongkai.oversight.assessment.models import Indicator, Scheme, ScoringWay
from gongkai.oversight.assessment.scoring import ScoredLeaf

#: Scoring methods outside the sum of points: bonus, deduction, veto.
UNCOUNTED_WAYS = frozenset({ScoringWay.BONUS, ScoringWay.DEDUCTION, ScoringWay.VETO})


@dataclass(frozen=True)
class TreeRow:
    """An indicator with its depth in the tree, from 0.

    `leaf` is true without children. `counted`: the points belong to the sum of 100, as some leaf of the branch is not a
    bonus, a deduction or a veto. `children_sum` is the sum of the children's counted points, None without any.
    """

    indicator: Indicator
    depth: int
    leaf: bool
    counted: bool
    children_sum: Decimal | None

    @property
    def uneven(self) -> bool:
        """Return True if the children's points differ from the row's."""
        return self.children_sum is not None and self.children_sum != self.indicator.points


def list_tree_rows(scheme: Scheme) -> list[TreeRow]:
    """Return all indicators in tree order, each after its parent."""
    below: dict[int | None, list[Indicator]] = {}
    for indicator in scheme.indicators.all():
        below.setdefault(indicator.parent_id, []).append(indicator)
    rows: list[TreeRow] = []

    def counts(indicator: Indicator) -> bool:
        """Return True if a leaf of the branch is scored by a share or has no method yet."""
        children = below.get(indicator.pk)
        return any(map(counts, children)) if children else indicator.way not in UNCOUNTED_WAYS

    def walk(parent: int | None, depth: int) -> None:
        """Append the rows of a branch, each before those below it."""
        for indicator in below.get(parent, []):
            children = below.get(indicator.pk, [])
            points = [child.points for child in children if counts(child)]
            children_sum = sum(points, Decimal(0)) if points else None
            rows.append(TreeRow(indicator, depth, not children, counts(indicator), children_sum))
            walk(indicator.pk, depth + 1)

    walk(None, 0)
    return rows


def list_leaves(scheme: Scheme) -> list[Indicator]:
    """Return the indicators that are scored, which have none below them."""
    return [row.indicator for row in list_tree_rows(scheme) if row.leaf]


def convert_leaf(leaf: Indicator) -> ScoredLeaf:
    """Convert an indicator for the scoring functions."""
    return ScoredLeaf(leaf.code, Fraction(leaf.points), leaf.way, Fraction(leaf.full_at), Fraction(leaf.zero_at))


def find_scheme_faults(scheme: Scheme) -> list[str]:
    """Return the Chinese reasons against enacting a scheme."""
    rows = list_tree_rows(scheme)
    if not rows:
        return ["还没有指标。"]
    reasons = [
        f"“{row.indicator}”的下级分值合计{row.children_sum}，应为{row.indicator.points}。" for row in rows if row.uneven
    ]
    reasons += [f"“{row.indicator}”没有选择评分方式。" for row in rows if row.leaf and not row.indicator.way]
    reasons += [f"“{row.indicator}”有下级指标，不能同时评分。" for row in rows if not row.leaf and row.indicator.way]
    reasons += [
        f"“{row.indicator}”的数据来源“{row.indicator.source}”不存在。"
        for row in rows
        if row.indicator.source and row.indicator.source not in SCORE_SOURCES_BY_NAME
    ]
    top = sum((row.indicator.points for row in rows if row.depth == 0 and row.counted), Decimal(0))
    if top != 100:
        reasons.append(f"一级指标分值合计{top.normalize():f}，应为100（加分、扣分、否决不计入）。")
    return reasons


def digest_scheme(scheme: Scheme) -> str:
    """Return the digest of everything that affects a score."""
    rows = [
        {
            "code": branch.indicator.code,
            "depth": branch.depth,
            "name": branch.indicator.name,
            "points": f"{branch.indicator.points:.2f}",
            "way": branch.indicator.way,
            "source": branch.indicator.source,
            "full_at": f"{branch.indicator.full_at:.2f}",
            "zero_at": f"{branch.indicator.zero_at:.2f}",
            "standard": branch.indicator.standard,
        }
        for branch in list_tree_rows(scheme)
    ]
    return digest(canonical_json({"share": f"{scheme.share:.2f}", "grades": scheme.grades, "tree": rows}))


def compute_document_points(scheme: Scheme) -> Decimal:
    """Return the points, of 100, of the indicators for which units submit documents (V-05: 不增加自查报告)."""
    return sum((indicator.points for indicator in list_leaves(scheme) if indicator.way == ScoringWay.SELF), Decimal(0))
