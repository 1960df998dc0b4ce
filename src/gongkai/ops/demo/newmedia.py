"""Sample data for 政务新媒体: accounts in every state, filings, a screening, posts."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.models import Appointment, Body, Person, Role
from gongkai.lib.privacy import find
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.work.newmedia import actions
from gongkai.work.newmedia.account_sheet import save_imported_account
from gongkai.work.newmedia.actions.posting import compose_post, digest_post
from gongkai.work.newmedia.models import Account, Filing, Hit, Post, PostGate

#: Sample accounts: unit, platform, name, functions, days since the last update, followers, cost (万元; None: none).
SAMPLE_ACCOUNTS: tuple[tuple[str, str, str, list[str], int, int, int | None], ...] = (
    ("shiban", "wechat", "云岭发布", ["publish", "spread", "interact", "guide", "serve"], 1, 286_000, 40),
    ("jiaoyu", "wechat", "云岭教育", ["publish", "interact"], 5, 51_200, 12),
    ("caizheng", "wechat", "云岭财政", ["publish"], 13, 3_400, 6),
    ("minzheng", "weibo", "云岭民政", ["publish", "serve"], 41, 310, None),
)


def create_accounts(staff: SampleStaff, today: date) -> None:
    """Create accounts, filings, posts and a screening with one decided hit; nothing if no unit is there."""
    accounts = [_open_account(staff, row, today) for row in SAMPLE_ACCOUNTS if row[0] in staff.bodies]
    if not accounts:
        return
    _import_leaderless_account(staff, today)
    _create_filings(staff, accounts[0], today)
    _create_posts(staff, accounts, today)
    with clock.travel_to(clock.office_hour(today - timedelta(days=1), 40)):
        screening = actions.open_screening(staff.bodies["shi"], by=staff.chief)
        hit = Hit.objects.filter(screening=screening).order_by("-pk").first()
        if hit is not None:
            actions.decide_screening_hit(hit, by=staff.chief, decision="mend", words="请在两周内恢复更新，落实经费。")


def _get_leader(body: Body) -> Person:
    row = Appointment.objects.filter(body=body).order_by("-role", "pk").select_related("person")
    heads = row.filter(role=Role.LEAD).first() or row.first()
    assert heads is not None
    return heads.person


def _get_clerk(staff: SampleStaff, body: Body) -> Actor:
    actors = [staff.actors.get((role, body.pk)) for role in (Role.CLERK, Role.LEAD)]
    return next((actor for actor in actors if actor), staff.chief)


def _open_account(
    staff: SampleStaff, row: tuple[str, str, str, list[str], int, int, int | None], today: date
) -> Account:
    """File, accept and open an account; record its last update so many days ago, and its facts unless `funds` is None."""
    key, platform, name, functions, idle, followers, funds = row
    body = staff.bodies[key]
    by, began = _get_clerk(staff, body), today - timedelta(days=150)
    facts = {"platform": platform, "name": name, "functions": functions, "leader": _get_leader(body)}
    with clock.travel_to(clock.office_hour(began, 10)):
        filing: Filing = actions.file_account_opening(
            body, by=by, reason="方便群众在手机上了解政策、办理事项。", **facts
        )
        entry = actions.accept_filing(filing.entry, by=staff.chief, words="同意开设")
    with clock.travel_to(clock.office_hour(began + timedelta(days=2), 10)):
        address = f"https://{platform}.example/{key}"
        actions.finish_filing(entry, by=by, on=timezone.localdate(), address=address)
    account: Account = filing.account
    with clock.travel_to(clock.office_hour(today - timedelta(days=idle), 60)):
        if funds is None:
            actions.record_update(account, by=by, on=timezone.localdate(), words="发布一周政务动态")
            return account
        keeps = {"keeper": _get_leader(body), "keepers": 2 if funds else 0, "followers": followers, "funds": funds}
        actions.change_unfiled_facts(account, by=by, **keeps)
        actions.record_update(account, by=by, on=timezone.localdate(), words="发布一周政务动态")
    return account


def _import_leaderless_account(staff: SampleStaff, today: date) -> None:
    """Import an account older than the register without a responsible person (S-06), if the unit is there."""
    if "renshe" in staff.bodies:
        with clock.travel_to(clock.office_hour(today - timedelta(days=3), 30)):
            facts = {"opened_on": date(today.year - 3, 6, 1), "updated_on": today - timedelta(days=3)}
            save_imported_account(
                staff.bodies["renshe"],
                by=staff.chief,
                platform="wechat",
                name="云岭人社",
                functions=["publish", "serve"],
                address="https://wechat.example/renshe",
                followers=21_800,
                **facts,
            )


def _create_filings(staff: SampleStaff, first: Account, today: date) -> None:
    """File the opening and closing of an account, open one of two columns of another, and leave a filing pending."""
    body = first.body
    by, leader = _get_clerk(staff, body), _get_leader(body)
    base: dict[str, object] = {"functions": ["publish"], "leader": leader}
    with clock.travel_to(clock.office_hour(today - timedelta(days=90), 10)):
        filing: Filing = actions.file_account_opening(
            body, by=by, platform="douyin", name="云岭发布", reason="短视频发布。", **base
        )
        entry = actions.accept_filing(filing.entry, by=staff.chief)
        actions.finish_filing(entry, by=by, on=timezone.localdate(), address="https://douyin.example/shiban")
    with clock.travel_to(clock.office_hour(today - timedelta(days=20), 10)):
        aftercare = "在账号置顶公告十日，内容存档后注销，引导用户关注“云岭发布”微信公众号。"
        closing: Filing = actions.file_account_closing(
            filing.account, by=by, reason="与微信公众号内容重复，整合运行。", aftercare=aftercare
        )
        entry = actions.accept_filing(closing.entry, by=staff.chief, words="同意关停，请做好公告。")
    with clock.travel_to(clock.office_hour(today - timedelta(days=8), 10)):
        notice = "https://www.yunling.gov.example/gg/guanting.html"
        actions.finish_filing(entry, by=by, on=timezone.localdate(), address=notice)
        facts = {"content": "市政府文件和解读", "cycle_days": 7, "owner": body, "person": leader}
        column = actions.save_column(first, by=by, name="政策速递", **facts)
        actions.open_column(column, by=by)
        actions.record_update(first, by=by, on=timezone.localdate(), words="政策速递一期", column=column)
        actions.save_column(first, by=by, name="办事指南", content="高频事项办理")
    if "weijian" in staff.bodies or "jiaoyu" in staff.bodies:
        other_body = staff.bodies.get("weijian") or staff.bodies["jiaoyu"]
        clerk, place_name = _get_clerk(staff, other_body), other_body.label.removeprefix("市").removesuffix("局")
        with clock.travel_to(clock.office_hour(today - timedelta(days=2), 10)):
            waits: dict[str, object] = {**base, "leader": _get_leader(other_body)}
            actions.file_account_opening(
                other_body, by=clerk, platform="weibo", name=f"云岭{place_name}", reason="及时回应网民关切。", **waits
            )


def _create_posts(staff: SampleStaff, accounts: list[Account], today: date) -> None:
    """Create posts: one published, one prepared, and one requested of each other account, of which the last is declined."""
    moment = clock.office_hour(today - timedelta(days=1), 20)
    documents = _select_documents_to_post(moment)
    if len(documents) < 3:
        return
    first = accounts[0]
    by = _get_clerk(staff, first.body)
    with clock.travel_to(moment):
        posted: Post = actions.prepare_post(first, by=by, document=documents[0])
        _clear_post(staff, posted)
        posted.refresh_from_db()
        at = timezone.now()
        actions.mark_posted(posted, by=by, at=at, address="https://wechat.example/s/20261120")
        actions.prepare_post(first, by=by, document=documents[1])
        for account in accounts[1:]:
            until = today + timedelta(days=2)
            post: Post = actions.request_post(
                account, by=staff.chief, document=documents[2], until=until, asked_by="市政务公开办"
            )
        actions.decline_post(post, by=_get_clerk(staff, post.body), reason="与本单位账号的服务对象无关。")


def _select_documents_to_post(moment: datetime) -> list[Document]:
    """Return the three newest published policy texts whose post contains no personal data; fewer if there are not."""
    documents: list[Document] = []
    with clock.travel_to(moment):
        rows = shelf_visible_to(ANONYMOUS).filter(column=None, kind__in=["policy", "normative", "notice", "plan"])
        for document in Document.objects.filter(pk__in=rows.values("document")).order_by("-published_at", "pk"):
            post = compose_post(document)
            if post is not None and not find(f"{post.title}\n{post.text}"):
                documents.append(document)
            if len(documents) == 3:
                break
    return documents


def _clear_post(staff: SampleStaff, post: Post) -> None:
    """Approve a post at every review stage, each by one person: the unit's reviewer, signer or head, else the chief."""
    body = post.body
    judge = next(
        (
            staff.actors[role, body.pk]
            for role in (Role.REVIEWER, Role.SIGNER, Role.LEAD)
            if (role, body.pk) in staff.actors
        ),
        staff.chief,
    )
    actions.clear_post(post, by=judge, gates=PostGate.values, seen=digest_post(post))
