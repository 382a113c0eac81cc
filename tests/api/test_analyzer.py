from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from sam3viz.api import analyzer as pipeline
from sam3viz.api.analysis import Analysis
from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import save_bridge
from sam3viz.bridges.layers import pooled_roi
from sam3viz.inference.probes import probe_boxes
from sam3viz.metrics import METRICS
from sam3viz.types import Exemplar, Tokens
from tests.helpers.analyzers import shaken, untrained
from tests.helpers.scenes import HEIGHT, NEGATIVE, POSITIVE, WIDTH, picture
from tests.helpers.tiny import TinyBackbone


@pytest.fixture
def analyzer() -> Analyzer:
    return untrained("raw", "unified")


@pytest.fixture(scope="module")
def complete() -> Analysis:
    return untrained(*VARIANTS).analyze(picture(), [POSITIVE, NEGATIVE])


def assert_same(a: Analysis, b: Analysis) -> None:
    """Up to rounding, which may differ between threads: sums are split by where an array lies in memory."""
    assert list(a.variants) == list(b.variants)
    for name, result in a.variants.items():
        other = b.variants[name]
        np.testing.assert_allclose(result.heat_grid, other.heat_grid, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(result.exemplar, other.exemplar, rtol=1e-5, atol=1e-6)
        assert len(result.detections) == len(other.detections)
        for detection, twin in zip(result.detections, other.detections, strict=True):
            assert (*detection.box, detection.score) == pytest.approx((*twin.box, twin.score), rel=1e-5)
        assert result.metrics == pytest.approx(other.metrics, rel=1e-3, abs=1e-4, nan_ok=True)


def test_every_variant_in_screen_order_with_its_shapes(complete):
    assert list(complete.variants) == list(VARIANTS)
    assert complete.exemplars == (POSITIVE, NEGATIVE)
    np.testing.assert_array_equal(complete.probes, probe_boxes(WIDTH, HEIGHT))
    for name, r in complete.variants.items():
        assert r.name == name
        assert r.heatmap.shape == (HEIGHT, WIDTH)
        assert (r.heatmap.min() >= 0) & (r.heatmap.max() <= 1)
        assert r.heat_grid.shape == (6, 8)  # 160 x 120 is seen at 128 x 96, a token is 16 wide
        width = r.visual.shape[1]
        assert r.visual.shape == (r.heat_grid.size, width)
        assert r.exemplar.shape == r.partner.shape == (2, width)
        assert r.probe_exemplar.shape == r.probe_partner.shape == (len(complete.probes), width)
        assert set(r.metrics) == set(METRICS)
        assert r.seconds > 0
    shown = {
        field: {name for name, r in complete.variants.items() if getattr(r, field) is not None}
        for field in ("attention", "scale_weights", "level_weights", "gates")
    }
    assert shown == {
        "attention": {"unified", "multilevel", "adaptive"},
        "scale_weights": {"adaptive"},
        "level_weights": {"multilevel"},
        "gates": {"multilevel", "adaptive"},
    }
    for name in shown["attention"]:
        attention = complete.variants[name].attention
        assert attention.shape == (2, HEIGHT, WIDTH)
        assert complete.variants[name].attention_grid.sum((1, 2)) == pytest.approx([1, 1], abs=1e-5)
    assert complete.variants["adaptive"].scale_weights.shape == (2, 3)


def test_the_raw_exemplar_is_its_own_region(complete):
    """No gap by construction, for the drawn boxes and for the probes."""
    raw = complete.variants["raw"]
    np.testing.assert_allclose(raw.exemplar, raw.partner, atol=1e-6)
    assert raw.metrics["matched_cosine"] == pytest.approx(1, abs=1e-5)
    assert raw.metrics["retrieval_rank"] == 1
    visual = TinyBackbone().encode(picture())
    box = torch.tensor([POSITIVE.box]) / torch.tensor([WIDTH, HEIGHT] * 2)
    one = torch.tensor([1])
    expected = pooled_roi(Tokens.gather(visual, box, one, 0 * one, one.bool()).roi)
    np.testing.assert_allclose(raw.exemplar[:1], expected, atol=1e-6)


def test_heat_is_found_where_the_object_is_drawn_again():
    """Two equal discs on a noisy ground: a box round one finds the other, in pixels of the picture."""
    image = picture(size=(320, 160)).resize((640, 320))
    draw = ImageDraw.Draw(image)
    for x in (64, 448):
        draw.rectangle((x, 96, x + 95, 191), fill="red")
    bridge = VARIANTS["raw"](16).eval()
    analysis = Analyzer(TinyBackbone(), {"raw": bridge}).analyze(image, [Exemplar((64, 96, 160, 192))])
    heat = analysis.variants["raw"].heatmap
    assert heat[112:176, 464:528].mean() > 2 * heat[200:, 200:400].mean()


def test_an_edited_box_does_not_run_the_backbone_again(analyzer):
    first = analyzer.analyze(picture(), [POSITIVE])
    moved = analyzer.analyze(picture(), [Exemplar((70, 30, 120, 80))])
    assert analyzer.backbone.calls == 1
    assert (first.variants["raw"].heat_grid != moved.variants["raw"].heat_grid).any()
    analyzer.analyze(picture(1), [POSITIVE])
    assert analyzer.backbone.calls == 2


def test_pictures_of_the_same_bytes_and_another_shape_are_two(analyzer):
    black = [analyzer.encode(Image.new("RGB", size)) for size in ((64, 128), (128, 64))]
    assert black[0].shape != black[1].shape


def test_the_last_pictures_are_kept(analyzer):
    for seed in range(analyzer.backbone.cached_pictures + 2):
        analyzer.encode(picture(seed, (32, 32)))
        analyzer.encode(picture(0, (32, 32)))  # used all the time, so never dropped
    assert analyzer.backbone.calls == analyzer.backbone.cached_pictures + 2
    analyzer.encode(picture(1, (32, 32)))
    assert analyzer.backbone.calls == analyzer.backbone.cached_pictures + 3


def test_the_same_input_gives_the_same_output(analyzer):
    assert_same(*(analyzer.analyze(picture(), [POSITIVE, NEGATIVE]) for _ in range(2)))


def test_order_of_the_boxes_permutes_the_exemplars(analyzer):
    there, back = (analyzer.analyze(picture(), boxes) for boxes in ([POSITIVE, NEGATIVE], [NEGATIVE, POSITIVE]))
    for name in analyzer.bridges:
        a, b = there.variants[name], back.variants[name]
        np.testing.assert_allclose(a.heat_grid, b.heat_grid, atol=1e-4)
        np.testing.assert_allclose(a.exemplar[::-1], b.exemplar, atol=1e-4)


def test_a_reference_is_another_picture_with_its_own_frame(analyzer):
    searched, reference = picture(0), picture(1, (90, 120))
    analysis = analyzer.analyze(searched, [Exemplar((20, 70, 80, 115))], reference)
    np.testing.assert_array_equal(analysis.probes, probe_boxes(90, 120))
    for r in analysis.variants.values():
        assert r.heatmap.shape == (HEIGHT, WIDTH)
        if r.attention is not None:
            assert r.attention.shape == (1, 120, 90)
    within = analyzer.analyze(reference, [Exemplar((20, 70, 80, 115))], use_box_position=False)
    for name in ("raw", "unified"):
        np.testing.assert_allclose(analysis.variants[name].exemplar, within.variants[name].exemplar, atol=1e-5)
    assert analyzer.backbone.calls == 2


def test_a_picture_as_its_own_reference_changes_nothing(analyzer):
    assert_same(
        analyzer.analyze(picture(), [POSITIVE, NEGATIVE], reference=picture(), use_box_position=True),
        analyzer.analyze(picture(), [POSITIVE, NEGATIVE]),
    )


def test_the_place_on_a_reference_means_nothing_unless_asked_for():
    """On a picture of one colour two boxes of one size differ by their place alone."""
    analyzer = untrained("baseline")
    plain, boxes = Image.new("RGB", (WIDTH, HEIGHT), "teal"), [(0, 0, 64, 64), (WIDTH - 64, HEIGHT - 64, WIDTH, HEIGHT)]

    def tokens(**options):
        found = [analyzer.analyze(picture(), [Exemplar(box)], plain, ["baseline"], **options) for box in boxes]
        return [np.concatenate([f.variants["baseline"].exemplar, f.variants["baseline"].probe_exemplar]) for f in found]

    here, there = tokens()
    np.testing.assert_allclose(here[0], there[0], atol=1e-5)
    assert abs(np.subtract(*[found[0] for found in tokens(use_box_position=True)])).max() > 1e-3
    assert abs(tokens(use_box_position=True)[0][1:] - here[1:]).max() > 1e-3, "probes are kept apart by it, too"


def test_a_result_tells_of_the_bridge_that_made_it(analyzer):
    class Own(VARIANTS["raw"]):
        summary = "A backbone's own."
        comparable = False

    analyzer.bridges["raw"] = Own(16).eval()
    found = analyzer.analyze(picture(), [POSITIVE]).variants
    assert (found["raw"].summary, found["raw"].comparable) == ("A backbone's own.", False)
    assert (found["unified"].summary, found["unified"].comparable) == (VARIANTS["unified"].summary, True)


def test_an_analyzer_apart_keeps_pictures_of_its_own(analyzer):
    analyzer.analyze(picture(), [POSITIVE])
    own = analyzer.with_own_cache()
    assert_same(own.analyze(picture(), [POSITIVE]), analyzer.analyze(picture(), [POSITIVE]))
    assert analyzer.backbone.calls == 2


def test_chosen_variants_come_in_screen_order(analyzer):
    assert list(analyzer.analyze(picture(), [POSITIVE], variants=["unified", "raw"]).variants) == ["raw", "unified"]


def test_what_cannot_be_run_is_said(analyzer):
    with pytest.raises(ValueError, match=r"no variant 'magic'; choose from: raw, surround"):
        analyzer.analyze(picture(), [POSITIVE], variants=["raw", "magic"])
    del analyzer.bridges["unified"]
    with pytest.raises(ValueError, match=r"'unified' has no trained weights for tiny: run `sam3viz train`"):
        analyzer.analyze(picture(), [POSITIVE], variants=["unified"])
    assert "unified" not in analyzer.analyze(picture(), [POSITIVE]).variants
    with pytest.raises(ValueError, match="no box"):
        analyzer.analyze(picture(), [])


def test_settings_name_the_backbone_and_the_versions(analyzer):
    settings = analyzer.analyze(picture(), [POSITIVE]).settings
    assert settings["backbone"] == "tiny"
    assert torch.__version__.startswith(settings["torch"])


def test_threads_share_an_analyzer(analyzer):
    tasks = [(picture(i % 3), [POSITIVE, NEGATIVE][: 1 + i % 2]) for i in range(6)]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda task: analyzer.analyze(*task), tasks))
    assert analyzer.backbone.calls == 3
    for task, analysis in zip(tasks, together, strict=True):
        assert_same(analysis, analyzer.analyze(*task))


def test_other_weights_are_another_analyzer_on_the_same_encodings(analyzer):
    """A picture is encoded once for both, and neither sees the other's results, whoever came first."""
    torch.manual_seed(1)
    trained = shaken(VARIANTS["unified"](16)).eval()
    other = analyzer.with_bridges({"unified": trained, "contrastive": shaken(VARIANTS["contrastive"](16)).eval()})
    assert list(other.bridges) == ["raw", "contrastive", "unified"]
    assert list(analyzer.bridges) == ["raw", "unified"]
    first, second, again = (a.analyze(picture(), [POSITIVE]) for a in (analyzer, other, analyzer))
    assert analyzer.backbone.calls == 1
    assert_same(first, again)
    expected = Analyzer(TinyBackbone(), dict(other.bridges)).analyze(picture(), [POSITIVE])
    assert_same(second, expected)
    np.testing.assert_array_equal(
        second.variants["unified"].probe_exemplar, expected.variants["unified"].probe_exemplar
    )
    assert (first.variants["unified"].heat_grid != second.variants["unified"].heat_grid).any()
    assert (first.variants["unified"].probe_exemplar != second.variants["unified"].probe_exemplar).any()


def test_weights_that_do_not_fit_are_refused(analyzer):
    with pytest.raises(ValueError, match=r"called 'raw' is of variant 'unified'"):
        analyzer.with_bridges({"raw": analyzer.bridges["unified"]})
    with pytest.raises(ValueError, match=r"tokens of 24 channels, tiny has 16"):
        analyzer.with_bridges({"unified": VARIANTS["unified"](24)})


class TestFromPretrained:
    @pytest.fixture(autouse=True)
    def _tiny(self, monkeypatch):
        monkeypatch.setattr(pipeline, "load_backbone", lambda name: TinyBackbone())

    def test_only_variants_with_weights_and_the_reference_line(self, tmp_path):
        save_bridge(VARIANTS["unified"](16), tmp_path / "unified.safetensors", "tiny", {})
        save_bridge(VARIANTS["adaptive"](16), tmp_path / "adaptive.safetensors", "another", {})
        analyzer = Analyzer.from_pretrained("tiny", tmp_path)
        assert list(analyzer.bridges) == ["raw", "unified"]
        assert not any(bridge.training for bridge in analyzer.bridges.values())
        assert list(analyzer.analyze(picture(), [POSITIVE]).variants) == ["raw", "unified"]

    def test_a_trained_calibration_of_raw_is_used(self, tmp_path):
        raw = VARIANTS["raw"](16)
        raw.bias.data.fill_(-2.5)
        save_bridge(raw, tmp_path / "raw.safetensors", "tiny", {})
        assert Analyzer.from_pretrained("tiny", tmp_path).bridges["raw"].bias == -2.5

    def test_weights_of_other_backbones_alone_are_no_weights(self, tmp_path):
        save_bridge(VARIANTS["unified"](16), tmp_path / "unified.safetensors", "another", {})
        with pytest.raises(ValueError, match="holds no weights for tiny: name the backbone"):
            Analyzer.from_pretrained("tiny", tmp_path)

    def test_a_wrong_weights_folder_is_named(self, tmp_path):
        with pytest.raises(ValueError, match="nowhere is not a folder"):
            Analyzer.from_pretrained("tiny", tmp_path / "nowhere")


def test_an_edited_box_does_not_run_the_probes_again():
    """But for bridges whose visual side depends on the exemplars."""
    analyzer = untrained("raw", "unified", "multilevel")
    counts = dict.fromkeys(analyzer.bridges, 0)
    for name, bridge in analyzer.bridges.items():

        def count(module, arguments, options, output, name=name):
            counts[name] += not options.get("neutral")

        bridge.register_forward_hook(count, with_kwargs=True)
    first = analyzer.analyze(picture(), [POSITIVE])
    moved = analyzer.analyze(picture(), [Exemplar((70, 30, 120, 80))])
    assert counts == {"raw": 3, "unified": 3, "multilevel": 4}
    np.testing.assert_array_equal(first.variants["unified"].probe_exemplar, moved.variants["unified"].probe_exemplar)
    fresh = Analyzer(analyzer.backbone, analyzer.bridges).analyze(picture(), [Exemplar((70, 30, 120, 80))])
    np.testing.assert_allclose(
        moved.variants["unified"].probe_exemplar, fresh.variants["unified"].probe_exemplar, atol=1e-5
    )
