from __future__ import annotations

import re

import pytest

from app.components.box_prompter.component import Prompt, PromptBox
from app.tabs.across.cards import Card, Cell, Head, Row, cards_html, overview_html, references_html, targets_html
from app.tabs.across.inputs import Reference, Target
from app.tabs.across.strings import STRINGS

URI = "data:image/webp;base64,AAAA"


def buttons(html: str) -> list[tuple[str, str]]:
    """What each button tells when it is pressed."""
    return re.findall(r'data-press="([^"]*)" data-index="(\d+)"', html)


def test_a_card_can_be_taken_up_and_removed_by_its_number():
    html = cards_html("Kept", [Card(URI, "Reference 1", "2", "Remove 1", "Edit 1"), Card(URI, "b", "", "Remove b")])
    assert buttons(html) == [("take_up", "0"), ("drop", "0"), ("drop", "1")]
    assert 'aria-label="Remove b"' in html
    assert html.startswith("<p>Kept</p>")
    assert cards_html("Kept", []) == ""


def test_a_row_a_target_and_a_column_a_variant():
    cells = [Cell(name, URI, "3 found", f"{name} large") for name in ("raw", "unified")]
    rows = [Row(name, URI, f"Look at {name}", cells) for name in ("a.png", "b.png", "c.png")]
    heads = [Head("Raw", "9 in all", "about"), Head("Unified", "9 in all", "about")]
    html = overview_html("all", "Target", heads, rows, 1, "#x")
    assert html.count("<tr>") == 4
    assert html.count('<th scope="col"') == 3
    assert buttons(html) == [(press, str(row)) for row in range(3) for press in ("", "raw", "unified")]
    assert re.findall(r'aria-pressed="(\w+)"', html) == ["false", "true", "false"]
    assert html.count('data-goto="#x"') == 3


def test_every_text_is_escaped():
    bad = '<i>"'
    html = cards_html(bad, [Card(bad, bad, bad, bad, bad)])
    html += overview_html(bad, bad, [Head(bad, bad, bad)], [Row(bad, bad, bad, [Cell(bad, bad, bad, bad)])], 0, bad)
    assert "<i>" not in html
    assert html.count("&lt;i&gt;&#34;") == html.count("&#34;") == html.count("&lt;i&gt;") > 20
    assert '"">' not in html.replace('alt=""', "").replace('data-press=""', "")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_cards_tell_number_boxes_and_name(language):
    boxes = (PromptBox(10, 10, 40, 40), PromptBox(50, 10, 80, 40, -1))
    html = references_html([Reference(Prompt("drawn.png", boxes), URI)] * 2, language)
    assert html.count("<li>") == 2
    assert STRINGS[language]["reference"].format(number=2) in html
    assert STRINGS[language]["boxes"].format(count=2) in html
    assert STRINGS[language]["kept"].format(number=3) in html
    assert "a &lt;b&gt;.png" in targets_html([Target("a.png", "a <b>.png", URI)], language)
    assert references_html((), language) == targets_html((), language) == ""
