"""What this room knows of the step 政策解读 of a policy document (P-20)."""

from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.interpretation.models import Interpretation, Plan
from gongkai.content.publishing.models import ItemPage
from gongkai.core.units.actors import ANONYMOUS


def interpreted(item: ItemPage) -> tuple[bool, str]:
    """Return true if a document is interpreted, or was found to need none; and how far it is, in words."""
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
