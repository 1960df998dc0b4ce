"""De-identification (去标识化) of texts that leave the office.

Letters, requests to other units, published messages and compiled cases use it. It hides the parties
of a matter in every form of their names, then whatever `privacy.find` finds.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gongkai.core.intake.held_forms import SenderParticulars, set_party_columns
from gongkai.core.intake.models import Party
from gongkai.core.vault.sealing import LONG_NUMBER_PATTERN
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import to_int, to_words, write_digits
from gongkai.lib.privacy import find
from gongkai.lib.privacy.organisations import derive_short_names, is_organisation_name, remove_region
from gongkai.lib.privacy.search_text import replace_chinese_digits, to_half_width

# Particulars hidden as written, with their replacements.
_FIELD_MASKS = {"phone": "（略）", "email": "（略）", "fax": "（略）", "id_number": "（略）", "address": "某地"}
_PERSON_NAME_FIELDS = ("name", "representative", "contact_person")
# Minimum length of a hidden particular, and of an address without its county.
_MIN_HIDDEN_CHARACTERS, _MIN_ADDRESS_CHARACTERS = 2, 5
# Kinds of findings that are hidden entirely, including the last four digits.
_HIDDEN_KINDS = frozenset({"id_number", "phone", "bank_card", "credit_code", "passport", "account", "plate"})
_MAX_NAMES_SEARCHED_BY_PART = 50


@dataclass(frozen=True)
class DeidentifiedPiece:
    """A part of a de-identified text: `hidden` if it replaces words, `doubtful` if it may point to a hidden person."""

    text: str
    hidden: bool = False
    doubtful: bool = False


@dataclass(frozen=True)
class DeidentifiedText:
    """A de-identified text in pieces, with the names of the people it hides and words that may name a party."""

    pieces: tuple[DeidentifiedPiece, ...]
    people: tuple[str, ...] = ()
    #: Words that may name a party.
    words: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the whole de-identified text."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def changed(self) -> bool:
        """Return true if anything was hidden."""
        return any(piece.hidden for piece in self.pieces)

    @property
    def has_doubts(self) -> bool:
        """Return true if a piece may point to one of the people."""
        return any(piece.doubtful for piece in self.pieces_with_doubts())

    def pieces_with_doubts(self) -> tuple[DeidentifiedPiece, ...]:
        """Return the pieces, split so that doubtful words are pieces of their own."""
        from gongkai.lib.privacy.name_hints import find_doubtful_mentions

        marked: list[DeidentifiedPiece] = []
        for piece in self.pieces:
            position = 0
            for start, end in () if piece.hidden else find_doubtful_mentions(piece.text, self.people, self.words):
                if start >= position:
                    marked += [
                        DeidentifiedPiece(piece.text[position:start]),
                        DeidentifiedPiece(piece.text[start:end], doubtful=True),
                    ]
                    position = end
            marked.append(DeidentifiedPiece(piece.text[position:], piece.hidden))
        return tuple(piece for piece in marked if piece.text)


@dataclass
class KnownIdentities:
    """Names and words that must be hidden, each with its replacement.

    Attributes:
        people: full names of people.
        words: hidden wherever they occur.
        brands: hidden where they are words of their own.
        acting: hidden where a verb follows.
        doubtful: words that stay and are shown to the clerk.
        others: names of other people that texts of the same matter name; hidden as `privacy.find` hides them.
    """

    people: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    brands: dict[str, str] = field(default_factory=dict)
    acting: dict[str, str] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    others: dict[str, str] = field(default_factory=dict)

    def add_name(self, name: str, instead: str) -> None:
        """Add a person, or an organisation with its short names; `instead` is the replacement text."""
        people = [] if is_organisation_name(name.strip()) else _list_people(name)
        for value in people or [name]:
            self._add_one_name(value.strip(), instead)

    def _add_one_name(self, name: str, instead: str) -> None:
        """Add the name of a person, or of an organisation with its short names; `instead` replaces it."""
        if len(name) < _MIN_HIDDEN_CHARACTERS or _GENERIC_NAME_RE.fullmatch(name):
            return
        if is_organisation_name(name):
            short = derive_short_names(name)
            self.words |= dict.fromkeys([name, *short.certain], instead)
            # Brands in Latin letters are written in capitals and small letters, as names of people are.
            self.people |= {brand: instead for brand in short.brands if brand.isascii()}
            self.brands |= {brand: instead for brand in short.brands if not brand.isascii()}
            self.acting |= dict.fromkeys(short.acting, instead)
            self.doubtful |= set(short.doubtful)
        else:
            self.people[name] = instead

    def learn(self, text: str) -> None:
        """Add further names that a text introduces for a known party, for example 以下简称“虚构建材”."""
        from gongkai.lib.privacy.name_hints import list_introduced_names

        for _, end, instead in _find_party_spans(text, self):
            for name in list_introduced_names(text, [end]):
                names = self.people if name[0] < "\u0250" else self.brands
                names.setdefault(name, instead)

    def learn_people(self, text: str) -> None:
        """Add the names of other people in a text of the same matter, so that its title hides them as well."""
        from gongkai.lib.privacy.masks import NamesakeMasks, load_mask_patterns, mask_finding

        pieces = _split_at_spans(text, _find_party_spans(text, self))
        replaced_text = "".join(piece.text for piece in pieces)
        table, namesakes, known = load_mask_patterns(), NamesakeMasks(), _mark_spans(_make_spans(pieces), replaced_text)
        for finding in find(replaced_text):
            if finding.kind == "person" and not any(known[finding.start : finding.end]):
                self.others.setdefault(finding.text, mask_finding(finding, table, namesakes))

    def add_parties(self, matter: str, replacement: str) -> None:
        """Add the names of the persons and organisations of a matter."""
        for party in Party.objects.filter(matter=matter, erased_at=None):
            self.add_party(party, replacement)

    def add_particulars(self, particulars: SenderParticulars, replacement: str) -> None:
        """Add the names, numbers and address of a person who has no `Party` row."""
        party = Party()
        set_party_columns(party, particulars)
        self.add_party(party, replacement)

    def add_party(self, party: Party, replacement: str) -> None:
        """Add the names, numbers and address of a party."""
        for name in _PERSON_NAME_FIELDS:
            self.add_name(getattr(party, name).reveal(), replacement)
        for name, put in _FIELD_MASKS.items():
            value = getattr(party, name).reveal().strip()
            self.words |= {value: put} if len(value) >= _MIN_HIDDEN_CHARACTERS else {}
            if name == "address":
                self.words |= dict.fromkeys(_list_address_forms(value), put)


# A form of address that fits anybody: 热心市民, 一位业主.
_GENERIC_NAME_RE = re.compile(
    r"(?:一[个位名]|某)?(?:热心|普通|匿名|无名|爱心)?"
    r"(?:(?:市|居|村|网|农|渔|股|人|公)民|群众|百姓|老百姓|网友|业主|住户|租户|家长|学生|职工|员工|司机|乘客|游客|读者|用户|老师|先生|女士|匿名|无名氏)"
    r"[甲乙丙丁0-9A-Za-z]?"
)
# Several people in one field: 王芳、李小强; 王晓梅（代李国庆）; 王芳等3人.
_NAME_SEPARATOR_RE = re.compile(r"[、；;/，]")
_BRACKETED_RE = re.compile(r"[（(]([^（）()]*)[）)]")
_ALIAS_RE = re.compile(r"(?:代|又名|曾用名|原名|别名)[为:：]?(.{2,})")
_AND_OTHERS_RE = re.compile(r"等[\d一二三四五六七八九十百]*[人户名位]?$")


def _list_people(names: str) -> list[str]:
    """Return the names of the people in a field, also aliases in brackets, without 等3人."""
    aliases = [match[1] for value in _BRACKETED_RE.findall(names) if (match := _ALIAS_RE.fullmatch(value.strip()))]
    names_in_field = _NAME_SEPARATOR_RE.split(_BRACKETED_RE.sub("", names))
    return [_AND_OTHERS_RE.sub("", value.strip()) for value in (*names_in_field, *aliases)]


def _list_address_forms(address: str) -> list[str]:
    """Return an address without its region, and up to the house number, in all spellings of numbers."""
    local_address = remove_region(address)
    to_house_number = _ADDRESS_TO_HOUSE_NUMBER_RE.match(local_address)
    forms = [local_address, *([to_house_number[0]] if to_house_number else [])]
    spellings = [form for one in forms for form in (one, *_iterate_numeral_spellings(one))]
    return [form for form in spellings if len(form) >= _MIN_ADDRESS_CHARACTERS]


# An address up to its house number.
_ADDRESS_TO_HOUSE_NUMBER_RE = re.compile(r".*?\d+号|.*?[〇零一二三四五六七八九十百]+号")
_ARABIC_NUMBER_RE = re.compile(r"\d{1,4}")
_NUMERAL_RE = re.compile(r"[〇零一二三四五六七八九十百千]+(?=号|栋|幢|单元|室|楼|层|组)")


# The part after the house number: 三单元五〇二室.
_ROOM_NUMBER_RE = re.compile(
    r"(?:[之\-－]?[\d〇零一二三四五六七八九十百]{1,5}(?:号院?|栋|幢|座|单元|楼|层|室|户))+(?:\d{2,4}(?!\d))?"
)


def _extend_over_room_number(text: str, end: int, instead: str) -> int:
    """Return the end of a hidden span, extended over a following room number if the span hides an address."""
    room_number = _ROOM_NUMBER_RE.match(text, end) if instead == _FIELD_MASKS["address"] else None
    return room_number.end() if room_number else end


def _iterate_numeral_spellings(address: str) -> Iterator[str]:
    """Yield an address with its numbers as Chinese numerals (五百), as Chinese digits (五〇〇, 五零零), as Arabic digits."""
    address = to_half_width(address)
    yield _ARABIC_NUMBER_RE.sub(lambda number: to_words(int(number[0])), address)
    yield _ARABIC_NUMBER_RE.sub(lambda number: write_digits(number[0]), address)
    yield _ARABIC_NUMBER_RE.sub(lambda number: write_digits(number[0], "零"), address)
    yield _NUMERAL_RE.sub(lambda found: str(value if (value := to_int(found[0])) is not None else found[0]), address)


def deidentify(
    text: str, identities: KnownIdentities, *, keep: Collection[str] = (), known_only: bool = False
) -> DeidentifiedText:
    """Hide known identities and (unless `known_only`) what `privacy.find` finds, except names in `keep` (addressees)."""
    identities.learn(text)
    spans = _find_party_spans(text, identities)
    pieces = _split_at_spans(text, spans)
    masked = "".join(piece.text for piece in pieces)
    kept = _mark_spans(_find_name_spans(keep, masked), masked)
    places = _make_spans(pieces)
    hidden, names = ([], set[str]()) if known_only else _find_personal_spans(masked, kept, places, identities.others)
    return DeidentifiedText(
        _hide_spans(pieces, hidden), tuple(identities.people), tuple(sorted(identities.doubtful | names))
    )


def make_deidentifiers(matters: Mapping[str, tuple[int, str]]) -> dict[int, Callable[[str], str]]:
    """Return row's primary key → function that hides the people of its matter in a text.

    Args:
        matters: matter → (primary key of the row, replacement of the party).
    """
    identities_by_pk = {pk: KnownIdentities() for pk, _ in matters.values()}
    for party in Party.objects.filter(matter__in=list(matters), erased_at=None):
        pk, instead = matters[party.matter]
        identities_by_pk[pk].add_party(party, instead)
    return {pk: Deidentifier(identities) for pk, identities in identities_by_pk.items()}


@dataclass(frozen=True)
class Deidentifier:
    """Hides the people of a row from texts, for readers who do not work on it."""

    identities: KnownIdentities

    def __call__(self, text: str) -> str:
        """Return a text as these readers see it."""
        return self.mark(text).text

    def mark(self, text: str) -> DeidentifiedText:
        """De-identify a text and return its pieces."""
        return deidentify(text, self.identities)


def find_mentions(text: str, identities: KnownIdentities) -> list[str]:
    """Return the words of a text that name a known identity, without duplicates."""
    return list(dict.fromkeys(text[start:end] for start, end, _ in _find_party_spans(text, identities)))


# Start and end in a text, and the replacement.
_Span = tuple[int, int, str]


def _find_party_spans(text: str, identities: KnownIdentities) -> list[_Span]:
    """Return the spans of the parties' names and numbers with their replacements, sorted and merged."""
    # loaded with the first text to keep the start of a process fast
    from gongkai.lib.privacy.files.known_words import KnownWords
    from gongkai.lib.privacy.known_names import find_known_people
    from gongkai.lib.privacy.name_hints import find_words

    spans: list[_Span] = [
        (hit.start, _extend_over_room_number(text, hit.end, identities.words[hit.word]), identities.words[hit.word])
        for hit in KnownWords(identities.words).finditer(text)
    ]
    numbers = {word: mask for word, mask in identities.words.items() if LONG_NUMBER_PATTERN.search(word)}
    digits = replace_chinese_digits(to_half_width(text))
    spans += [(hit.start, hit.end, numbers[hit.word]) for hit in KnownWords(numbers).finditer(digits)]
    spans += [(hit.start, hit.end, identities.people[hit.name]) for hit in find_known_people(text, identities.people)]
    spans += [(hit.start, hit.end, identities.brands[hit.word]) for hit in find_words(text, identities.brands)]
    mentions = find_words(text, identities.acting, acting=True)
    spans += [(mention.start, mention.end, identities.acting[mention.word]) for mention in mentions]
    merged: list[_Span] = []
    for start, end, instead in sorted(spans, key=lambda span: (span[0], -span[1])):
        if merged and start < merged[-1][1]:
            previous = merged[-1]
            merged[-1] = (previous[0], max(previous[1], end), previous[2])
        elif merged and merged[-1][2] == instead and start == merged[-1][1]:
            merged[-1] = (merged[-1][0], end, instead)
        else:
            free = merged[-1][1] if merged else 0
            merged.append((max(free, _extend_over_word(text, start, instead)), end, instead))
    return merged


def _extend_over_word(text: str, start: int, instead: str) -> int:
    """Return the start of a span, moved back over a word before it that equals its mask."""
    return start - len(instead) if text[max(0, start - len(instead)) : start] == instead else start


def _find_personal_spans(
    text: str, visible: bytearray, replaced: list[_Span], others: Mapping[str, str]
) -> tuple[list[_Span], set[str]]:
    """Return (spans that hide other persons' data, the names found).

    `visible` marks the characters that stay; `replaced` are the spans already masked, `others` masks by name.
    """
    from gongkai.lib.privacy.known_names import find_known_people
    from gongkai.lib.privacy.masks import NamesakeMasks, load_mask_patterns, mask_finding
    from gongkai.lib.privacy.name_hints import find_words
    from gongkai.lib.privacy.persons.shape import get_word_tag

    table, namesakes = load_mask_patterns(), NamesakeMasks()
    findings = [hit for hit in find(text) if not any(visible[hit.start : hit.end])]
    spans: list[_Span] = []
    for finding in findings:
        party_mask = next((mask for start, end, mask in replaced if start < finding.end and finding.start < end), "")
        masked = (party_mask or others.get(finding.text, "")) if finding.kind == "person" else ""
        shown = masked or mask_finding(finding, table, namesakes)
        shown = _ALPHANUMERIC_RE.sub("*", shown) if finding.kind in _HIDDEN_KINDS else shown
        spans.append((finding.start, finding.end, shown))
    marks = _mark_spans(spans, text)
    masks = {
        hit.text: instead
        for hit, (_, _, instead) in zip(findings, spans, strict=True)
        if hit.kind == "person" and all(instead != mask for _, _, mask in replaced)
    }
    masks = {**others, **masks}
    names = list(masks)[:_MAX_NAMES_SEARCHED_BY_PART]
    repeats = [(hit.start, hit.end, masks[hit.name]) for hit in find_known_people(text, names, posts=False)]
    # A name that is a thing (高原) is hidden wherever it is a word of its own.
    thing_names = [name for name in names if get_word_tag(name).startswith(("n", "m", "t"))]
    repeats += [(mention.start, mention.end, masks[mention.word]) for mention in find_words(text, thing_names)]
    for start, end, instead in repeats:
        if not any(marks[start:end]) and not any(visible[start:end]):
            spans.append((start, end, instead))
            marks[start:end] = b"\1" * (end - start)
    for pattern in (LONG_NUMBER_PATTERN, _MASKED_NUMBER_RE, _LAST_DIGITS_RE):
        for number in pattern.finditer(text):
            if not any(marks[slice(*number.span())]) and not any(visible[slice(*number.span())]):
                spans.append((*number.span(), _ALPHANUMERIC_RE.sub("*", number[0])))
                marks[slice(*number.span())] = b"\1" * len(number[0])
    return sorted(spans), set(names)


# Partly masked numbers (138****2222), and last digits named as such; read from a run's first sign, in linear time.
_MASKED_NUMBER_RE = re.compile(r"(?:[0-9]{0,6}(?<![*＊×])[*＊×]{3,}|1[3-9][0-9][xXoO○…]{2,})[0-9]{2,4}[Xx]?")
_LAST_DIGITS_RE = re.compile(r"(?:尾[号数]|[后末尾][四4]位)(?:数字)?[为是:：]?\s?[0-9]{3,4}(?![0-9])")
_ALPHANUMERIC_RE = re.compile(r"[0-9A-Za-z]")


def _make_spans(pieces: Iterable[DeidentifiedPiece]) -> list[_Span]:
    """Return the spans of the hidden pieces in the joined text, with the texts shown there."""
    spans: list[_Span] = []
    position = 0
    for piece in pieces:
        stop = position + len(piece.text)
        if piece.hidden:
            spans.append((position, stop, piece.text))
        position = stop
    return spans


def _find_name_spans(names: Iterable[str], text: str) -> list[_Span]:
    kept_names = KnownIdentities()
    for name in names:
        kept_names.add_name(name, "")
    return _find_party_spans(text, kept_names)


def _mark_spans(spans: Iterable[_Span], text: str) -> bytearray:
    """Return a byte for each character, 1 within a span."""
    marks = bytearray(len(text))
    for start, end, _ in spans:
        marks[start:end] = b"\1" * (end - start)
    return marks


def _split_at_spans(text: str, spans: Iterable[_Span]) -> list[DeidentifiedPiece]:
    """Return the pieces of a text; spans are hidden."""
    pieces, at = [], 0
    for start, end, instead in spans:
        pieces += [DeidentifiedPiece(text[at:start]), DeidentifiedPiece(instead, hidden=True)]
        at = end
    return [piece for piece in (*pieces, DeidentifiedPiece(text[at:])) if piece.text]


def _hide_spans(pieces: list[DeidentifiedPiece], spans: list[_Span]) -> tuple[DeidentifiedPiece, ...]:
    """Return pieces with `spans` (of the joined text) hidden too; a span replaces hidden pieces that it touches."""
    text = "".join(piece.text for piece in pieces)
    marks = _mark_spans(spans, text)
    earlier_spans = [span for span in _make_spans(pieces) if not any(marks[span[0] : span[1]])]
    return tuple(_split_at_spans(text, sorted([*earlier_spans, *spans])))
