"""One browser and one development server for all tests that do not need their own."""

from collections.abc import Iterator

import pytest

from browser import Browser
from server import Server, running


@pytest.fixture(scope="session")
def shared() -> Iterator[Browser]:
    """The browser, which takes a second to start."""
    browser = Browser()
    yield browser
    browser.driver.quit()


@pytest.fixture
def browser(shared: Browser) -> Iterator[Browser]:
    """The browser, as if it were new; the policy of no page may have been broken in the end."""
    shared.prefer()
    shared.width(1100)
    shared.driver.delete_all_cookies()
    shared.console()
    yield shared
    assert shared.violations() == []
    shared.open("about:blank")


@pytest.fixture
def server() -> Iterator[Server]:
    """A development server."""
    with running("--dev", "--chaos") as server:
        yield server
