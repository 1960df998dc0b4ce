"""What law erases of what was made for accounts: texts and pictures of posts that an edition was made into, and what updates said of them.

What stands on a platform is out of reach: the release stays recorded with its address, so that it can be taken down there.
"""

from django.db.models import Q, QuerySet
from django.urls import reverse

from gongkai.content.editions.erasing import RoomKeeper, by_law
from gongkai.content.editions.erasure_copies import ERASED, Echoes
from gongkai.content.editions.models import Edition
from gongkai.work.newmedia.models import Post, Update


class PostKeeper(RoomKeeper):
    """Posts made of an edition; those made of another edition of the same document are that one's."""

    def echoes(self, edition: Edition) -> Echoes:
        """Return their streams, pages and titles, and the streams of their accounts, where other words stay."""
        posts = list(_made_of(edition))
        return Echoes(
            streams=frozenset(post.stream for post in posts),
            shared=frozenset(f"account/{post.account_id}" for post in posts),
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
        Update.objects.filter(named).update(words=ERASED)
        _made_of(edition).update(title=ERASED, text="", pictures=[])


def _made_of(edition: Edition) -> QuerySet[Post]:
    rows = Post.objects.filter(document=edition.document, edition=edition.number)
    return rows if by_law(edition) else rows.none()


KEEPER = PostKeeper()
