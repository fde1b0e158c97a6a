"""What holds for every page: for whom it works, how wide it is, and that nothing in it is run."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from selenium.webdriver.common.keys import Keys

from browser import Browser, findings
from server import Server, running

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>{{7*7}}"
LONG = "x" * 200


@pytest.fixture(scope="module")
def filled() -> Iterator[tuple[Server, list[str]]]:
    """A server with something on every page."""
    with running("--dev", "--chaos") as server:
        service = server.service("example.com", LONG)
        user = server.user(service, f"{LONG}@example.com")
        user.start()
        user.verify("no code")
        rule = {"operation": "get-user", "body": LONG, "times": 3}
        server.ask("PUT", "/_/chaos", [rule])
        pages = ["/_/", "/_/services", f"/_/services/{service}", user.page, "/_/development"]
        yield server, [*pages, "/_/services/none", "/_/?search=none"]


def test_axe_finds_nothing_serious(browser: Browser, filled: tuple[Server, list[str]]) -> None:
    """In the light, in the dark, and on a phone; with what forms answer, too."""
    server, pages = filled
    for scheme, width in [("light", 1100), ("dark", 320)]:
        browser.prefer(prefers_color_scheme=scheme)
        browser.width(width)
        for page in pages:
            browser.open(server.url + page)
            assert findings(browser) == [], f"{page} in the {scheme}"
        browser.open(server.url + pages[3])
        browser.click("Enrol an app", "#app")
        browser.reads("Scan this with the app")
        assert findings(browser) == []
        browser.click("Remove the app…", "#app")
        browser.click("Yes, remove it", "#app")
        browser.reads("None", "#app")


def test_no_page_is_scrolled_sideways(browser: Browser, filled: tuple[Server, list[str]]) -> None:
    """At 320 px, and with names that have no place to break."""
    server, pages = filled
    for width in (320, 600):
        browser.width(width)
        for page in pages:
            browser.open(server.url + page)
            browser.run("document.querySelectorAll('details').forEach((one) => one.open = true)")
            wide = browser.run("return document.documentElement.scrollWidth")
            assert wide <= width, f"{page} at {width}"


def test_the_dark_is_dark(browser: Browser, filled: tuple[Server, list[str]]) -> None:
    """And the light is light."""
    server, pages = filled
    for scheme in ("dark", "light"):
        browser.prefer(prefers_color_scheme=scheme)
        browser.open(server.url + pages[0])
        colour = browser.run("return getComputedStyle(document.body).backgroundColor")
        brightness = sum(int(part) for part in colour.strip("rgb()").split(","))
        assert (brightness > 600) == (scheme == "light"), f"{scheme}: {colour}"
        assert brightness > 600 or brightness < 150


def test_all_is_reached_by_keyboard(browser: Browser, filled: tuple[Server, list[str]]) -> None:
    """Every control of every page gets the focus, in its order, and shows it."""
    server, pages = filled
    for page in pages[:5]:
        browser.open(server.url + page)
        wanted = browser.run(
            "return [...document.querySelectorAll('a, button, input, select, summary')]"
            ".filter((one) => one.checkVisibility() && one.type !== 'hidden').length"
        )
        reached = set()
        for _ in range(wanted):
            browser.press(Keys.TAB)
            active = browser.driver.switch_to.active_element
            reached.add(active.id)
            style = browser.run("return getComputedStyle(arguments[0]).outlineStyle", active)
            assert style != "none", active.get_attribute("outerHTML")
        assert len(reached) == wanted, page


def test_nothing_that_a_client_sets_is_run(browser: Browser, server: Server) -> None:
    """Every field that can be set, on every page that shows it."""
    service = server.service("example.com", HOSTILE)
    user = server.user(service, HOSTILE)
    user.start()
    user.verify(HOSTILE)
    rule = {"operation": "get-user", "body": HOSTILE, "retry-after": HOSTILE, "times": 3}
    server.ask("PUT", "/_/chaos", [rule])
    pages = ["/_/", "/_/services", f"/_/services/{service}", user.page, "/_/development"]
    for page in [*pages, "/_/services/%3Cscript%3Ealert(4)%3C%2Fscript%3E"]:
        browser.open(server.url + page)
        assert not browser.all("main script, main svg, main [onerror]"), page
        assert browser.violations() == [], page
    for page in pages[:3]:
        browser.open(f"{server.url}{page}?search=%22%3E%3Cscript%3Ealert(5)%3C/script%3E")
        assert not browser.all("main script"), page
        assert browser.violations() == [], page
    browser.open(f"{server.url}/_/")
    browser.reads("<script>alert(1)</script>", ".message")
    # What arrives later is put in by the script.
    user.start()
    browser.reads("PIN replaced")
    assert not browser.all("main script, main svg, main [onerror]")
    browser.open(server.url + user.page)
    browser.click("Enrol an app")
    browser.field("token").send_keys("<b>1")
    browser.click("Confirm")
    browser.reads("That is not what the app shows now", "#news")
    assert not browser.all("main script, main svg, main [onerror]")


def test_ten_thousand_messages_scroll(browser: Browser) -> None:
    """From the first to the last, with few rows at a time, and no long pause."""
    with running("--dev") as server:
        service = server.service("example.com")
        users = [server.user(service, f"user{n}", f"+3725556{n:04}") for n in range(20)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda user: server.start_often(user, 500), users))
        browser.open(f"{server.url}/_/")
        browser.reads("Live", "#connection")
        assert browser.find("#messages").get_attribute("data-total") == "10000"
        worst = browser.driver.execute_async_script(
            """
            const done = arguments[arguments.length - 1];
            let last = performance.now(), worst = 0, steps = 0;
            const step = (now) => {
                worst = Math.max(worst, now - last);
                last = now;
                window.scrollBy(0, 400);
                steps += 1;
                if (steps < 150) requestAnimationFrame(step);
                else done(worst);
            };
            requestAnimationFrame((now) => { last = now; step(now); });
            """
        )
        assert worst < 500, f"a pause of {worst} ms"
        browser.run("window.scrollTo(0, document.body.scrollHeight)")
        browser.until(lambda: browser.all("[aria-posinset='10000']"))
        assert len(browser.all(".message")) <= 400
        server.ask("POST", f"{users[0].path}/auth", {"method": "sms"})
        browser.reads("1 newer message", ".newer")
        browser.find(".newer").click()
        browser.until(lambda: browser.all("[aria-posinset='1']"))
        browser.reads("user0", ".message:first-child")
