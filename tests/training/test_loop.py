from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState

from sam3viz.bridges import VARIANTS
from sam3viz.figures.training_curves import DETECTION, GRADIENT_COSINE
from sam3viz.training.loop import Recipe, Trainer, train
from sam3viz.training.schedule import SCHEDULES
from sam3viz.training.validation import held_out_ap
from tests.helpers.tiny import DIM


def run(name: str, episode, recipe: Recipe, seed: int = 0):
    torch.manual_seed(seed)
    bridge = VARIANTS[name](DIM)
    return bridge, list(train(bridge, lambda step: episode, recipe))


def test_the_same_seed_gives_the_same_run(overfit_episode):
    runs = [run("unified", overfit_episode, Recipe(steps=5), seed) for seed in (0, 0, 1)]
    assert runs[0][1] == runs[1][1] != runs[2][1]
    for one, other in zip(runs[0][0].state_dict().values(), runs[1][0].state_dict().values(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("raw", set()),
        ("unified", {"contrastive"}),
        ("baseline", {"instance"}),
        ("contrastive", {"contrastive"}),
        ("distillation", {"distillation"}),
    ],
)
def test_history_has_every_term_of_every_step_and_falls(name, terms, overfit_episode):
    _, history = run(name, overfit_episode, Recipe(steps=30, learning_rate=3e-3))
    assert len(history) == 30
    expected = {"total", *DETECTION, "rate", "alignment_weight"} | terms
    assert all(set(step) == expected for step in history)
    assert all(math.isfinite(value) for step in history for value in step.values())
    (trained,) = {"total"} if VARIANTS[name].detects else terms  # else detection is only watched
    assert history[-1][trained] < history[0][trained]


def test_batches_are_asked_for_in_order_and_the_caller_may_stop(overfit_episode):
    asked = []

    def batches(step):
        asked.append(step)
        return overfit_episode

    steps = train(VARIANTS["raw"](DIM), batches, Recipe(steps=9))
    for _ in range(3):
        next(steps)
    assert asked == [0, 1, 2]


def test_the_rate_warms_up_and_ends_near_zero(overfit_episode):
    """One step moves a parameter by about the rate (Adam), so the moves trace the schedule."""
    torch.manual_seed(0)
    bridge = VARIANTS["raw"](DIM)
    places = [bridge.bias.item()]
    for _ in train(bridge, lambda step: overfit_episode, Recipe(steps=40, calibration_rate=1e-3)):
        places.append(bridge.bias.item())
    moves = [abs(b - a) for a, b in pairwise(places)]
    assert max(moves) == pytest.approx(1e-3, rel=0.2)
    assert moves[0] < 0.1 * max(moves)
    assert moves[-1] < 0.05 * max(moves)


@pytest.mark.parametrize("steps", [1, 2, 11])
def test_any_number_of_steps_runs_and_leaves_the_bridge_ready(steps, overfit_episode):
    bridge, history = run("raw", overfit_episode, Recipe(steps=steps))
    assert len(history) == steps
    assert not bridge.training


@pytest.mark.parametrize("schedule", ["progressive", "progressive-decay", "constant", "one-cycle"])
def test_every_step_says_what_the_schedule_made_of_it(schedule, overfit_episode):
    recipe = Recipe(steps=20, schedule=schedule, learning_rate=1e-4, alignment_weight=0.6)
    _, history = run("unified", overfit_episode, recipe)
    for step, row in enumerate(history):
        setting = SCHEDULES[schedule](step / 20)
        assert row["rate"] == pytest.approx(1e-4 * setting.rate)
        assert row["alignment_weight"] == pytest.approx(0.6 * setting.alignment)
        terms = sum(row[term] for term in DETECTION) + row["alignment_weight"] * row["contrastive"]
        assert row["total"] == pytest.approx(terms, rel=1e-5)


def test_without_alignment_its_term_is_logged_and_does_not_count(overfit_episode):
    _, history = run("unified", overfit_episode, Recipe(steps=3, alignment_weight=0.0))
    assert all(row["contrastive"] > 0 for row in history)
    assert all(row["total"] == pytest.approx(sum(row[term] for term in DETECTION), rel=1e-5) for row in history)


def test_the_held_out_ap_is_that_of_the_averaged_weights(overfit_episode):
    torch.manual_seed(0)
    recipe = Recipe(steps=12, learning_rate=3e-3, validate_every=4, averaging_share=0.8)
    trainer = Trainer(VARIANTS["unified"](DIM), lambda step: overfit_episode, recipe, [overfit_episode])
    average: dict[str, torch.Tensor] = {}
    for row in trainer.run():
        for name, now in trainer.bridge.state_dict().items():
            before = average.get(name, now)
            average[name] = recipe.average_decay * before + (1 - recipe.average_decay) * now
        if "held_out_ap" in row:
            twin = VARIANTS["unified"](DIM)
            twin.load_state_dict(average)
            assert row["held_out_ap"] == pytest.approx(held_out_ap(twin.eval(), [overfit_episode]), abs=1e-3)
    assert recipe.average_decay > 0.8


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_it_ends_with_the_moving_average_of_its_weights(share, overfit_episode):
    torch.manual_seed(0)
    recipe = Recipe(steps=20, averaging_share=share)
    trainer = Trainer(VARIANTS["unified"](DIM), lambda step: overfit_episode, recipe)
    name, average = "refinement.3.weight", None
    for _ in trainer.run():
        now = trainer.bridge.state_dict()[name].clone()
        average = now if average is None else recipe.average_decay * average + (1 - recipe.average_decay) * now
    assert recipe.average_decay == pytest.approx(1 - 1 / 6 if share else 0)
    torch.testing.assert_close(trainer.bridge.state_dict()[name], average)


def test_a_run_goes_on_from_its_state_to_the_same_end(overfit_episode):
    def trainer() -> Trainer:
        torch.manual_seed(0)
        recipe = Recipe(steps=8, validate_every=3, averaging_share=0.5)
        return Trainer(VARIANTS["adaptive"](DIM), lambda step: overfit_episode, recipe, [overfit_episode])

    whole = trainer()
    rows = list(whole.run())
    first, second = trainer(), trainer()
    for _ in range(5):
        first.advance()
    second.load_state_dict(first.state_dict())
    assert list(second.run()) == rows[5:]
    for one, other in zip(whole.bridge.parameters(), second.bridge.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)


def test_a_checkpoint_of_another_recipe_is_refused(overfit_episode):
    def trainer(**changes) -> Trainer:
        return Trainer(VARIANTS["raw"](DIM), lambda step: overfit_episode, Recipe(steps=4, **changes))

    with pytest.raises(ValueError, match="another learning_rate, schedule: start without --resume"):
        trainer(learning_rate=0.5, schedule="constant").load_state_dict(trainer().state_dict())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"schedule": "magic"}, "no schedule 'magic'; choose from: one-cycle"),
        ({"steps": 0}, "steps is 0; give 1"),
        ({"averaging_share": 7}, "give 0 to 1"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        Recipe(**change)


def test_mixed_precision_gives_about_the_same_losses(overfit_episode):
    losses = []
    for precision in ("no", "bf16"):
        torch.manual_seed(0)
        accelerator = Accelerator(mixed_precision=precision, cpu=True)
        bridge = VARIANTS["unified"](DIM)
        trainer = Trainer(bridge, lambda step: overfit_episode, Recipe(steps=6), accelerator=accelerator)
        losses.append([row["total"] for row in trainer.run()])
        accelerator.free_memory()
        AcceleratorState._reset_state(reset_partial_state=True)
    assert losses[1] == pytest.approx(losses[0], rel=0.05)
    assert losses[1] != losses[0]


@pytest.mark.parametrize(("name", "looks"), [("unified", [0, 2, 4]), ("raw", []), ("distillation", [])])
def test_the_two_gradients_are_compared_every_so_often_where_there_are_two(name, looks, overfit_episode):
    recipe = Recipe(steps=5, conflict_every=2)
    bridge, history = run(name, overfit_episode, recipe)
    assert [number for number, row in enumerate(history) if GRADIENT_COSINE in row] == looks
    modules = {GRADIENT_COSINE, *(f"{GRADIENT_COSINE}/{child}" for child, _ in bridge.named_children())}
    for number in looks:
        cosines = {key: value for key, value in history[number].items() if key.startswith(GRADIENT_COSINE)}
        assert cosines.keys() <= modules
        assert all(-1 <= value <= 1 for value in cosines.values())
    _, without = run(name, overfit_episode, Recipe(steps=5))
    assert [row["total"] for row in history] == [row["total"] for row in without]  # looking changes nothing
