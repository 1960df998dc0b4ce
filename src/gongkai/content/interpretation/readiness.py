"""Determine how far a document's interpretations are, and whether a text has any content.

Source: 国办发〔2016〕80号 (解读方案、解读材料与文件同步组织、同步审签、同步部署).
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from gongkai.content.editions.actions.editions import withdraw
from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import Document, Shelf
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.editions.shelves import find_public_start, list_spans, was_public
from gongkai.content.editions.sources import OutgoingText, get_item_number, load_outgoing_text
from gongkai.content.interpretation.models import Interpretation, InterpretationMedium, Plan
from gongkai.content.publishing.models import ItemPage, find_item, get_document_title
from gongkai.content.reviewing.actions.publication import publication_blockers, publish
from gongkai.content.reviewing.approval_faults import SignedText
from gongkai.content.reviewing.cases import load_case
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.content.reviewing.required_reading import EFFECT
from gongkai.core.acts.action import Refused
from gongkai.core.acts.digest import canonical_json, digest
from gongkai.core.acts.rows import find_row
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, is_han
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.writing.titles import cite_title

#: A text has at least so many Han characters in clauses that count, so many of them different.
MIN_CHARACTERS, MIN_DISTINCT_CHARACTERS = 8, 6
#: Minimum number of words for a text in another script to count as content.
MIN_FOREIGN_WORD_COUNT = 3
#: An explanation shares so many pairs of characters, or such a part of its own, with its document.
MIN_SHARED_PAIRS, MIN_SHARED_PART = 12, 0.1
#: Shorter texts are not compared, nor a document as short as a notice whose rules are in its file.
MIN_COMPARED_PAIRS, MIN_DOCUMENT_PAIRS = 15, 150
#: Of a longer clause the rest is not read.
_MAX_CLAUSE_CHARACTERS = 200
_INTERPRETATION_NOUNS = "解读|栏目|网站|页面|材料|稿|图解|视频|公众号|内容|本期"
_LATER_WORDS = "正在|正按|抓紧|尚未|待|即将|将在|将会|预计|完成(?:之?后|以后)|随后|稍后|近期|尽快|后续|届时|顺延|补发|委托|会第一时间"
_EMPTY_CLAUSE_PATTERN = re.compile(
    # Promises.
    rf"(?:{_INTERPRETATION_NOUNS}).*(?:{_LATER_WORDS})|(?:{_LATER_WORDS}).*(?:{_INTERPRETATION_NOUNS})|建设中|敬请|谅解|大家见面|待(?:补充|完善|定|领导|人员)"
    r"|(?:补充|完善|撰写|编写|编制|起草|整理|审定)(?:完成|完毕|好)?(?:之后|以后|后)(?:再|将|会)?.*(?:上传|发布|公布|公开|上网|上线)"
    # Announcements alone: 将于近日在本网站公布, 正在组织编写.
    r"|^.{0,8}(?:近日|近期|日内|不日|随后|稍后|适时|另行|陆续|下周|本月|下月|月底|第一时间).{0,16}(?:上传|发布|公布|公开|推出|刊登|上网|上线)$"
    r"|(?:正在|尚在|仍在|还在|目前).{0,6}(?:编写|编制|撰写|起草)(?:之?中|当中)?$"
    r"|(?:汇总|收集|整理|梳理|研究|酝酿|筹备)(?:之中|当中|中)$|^.{0,4}(?:择期|择日|改日|另期)"
    # References, and words about the text itself.
    r"|详见|参[照见阅]|查阅|查看|点击|下载|[以按].{0,8}(?:文件|原文|正文).{0,4}为准|见附件|(?:见|同|读|阅读)文件|文件(?:第|最后)"
    r"|见.{0,4}(?:网站|官网|链接)|阅读了解|解读|栏目|口径|管理员|编辑|稿|排版|格式|正文|全文|条款|附则|总则|第.{1,3}章|共.{1,4}[章条]"
    r"|自.*起(?:施行|实施|执行)|同时废止|重复说明"
    # Phrases that fit every document.
    r"|贯彻落实.*(?:部署|精神|决策|要求)|贯彻(?:落实|执行)|精神|结合.{0,6}实际|制定本|现予公布|现将|印发给|发给你们|高度重视|重要意义|重要作用"
    r"|重要性|必要性|提高.{0,6}(?:认识|站位)|充分认识|责任担当|狠抓|取得实效|加强领导|学习领会|切实抓好|工作安排|反复讨论|认真研究|高质量发展"
    # Contacts and imprints.
    r"|手册|热线|拨打|网民|感谢|欢迎|关注|支持我们|不便|咨询|联系|来电|来访|地址|办公室|节假日除外|工作时间"
    r"|来源[:：]|责任编辑|审核[:：]|发布时间|浏览次数"
    # Placeholders.
    r"|^略$|此处|请(?:在此)?(?:输入|填写)|字数|测试|暂无|暂时没有|没有需要|简单明了|某某|××|XX|应当包括.*(?:背景|内容)|甲乙丙|子丑寅|天地玄黄|庚辛壬"
)
_ASPECT_HEADING_PATTERN = re.compile(
    r"[（(]?[一二三四五六七八九十\d]*[）)、.．]?(?:出台|主要|核心|适用|执行|施行|起草|制定|新旧|专业|政策)?"
    r"(?:背景|目的|内容|举措|措施|对象|范围|标准|关键词|名词|文件|差异|对照|意义|依据|主要差异|日期|解释|说明|注意|事项|问答)+"
)
_FOREIGN_WORD_PATTERN = re.compile(rf"[^\W\d_{HAN}]{{2,}}")
_PLACEHOLDER_TEXT_PATTERN = re.compile(r"lorem|ipsum|dolor sit|consectetur|adipiscing", re.IGNORECASE)
_DOCUMENT_NAME_PATTERN = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》|〔\d{4}〕\d+号")
_SENTENCE_PATTERN = re.compile(r"[^。！？；!?;\n]+[。！？；!?;]*")
_CLAUSE_MARK_PATTERN = re.compile("[，,：:（）()]")
_EMBEDDED_FILM_PATTERN = re.compile(
    r"<(?:video|audio|source|embed|iframe)\b[^<>]*\b(?:src|url)=[\"'][^\"'\s]", re.IGNORECASE
)
_LINK_PATTERN = re.compile(
    r"<a\b[^<>]*\bhref=[\"'](https?://[^\"'\s<>]+)[\"'][^<>]*>(.{0,2000}?)</a>", re.IGNORECASE | re.DOTALL
)
_FILM_URL_PATTERN = re.compile(
    r"\.(?:mp4|m4v|mov|webm|m3u8|mp3|m4a)(?:$|[?#])|//(?:[^/]+\.)?(?:v|tv|video)\.[^/]+|/(?:video|shipin)s?/"
)
_FILM_WORD_PATTERN = re.compile(r"视频|音频|动画|动漫|直播|回放|观看|收看|收听|播放")


def has_no_content(text: str, title: str = "") -> bool:
    """Return true if a text has no content other than repeated clauses, questions, cited names and the title.

    >>> has_no_content("停车费从每小时五元降到三元，学校门口早晚半小时免费。")
    False
    >>> has_no_content("解读材料正在准备，敬请关注本栏目。具体内容以文件为准。")
    True
    """
    heading, seen, prose = _keep_han(title), set[str](), ""
    for sentence in _SENTENCE_PATTERN.findall(_DOCUMENT_NAME_PATTERN.sub("", text)):
        for whole_clause in () if sentence.endswith(("？", "?")) else _CLAUSE_MARK_PATTERN.split(sentence):
            clause = whole_clause[:_MAX_CLAUSE_CHARACTERS]
            words = _keep_han(clause)
            if not words or words in seen:
                continue
            seen.add(words)
            repeats_title = bool(heading) and (words in heading or heading in words)
            if not (
                repeats_title
                or _EMPTY_CLAUSE_PATTERN.search(clause)
                or _ASPECT_HEADING_PATTERN.fullmatch(clause.strip("。；！ 　"))
            ):
                prose += words
    if (
        not seen
        and not _PLACEHOLDER_TEXT_PATTERN.search(text)
        and len(_FOREIGN_WORD_PATTERN.findall(text)) >= MIN_FOREIGN_WORD_COUNT
    ):
        return False
    return len(prose) < MIN_CHARACTERS or len(set(prose)) < MIN_DISTINCT_CHARACTERS


def is_unrelated(text: str, document: str, title: str) -> bool:
    """Return true if a text has nearly no word of the document that it should explain.

    Words are pairs of neighbouring Han characters, without those of the document's title.
    """
    character_pairs = _get_character_pairs(title)
    said, stated = _get_character_pairs(text) - character_pairs, _get_character_pairs(document) - character_pairs
    shared = len(said & stated)
    comparable = len(said) >= MIN_COMPARED_PAIRS and len(stated) >= MIN_DOCUMENT_PAIRS
    return comparable and shared < MIN_SHARED_PAIRS and shared < len(said) * MIN_SHARED_PART


def _get_character_pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1) if is_han(text[at]) and is_han(text[at + 1])}


def _keep_han(text: str) -> str:
    return "".join(filter(is_han, text))


def has_film(html: str) -> bool:
    """Return true if a text embeds or links to video or audio, by URL or words (观看视频)."""
    if _EMBEDDED_FILM_PATTERN.search(html):
        return True
    return any(
        _FILM_URL_PATTERN.search(address) or _FILM_WORD_PATTERN.search(words)
        for address, words in _LINK_PATTERN.findall(html)
    )


PICTURE_TYPES, _FILMS = ("image/", "application/pdf"), ("video/", "audio/")
#: Error of an interpretation that says nothing on the document.
UNRELATED_ERROR = "解读稿没有说到文件的内容：请写明文件规定了什么；说的是另一份文件的，请改选所解读的文件。"
#: Error of an interpretation without its own text.
UNWRITTEN_ERROR = "解读稿还没有写正文：不能只有标题、套话、联系方式或者“另行发布”“详见文件”，请写明文件规定了什么。"


@dataclass(frozen=True)
class PreparedInterpretation:
    """An interpretation of a document with its last signed or submitted text, else its last draft.

    `public_from` is when it is public for everyone; `lacks` are reasons against submission.
    """

    link: Interpretation
    title: str
    frozen: FrozenContent
    public_from: datetime | None
    review: Review | None
    lacks: list[str]

    @property
    def is_signed(self) -> bool:
        """Return true if the interpretation is fully signed and will be published with its document."""
        return self.review is not None and self.review.waits_for_document

    @property
    def is_under_review(self) -> bool:
        """Return true if the interpretation is under review."""
        return self.review is not None and self.review.state == ReviewState.WAITING

    def is_public_by(self, start: datetime) -> bool:
        """Return true if the interpretation is public no later than a document public from `start`."""
        return self.is_signed or (self.public_from is not None and self.public_from <= start)

    @property
    def words(self) -> str:
        """Return the state of the interpretation in Chinese."""
        if self.public_from is not None:
            return "已公开" if self.public_from <= timezone.now() else "定时公开"
        if self.is_signed:
            return "已签发，与文件同时公开"
        if self.is_under_review:
            return "审签中"
        return "没有写好" if self.lacks else "已写好，待送审"

    @property
    def text(self) -> str:
        """Return the text, for the document's signers."""
        return to_plain_text(self.frozen.html)


def find_content_error(frozen: FrozenContent, form: str) -> str:
    """Return the error of an interpretation that has no content in its form, or ""."""
    if form == InterpretationMedium.TEXT:
        return UNWRITTEN_ERROR if has_no_content(to_plain_text(frozen.html), frozen.title) else ""
    types = [str(file["type"]) for file in frozen.files]
    if form == InterpretationMedium.PICTURE:
        shown = any(type_.startswith(PICTURE_TYPES) for type_ in types) or any(file["picture"] for file in frozen.files)
        return "" if shown else "图片解读还没有图片。"
    film = any(type_.startswith(_FILMS) for type_ in types) or has_film(frozen.html)
    return "" if film else "视频解读还没有视频：请上传视频，或者写明“观看视频”并附上完整的网址。"


def list_approved_effects(text: OutgoingText) -> list[tuple[str, str]]:
    """Return [(Chinese words, digest)] if the text interprets a document, else [].

    By signing the text, its signers also approve this effect (`reviewing.required_reading`).
    """
    link = find_row(Interpretation.objects.filter(item_id=get_item_number(text.source.stream)))
    if link is None:
        return []
    words = f"本文作为{cite_title(get_document_title(link.document))}的{InterpretationMedium(link.form).label}公开，已经说明这份文件规定了什么"
    return [(words, _compute_link_digest(link))]


def _compute_link_digest(link: Interpretation) -> str:
    return digest(canonical_json({"explains": link.document_id, "form": link.form}))


def _is_signed_for_document(link: Interpretation, review: Review | None) -> bool:
    """Return true if the signers of a review approved this document and form of interpretation.

    Also true without a review, and for reviews in which no link was signed.
    """
    asked = [part["digest"] for part in review.parts if part["kind"] == EFFECT] if review else []
    return not asked or _compute_link_digest(link) in asked


def list_prepared_interpretations(document: Document) -> list[PreparedInterpretation]:
    """Return the interpretations of a document that exist as items."""
    rows = Interpretation.objects.filter(document=document).select_related("text").order_by("pk")
    items = {item.pk: item for item in ItemPage.objects.filter(pk__in=[row.item_id for row in rows])}
    return [_load_prepared(row, item) for row in rows if (item := items.get(row.item_id)) and item.latest_revision_id]


def _load_prepared(link: Interpretation, item: ItemPage) -> PreparedInterpretation:
    """Return an interpretation with its text, review, and reasons against submission."""
    review = Review.objects.filter(source=item.stream).order_by("-pk").first()
    live = review is not None and (review.state == ReviewState.WAITING or review.waits_for_document)
    text = load_outgoing_text(item, review.revision_id if review and live else item.latest_revision_id or 0)
    lacks = [] if live else list(publication_blockers(text))
    public = find_public_start(link.text.editions.all()) if link.text else None
    out = Review.objects.filter(source=item.stream, edition_id__isnull=False).order_by("-pk").first()
    if not _is_signed_for_document(link, out if public is not None else review):
        public, review = None, None
        lacks = [*lacks, "签字的人确认的是另一份文件的解读，请重新送审"]
    return PreparedInterpretation(link, text.frozen.title, text.frozen, public, review, lacks)


def get_unpublished_explained_document(text: OutgoingText) -> set[int]:
    """Return {key of the explained document} if it is not public yet, or an empty set.

    The interpretation is published with it, unless it was submitted for a time of its own (出台前解读).
    """
    if text.frozen.facts["kind"] != ItemKind.INTERPRETATION:
        return set()
    link = Interpretation.objects.filter(item_id=get_item_number(text.source.stream)).first()
    if link is None or documents_visible_to(ANONYMOUS).filter(pk=link.document_id).exists():
        return set()
    review = Review.objects.filter(source=text.source.stream).order_by("-pk").first()
    timed = review is not None and review.state == ReviewState.WAITING and review.visible_from is not None
    return set() if timed else {link.document_id}


def publish_signed_interpretations(document: Document) -> int:
    """Publish the signed interpretations of a document at its publication time; return how many.

    For a document signed for a later time the signed interpretations get the same time. Later drafts and
    submissions do not delay them.

    Raises:
        Refused: one of them can no longer be published on its signatures.
    """
    links = list(Interpretation.objects.filter(document=document))
    start = find_public_start(document.editions.all()) if links else None
    return sum(_publish_interpretation(link, document, start) for link in links) if start else 0


def _publish_interpretation(link: Interpretation, document: Document, start: datetime) -> bool:
    """Publish an interpretation that is signed and waits for its document; return false if it does not wait for it
    (Refused: it cannot be published)."""
    item = find_item(link.item_id)
    review = Review.objects.filter(source=f"item/{link.item_id}").order_by("-pk").first()
    if item is None or review is None or not review.waits_for_document:
        return False
    approval = SignedText(load_outgoing_text(item, review.revision_id), load_case(review), companion=document)
    try:
        publish(item, by=SYSTEM, approval=approval, visible_from=start if start > timezone.now() else None)
    except Refused as refused:
        raise Refused([f"解读“{review.title}”不能同时公开：{reason}" for reason in refused.reasons]) from refused
    return True


def publish_all_signed_interpretations() -> int:
    """Job: publish interpretations that were signed after their documents; return how many. May be repeated."""
    shelf = Shelf.objects.filter(column=None)
    public = shelf.filter(document=OuterRef("text"), from_at__lte=timezone.now())
    rows = Interpretation.objects.filter(Exists(shelf.filter(document=OuterRef("document"))), ~Exists(public))
    done = 0
    for document in Document.objects.filter(pk__in=rows.values("document")):
        with suppress(Refused):  # its drafter's list says that it lacks its interpretation
            done += publish_signed_interpretations(document)
    return done


def is_scheduled(document: Document | None) -> bool:
    """Return true if the first publication of a document is scheduled."""
    start = find_public_start(document.editions.all()) if document else None
    return start is not None and start > timezone.now()


def find_withdrawal_errors(link: Interpretation) -> list[str]:
    """Return reasons against withdrawing an interpretation alone: the plan of its scheduled document requires it."""
    plan = Plan.objects.filter(item_id=link.document.item_number or 0, needed=True).first()
    if plan is None or link.form not in plan.wanted or not is_scheduled(link.document):
        return []
    return ["被解读的文件已经签发、等待定时公开，解读须与它同时公开；要撤回，请撤回文件，解读随文件撤回。"]


def find_link_change_errors(link: Interpretation) -> list[str]:
    """Return reasons against changing an interpretation's document or medium: under review, signed or scheduled."""
    review = Review.objects.filter(source=f"item/{link.item_id}").order_by("-pk").first()
    if review is not None and (review.state == ReviewState.WAITING or review.waits_for_document):
        return ["解读已经送审或者签发，要改关联的文件或者形式，请先在审签页撤回送审。"]
    return ["解读等待与文件同时公开，不能改关联的文件或者形式。"] if is_scheduled(link.text) else []


def withdraw_scheduled_interpretations(document: Document) -> None:
    """Withdraw interpretations scheduled with a document that was withdrawn before its time."""
    for link in Interpretation.objects.filter(document=document, text__isnull=False).select_related("text"):
        assert link.text is not None
        editions = list(link.text.editions.all())
        waits = any(span.until is None and span.since > timezone.now() for span in list_spans(editions))
        if waits and not was_public(editions, timezone.now()):
            withdraw(link.text, by=SYSTEM, reason="被解读的文件在公开之前已撤回。")
