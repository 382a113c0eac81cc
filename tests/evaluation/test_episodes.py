from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sam3viz.data.annotations import CocoAnnotation
from sam3viz.data.coco import CocoPicture
from sam3viz.evaluation.episodes import GRID, SampledEpisode, make_mask_grid, photo_tasks, sample_episodes

WIDTH, HEIGHT = 160, 120


def annotation(category: str, box, crowd: bool = False, outlined: bool = True) -> CocoAnnotation:
    x0, y0, x1, y1 = map(float, box)
    polygon = (x0, y0, x1, y0, x1, y1, x0, y1)
    number = ("cat", "dog", "person").index(category) + 1
    return CocoAnnotation(category, (x0, y0, x1, y1), (polygon,), crowd, outlined, number)


def crowded(seed: int, count: int = 14) -> CocoPicture:
    """A picture with boxes of all sizes and three categories."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        x, y = rng.integers(0, WIDTH - 8), rng.integers(0, HEIGHT - 8)
        w, h = rng.integers(4, 90, 2)
        box = (x, y, min(x + w, WIDTH), min(y + h, HEIGHT))
        found.append(annotation(str(rng.choice(["cat", "dog", "person"])), box))
    return CocoPicture(Path(f"{seed}.png"), f"{seed}.png", WIDTH, HEIGHT, tuple(found))


def reference_draw(pictures, seed):
    """The protocol in one loop: (picture, category, positive, negative, targets) boxes."""
    rng = random.Random(seed)
    for picture in pictures:
        area = picture.width * picture.height
        usable = []
        for a in picture.annotations:
            x0, y0, x1, y1 = a.box
            if 0.003 <= (x1 - x0) * (y1 - y0) / area < 0.25:
                usable.append(a)
        groups = defaultdict(list)
        for a in usable:
            groups[a.category_id].append(a)
        for category, group in sorted(groups.items()):
            if len(group) >= 2:
                positive = rng.choice(group)
                others = [a for a in usable if a.category_id != category]
                negative = rng.choice(others) if others else None
                targets = tuple(a.box for a in group if a is not positive)
                yield picture.name, positive.category, positive.box, negative and negative.box, targets


def asked(tasks):
    return [(t.image, e.category, e.positive, e.negative, e.targets) for t in tasks for e in t.episodes]


def test_the_same_seed_asks_what_the_protocol_asks():
    pictures = [crowded(seed) for seed in range(12)]
    for seed in (0, 1):
        assert asked(photo_tasks(pictures, "set", seed)) == list(reference_draw(pictures, seed))
    assert asked(photo_tasks(pictures, "set", 0)) != asked(photo_tasks(pictures, "set", 1))
    assert asked(photo_tasks(pictures, "set", 0, limit=5)) == list(reference_draw(pictures, 0))[:5]


def test_pictures_of_the_same_file_name_in_different_folders_are_two():
    pair = (annotation("cat", (10, 10, 30, 30)), annotation("cat", (60, 10, 80, 30)))
    pictures = [CocoPicture(Path("set") / name, name, WIDTH, HEIGHT, pair) for name in ("a/1.png", "b/1.png")]
    assert [task.image for task in photo_tasks(pictures, "set")] == ["a/1.png", "b/1.png"]


def test_crowds_and_odd_sizes_are_neither_asked_for_nor_wrong():
    boxes = [(10, 10, 30, 30), (40, 10, 60, 30), (10, 50, 50, 90), (0, 0, 2, 2), (60, 0, 160, 120), (70, 40, 90, 60)]
    boxes = [tuple(map(float, box)) for box in boxes]
    (sampled,) = sample_episodes(
        [1, 1, 1, 1, 1, 2], boxes, [False, False, True, False, False, False], (160, 120), random.Random(0)
    )
    assert {sampled.positive, *sampled.targets} == {0, 1}
    assert sampled.ignored == [2, 3, 4]
    assert (sampled.negative, sampled.objects) == (5, [5])


def test_a_picture_without_outlines_is_passed_over():
    pair = [annotation("cat", (10, 10, 30, 30)), annotation("cat", (60, 10, 80, 30))]
    boxed = annotation("dog", (100, 60, 120, 80), outlined=False)
    whole, half = (CocoPicture(Path(n), n, WIDTH, HEIGHT, tuple(a)) for n, a in (("a", pair), ("b", [*pair, boxed])))
    assert [task.image for task in photo_tasks([half, whole], "set")] == ["a"]
    with pytest.raises(ValueError, match="'set' outlines its objects on no picture"):
        photo_tasks([half], "set")
    with pytest.raises(ValueError, match="nothing to ask"):
        photo_tasks([CocoPicture(Path("c"), "c", WIDTH, HEIGHT, tuple(pair[:1]))], "set")


def test_the_mask_grid_agrees_with_a_slow_loop():
    """Rectangles: what they cover of a cell is counted on its 8 x 8 points."""
    boxes = [(10.0, 10.0, 42.0, 40.0), (50.0, 12.0, 93.0, 51.0), (20.0, 60.0, 50.0, 101.0), (90.0, 30.0, 150.0, 90.0)]
    sampled = SampledEpisode(positive=0, negative=3, targets=[1, 2], ignored=[], objects=[3])
    fine = 8 * GRID
    x, y = (np.arange(fine) + 0.5) / fine * WIDTH, (np.arange(fine) + 0.5) / fine * HEIGHT

    def share(indices):
        inside = np.zeros((fine, fine), bool)
        for x0, y0, x1, y1 in (boxes[i] for i in indices):
            inside |= ((y0 <= y) & (y < y1))[:, None] & ((x0 <= x) & (x < x1))
        return inside.reshape(GRID, 8, GRID, 8).mean((1, 3), dtype=np.float32)

    grid = make_mask_grid(sampled, boxes, (WIDTH, HEIGHT), share)
    targets, other, own = share([1, 2]), share([3]), share([0, 3])
    for row in range(GRID):
        for column in range(GRID):
            cell = (column * 2.5, row * 1.875, column * 2.5 + 2.5, row * 1.875 + 1.875)
            touched = any(
                cell[0] < b[2] and b[0] < cell[2] and cell[1] < b[3] and b[1] < cell[3] for b in (boxes[0], boxes[3])
            )
            left_out = touched or own[row, column] > 0.1 or 0.1 < targets[row, column] < 0.5
            truth = targets[row, column] >= 0.5 and not left_out
            assert grid.ignored[row, column] == left_out
            assert grid.targets[row, column] == truth
            assert grid.objects[row, column] == (other[row, column] >= 0.5 and not left_out and not truth)
    assert grid.targets.any()
    assert grid.ignored.any()


def test_a_picture_of_another_size_than_annotated_is_refused(tmp_path):
    pair = (annotation("cat", (10, 10, 30, 30)), annotation("cat", (60, 10, 80, 30)))
    Image.new("RGB", (HEIGHT, WIDTH)).save(tmp_path / "a.png")
    (task,) = photo_tasks([CocoPicture(tmp_path / "a.png", "a.png", WIDTH, HEIGHT, pair)], "set")
    with pytest.raises(ValueError, match=r"a\.png is 120 x 160 pixels, its annotations say 160 x 120"):
        task.picture()
    Image.new("RGB", (WIDTH, HEIGHT)).save(tmp_path / "a.png")
    assert task.picture().size == (WIDTH, HEIGHT)


def test_the_negative_box_is_drawn_on_request():
    boxes = [(10.0, 10.0, 30.0, 30.0), (60.0, 10.0, 80.0, 30.0), (100.0, 60.0, 130.0, 100.0)]
    found = tuple(annotation(c, b) for c, b in zip(("cat", "cat", "dog"), boxes, strict=True))
    (task,) = photo_tasks([CocoPicture(Path("a"), "a", WIDTH, HEIGHT, found)], "set")
    (question,) = task.episodes
    assert [(e.box, e.label) for e in question.exemplars(True)] == [(question.positive, 1), (boxes[2], -1)]
    assert [e.label for e in question.exemplars(False)] == [1]
    assert {question.positive, *question.targets} == set(boxes[:2])
