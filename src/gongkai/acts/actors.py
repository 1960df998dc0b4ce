"""Actors: what a rule, an action and `visible_to` need to know of the one who acts. `units.actors` reads them from appointments."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Post:
    """One appointment in force: the role, where, and the subtree it reaches (`path` prefix)."""

    role: str
    body_id: int
    office_id: int | None
    reach: str


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: a signed-in person with posts, a job (`SYSTEM`), an installation command or the public (`ANONYMOUS`)."""

    name: str
    person_id: int | None = None
    user_id: int | None = None
    posts: tuple[Post, ...] = ()
    system: bool = False
    bodies: frozenset[int] = field(default_factory=frozenset)

    def has(self, *roles: str, body_id: int | None = None) -> bool:
        """Whether one of the roles is held (in this very body where one is named)."""
        return any(p.role in roles and (body_id is None or p.body_id == body_id) for p in self.posts)

    def reaches(self, *roles: str, path: str) -> bool:
        """Whether one of the roles is held with a reach that covers the body of this path (政务公开办, 监督员)."""
        return any(p.role in roles and path.startswith(p.reach) for p in self.posts)

    @property
    def known(self) -> bool:
        """Whether this is a person with at least one appointment in force."""
        return bool(self.posts)


ANONYMOUS = Actor("公众")
SYSTEM = Actor("系统", system=True)
