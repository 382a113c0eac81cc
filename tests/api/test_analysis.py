from __future__ import annotations

import dataclasses
import json
import pickle

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from sam3viz.api.analysis import Analysis
from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.export import npz
from sam3viz.inference import analysis as record
from sam3viz.metrics import METRICS
from sam3viz.projection.layout import Layout
from sam3viz.types import Exemplar, VariantResult
from tests.helpers.analyzers import untrained
from tests.helpers.scenes import picture

DRAWN = [Exemplar((10, 10, 60, 50)), Exemplar((90, 40, 250, 90), -1)]  # the second reaches beyond the picture


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return untrained(*VARIANTS)


@pytest.fixture(scope="module")
def analysis(analyzer) -> Analysis:
    return analyzer.analyze(picture(), DRAWN)


def assert_equal(a: object, b: object) -> None:
    if isinstance(a, np.ndarray):
        np.testing.assert_array_equal(a, b)
        assert a.dtype == b.dtype
    elif isinstance(a, dict):
        assert a == pytest.approx(b, nan_ok=True)
    else:
        assert a == b


def test_the_json_tells_what_the_analysis_holds(analysis, tmp_path):
    analysis.to_json(tmp_path / "new" / "analysis.json")
    told = json.loads((tmp_path / "new" / "analysis.json").read_text("utf-8"))
    assert told["settings"] == dict(analysis.settings)
    assert [e["label"] for e in told["exemplars"]] == [1, -1]
    assert len(told["warnings"]) == 1
    assert list(told["variants"]) == list(analysis.variants)
    metrics = analysis.metrics()
    for name, variant in told["variants"].items():
        assert [tuple(d["box"]) for d in variant["detections"]] == [d.box for d in analysis.variants[name].detections]
        numbers = {key: np.nan if value is None else value for key, value in variant["metrics"].items()}
        assert numbers == pytest.approx(metrics.loc[name].to_dict(), nan_ok=True)


def test_the_parquet_holds_every_point(analysis, tmp_path):
    analysis.to_parquet(tmp_path / "layout.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "layout.parquet"), analysis.layout())


def test_settings_tell_weights_apart(analyzer, analysis):
    other = analyzer.with_bridges({"unified": VARIANTS["unified"](16).eval()}).analyze(picture(), DRAWN)
    first, second = (dict(part.split(":") for part in a.settings["weights"].split()) for a in (analysis, other))
    assert list(first) == list(VARIANTS)
    assert {name for name in first if first[name] != second[name]} == {"unified"}
    assert analysis.settings["seed"] == "0"


@pytest.mark.parametrize("reference", [False, True])
def test_a_saved_analysis_comes_back(analyzer, analysis, tmp_path, reference):
    if reference:
        analysis = analyzer.analyze(picture(), [Exemplar((1, 2, 30, 41))], picture(1, (40, 50)), ["raw", "multilevel"])
    path = tmp_path / "analysis.npz"
    analysis.save(path)
    loaded = Analysis.load(path)
    assert list(loaded.variants) == list(analysis.variants)
    for name, result in analysis.variants.items():
        for field in dataclasses.fields(VariantResult):
            if field.name not in ("diagnostics", "stages"):
                assert_equal(getattr(result, field.name), getattr(loaded.variants[name], field.name))
        for before, after in zip(result.diagnostics, loaded.variants[name].diagnostics, strict=True):
            assert (before.name, before.kind, before.parts) == (after.name, after.kind, after.parts)
            assert_equal(before.values, after.values)
        for stage, again in zip(result.stages, loaded.variants[name].stages, strict=True):
            assert stage.name == again.name
            assert_equal(stage.exemplar, again.exemplar)
            assert_equal(stage.heat_grid, again.heat_grid)
    assert_equal(analysis.probes, loaded.probes)
    assert loaded.exemplars == analysis.exemplars
    assert loaded.warnings == analysis.warnings
    assert len(loaded.warnings) == (not reference)
    assert dict(loaded.settings) == dict(analysis.settings)
    assert_equal(np.asarray(loaded.image), np.asarray(analysis.image))
    assert (loaded.scene.reference is not None) == reference
    if reference:
        assert_equal(np.asarray(loaded.scene.reference), np.asarray(analysis.scene.reference))
    pd.testing.assert_frame_equal(loaded.gap_axis(), analysis.gap_axis())


def test_a_saved_file_keeps_its_given_name(analysis, tmp_path):
    analysis.save(tmp_path / "result")
    assert [p.name for p in tmp_path.iterdir()] == ["result"]


class Bomb:
    exploded = False

    def __reduce__(self):
        return setattr, (Bomb, "exploded", True)


def foreign(kind: str, path, analysis: Analysis) -> None:
    analysis.save(path)
    if kind == "pickle":
        path.write_bytes(pickle.dumps(Bomb()))
    elif kind == "pickled array":
        with path.open("wb") as file:
            np.savez(file, header=np.array([Bomb()], object))
    elif kind == "other archive":
        with path.open("wb") as file:
            np.savez(file, numbers=np.arange(3))
    elif kind == "other header":
        with path.open("wb") as file:
            np.savez(file, header=np.frombuffer(b'["format"]', np.uint8))
    elif kind == "incomplete":
        with path.open("wb") as file:
            np.savez(file, header=np.frombuffer(b'{"format": 3}', np.uint8))
    elif kind == "single array":
        with path.open("wb") as file:
            np.save(file, np.arange(3))
    elif kind == "picture":
        Image.new("RGB", (3, 3)).save(path, "PNG")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "truncated":
        path.write_bytes(path.read_bytes()[:-100])
    elif kind == "damaged":
        data = bytearray(path.read_bytes())
        data[2000:2400] = bytes(400)
        path.write_bytes(data)


@pytest.mark.parametrize(
    "kind",
    [
        "pickle",
        "pickled array",
        "other archive",
        "other header",
        "incomplete",
        "single array",
        "picture",
        "empty",
        "truncated",
        "damaged",
    ],
)
def test_a_foreign_file_is_refused_and_nothing_in_it_runs(kind, analysis, tmp_path):
    path = tmp_path / "foreign.npz"
    foreign(kind, path, analysis)
    with pytest.raises(ValueError, match=r"^foreign\.npz is not an analysis that sam3viz saved"):
        Analysis.load(path)
    assert not Bomb.exploded


def test_another_format_is_refused(analysis, tmp_path, monkeypatch):
    monkeypatch.setattr(npz, "FORMAT", 99)
    analysis.save(tmp_path / "new.npz")
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"new\.npz has format 99, this version reads 3"):
        Analysis.load(tmp_path / "new.npz")


def test_tables(analysis, monkeypatch):
    """One row a variant in screen order, the map computed once and told the boxes' labels."""
    told = []

    def layout(variants, labels=None, seed=None):
        told.append(labels)
        return Layout(pd.DataFrame({"variant": list(variants)}), dict.fromkeys(variants, 0.5))

    monkeypatch.setattr(record, "layout", layout)
    analysis = dataclasses.replace(analysis)
    table = analysis.metrics()
    assert list(table.index) == list(VARIANTS)
    assert table.index.name == "variant"
    assert list(table) == [*METRICS, "trustworthiness", "milliseconds"]
    for name, result in analysis.variants.items():
        assert table.loc[name, "matched_cosine"] == result.metrics["matched_cosine"]
        assert table.loc[name, "milliseconds"] == pytest.approx(1000 * result.seconds)
    assert (table["trustworthiness"] == 0.5).all()
    assert analysis.layout() is analysis.layout()
    assert [list(labels) for labels in told] == [[1, -1]]


def test_the_gap_axis_knows_the_labels(analysis):
    frame = analysis.gap_axis()
    drawn = frame[frame["kind"].isin(["exemplar", "partner"])]
    assert drawn.groupby(["variant", "kind"])["label"].apply(list).map(lambda v: v == [1, -1]).all()
    steps = frame[frame["kind"] == "stage"]
    assert steps.groupby(["variant", "stage"])["label"].apply(list).map(lambda v: v == [1, -1]).all()
    assert (frame.loc[frame["kind"].isin(["visual", "probe"]), "label"] == 0).all()
