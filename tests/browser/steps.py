"""What the tests of the whole page do alike."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from sam3viz import VARIANTS

READY = 300_000
"""Milliseconds until something must be there: two busy cores that may train and compile UMAP's kernels meanwhile."""


def wait_for_result(page: Page) -> None:
    """Until an analysis with the shipped weights is there to its end: the numbers come last."""
    expect(page.locator("#numbers thead th")).to_have_count(len(VARIANTS), timeout=READY)
    expect(page.locator("#panel-weights .main-svg").first).to_be_attached(timeout=READY)
