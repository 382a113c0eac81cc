from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.cli import main
from sam3viz.studies.cost import result
from sam3viz.studies.cost.claims import CLAIMS
from tests.helpers.analyzers import untrained
from tests.helpers.cost_tables import costs


@pytest.mark.slow
def test_it_prints_claim_against_measured_for_every_row_and_writes_them(tmp_path, capsys):
    out, page = tmp_path / "new" / "cost.json", tmp_path / "page" / "cost.html"
    words = ["--repetitions", "1", "--side", "192", "--json", str(out), "--html", str(page)]
    assert main(["cost", *words]) == 0
    said = capsys.readouterr().out
    assert f"wrote {out}\nwrote {page}\n" in said
    body = page.read_text("utf-8").split("</script>", 1)[1]
    assert "plotly-graph-div" in body  # the AP is of the backbone that was measured
    assert all(claim.text in body for claim in CLAIMS)
    for claim in CLAIMS:
        lines = [line for line in said.splitlines() if claim.text in line]
        assert len(lines) == len(claim.variants)
        assert all(f"+{claim.low:.0%} to +{claim.high:.0%}" in line for line in lines)
    told = json.loads(out.read_text("utf-8"))
    assert set(told["costs"]) == {"backbone", *VARIANTS}
    assert told["settings"]["side"] == 192
    assert len(told["claims"]) == sum(len(claim.variants) for claim in CLAIMS)
    assert told["costs"]["raw"]["train_without_s"] is None


@pytest.mark.parametrize(
    ("words", "sentence"), [(["--repetitions", "0"], "repetitions is 0"), (["--side", "-3"], "side is -3")]
)
def test_bad_input_ends_in_one_sentence(words, sentence, capsys):
    assert main(["cost", *words]) == 2
    assert sentence in capsys.readouterr().err


@pytest.fixture
def _measured(monkeypatch):
    """Small numbers at once, of a backbone that is not the shipped AP's."""
    monkeypatch.setattr(Analyzer, "from_pretrained", lambda backbone: untrained("raw", "unified"))
    monkeypatch.setattr(result, "prepare_workload", lambda backbone, side: SimpleNamespace(side=side or 64))
    monkeypatch.setattr(result, "measure_costs", lambda *_: costs())


@pytest.mark.usefixtures("_measured")
def test_the_page_alone_shows_no_ap_of_another_backbone(tmp_path, capsys):
    page = tmp_path / "cost.html"
    assert main(["cost", "--side", "64", "--html", str(page)]) == 0
    assert capsys.readouterr().out.endswith(f"wrote {page}\n")
    body = page.read_text("utf-8").split("</script>", 1)[1]
    assert "another backbone than this one" in body
    assert "plotly-graph-div" not in body
    assert list(tmp_path.iterdir()) == [page]


@pytest.mark.usefixtures("_measured")
def test_without_a_file_the_tables_are_printed_alone(capsys):
    assert main(["cost"]) == 0
    said = capsys.readouterr().out
    assert "gradients, memory" in said
    assert "wrote" not in said


@pytest.mark.parametrize("option", ["--json", "--html"])
def test_a_folder_is_no_file(tmp_path, capsys, option):
    assert main(["cost", option, str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err
