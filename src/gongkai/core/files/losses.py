"""Record parts of a file that the text read from it lacks ("losses"), and the person who confirms them."""

from collections.abc import Sequence

from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.files.models import TextLosses

#: Name of the checkbox in `files/losses.html`.
LOSSES_SEEN_CHECKBOX = "losses_seen"
#: Refusal of an action on a text whose losses nobody has confirmed.
LOSSES_UNSEEN_ERROR = "原文件中有内容没有读入。请对照原文件核对，勾选“已对照原文件核对”后再办理。"


def record_losses(stream: str, source: str, lines: Sequence[str]) -> None:
    """Store the losses of a text that was read from a file, replacing earlier ones.

    Args:
        stream: the stream of the row that has the text, such as item/73.
        source: name of the file.
        lines: one Chinese line for each kind of loss (`describe_losses`); none removes what is stored.
    """
    if not lines:
        TextLosses.objects.filter(about=stream).delete()
        return
    facts = {"source": source[-200:], "lines": list(lines), "seen_by": "", "read_at": timezone.now()}
    TextLosses.objects.update_or_create(about=stream, defaults=facts)


def find_losses(stream: str) -> TextLosses | None:
    """Return the stored losses of a text, or None. `stream` is its stream, such as item/73."""
    return TextLosses.objects.filter(about=stream).first()


def require_losses_seen(lines: Sequence[str], *, confirmed: bool) -> None:
    """Raise `Refused` if a text has losses (`lines`) that the user has not confirmed.

    Raises:
        Refused: there are losses, and `confirmed` is false.
    """
    if lines and not confirmed:
        raise Refused(LOSSES_UNSEEN_ERROR)


def confirm_losses(stream: str, by_name: str, *, confirmed: bool) -> None:
    """Record who confirmed the losses of a text, unless already confirmed.

    Raises:
        Refused: there are losses, and `confirmed` is false.
    """
    losses = find_losses(stream)
    if losses is None or losses.seen_by:
        return
    require_losses_seen(losses.lines, confirmed=confirmed)
    TextLosses.objects.filter(pk=losses.pk).update(seen_by=by_name[:120])
