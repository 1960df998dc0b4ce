"""Find the text of a page by known containers or by density, and clean it. Pure."""

from collections.abc import Container

from lxml.etree import _Element

from gongkai.content.migration.sources.pages import text_paths, vocabulary
from gongkai.content.migration.sources.pages.dom import (
    BLOCK_TAGS,
    HEADING_TAGS,
    STRUCK_ATTRIBUTE,
    UNSEEN_ATTRIBUTE,
    count_characters,
    count_link_characters,
    get_element_text,
    get_id_and_classes,
    id_and_class_set,
    iter_elements,
    remove_element,
)
from gongkai.lib.chinese import lazy_re as re

#: Elements that never contain a page's text.
TEMPLATE_TAGS = frozenset({"nav", "footer", "aside"})
#: Tags of parts that scripts can open, so that readers may see them though they are hidden.
_OPENABLE_TAGS = frozenset({"div", "section", "article", "table", "tbody", "ul", "ol", "dl"})
MIN_TEXT_CHARACTERS = 12
"""Minimum characters of a text without picture or file."""


def find_text_element(root: _Element, known_paths: str = "") -> _Element | None:
    """Return the element with a page's text, by learnt paths, known container names, else density, or None.

    Args:
        root: the page.
        known_paths: learnt paths of texts on its site (`text_paths`, one a line), used if they contain the page's sentences.
    """
    for line in known_paths.splitlines():
        if (
            (node := text_paths.find_element_at_path(root, line)) is not None
            and _is_text_element(node)
            and _contains_most_sentences(root, node)
        ):
            return node
    known: dict[str, list[_Element]] = {}
    for element in iter_elements(root, "div", "td", "article", "section", "ucapcontent"):
        for token in id_and_class_set(element) & _KNOWN_CONTAINER_NAMES:
            known.setdefault(token, []).append(element)
    for token in vocabulary.TEXT_CONTAINER_NAMES:
        fitting = [one for one in known.get(token, []) if _is_text_element(one)]
        if fitting:
            return max(fitting, key=lambda one: count_characters(one) - 2 * count_link_characters(one))
    return _find_densest(root)


def _contains_most_sentences(root: _Element, node: _Element) -> bool:
    """Return true if an element has enough of a page's sentences that the rest may be template."""
    inside, said = {node, *node.iterdescendants()}, find_sentences(root)
    within = sum(len(text) for block, text in said.items() if block in inside)
    return sum(map(len, said.values())) - within <= 2 * max(within, MIN_PROSE_CHARACTERS)


_KNOWN_CONTAINER_NAMES = set(vocabulary.TEXT_CONTAINER_NAMES)


def _is_text_element(element: _Element) -> bool:
    """Return true if an element is text, not navigation: little of it is links, or all of it attachments."""
    length = count_characters(element)
    if length < MIN_TEXT_CHARACTERS:
        return element.find(".//img") is not None or element.find(".//a[@href]") is not None
    return count_link_characters(element) < 0.6 * length or has_only_attachments(element)


def has_only_attachments(element: _Element) -> bool:
    """Return true if all links of an element are document files."""
    return all(
        re.search(r"\.(?:pdf|docx?|xlsx?|wps|et|zip|rar|ofd)\b", a.get("href") or "", re.IGNORECASE)
        for a in element.iter("a")
    )


def _find_densest(root: _Element) -> _Element | None:
    """Return the smallest element with nearly all sentences of a page, else that with the most paragraphs, or None."""
    prose: dict[_Element, int] = {}
    for block, text in find_sentences(root).items():
        length = len(text)
        for above in (block, *block.iterancestors()):
            prose[above] = prose.get(above, 0) + length
    node = root
    if prose.get(root, 0) < MIN_PROSE_CHARACTERS:
        return _find_heaviest(root)
    while inside := [one for one in node if prose.get(one, 0) >= TEXT_ELEMENT_SHARE * prose[node]]:
        node = inside[0]
    return _find_all_tabs(_find_whole_text(node))


#: Characters of sentences that are enough to locate the text of a page.
MIN_PROSE_CHARACTERS = 60
#: Share of a page's sentences that the element of the text must contain.
TEXT_ELEMENT_SHARE = 0.7
_SENTENCE_MARK_PATTERN = re.compile(r"[。；！？]|，[^，]*，")


def find_sentences(root: _Element) -> dict[_Element, str]:
    """Return {block: its whole text without white space} of blocks that contain a sentence.

    Links and the page template do not count. Blocks shorter than `MIN_TEXT_CHARACTERS` are left out.
    """
    texts_by_block: dict[_Element, list[str]] = {}
    nodes: set[_Element] = set()
    for element in root.iter():
        parent = element.getparent()
        if parent in nodes or not isinstance(element.tag, str) or element.tag == "a" or _is_page_template(element):
            nodes.add(element)
        elif element.tag in _CONTAINER_TAGS or parent is None:
            texts_by_block[element] = [element.text or ""]
        elif (block := _find_block(element, texts_by_block)) is not None:
            texts_by_block[block].append("\0" if element.tag == "br" else element.text or "")
        if parent is not None and parent not in nodes and (block := _find_block(element, texts_by_block)) is not None:
            texts_by_block[block].append(element.tail or "")
    joined_texts = {
        block: "".join("".join(parts).split()).replace("\0", "\n") for block, parts in texts_by_block.items()
    }
    return {
        block: text
        for block, text in joined_texts.items()
        if len(text) >= MIN_TEXT_CHARACTERS and _SENTENCE_MARK_PATTERN.search(text)
    }


_TAB_NAME_PATTERN = re.compile(r"(?:^|[-_])tabs?(?:$|[-_])|tab-?(?:con|pane|content|item|panel)", re.IGNORECASE)


def _find_all_tabs(node: _Element) -> _Element:
    """Return the parent of all tabs if an element is in one of several tabs, else the element itself."""
    for ancestor in (node, *node.iterancestors()):
        tabs = {token for token in id_and_class_set(ancestor) if _TAB_NAME_PATTERN.search(token)}
        nodes = [
            other
            for other in (*ancestor.itersiblings(), *ancestor.itersiblings(preceding=True))
            if other.tag == ancestor.tag
        ]
        if (parent := ancestor.getparent()) is not None and any(tabs & id_and_class_set(other) for other in nodes):
            return parent
    return node


def find_validity_lines(root: _Element, node: _Element) -> list[str]:
    """Return short lines outside a text that state its end of validity (已废止)."""
    inside = {node, *node.iterdescendants()}
    lines = []
    for element in iter_elements(root, *BLOCK_TAGS, "td", "span", "font", "b", "strong", "em"):
        own = "".join((element.text or "", *(child.tail or "" for child in element)))
        if not vocabulary.END_OF_VALIDITY_PATTERN.search(own) or element in inside or node in element.iterdescendants():
            continue
        line = get_element_text(element)
        apart = any(above.tag == "a" or _is_page_template(above) for above in (element, *element.iterancestors()))
        if len(line) <= _MAX_NOTICE_CHARACTERS and not apart and line not in lines:
            lines.append(line)
    return lines


#: Maximum length of a line that states the end of a text's validity, or of an advertisement.
_MAX_NOTICE_CHARACTERS = 80
_CONTAINER_TAGS = BLOCK_TAGS | {"td", "th", "body"}


def _is_page_template(element: _Element) -> bool:
    """Return true if an element belongs to the page's template (navigation, footer), by tag, or id and classes."""
    return element.tag in TEMPLATE_TAGS or (
        element.tag not in {"html", "body"} and _has_template_marks(get_id_and_classes(element))
    )


def _has_template_marks(marked: str) -> bool:
    """Return true if an element's id and classes are those of a page template."""
    return vocabulary.BOILERPLATE_PATTERN.search(vocabulary.NOT_BOILERPLATE_PATTERN.sub("", marked)) is not None


def _find_block(element: _Element, blocks: Container[_Element]) -> _Element | None:
    """Return the block that contains the words after or within an element, or None."""
    return next((above for above in element.iterancestors() if above in blocks), None)


def _find_whole_text(paragraph: _Element) -> _Element:
    """Return the parent of a text's main paragraph with its signature or tables."""
    if paragraph.tag in {"td", "th", "body"} or any(
        isinstance(node.tag, str) and node.tag in BLOCK_TAGS for node in paragraph
    ):
        return paragraph
    while (parent := paragraph.getparent()) is not None and parent.tag in BLOCK_TAGS - {"form"}:
        paragraph = parent
        if len([node for node in paragraph if isinstance(node.tag, str)]) > 1:
            break
    return paragraph


def _find_heaviest(root: _Element) -> _Element | None:
    """Return the element with the most paragraph text (the parent counts fully, the grandparent by half), or None."""
    scores: dict[_Element, float] = {}
    for paragraph in iter_elements(root, "p", "pre", "td", "blockquote", "div"):
        if paragraph.tag in {"div", "td"} and any(child.tag in BLOCK_TAGS for child in paragraph):
            continue
        length = count_characters(paragraph) - 2 * count_link_characters(paragraph)
        if length < MIN_TEXT_CHARACTERS or any(above.tag in TEMPLATE_TAGS for above in paragraph.iterancestors()):
            continue
        parent = paragraph.getparent()
        for weight, above in ((1.0, parent), (0.5, parent.getparent() if parent is not None else None)):
            if above is not None and above.tag not in {"html", "tr"}:
                scores[above] = scores.get(above, 0.0) + weight * length
    fitting = {node: score for node, score in scores.items() if not _has_template_marks(get_id_and_classes(node))}
    return max(fitting, key=lambda one: fitting[one], default=None)


def remove_hidden_text(element: _Element) -> list[str]:
    """Remove struck or invisible words; return a note for each kind.

    A hidden tab, and a hidden part with most of the text, stay: a script of the page opens them.
    """
    character_count, texts_by_kind = count_characters(element), dict[str, list[str]]()
    hidden_nodes: set[_Element] = set()
    for inside in list(element.iter()):
        if inside is element or not isinstance(inside.tag, str):
            continue
        if inside.getparent() in hidden_nodes:
            hidden_nodes.add(inside)
            continue
        if STRUCK_ATTRIBUTE in inside.attrib:
            note_kind = "网页上划去的文字未带来"
        elif UNSEEN_ATTRIBUTE not in inside.attrib:
            continue
        elif inside.tag in _OPENABLE_TAGS and (
            2 * count_characters(inside) >= character_count
            or any(map(_TAB_NAME_PATTERN.search, id_and_class_set(inside)))
        ):
            note_kind = "网页上隐藏、可能由脚本打开的部分已带来，请核对"
        else:
            note_kind = "网页上看不见的文字未带来"
        if text := get_element_text(inside):
            texts_by_kind.setdefault(note_kind, []).append(text)
        if not note_kind.endswith("请核对"):
            hidden_nodes.add(inside)
            remove_element(inside)
    return [f"{note_kind}：{'、'.join(dict.fromkeys(words))[:80]}" for note_kind, words in texts_by_kind.items()]


def remove_boilerplate(element: _Element, title: str) -> None:
    """Remove parts of a container that are not its text, and make its inner blocks paragraphs.

    Removed are navigation and footers, embedded pages and forms; share and print buttons and similar small parts;
    comments and advertisement, unless they are half of the text; and headings that repeat the title.
    """
    for inside in list(element.iter()):
        if inside is element or not isinstance(inside.tag, str) or inside.getparent() is None:
            continue
        around = inside.tag not in HEADING_TAGS and any(map(_has_template_marks, id_and_class_set(inside)))
        if (
            (around and count_characters(inside) < 200)
            or inside.tag in TEMPLATE_TAGS | {"iframe", "form"}
            or (_is_foreign_part(inside) and count_characters(inside) < 0.5 * count_characters(element))
        ):
            remove_element(inside)
    for heading in list(iter_elements(element, "h1", "h2", "h3")):
        if heading is not element and get_element_text(heading) == title:
            remove_element(heading)
    for block in list(iter_elements(element, "div", "section", "article", "center", "dd", "dt", "pre")):
        if block is element:
            continue
        if any(isinstance(child.tag, str) and child.tag in BLOCK_TAGS for child in block):
            _wrap_loose_text(block)
        else:
            block.tag = "p"


def _is_foreign_part(element: _Element) -> bool:
    """Return true if a part of a page is comments or advertisement, by its attributes or first words."""
    if any(vocabulary.THIRD_PARTY_PATTERN.search(token) for token in id_and_class_set(element)):
        return True
    first = element.text if (element.text or "").strip() else element[0].text if len(element) else ""
    return (first or "").strip(" :：[]【】|｜") in vocabulary.ADVERTISEMENT_LABELS and count_characters(
        element
    ) <= _MAX_NOTICE_CHARACTERS


def _wrap_loose_text(block: _Element) -> None:
    """Wrap loose text next to paragraphs into paragraphs."""
    from lxml.html import Element

    if (block.text or "").strip():
        first = Element("p")
        first.text, block.text = block.text, None
        block.insert(0, first)
    for child in list(block):
        if (child.tail or "").strip() and isinstance(child.tag, str) and child.tag in BLOCK_TAGS:
            loose = Element("p")
            loose.text, child.tail = child.tail, None
            child.addnext(loose)
