"""Broken links, unreadable media and files without visible content."""

import io
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from factories.publishing import column, public
from gongkai.content.checks import faults, links
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions
from gongkai.core.files.forms import find_upload_text_fault
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body
from gongkai.lib.privacy.files.emptiness import find_emptiness
from gongkai.lib.richtext.pictures import add_picture_sizes


def make_png() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def make_box(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", 8 + len(data)) + name + data


FILM = make_box(b"ftyp", b"isom\0\0\2\0") + make_box(b"moov", b"\0" * 20) + make_box(b"mdat", b"\0" * 50)
SOUND = b"ID3\x03\0\0\0\0\0\x0a" + b"\0" * 10 + b"\xff\xfb\x90\x00" + b"\0" * 100


@pytest.mark.parametrize(
    ("data", "suffix", "reason"),
    [
        (make_png(), "png", ""),
        (make_png()[:60], "png", "打不开"),
        (b"<svg>", "png", "打不开"),
        (FILM, "mp4", ""),
        (FILM[:-10], "mp4", "没有传完整"),
        (make_box(b"ftyp") + make_box(b"mdat"), "mp4", "不完整"),
        (b"RIFF0000AVI ", "mp4", "不是 MP4"),
        (make_box(b"ftyp") + b"\0\0\0\x02moov", "mp4", "已损坏"),
        (SOUND, "mp3", ""),
        (b"\xff\xfb\x90\x00" + b"\0" * 50, "mp3", ""),
        (b"OggS", "mp3", "不是能播放的"),
        (b"", "mp3", "不是能播放的"),
        (b"anything", "docx", ""),
    ],
)
def test_find_media_error_by_content_and_suffix(data: bytes, suffix: str, reason: str) -> None:
    told = faults.find_media_error(data, suffix, len(data))
    assert (reason in told) if reason else told == ""


def test_film_of_which_only_the_beginning_was_read_is_not_broken() -> None:
    assert faults.find_media_error(FILM[:40], "mp4", len(FILM)) == ""


@pytest.mark.django_db
class TestLinks:
    @pytest.mark.parametrize(
        ("href", "reason"),
        [
            ("https://www.gov.cn/zhengce/", ""),
            ("http://云岭.政务/", ""),
            ("www.gov.cn", "不完整"),
            ("ftp://a.example.cn/x", "公众打不开"),
            ("http://192.168.1.4/oa", "内部网络"),
            ("http://intranet/oa", "写法有误"),
            ("https://a..b/", "写法有误"),
            ("/admin/publishing/", "后台"),
            ("/no/such/page.html", "站内没有这个页面"),
            ("/columns/999999/", "栏目没有开通"),
            ("/search/", ""),
            ("http://[::1", "写法有误"),
        ],
    )
    def test_find_url_error_by_form_and_by_target(self, href: str, reason: str, plans: Column) -> None:
        told = links.find_url_error(href)
        assert (reason in told) if reason else told == ""

    def test_link_to_a_withdrawn_document_is_an_error(self, housing: Body, plans: Column) -> None:
        document = public(housing, [plans])
        path = document.addresses.get(current=True).path
        assert links.find_url_error(path) == ""
        assert links.find_url_error(f"http://testserver{path}") == ""
        actions.withdraw(document, by=SYSTEM, reason="有误")
        assert "已撤回" in links.find_url_error(path)

    def test_link_to_an_unopened_column_is_an_error(self, plans: Column) -> None:
        closed = column(plans.website, "未开通", opened=False)
        assert "没有开通" in links.find_url_error(f"/columns/{closed.pk}/")
        assert links.find_url_error(f"/columns/{plans.pk}/") == ""


def test_picture_gets_srcset_of_its_sizes() -> None:
    mark, small = "a" * 64, "b" * 64
    files = [
        {"digest": mark, "picture": True, "width": 960, "height": 480},
        {"digest": small, "picture": True, "width": 480, "of": mark},
    ]
    html = add_picture_sizes(
        f'<p><img src="gongkai-file:{mark}" alt="图"></p>', files, lambda digest: f"/f/{digest[:1]}"
    )
    assert 'srcset="/f/b 480w, /f/a 960w"' in html
    assert 'src="/f/a" width="960" height="480"' in html
    assert 'alt="图"' in html


def test_picture_of_one_size_gets_no_srcset() -> None:
    mark = "a" * 64
    html = add_picture_sizes(f'<img src="gongkai-file:{mark}" alt="图">', [], lambda digest: "/f")
    assert html == '<img src="/f" loading="lazy" alt="图">'


@pytest.mark.parametrize(
    ("mode", "size", "colour", "empty"),
    [
        ("RGB", (1, 1), "black", True),
        ("RGB", (800, 600), "red", True),
        ("RGBA", (800, 600), (9, 9, 9, 0), True),
        ("P", (500, 500), 3, True),
        ("L", (30, 30), None, True),
        ("L", (800, 600), None, True),  # one grey fades into another
        ("drawn", (256, 256), None, False),
    ],
)
def test_picture_of_one_colour_or_few_pixels_is_empty(
    mode: str, size: tuple[int, int], colour: object, empty: bool
) -> None:
    buffer = io.BytesIO()
    picture = Image.linear_gradient("L").resize(size) if colour is None else Image.new(mode, size, colour)
    if mode == "drawn":
        ImageDraw.Draw(picture).text((20, 20), "2026", fill=255)
    picture.save(buffer, "PNG")
    assert bool(find_emptiness(buffer.getvalue(), "png")) is empty
    for name in ("webp", "tiff"):
        buffer = io.BytesIO()
        picture.convert("RGBA").save(buffer, name)
        assert bool(find_emptiness(buffer.getvalue(), name)) is empty


_VIDEO_TRACK, _SOUND_TRACK = b"hdlr" + bytes(8) + b"vide", b"hdlr" + bytes(8) + b"soun"
_LENGTH_NINE = b"\0\0\0\x09"


@pytest.mark.parametrize(
    ("length", "track", "media", "empty"),
    [
        (0, _VIDEO_TRACK, 50, True),
        (60_000, b"", 50, True),
        (60_000, _VIDEO_TRACK + b"stsz" + bytes(12), 50, True),
        (60_000, _VIDEO_TRACK + b"stsz" + bytes(8) + _LENGTH_NINE + bytes(36), 50, True),
        (60_000, _VIDEO_TRACK + b"stsz" + bytes(4) + _LENGTH_NINE + _LENGTH_NINE, 0, True),
        (60_000, _SOUND_TRACK + b"stsz" + bytes(8) + _LENGTH_NINE + bytes(32) + _LENGTH_NINE, 50, False),
        (60_000, _SOUND_TRACK + b"stsz" + bytes(4) + _LENGTH_NINE + _LENGTH_NINE, 50, False),
    ],
)
def test_film_without_length_track_or_sample_is_empty(length: int, track: bytes, media: int, empty: bool) -> None:
    inside = b"\0\0\0\x64mvhd" + bytes(12) + struct.pack(">II", 1000, length) + bytes(72) + track
    assert bool(find_emptiness(make_box(b"moov", inside) + make_box(b"mdat", bytes(media)), "mp4")) is empty
    assert find_emptiness(make_box(b"ftyp", bytes(8)), "mp4")
    film = (
        make_box(b"free", bytes(9_000_000)) + make_box(b"mdat", bytes(media)) + make_box(b"moov", inside)
    )  # its index at the end
    assert bool(find_upload_text_fault(SimpleUploadedFile("片.mp4", film))) is empty


@pytest.mark.parametrize(("coded", "empty"), [(0, True), (846, True), (992, True), (3_730, False)])
def test_heic_with_few_bytes_per_pixel_is_empty(coded: int, empty: bool) -> None:
    """Sizes as an encoder writes for a white sheet, a gradient, and a sheet with one stamp."""
    extent = make_box(b"ispe", bytes(4) + struct.pack(">II", 900, 1200))
    assert (
        bool(find_emptiness(make_box(b"ftyp") + make_box(b"meta", extent) + make_box(b"mdat", bytes(coded)), "heic"))
        is empty
    )


@pytest.mark.parametrize(("pages", "drawn", "empty"), [(35, None, True), (35, 0, False), (35, 17, False)])
def test_long_pdf_is_sampled_at_start_middle_and_end(pages: int, drawn: int | None, empty: bool) -> None:
    sheets = [Image.new("L", (300, 400), "white") for _ in range(pages)]
    if drawn is not None:
        ImageDraw.Draw(sheets[drawn]).text((20, 20), "2026 2027 2028", fill=0)
    buffer = io.BytesIO()
    sheets[0].save(buffer, "PDF", save_all=True, append_images=sheets[1:])
    assert bool(find_emptiness(buffer.getvalue(), "pdf")) is empty


def _make_office_package(main: str, kind: str, parts: dict[str, str]) -> bytes:
    buffer, office = io.BytesIO(), "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rows = f'<Relationship Id="r1" Type="{office}/officeDocument" Target="{main}"/>'
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("_rels/.rels", f"<Relationships>{rows}</Relationships>")
        below = "".join(
            f'<Relationship Id="r{number}" Type="{office}/{kind}" Target="{name}"/>'
            for number, name in enumerate(parts)
        )
        folder, _, file = main.partition("/")
        archive.writestr(f"{folder}/_rels/{file}.rels", f"<Relationships>{below}</Relationships>")
        if file not in parts:
            archive.writestr(main, '<p:presentation xmlns:p="p"/>')
        for name, text in parts.items():
            archive.writestr(f"{folder}/{name}", text)
    return buffer.getvalue()


_TEXT_SHAPE = "<p:sp><p:txBody><a:t>校车时间</a:t></p:txBody></p:sp>"


@pytest.mark.parametrize(
    ("state", "inside", "empty"),
    [
        ("", "", True),
        ("", _TEXT_SHAPE.replace("校车时间", "　 "), True),
        ('show="0"', _TEXT_SHAPE, True),
        ("", _TEXT_SHAPE, False),
        ("", "<p:graphicFrame/>", False),
    ],
)
def test_slides_without_visible_content_are_empty(state: str, inside: str, empty: bool) -> None:
    slide = f'<p:sld xmlns:p="p" xmlns:a="a" {state}><p:cSld>{inside}</p:cSld></p:sld>'
    assert (
        bool(find_emptiness(_make_office_package("ppt/presentation.xml", "slide", {"slide1.xml": slide}), "pptx"))
        is empty
    )


@pytest.mark.parametrize(
    ("look", "empty"),
    [
        ('<w:color w:val="FFFFFF"/>', True),
        ('<w:color w:val="auto" w:themeColor="background1"/>', True),
        ('<w:color w:val="FDFEFD"/>', True),
        ('<w:color w:val="000000"/><w:shd w:val="clear" w:fill="000000"/>', True),
        ('<w:color w:val="BFBFBF" w:themeColor="background1" w:themeShade="BF"/>', False),
        ('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>', False),
        ('<w:color w:val="000000"/><w:highlight w:val="yellow"/>', False),
        ('<w:shd w:val="clear" w:fill="000000"/>', False),
    ],
)
def test_text_in_the_background_colour_is_invisible(look: str, empty: bool) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    words = f"<w:p><w:r><w:rPr>{look}</w:rPr><w:t>校车时间</w:t></w:r></w:p>"
    document = f'<w:document xmlns:w="{space}"><w:body>{words}</w:body></w:document>'
    assert (
        bool(find_emptiness(_make_office_package("word/document.xml", "none", {"document.xml": document}), "docx"))
        is empty
    )
    unread = {"document.xml": document, "custom.xml": "".join(map(str, range(30_000)))}  # as long as a long one
    long = SimpleUploadedFile("证明.docx", _make_office_package("word/document.xml", "none", unread))
    assert ((long.size or 0) > 60_000, bool(find_upload_text_fault(long))) == (True, empty)
