"""Shapes in annotations are checked while the tests run: jaxtyping's dimensions, by beartype."""

from __future__ import annotations

import pytest
from jaxtyping import install_import_hook

pytest.register_assert_rewrite("tests.helpers")

import tests.helpers.typechecker  # noqa: E402, F401 the hook finds it by name

hook = install_import_hook("sam3viz", "tests.helpers.typechecker.checked")

import sam3viz.utils.runtime  # noqa: E402, F401 before torch

# isort: split
import torch  # noqa: E402

from sam3viz.types import GroundTruth, Tokens  # noqa: E402
from tests.helpers.tiny import DIM  # noqa: E402


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


@pytest.fixture
def make_scene_tokens():
    """Tokens of random unit features: ``boxes`` rows of (x0, y0, x1, y1, label, image, prompt)."""

    def make(
        boxes: list[tuple[float, ...]], images: int = 1, grid: tuple[int, int] = (8, 10), reference: bool = False
    ) -> Tokens:
        def features() -> torch.Tensor:
            return torch.nn.functional.normalize(torch.randn(images, DIM, *grid), dim=1)

        rows = torch.tensor(boxes)
        return Tokens.gather(
            features(),
            rows[:, :4],
            rows[:, 4].long(),
            rows[:, 5].long(),
            rows[:, 6].bool(),
            features() if reference else None,
        )

    return make


@pytest.fixture
def overfit_episode(make_scene_tokens) -> tuple[Tokens, GroundTruth]:
    """One image with two objects of one class, one of another; the first is asked for, the other class refused."""
    tokens = make_scene_tokens(
        [(0.0, 0.0, 0.3, 0.375, 1, 0, 1), (0.4, 0.5, 0.7, 0.875, -1, 0, 1), (0.6, 0.0, 0.9, 0.375, 1, 0, 0)]
    )
    ball, cube = torch.randn(DIM), torch.randn(DIM)
    visual = tokens.visual * 0.5
    target, objects = torch.zeros(1, 8, 10), torch.zeros(1, 8, 10)
    for rows, columns, colour, mask in (
        (slice(0, 3), slice(0, 3), ball, target),
        (slice(0, 3), slice(6, 9), ball, target),
        (slice(4, 7), slice(4, 7), cube, objects),
    ):
        visual[0, :, rows, columns] += colour[:, None, None] / colour.norm()
        mask[0, rows, columns] = 1
    visual = torch.nn.functional.normalize(visual, dim=1)
    tokens = Tokens.gather(visual, tokens.boxes, tokens.labels, tokens.image_index, tokens.prompt)
    cover = torch.cat([target, objects, target])
    return tokens, GroundTruth(target, objects, cover, torch.tensor([0, 1, 0]))
