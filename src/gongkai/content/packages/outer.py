"""The outer installation: it shows the content of packages and refuses all other changes."""

from collections.abc import Callable

from django.conf import settings

from gongkai.content.packages.models import Package, Textless
from gongkai.core.acts.action import AnyAction
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.jobs.registry import Job
from gongkai.core.widgets.asked import whole

# Actions allowed on an outer installation: apply packages, its own visitors, logins and messages.
OWN_ROOMS = {"portal", "outbox", "intake"}
OWN = {
    "packages.apply_package",
    "publishing.receive",
    "publishing.receive_site",
    "units.create_login",
    "units.reset_password",
    "units.change_password",
}
# Additional actions of jobs: validity changes by the day, as the next package will say.
JOBS = {"publishing.set_standing"}

# Jobs of an outer installation; the others need ledgers and drafts that it does not have.
WORK = {
    "seal",
    "deliver",
    "caches",
    "mirror",
    "digests",
    "standings",
    "policy_use",
    "orphans",
    "personal_data",
}


def rests(job: Job) -> bool:
    """Return True if the job is suspended here."""
    return bool(settings.GONGKAI_OUTER) and job.name not in WORK


def bars(action: AnyAction, by: Actor) -> list[str]:
    """Return why an action may not be done here; empty on the inner side."""
    if not settings.GONGKAI_OUTER:
        return []
    allowed = action.name in OWN or action.name.partition(".")[0] in OWN_ROOMS
    if allowed or (by.system and action.name in JOBS):
        return []
    return ["本系统是外网端，内容由内网的交换包更新，不能在这里修改。"]


def textless() -> set[int]:
    """Return the editions that are here without their text."""
    return set(Textless.objects.values_list("pk", flat=True))


def is_package(stream: str) -> bool:
    """Return True if the stream belongs to a package recorded here."""
    name, _, number = stream.partition("/")
    sequence = whole(number)
    return name == "package" and sequence is not None and Package.objects.filter(sequence=sequence).exists()


def through_packages() -> Callable[[str, dict[str, object], str], bool]:
    """Return the check in `audit verify` that a received edition came with an applied package."""
    applied = {
        stream: facts.get("digest")
        for stream, facts in Movement.objects.filter(action="packages.apply_package").values_list("stream", "facts")
    }
    sound = {package.stream for package in Package.objects.all() if applied.get(package.stream) == package.digest}
    return lambda ground, facts, content_digest: ground in sound
