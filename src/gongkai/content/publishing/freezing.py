"""Freeze a revision of an item into an edition's content: detect concurrent edits, check and resize its pictures."""

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING

from wagtail.models import Revision
from wagtail.rich_text import expand_db_html

from gongkai.content.editions.frozen import (
    INTERNAL_FACTS,
    PUBLIC_FACT_LABELS,
    FrozenContent,
    FrozenFile,
    list_missing_parts,
    store_publishable_file,
)
from gongkai.content.editions.models import Audience
from gongkai.content.publishing.models import ItemPage, PictureSize
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.files.models import StoredFile
from gongkai.core.units.models import Body, Person
from gongkai.core.units.queries import with_names_at
from gongkai.core.widgets.templatetags.ui import moment
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.richtext import clean_html
from gongkai.lib.richtext.clean import FILE_SCHEME
from gongkai.lib.richtext.depth import UnfitText
from gongkai.lib.richtext.pictures import list_picture_digests

if TYPE_CHECKING:
    from collections.abc import Callable


#: Widths in which a picture is stored, but never wider than uploaded.
PICTURE_WIDTHS_PIXELS = (480, 960, 1600)
#: Pictures of one paste; each is stored in several widths while the user waits.
MAX_PASTED_PICTURES = 60
#: First bytes of picture formats in which cameras store metadata.
_PICTURE_MAGIC_BYTES = (b"\x89PNG", b"\xff\xd8\xff")
_DATA_URL_PATTERN = re.compile(r"^data:image/(?:png|jpe?g|gif);base64,", re.IGNORECASE)


def store_picture(data: bytes, name: str, by: Actor | None = None) -> StoredFile:
    """Store a picture in all widths; return the widest, which the text uses.

    Place, time and camera (EXIF: personal data), comments and thumbnails are removed.

    Raises:
        Refused: no picture that a page can show.
    """
    from gongkai.lib.fileformats.pictures import UnfitPicture, resize_picture

    try:
        pictures = resize_picture(data, list(PICTURE_WIDTHS_PIXELS))
    except UnfitPicture as unfit:
        raise Refused(f"“{name[-60:]}”：{unfit}。") from unfit
    stored = [(store_publishable_file(picture.data, f"图片.{picture.suffix}", by), picture) for picture in pictures]
    base = stored[0][0]
    for file, one in stored:
        PictureSize.objects.get_or_create(base=base, width=one.width, defaults={"stored": file, "height": one.height})
    return base


def make_file_picture_storer(by: Actor) -> "Callable[[bytes, str], str]":
    """Return a function that stores the pictures of an uploaded text."""

    def keep(data: bytes, name: str) -> str:
        """Store a picture and return its digest; UnfitText when it is refused."""
        try:
            return store_picture(data, name, by).pk
        except Refused as refused:
            raise UnfitText("".join(refused.reasons).partition("：")[2]) from refused

    return keep


def strip_metadata(data: bytes) -> bytes:
    """Return a picture without camera and program metadata (`strip_picture`); other files unchanged.

    Raises:
        Refused: a limit was exceeded.
    """
    from gongkai.lib.fileformats.pictures import UnfitPicture, strip_picture

    if not data.startswith(_PICTURE_MAGIC_BYTES):
        return data
    try:
        return strip_picture(data)
    except UnfitPicture as unfit:
        raise Refused(f"{unfit}。") from unfit


def make_picture_storer(by: Actor) -> "Callable[[str], str]":
    """Return a function that stores pasted pictures; external addresses are not fetched."""

    kept = 0

    def keep(source: str) -> str:
        """Return the stored source of a picture in the text, or "" if it is not accepted."""
        nonlocal kept
        if re.fullmatch(rf"{FILE_SCHEME}:[0-9a-f]{{64}}", source):
            return source
        match = re.search(r"/(?:files|pictures)/(?:\d+/\d+/)?([0-9a-f]{64})$", source)
        if match and StoredFile.objects.filter(pk=match[1], type__startswith="image/").exists():
            return f"{FILE_SCHEME}:{match[1]}"
        head = _DATA_URL_PATTERN.match(source)
        if not head or kept >= MAX_PASTED_PICTURES:
            return ""
        kept += 1
        try:
            data = base64.b64decode(source[head.end() :], validate=False)
            return f"{FILE_SCHEME}:{store_picture(data, '粘贴的图片', by).pk}"
        except (binascii.Error, ValueError, Refused):
            return ""

    return keep


#: Fields of a revision that are frozen: an item's own fields, its attachments and its title.
FROZEN_FIELDS = frozenset(
    {"title", "attachments", *(one.name for one in ItemPage._meta.local_fields if not one.is_relation)}
)


def freeze(item: ItemPage, revision: Revision) -> FrozenContent:
    """Return the content of an edition made from this revision."""
    return freeze_page(make_item_of_revision(item, revision.content), with_names_at(item.unit, revision.created_at))


def make_item_of_revision(item: ItemPage, content: Mapping[str, object]) -> ItemPage:
    """Return an unsaved item with the field values of a revision and its attachments."""
    read = {name: value for name, value in content.items() if name in FROZEN_FIELDS}
    page: ItemPage = ItemPage.from_serializable_data({**read, "pk": item.pk})
    return page


def freeze_page(page: ItemPage, body: Body) -> FrozenContent:
    """Return the content of an edition made from a page in memory (also for the preview)."""
    html = clean_html(page.imported_html) if page.imported_html.strip() else clean_html(expand_db_html(page.body))
    facts = {name: _to_text(getattr(page, name)) for name in (*PUBLIC_FACT_LABELS, *INTERNAL_FACTS)}
    circle = sorted({body.pk, *(int(number) for number in page.circle)})
    limited = page.manner == Audience.LIMITED
    return FrozenContent(
        title=page.title.strip(),
        html=html,
        facts={**facts, "unit": body.name, "unit_id": body.pk, "standing": page.standing},
        files=_list_files(page, html),
        audience=Audience.LIMITED.value if limited else Audience.ALL.value,
        circle="/" + "".join(f"{number}/" for number in circle) if limited else "/",
    )


def _to_text(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value or "").strip()


def _list_files(page: ItemPage, html: str) -> list[FrozenFile]:
    """Return the attachments of an item, then the pictures of its text in the order of their digests."""
    listed: list[FrozenFile] = [
        {
            "name": attachment.name,
            "digest": attachment.stored_id,
            "size": attachment.stored.size,
            "type": attachment.stored.type,
            "picture": False,
        }
        for attachment in page.attachments.all()
    ]
    return listed + _list_pictures(sorted(list_picture_digests(html)))


def _list_pictures(digests: list[str]) -> list[FrozenFile]:
    """Return the pictures of a text and their smaller sizes (`of` names the picture used in the text)."""
    listed: dict[str, FrozenFile] = {
        mark: {"name": "", "digest": mark, "size": 0, "type": "", "picture": True} for mark in digests
    }
    smaller: list[FrozenFile] = []
    rows = PictureSize.objects.filter(base__in=digests).order_by("base_id", "width") if digests else ()
    for row in rows:
        if row.stored_id == row.base_id:
            listed[row.base_id]["width"], listed[row.base_id]["height"] = row.width, row.height
        else:
            smaller.append(
                {
                    "name": "",
                    "digest": row.stored_id,
                    "size": 0,
                    "type": "",
                    "picture": True,
                    "width": row.width,
                    "of": row.base_id,
                }
            )
    return [*listed.values(), *smaller]


def list_missing_item_fields(frozen: FrozenContent) -> list[tuple[str, str]]:
    """Return missing fields of an item before publication as (field, Chinese sentence)."""
    facts = frozen.facts
    checks = [
        (not facts["formed_on"], "formed_on", "请填写形成或变更日期（公开时限由此起算）。"),
        (not facts["attribute"], "attribute", "请选择公开属性。"),
        (not facts["attribute_basis"], "attribute_basis", "请选择公开依据。"),
    ]
    return [*list_missing_parts(frozen), *((field, sentence) for wrong, field, sentence in checks if wrong)]


def draft_token(revision: Revision | None) -> str:
    """Return a token that identifies a draft: its key and time, because autosave reuses the key."""
    return f"{revision.pk}-{revision.created_at.timestamp():.6f}" if revision else ""


def find_newer_draft(item: ItemPage, token: str) -> Revision | None:
    """Return the last draft if it differs from that with the token; None if it does not, or the token is ""."""
    last = item.get_latest_revision()
    return last if last is not None and token and draft_token(last) != token else None


def describe_draft(revision: Revision) -> str:
    """Return the author and time of a saved draft, in Chinese."""
    person = Person.objects.filter(user=revision.user_id).first() if revision.user_id else None
    return f"{person.name if person else '他人'}于{moment(revision.created_at)}保存了新的一稿。"


def refuse_if_changed(item: ItemPage, token: str) -> None:
    """Refuse to save over a draft newer than the one with the token ("": any draft is accepted).

    Raises:
        Conflict: another user saved.
    """
    other = find_newer_draft(item, token)
    if other is not None:
        raise Conflict(f"{describe_draft(other)}您填写的内容没有丢失，请比较后再保存。")
