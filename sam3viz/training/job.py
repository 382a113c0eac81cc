"""One small training as a job, watched while it runs: what the page's Training tab starts.

Scenes that one training encoded serve the next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

import pandas as pd
import torch
from cachetools import LRUCache
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.data.examples import load_examples
from sam3viz.data.sources import Pictures
from sam3viz.data.synthetic.cutout_library import rendered_pictures
from sam3viz.encoders import Backbone
from sam3viz.inference.replay import Replay
from sam3viz.training.episodes import EncodedScene, EpisodeSampler, encode_scene
from sam3viz.training.loop import Recipe, train
from sam3viz.training.plan import (
    PICTURES_READ,
    RUNS_REPLAYED,
    SCENES_COMPOSED,
    SCENES_ENCODED,
    TRAINING_STEPS,
    TrainingPlan,
    TrainingRun,
)
from sam3viz.training.replay import replay_bridges
from sam3viz.training.snapshots import snapshot_steps, take_snapshot
from sam3viz.utils.jobs import Job, JobContext

BATCH, CONFLICT_EVERY = 6, 4
SIDE = 384
"""Pixels of a scene's side, as far as the backbone takes it."""
MAX_CACHED_SEEDS = 4
"""Seeds whose encoded scenes are kept: at most 4 x 120 scenes of half a megabyte."""
HISTORY_COLUMNS = ["run", "variant", "schedule", "alignment_weight", "step", "term", "value"]

PicturesFactory = Callable[[Callable[[int, int], None]], Pictures]
"""Makes what scenes are composed of; calls its argument with (done, total)."""


class TrainingStep(NamedTuple):
    """One step of one run."""

    run: str
    step: int
    """From 1."""
    terms: dict[str, float]


@dataclass(frozen=True)
class TrainingOutcome:
    """What a training has brought so far; steps that come later do not change it."""

    plan: TrainingPlan
    bridges: Mapping[str, Bridge] = field(default_factory=dict)
    """The bridge of each variant's last finished run, ready to use, by variant in screen order."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Wall time of every finished run, by name."""
    replay: Replay | None = None
    """Of the finished runs on the first example; None before the first is replayed."""
    _log: Sequence[TrainingStep] = field(default=(), repr=False)
    """Grows while the training goes on; `_length` of it are this outcome's, so that an outcome a step costs nothing."""
    _length: int = 0

    @property
    def steps(self) -> Sequence[TrainingStep]:
        """All steps in the order in which they were made."""
        return self._log[: self._length]

    def history(self) -> pd.DataFrame:
        """Return a row a term of a step: columns `HISTORY_COLUMNS`, steps from 1.

        ``alignment_weight`` is the run's own setting; the terms "rate" and "alignment_weight" are what the schedule
        made of it at that step.
        """
        runs = self.plan.runs
        return pd.DataFrame(
            [
                (name, runs[name].variant, runs[name].schedule, runs[name].alignment_weight, step, term, value)
                for name, step, terms in self.steps
                for term, value in terms.items()
            ],
            columns=HISTORY_COLUMNS,
        )


def training_job(
    backbone: Backbone, plan: TrainingPlan, pictures: PicturesFactory = rendered_pictures
) -> Job[TrainingOutcome]:
    """Make a job that trains a plan, not started.

    `Job.latest` has the outcome so far, an empty one at first; a cancelled job keeps its finished runs there. One plan
    always gives one set of curves: weights and episodes are seeded, and one thread does the arithmetic.

    Args:
        backbone: frozen; shared with whoever else uses it.
        pictures: makes what scenes are composed of.

    Example::

        job = training_job(analyzer.backbone, TrainingPlan(("unified", "distillation")))
        job.start()
        job.status().progress.share, job.latest().history()
        analyzer.with_bridges(job.latest().bridges)
    """

    def work(context: JobContext[TrainingOutcome]) -> TrainingOutcome:
        torch.get_num_threads()  # settles this thread's own number, which the limit then lowers
        # One thread for this thread's arithmetic: the limit is OpenMP's, which counts it for each thread apart.
        # torch.set_num_threads would hand it on to every thread that starts later.
        with threadpool_limits(1, user_api="openmp"):
            scenes = _encode_scenes(backbone, plan, pictures, context)
            return _train_runs(backbone, plan, scenes, context)

    job = Job(work)
    JobContext(job).emit(TrainingOutcome(plan))
    return job


def _encode_scenes(
    backbone: Backbone, plan: TrainingPlan, pictures_of: PicturesFactory, context: JobContext[TrainingOutcome]
) -> list[EncodedScene]:
    """Return the first scenes of the plan's seed; those that an earlier training left out are composed and encoded."""
    context.plan(plan.work(plan.scenes))
    context.check()
    pictures = pictures_of(partial(context, PICTURES_READ))
    encoded = _ENCODED_SCENES.setdefault((backbone.identity, pictures.described, plan.seed), [])
    missing = range(len(encoded), plan.scenes)
    context.plan(plan.work(len(missing)))
    size = max(backbone.multiple, SIDE // backbone.multiple * backbone.multiple)
    composer, composed = pictures.composer(size, plan.seed), []
    for done, index in enumerate(missing):
        context(SCENES_COMPOSED, done, len(missing))
        composed.append(composer.scene(index))
    for done, scene in enumerate(composed):
        context(SCENES_ENCODED, done, len(missing))
        encoded.append(encode_scene(scene, size, backbone, pictures.class_ids))
    return encoded[: plan.scenes]


def _train_runs(
    backbone: Backbone, plan: TrainingPlan, scenes: list[EncodedScene], context: JobContext[TrainingOutcome]
) -> TrainingOutcome:
    """Train one run after the other on the same episodes, and emit the outcome at every step."""
    batches = EpisodeSampler(scenes, BATCH, plan.seed)
    log: list[TrainingStep] = []
    outcome = TrainingOutcome(plan)
    snapshots: dict[str, dict[int, Bridge]] = {}
    context(TRAINING_STEPS, 0, plan.total_steps)
    for name, run in plan.runs.items():
        start = time.perf_counter()
        bridge = _untrained_bridge(run.variant, backbone.dim, plan.seed)
        kept = snapshots[name] = {0: take_snapshot(bridge)}
        for step, terms in enumerate(train(bridge, batches, _recipe(plan, run)), 1):
            log.append(TrainingStep(name, step, dict(terms)))
            if step in snapshot_steps(plan.steps):
                kept[step] = take_snapshot(bridge)
            context.emit(replace(outcome, _log=log, _length=len(log)))
            context(TRAINING_STEPS, len(log), plan.total_steps)
        bridge.to(next(backbone.parameters()).device)  # training may have moved it to an accelerator
        kept[plan.steps] = bridge.eval().requires_grad_(False)
        bridges, seconds = {**outcome.bridges, run.variant: bridge}, time.perf_counter() - start
        outcome = TrainingOutcome(plan, bridges, {**outcome.seconds, name: seconds}, None, log, len(log))
        context.emit(outcome)
    return _replayed(outcome, backbone, snapshots, context)


def _replayed(
    outcome: TrainingOutcome,
    backbone: Backbone,
    snapshots: Mapping[str, Mapping[int, Bridge]],
    context: JobContext[TrainingOutcome],
) -> TrainingOutcome:
    """Watch every run on the first example, and emit the outcome after each."""
    analyzer, example = Analyzer(backbone, {}), next(iter(load_examples().values()))
    image, replay = example.image(), None
    context(RUNS_REPLAYED, 0, len(snapshots))
    for done, (name, bridges) in enumerate(snapshots.items(), 1):
        on_device = {step: bridge.to(next(backbone.parameters()).device) for step, bridge in bridges.items()}
        moments = replay_bridges(analyzer, on_device, image, example.exemplars)
        runs = {**({} if replay is None else replay.runs), name: moments}
        replay = Replay(image, example.exemplars, runs)
        outcome = replace(outcome, replay=replay)
        context.emit(outcome)
        context(RUNS_REPLAYED, done, len(snapshots))
    return outcome


def _recipe(plan: TrainingPlan, run: TrainingRun) -> Recipe:
    return Recipe(
        steps=plan.steps, batch=BATCH, seed=plan.seed, schedule=run.schedule, alignment_weight=run.alignment_weight,
        conflict_every=CONFLICT_EVERY,
    )  # fmt: skip


def _untrained_bridge(variant: str, dim: int, seed: int) -> Bridge:
    """Return a bridge whose weights depend on the seed alone, and touch nobody else's random numbers."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return VARIANTS[variant](dim)


_ENCODED_SCENES: LRUCache[tuple[str, str, int], list[EncodedScene]] = LRUCache(MAX_CACHED_SEEDS)
"""Scenes 0, 1, ... by backbone, pictures and seed. Only the job whose turn it is reads or writes."""
