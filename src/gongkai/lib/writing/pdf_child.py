"""Generate a .pdf in a child process, because its libraries take 30 MB."""

from collections.abc import Iterator
from contextlib import contextmanager

from gongkai.lib.confined import reader
from gongkai.lib.confined.template_process import ChildStopped
from gongkai.lib.writing import form_report
from gongkai.lib.writing.blocks import PictureBlock
from gongkai.lib.writing.fonts import MissingFont
from gongkai.lib.writing.form_report import FormReport
from gongkai.lib.writing.official import IssuedDocument, ReadPicture

#: Two fonts of at most 20 MB.
_FONT_BYTES = 40 << 20
#: Error of a document whose .pdf reached a limit of the child.
LIMIT_ERROR = "现在不能生成 PDF（文件很长，或者服务器繁忙）；请稍后再试，或者下载 .docx。"


@reader(MissingFont, loads=("gongkai.lib.writing.pdf",), written=_FONT_BYTES)
def _render_in_child(document: IssuedDocument, pictures: dict[str, bytes]) -> bytes:
    from gongkai.lib.writing.pdf import render_official_pdf

    return render_official_pdf(document, pictures.get)


@reader(MissingFont, loads=("gongkai.lib.writing.pdf",), written=_FONT_BYTES)
def _render_report_in_child(report: FormReport) -> bytes:
    return form_report.render_form_report(report)


def render_official_pdf(document: IssuedDocument, pictures: ReadPicture) -> bytes:
    """Return an official document (公文) as .pdf, made in a child process.

    Raises:
        MissingFont: no Chinese face is installed, or the child reached one of its limits.
    """
    digests = {block.digest for block in document.blocks if isinstance(block, PictureBlock)}
    picture_data = {digest: data for digest in digests if (data := pictures(digest)) is not None}
    with _name_reached_limits():
        return _render_in_child(document, picture_data)


def render_form_report(report: FormReport) -> bytes:
    """Return a report as .pdf, made in a child process (raises as `render_official_pdf`)."""
    with _name_reached_limits():
        return _render_report_in_child(report)


@contextmanager
def _name_reached_limits() -> Iterator[None]:
    """Raise MissingFont with a Chinese message about the reached limit."""
    try:
        yield
    except MissingFont as error:
        if isinstance(error.__cause__, ChildStopped):
            raise MissingFont(LIMIT_ERROR) from error.__cause__
        raise
