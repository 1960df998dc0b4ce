"""Erasure of posts and updates that contain an erased edition.

Content on a platform cannot be erased from here: the release keeps its address so that it can be removed there.
"""

from django.db.models import Q, QuerySet
from django.urls import reverse

from gongkai.content.editions.erasing import ERASED_TEXT, BaseErasureHandler, TextEchoes, is_erased_by_law
from gongkai.content.editions.models import Edition
from gongkai.work.newmedia.models import Post, Update


class PostErasureHandler(BaseErasureHandler):
    """The erasure handler of posts made from an edition; posts of other editions of the document stay."""

    def echoes(self, edition: Edition) -> TextEchoes:
        """Return the streams, pages and titles of the posts, and the streams of their accounts."""
        posts = list(_made_of(edition))
        return TextEchoes(
            streams=frozenset(post.stream for post in posts),
            shared=frozenset(f"account/{post.account_id}" for post in posts if post.account_id),
            links=frozenset(reverse("newmedia:post", args=[post.pk]) for post in posts),
            titles=frozenset(post.title for post in posts),
        )

    def erase(self, edition: Edition) -> None:
        """Blank the posts and the updates that name them."""
        posts = list(_made_of(edition))
        said = {(post.account_id, post.title[:200]) for post in posts}
        named = Q(pk__in=[])
        for account, words in said:
            named |= Q(account=account, words=words)
        Update.objects.filter(named).update(words=ERASED_TEXT)
        _made_of(edition).update(title=ERASED_TEXT, text="", pictures=[])


def _made_of(edition: Edition) -> QuerySet[Post]:
    rows = Post.objects.filter(document=edition.document, edition=edition.number)
    return rows if is_erased_by_law(edition) else rows.none()


POST_ERASURE_HANDLER = PostErasureHandler()
