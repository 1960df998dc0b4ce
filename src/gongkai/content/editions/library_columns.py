"""Columns that are views of whether documents are in force: 现行有效 and 失效/废止 (L-04).

Whoever places a document says that it belongs to the library there; which of the two lists shows it follows its standing, so that list,
breadcrumb, facets and banner never disagree, and a document that expires moves by itself.
"""

from collections.abc import Iterable, Sequence

from gongkai.content.editions.models import Column, Document, Placement, Standing
from gongkai.content.editions.sources import OutgoingText, source_named
from gongkai.content.editions.vocabulary import POLICY_KINDS, ItemKind
from gongkai.lib.chinese import lazy_re as re

_OF = r"(?:的?(?:行政)?规范性文件|的?文件|目录)?"
_LISTS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(rf"(?:现行)?有效{_OF}"), frozenset({Standing.IN_FORCE, Standing.AMENDED})),
    (
        re.compile(rf"已?(?:失效|废止)(?:[/／、或和及]?已?(?:失效|废止))?{_OF}"),
        frozenset({Standing.REPEALED, Standing.EXPIRED}),
    ),
)


def shown_in(name: str) -> frozenset[str]:
    """Return the standings that a column of this name shows; empty for any other column.

    >>> sorted(shown_in("现行有效")), sorted(shown_in("失效/废止")), sorted(shown_in("政策解读"))
    (['amended', 'in_force'], ['expired', 'repealed'], [])
    """
    plain = re.sub(r"\s", "", name)
    return next((standings for words, standings in _LISTS if words.fullmatch(plain)), frozenset())


def columns_showing(standing: str, placed: Iterable[Column]) -> list[Column]:
    """Return the columns in which a document of a standing stands, for those that it was placed in, each once, in their order.

    Placed in one of the lists, or in the column above them, it stands in the list that shows its standing; where none does (尚未施行, or the
    list is not open) in the column above them. What has no standing stands where it was placed.
    """
    found: dict[int, Column] = {}
    for column in placed:
        stands = _showing(standing, column) if standing else column
        found.setdefault(stands.pk, stands)
    return list(found.values())


def _showing(standing: str, column: Column) -> Column:
    listed = shown_in(column.name)
    if standing in listed:
        return column
    above = column.parent if listed else column
    lists = Column.objects.filter(parent=above, opened_at__isnull=False).select_related("website")
    fitting = next((one for one in lists.order_by("position", "pk") if standing in shown_in(one.name)), None)
    if fitting is not None:
        return fitting
    return above if above is not None and above.is_open else column


def no_policies(documents: Iterable[Document], columns: Sequence[Column]) -> list[str]:
    """Refuse to put by hand what is no policy document into a list of the library; where it stands already it stays.

    Such a list shows what the library knows of each document: a notice among them would be a document whose validity nobody can tell.
    """
    lists = [column for column in columns if shown_in(column.name)]
    if not lists:
        return []
    others = [
        document for document in documents if not document.standing and _kind(document) not in POLICY_KINDS
    ]
    rows = Placement.objects.filter(document__in=others)
    has = {(d, c) for d, *both in rows.values_list("document", "column", "intended") for c in both}
    labels = dict(ItemKind.choices)
    found = [
        f"栏目“{column.title}”按有效性列出政策库中的文件，不能放入“{labels.get(_kind(document), '其他信息')}”。"
        "请改选与这一类别相应的栏目；确是政策文件的，请先把类别改为政策文件或者行政规范性文件，并入库。"
        for document in others
        for column in lists
        if (document.pk, column.pk) not in has
    ]
    return list(dict.fromkeys(found))


def left_by_kind(text: OutgoingText) -> list[str]:
    """Refuse what stands in such a list and has become something else than a policy document since (a gate); what is public there so stays."""
    kind = text.frozen.facts["kind"]
    if kind in POLICY_KINDS:
        return []
    if text.document.published_at and text.document.kind not in POLICY_KINDS:
        return []
    lists = [column for column in text.columns if shown_in(column.name)]
    label = dict(ItemKind.choices).get(str(kind), "其他信息")
    return [
        f"栏目“{column.title}”按有效性列出政策库中的文件，这条信息的类别现在是“{label}”，不能留在那里。"
        "请把类别改回政策文件或者行政规范性文件，或者改放与这一类别相应的栏目。"
        for column in lists
    ]


def _kind(document: Document) -> str:
    """Return what kind a document is: as it is public, before that as its draft says today."""
    source = None if document.published_at else source_named(document.source)
    return source.kind if source is not None else document.kind
