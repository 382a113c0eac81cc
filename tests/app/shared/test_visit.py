from __future__ import annotations

from types import SimpleNamespace

import gradio as gr
import pytest

from app.services.sessions import track
from app.shared.visit import greet, keep_in_address, leave, settle

TABS = ["one", "two"]


def visitor(accepted: str | None = None, **query: str) -> SimpleNamespace:
    headers = {} if accepted is None else {"accept-language": accepted}
    return SimpleNamespace(headers=headers, query_params=query, session_hash="me")


@pytest.mark.parametrize(
    ("accepted", "language"), [("zh-TW,en;q=0.5", "zh-CN"), ("ZH", "zh-CN"), ("de,zh", "en"), ("", "en"), (None, "en")]
)
def test_the_page_opens_in_the_language_that_the_browser_asks_for_first(accepted, language):
    assert greet(TABS, visitor(accepted))[0] == language


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_that_the_address_names_is_opened(tab):
    assert greet(TABS, visitor(tab=tab))[1].selected == tab


@pytest.mark.parametrize("query", [{}, {"tab": ""}, {"tab": "<script>"}, {"two": "two"}])
def test_a_tab_that_the_visitor_opened_meanwhile_stays_where_the_address_names_none(query):
    assert greet(TABS, visitor(**query))[1] == gr.skip()


@pytest.mark.parametrize(("query", "cases"), [({}, 1), ({"tab": "no"}, 1), ({"tab": "one"}, 1), ({"tab": "two"}, 0)])
def test_the_first_tab_opens_its_example_where_no_other_is_linked(query, cases):
    assert settle(TABS, visitor(**query)) == (1, cases)


def test_a_name_is_quoted_in_the_script():
    assert r'"a\"b"' in keep_in_address('a"b')


def test_who_leaves_cancels_what_they_started():
    cancelled = []

    class Job:
        def cancel(self) -> None:
            cancelled.append(True)

    job = Job()
    track(job, "me")
    leave(visitor())
    assert cancelled == [True]
