"""The page of a user: its state, its factors, and what was done."""

from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from browser import DOCS, WORK, Browser, code, qr_text, secret_of
from server import Server


def test_an_app_is_enrolled_by_its_qr_code(browser: Browser, server: Server) -> None:
    """As a person does it: scan, type the first code; a wrong one first."""
    user = server.user(server.service("example.com", "Example"), "jane@example.com")
    browser.open(server.url + user.page)
    browser.reads("None", "#app")
    browser.click("Enrol an app")
    browser.reads("Scan this with the app")
    uri = qr_text(browser.picture(WORK / "pictures" / "qr.png"))
    assert uri.startswith("otpauth://totp/Example"), uri
    secret = secret_of(uri)
    typed = browser.text(".secret")
    assert typed.replace(" ", "") == secret
    link = browser.driver.find_element(By.LINK_TEXT, "Open it in the app on this device")
    assert link.get_attribute("href") == uri
    browser.reads("here it is 20", "#enrolment")
    browser.width(1000, 1000)
    browser.run("window.scrollTo(0, 0)")
    browser.picture(DOCS / "enrolment.png")
    browser.field("token").send_keys("000000")
    browser.click("Confirm")
    browser.reads("That is not what the app shows now", "#news")
    browser.run("document.querySelector('.qr').scrollIntoView()")
    assert qr_text(browser.picture(WORK / "pictures" / "qr.png")) == uri, "it is there still"
    browser.field("token").send_keys(code(server, secret))
    browser.click("Confirm")
    browser.reads("The app is enrolled")
    browser.reads("Enrolled", "#app")
    assert not browser.all(".qr"), "the secret is shown no longer"
    user.start("totp")
    assert user.verify(code(server, secret, 1))


@pytest.mark.parametrize(
    ("width", "features"),
    [
        (1100, {"prefers_color_scheme": "light"}),
        (1100, {"prefers_color_scheme": "dark"}),
        (1100, {"forced_colors": "active", "prefers_color_scheme": "dark"}),
        (320, {"prefers_color_scheme": "dark"}),
    ],
)
def test_a_qr_code_is_read_whatever_surrounds_it(
    browser: Browser, server: Server, width: int, features: dict[str, str], tmp_path: Path
) -> None:
    """In the dark, in forced colours, on a phone; with names that have everything in them."""
    browser.width(width)
    browser.prefer(**features)
    names = [("Mueller & Co: Buero+1", "a+b c:d@example.com"), ("🔑" * 50, "x" * 200)]
    for number, (service, name) in enumerate(names):
        made = server.service(f"login{number}.example.com", service)
        user = server.user(made, name, f"+3725555100{number}")
        browser.open(server.url + user.page)
        browser.click("Enrol an app")
        image = browser.find(".qr")
        browser.run("arguments[0].scrollIntoView({block: 'center'})", image)
        uri = qr_text(browser.picture(tmp_path / "qr.png"))
        link = browser.driver.find_element(By.LINK_TEXT, "Open it in the app on this device")
        assert uri == link.get_attribute("href")
        label = uri.partition("totp/")[2].partition("?")[0]
        issuer = uri.partition("issuer=")[2].partition("&")[0]
        assert label.partition(":")[0] == issuer
        assert "+" not in uri
        assert "%3A" not in uri


def test_a_locked_user_is_unlocked(browser: Browser, server: Server) -> None:
    """What locked it can be seen, and that it may log in again, as it happens."""
    user = server.user(server.service("example.com"), "jane")
    browser.open(server.url + user.page)
    browser.reads("May log in", "#standing")
    for failures in range(1, 101):
        # The delay between two checks grows to a quarter of an hour.
        server.ask("PUT", "/_/clock", {"advance": 901})
        user.start()
        user.verify("no code")
        if failures == 2:
            browser.reads("2 checks in a row", "#standing")
    browser.reads("Locked", "#standing")
    browser.reads("from 127.0.0.1", "#standing")
    browser.reads("verify pin: invalid", "#audit")
    browser.picture(DOCS / "user.png")
    browser.click("Unlock")
    browser.reads("May log in", "#standing")
    browser.reads("unlock: unlocked", "#audit")
    assert user.verify(user.start())


def test_what_is_open_stays_open(browser: Browser, server: Server) -> None:
    """A question is not taken away, nor what is typed, by news of something else."""
    user = server.user(server.service("example.com"), "jane")
    server.ask("POST", f"{user.path}/totp")
    browser.open(server.url + user.page)
    browser.click("Remove the app…", "#app")
    browser.field("token").send_keys("123")
    user.start()
    user.verify("no code")
    browser.reads("1 check in a row", "#standing")
    assert browser.button("Yes, remove it", "#app").is_displayed()
    assert browser.field("token").get_attribute("value") == "123"


def test_recovery_codes_are_shown_once(browser: Browser, server: Server) -> None:
    """Ten, each of which is good for a login."""
    user = server.user(server.service("example.com"), "jane")
    browser.open(server.url + user.page)
    browser.click("Make recovery codes")
    browser.reads("shown this once")
    browser.width(900, 620)
    browser.picture(DOCS / "recovery-codes.png")
    codes = [item.text for item in browser.all("#codes li")]
    assert len(codes) == 10
    browser.reads("10 codes are left", "#recovery")
    user.start()
    assert user.verify(codes[3])
    browser.reads("9 codes are left", "#recovery")
    browser.open(server.url + user.page)
    assert codes[0] not in browser.text("body")
    assert "Make recovery codes" not in browser.text("#recovery"), "new ones take a question"
    browser.click("Remove them…", "#recovery")
    browser.click("Yes, remove them", "#recovery")
    browser.reads("0 codes are left", "#recovery")


def test_what_is_deleted_is_asked_first(browser: Browser, server: Server) -> None:
    """A user, and a service with the rest of its users."""
    service = server.service("example.com", "Example")
    for number, name in enumerate(["jane", "joe"]):
        server.user(service, name, f"+3725555200{number}")
    browser.open(f"{server.url}/_/services/{service}")
    browser.driver.find_element(By.LINK_TEXT, "jane").click()
    yes = browser.find("details:last-of-type button.danger")
    assert not yes.is_displayed()
    browser.click("Delete the user…")
    browser.reads("Delete jane with app and recovery codes?")
    browser.click("Yes, delete it")
    browser.reads("1 user ·")
    browser.click("Delete the service…")
    browser.reads("Delete Example with its 1 user?")
    browser.click("Yes, delete it")
    browser.reads("There is no service yet")
