"""The list of notices, and bringing one in."""

from typing import Unpack

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.acts.action import Refused
from gongkai.errands.queries import under_way
from gongkai.files.serving import serve_stored
from gongkai.notices.actions.rules import imports
from gongkai.notices.incoming import PASTED, READING, pasted_again, said_of, take
from gongkai.notices.models import Notice
from gongkai.notices.queries.progress import with_progress
from gongkai.notices.queries.visible import visible_to
from gongkai.notices.source import MAX_BYTES
from gongkai.notices.states import NoticeState
from gongkai.notices.views.shared import found
from gongkai.ui.asked import whole, year_asked
from gongkai.ui.forms import FormFacts, Posted, Sent, dress
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, actor_of
from gongkai.units.models import Body, Role
from gongkai.units.openness import AREAS, issues_for_itself, units_led

#: Notices of one page; there are few of them, so pages are counted.
PER_PAGE = 20


def page(request: HttpRequest) -> HttpResponse:
    """List notices by year, how far each is."""
    actor = actor_of(request.user)
    rows = visible_to(request.user).select_related("government", "issuer", "parent")
    years = sorted(rows.order_by().values_list("year", flat=True).distinct(), reverse=True)
    year = request.GET.get("year", "")
    if asked := year_asked(year):
        rows = rows.filter(year=asked)
    shown = page_of(request, rows.order_by("-year", "-pk"), PER_PAGE)
    progress = with_progress(list(shown.object_list))
    context = {
        "notices": progress.notices,
        "as_of": progress.as_of,
        "shown": shown,
        "years": years,
        "year": year,
        "may_import": not imports(actor, None),
        "reading": under_way(request.user, READING.name),
        "DRAFT": NoticeState.DRAFT,
    }
    return render(request, "notices/list.html", context)


class ImportForm(forms.Form):
    """A file, or pasted text; for which government, issued by whom."""

    file = forms.FileField(
        label="通知文件",
        required=False,
        help_text=f"支持 .docx .wps .xlsx .et .pdf .ofd .html .txt，不超过{MAX_BYTES // 1024 // 1024} MB。可以把文件拖到这里。",
    )
    text = forms.CharField(
        label="或者粘贴文字",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="从网页或文档复制整个通知，连同表格。",
    )
    government = forms.ModelChoiceField(
        Body.objects.none(),
        label="由哪里落实",
        help_text="选政府的，交办给该政府各单位；选本单位的，只交办给本单位各处室和所属单位。",
    )
    issuer = forms.ModelChoiceField(
        Body.objects.none(), label="印发单位", required=False, help_text="不选则按通知上的落款识别。"
    )

    def __init__(
        self, data: Posted = None, files: Sent = None, *, by: Actor, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.by = by
        for name in ("file", "text"):  # one of the two
            self.fields[name].either = True  # type: ignore[attr-defined]
        governments = reached(by)
        chosen = self.fields["government"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Body.objects.filter(pk__in=[body.pk for body in governments])
        chosen.empty_label = None
        chosen.initial = governments[0].pk if governments else None
        if len(governments) == 1:
            chosen.widget = forms.HiddenInput()
        issuer = self.fields["issuer"]
        assert isinstance(issuer, forms.ModelChoiceField)
        issuer.queryset = Body.objects.filter(active_to=None, merged_into=None)
        issuer.empty_label = "按通知上的落款识别"
        dress(self)
        self.fields["file"].widget.attrs.pop("class")  # drawn as a place to drop a file into

    def clean(self) -> dict[str, object]:
        """One of the two."""
        data = super().clean() or {}
        if not self.errors and bool(data.get("file")) == bool((data.get("text") or "").strip()):
            self.add_error("file", "请选择文件，或者粘贴文字，只填一项。")
        return data


def reached(by: Actor) -> list[Body]:
    """Return what somebody may import for: the governments whose 政务公开办 they are, then those below; units they lead the work in."""
    reaches = {post.reach for post in by.posts if post.role == Role.CHIEF}
    rows = Body.objects.filter(AREAS, active_to=None, merged_into=None).order_by("path")
    return [body for body in rows if any(body.path.startswith(reach) for reach in reaches)] + units_led(by)


def upload(request: HttpRequest) -> HttpResponse:
    """Take a file or pasted text; it is read behind the page that follows, which leads to its review."""
    actor = actor_of(request.user)
    again = pasted_again(actor.user_id, whole(request.GET.get("again", "")) or 0)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent, by=actor, initial=again)
    if request.method == "POST" and form.is_valid():
        done = _import(request, form, actor)
        if done:
            return done
    context = {
        "form": form,
        "allowed": not imports(actor, None),
        "own": [body for body in reached(actor) if issues_for_itself(body)],
        "reading": under_way(request.user, READING.name),
    }
    return render(request, "notices/upload.html", context)


def _import(request: HttpRequest, form: ImportForm, actor: Actor) -> HttpResponse | None:
    data = form.cleaned_data
    try:
        content, name = _given(data["file"], data["text"])
        taken = take(content, name, by=actor, government=data["government"], issuer=data["issuer"])
    except Refused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return None
    if isinstance(taken, Notice):
        messages.warning(request, said_of(taken, already=True))
        return redirect("notices_review", taken.pk)
    return redirect("errands:one", taken.pk)


def _given(file: UploadedFile[bytes] | None, text: str) -> tuple[bytes, str]:
    if file is None:
        return text.encode(), PASTED
    if file.size and file.size > MAX_BYTES:
        raise Refused(f"“{file.name}”超过 {MAX_BYTES // 1024 // 1024} MB，请只保留通知正文和任务表后重试。")
    return file.read(), file.name or "通知"


def source(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out the file that was imported, to whoever may see the notice."""

    notice, _ = found(request, pk)
    return serve_stored(notice.source_file, notice.source_name)
