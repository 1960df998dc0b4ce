"""Serve a generated government site of any size for `benchmarks.inspecting`: `python -m benchmarks.inspection_site 10000 PORT`."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Entries on one list page.
ENTRIES_PER_PAGE = 20
_COLUMNS = ("要闻", "通知公告", "政策文件", "政策解读", "规划信息", "财政预决算", "行政处罚", "人事信息")
_NUMERALS = "甲乙丙丁戊己庚辛壬癸"
_SENTENCE = "会议要求各有关单位明确任务分工，细化工作措施，按时完成各项任务，并将落实情况及时向社会公布，接受群众监督。"


def make_page(path: str, pages: int) -> str | None:
    """Return a page of a site with `pages` texts; None for an unknown path."""
    per = -(-pages // len(_COLUMNS))
    menu = "".join(f"<li><a href='/c{n}/'>{name}</a></li>" for n, name in enumerate(_COLUMNS))
    parts = [one for one in path.partition("?")[0].split("/") if one]
    body = "<p>云岭市人民政府门户网站</p>"
    if parts:
        number = parts[0][1:]
        if not number.isdigit() or int(number) >= len(_COLUMNS):
            return None
        column, rest = int(number), parts[1] if len(parts) > 1 else "p0.html"
        index = rest[1:-5]
        if not index.isdigit():
            return None
        at = int(index)
        if rest[0] == "p":
            if at * ENTRIES_PER_PAGE >= per:
                return None
            rows = "".join(
                f"<li><a href='/c{column}/a{n}.html'>关于{_COLUMNS[column]}第{n}号事项的通知</a><span>{_day(n)}</span></li>"
                for n in range(at * ENTRIES_PER_PAGE, min(per, (at + 1) * ENTRIES_PER_PAGE))
            )
            more = f"<a href='/c{column}/p{at + 1}.html'>下一页</a>" if (at + 1) * ENTRIES_PER_PAGE < per else ""
            body = f"<h2>{_COLUMNS[column]}</h2><ul>{rows}</ul><div>{more}</div>"
        elif rest[0] == "a" and at < per:
            # No two texts are equal: a crawler with a trap detection leaves pages that bring nothing new.
            own = "".join(_NUMERALS[int(one)] for one in str(at * 7919 + column))
            words = "".join(f"<p>{own}第{n}条　{_SENTENCE}{own[::-1]}号</p>" for n in range(12))
            body = f"<h1>关于{_COLUMNS[column]}第{at}号事项的通知</h1><p>发布时间：{_day(at)} 09:30</p>{words}"
        else:
            return None
    return (
        f"<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>云岭市人民政府</title></head><body><ul>{menu}</ul>{body}"
        "<footer>主办：云岭市人民政府办公室</footer></body></html>"
    )


def _day(number: int) -> str:
    return f"2026-{number % 9 + 1:02}-{number % 27 + 1:02}"


def serve(pages: int, port: int) -> None:
    """Serve the site until the process ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Send header and body in one write; otherwise clients with persistent connections wait for each answer.
        wbufsize = -1

        def do_GET(self) -> None:
            html = make_page(self.path, pages)
            data = (html or "没有这个网页").encode()
            self.send_response(200 if html else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
