"""Messages with answers, their statistics, and public consultations."""

from factories.planted_site.frame import Site, column, day, page, text


def interaction(site: Site) -> None:
    """Add messages, the ways to send one, and consultations."""
    _messages(site)
    _ways(site)
    _consultations(site)


def message(site: Site, n: int, matter: str, ago: int, *, answered: bool = True, fields: bool = True) -> None:
    """Add a message."""
    said = f"<p>留言时间：{day(ago + 4)}</p><p>留言内容：想了解{matter}的办理进度。</p>"
    if answered:
        said += "<p>答复单位：云岭市住房城乡建设局</p>" if fields else ""
        said += f"<p>答复时间：{day(ago)}</p><p>答复内容：您反映的{matter}已列入本季度计划，感谢您的关注。</p>"
    else:
        said += "<p>状态：未答复</p>"
    text(site, f"/lx/{n}.html", f"关于{matter}的咨询", ago, "来信选登", said)


def _messages(site: Site) -> None:
    matters = ["路灯维修安排", "公交线路延伸", "自来水管道改造", "小区加装电梯"]
    for n, matter in enumerate(matters):
        message(site, n, matter, 9 + 7 * n)
    column(
        site,
        "/lx/",
        "来信选登",
        [(f"关于{matter}的咨询", f"/lx/{n}.html", 9 + 7 * n) for n, matter in enumerate(matters)],
        # Edge cases without a fault: a form among the messages, a name repeated before its text.
        '<ul class="ways"><li><a href="/lx/cx/">用查询码查看办理情况</a></li><li><a href="/hd/"><strong>互动交流</strong>互动交流栏目可以写信</a></li></ul>',
    )
    look_up = '<form action="/lx/cx/" method="post"><label>查询码<input name="code"></label><button type="submit">查询</button></form>'
    site.put(
        "/lx/cx/",
        page(
            "办理情况查询-云岭市人民政府",
            f"<h2>办理情况查询</h2><p>答复时间、办理结果凭查询码查看，丢了的报提交时间查询。</p>{look_up}",
        ),
    )


def _ways(site: Site) -> None:
    column(
        site,
        "/lt/",
        "留言统计",
        [],
        "<p>本年共收到有效留言一百二十件，已全部按期答复，平均用时三个工作日，群众满意率百分之九十八。</p>",
    )
    column(
        site,
        "/hd/",
        "互动交流",
        [],
        '<form action="/hd/send" method="post"><label>姓名<input name="name"></label><label>内容<textarea name="words"></textarea></label><button type="submit">提交</button></form>',
    )


def _consultations(site: Site) -> None:
    asked = [
        ("关于《云岭市城市绿化办法》公开征求意见的公告", "/zj/0.html", 10),
        ("《云岭市停车管理办法》征求意见采纳情况", "/zj/1.html", 150),
        ("关于《云岭市停车管理办法》公开征求意见的公告", "/zj/2.html", 200),
    ]
    text(
        site,
        "/zj/0.html",
        asked[0][0],
        10,
        "征集调查",
        f"<p>现就办法草案公开征求意见，截止时间：{day(-20)}，可来信来电反映意见，欢迎社会各界参与。</p>",
    )
    text(
        site,
        "/zj/1.html",
        asked[1][0],
        150,
        "征集调查",
        "<p>共收到意见十二条，采纳九条，未采纳三条的理由是与上位法不一致。</p>",
    )
    text(
        site,
        "/zj/2.html",
        asked[2][0],
        200,
        "征集调查",
        f"<p>现就办法草案公开征求意见，截止时间：{day(170)}，可来信来电反映意见，欢迎社会各界参与。</p>",
    )
    column(site, "/zj/", "征集调查", asked)
