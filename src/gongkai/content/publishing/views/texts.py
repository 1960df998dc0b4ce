"""Views of 正文排版 (paste or upload a text, compare, save), and of an edition's erasure by law."""

import re
from html import escape
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.content.editions.actions.erasure import find_erasure_request
from gongkai.content.editions.models import Edition, EditionEffect
from gongkai.content.editions.rules import check_writer
from gongkai.content.editions.sources import find_source, is_item
from gongkai.content.publishing import actions, freezing
from gongkai.content.publishing.forms.items import DESK_FILE_KINDS
from gongkai.content.publishing.freezing import freeze_page, make_file_picture_storer, make_picture_storer
from gongkai.content.publishing.models import ItemPage
from gongkai.content.publishing.save_checks import read_signed_losses
from gongkai.content.publishing.views.common import get_item
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.models import StoredFile
from gongkai.core.files.serving import serve_stored
from gongkai.core.files.store import store as store_file
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.another_person import is_own_login
from gongkai.lib.fileformats.documents.symbols import raise_text
from gongkai.lib.richtext import UnfitText, convert_office_text, tidy_html, to_plain_text
from gongkai.lib.richtext.difference import compare_lines, fold_same
from gongkai.lib.richtext.pictures import add_picture_addresses
from gongkai.lib.typed_json import read_text as text_in
from gongkai.lib.typed_json import read_texts as texts_in

#: Effects of an erasure, shown before the decision: what is erased.
ERASED_CONTENT_NOTES = (
    "这一版的标题、正文、著录项和附件，任何人都不能再看到；",
    "这一版之前的各次草稿、送审说明、退回意见，流水、消息、台账中引用的标题和文字；",
    "只有这一版使用的附件、图片，包括遮盖前的原件；",
    "工作页面、工作表中与这一版相同、此后没有人改动过的内容（改正后再删除的，改正后的内容保留）。",
)
#: Effects of an erasure, shown before the decision: what stays.
RETAINED_CONTENT_NOTES = (
    "版次、公开时间、经手人、审签记录和校验值；",
    "提出人、批准人、依据和删除时间；",
    "历史版本页注明“内容已依法删除”。",
)


def erasure_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show the effects of erasing an edition, and request, order or refuse it."""
    by = require_staff_actor(request)
    edition = get_visible_or_404(by, Edition, number, act=EditionEffect.PUBLISH)
    own_url = reverse("publishing:erasure", args=[edition.pk])
    if request.method == "POST":
        _run_erasure_act(request, edition, by)
        return HttpResponseRedirect(own_url)
    erasure_request = find_erasure_request(edition)
    source = find_source(edition.document.source)
    other_editions = edition.document.editions.filter(content__isnull=False).exclude(pk=edition.pk)
    context = {
        "edition": edition,
        "document": edition.document,
        "content": getattr(edition, "content", None),
        "erased": getattr(edition, "erasure", None),
        "asked": erasure_request,
        "ask_reasons": [] if erasure_request else actions.ask_erasure.why_not(edition, by=by),
        "order_reasons": actions.erase.why_not(edition, by=by) if erasure_request else [],
        "may_drop": erasure_request and not actions.drop_erasure.why_not(edition, by=by),
        "goes": ERASED_CONTENT_NOTES,
        "stays": RETAINED_CONTENT_NOTES,
        "others": list(other_editions.order_by("number")),
        "item": source.pk if source and is_item(source) else None,
    }
    return render(request, "publishing/erasure.html", context)


def _run_erasure_act(request: HttpRequest, edition: Edition, by: Actor) -> None:
    """Request, order or refuse the erasure of an edition."""
    text, act_name = request.POST.get("words", ""), request.POST.get("do", "")
    if act_name == "ask":
        run_with_messages(
            request,
            lambda: actions.ask_erasure(edition, by=by, basis=text),
            "已提出，等待另一个人批准；批准前内容不变。",
        )
    elif act_name == "erase":
        run_with_messages(request, lambda: actions.erase(edition, by=by), "内容已依法删除，校验值和经过保留。")
    elif act_name == "drop":
        run_with_messages(request, lambda: actions.drop_erasure(edition, by=by, reason=text), "已记录，内容保留。")
    else:
        raise Http404("没有这个操作")


if TYPE_CHECKING:
    from gongkai.lib.richtext import WordText


def _show_pictures(page: ItemPage, html: str) -> str:
    """Replace picture references by office URLs."""
    base = reverse("publishing:text_picture", args=(page.pk, "0" * 64)).removesuffix("0" * 64)
    return add_picture_addresses(html, lambda digest: f"{base}{digest}")


def text_page(request: HttpRequest, number: int) -> HttpResponse:
    """Paste or upload a text (GET); clean and compare it, or save it (POST)."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    if check_writer(by, page):
        raise Http404("只能处理本单位的信息")
    draft: ItemPage = page.get_latest_revision_as_object()
    html = freeze_page(draft, page.unit).html
    context: dict[str, object] = {
        "item": page,
        "seen": request.POST.get("seen", "") or freezing.draft_token(page.get_latest_revision()),
        "html": html,
        "source_digest": request.POST.get("source_digest", ""),
        "source_name": request.POST.get("source_name", "")[-200:],
        "losses": read_signed_losses(request),
    }
    context["before"] = html
    if request.method == "POST":
        answer = _run_button(request, page, draft, by, context)
        if answer is not None:
            return answer
    context["shown"] = _show_pictures(page, text_in(context, "html"))
    context["losses_token"] = signing.dumps(_list_losses(context)) if _list_losses(context) else ""
    return render(request, "publishing/text/text.html", context)


def _run_button(
    request: HttpRequest, page: ItemPage, draft: ItemPage, by: Actor, context: dict[str, object]
) -> HttpResponse | None:
    """Run the page's button; return None to redisplay the page."""
    verb = request.POST.get("do", "preview")
    html = request.POST.get("html", "")
    upload = request.FILES.get("word")
    try:
        if verb == "save":
            return _save_text(request, page, by, html, context)
        if upload is not None:
            word_text = _read_upload(upload, by, context)
            html, context["losses"] = word_text.html, list(word_text.notes)
        else:
            html = _to_paragraphs(html)
        tidy_result = tidy_html(html, title=draft.title, keep=make_picture_storer(by))
    except (Refused, UnfitText) as refused:
        context |= {"errors": refused.reasons, "html": html or context["html"]}
        return None
    if verb == "edit":
        context["html"] = html
        return None
    if not to_plain_text(tidy_result.html) and "<img" not in tidy_result.html:
        context["errors"] = ["没有可用的文字，请先粘贴正文或选择文件。"]
        return None
    context |= {
        "preview": True,
        "html": tidy_result.html,
        "losses": list(dict.fromkeys([*_list_losses(context), *tidy_result.notes])),
        "raw": to_plain_text(html) or html,
    }
    return None


def _list_losses(context: dict[str, object]) -> list[str]:
    """Return the notes on lost content in a template context."""
    return texts_in(context, "losses")


def _to_paragraphs(text: str) -> str:
    """Return plain text from a browser without scripts as HTML, a paragraph each line; HTML stays unchanged."""
    if re.search(r"<[a-zA-Z/!]", text):
        return text

    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.splitlines())


def _read_upload(upload: UploadedFile, by: Actor, context: dict[str, object]) -> "WordText":
    """Convert an uploaded file to HTML, store it, and put its digest and name into the context."""
    data, text = upload.read(), upload.name or ""
    word_text = convert_office_text(data, text, make_file_picture_storer(by), DESK_FILE_KINDS)
    context |= {"source_digest": store_file(data, text, by).pk, "source_name": text[-200:]}
    return word_text


def _save_text(
    request: HttpRequest, page: ItemPage, by: Actor, html: str, context: dict[str, object]
) -> HttpResponse | None:
    """Save a text as a new draft; None if another user saved one since (the context then has the differences)."""
    cleaned_html = tidy_html(html, keep=make_picture_storer(by)).html if "raw" in request.POST else html
    source_digest, name = context["source_digest"], context["source_name"]
    stored = StoredFile.objects.filter(pk=source_digest, added_by_user=by.user_id).first() if source_digest else None
    try:
        actions.set_text(
            page,
            by=by,
            html=cleaned_html,
            seen=context["seen"],
            source=(name, stored) if stored and name else None,
            losses=_list_losses(context),
        )
    except Conflict as conflict:
        last_revision = page.get_latest_revision()
        theirs = to_plain_text(freeze_page(last_revision.as_object(), page.unit).html)
        context |= {
            "preview": True,
            "conflict": True,
            "errors": conflict.reasons,
            "html": cleaned_html,
            "lines": fold_same(compare_lines(theirs, to_plain_text(cleaned_html))),
            "seen": freezing.draft_token(last_revision),
        }
        return None

    messages.success(request, "正文已保存为新的一稿。")
    return HttpResponseRedirect(f"{reverse('publishing:item', args=(page.pk,))}#checks")


@require_POST
def clean_pasted_html(request: HttpRequest, number: int) -> HttpResponse:
    """Clean pasted HTML; respond with JSON: `html`, and `notes` on what was removed."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    if check_writer(by, page):
        raise Http404("只能处理本单位的信息")
    try:
        done = tidy_html(_to_paragraphs(request.POST.get("html", "")), keep=make_picture_storer(by))
    except (Refused, UnfitText) as refused:
        return JsonResponse({"html": "", "notes": refused.reasons})
    losses = signing.dumps(list(done.notes)) if done.notes else ""
    return JsonResponse({"html": _show_pictures(page, done.html), "notes": list(done.notes), "losses": losses})


@require_POST
def clean_html_pasted_in_editor(request: HttpRequest) -> HttpResponse:
    """Clean HTML pasted into Wagtail's editor, without pictures."""
    require_staff_actor(request)
    try:
        tidy_result = tidy_html(_to_paragraphs(request.POST.get("html", "")))
    except (Refused, UnfitText) as refused:
        return JsonResponse({"html": "", "notes": refused.reasons})
    html, flat = _write_sub_and_superscripts_as_characters(tidy_result.html)
    notes = list(tidy_result.notes)
    if flat:
        notes.append(f"上标、下标（{flat}处）不能贴入这里，已写成普通文字，请核对；要保留，请用“正文排版”。")
    if tables := html.count("<table"):
        html = _write_table_rows_as_paragraphs(html)
        notes.append(f"表格（{tables}处）不能贴入这里，已逐行写成文字；要保留表格，请用“正文排版”。")
    return JsonResponse({"html": html, "notes": notes, "losses": signing.dumps(notes) if notes else ""})


def _write_sub_and_superscripts_as_characters(html: str) -> tuple[str, int]:
    """Return (text with m<sup>2</sup> as m², number of raised or lowered texts without such characters)."""
    flat = 0

    def write(match: re.Match[str]) -> str:
        """Return the raised or lowered text as characters; count those that have none."""
        nonlocal flat
        text = raise_text(match[2], match[1] == "sup")
        flat += text == match[2] and re.search(r"[0-9A-Za-z]", text) is not None
        return text

    return re.sub(r"<(su[pb])>([^<]*)</\1>", write, html), flat


def _write_table_rows_as_paragraphs(html: str) -> str:
    """Return the text with each table row as a paragraph, cells separated by spaces."""
    html = re.sub(r"(?:</p>\s*)?</t[dh]>\s*<t[dh][^>]*>(?:\s*<p[^>]*>)?", "\u3000", html)
    html = re.sub(r"<tr[^>]*>\s*<t[dh][^>]*>(?:\s*<p[^>]*>)?", "<p>", html)
    html = re.sub(r"(?:</p>\s*)?</t[dh]>\s*</tr>", "</p>", html)
    return re.sub(r"</?(?:table|thead|tbody|tfoot|colgroup|col)\b[^>]*>", "", html)


def serve_draft_picture(request: HttpRequest, number: int, digest: str) -> FileResponse:
    """Serve a picture of a draft to its uploader and to users who see an item that contains it."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    stored = StoredFile.objects.filter(pk=digest, type__startswith="image/").first()
    if stored is not None and not is_own_login(by, stored.added_by_user):
        draft = freeze_page(page.get_latest_revision_as_object(), page.unit)
        stored = stored if any(file["digest"] == digest for file in draft.files) else None
    if stored is None:
        raise Http404("没有这幅图片")
    return serve_stored(stored, digest[:12], inline=True)
