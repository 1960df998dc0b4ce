"""Ways to send comments, proposed in the announcement of a draft."""

from gongkai.content.editions.hosts import home
from gongkai.content.editions.models import Website
from gongkai.core.units.models import Body

# The path of the public comment form on every site.
COMMENT_FORM_PATH = "/forms/comment/"


def list_comment_ways(body: Body) -> str:
    """Return the ways to comment offered by site and drafting unit, a line each."""
    site = Website.objects.filter(body__in=[body, *filter(None, [body.parent])]).order_by("-is_default", "pk").first()
    postcode = f"，邮政编码{body.postcode}" if body.postcode else ""
    ways = [
        f"网上提交：{site.name}网站“决策预公开”栏目，或者{home(site)}{COMMENT_FORM_PATH}" if site else "",
        f"信函：{body.address}，{body.name}{postcode}（信封注明“征求意见”）" if body.address else "",
        f"电子邮箱：{body.email}" if body.email else "",
        f"电话：{body.phone}" if body.phone else "",
    ]
    return "\n".join(filter(None, ways))
