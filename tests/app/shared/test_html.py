from __future__ import annotations

from app.shared.html import table_html


def test_every_value_has_its_cell_and_an_interval_its_own_line():
    shown = table_html("all", ["one", "two"], [("a", ["0.5 [0.4, 0.6]", "not enough samples"]), ("b", ["–", "2"])])
    assert shown.count("<tr>") == 3
    assert '<th scope="col">one</th><th scope="col">two</th>' in shown
    assert "<td>0.5<small>0.4, 0.6]</small></td>".replace("0.4", "[0.4") in shown
    assert "<td>not enough samples</td>" in shown
    assert '<th scope="row">b</th><td>–</td><td>2</td>' in shown


def test_the_best_cells_are_bold():
    shown = table_html("all", ["one", "two"], [("a", ["1", "2"]), ("b", ["3", "4"])], best={(0, 1), (1, 0)})
    assert '<td>1</td><td class="best">2</td>' in shown
    assert '<td class="best">3</td><td>4</td>' in shown


def test_every_text_is_escaped():
    shown = table_html("<i>", ["<b>"], [("<u>", ["<s> [<p>]"])])
    assert not any(tag in shown for tag in ("<i>", "<b>", "<u>", "<s>", "<p>"))
    assert "&lt;p&gt;" in shown
