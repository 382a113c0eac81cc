"""What the tests of the whole page do alike."""

from __future__ import annotations

from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from sam3viz import VARIANTS

READY = 300_000
"""Milliseconds until something must be there: two busy cores that may train and compile UMAP's kernels meanwhile."""


def wait_for_result(page: Page) -> None:
    """Until an analysis with the shipped weights is there to its end."""
    expect(page.get_by_test_id("status")).to_have_attribute("data-state", "current", timeout=READY)
    expect(page.locator("#numbers thead th")).to_have_count(len(VARIANTS), timeout=READY)
    expect(page.locator("#panel-weights .main-svg").first).to_be_attached(timeout=READY)


def heat_cards(page: Page) -> Locator:
    """The small pictures of all variants."""
    return page.locator("#workbench .card:visible canvas")


def heat_of(page: Page) -> list[str]:
    """The heat of every variant as it is drawn, in the order of the screen."""
    return heat_cards(page).evaluate_all("all => all.map(canvas => canvas.toDataURL())")


def to_tab(page: Page, name: str) -> None:
    """Open a tab of the page; on a phone those that do not fit are in a menu.

    Which do is settled only when the page speaks its reader's language: a tab may leave the menu that was just opened.
    """
    tab, more = page.get_by_role("tab", name=name, exact=True), page.locator(".overflow-menu > button")
    expect(tab.or_(more).first).to_be_visible()
    if not tab.is_visible():
        more.click()
    entry = page.locator(".overflow-dropdown button", has_text=name)
    expect(tab.or_(entry).first).to_be_visible()
    (tab if tab.is_visible() else entry).click()


def linked(address: str, **query: str) -> str:
    """The page's address with what a link says, such as ``tab="cost"``: Explore then has nothing to compute."""
    return f"{address}?{urlencode(query)}"


def fits(page: Page) -> None:
    """Check that the page is no wider than its window."""
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page itself must not scroll sideways"


def set_slider(page: Page, slider: str, value: int) -> None:
    """Type into a slider's number; again where Gradio was still mounting the slider, which then sets its first value.

    Seen in one of 14 openings of an accordion under load; nobody types within milliseconds of a click.
    """
    field, handle = (page.locator(f"{slider} input[type={kind}]") for kind in ("number", "range"))
    for patience in (2_000, 2_000, None):
        field.fill(str(value))
        field.press("Enter")
        field.blur()
        try:
            expect(handle).to_have_value(str(value), timeout=patience)
        except AssertionError:
            if patience is None:
                raise
        else:
            return
