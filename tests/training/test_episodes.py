from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from sam3viz.bridges.losses import MATCHED, UNMATCHED
from sam3viz.data.annotations import UNCERTAIN
from sam3viz.data.samples import ComposedSamples
from sam3viz.data.synthetic.composition import ComposedScene, Composer
from sam3viz.training.episodes import (
    JITTER,
    MEASURED,
    EncodedScene,
    EpisodeSampler,
    collate,
    encode_scene,
    encode_scenes,
    episode,
)
from tests.helpers.tiny import TinyBackbone

GRID = 12
SEEDS = range(60)


def scene(seed: int = 0, grid: int = GRID) -> EncodedScene:
    """Three balls, two cubes and a cone, each in its own cells; channel 0 of the tokens is the cover by balls."""
    classes = torch.tensor([4, 4, 4, 7, 7, 9])
    cover = torch.zeros(6, grid, grid, dtype=torch.uint8)
    boxes = []
    for i in range(6):
        row, column = divmod(i, 3)
        y, x = 1 + 6 * row, 1 + 4 * column
        cover[i, y : y + 4, x : x + 2] = 255
        boxes.append([x / grid, y / grid, (x + 2) / grid, (y + 4) / grid])
    visual = torch.randn(5, grid, grid, generator=torch.Generator().manual_seed(seed))
    visual[0] = cover[:3].sum(0) / 255
    return EncodedScene(visual.half(), torch.tensor(boxes), classes, cover, torch.zeros(grid, grid, dtype=torch.bool))


def draw(seed: int):
    return episode(scene(), np.random.default_rng(seed))


def test_a_question_can_be_answered_beyond_its_exemplars():
    counts, negatives, asked = set(), set(), set()
    for seed in SEEDS:
        e = draw(seed)
        positive = e.labels[: e.prompt] > 0
        own = e.classes[: e.prompt][positive]
        assert len(set(own.tolist())) == 1
        assert 1 <= len(own) < (scene().classes == own[0]).sum()
        assert (e.classes[: e.prompt][~positive] != own[0]).all()
        assert (e.labels[e.prompt :] == 1).all()
        assert len(e.boxes) - e.prompt == min(MEASURED, 6 - e.prompt)
        counts.add(len(own))
        negatives.add(int((~positive).sum()))
        asked.add(int(own[0]))
    assert (counts, negatives, asked) == ({1, 2}, {0, 1}, {4, 7})


def test_no_instance_is_drawn_twice_and_boxes_are_sloppy():
    instances = scene().boxes
    for seed in SEEDS:
        e = draw(seed)
        mirrored = (e.visual != scene().visual.float()).any()
        truth = instances[:, [2, 1, 0, 3]] * torch.tensor([-1, 1, -1, 1]) + torch.tensor([1, 0, 1, 0])
        distance = (e.boxes[:, None] - (truth if mirrored else instances)).abs()
        sides = (instances[:, 2:] - instances[:, :2]).repeat(1, 2)
        within = (distance <= JITTER * sides + 1e-6).all(-1)
        assert (within.sum(1) == 1).all()
        assert within.sum(0).max() == 1
        assert distance[within].max() > 0


def test_boxes_stay_in_the_picture_and_ordered():
    border = dataclasses.replace(scene(), boxes=torch.tensor([[0.0, 0, 0.3, 1], [0.7, 0, 1, 1]] * 3))
    for seed in SEEDS:
        boxes = episode(border, np.random.default_rng(seed)).boxes
        assert ((boxes >= 0) & (boxes <= 1)).all()
        assert (boxes[:, 2:] > boxes[:, :2]).all()


def test_picture_boxes_and_truth_are_mirrored_together():
    mirrored = set()
    for seed in SEEDS:
        e = draw(seed)
        mirrored.add(bool((e.visual != scene().visual.float()).any()))
        balls = e.visual[0]
        torch.testing.assert_close(e.target if e.classes[0] == 4 else e.objects * balls, balls)
        for (x0, y0, x1, y1), own in zip((e.boxes * GRID).round().int().tolist(), e.class_cover, strict=True):
            assert own[y0:y1, x0:x1].mean() == 1
    assert mirrored == {True, False}


def test_cover_is_that_of_classes():
    for seed in SEEDS:
        e = draw(seed)
        for c, own in zip(e.classes, e.class_cover, strict=True):
            assert own.sum() == 8 * (scene().classes == c).sum()
        torch.testing.assert_close(e.target, e.class_cover[0])
        assert (e.target + e.objects).sum() == 6 * 8


def test_a_batch_is_a_function_of_seed_and_index():
    scenes = [scene(i) for i in range(5)]
    first, again, other, later = (
        EpisodeSampler(scenes, 3, seed)(index) for seed, index in ((0, 4), (0, 4), (1, 4), (0, 5))
    )
    torch.testing.assert_close(first[0].boxes, again[0].boxes, rtol=0, atol=0)
    torch.testing.assert_close(first[0].visual, again[0].visual, rtol=0, atol=0)
    for different in (other, later):
        assert first[0].boxes.shape != different[0].boxes.shape or (first[0].boxes != different[0].boxes).any()


def test_a_batch_holds_scenes_of_one_size_each_once():
    scenes = [scene(i) for i in range(4)] + [scene(i, 18) for i in range(2)]
    sampler, shapes = EpisodeSampler(scenes, 3, seed=0), set()
    for index in range(20):
        tokens, truth = sampler(index)
        shapes.add(tokens.visual.shape)
        assert truth.target.shape == (len(tokens.visual), *tokens.visual.shape[-2:])
        ink = tokens.visual[:, 1:].abs().sum((1, 2, 3))
        assert len(ink.unique()) == len(ink)
    assert shapes == {(3, 5, 12, 12), (2, 5, 18, 18)}


def test_collated_rows_belong_to_their_episodes():
    episodes = [draw(0), draw(1), draw(2)]
    tokens, truth = collate(episodes)
    for image, e in enumerate(episodes):
        rows = tokens.image_index == image
        torch.testing.assert_close(tokens.boxes[rows], e.boxes)
        assert tokens.labels[rows].tolist() == e.labels.tolist()
        assert tokens.prompt[rows].tolist() == [i < e.prompt for i in range(len(e.boxes))]
        assert truth.classes[rows].tolist() == e.classes.tolist()
        torch.testing.assert_close(truth.class_cover[rows], e.class_cover)
        torch.testing.assert_close(truth.target[image], e.target)


def composed(seed: int) -> ComposedScene:
    """64 pixels: two cups on the left, a spoon on the right, on noise."""
    rng = np.random.default_rng(seed)
    instances = np.zeros((64, 64), np.uint8)
    instances[0:16, 0:16], instances[32:64, 0:8], instances[16:48, 40:64] = 1, 2, 3
    boxes = np.array([[0, 0, 16, 16], [0, 32, 8, 64], [40, 16, 64, 48]], np.float32)
    return ComposedScene(rng.integers(0, 256, (64, 64, 3), np.uint8), ("cup", "cup", "spoon"), boxes, instances)


class Scenes(Composer):
    """In place of a composer."""

    def __init__(self, only: ComposedScene | None = None) -> None:
        self.only = only

    def scene(self, seed: int) -> ComposedScene:
        return self.only or composed(seed)


def test_an_encoded_scene_is_the_scene_at_another_size():
    backbone = TinyBackbone()
    got = encode_scene(composed(0), 128, backbone, {"cup": 5, "spoon": 2})
    assert got.visual.shape == (16, 8, 8)
    assert got.visual.dtype == torch.half
    assert got.classes.tolist() == [5, 5, 2]
    assert got.askable == [5]
    torch.testing.assert_close(got.boxes[2], torch.tensor([40, 16, 64, 48]) / 64)
    share = got.cover.float() / 255
    torch.testing.assert_close(share.sum((1, 2)) * 64, torch.tensor([16 * 16, 8 * 32, 24 * 32]).float())
    assert (share[0, :2, :2] == 1).all()
    image = Image.fromarray(composed(0).image)
    torch.testing.assert_close(got.visual.float(), backbone.encode(image)[0], atol=2e-3, rtol=0)


def test_scenes_are_seen_at_the_sizes_in_turn():
    seen = []
    backbone = TinyBackbone()
    samples = ComposedSamples(Scenes(), 5, {"cup": 0, "spoon": 1}, (64, 96), backbone.grid)
    got = encode_scenes(samples, backbone, progress=lambda done, total: seen.append((done, total)))
    assert [(index, s.visual.shape[-1]) for index, s in got] == [(0, 4), (1, 6), (2, 4), (3, 6), (4, 4)]
    assert seen == [(i, 5) for i in range(1, 6)]


def test_a_scene_without_a_repeated_class_asks_nothing():
    lone = dataclasses.replace(composed(0), classes=("cup", "fork", "spoon"))
    backbone = TinyBackbone()
    samples = ComposedSamples(Scenes(lone), 2, {"cup": 0, "fork": 1, "spoon": 2}, (64,), backbone.grid)
    assert encode_scenes(samples, backbone) == []


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_the_same_scenes_come_whatever_the_number_of_workers(workers):
    backbone = TinyBackbone()
    samples = ComposedSamples(Scenes(), 6, {"cup": 0, "spoon": 1}, (64, 96), backbone.grid)
    for (_, got), index in zip(encode_scenes(samples, backbone, workers), range(6), strict=True):
        size = (64, 96)[index % 2]
        alone = encode_scene(composed(index), size, backbone, {"cup": 0, "spoon": 1})
        torch.testing.assert_close(got.visual, alone.visual, rtol=0, atol=0)
        torch.testing.assert_close(got.cover, alone.cover, rtol=0, atol=0)


def test_parts_together_are_the_whole():
    backbone = TinyBackbone()
    samples = ComposedSamples(Scenes(), 5, {"cup": 0, "spoon": 1}, (64,), backbone.grid)
    parts = [encode_scenes(samples, backbone, part=(i, 2)) for i in range(2)]
    assert [[index for index, _ in part] for part in parts] == [[0, 2, 4], [1, 3]]


def test_the_parts_of_a_batch_are_the_batch():
    scenes = [scene(i) for i in range(6)]
    whole, _ = EpisodeSampler(scenes, 4, 3)(7)
    parts = [EpisodeSampler(scenes, 4, 3, (i, 2))(7)[0] for i in range(2)]
    for image in range(4):
        part = parts[image % 2]
        torch.testing.assert_close(part.visual[image // 2], whole.visual[image], rtol=0, atol=0)
        torch.testing.assert_close(
            part.boxes[part.image_index == image // 2], whole.boxes[whole.image_index == image], rtol=0, atol=0
        )


def test_a_batch_that_cannot_be_dealt_or_filled_is_refused():
    with pytest.raises(ValueError, match="A batch of 3 cannot be dealt to 2 processes"):
        EpisodeSampler([scene(0), scene(1)], 3, 0, (0, 2))
    with pytest.raises(ValueError, match="1 scenes are too few"):
        EpisodeSampler([scene(0)], 4, 0, (0, 2))


def test_a_withheld_class_is_an_other_object_and_nothing_else():
    """Neither asked for, nor refused, nor aligned with the cells of its class."""
    withheld = dataclasses.replace(scene(), withheld=frozenset({4}))
    assert withheld.askable == [7]
    for seed in SEEDS:
        drawn = episode(withheld, np.random.default_rng(seed))
        assert drawn.classes[0] == 7
        assert 4 not in drawn.classes
        assert drawn.objects.sum() > drawn.target.sum()


@pytest.mark.parametrize("batch", [1, 9])
def test_a_batch_larger_than_the_data_takes_all(batch):
    tokens, _ = EpisodeSampler([scene(0), scene(1)], batch, 0)(0)
    assert len(tokens.visual) == min(batch, 2)


def test_what_nobody_knows_is_neither_matched_nor_unmatched():
    """Cells of crowds, and where the margins of two boxes without an outline lie over one another."""
    known = scene()
    uncertain = known.uncertain.clone()
    uncertain[0, 0] = True
    cover = known.cover.clone()
    cover[:2, 11, 11] = round(255 * UNCERTAIN)
    cover[:3, 0, 0] = 0
    drawn = [episode(replace(known, uncertain=uncertain, cover=cover), np.random.default_rng(seed)) for seed in SEEDS]
    balls = [e for e in drawn if e.classes[0] == 4]
    assert balls
    for e in balls:
        corners = e.target[[0, 0, -1, -1], [0, -1, 0, -1]]  # the picture may be mirrored
        assert ((corners > UNMATCHED) & (corners < MATCHED)).sum() == 2
        assert (corners == 0).sum() == 2
