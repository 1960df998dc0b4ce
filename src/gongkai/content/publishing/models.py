"""Models of publishing: items, attachments, disclosure clock, releases through other channels."""

from collections.abc import Collection, Iterable
from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PagePermissionTester, Revision

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import EditionContent
from gongkai.content.editions.models.editions import (
    SELECTABLE_STANDINGS,
    Audience,
    DisclosureAttribute,
    DisclosureBasis,
    Document,
    ItemKind,
)
from gongkai.content.editions.sources import TextWriters
from gongkai.core.acts.action import Refused
from gongkai.core.acts.joint_transactions import list_logged_facts
from gongkai.core.acts.models import RowName
from gongkai.core.acts.rows import find_row, lock_row
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.models import Entry
from gongkai.core.units.another_person import list_action_people
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import lazy_figures
from gongkai.core.widgets.request_cache import ask_once
from gongkai.lib.typed_json import read_number


class SourceFile(models.Model):
    """The Word or WPS file from which a text was made; never public."""

    item_id = models.BigIntegerField("信息编号", db_index=True)
    stored = models.ForeignKey(StoredFile, models.CASCADE, related_name="+", verbose_name="文件")
    name = models.CharField("文件名", max_length=200)
    by = models.CharField("上传人", max_length=120)
    at = models.DateTimeField("上传时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "正文原文件"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["item_id", "stored"], name="one_source_file")]

    def __str__(self) -> str:
        return self.name


class PictureSize(models.Model):
    """A stored size of a text's picture; `base` is the widest, used in the text."""

    base = models.ForeignKey(StoredFile, models.CASCADE, related_name="sizes", verbose_name="图片")
    stored = models.ForeignKey(StoredFile, models.CASCADE, related_name="+", verbose_name="文件")
    width = models.PositiveIntegerField("宽")
    height = models.PositiveIntegerField("高")

    class Meta:
        verbose_name = verbose_name_plural = "图片尺寸"
        ordering = ["width"]
        constraints = [models.UniqueConstraint(fields=["base", "width"], name="one_size_each")]

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


#: Actions that write an item; their log records name the author also without a login.
WRITING_ACTIONS = ("publishing.draft", "publishing.revise")


class DeskRights(PagePermissionTester):  # type: ignore[misc]
    """Wagtail's page permissions, restricted to writing: no moving or copying."""

    def can_move(self) -> bool:
        """Return false: moving is not allowed."""
        return False

    def can_copy(self) -> bool:
        """Return false: copying is not allowed."""
        return False


class DeskPage(Page):  # type: ignore[misc]
    """Base class of draft pages: no public URL, and only our preview."""

    class Meta:
        abstract = True

    promote_panels: list[object] = []
    settings_panels: list[object] = []

    def get_url_parts(self, request: HttpRequest | None = None) -> None:
        """Return None, because pages are not served; the public reads editions."""
        return

    def permissions_for_user(self, user: object) -> DeskRights:
        """Return the user's permissions in Wagtail's own pages."""
        return DeskRights(user, self)


class UnitPage(DeskPage):
    """A body's page in the editor's tree. Its items are children, so permissions follow the subtree."""

    body = models.OneToOneField(Body, models.PROTECT, related_name="desk", verbose_name="单位")

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["publishing.ItemPage"]

    class Meta:
        verbose_name = verbose_name_plural = "单位信息库"


class ItemPage(DeskPage):
    """A draft item: text, fields and files. Published by `actions.publish` only."""

    kind = models.CharField("类别", max_length=20, choices=ItemKind, default=ItemKind.OTHER)
    body = RichTextField(
        "正文",
        blank=True,
        features=["h2", "h3", "h4", "bold", "italic", "ol", "ul", "hr", "link", "blockquote", "superscript"],
    )
    imported_html = models.TextField(
        "由文件生成的正文", blank=True, help_text="由上传的 .docx 生成，含表格；有此内容时以它为正文"
    )
    index_number = models.CharField("索引号", max_length=60, blank=True)
    document_number = models.CharField("发文字号", max_length=80, blank=True)
    issuer = models.CharField("发文机关", max_length=120, blank=True)
    written_on = models.DateField("成文日期", null=True, blank=True)
    formed_on = models.DateField(
        "形成或变更日期",
        null=True,
        blank=True,
        help_text=lazy_figures("自该日起<disclosure.publish>内公开（条例第二十六条）"),
    )
    effective_on = models.DateField("施行日期", null=True, blank=True)
    ends_on = models.DateField("有效期至", null=True, blank=True)
    standing = models.CharField("有效性", max_length=10, choices=SELECTABLE_STANDINGS, blank=True, default="")
    subject = models.CharField("主题分类", max_length=80, blank=True)
    genre = models.CharField("体裁（组配）分类", max_length=40, blank=True)
    keywords = models.CharField("主题词", max_length=120, blank=True)
    summary = models.CharField("内容概述", max_length=300, blank=True)
    source = models.CharField("信息来源", max_length=120, blank=True, help_text="转载信息注明原发布机关")
    policy_focus = models.CharField("政策重点", max_length=80, blank=True)
    attribute = models.CharField("公开属性", max_length=12, choices=DisclosureAttribute, blank=True)
    attribute_basis = models.CharField("公开依据", max_length=12, choices=DisclosureBasis, blank=True)
    attribute_reason = models.CharField("属性认定理由", max_length=300, blank=True)
    manner = models.CharField("公开方式", max_length=8, choices=Audience, default=Audience.ALL)
    circle = models.JSONField("限定公开的单位", default=list, blank=True)
    manner_reason = models.CharField("限定范围的理由", max_length=300, blank=True)

    parent_page_types = ["publishing.UnitPage"]
    subpage_types: list[str] = []
    #: The place of the page above, and whose it is, once this object was asked.
    _unit: tuple[str, Body] | None = None

    class Meta:
        verbose_name = verbose_name_plural = "信息"

    stream = RowName("item")

    def frozen(self, revision: int) -> FrozenContent:
        """Return the content of an edition made from this revision.

        Raises:
            Refused: the revision does not exist, or belongs to another page.
        """
        return ask_once(("frozen", self.pk, revision), lambda: self._freeze_revision(revision))

    def _freeze_revision(self, revision: int) -> FrozenContent:
        """Return the frozen content of one of this item's revisions.

        Raises:
            Refused: it was deleted, or belongs to another item.
        """
        from gongkai.content.publishing.freezing import freeze

        stored_revision = find_row(Revision.objects.filter(pk=revision))
        if stored_revision is None:
            raise Refused("这一稿已被删除，请刷新后看最新一稿。")
        base = ContentType.objects.get_for_id(stored_revision.base_content_type_id)
        if str(stored_revision.object_id) != str(self.pk) or base.model != "page":
            raise Refused("这个修订不属于这条信息。")
        return freeze(self, stored_revision)

    def writers(self, after: int, upto: int) -> TextWriters:
        """Return the writers of revisions after `after` up to `upto`: their accounts, and the persons in the log."""
        rows = Revision.objects.for_instance(self).filter(pk__gt=after, pk__lte=upto, user__isnull=False)
        people = {
            person
            for said in list_logged_facts(self.stream)
            if said.action in WRITING_ACTIONS and after < read_number(said.facts, "revision", 0 if after else 1) <= upto
            for person in list_action_people(said.person_id, said.facts)
            if person is not None
        }
        return TextWriters(set(rows.values_list("user_id", flat=True)), people)

    def publication_blockers(self, frozen: FrozenContent) -> list[str]:
        """Return a Chinese sentence on each field that is missing before publication."""
        from gongkai.content.publishing.freezing import list_missing_item_fields

        return [sentence for _, sentence in list_missing_item_fields(frozen)]

    @property
    def unit(self) -> Body:
        """Return the body of the item, that of the parent page (Body.DoesNotExist: it has none)."""
        above = self.path[: -self.steplen]  # type: ignore[has-type]
        if self._unit is None or self._unit[0] != above:
            self._unit = above, ask_once(("desk of", above), lambda: Body.objects.get(desk__path=above))
        return self._unit[1]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Render the draft like its public page (publishing.preview)."""
        from gongkai.content.publishing import editor

        return editor.render_preview(request, self)

    def clean(self) -> None:
        """Validate dependencies between fields; requirements of publication are checked at submission."""
        super().clean()
        if self.ends_on and self.effective_on and self.ends_on < self.effective_on:
            raise ValidationError({"ends_on": "有效期止日早于施行日期，请核对。"})

    def full_clean(self, *args: object, **kwargs: object) -> None:
        """Set a random slug and validate; Wagtail's search for a free slug costs queries."""
        if not self.slug:  # type: ignore[has-type]
            self.slug = f"item-{uuid4().hex[:16]}"
        super().full_clean(*args, **kwargs)


class ItemAttachment(Orderable):  # type: ignore[misc]
    """A file of an item: its displayed name and its digest."""

    page = ParentalKey(ItemPage, on_delete=models.CASCADE, related_name="attachments")
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name="文件")
    name = models.CharField("附件名称", max_length=200)

    class Meta(Orderable.Meta):  # type: ignore[misc]
        verbose_name = verbose_name_plural = "附件"


class WordsState(models.TextChoices):
    """State of words proposed for a site, column or policy; a second person decides."""

    WAITING = "waiting", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "不同意"
    REPLACED = "replaced", "已由新的提议代替"
    WITHDRAWN = "withdrawn", "提出人已撤回"


class ProposedWords(models.Model):
    """Words proposed for a site, column or policy document; a second person confirms them.

    The former words stay public until then. Targets are stored by name and key, not foreign key, so
    that proposals outlive them.
    """

    target = models.CharField("对象", max_length=64, db_index=True, help_text="如 website/3、column/12")
    title = models.CharField("对象名称", max_length=200)
    body_id = models.BigIntegerField("单位编号", db_index=True)
    before = models.JSONField("现在的文字", default=dict)
    after = models.JSONField("提议的文字", default=dict)
    state = models.CharField("状态", max_length=10, choices=WordsState, default=WordsState.WAITING)
    by = models.CharField("提出人", max_length=120)
    person_id = models.BigIntegerField("提出人编号", null=True)
    account_id = models.BigIntegerField("提出人账号", null=True)
    at = models.DateTimeField("提出时间", default=timezone.now)
    decided_by = models.CharField("确认人", max_length=120, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "待确认的文字"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"], condition=models.Q(state="waiting"), name="one_proposal_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}：{self.get_state_display()}"


class Disclosure(models.Model):
    """The duty to publish an item formed or changed on a day (条例第二十六条). Its ledger entry has the clock.

    The item is stored by id, so that deleting an item deletes no record of the duty.
    """

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="disclosure")
    item_id = models.BigIntegerField("信息编号", db_index=True)
    formed_on = models.DateField("形成或变更日期")

    class Meta:
        verbose_name = verbose_name_plural = "主动公开时限"


class DisclosureChannel(models.TextChoices):
    """Other channels of publication: 条例第二十三条, and 其他渠道 in notices."""

    MEDIA = "media", "政务新媒体"
    GAZETTE = "gazette", "政府公报"
    READING = "reading", "政府信息查阅场所"
    BOARD = "board", "公开栏、电子屏"
    PRESS = "press", "报刊"
    BROADCAST = "broadcast", "广播、电视"
    CONFERENCE = "conference", "新闻发布会"
    SMS = "sms", "短信"
    OTHER = "other", "其他"


class ChannelRelease(models.Model):
    """A release of a document through another channel: time and proof. Withdrawn ones stay with a reason."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="channel_releases", verbose_name="公开信息")
    channel = models.CharField("渠道", max_length=12, choices=DisclosureChannel)
    name = models.CharField("账号、报刊或场所名称", max_length=120)
    at = models.DateTimeField("发布时间")
    address = models.URLField("链接", max_length=500, blank=True)
    proof = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="佐证文件"
    )
    proof_name = models.CharField("佐证文件名", max_length=200, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    recorded_at = models.DateTimeField("登记时间", default=timezone.now)
    recorded_by = models.CharField("登记人", max_length=120)
    dropped = models.CharField("作废理由", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "其他渠道发布"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["document", "channel"], name="channel_release_document")]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.name}"


def find_document_item(document: Document) -> ItemPage | None:
    """Return the item of a document, or None if it has another source or was deleted."""
    item: ItemPage | None = find_row(ItemPage.objects.filter(pk=document.item_number))
    return item


def find_item(number: int) -> ItemPage | None:
    """Return an item by primary key, or None."""
    item: ItemPage | None = find_row(ItemPage.objects.filter(pk=number))
    return item


def lock_item(number: int) -> ItemPage | None:
    """Return an item by primary key, locked until the end of the transaction, or None."""
    return lock_row(ItemPage, number)


def filter_item_numbers(numbers: Collection[int]) -> set[int]:
    """Return the primary keys in `numbers` that belong to items."""
    return set(ItemPage.objects.filter(pk__in=numbers).values_list("pk", flat=True))


def get_or_create_unit_page(body: Body) -> UnitPage:
    """Return a body's page in the editor's tree, created at first use."""
    desk: UnitPage | None = find_row(UnitPage.objects.filter(body=body))
    if desk is None:
        desk = UnitPage(title=body.name, slug=f"unit-{body.pk}", body=body, live=False)
        Page.objects.get(depth=1).add_child(instance=desk)
    return desk


def map_document_titles(documents: Iterable[Document]) -> dict[int, str]:
    """Return document titles by primary key, of the last edition or the draft, in two queries."""
    given = {document.pk: document for document in documents}
    rows = EditionContent.objects.filter(edition__document__in=given).order_by("edition__number")
    titles = dict(rows.values_list("edition__document_id", "title"))
    drafts = {given[pk].item_number: pk for pk in given if pk not in titles}
    for number, title in ItemPage.objects.filter(pk__in=drafts).values_list("pk", "draft_title"):
        titles[drafts[number]] = title
    return {pk: titles.get(pk, str(document)) for pk, document in given.items()}


def get_document_title(document: Document) -> str:
    """Return the title of a document: of its last edition, else of its draft."""
    return map_document_titles([document])[document.pk]
