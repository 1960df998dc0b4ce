"""Actors: the identity and posts that rules, actions and `visible_to` check.

`units.actors` builds them from appointments.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class ActorPost:
    """One appointment in force: its role, its body and the subtree of bodies that it reaches.

    `body_id` and `office_id` are primary keys; `reach` is the `path` prefix of the subtree. For a
    post held as a leave cover, `covers` is the absent colleague's name and `covers_id` that
    person's primary key.
    """

    role: str
    body_id: int
    office_id: int | None
    reach: str
    covers: str = ""
    covers_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """A user with posts, a job (`SYSTEM`), an installation command, or the public (`ANONYMOUS`).

    `bodies` has the primary keys of the bodies in which the actor holds a post. `acts_for` has the
    primary keys of the colleagues in whose posts the current action is done (`named_for`). The
    actor counts as each of them wherever two persons must differ.
    """

    name: str
    person_id: int | None = None
    user_id: int | None = None
    posts: tuple[ActorPost, ...] = ()
    system: bool = False
    bodies: frozenset[int] = field(default_factory=frozenset)
    acts_for: frozenset[int] = field(default_factory=frozenset)

    def has(self, *roles: str, body_id: int | None = None) -> bool:
        """Return true if the actor holds one of the roles (in the body with this primary key, if given)."""
        return any(p.role in roles and (body_id is None or p.body_id == body_id) for p in self.posts)

    def reaches(self, *roles: str, path: str) -> bool:
        """Return true if one of the roles (政务公开办, 监督员) is held at the body with this path or at one above it."""
        return any(p.role in roles and path.startswith(p.reach) for p in self.posts)

    def body_ids(self, *roles: str) -> set[int]:
        """Return the primary keys of the bodies in which the actor holds one of the roles."""
        return {post.body_id for post in self.posts if post.role in roles}

    def reached_paths(self, *roles: str) -> set[str]:
        """Return the path prefixes of the subtrees of bodies that the actor reaches in one of the roles."""
        return {post.reach for post in self.posts if post.role in roles}

    def without_covers(self) -> "Actor":
        """Return the same person without the posts that are held as leave covers."""
        return self._replace_posts(tuple(post for post in self.posts if not post.covers))

    def covering(self, allowed: Callable[["Actor"], bool]) -> tuple[str, ...]:
        """Return the names of the colleagues in whose posts the actor acts; empty if an own post allows the action.

        Args:
            allowed: returns true if the given actor, with fewer posts, may do the act. Called only if covers are held.
        """
        return tuple(dict.fromkeys(post.covers for post in self._find_covers(allowed)))

    def _find_covers(self, allowed: Callable[["Actor"], bool]) -> list[ActorPost]:
        """Return the covered posts needed for an act: none if own posts allow it, one if it is enough, else all."""
        covers = [post for post in self.posts if post.covers]
        actor = self.without_covers()
        if not covers or allowed(actor):
            return []
        sufficient = (
            post for post in covers if allowed(self._replace_posts((*actor.posts, post), _list_covered_persons([post])))
        )
        single_cover = next(sufficient, None)
        return [single_cover] if single_cover else covers

    def named_for(self, allowed: Callable[["Actor"], bool]) -> "Actor":
        """Return the actor as records name them for an act: 许秋菊（代戴思源） where only the post of 戴思源 allows it."""
        if not any(post.covers for post in self.posts):
            return self
        own_name, covers = self.name.partition("（代")[0], self._find_covers(allowed)
        names = "、".join(dict.fromkeys(post.covers for post in covers))
        return replace(
            self, name=f"{own_name}（代{names}）" if covers else own_name, acts_for=_list_covered_persons(covers)
        )

    def as_self(self) -> "Actor":
        """Return the same person without the colleagues in whose posts the current action is done."""
        return replace(self, acts_for=frozenset())

    def _replace_posts(self, posts: tuple[ActorPost, ...], acts_for: frozenset[int] = frozenset()) -> "Actor":
        return replace(self, posts=posts, bodies=frozenset(post.body_id for post in posts), acts_for=acts_for)

    @property
    def known(self) -> bool:
        """Return true if the actor holds a post; false for jobs, commands and the public."""
        return bool(self.posts)


def _list_covered_persons(covers: Iterable[ActorPost]) -> frozenset[int]:
    return frozenset(post.covers_id for post in covers if post.covers_id is not None)


#: The public: an actor without posts.
ANONYMOUS = Actor("公众")
#: The actor of jobs that the installation runs itself.
SYSTEM = Actor("系统", system=True)
