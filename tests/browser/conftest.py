"""A real Chromium for the page's tests. What the console or the page complains about fails the test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

from app.app import launch
from tests.helpers.chromium import chromium_path

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_PATIENCE = 60_000
"""Milliseconds; a busy two-core machine may take long to load the page, and a test only waits when it must."""
expect.set_options(timeout=_PATIENCE)

PageFactory = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium_path()
        try:
            browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        except Error as error:
            pytest.fail(
                f"No Chromium to test the page with ({path or 'Playwright’s own'}): install the system's chromium, "
                f"run `playwright install chromium`, or name one in SAM3VIZ_CHROMIUM. {error}",
                pytrace=False,
            )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address() -> str:
    """Of the page as shipped, one server for all files of a worker; files that need another have their own."""
    return launch(prevent_thread_lock=True, quiet=True)


@pytest.fixture(scope="session")
def complaints() -> list[str]:
    """Errors on the console and exceptions of the pages that `open_page` opened."""
    return []


@pytest.fixture(autouse=True)
def no_complaints(complaints: list[str]) -> Iterator[None]:
    complaints.clear()
    yield
    assert not complaints, "the browser complained: " + "; ".join(complaints)


@contextmanager
def _opening(browser: Browser, complaints: list[str]) -> Iterator[PageFactory]:
    contexts = []

    def note(message: ConsoleMessage) -> None:
        ours = "127.0.0.1" in message.location.get("url", "")
        if message.type == "error" and (ours or "net::ERR_FAILED" not in message.text):
            complaints.append(message.text)

    def factory(url: str, width: int = 1440, height: int = 900, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        # The page must work without the internet.
        context.route(lambda address: "127.0.0.1" not in address, lambda route: route.abort())
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(url)
        return page

    yield factory
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(browser: Browser, complaints: list[str]) -> Iterator[PageFactory]:
    """``open_page(url, width=1440, height=900, **options of the context)``, each in a context of its own.

    They are closed after the test: a page that stays open goes on taking a tenth of a core.
    """
    with _opening(browser, complaints) as factory:
        yield factory


@pytest.fixture(scope="module")
def open_lasting_page(browser: Browser, complaints: list[str]) -> Iterator[PageFactory]:
    """The same for pages that the tests of a file share."""
    with _opening(browser, complaints) as factory:
        yield factory


@pytest.fixture(scope="session")
def screenshots() -> Path | None:
    """Where to leave pictures of the page: the folder named by SAM3VIZ_SCREENSHOTS, if any."""
    folder = os.environ.get("SAM3VIZ_SCREENSHOTS")
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder)
