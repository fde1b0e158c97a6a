"""A real browser: Debian's Chromium, by Selenium."""

import hashlib
import hmac
import importlib.util
import struct
import subprocess
import time
import urllib.parse
from base64 import b32decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from server import REPOSITORY, Server

VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
    window.violations.push(event.violatedDirective + " " + event.blockedURI);
});
window.alert = (text) => window.violations.push("alert " + text);
"""


class Browser:
    """A window, and what tests ask of it."""

    def __init__(self, *arguments: str, script: bool = True) -> None:
        options = ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1100,800",
            "--host-resolver-rules=MAP evil.example 127.0.0.1",
            *arguments,
        ):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not script:
            preferences = {"profile.managed_default_content_settings.javascript": 2}
            options.add_experimental_option("prefs", preferences)
        self.driver = Chrome(options, Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(30)
        self.command("Page.addScriptToEvaluateOnNewDocument", source=VIOLATIONS)

    def command(self, name: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(name, parameters)

    def open(self, url: str) -> None:
        """Goes to a page."""
        self.driver.get(url)

    def find(self, selector: str) -> WebElement:
        """The first element that a selector finds, once there is one."""
        found: WebElement = self.until(lambda: next(iter(self.all(selector)), None))
        return found

    def all(self, selector: str) -> list[WebElement]:
        """What a selector finds now."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def button(self, label: str, within: str = "") -> WebElement:
        """The button or summary with a text."""
        path = f"//*[self::button or self::summary][normalize-space()='{label}']"
        root = self.find(within) if within else self.driver
        prefix = "." if within else ""
        return root.find_element(By.XPATH, prefix + path)

    def click(self, label: str, within: str = "") -> None:
        """Clicks a button that can be seen."""
        button = self.button(label, within)
        self.run("arguments[0].scrollIntoView({block: 'center'})", button)
        button.click()

    def field(self, name: str, within: str = "main") -> WebElement:
        """The field of a form."""
        return self.find(f"{within} [name={name}]:not([type=hidden])")

    def text(self, selector: str = "main") -> str:
        """What can be read in an element."""
        return str(self.until(lambda: self.find(selector).text or " "))

    def until(self, condition: Callable[[], Any], limit: float = 15) -> Any:
        """Waits until something is so, and gives it."""
        waiting = WebDriverWait(
            self.driver, limit, 0.05, ignored_exceptions=[StaleElementReferenceException]
        )

        def attempt(_: object) -> Any:
            try:
                return condition()
            except WebDriverException as error:
                # Stale, too, while a page is left for another one.
                if "does not belong to the document" not in str(error):
                    raise
                return None

        return waiting.until(attempt)

    def reads(self, text: str, selector: str = "main", limit: float = 15) -> None:
        """Waits until a text can be read in an element."""
        try:
            self.until(lambda: text in self.find(selector).text, limit)
        except Exception as error:
            shown = self.find(selector).text
            raise AssertionError(f"{text!r} is not in {shown!r}") from error

    def run(self, script: str, *arguments: Any) -> Any:
        """Runs a script in the page."""
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys: str) -> None:
        """Presses keys, wherever the focus is."""
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def tab_to(self, wanted: Callable[[WebElement], bool], most: int = 60) -> WebElement:
        """Goes on by the tabulator until what has the focus is wanted."""
        for _ in range(most):
            self.press(Keys.TAB)
            active = self.driver.switch_to.active_element
            if wanted(active):
                return active
        raise AssertionError("the keyboard does not lead there")

    def width(self, pixels: int, height: int = 800) -> None:
        """Makes the window so wide."""
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=pixels,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def prefer(self, **features: str) -> None:
        """Prefers the dark, forced colours, or the like."""
        named = [{"name": k.replace("_", "-"), "value": v} for k, v in features.items()]
        self.command("Emulation.setEmulatedMedia", features=named)

    def violations(self) -> list[str]:
        """What the policy of the page was broken by, and what the console complains of."""
        told = list(self.run("return window.violations || []"))
        return told + [entry["message"] for entry in self.console() if is_severe(entry)]

    def console(self) -> list[dict[str, Any]]:
        """What the console has been told since it was asked last."""
        told: list[dict[str, Any]] = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
        return told

    def picture(self, path: Path) -> Path:
        """Takes a screenshot of the window."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(path))
        return path


def is_severe(entry: dict[str, Any]) -> bool:
    """Whether the console holds something against the page itself."""
    message = str(entry["message"])
    return entry["level"] == "SEVERE" and "status of 4" not in message and "net::" not in message


def axe() -> str:
    """The script of axe-core, from a package whose other dependencies are not needed."""
    specification = importlib.util.find_spec("axe_playwright_python")
    assert specification is not None
    assert specification.origin is not None
    return (Path(specification.origin).parent / "axe.min.js").read_text()


def findings(browser: Browser) -> list[str]:
    """What axe-core finds against the page: what is serious or critical."""
    browser.run(axe())
    found = browser.driver.execute_async_script(
        "const done = arguments[arguments.length - 1]; axe.run().then(done)"
    )
    bad = [item for item in found["violations"] if item["impact"] in ("serious", "critical")]
    return [f"{item['id']}: {[node['html'] for node in item['nodes']]}" for item in bad]


def qr_text(picture: Path) -> str:
    """What the QR code on a screenshot says."""
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(picture)]
    read = subprocess.run(command, capture_output=True, text=True, check=False)
    return read.stdout.strip()


def secret_of(uri: str) -> str:
    """The secret in an otpauth URI."""
    return urllib.parse.parse_qs(urllib.parse.urlsplit(uri).query)["secret"][0]


def code(server: Server, secret: str, steps: int = 0) -> str:
    """What an app shows (RFC 6238), by the server's clock."""
    now = server.ask("GET", "/_/clock")["now"]
    counter = struct.pack(">Q", int(now // 30) + steps)
    key = b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


WORK = REPOSITORY / "target" / "page"
# What the README shows: see the check.
DOCS = WORK / "pictures" / "docs"


def moment() -> float:
    """A time to measure by."""
    return time.monotonic()
