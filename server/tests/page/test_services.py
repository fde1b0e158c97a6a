"""The pages of services and users, and of development; who may see them."""

import subprocess
import urllib.error
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from browser import DOCS, Browser
from server import REPOSITORY, Server, running, until

TOKEN = "0123456789abcdef" * 2


def test_services_and_users_are_made_and_found(browser: Browser, server: Server) -> None:
    """By forms; found as one types."""
    browser.open(f"{server.url}/_/services")
    browser.reads("There is no service yet")
    for name, fqdn in [("Example Shop", "shop.example.com"), ("Example Mail", "mail.example.com")]:
        browser.open(f"{server.url}/_/services")
        browser.field("name").send_keys(name)
        browser.field("fqdn").send_keys(fqdn)
        browser.click("Make")
        browser.reads("0 users")
    browser.field("id_in_service").send_keys("jane@example.com")
    browser.field("phone_number").send_keys("+372 5555 0001")
    browser.click("Register")
    browser.reads("May log in")
    browser.driver.find_element(By.LINK_TEXT, "Example Mail").click()
    browser.reads("+37255550001", "#users")
    browser.width(900, 620)
    browser.picture(DOCS / "service.png")
    browser.press("/")
    browser.press("nobody")
    browser.reads("No user is like that", "#users")
    browser.driver.find_element(By.LINK_TEXT, "Services").click()
    browser.reads("shop.example.com", "#services")
    browser.width(900, 620)
    browser.picture(DOCS / "services.png")
    browser.press("/")
    browser.press("MAIL")
    browser.until(lambda: "shop" not in browser.text("#services"))
    browser.reads("mail.example.com", "#services")
    browser.reads("1 found", "#announcement")


def test_the_clock_is_moved_by_a_click(browser: Browser, server: Server) -> None:
    """And so a PIN expires."""
    user = server.user(server.service("example.com"), "jane")
    pin = user.start()
    browser.open(f"{server.url}/_/development")
    browser.reads("The real time", "#clock")
    browser.click("5 minutes")
    browser.reads("300 seconds ahead", "#clock")
    assert not user.verify(pin)
    browser.click("Back to the real time")
    browser.reads("The real time", "#clock")
    server.ask("PUT", "/_/clock", {"advance": 3600})
    browser.reads("3600 seconds ahead", "#clock")


def test_misbehaviour_counts_down(browser: Browser, server: Server) -> None:
    """Rules are added, are seen to apply, and are removed."""
    service = server.service("example.com")
    browser.open(f"{server.url}/_/development")
    browser.reads("the server behaves", "#rules")
    browser.field("operation").send_keys("get-service")
    browser.field("value").send_keys("503")
    browser.field("times").send_keys("2")
    browser.click("Add")
    browser.reads("get-service:status=503, 2 more times", "#rules")
    browser.width(900, 900)
    browser.picture(DOCS / "development.png")
    with pytest.raises(urllib.error.HTTPError, match="503"):
        server.ask("GET", f"/v1/service/service/{service}")
    browser.reads("1 more time", "#rules")
    browser.click("Remove", "#rules")
    browser.reads("the server behaves", "#rules")
    assert server.ask("GET", "/_/chaos") == []


def test_a_message_that_fails_says_why(browser: Browser, tmp_path: Path) -> None:
    """What became of it, in the words that the log has, too."""
    program = tmp_path / "gateway"
    program.write_text("#!/bin/sh\ncat > /dev/null\nexit 1\n")
    program.chmod(0o755)
    with running("--dev", "--sms", f"command:{program}") as server:
        user = server.user(server.service("example.com"), "jane")
        browser.open(f"{server.url}/_/")
        browser.reads("Live", "#connection")
        user.start()
        browser.reads("exit", ".message .problem")
        browser.reads("by command", ".message")
        program.write_text("#!/bin/sh\ncat > /dev/null\n")
        browser.reads("Handed over", ".message", limit=30)


def test_with_a_token_one_logs_in(browser: Browser, tmp_path: Path) -> None:
    """Outside development: neither PINs nor whole numbers, and nothing without the token."""
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    database = tmp_path / "database"
    program = REPOSITORY / "target" / "debug" / "verigator-server"
    add = [str(program), "account", "add", "mine", "--generate", "--database", str(database)]
    added = subprocess.run(add, capture_output=True, text=True, check=True)
    account = {"X-Service-Auth": "mine:" + added.stdout.split()[-1]}
    options = ["--database", str(database), "--admin-token-file", str(token)]
    with running(*options, "--sms", "command:/bin/true") as server:
        made = {"fqdn": "example.com", "name": "Example"}
        service = server.ask("POST", "/v1/service/service", made, **account)["id"]
        users = f"/v1/service/service/{service}/users"
        jane = {"phone_number": "+37255550001", "id_in_service": "jane@example.com"}
        user = server.ask("POST", users, jane, **account)["id"]
        browser.open(f"{server.url}/_/services/{service}/users/{user}")
        browser.reads("Log in", "h1")
        browser.field("token").send_keys("0123456789abcdef0123456789abcdeX")
        browser.click("Log in")
        browser.reads("That is not the content of the file")
        browser.picture(DOCS / "login.png")
        browser.field("token").send_keys(TOKEN)
        browser.click("Log in")
        browser.reads("Messages", "h1")
        browser.reads("Live", "#connection")
        server.ask("POST", f"{users}/{user}/auth", {"method": "sms"}, **account)
        browser.reads("Handed over", ".message")
        browser.reads("PIN not shown", ".message")
        assert "+37255550001" not in browser.driver.page_source
        (cookie,) = browser.driver.get_cookies()
        assert cookie["httpOnly"]
        assert cookie["sameSite"] == "Strict"
        browser.driver.find_element(By.LINK_TEXT, "jane@example.com").click()
        browser.click("Make recovery codes")
        browser.reads("10 codes are left")
        browser.click("Log out")
        browser.reads("Log in", "h1")
        browser.open(f"{server.url}/_/services")
        browser.reads("Log in", "h1")


def test_a_name_that_leads_here_is_refused(browser: Browser, server: Server) -> None:
    """DNS rebinding: the browser asks this server by the name of another."""
    browser.open(f"http://evil.example:{server.port}/_/")
    browser.reads("--allowed-host", "body")
    assert not browser.all("main")


def test_a_page_of_another_site_changes_nothing(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    """A form of another site is refused, though this browser may do what it asks for."""
    user = server.user(server.service("example.com"), "jane")
    form = f"""<form method=post action="{server.url}{user.page}">
        <input name=action value=delete><button>Win</button></form>"""
    (tmp_path / "evil.html").write_text(form)
    browser.open(f"file://{tmp_path}/evil.html")
    browser.click("Win")
    browser.reads("is not this server's", "body")
    until(lambda: server.ask("GET", user.path)["id"] == user.id)
