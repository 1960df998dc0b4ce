"""Files of a register's records (agendas, sign-in sheets, photos): upload, removal, download.

An app derives a model from `files.models.Paper` with `related_name="papers"`, an action that
calls `add_papers`, one that calls `delete_paper`, and a view that checks permission and returns `make_paper_response`.
Pages include `files/papers.html`.
"""

from collections.abc import Iterable
from typing import Protocol

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.files.forms import FilesField
from gongkai.core.files.kinds import is_picture
from gongkai.core.files.models import Paper, PaperKind
from gongkai.core.files.serving import serve_stored
from gongkai.core.files.store import NamedStoredFile, delete_if_unreferenced, find_new_files, store_upload
from gongkai.core.widgets.forms import PlainForm

#: Maximum number of files of one record.
MAX_FILES_PER_RECORD = 100


class PaperManager(Protocol):
    """Protocol of the related manager of a record's files."""

    def count(self) -> int:
        """Return the number of attached files."""
        ...

    def values_list(self, *names: str) -> Iterable[tuple[object, ...]]:
        """Return field values of the attached files."""
        ...

    def create(self, **facts: object) -> Paper:
        """Create the row of an attached file."""
        ...


class PapersForm(PlainForm):
    """Form to upload files of one kind to a record."""

    what = forms.ChoiceField(label="材料类别", choices=PaperKind)
    uploads = FilesField(label="文件", help_text="可以一次选择多个。只供本单位和上级政务公开办查看，不会自动公开。")

    def received(self, by: Actor) -> list[NamedStoredFile]:
        """Store the uploaded files, before the action that attaches them; return them with their names."""
        uploads: list[UploadedFile[bytes]] = self.cleaned_data["uploads"]
        return [store_upload(upload, by) for upload in uploads]


def add_papers(papers: PaperManager, kind: str, files: Iterable[NamedStoredFile], *, by: Actor) -> list[Paper]:
    """Attach files to a record inside an action, each content once for each kind (a `PaperKind`)."""
    if kind not in PaperKind.values:
        raise Refused("请选择材料类别。")
    new_files = find_new_files(
        files, {str(digest) for paper_kind, digest in papers.values_list("what", "stored") if paper_kind == kind}
    )
    if kind == PaperKind.PHOTO and (not_pictures := [file.name for file in new_files if not is_picture(file.name)]):
        raise Refused(f"“{not_pictures[0]}”不是图片：照片请上传 .jpg、.png 等图片，其他文件请选别的材料类别。")
    if not new_files:
        raise Refused("没有选择文件，或者这些文件已经在记录中。")
    if papers.count() + len(new_files) > MAX_FILES_PER_RECORD:
        raise Refused(f"一条记录最多{MAX_FILES_PER_RECORD}个文件，请合并后再上传。")
    return [
        papers.create(what=kind, name=named_file.name, stored=named_file.stored, added_by=by.name)
        for named_file in new_files
    ]


def describe_papers(papers: Iterable[Paper]) -> str:
    """Return the names of the added files as a Chinese phrase."""
    rows = list(papers)
    return f"上传{rows[0].get_what_display()}：{'、'.join(f'“{row.name}”' for row in rows)}"[:500]


def map_paper_digests(papers: Iterable[Paper]) -> dict[str, str]:
    """Return {file name: digest} of the files, for the log."""
    return {paper.name: paper.digest for paper in papers}


def delete_paper(paper: Paper) -> str:
    """Delete a file row, and its content if unused; return the description. Inside an action only.

    The content stays if, for example, a published text uses the same photo.
    """
    text, digest = f"删除{paper.get_what_display()}“{paper.name}”", paper.digest
    paper.delete()
    delete_if_unreferenced(digest)
    return text


def make_paper_response(paper: Paper) -> FileResponse:
    """Return the response with a file."""
    return serve_stored(paper.stored, paper.name)
