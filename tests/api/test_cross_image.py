from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.api.cross_image import ALL_REFERENCES, MAX_TARGETS, search_across
from sam3viz.bridges import VARIANTS
from sam3viz.types import Exemplar, ReferenceImage
from tests.helpers.analyzers import untrained


@pytest.fixture
def analyzer() -> Analyzer:
    return untrained(*VARIANTS)


def noise(width: int = 128, height: int = 96) -> Image.Image:
    return Image.fromarray(np.random.default_rng(width + height).integers(0, 255, (height, width, 3), dtype=np.uint8))


def quiet(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total


ONE = ReferenceImage(noise(), (Exemplar((10, 10, 60, 60)), Exemplar((70, 40, 120, 90), -1)))
TWO = ReferenceImage(noise(96, 128), (Exemplar((5, 5, 50, 50)),))


def test_a_picture_that_is_its_own_reference_is_found_as_in_an_analysis(analyzer):
    """One code path must not drift from the other."""
    across = search_across(analyzer, [ONE], [ONE.image], quiet, use_box_position=True)
    same = analyzer.analyze(ONE.image, ONE.exemplars, reference=ONE.image, use_box_position=True)
    for name, result in same.variants.items():
        found = across.predictions[ALL_REFERENCES, 0, name]
        np.testing.assert_allclose(found.heat_grid, result.heat_grid, atol=1e-6)
        assert found.detections == result.detections
        assert found.heatmap.shape == (96, 128)


def test_the_grid_holds_every_reference_target_and_variant(analyzer):
    targets = [noise(64, 64), noise(96, 64), noise(64, 96)]
    across = search_across(analyzer, [ONE, TWO], targets, quiet)
    assert across.rows == [ALL_REFERENCES, 0, 1]
    assert across.variants == list(VARIANTS)
    assert set(across.predictions) == {(r, t, v) for r in (ALL_REFERENCES, 0, 1) for t in range(3) for v in VARIANTS}
    alone = search_across(analyzer, [TWO], targets, quiet)
    np.testing.assert_array_equal(
        alone.predictions[ALL_REFERENCES, 1, "raw"].heat_grid, across.predictions[1, 1, "raw"].heat_grid
    )


def test_references_vote_together_and_their_order_does_not_matter(analyzer):
    target = noise(64, 64)
    both = search_across(analyzer, [ONE, TWO], [target], quiet)
    turned = search_across(analyzer, [TWO, ONE], [target], quiet)
    twice = search_across(analyzer, [TWO, TWO], [target], quiet)
    for name in VARIANTS:
        np.testing.assert_allclose(
            both.predictions[ALL_REFERENCES, 0, name].heat_grid,
            turned.predictions[ALL_REFERENCES, 0, name].heat_grid,
            atol=1e-6,
        )
        np.testing.assert_allclose(
            twice.predictions[ALL_REFERENCES, 0, name].heat_grid, twice.predictions[0, 0, name].heat_grid, atol=1e-6
        )


def test_a_reference_of_negatives_alone_votes_but_is_not_asked_alone(analyzer):
    against = ReferenceImage(TWO.image, (Exemplar((5, 5, 50, 50), -1),))
    positive = ReferenceImage(ONE.image, ONE.exemplars[:1])
    across = search_across(analyzer, [positive, against], [TWO.image], quiet)
    assert across.rows == [ALL_REFERENCES, 0]
    together, alone = across.predictions[ALL_REFERENCES, 0, "raw"], across.predictions[0, 0, "raw"]
    assert (together.heat_grid <= alone.heat_grid + 1e-6).all()
    assert together.heat_grid.sum() < alone.heat_grid.sum()


def test_without_its_place_an_exemplar_is_the_same_wherever_it_lies(analyzer):
    """On a flat picture two boxes of one size hold the same content."""
    flat = Image.new("RGB", (128, 128), "teal")
    left, right = (ReferenceImage(flat, (Exemplar((x, 32, x + 32, 64)),)) for x in (32, 64))
    target = noise()

    def heats(shot: ReferenceImage, use_box_position: bool) -> dict[str, np.ndarray]:
        found = search_across(analyzer, [shot], [target], quiet, use_box_position=use_box_position).predictions
        return {name: found[ALL_REFERENCES, 0, name].heat_grid for name in ("baseline", "contrastive", "distillation")}

    for name, heat in heats(left, use_box_position=False).items():
        np.testing.assert_allclose(heat, heats(right, use_box_position=False)[name], atol=1e-6)
        assert abs(heats(left, use_box_position=True)[name] - heats(right, use_box_position=True)[name]).max() > 1e-5


@pytest.mark.parametrize("kept", [16, 2])
def test_each_picture_is_encoded_once_however_few_are_kept(analyzer, kept):
    analyzer.backbone.cached_pictures = kept
    shots = [ReferenceImage(noise(96, 128 + 32 * number), TWO.exemplars) for number in range(4)]
    search_across(analyzer, shots, [noise(64, 64), noise(96, 64)], quiet)
    assert analyzer.backbone.calls == 6


@pytest.mark.parametrize(
    ("shots", "targets", "sentence"),
    [
        ([], 1, "There are 0 reference pictures; give 1 to 8"),
        ([ONE] * 9, 1, "There are 9 reference pictures; give 1 to 8"),
        ([ONE], 0, "There are 0 target pictures"),
        ([ONE], MAX_TARGETS + 1, "give 1 to 32"),
        ([ONE, ReferenceImage(ONE.image, ())], 1, "Reference 2: There is no box"),
        (
            [ReferenceImage(ONE.image, (Exemplar((500, 500, 600, 600)),))],
            1,
            r"Reference 1: Exemplar 1 at .* lies outside",
        ),
        ([ReferenceImage(ONE.image, (Exemplar((0, 0, 60, 60), -1),))], 1, "All boxes are negative"),
        ([ONE] * 8 + [], 1, None),
    ],
)
def test_what_cannot_be_searched_gets_one_sentence(analyzer, shots, targets, sentence):
    def search():
        return search_across(analyzer, shots, [noise(64, 64)] * targets, quiet, ["raw"])

    if sentence is None:
        assert search().rows == [ALL_REFERENCES, *range(8)]
    else:
        with pytest.raises(ValueError, match=sentence):
            search()


def test_a_clipped_box_is_told_of_with_its_reference(analyzer):
    beyond = ReferenceImage(ONE.image, (Exemplar((10, 10, 60, 600)),))
    across = search_across(analyzer, [ONE, beyond], [noise(64, 64)], quiet, ["raw"])
    assert across.warnings == (
        "Reference 2: Exemplar 1 at (10, 10, 60, 600) reached beyond the 128 x 96 picture and was clipped to "
        "(10, 10, 60, 96).",
    )
