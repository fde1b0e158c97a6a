"""The page of messages."""

from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import DOCS, Browser
from server import Server, behind_nginx, free_port, running


def test_a_message_is_seen_as_it_happens(browser: Browser, server: Server) -> None:
    """To whom, for which service, the PIN, and what becomes of it; without a reload."""
    user = server.user(server.service("example.com"), "jane@example.com")
    browser.open(f"{server.url}/_/")
    browser.reads("Nothing was sent yet")
    browser.run("window.same = true")
    pin = user.start()
    browser.reads(pin)
    for text in ("+37255550001", "jane@example.com", "Example", "Shown here", "PIN valid"):
        browser.reads(text, ".message")
    browser.until(lambda: "left" in browser.text(".message .countdown"))
    assert "jane@example.com of Example" in browser.text("#announcement")
    second = user.start()
    browser.reads(second, ".message:first-child")
    browser.reads("PIN replaced", ".message:last-child")
    assert user.verify(second)
    browser.reads("PIN used", ".message:first-child")
    third = user.start()
    browser.reads(third, ".message:first-child")
    browser.reads("PIN used", ".message:nth-child(2)")
    server.ask("PUT", "/_/clock", {"advance": 301})
    browser.reads("PIN expired", ".message:first-child")
    assert browser.run("return window.same"), "the page was loaded anew"


def test_a_click_copies_the_pin(browser: Browser, server: Server) -> None:
    """The clipboard has it, and the page says so; where there is no such clipboard, too."""
    user = server.user(server.service("example.com"), "jane")
    pin = user.start()
    grant = {"origin": server.url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.command("Browser.grantPermissions", **grant)
    for before in ("", "navigator.clipboard.writeText = () => Promise.reject()"):
        browser.open(f"{server.url}/_/")
        browser.driver.execute_async_script(
            "navigator.clipboard.writeText('').then(arguments[arguments.length - 1])"
        )
        browser.run(before)
        browser.find(".pin").click()
        browser.reads("Copied", "#announcement")
        copied = browser.driver.execute_async_script(
            "navigator.clipboard.readText().then(arguments[arguments.length - 1])"
        )
        assert copied == pin


def test_a_search_finds_as_one_types(browser: Browser, server: Server) -> None:
    """By parts of names and by whole phone numbers; what is new, if it fits."""
    service = server.service("example.com")
    jane = server.user(service, "jane", "+37255550001")
    joe = server.user(service, "100%_joe", "+37255550002")
    jane.start()
    joe.start()
    browser.open(f"{server.url}/_/")
    browser.find(".message:nth-child(2)")
    browser.press("/")
    browser.press("%_J")
    browser.until(lambda: len(browser.all(".message")) == 1)
    browser.reads("joe", ".message")
    jane.start()
    joe.start()
    browser.until(lambda: len(browser.all(".message")) == 2)
    assert "jane" not in browser.text("#messages")
    field = browser.find("[name=search]")
    field.clear()
    field.send_keys("+372 5555 0001")
    browser.until(lambda: "joe" not in browser.text("#messages"))
    browser.reads("jane", ".message")
    field.clear()
    field.send_keys("nobody")
    browser.reads("No message is like that")


def test_eight_tabs_are_all_told(browser: Browser, server: Server) -> None:
    """A browser has six connections to a server."""
    user = server.user(server.service("example.com"), "jane")
    first = browser.driver.current_window_handle
    tabs = [first]
    for _ in range(7):
        browser.driver.switch_to.new_window("tab")
        tabs.append(browser.driver.current_window_handle)
    for tab in tabs:
        browser.driver.switch_to.window(tab)
        browser.open(f"{server.url}/_/")
        browser.reads("Live", "#connection")
    pin = user.start()
    for tab in tabs:
        browser.driver.switch_to.window(tab)
        browser.reads(pin)
    # Whoever listened for all of them may go.
    for tab in tabs[:2]:
        browser.driver.switch_to.window(tab)
        if tab != first:
            browser.driver.close()
        else:
            browser.open("about:blank")
    browser.driver.switch_to.window(tabs[-1])
    pin = user.start()
    browser.reads(pin)
    for tab in tabs[2:]:
        browser.driver.switch_to.window(tab)
        browser.driver.close()
    browser.driver.switch_to.window(first)


def test_a_proxy_that_buffers_and_a_path_before_all(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    """As nginx does by default, and with gzip; all stays in its folder."""
    user = server.user(server.service("example.com"), "jane@example.com")
    port = free_port()
    with running("--dev", "--allowed-origin", f"http://127.0.0.1:{port}") as inner:
        user = inner.user(inner.service("example.com"), "jane@example.com")
        with behind_nginx(inner, tmp_path, port, "/deep/verigator") as url:
            browser.open(f"{url}/_")
            assert browser.driver.current_url == f"{url}/_/"
            browser.reads("Live", "#connection")
            pin = user.start()
            browser.reads(pin, limit=3)
            assert browser.run("return getComputedStyle(document.body).margin") == "0px"
            browser.find(".message a").click()
            browser.reads("May log in")
            browser.click("Make recovery codes")
            browser.reads("shown this once")
            browser.driver.find_element(By.LINK_TEXT, "Services").click()
            browser.reads("example.com")
            assert browser.driver.current_url == f"{url}/_/services"


def test_a_proxy_that_holds_all_back(browser: Browser, tmp_path: Path) -> None:
    """Where no event comes through, the page asks by itself."""
    port = free_port()
    holding = "proxy_ignore_headers X-Accel-Buffering; proxy_buffers 8 64k; proxy_buffer_size 64k;"
    with (
        running("--dev", "--allowed-origin", f"http://127.0.0.1:{port}") as server,
        behind_nginx(server, tmp_path, port, extra=holding) as url,
    ):
        user = server.user(server.service("example.com"), "jane")
        browser.open(f"{url}/_/")
        pin = user.start()
        browser.reads(pin, limit=20)
        assert browser.text("#connection") == "Looking every few seconds"


def test_open_streams_end_with_the_server(browser: Browser, server: Server) -> None:
    """SIGTERM ends it at once; when it is back, the page goes on without a reload."""
    browser.open(f"{server.url}/_/")
    browser.reads("Live", "#connection")
    browser.run("window.same = true")
    assert server.stop() < 2
    with running("--dev", "--listen", f"127.0.0.1:{server.port}") as again:
        user = again.user(again.service("example.com"), "jane")
        pin = user.start()
        browser.reads(pin)
        assert browser.run("return window.same")


def test_without_a_script(server: Server) -> None:
    """Messages can be read, and turned over."""
    browser = Browser(script=False)
    try:
        user = server.user(server.service("example.com"), "jane")
        pin = user.start()
        browser.open(f"{server.url}/_/?search=jane")
        browser.reads(pin)
        browser.reads("until 20")
        browser.open(f"{server.url}{user.page}")
        browser.reads("May log in")
        browser.click("Enrol an app")
        browser.reads("Scan this with the app")
    finally:
        browser.driver.quit()


def test_by_keyboard_alone(browser: Browser, server: Server) -> None:
    """From the top to a copied PIN; the focus stays where it is while others arrive."""
    user = server.user(server.service("example.com"), "jane")
    pin = user.start()
    browser.open(f"{server.url}/_/")
    browser.reads("Live", "#connection")
    browser.press(Keys.TAB)
    active = browser.driver.switch_to.active_element
    assert active.text == "Skip to the content"
    browser.press(Keys.ENTER)
    button = browser.tab_to(lambda element: element.get_attribute("data-copy") == pin)
    assert button.get_attribute("aria-label") == f"Copy PIN {' '.join(pin)}"
    outline = browser.run("return getComputedStyle(arguments[0]).outlineWidth", button)
    assert outline == "3px"
    browser.press(Keys.SPACE)
    browser.reads("Copied", "#announcement")
    user.start()
    browser.reads("PIN replaced")
    assert browser.driver.switch_to.active_element.get_attribute("data-copy") == pin


def test_what_it_looks_like(browser: Browser, server: Server) -> None:
    """For the docs."""
    service = server.service("shop.example.com", "Example Shop")
    for number, name in enumerate(["joe@example.com", "ann@example.com", "jane@example.com"]):
        user = server.user(service, name, f"+3725555000{number}")
        pin = user.start()
        if number == 1:
            assert user.verify(pin)
    browser.open(f"{server.url}/_/")
    browser.reads("left")
    browser.width(900, 520)
    browser.picture(DOCS / "messages.png")
    browser.prefer(prefers_color_scheme="dark")
    browser.width(320, 640)
    browser.picture(DOCS / "messages-narrow-dark.png")
