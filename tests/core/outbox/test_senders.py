"""Published formats of messaging services, tested with a local server that gives all kinds of answers."""

import base64
import hmac
import json
from collections.abc import Iterator
from hashlib import md5
from urllib.parse import unquote

import pytest

from factories.service import Service, run_service
from gongkai.core.outbox.gateways.senders import base
from gongkai.core.outbox.gateways.senders.base import TextMessage
from gongkai.core.outbox.gateways.senders.chats import (
    DingApp,
    DingGroup,
    FeishuApp,
    FeishuGroup,
    WebhookSender,
    WecomApp,
    WecomGroup,
)
from gongkai.core.outbox.gateways.senders.sms import AliyunSms, HttpSms, MasSms, aliyun_signature
from gongkai.core.outbox.mailing import AddressRefused, ChannelError, ChannelOff

MESSAGE = TextMessage("任务明天到期", "13800138000", "entry/7/warn/3", mention=("13900139000",))


@pytest.fixture(autouse=True)
def _permit_local_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Permit the local test servers as approved services of the internal network."""
    monkeypatch.setattr(base, "get_permitted_internal_hosts", lambda: {f"127.0.0.1:{port}" for port in range(1, 65536)})


@pytest.fixture(scope="module")
def one_service() -> Iterator[Service]:
    with run_service() as service:
        yield service


@pytest.fixture
def service(one_service: Service) -> Service:
    one_service.answers, one_service.asked, one_service.wait = {}, [], 0.0
    return one_service


def http_terms(service: Service, **terms: str) -> dict[str, str]:
    usual = {"address": service.url("/sms"), "format": "json", "body": '{"to": "{手机号}", "text": "{内容}"}'}
    return {**usual, "sign": "云岭市政府", "secret": 's"3', "account": "acc", **terms}


class TestHttpSms:
    def test_json_request_with_checksum(self, service: Service) -> None:
        body = '{"to": "{手机号}", "text": "{内容}", "key": "{密钥}", "ts": "{时间}", "mac": "{校验}"}'
        terms = http_terms(service, body=body, check="{账号}{密钥}{时间}", id_path="data.id", good="0、200")
        service.answers["*"] = (200, {"code": 200, "data": {"id": "m-1"}})
        assert HttpSms(terms).send(MESSAGE) == "m-1"
        sent = service.asked[0].json
        assert (sent["to"], sent["text"], sent["key"]) == ("13800138000", "【云岭市政府】任务明天到期", 's"3')
        assert sent["mac"] == md5(f'accs"3{sent["ts"]}'.encode()).hexdigest()

    def test_form_and_query_string_requests(self, service: Service) -> None:
        service.answers["*"] = (200, {"code": "0"})
        body = "mobile={手机号}&msg={内容}&sign={签名}"
        HttpSms(http_terms(service, format="form", body=body)).send(MESSAGE)
        HttpSms(http_terms(service, format="get", body=body, headers="X-Key: {密钥}\nX-A: {账号}")).send(MESSAGE)
        form, got = service.asked
        assert form.form == got.query == {"mobile": "13800138000", "msg": "任务明天到期", "sign": "云岭市政府"}
        assert (got.method, got.headers["X-Key"], got.headers["X-A"]) == ("GET", 's"3', "acc")

    def test_hmac_checksum(self, service: Service) -> None:
        service.answers["*"] = (200, {"code": 0})
        terms = http_terms(service, body='{"m": "{校验}"}', check="{手机号}", check_by="hmac-sha256")
        HttpSms(terms).send(MESSAGE)
        assert service.asked[0].json["m"] == hmac.new(b's"3', b"13800138000", "sha256").hexdigest()


OK: dict = {"errcode": 0, "errmsg": "ok"}
#: Answers of a 企业微信 robot → the error raised.
ANSWERS: list[tuple[str, object, type[ChannelError] | None]] = [
    ("ok", (200, OK), None),
    ("code in a 200", (200, {"errcode": 40058, "errmsg": "invalid Request Parameter 13800138000"}), ChannelError),
    ("wrong key in a 200", (200, {"errcode": 93000, "errmsg": "invalid webhook url"}), ChannelOff),
    ("too fast in a 200", (200, {"errcode": 45009, "errmsg": "api freq out of limit"}), ChannelOff),
    ("nobody", (200, {"errcode": 60111, "errmsg": "userid not found"}), AddressRefused),
    ("400", (400, {}), ChannelError),
    ("401", (401, {}), ChannelOff),
    ("403", (403, b"<html>forbidden"), ChannelOff),
    ("404", (404, b"not here"), ChannelError),
    ("429", (429, {"errcode": 1}), ChannelOff),
    ("500", (500, b"boom"), ChannelOff),
    ("503", (503, OK), ChannelOff),
    ("redirect", (302, b""), ChannelOff),
    ("rubbish", (200, b"<html>\xff\xfe"), ChannelOff),
    ("nothing", (200, b""), ChannelOff),
    ("a list", (200, [1, 2]), ChannelOff),
    ("a deep nest", (200, b"[" * 60_000), ChannelOff),
    ("far too much", (200, b"x" * 200_000), ChannelOff),
]


@pytest.mark.parametrize(("answer", "ends"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_answers_of_a_service_map_to_errors(service: Service, answer: object, ends: type[ChannelError] | None) -> None:
    service.answers["*"] = answer
    robot = WecomGroup({"hook": service.url("/hook?key=K")})
    if ends is None:
        robot.send(MESSAGE)
    else:
        with pytest.raises(ChannelError) as refused:
            robot.send(MESSAGE)
        assert type(refused.value) is ends
        assert "13800138000" not in str(refused.value)
        assert "key=K" not in str(refused.value)
    assert len(service.asked) == 1, "nothing is asked twice, no redirect is followed"


def test_silent_or_unreachable_service_closes_the_channel(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "PAUSE_TIMEOUT_SECONDS", 0.2)
    service.wait = 0.6
    with pytest.raises(ChannelOff, match="秒内没有应答"):
        WecomGroup({"hook": service.url()}).send(MESSAGE)
    for address in ("http://127.0.0.1:9/", "", "ftp://x"):
        with pytest.raises(ChannelOff):
            WecomGroup({"hook": address}).send(MESSAGE)


def test_internal_service_needs_approval(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "get_permitted_internal_hosts", lambda: {"127.0.0.1:9"})
    for address in (service.url(), service.url().replace("127.0.0.1", "[::ffff:127.0.0.1]")):
        with pytest.raises(ChannelOff, match="安全保密管理员确认"):
            WecomGroup({"hook": address}).send(MESSAGE)
    assert not service.asked


def test_group_robot_formats(service: Service) -> None:
    service.answers["*"] = (200, {"errcode": 0, "code": 0})
    WecomGroup({"hook": service.url("/w?key=K")}).send(MESSAGE)
    DingGroup({"hook": service.url("/d?access_token=T"), "secret": "SEC1"}).send(MESSAGE)
    FeishuGroup({"hook": service.url("/f"), "secret": "S2"}).send(MESSAGE)
    wecom, ding, feishu = service.asked
    assert wecom.query == {"key": "K"}
    assert wecom.json == {
        "msgtype": "text",
        "text": {"content": "任务明天到期", "mentioned_mobile_list": ["13900139000"]},
    }
    wanted = base64.b64encode(hmac.digest(b"SEC1", f"{ding.query['timestamp']}\nSEC1".encode(), "sha256"))
    assert unquote(ding.query["sign"]) == wanted.decode()
    assert ding.json["at"] == {"atMobiles": ["13900139000"], "isAtAll": False}
    wanted = base64.b64encode(hmac.digest(f"{feishu.json['timestamp']}\nS2".encode(), b"", "sha256"))
    assert feishu.json["sign"] == wanted.decode()
    assert feishu.json["content"] == {"text": "任务明天到期"}


def test_feishu_error_code_in_either_field(service: Service) -> None:
    service.answers["/robot"] = [
        (200, {"StatusCode": 0, "StatusMessage": "success"}),
        (200, {"code": 19021, "msg": "sign match fail"}),
    ]
    robot = FeishuGroup({"hook": service.url("/robot")})
    robot.send(MESSAGE)
    with pytest.raises(ChannelOff, match=r"19021（sign match fail）：请核对密钥"):
        robot.send(MESSAGE)


def wecom_app(service: Service) -> WecomApp:
    service.answers = {
        "/cgi-bin/gettoken": (200, {**OK, "access_token": "T1", "expires_in": 7200}),
        "/cgi-bin/user/getuserid": (200, {**OK, "userid": "zhangsan"}),
        "/cgi-bin/message/send": (200, {**OK, "msgid": "W9"}),
    }
    return WecomApp({"corp": "ww1", "agent": "100001", "secret": "s", "address": service.url("")})


class TestApps:
    def test_token_is_reused(self, service: Service) -> None:
        app = wecom_app(service)
        assert [app.send(MESSAGE), app.send(MESSAGE)] == ["W9", "W9"]
        assert [asked.path.rpartition("/")[2] for asked in service.asked] == ["gettoken", *("getuserid", "send") * 2]
        assert service.asked[0].query == {"corpid": "ww1", "corpsecret": "s"}
        assert service.asked[1].json == {"mobile": "13800138000"}
        sent = service.asked[2].json
        assert (sent["touser"], sent["agentid"], sent["text"]) == ("zhangsan", 100001, {"content": "任务明天到期"})

    def test_expired_token_is_renewed_once(self, service: Service) -> None:
        app = wecom_app(service)
        app.send(MESSAGE)
        dead = (200, {"errcode": 42001, "errmsg": "access_token expired"})
        service.answers["/cgi-bin/message/send"] = [dead, (200, {**OK, "msgid": "W10"})]
        assert app.send(MESSAGE) == "W10"
        service.answers["/cgi-bin/message/send"] = dead
        with pytest.raises(ChannelOff, match="42001"):
            app.send(MESSAGE)

    def test_unknown_number_is_refused(self, service: Service) -> None:
        app = wecom_app(service)
        for said in ({"errcode": 46004, "errmsg": "user not exist"}, {**OK}):
            service.answers["/cgi-bin/user/getuserid"] = (200, said)
            with pytest.raises(AddressRefused):
                app.send(MESSAGE)

    def test_wrong_secret_closes_the_channel(self, service: Service) -> None:
        app = wecom_app(service)
        service.answers["/cgi-bin/gettoken"] = (200, {"errcode": 40001, "errmsg": "invalid credential"})
        with pytest.raises(ChannelOff, match="请核对密钥"):
            app.send(MESSAGE)

    def test_dingtalk_app(self, service: Service) -> None:
        service.answers = {
            "/gettoken": (200, {**OK, "access_token": "T"}),
            "/topapi/v2/user/getbymobile": (200, {**OK, "result": {"userid": "u7"}}),
            "/topapi/message/corpconversation/asyncsend_v2": (200, {**OK, "task_id": 77}),
        }
        app = DingApp({"key": "k", "secret": "s", "agent": "5", "address": service.url("")})
        assert app.send(MESSAGE) == "77"
        sent = service.asked[-1].json
        assert (sent["agent_id"], sent["userid_list"], sent["msg"]["text"]["content"]) == (5, "u7", "任务明天到期")
        service.answers["/topapi/v2/user/getbymobile"] = (200, {"errcode": 60121, "errmsg": "找不到该用户"})
        with pytest.raises(AddressRefused):
            app.send(MESSAGE)

    def test_feishu_app(self, service: Service) -> None:
        service.answers = {
            "/open-apis/auth/v3/tenant_access_token/internal": (
                200,
                {"code": 0, "tenant_access_token": "t-1", "expire": 7200},
            ),
            "/open-apis/contact/v3/users/batch_get_id": (
                200,
                {"code": 0, "data": {"user_list": [{"user_id": "ou_1", "mobile": "13800138000"}]}},
            ),
            "/open-apis/im/v1/messages": [
                (200, {"code": 0, "data": {"message_id": "om_1"}}),
                (400, {"code": 230020, "msg": "rate limited"}),
            ],
        }
        app = FeishuApp({"key": "k", "secret": "s", "address": service.url("")})
        assert app.send(MESSAGE) == "om_1"
        asked = service.asked[-1]
        assert asked.headers["Authorization"] == "Bearer t-1"
        assert json.loads(asked.json["content"]) == {"text": "任务明天到期"}
        with pytest.raises(ChannelOff, match="发得太快"):
            app.send(MESSAGE)


class TestSmsServices:
    def test_aliyun_signs_as_its_documentation_shows(self) -> None:
        facts = {
            "TimeStamp": "",
            "Timestamp": "2016-02-23T12:46:24Z",
            "Format": "XML",
            "AccessKeyId": "testid",
            "Action": "DescribeRegions",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
            "Version": "2014-05-26",
            "SignatureVersion": "1.0",
        }
        del facts["TimeStamp"]
        assert aliyun_signature("GET", facts, "testsecret") == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="

    def test_aliyun_sms(self, service: Service) -> None:
        terms = {"address": service.url("/"), "key_id": "k", "secret": "s", "sign": "云岭", "template": "SMS_1"}
        service.answers["*"] = [
            (200, {"Code": "OK", "BizId": "b^0"}),
            (200, {"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": "触发分钟级流控"}),
            (200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "x"}),
            (400, {"Code": "SignatureDoesNotMatch", "Message": "x"}),
        ]
        sender = AliyunSms(terms)
        assert sender.send(MESSAGE) == "b^0"
        form = service.asked[0].form
        signature = form.pop("Signature")
        assert signature == aliyun_signature("POST", form, "s")
        assert json.loads(form["TemplateParam"]) == {"content": "任务明天到期"}
        for ends in (ChannelOff, AddressRefused, ChannelOff):
            with pytest.raises(ends):
                sender.send(MESSAGE)
        with pytest.raises(ChannelOff, match="验证码模板"):
            sender.send(TextMessage("x", "1", code="123456"))

    def test_mas_sms(self, service: Service) -> None:
        terms = {
            "address": service.url("/sms/norsubmit"),
            "ec_name": "云岭市政府",
            "ap_id": "a",
            "secret": "p",
            "sign": "Z1",
        }
        service.answers["*"] = [
            (200, {"msgGroup": "0823", "rspcod": "success", "success": True}),
            (200, {"msgGroup": "", "rspcod": "IllegalMac", "success": False}),
        ]
        assert MasSms(terms).send(MESSAGE) == "0823"
        sent = json.loads(base64.b64decode(service.asked[0].body))
        words = "云岭市政府ap13800138000任务明天到期Z1"
        assert sent["mac"] == md5(words.encode()).hexdigest()
        with pytest.raises(ChannelOff, match="IllegalMac"):
            MasSms(terms).send(MESSAGE)


def test_webhook_is_signed_and_needs_a_2xx_answer(service: Service) -> None:
    service.answers["*"] = [(204, b""), (302, b""), (500, b""), (429, b""), (422, b"")]
    hook = WebhookSender({"hook": service.url("/in"), "secret": "s3"})
    hook.send(TextMessage("事项", identity="k/1", facts={"urgent": True}))
    asked = service.asked[0]
    moment = asked.headers["X-Gongkai-Timestamp"]
    assert (
        asked.headers["X-Gongkai-Signature"]
        == hmac.new(b"s3", f"{moment}.".encode() + asked.body, "sha256").hexdigest()
    )
    assert asked.json == {"id": "k/1", "text": "事项", "urgent": True}
    for ends in (ChannelOff, ChannelOff, ChannelOff, ChannelError):
        with pytest.raises(ends):
            hook.send(MESSAGE)
