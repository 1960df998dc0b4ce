"""Return the text of an item or document, for comparison with an interpretation."""

from gongkai.content.editions.models import Document, EditionContent
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.interpretation.models import Interpretation, Plan
from gongkai.content.publishing.documents import item_of
from gongkai.content.publishing.freezing import freeze_page
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.richtext import plain


def describe_interpretation(item: ItemPage) -> tuple[bool, str]:
    """Return true if a document is interpreted or exempt, with a description."""
    texts = list(Interpretation.objects.filter(document__source=item.stream).values_list("text", flat=True))
    public = shelf_visible_to(ANONYMOUS).filter(column=None, document__in=[n for n in texts if n])
    if found := public.values("document").distinct().count():
        return True, f"已公开解读{found}篇"
    plan = Plan.objects.filter(item_id=item.pk).first()
    if plan is None:
        return False, "还没有解读方案"
    passed = "已审定" if plan.passed_at else "等待审定"
    if not plan.needed:
        return bool(plan.passed_at), f"不需要解读（{passed}）：{plan.exempt_reason}"
    drafted = f"起草解读{len(texts)}篇，还没有公开" if texts else "还没有起草解读"
    return False, f"方案{passed}，{drafted}"


def read_item_text(item: ItemPage) -> str:
    """Return title and text of an item's last draft."""
    frozen = freeze_page(item.get_latest_revision_as_object(), item.unit)
    return f"{frozen.title}\n{plain(frozen.html)}"


def read_document_text(document: Document) -> str:
    """Return the text of a document: its draft, or else its last edition."""
    item = item_of(document)
    if item is not None:
        return read_item_text(item)
    content = EditionContent.objects.filter(edition__document=document).order_by("-edition__number").first()
    return f"{content.title}\n{plain(content.html)}" if content else ""
