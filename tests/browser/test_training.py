"""The Training tab as two people use the page at once, with the shipped weights, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.services.analyses import analyzer
from sam3viz.training import job
from tests.helpers.browser_steps import READY, fits, linked, set_slider, to_tab, wait_for_result

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

ENDED = re.compile("done|cancelled")


@pytest.fixture
def trainer(open_page, address) -> Page:
    """The page on the Training tab, set to train little."""
    page = open_page(linked(address, tab="training"), locale="en-US")
    page.locator("#training-more button").first.click()
    set_slider(page, "#training-steps", 20)
    set_slider(page, "#training-scenes", 16)
    return page


@pytest.fixture
def go_on(monkeypatch) -> Iterator[Event]:
    """Trainings pause after their first step until it is set, so that what others get meanwhile is no race."""
    event, train = Event(), job.train

    def pausing(*settings: Any) -> Iterator[dict[str, float]]:
        for number, terms in enumerate(train(*settings)):
            yield terms
            if number == 0:
                assert event.wait(READY / 1000)

    monkeypatch.setattr(job, "train", pausing)
    yield event
    event.set()


def state(page: Page, found: str | re.Pattern[str]) -> None:
    expect(page.locator("#training-status .job-status")).to_have_attribute("data-state", found, timeout=READY)


def plots(page: Page) -> Locator:
    return page.locator("#training-curves .cartesianlayer .subplot")


def heat(page: Page) -> dict[str, str]:
    """Variant -> its heat map as the page draws it."""
    cards = page.locator("#workbench .card:visible")
    return dict(
        cards.evaluate_all("all => all.map(card => [card.dataset.name, card.querySelector('canvas').toDataURL()])")
    )


def replayed(page: Page) -> list[str]:
    """Heat on the picture of every run, as the page draws it."""
    return page.locator("#training-replay .subplot image").evaluate_all("all => all.map(i => i.getAttribute('href'))")


def columns_of_curves(page: Page) -> int:
    return page.locator("#training-curves .infolayer .annotation").evaluate_all(
        """titles => new Set(titles.map(title => {
            const { x, width } = title.getBoundingClientRect();
            return Math.round((x + width / 2) / 10);
        })).size"""
    )


def until_heat(page: Page, check: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    waited = 0
    while not check(shown := heat(page)):
        assert waited < READY, "the heat did not become what it should"
        page.wait_for_timeout(250)
        waited += 250
    return shown


@pytest.mark.slow
def test_two_variants_train_while_somebody_else_analyses_and_only_their_trainer_uses_them(
    trainer, open_page, address, screenshots, go_on
):
    visitor = open_page(address, locale="en-US")
    wait_for_result(visitor)
    shipped = heat(visitor)
    assert set(shipped) == set(analyzer().bridges)

    trainer.locator("#training-start").click()
    state(trainer, "running")
    expect(trainer.locator("#training-cancel")).to_be_enabled()
    visitor.locator("#examples button.thumbnail-item").nth(2).click()
    changed = until_heat(visitor, lambda now: set(now) == set(shipped) and all(now[n] != shipped[n] for n in shipped))
    state(trainer, "running")
    go_on.set()

    expect(plots(trainer).first).to_be_attached(timeout=READY)
    state(trainer, "done")
    titles = trainer.locator("#training-curves .infolayer .annotation")
    for term in ("total", "patch", "ranking", "distillation", "rate", "alignment_weight"):
        expect(titles.filter(has_text=term).first).to_be_attached(timeout=READY)
    rows = trainer.locator("#training-table tbody tr")
    expect(rows).to_have_count(2, timeout=READY)
    expect(rows.nth(0)).to_contain_text("distillation")
    expect(rows.nth(1)).to_contain_text("unified")
    assert columns_of_curves(trainer) == 3
    fits(trainer)
    if screenshots:
        trainer.screenshot(path=screenshots / "training_light_1440.png", full_page=True)

    trainer.locator("#training-use").click()
    expect(trainer.locator("#weights-in-use")).to_contain_text("weights that you trained here", timeout=READY)
    trained = {"distillation", "unified"}
    mine = until_heat(
        trainer, lambda now: set(now) == {*shipped, *trained} and all(now[n] != shipped.get(n) for n in trained)
    )
    if trained <= set(shipped):  # else there are more columns now, and every map is drawn at another size
        assert all(mine[name] == shipped[name] for name in set(shipped) - trained)

    assert heat(visitor) == changed
    expect(visitor.locator("#weights-in-use")).to_have_text("")
    visitor.locator("#examples button.thumbnail-item").nth(0).click()
    until_heat(visitor, lambda now: now == shipped)

    trainer.locator("#shipped-weights").click()
    until_heat(trainer, lambda now: now == shipped)
    expect(trainer.locator("#weights-in-use")).to_have_text("", timeout=READY)
    expect(trainer.locator("#shipped-weights")).to_be_hidden()


def test_a_training_waits_for_another_and_both_can_be_cancelled(trainer, open_page, address):
    set_slider(trainer, "#training-steps", 200)
    expect(trainer.locator("#expected")).to_contain_text("200 steps", timeout=READY)
    expect(trainer.locator("#training-replay .subplot").first).to_be_attached(timeout=READY)
    trainer.locator("#training-start").click()
    state(trainer, "running")
    expect(trainer.locator("#training-source")).to_have_text("", timeout=READY)
    expect(trainer.locator("#training-replay .subplot")).to_have_count(0, timeout=READY)  # nothing stale beside it
    other = open_page(linked(address, tab="training"), locale="en-US")
    other.locator("#training-start").click()
    state(other, "waiting")
    expect(other.locator("#training-status")).to_contain_text("go first: 1")
    other.locator("#training-cancel").click()
    state(other, "cancelled")
    trainer.locator("#training-cancel").click()
    state(trainer, "cancelled")
    expect(trainer.locator("#training-start")).to_be_enabled(timeout=READY)
    expect(trainer.locator("#training-cancel")).to_be_disabled()


def test_nothing_chosen_gets_one_sentence(trainer):
    for title in ("Distillation", "Unified"):
        trainer.locator("#training-variants").get_by_label(title).uncheck()
    expect(trainer.locator("#expected [role=alert]")).to_contain_text("There is no variant", timeout=READY)
    trainer.locator("#training-start").click()
    expect(trainer.locator("#training-notice [role=alert]")).to_contain_text("choose at least one", timeout=READY)
    expect(trainer.locator("#training-cancel")).to_be_disabled()


def test_the_tab_follows_the_language_and_explore_opens_its_example_when_it_is_selected(open_page, address):
    page = open_page(linked(address, tab="training"), locale="zh-CN")
    expect(page.locator("#training-start")).to_have_text("开始训练", timeout=READY)
    expect(page.locator("#expected")).to_contain_text("2 次训练", timeout=READY)
    expect(page.locator("#training-schedules")).to_contain_text("渐进")
    page.locator(".language").get_by_text("English").click()
    expect(page.locator("#training-start")).to_have_text("Start training", timeout=READY)
    expect(page.locator("#expected")).to_contain_text("2 runs", timeout=READY)
    expect(page.locator("#prompter .boxes .box")).to_have_count(0)
    assert "tab=training" in page.url
    to_tab(page, "Explore")
    expect(page.locator("#prompter .boxes .box").first).to_be_visible(timeout=READY)
    expect(page.locator("#lesson")).to_contain_text("marble", timeout=READY)
    assert "tab=explore" in page.url


@pytest.fixture
def phone(open_page, address) -> Page:
    """The Training tab on a phone in the dark."""
    page = open_page(linked(address, tab="training", __theme="dark"), width=390, locale="en-US")
    expect(page.locator("#training-start")).to_be_visible()
    return page


def test_the_recorded_run_moves_with_its_slider_on_a_phone_in_the_dark(phone):
    page = phone
    expect(page.locator("#training-source")).to_contain_text("the training of the shipped weights", timeout=READY)
    page.locator("#training-replay").scroll_into_view_if_needed()
    expect(page.locator("#training-replay .subplot image")).to_have_count(len(analyzer().bridges), timeout=READY)
    trained = replayed(page)
    set_slider(page, "#training-checkpoint", 1)
    expect(page.locator("#training-replay .infolayer")).to_contain_text("step 0", timeout=READY)
    assert all(now != then for now, then in zip(replayed(page), trained, strict=True))
    fits(page)


@pytest.mark.slow
def test_a_phone_in_the_dark_can_train(phone, screenshots):
    page = phone
    page.locator("#training-more button").first.click()
    set_slider(page, "#training-steps", 20)
    set_slider(page, "#training-scenes", 16)
    expect(page.locator("#expected")).to_contain_text("20 steps", timeout=READY)
    page.locator("#training-start").click()
    state(page, ENDED)
    expect(page.locator("#training-table tbody tr")).to_have_count(2, timeout=READY)
    expect(page.locator("#training-source")).to_have_text("")
    expect(page.locator("#training-replay .subplot image")).to_have_count(2, timeout=READY)
    page.locator("#training-curves").scroll_into_view_if_needed()  # a plot is drawn when it comes into sight
    expect(plots(page).first).to_be_attached(timeout=READY)
    fits(page)
    assert columns_of_curves(page) == 1
    if screenshots:
        page.screenshot(path=screenshots / "training_dark_390.png", full_page=True)
