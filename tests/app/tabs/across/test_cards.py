from __future__ import annotations

import re

from app.tabs.across.cards import Card, Painted, Row, cards_html, table_html

URI = "data:image/webp;base64,AAAA"


def buttons(shown: str) -> list[tuple[str, str]]:
    """What each button tells when it is pressed."""
    return re.findall(r'data-press="([^"]*)" data-index="(\d+)"', shown)


def test_a_card_can_be_taken_up_and_removed_by_its_number():
    shown = cards_html("Kept", [Card(URI, "Reference 1", "2", "Remove 1", "Edit 1"), Card(URI, "b", "", "Remove b")])
    assert buttons(shown) == [("take_up", "0"), ("drop", "0"), ("drop", "1")]
    assert 'aria-label="Remove b"' in shown
    assert shown.startswith("<p>Kept</p>")
    assert cards_html("Kept", []) == ""


def test_a_row_a_target_and_a_column_a_variant():
    cells = [Painted(name, URI, "3 found", f"{name} large") for name in ("raw", "unified")]
    rows = [Row(name, URI, f"Look at {name}", cells) for name in ("a.png", "b.png", "c.png")]
    shown = table_html("all", "Target", [("Raw", "9 in all", "about"), ("Unified", "9 in all", "about")], rows, 1, "#x")
    assert shown.count("<tr>") == 4
    assert shown.count('<th scope="col"') == 3
    assert buttons(shown) == [(press, str(row)) for row in range(3) for press in ("", "raw", "unified")]
    assert re.findall(r'aria-pressed="(\w+)"', shown) == ["false", "true", "false"]
    assert shown.count('data-goto="#x"') == 3


def test_every_text_is_escaped():
    bad = '<i>"'
    shown = cards_html(bad, [Card(bad, bad, bad, bad, bad)])
    shown += table_html(bad, bad, [(bad, bad, bad)], [Row(bad, bad, bad, [Painted(bad, bad, bad, bad)])], 0, bad)
    assert "<i>" not in shown
    assert shown.count("&lt;i&gt;&quot;") == shown.count("&quot;")
