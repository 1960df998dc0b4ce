"""Item texts: pictures, imported Word and WPS files, pasted text, concurrent editing."""

import io
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngInfo

from factories.checks import docx_with
from factories.pages import client_for
from factories.publishing import item, released
from factories.units import actor
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions, freezing
from gongkai.content.publishing.freezing import freeze, store_picture, strip_metadata
from gongkai.content.publishing.models import ItemPage, PictureSize, SourceFile
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.units.models import Body, Role
from gongkai.lib.richtext import UnfitText, convert_office_text
from gongkai.lib.richtext.office_files import convert_in_child

pytestmark = pytest.mark.django_db


def load_draft(page: ItemPage) -> ItemPage:
    found: ItemPage = ItemPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return found


def make_photo(width: int = 2000, height: int = 1000) -> bytes:
    """Make a photograph with GPS metadata."""
    picture = Image.new("RGB", (width, height), "teal")
    exif = Image.Exif()
    exif[0x010F] = "Camera of Zhang"
    exif.get_ifd(0x8825)[2] = (30.0, 35.0, 12.0)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


class TestPictures:
    def test_picture_is_stored_in_fixed_widths(self, db: None) -> None:
        base = store_picture(make_photo(), "照片.jpg")
        sizes = list(PictureSize.objects.filter(base=base).values_list("width", "height"))
        assert sizes == [(480, 240), (960, 480), (1600, 800)]
        for row in PictureSize.objects.filter(base=base):  # without where and by whom it was taken
            data = row.stored.read()
            assert b"Zhang" not in data
            assert not Image.open(io.BytesIO(data)).getexif()
        small = store_picture(make_photo(300, 200), "照片.jpg")
        assert list(PictureSize.objects.filter(base=small).values_list("width", flat=True)) == [300], "never larger"

    def test_picture_is_rotated_by_its_exif_orientation(self, db: None) -> None:
        picture = Image.new("RGB", (200, 100))
        exif = Image.Exif()
        exif[0x0112] = 6
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", exif=exif)
        base = store_picture(buffer.getvalue(), "照片.jpg")
        assert PictureSize.objects.get(base=base).width == 100

    @pytest.mark.parametrize("data", [b"", b"\x89PNG broken", make_photo()[:500]])
    def test_unreadable_picture_is_refused(self, data: bytes, db: None) -> None:
        with pytest.raises(Refused, match="打不开"):
            store_picture(data, "照片.jpg")

    def test_edition_has_all_sizes_and_its_page_offers_them(self, housing: Body, plans: Column) -> None:
        base = store_picture(make_photo(), "照片.jpg")
        page = item(housing, [plans], imported_html=f'<p>见图</p><img src="gongkai-file:{base.pk}" alt="效果图">')
        released(page)
        document = ensure_document(page)
        html = Client().get(document.addresses.get(current=True).path).content.decode()
        offered = re.search(r'srcset="([^"]+)"', html)
        assert offered is not None
        addresses = [part.split()[0] for part in offered[1].split(",")]
        assert len(addresses) == 3
        for address in addresses:
            assert Client().get(address).status_code == 200


class TestFiles:
    def test_uploaded_file_becomes_the_text_and_stays_private(self, housing: Body, plans: Column) -> None:
        clerk = actor(Role.CLERK, housing)
        page = item(housing, [plans])
        client = client_for(clerk)
        address = f"/admin/publishing/items/{page.pk}/text/"
        upload = SimpleUploadedFile("计划.docx", docx_with("一、总体要求", [["年度", "个数"], ["2026", "42"]]))
        shown = client.post(address, {"do": "preview", "html": "", "word": upload})
        text = shown.content.decode()
        assert "<h2>一、总体要求</h2>" in text
        fields = dict(re.findall(r'name="(seen|source_digest|source_name)" value="([^"]*)"', text))
        answer = client.post(address, {"do": "save", "html": shown.context["html"], **fields})
        assert answer.status_code == 302
        assert "<h2>一、总体要求</h2>" in load_draft(page).imported_html
        kept = SourceFile.objects.get(item_id=page.pk)
        assert kept.name == "计划.docx"
        assert client.get(f"/admin/publishing/items/{page.pk}/source/{kept.pk}/").status_code == 200
        assert Client().get(f"/admin/publishing/items/{page.pk}/source/{kept.pk}/").status_code == 302
        old = SimpleUploadedFile("计划.rtf", b"{\\rtf1\\ansi \\u19968?\\u12289?\\u35745?\\u21010?\\par}")
        assert "一、计划" in client.post(address, {"do": "preview", "html": "", "word": old}).content.decode()
        assert kept.stored_id not in str(freeze(page, ItemPage.objects.get(pk=page.pk).get_latest_revision()).files)

    def test_tracked_changes_of_a_word_file_are_reported(self, db: None) -> None:
        import zipfile

        source = io.BytesIO(docx_with("正文甲"))
        buffer = io.BytesIO()
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(buffer, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == "word/document.xml":
                    data = data.replace(
                        "<w:t>正文甲</w:t></w:r>".encode(),
                        "<w:t>正文甲</w:t></w:r><w:ins w:id='1' w:author='周'><w:r><w:t>加的</w:t></w:r></w:ins>"
                        "<w:del w:id='2' w:author='周'><w:r><w:delText>删的</w:delText></w:r></w:del>".encode(),
                    )
                new.writestr(name, data)
        made = convert_office_text(buffer.getvalue(), "稿.docx", lambda _data, _name: "")
        assert "正文甲加的" in made.html
        assert "删的" not in made.html
        assert "修订痕迹（2处）" in made.notes[0]

    def test_old_doc_file_is_converted(self) -> None:
        made = convert_in_child.here(
            (Path(__file__).parents[2] / "samples/notices/canglan-2022.doc").read_bytes(), "wps"
        )
        assert "<td>州税务局</td>" in made.html
        with pytest.raises(UnfitText, match="不能生成正文"):
            convert_office_text(b"x", "稿.txt", lambda _data, _name: "")


class TestPasting:
    def test_pasted_html_is_cleaned(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        client = client_for(actor(Role.CLERK, housing))
        answer = client.post(
            f"/admin/publishing/items/{page.pk}/text/paste/",
            {"html": "<p class=MsoNormal style='mso-x:1'>一、甲<o:p></o:p></p><script>x()</script>"},
        )
        assert answer.json() == {"html": "<h2>一、甲</h2>", "notes": [], "losses": ""}
        shown = client.post(f"/admin/publishing/items/{page.pk}/text/", {"do": "preview", "html": "一、甲\n乙 < 丙。"})
        assert shown.context["html"] == "<h2>一、甲</h2><p>乙 &lt; 丙。</p>", "plain lines are paragraphs"

    def test_words_left_out_of_a_paste_must_be_confirmed(self, housing: Body, plans: Column) -> None:
        clerk = actor(Role.CLERK, housing)
        page, client = item(housing, [plans]), client_for(clerk)
        address = f"/admin/publishing/items/{page.pk}/text/"
        foreign = (
            "<p>收费<s>三</s>五元<span style='text-decoration:line-through'>起</span>，"
            "<ruby>䶮<rt>yǎn</rt></ruby>村办理<span style='mso-hide:all'>暗</span>。</p>"
        )
        made = client.post(f"{address}paste/", {"html": foreign}).json()
        assert made["html"] == "<p>收费五元，䶮村办理。</p>"
        assert [word for word in ("已删去的文字", "三", "注音", "隐藏") if word not in "".join(made["notes"])] == []
        facts = {"do": "save", "html": made["html"], "seen": freezing.draft_token(page.get_latest_revision())}
        client.post(address, {**facts, "losses": [made["losses"], "forged"]})
        with pytest.raises(Refused, match="已对照原文件核对"):
            actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)
        assert "losses_seen" in client.get(f"/admin/publishing/items/{page.pk}/").content.decode()
        review = actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk, losses_seen=True)
        assert "已删去的文字" in client.get(reverse("reviewing:review", args=[review.pk])).content.decode()

    def test_pasted_picture_is_stored(self, housing: Body, plans: Column) -> None:
        import base64

        page = item(housing, [plans])
        client = client_for(actor(Role.CLERK, housing))
        source = f"data:image/jpeg;base64,{base64.b64encode(make_photo()).decode()}"
        made = client.post(f"/admin/publishing/items/{page.pk}/text/paste/", {"html": f'<img src="{source}">'}).json()
        address = re.search(r'src="([^"]+)"', made["html"])
        assert address is not None
        assert client.get(address[1]).status_code == 200
        other = client_for(actor(Role.CLERK, housing))
        assert other.get(address[1]).status_code == 404, "a draft's picture is for whoever pasted it until it is saved"

    def test_private_file_cannot_be_embedded_as_a_picture(self, housing: Body, plans: Column) -> None:
        clerk = actor(Role.CLERK, housing)
        secret = store_publishable_file("原件".encode(), "原件.txt", clerk)
        page = item(housing, [plans], imported_html=f'<p>甲</p><img src="gongkai-file:{secret.pk}" alt="图">')
        with pytest.raises(Refused, match="不是图片"):
            actions.submit(page, by=clerk)


class TestConcurrentEdits:
    def test_set_text_refuses_an_outdated_draft(self, housing: Body, plans: Column) -> None:
        mine, other = actor(Role.CLERK, housing), actor(Role.CLERK, housing)
        page = item(housing, [plans])
        seen = freezing.draft_token(page.get_latest_revision())
        actions.save_revision(page, by=other, body="<p>别人的文字。</p>")
        with pytest.raises(Conflict, match=f"{other.name}于"):
            actions.set_text(ItemPage.objects.get(pk=page.pk), by=mine, html="<p>我的。</p>", seen=seen)

    def test_page_shows_conflicting_changes_and_asks(self, housing: Body, plans: Column) -> None:
        mine, other = actor(Role.CLERK, housing), actor(Role.CLERK, housing)
        page = item(housing, [plans])
        seen = freezing.draft_token(page.get_latest_revision())
        actions.save_revision(page, by=other, body="<p>别人的文字。</p>")
        client, address = client_for(mine), f"/admin/publishing/items/{page.pk}/text/"
        shown = client.post(address, {"do": "save", "html": "<p>我的文字。</p>", "seen": seen})
        text = shown.content.decode()
        assert "我的文字" in text
        assert "仍以我的为准保存" in text
        assert f"{other.name}于" in text
        again = client.post(address, {"do": "save", "html": "<p>我的文字。</p>", "seen": shown.context["seen"]})
        assert again.status_code == 302
        assert load_draft(page).imported_html == "<p>我的文字。</p>"


class TestAttachedPictures:
    """Metadata of attached pictures is removed before publication."""

    def test_jpeg_metadata_is_removed_and_pixels_kept(self) -> None:
        exif = Image.Exif()
        exif[0x010F] = "某某手机"
        exif.get_ifd(0x8825)[1] = "N"
        given = io.BytesIO()
        picture = Image.linear_gradient("L").convert("RGB")
        picture.save(given, "JPEG", exif=exif, comment="张三拍摄".encode())
        left = Image.open(io.BytesIO(strip_metadata(given.getvalue())))
        assert not left.getexif()
        assert "comment" not in left.info
        _, most = zip(*ImageChops.difference(left, Image.open(given)).getextrema(), strict=True)
        assert max(most) <= 3

    def test_jpeg_is_rotated_by_its_exif_orientation(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        given = io.BytesIO()
        Image.new("RGB", (60, 40)).save(given, "JPEG", exif=exif)
        assert Image.open(io.BytesIO(strip_metadata(given.getvalue()))).size == (40, 60)

    def test_png_text_chunks_are_removed(self) -> None:
        words = PngInfo()
        words.add_text("Author", "李四")
        words.add_itxt("Title", "现场照片")
        given = io.BytesIO()
        Image.new("RGBA", (9, 9), (1, 2, 3, 4)).save(given, "PNG", pnginfo=words)
        left = Image.open(io.BytesIO(strip_metadata(given.getvalue())))
        assert left.info == {}
        assert left.getpixel((0, 0)) == (1, 2, 3, 4)

    @pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"\xff\xd8\xff\xe1 broken", b"\x89PNG\r\n\x1a\n"])
    def test_other_data_is_returned_unchanged(self, data: bytes) -> None:
        assert strip_metadata(data) == data
