"""Styles of a web page: what they hide, strike out, raise or add to the text."""

import re

from lxml.etree import _Element

from gongkai.lib.chinese.characters import HAN

#: Styles of invisible text.
HIDDEN_STYLE_PATTERN = re.compile(
    r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden|(?:font-size|opacity)\s*:\s*0(?!\.?0*[1-9])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{4}",
    re.I,
)
_WHITE_TEXT_RE = re.compile(r"(?<![\w-])color\s*:\s*(?:#fff(?:fff)?\b|white|rgba?\(\s*255\s*,\s*255\s*,\s*255)", re.I)
_COLOURED_BACKGROUND_RE = re.compile(
    r"background(?!(?:-color)?\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent|none))", re.I
)
_STRUCK_THROUGH_RE = re.compile(r"text-decoration[\w-]*\s*:[^;]*line-through", re.I)
_RAISED_OR_LOWERED_RE = re.compile(r"vertical-align\s*:\s*su(?:per|b)|mso-text-raise\s*:\s*(?:-|[1-9])", re.I)
_SHIFTED_BY_POSITION_RE = re.compile(r"position\s*:\s*relative\b[^\"]{0,300}?;\s*top\s*:\s*(-?)(?=[1-9.]*[1-9])", re.I)
#: WeChat writes its articles hidden and shows them by script.
_ARTICLE_ID = "js_content"
_COMMENT_STYLE_RE = re.compile(r"mso-(?:element|special-character)\s*:\s*comment", re.I)
_FONT_FAMILY_RE = re.compile(r"font-family\s*:\s*[\"']?([^;\"',]+)", re.I)
#: Rules for paper only, and the class or id that a selector ends with.
_PRINT_RULES_RE = re.compile(r"@media\s[^{}]*\bprint\b[^{}]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", re.I)
_SIMPLE_SELECTOR_RE = re.compile(r"([.#][\w-]+)\s*(?:,|$)")


_GENERATED_CONTENT_RE = re.compile(
    r"((?:[.#]|(?<![\w.#-]))[\w-]+)::?(?:before|after)\s*(?:,[^{}]{0,500})?\{[^{}]*?(?<![\w-])content\s*:\s*[\"']([^\"'{}]{1,200})[\"']",
    re.IGNORECASE,
)
_CSS_CODE_RE = re.compile(r"\\([0-9a-fA-F]{2,5})[ ]?")


class PageStyles:
    """Classes and ids that a page's style sheets hide, strike out, whiten or colour."""

    def __init__(self, root: _Element) -> None:
        sheets = _PRINT_RULES_RE.sub("", " ".join(one.text or "" for one in root.iter("style"))[:500_000])
        parts = [
            (selectors.rstrip(), rules) for selectors, _, rules in (one.rpartition("{") for one in sheets.split("}"))
        ]
        self.hidden, self.struck, self.white, self.backed = (
            frozenset(
                name for names, rules in parts if pattern.search(rules) for name in _SIMPLE_SELECTOR_RE.findall(names)
            )
            for pattern in (HIDDEN_STYLE_PATTERN, _STRUCK_THROUGH_RE, _WHITE_TEXT_RE, _COLOURED_BACKGROUND_RE)
        )
        #: True to read hidden text as visible text: a page with hidden text only is made visible by its script.
        self.shows_hidden = False
        self._sheets = sheets if "content" in sheets else ""
        linked = any("stylesheet" in (one.get("rel") or "").lower() for one in root.iter("link"))
        #: True if the page's own style sheets contain all backgrounds: none is linked.
        self.is_known = not linked and all(
            re.search("[.#]", names) for names, rules in parts if _COLOURED_BACKGROUND_RE.search(rules)
        )

    def list_generated_words(self, root: _Element) -> list[str]:
        """Return the Chinese words that style rules add to elements (p::before)."""
        present = {str(element.tag) for element in root.iter("*")} | {
            name for element in root.iter("*") for name in _list_selectors(element)
        }
        rules = ((match[1], match[2]) for match in _GENERATED_CONTENT_RE.finditer(self._sheets))
        return [
            _CSS_CODE_RE.sub(lambda code: chr(int(code[1], 16)), generated)
            for selector, generated in dict.fromkeys(rules)
            if re.search(f"[{HAN}]|\\\\[4-9][0-9a-fA-F]{{3}}", generated) and selector in present
        ]

    def find_loss(self, element: _Element) -> str:
        """Return the kind of loss of an element whose words are not part of the text, or ""."""
        if self.is_struck(element):
            return "deleted"
        if is_word_comment(element):
            return "comment"
        return "hidden" if self.is_hidden(element) else ""

    def is_struck(self, element: _Element) -> bool:
        """Return whether the words of an element are deleted or struck out."""
        is_deleted = element.tag in ("del", "s", "strike") or bool(
            _STRUCK_THROUGH_RE.search(element.get("style") or "")
        )
        return is_deleted or not self.struck.isdisjoint(_list_selectors(element))

    def is_hidden(self, element: _Element) -> bool:
        """Return true if an element's text is invisible; always false while `shows_hidden` is set."""
        if self.shows_hidden or element.get("id") == _ARTICLE_ID:
            return False
        style, names = element.get("style") or "", _list_selectors(element)
        style += f";color:{element.get('color')}" if element.get("color") else ""
        if HIDDEN_STYLE_PATTERN.search(style) or element.get("hidden") is not None or not self.hidden.isdisjoint(names):
            return True
        if not self.is_known or not (_WHITE_TEXT_RE.search(style) or not self.white.isdisjoint(names)):
            return False
        return not any(self._has_background(one) for one in (element, *element.iterancestors()))

    def _has_background(self, element: _Element) -> bool:
        own = f"{element.get('style')};{element.get('bgcolor') and 'background'}"
        return bool(_COLOURED_BACKGROUND_RE.search(own)) or not self.backed.isdisjoint(_list_selectors(element))


def _list_selectors(element: _Element) -> list[str]:
    """Return the CSS selectors of an element's classes and id."""
    return [f".{name}" for name in (element.get("class") or "").split()] + [f"#{element.get('id')}"]


def is_word_comment(element: _Element) -> bool:
    """Return true if an element is a comment of Word or its mark."""
    classes = (element.get("class") or "").lower()
    return "msocom" in classes or bool(_COMMENT_STYLE_RE.search(element.get("style") or ""))


def find_font(element: _Element) -> str:
    """Return the font that an element states, or ""."""
    found = _FONT_FAMILY_RE.search(element.get("style") or "")
    return found[1].strip() if found else element.get("face") or ""


def find_raised_tag(element: _Element, name: str) -> str:
    """Return "sup" or "sub" for an element with raised or lowered words, else ""."""
    if name in ("sup", "sub"):
        return name
    style = element.get("style") or ""
    if shifted := _SHIFTED_BY_POSITION_RE.search(style):
        return "sup" if shifted[1] else "sub"
    if (found := _RAISED_OR_LOWERED_RE.search(style)) is None:
        return ""
    return "sub" if found[0].endswith(("b", "-")) else "sup"
