vcl 4.1;
# 网站前面的 Varnish：程序说哪个变了，立刻忘掉哪个。
#   GONGKAI_CACHES=purge=http://127.0.0.1:6081   GONGKAI_CACHE_SECRET=CHANGE-ME

import std;

backend default { .host = "127.0.0.1"; .port = "8000"; }
acl purgers { "127.0.0.1"; "::1"; }

sub vcl_recv {
    # 一个网站一个域名，不管怎么写、从哪个端口来问：程序称呼它不带端口。
    set req.http.X-Host = regsub(std.tolower(req.http.Host), ":[0-9]+$", "");
    if (req.method == "PURGE") {
        if (client.ip !~ purgers || req.http.X-Gongkai-Secret != "CHANGE-ME") {
            return (synth(403, "Forbidden"));
        }
        if (req.http.X-Gongkai-Purge == "site") {
            ban("obj.http.X-Host == " + req.http.X-Host);
            return (synth(200, "Banned"));
        }
        return (purge);
    }
    # 地址的另一种写法（转义、单独的问号）不缓存：程序只按一种写法称呼网页。
    if (req.url ~ "%" || req.url ~ "\?$") {
        return (pass);
    }
    # 登录了的工作人员：网页不经缓存。
    if (req.url ~ "^/admin/" || req.http.Cookie ~ "(^|; )(__Host-)?sessionid=") {
        return (pass);
    }
    # 公开的网页不因 cookie 而异，只有大字版的样式例外。
    if (req.url !~ "^/easy\.css") {
        unset req.http.Cookie;
    }
}

sub vcl_hash {
    hash_data(req.url);
    hash_data(req.http.X-Host);
    return (lookup);
}

sub vcl_backend_response {
    set beresp.http.X-Host = bereq.http.X-Host;
    # 可能撤下的，过期以后不再显示。
    if (beresp.http.Cache-Control !~ "stale-while-revalidate") {
        set beresp.grace = 0s;
    }
    set beresp.keep = 0s;
}

sub vcl_deliver {
    unset resp.http.X-Host;
    if (obj.hits > 0) { set resp.http.X-Cache = "HIT"; } else { set resp.http.X-Cache = "MISS"; }
}
