"""Check an item after a save: quick checks at once, others in the background."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from wagtail import hooks

from gongkai.content.publishing.actions.items import store_source_file
from gongkai.content.publishing.freezing import freeze, list_missing_item_fields
from gongkai.content.publishing.models import ItemPage
from gongkai.core.files.losses import record_losses
from gongkai.core.units.actors import get_actor

if TYPE_CHECKING:
    from wagtail.models import Page
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import transaction
from wagtail.models import Revision

from gongkai.content.checks.background import start_background_checks
from gongkai.content.checks.report import get_check_report


@hooks.register("insert_global_admin_css")  # type: ignore[untyped-decorator]
def render_stylesheets() -> str:
    """Return the stylesheets of the panel and office header for Wagtail's editor."""
    sheets = ((static(name),) for name in ("ui/base.css", "ui/office.css", "publishing/desk.css"))
    return format_html_join("", '<link rel="stylesheet" href="{}">', sheets)


def read_signed_losses(request: HttpRequest) -> list[str]:
    """Return the signed list of lost content that a form passes on from pasting to saving."""
    signed_losses: list[str] = []
    for token in request.POST.getlist("losses"):
        try:
            signed_losses += signing.loads(token)
        except signing.BadSignature:
            continue
    return list(dict.fromkeys(signed_losses))


@hooks.register("after_create_page", order=-1)  # type: ignore[untyped-decorator]
@hooks.register("after_edit_page", order=-1)  # type: ignore[untyped-decorator]
def report_save(request: HttpRequest, page: "Page") -> None:
    """Store the source file of a text, and warn of lost content and missing fields."""
    if not isinstance(page, ItemPage):
        return
    source = getattr(page, "desk_source", None)
    lost = [*getattr(page, "desk_notes", []), *read_signed_losses(request)]
    if source is not None:
        store_source_file(page, get_actor(request.user), *source)
    if source is not None or lost:
        record_losses(page.stream, source[0] if source is not None else "粘贴的内容", lost)
    if not request.accepts("text/html"):
        return  # the editor's saving by itself: nobody reads messages then
    for note in [*lost, *getattr(page, "refused_uploads", [])]:
        messages.warning(request, note)
    missing = list_missing_item_fields(freeze(page, page.get_latest_revision()))
    if missing:
        links = format_html_join("", '<a href="#id_{}">{}</a>', missing)
        messages.warning(request, format_html("已保存。发布前还要补充：{}", links))


_CHECKS_DISABLED: ContextVar[bool] = ContextVar("unasked", default=False)


@contextmanager
def checks_disabled() -> Iterator[None]:
    """Disable checks after saves, for drafts that were checked elsewhere (a migration)."""
    before = _CHECKS_DISABLED.set(True)
    try:
        yield
    finally:
        _CHECKS_DISABLED.reset(before)


def check_after_revision(instance: Revision, **_: object) -> None:
    """Schedule the checks of an item for after the commit of a saved revision."""
    model = instance.content_type.model_class() if instance.content_type_id else None
    if _CHECKS_DISABLED.get() or model is None or model._meta.label != "publishing.ItemPage":
        return
    number = int(instance.object_id)
    transaction.on_commit(lambda: check_draft(number), robust=True)


def check_draft(number: int) -> None:
    """Check an item's last draft: quick checks now, slow ones in a thread or by the job."""

    item = ItemPage.objects.filter(pk=number).first()
    revision = item.get_latest_revision() if item else None
    if item is None or revision is None:
        return
    if get_check_report(item, freeze(item, revision)).waiting and settings.GONGKAI_CHECK_BEHIND:
        start_background_checks()
