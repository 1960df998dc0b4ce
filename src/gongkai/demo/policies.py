"""The policy library of the sample city."""

from gongkai.demo.cast import Cast
from gongkai.policies import actions
from gongkai.policies.actions.records import POLICY_KINDS
from gongkai.publishing.models import ItemKind, ItemPage
from gongkai.units.models import Body, Role


def enter(page: ItemPage, cast: Cast, body: Body) -> None:
    """Put a policy item into the library, before it is reviewed (先入库，后公开)."""
    if page.kind not in POLICY_KINDS:
        return
    normative = page.kind == ItemKind.NORMATIVE
    reason = "公布清理结果，不增设公民、法人和其他组织的权利义务。" if normative else ""
    actions.enter(body, by=cast.actor(Role.CLERK, body), item=page, exemption=reason)
