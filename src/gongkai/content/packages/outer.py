"""The outer installation: it shows what packages bring, and refuses every other change to it."""

from collections.abc import Callable

from django.conf import settings

from gongkai.content.packages.models import Package, Textless
from gongkai.core.acts.action import AnyAction
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.jobs.registry import Job
from gongkai.core.widgets.asked import whole

#: Actions that an outer installation does: applying, its own visitors and logins, its own messages.
OWN_ROOMS = {"portal", "outbox", "intake"}
OWN = {
    "packages.apply_package",
    "publishing.receive",
    "publishing.receive_site",
    "units.create_login",
    "units.reset_password",
    "units.change_password",
}
#: What a job may do besides: a document's validity changes with the day; the next package says the same.
JOBS = {"publishing.set_standing"}

#: Jobs that an outer installation does; the others keep ledgers and desks that it does not have.
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
    """Whether a job has nothing to do here."""
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
    """Whether a stream is that of a package that is kept here."""
    name, _, number = stream.partition("/")
    sequence = whole(number)
    return name == "package" and sequence is not None and Package.objects.filter(sequence=sequence).exists()


def through_packages() -> Callable[[str, dict[str, object], str], bool]:
    """Return what `audit verify` asks of a received edition's ground: a package that is here and was applied, as the log has it."""
    applied = {
        stream: facts.get("digest")
        for stream, facts in Movement.objects.filter(action="packages.apply_package").values_list(
            "stream", "facts"
        )
    }
    sound = {
        package.stream for package in Package.objects.all() if applied.get(package.stream) == package.digest
    }
    return lambda ground, facts, content_digest: ground in sound
