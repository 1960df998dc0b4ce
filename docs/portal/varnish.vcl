vcl 4.1;
# Varnish in front of the portal: forgets at once what the portal names.
#   GONGKAI_CACHES=purge=http://127.0.0.1:6081   GONGKAI_CACHE_SECRET=CHANGE-ME

import std;

backend default { .host = "127.0.0.1"; .port = "8000"; }
acl purgers { "127.0.0.1"; "::1"; }

sub vcl_recv {
    # One site is one host, however it is written and on whatever port it was asked: the portal names it without.
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
    # Another spelling of an address (escapes, a bare question mark) is kept by nobody: the portal names pages by one spelling only.
    if (req.url ~ "%" || req.url ~ "\?$") {
        return (pass);
    }
    # Staff are signed in: their pages pass.
    if (req.url ~ "^/admin/" || req.http.Cookie ~ "(^|; )(__Host-)?sessionid=") {
        return (pass);
    }
    # Nothing public differs by cookie, save the sheet of the larger type.
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
    # What may be withdrawn is never served beyond its time.
    if (beresp.http.Cache-Control !~ "stale-while-revalidate") {
        set beresp.grace = 0s;
    }
    set beresp.keep = 0s;
}

sub vcl_deliver {
    unset resp.http.X-Host;
    if (obj.hits > 0) { set resp.http.X-Cache = "HIT"; } else { set resp.http.X-Cache = "MISS"; }
}
