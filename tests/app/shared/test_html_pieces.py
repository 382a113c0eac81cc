from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image

from app.shared.html_pieces import notice_html, verdict_html
from app.shared.strings import VERDICT
from sam3viz.api.analysis import Analysis
from sam3viz.types import Exemplar
from tests.api.test_analyzer import untrained


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    picture = Image.effect_noise((96, 64), 80).convert("RGB")
    return untrained("raw", "baseline").analyze(picture, [Exemplar((10, 10, 40, 40))])


def test_sentences_are_escaped():
    assert "<b>" not in notice_html(["<b>bold</b>"])
    assert notice_html([]) == ""


@pytest.mark.parametrize("language", VERDICT)
def test_a_cosine_that_the_model_does_not_go_by_is_called_a_diagnostic(analysis, language):
    baseline = replace(analysis.variants["baseline"], comparable=False)
    diagnostic = replace(analysis, variants={**analysis.variants, "baseline": baseline})
    told = [verdict_html(each, language, "train") for each in (analysis, diagnostic)]
    assert [VERDICT[language]["diagnostic"] in each for each in told] == [False, True]
