from __future__ import annotations

import json

import pytest

from sam3viz.bridges import VARIANTS
from sam3viz.cli import main
from sam3viz.cost.claims import CLAIMS


@pytest.mark.slow
def test_it_prints_claim_against_measured_for_every_row_and_writes_them(tmp_path, capsys):
    out = tmp_path / "new" / "cost.json"
    assert main(["cost", "--repetitions", "1", "--side", "192", "--json", str(out)]) == 0
    said = capsys.readouterr().out
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


def test_a_folder_is_no_file(tmp_path, capsys):
    assert main(["cost", "--json", str(tmp_path)]) == 2
    assert "is a folder" in capsys.readouterr().err
