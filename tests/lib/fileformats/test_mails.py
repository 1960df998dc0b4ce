"""Reading e-mail: charsets, malformed headers, Outlook attachments; only documented exceptions."""

import base64
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import most
from factories.mails import GBK, PNG, message_bytes, message_with_file, nested_message, raw_message, winmail
from gongkai.lib.fileformats.charsets import decode
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.mails import AttachedFile, read_mail
from gongkai.lib.fileformats.winmail import parse_winmail


@pytest.mark.parametrize(
    ("message", "text", "sure"),
    [
        (raw_message("1", GBK, charset="gbk"), "公租房怎样申请，㗎一句", True),
        (raw_message("2", GBK, charset="gb2312"), "公租房怎样申请，㗎一句", True),
        (raw_message("3", GBK, charset="GB18030"), "公租房怎样申请，㗎一句", True),
        (raw_message("4", GBK, charset="utf-8"), "公租房怎样申请，㗎一句", False),
        (raw_message("5", GBK), "公租房怎样申请，㗎一句", False),
        (raw_message("6", "公租房".encode(), charset="gb2312-nonsense"), "公租房", False),
        (
            raw_message("7", base64.b64encode(GBK) + b"\r\n", charset="gb2312", encoding="base64"),
            "公租房怎样申请，㗎一句",
            True,
        ),
        (raw_message("8", b"=B9=AB=D7=E2=B7=BF", charset="gb2312", encoding="quoted-printable"), "公租房", True),
        (raw_message("9", b"\xff\xfe\xfd", charset="utf-8"), None, False),
        (raw_message("10", "见附件㛃".encode(), charset="gb2312"), "见附件㛃", False),
        (raw_message("11", "零\u200b宽\u00ad来信⼈⼤".encode(), charset="utf-8"), "零宽来信人大", True),
    ],
)
def test_text_is_decoded_despite_wrong_charset(message: bytes, text: str | None, sure: bool) -> None:
    mail = read_mail.here(message)
    assert text is None or mail.text == text
    assert bool(mail.faults) is not sure


@pytest.mark.parametrize(
    "subject",
    [
        "公租房申请".encode("gb18030"),
        "公租房申请".encode(),
        b"=?gb2312?B?" + base64.b64encode("公租房申请".encode("gbk")) + b"?=",
        b"=?UTF-8?Q?=E5=85=AC=E7=A7=9F=E6=88=BF?=\r\n =?UTF-8?Q?=E7=94=B3=E8=AF=B7?=",
        b"=?unknown?B?" + base64.b64encode("公租房申请".encode()) + b"?=",
    ],
)
def test_subject_is_decoded_in_any_encoding(subject: bytes) -> None:
    assert read_mail.here(raw_message("s", b"x", charset="us-ascii", subject=subject)).subject == "公租房申请"


@pytest.mark.parametrize("charset", ["a\0b", "\udce9", "undefined", "punycode", "idna", "base64"])
def test_unusable_charset_does_not_raise(charset: str) -> None:
    for content in (GBK, GBK[:-1], b"abc", b"xn--" + b"z" * 70):
        assert isinstance(decode(content, charset)[0], str)
    assert decode("公租房怎样申请".encode(), charset)[0] == "公租房怎样申请"


def test_html_becomes_text_and_alternatives_are_not_repeated() -> None:
    made = message_bytes("纯文本")
    made.add_alternative("<p>纯 文本</p><p>网页</p><style>p{}</style>", subtype="html")
    assert read_mail.here(made.as_bytes()).text == "纯文本\n网页"
    only = message_bytes()
    only.set_content("<head><title>x</title></head><p>第一段<br>第二行</p><script>1</script>", subtype="html")
    assert read_mail.here(only.as_bytes()).text == "第一段\n第二行"


def test_attachments_keep_names_and_nested_messages_are_files() -> None:
    made = message_with_file("情况说明（照片）.png", PNG)
    made.add_attachment(message_bytes("里面的一封", number="<b@example.cn>"))
    mail = read_mail(made.as_bytes())
    assert [one.name for one in mail.attached] == ["情况说明（照片）.png", "转发的邮件.eml"]
    assert mail.attached[0].content == PNG
    assert read_mail(mail.attached[1].content).text == "里面的一封"
    assert mail.sender == "li@example.cn"


def test_winmail_is_unpacked_or_reported_if_broken() -> None:
    mail = read_mail.here(message_with_file("winmail.dat", winmail(), text="").as_bytes())
    assert (mail.text, mail.winmail, mail.faults) == ("公租房怎样申请？", False, [])
    assert mail.attached == [AttachedFile("房产证明（照片）.png", PNG)]
    cut = read_mail.here(message_with_file("winmail.dat", winmail()[:-8], text="见附件").as_bytes())
    assert (cut.text, [one.name for one in cut.attached]) == ("见附件\n公租房怎样申请？", ["短名"])
    assert "不完整" in cut.faults[0]
    assert read_mail.here(message_with_file("winmail.dat", winmail()[:40]).as_bytes()).winmail


@settings(max_examples=most(40))
@given(st.data())
def test_mutated_winmail_does_not_hang_or_raise(data: st.DataObject) -> None:
    made = bytearray(winmail())
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, len(made) - 1), st.integers(0, 255)), max_size=8)):
        made[place] = value
    parse_winmail(bytes(made))


@pytest.mark.parametrize(
    "heads",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<l.example.cn>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_automatic_messages_are_recognised_by_headers(heads: dict[str, str]) -> None:
    assert read_mail.here(message_bytes(**heads).as_bytes()).automatic
    assert read_mail.here(message_bytes(subject="自动回复：您的来信").as_bytes()).automatic
    assert not read_mail.here(message_bytes(Auto_Submitted="no").as_bytes()).automatic


def test_too_deep_nesting_is_refused() -> None:
    assert read_mail.here(nested_message(60)).text == "最里面的一封"
    with pytest.raises(UnreadFile, match="嵌套太深"):
        read_mail.here(nested_message(90))


@given(st.binary(max_size=400))
def test_random_bytes_raise_only_unread_file(content: bytes) -> None:
    for message in (
        content,
        b"Subject: " + content,
        b"From: a@b.cn\nContent-Type: multipart/mixed; boundary=x\n\n--x\n" + content,
    ):
        try:
            read_mail.here(message)
        except UnreadFile:
            continue
    assert isinstance(decode(content, "gbk")[0], str)


MISLEADING_NAMES = (
    "x@other.cn",
    "张三 <x@other.cn>",
    "a, x@other.cn",
    "张三\r\nReply-To: x@other.cn",
    "张三\n<x@other.cn>",
    "x@other.cn;",
)
DISPLAY_NAMES = (*MISLEADING_NAMES, "长" * 300, "李\u3000晓云", "=?utf-8?B?eEBvdGhlci5jbg==?=")
CHARSETS = ("utf-8", "gbk", "gb18030")


def _encode_name(name: str, charset: str, way: str) -> bytes:
    if way == "raw":
        return b'"' + name.replace("\r", " ").replace("\n", " ").encode(charset) + b'"'
    return f"=?{charset}?B?{base64.b64encode(name.encode(charset)).decode()}?=".encode()


def _make_message(sender: bytes, body: bytes, named: str, *more: bytes) -> bytes:
    kind = f"Content-Type: text/plain; charset={named}".encode()
    return b"\r\n".join((b"From: " + sender, b"Subject: t", *more, kind, b"", body))


def test_any_display_name_and_charset_give_one_address_and_full_text() -> None:
    words = "公租房怎样申请，需要什么材料"
    read = [
        read_mail.here(
            _make_message(_encode_name(name, charset, way) + b" <li@example.cn>", words.encode(charset), named)
        )
        for name in DISPLAY_NAMES
        for charset in CHARSETS
        for way in ("raw", "encoded")
        for named in ("iso-8859-1", "windows-1252")
    ]
    assert len(read) >= 60
    assert {(mail.sender, mail.senders.reply_to, mail.address, mail.senders.unclear) for mail in read} == {
        ("li@example.cn", "", "li@example.cn", False)
    }
    assert {mail.text for mail in read} == {words}
    assert max(len(mail.senders.name) for mail in read) == 300
    assert (
        read_mail.here(_make_message(b"li@example.cn", "café déjà".encode("latin-1"), "iso-8859-1")).text == "café déjà"
    )


def test_reply_address_is_unique_or_flagged_unclear() -> None:
    def heads(*more: bytes, sender: bytes = b"li@example.cn") -> tuple[str, bool]:
        mail = read_mail.here(_make_message(sender, b"x", "utf-8", *more))
        return mail.address, mail.senders.unclear

    assert heads(b"Reply-To: =?utf-8?B?eEBvdGhlci5jbg==?= <wang@example.cn>") == ("wang@example.cn", False)
    assert heads(b"Reply-To: LI@example.cn, x@other.cn") == ("li@example.cn", False)
    assert heads(b"Reply-To: a@other.cn, b@other.cn")[1]
    assert heads(sender=b"a@other.cn, b@other.cn")[1]
    for nobodys in (b"noreply@corp.cn", b"owners-list@lists.corp.cn", b"lane@googlegroups.example"):
        assert heads(b"Reply-To: " + nobodys) == ("li@example.cn", False)
    assert heads(sender=b"boss@other.cn <li@example.cn>") == ("li@example.cn", False), "what stands before is a name"
    assert heads(b"Sender: b@other.cn", sender=b"a@other.cn, b@other.cn") == ("b@other.cn", False)
    assert heads(sender="li@例子.cn".encode()) == ("li@xn--fsqu00a.cn", False)
    senders = read_mail.here(
        _make_message(b"li@example.cn", b"x", "utf-8", b"Reply-To: zf@gov.cn, wang@other.cn")
    ).senders
    assert (senders.unclear, senders.without_own_addresses({"zf@gov.cn"}).reply_to) == (True, "wang@other.cn")
    assert read_mail.here(_make_message(b"do-not-reply@corp.cn", b"x", "utf-8")).automatic
    assert read_mail.here(b"From: li@example.cn\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nx").automatic
    assert not read_mail.here(_make_message(b"noreply@corp.cn", b"x", "utf-8", b"Reply-To: li@example.cn")).automatic
    assert read_mail.here(_make_message(b"li@example.cn", b"x", "utf-8", b"X-Loop: a")).looped


def test_file_names_are_decoded_from_raw_bytes_and_keep_suffix() -> None:
    for name in ("房产证明.pdf", "长" * 300 + ".pdf"):
        for charset in CHARSETS:
            part = b'Content-Disposition: attachment; filename="' + name.encode(charset) + b'"\r\n\r\nabc'
            whole = (
                b"From: li@example.cn\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
                + part
                + b"\r\n--x--\r\n"
            )
            assert [file.name for file in read_mail.here(whole).attached] == [name]


COMMON_HEADERS = b"To: szf@x.example\r\nDate: Mon, 2 Mar 2026 10:00:00 +0800\r\nSubject: x\r\n"


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("From: 李四 <李四@mail.example>".encode(), "李四@mail.example"),
        ("From: 李四 <李四@mail.example>".encode("gbk"), "李四@mail.example"),
        ("From: <王𠮷@邮箱.example>".encode(), "王𠮷@xn--nqv9i.example"),
        ('From: "赵，六" <zhao@mail.example>'.encode("gb18030"), "zhao@mail.example"),
        ("Reply-To: 局长@mail.example\r\nFrom: a@mail.example".encode(), "局长@mail.example"),
    ],
)
def test_international_addresses_can_be_stored_and_answered(sender: bytes, address: str) -> None:
    found = read_mail.here(sender + b"\r\n" + COMMON_HEADERS + b"\r\nhello").address
    assert found.encode().decode() == found
    assert found.partition("@")[0] == address.partition("@")[0]


@pytest.mark.parametrize(
    ("subject", "automatic"),
    [
        ("[自动回复] 您的来信", True),
        ("（自动答复）收到", True),
        ("《自动回复》您好", True),
        ("〖自动回复〗来信收到", True),
        ("回复：系统自动回复", True),
        ("自动应答：收到", True),
        ("休假中", True),
        ("外出：自动回复", True),
        ("外出务工人员怎样参加医保", False),
        ("休假天数怎么算", False),
        ("关于自动回复的咨询", False),
    ],
)
def test_automatic_replies_are_distinguished_from_questions(subject: str, automatic: bool) -> None:
    encoded = b"=?utf-8?B?" + base64.b64encode(subject.encode()) + b"?="
    assert read_mail.here(raw_message("a", b"auto", charset="utf-8", subject=encoded)).automatic is automatic


OWN_ID = "f" * 32
RETURNED_HEADER = f"Message-ID: <{OWN_ID}@yunling.gov.example>\r\n"


@pytest.mark.parametrize(
    ("heads", "text", "status"),
    [
        ("X-Failed-Recipients: b@c.example\r\nFrom: x <10000@mail.example>\r\n", RETURNED_HEADER, "5.0.0"),
        ("Return-Path: <>\r\nFrom: a@mail.example\r\n", f"550 5.1.1 User unknown\r\n{RETURNED_HEADER}", "5.1.1"),
        ("From: 系统退信 <postmaster@mail.example>\r\n", f"host said: 452-4.2.2 full\r\n{RETURNED_HEADER}", "4.2.2"),
        ("From: MAILER-DAEMON@mx.example\r\n", f"Status: 5.7.1\r\n{RETURNED_HEADER}", "5.7.1"),
        ("From: a@mail.example\r\n", f"550 5.1.1\r\n{RETURNED_HEADER}", ""),
    ],
)
def test_delivery_report_is_recognised_by_any_one_header(heads: str, text: str, status: str) -> None:
    mail = read_mail.here(heads.encode() + COMMON_HEADERS + f"\r\n{text}".encode())
    assert mail.report is bool(status)
    assert (mail.returned.message_id, mail.returned.status) == (OWN_ID, status) if mail.returned else not status


def test_hidden_html_is_omitted_and_truncated_part_is_read() -> None:
    html = "<p>请问<s>旧</s>低保<span style='display:none'>藏</span>在䶮\u200b村怎么办</p>".encode()
    seen = read_mail.here(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html)
    assert seen.text == "请问低保在䶮村怎么办"
    words = base64.b64encode("请问低保怎么办理".encode())[:-3]
    head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    cut = read_mail.here(head + words)
    assert cut.text.startswith("请问低保怎么办")
    assert any("缺损" in fault for fault in cut.faults)
    short = base64.b64encode("ok好".encode("gbk"))
    assert read_mail.here(head.replace(b"utf-8", b"gbk") + short).text == "ok好"
    for end, charset in itertools.product((1, 2, *range(4, 28, 4)), ("utf-8", "gbk")):
        body = base64.b64encode(("请问学区怎么划啊a" * 9).encode(charset))[:-end]
        cut = read_mail.here(head.replace(b"utf-8", charset.encode()) + body)
        assert cut.text.startswith("请问学区怎么划啊"), (end, charset)
        assert "缺损" in "".join(cut.faults), (end, charset)
    whole = base64.b64encode("请问学区怎么划啊".encode("gbk")) + b"\r\n"
    assert not read_mail.here(head.replace(b"utf-8", b"gbk") + whole).faults
    letter_in_parts = message_with_file("表.txt", b"x", text="见附件").as_bytes()
    assert not read_mail.here(letter_in_parts).faults
    assert "缺损" in "".join(read_mail.here(letter_in_parts[:-20]).faults)
