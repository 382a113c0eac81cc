from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from app.components.workbench.component import WorkbenchModel
from app.tabs.explore import stage
from sam3viz import Analysis, Exemplar
from tests.helpers.analyzers import untrained
from tests.helpers.noise import noise_image


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return untrained("raw", "unified").analyze(noise_image(96, 64), (Exemplar((10, 10, 50, 40)),))


@pytest.fixture(scope="module")
def model(analysis) -> WorkbenchModel:
    return stage.workbench_model(analysis, "1.2.0.en", "zh-CN")


def file_of(url: str) -> Path:
    return Path(url.removeprefix("gradio_api/file="))


def test_the_served_bytes_are_the_tokens_up_to_the_stated_error(analysis, model):
    for view in model.variants:
        packed = view.tokens
        values = np.frombuffer(file_of(packed.url).read_bytes(), np.int8).reshape(-1, packed.channels)
        assert len(values) == packed.columns * packed.rows
        served = cosine_similarity(values * np.array(packed.scales))
        assert np.abs(served - cosine_similarity(analysis.variants[view.name].visual)).max() <= packed.error + 1e-6


def test_the_model_bears_its_stamp_and_speaks_the_visitors_language(model):
    assert model.key == "1.2.0.en"
    assert [view.title for view in model.variants] == ["原始 ROI", "统一编码"]
    assert all(view.note.startswith("找到") for view in model.variants)


def test_a_file_that_is_dropped_is_deleted(model, tmp_path):
    kept = stage._ServedTokens(maxsize=2)
    files = [tmp_path / f"{number}.bin" for number in range(3)]
    for file in files:
        file.write_bytes(b"0")
        kept[file.name.encode()] = replace(model.variants[0].tokens, url=f"gradio_api/file={file}")
    assert [file.exists() for file in files] == [False, True, True]
