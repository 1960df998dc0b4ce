"""Register, use and remove a passkey in a real browser with Chromium's virtual authenticator (WebAuthn domain of its protocol)."""

from playwright.sync_api import Browser, Page, expect

from browser.conftest import DESKTOP, save_screenshot, sign_in

#: A login that no other browser test uses: setting up a factor ends its other sessions.
USER = "shizhang"
AUTHENTICATOR_OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def _new_session(page: Page, city: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{city}/admin/login/")
    page.fill("input[name=username]", USER)
    page.fill("input[name=password]", "Yunling-2026")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/signin/verify/**")


def test_a_passkey_is_registered_used_and_removed(browser: Browser, city: str) -> None:
    city = city.replace("127.0.0.1", "localhost")
    context = browser.new_context(viewport=DESKTOP, locale="zh-CN")
    page = context.new_page()
    asked = context.new_cdp_session(page)
    asked.send("WebAuthn.enable")
    key = asked.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR_OPTIONS})["authenticatorId"]
    sign_in(page, city, USER)
    page.goto(f"{city}/admin/signin/")
    page.click("text=登记通行密钥")
    page.fill("input[name=name]", "本人手机")
    save_screenshot(page, "passkey-add")
    page.click("button:text-is('登记')")
    expect(page.locator("h1")).to_have_text("通行密钥已登记，请保存恢复码")
    assert len(asked.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1

    _new_session(page, city)
    save_screenshot(page, "passkey-verify")
    asked.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.click("text=用通行密钥验证")
    expect(page.locator("form[data-options] [role=status]")).to_contain_text("没有完成")
    asked.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.click("text=用通行密钥验证")
    page.wait_for_url(f"{city}/admin/board/leader/")

    page.goto(f"{city}/admin/signin/")
    expect(page.locator("#h-keys ~ .gk-row")).to_contain_text("本人手机")
    save_screenshot(page, "passkey-own")
    page.click("#h-keys ~ .gk-row a")
    page.click("main button[type=submit], .gk-body form button")
    expect(page.locator("section:has(#h-keys)")).to_contain_text("还没有登记")
    context.close()
