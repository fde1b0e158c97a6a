"""The page of an enrolment link, which a user without any account here sees."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import DOCS, Browser, code, findings, qr_text, secret_of
from server import Server, User, running


def link(user: User) -> str:
    """A new link for a user."""
    return str(user.server.ask("POST", f"{user.path}/totp/link", {})["url"])


@pytest.fixture
def jane(server: Server) -> User:
    """Who is sent a link."""
    return server.user(server.service("example.com", "Example Shop"), "jane@example.com")


def test_a_link_is_used_once(browser: Browser, server: Server, jane: User, tmp_path: Path) -> None:
    """As a person does it: look, scan, a wrong code, the right one; later nobody."""
    url = link(jane)
    browser.open(url)
    browser.reads("Example Shop asks you to set up an authenticator app")
    browser.click("Show the QR code")
    browser.reads("It is for jane@example.com at Example Shop")
    browser.width(700, 900)
    browser.picture(DOCS / "link.png")
    uri = qr_text(browser.picture(tmp_path / "qr.png"))
    opened = browser.driver.find_element(By.LINK_TEXT, "Open the app").get_attribute("href")
    assert uri == opened
    secret = secret_of(uri)
    assert browser.text(".secret").replace(" ", "") == secret
    browser.field("code").send_keys("000000")
    browser.click("Confirm")
    browser.reads("That is not what the app shows now", "[role=alert]")
    assert secret not in browser.driver.page_source
    browser.field("code").send_keys(code(server, secret))
    browser.click("Confirm")
    browser.reads("Your app is set up", "h1")
    browser.open(url)
    browser.reads("This link cannot be used", "h1")
    browser.reads("If it was not you who did that, tell Example Shop at once")
    jane.start("totp")
    assert jane.verify(code(server, secret, 1))


def test_for_everybody(browser: Browser, jane: User) -> None:
    """In the light and the dark, at 320 px: nothing serious, and nothing beside the window."""
    for scheme, width in [("light", 1100), ("dark", 320)]:
        browser.prefer(prefers_color_scheme=scheme)
        browser.width(width)
        browser.open(link(jane))
        for step in ("", "Show the QR code", "Confirm"):
            if step == "Confirm":
                browser.field("code").send_keys("1")
            if step:
                browser.click(step)
                browser.until(lambda: browser.all("[name=code]"))
            assert findings(browser) == [], f"{step} in the {scheme}"
            assert browser.run("return document.documentElement.scrollWidth") <= width
        browser.reads("That is not what the app shows now")


@pytest.mark.parametrize(
    "features",
    [{"prefers_color_scheme": "dark"}, {"forced_colors": "active", "prefers_color_scheme": "dark"}],
)
def test_its_qr_code_is_read_in_the_dark(
    browser: Browser, jane: User, features: dict[str, str], tmp_path: Path
) -> None:
    """Black on white with a margin."""
    browser.prefer(**features)
    browser.width(320)
    browser.open(link(jane))
    browser.click("Show the QR code")
    browser.run("arguments[0].scrollIntoView({block: 'center'})", browser.find(".qr"))
    assert qr_text(browser.picture(tmp_path / "qr.png")).startswith("otpauth://totp/Example")


def test_by_keyboard_and_without_a_script(server: Server, jane: User) -> None:
    """All of it; a wrong code is told where the field is described."""
    browser = Browser(script=False)
    try:
        browser.open(link(jane))
        browser.tab_to(lambda element: element.text == "Show the QR code")
        browser.press(Keys.ENTER)
        secret = browser.text(".secret").replace(" ", "")
        for typed, told in [
            ("1", "That is not"),
            (code(server, secret), "You can close this page"),
        ]:
            browser.tab_to(lambda element: element.get_attribute("name") == "code")
            browser.press(typed, Keys.ENTER)
            browser.reads(told)
    finally:
        browser.driver.quit()


def test_in_another_language(browser: Browser, tmp_path: Path) -> None:
    """By a file: in its direction, and what it leaves out in English."""
    texts = tmp_path / "texts.toml"
    texts.write_text('language = "ar"\ndirection = "rtl"\ntitle = "إعداد تطبيق المصادقة"\n')
    with running("--dev", "--page-texts", str(texts)) as server:
        browser.open(link(server.user(server.service("example.com"), "jane")))
        browser.reads("إعداد تطبيق المصادقة", "h1")
        assert (
            browser.run("return getComputedStyle(document.querySelector('h1')).direction") == "rtl"
        )
        browser.reads("Show the QR code")
        assert findings(browser) == []


def test_no_name_is_run(browser: Browser, server: Server) -> None:
    """Whatever a tenant calls itself or its users."""
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>{user}"
    user = server.user(server.service("example.com", hostile), hostile)
    browser.open(link(user))
    browser.reads(hostile)
    browser.click("Show the QR code")
    browser.reads(hostile)
    assert not browser.all("script, svg, [onerror]")
    assert browser.violations() == []
