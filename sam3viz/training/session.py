"""One small training in the background, watched while it runs: what the page's Training tab starts.

Trainings of one process take turns, so that analyses keep answering; scenes that one of them encoded serve the next.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd
import torch
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.data.sources import Pictures
from sam3viz.data.synthetic.cutout_library import rendered_pictures
from sam3viz.encoders import Backbone
from sam3viz.training.episodes import EncodedScene, EpisodeSampler, encode_scene
from sam3viz.training.loop import Recipe, train
from sam3viz.training.plan import Phase, Plan
from sam3viz.utils.jobs import Job

BATCH = 6
SIDE = 384
"""Pixels of a scene's side, as far as the backbone takes it."""
KEPT_SEEDS = 4
"""Seeds whose encoded scenes are kept: at most 4 x 120 scenes of half a megabyte."""
COLUMNS = ["run", "variant", "schedule", "alignment_weight", "step", "term", "value"]

State = Literal["new", "waiting", "composing", "encoding", "training", "done", "cancelled", "failed"]
PicturesFactory = Callable[[Callable[[int, int], None]], Pictures]


@dataclass(frozen=True)
class Status:
    """Where a training stands."""

    state: State = "new"
    progress: float = 0.0
    """0..1, over all phases and runs."""
    seconds_left: float | None = None
    """None before there is anything to measure."""
    ahead: int = 0
    """Trainings that go first, while waiting."""
    run: str = ""
    step: int = 0
    error: str = ""
    """One sentence, where it failed."""

    @property
    def alive(self) -> bool:
        return self.state not in ("new", "done", "cancelled", "failed")


class TrainingSession:
    """Trains a `Plan` in a thread of its own; all methods may be called from any thread.

    The same plan gives the same curves: weights and episodes are seeded, and one thread does the arithmetic.

    Args:
        backbone: frozen; shared with whoever else uses it.
        pictures: makes what scenes are composed of, and tells how far it got.

    Example:
        >>> session = TrainingSession(analyzer.backbone, Plan(("unified", "distillation")))
        >>> session.start()
        >>> session.status().progress, session.history()
        >>> analyzer.with_bridges(session.bridges())
    """

    def __init__(self, backbone: Backbone, plan: Plan, pictures: PicturesFactory = rendered_pictures) -> None:
        self.plan = plan
        self._backbone, self._pictures = backbone, pictures
        self._lock = threading.Lock()
        self._job = Job(lambda progress: self._main())
        self._status = Status("composing")
        self._steps: list[tuple[str, int, dict[str, float]]] = []
        self._bridges: dict[str, Bridge] = {}
        self._seconds: dict[str, float] = {}
        self._work = plan.work(plan.scenes)
        self._phase_start = 0.0

    def start(self) -> None:
        """Train as soon as no earlier job is under way.

        Raises:
            ValueError: it was started before, or too many are waiting.
        """
        self._job.start()

    def cancel(self) -> None:
        """Stop within one step; finished runs keep their curves and weights. Nothing happens to one that has ended."""
        self._job.cancel()

    def wait(self, timeout: float | None = None) -> Status:
        """Until it has ended, or for ``timeout`` seconds."""
        self._job.wait(timeout)
        return self.status()

    def status(self) -> Status:
        standing = self._job.status()
        with self._lock:
            status = self._status
        if standing.state == "running":
            return status
        if standing.state == "done":
            return replace(status, state="done", progress=1.0, seconds_left=0.0)
        return replace(
            status, state=standing.state, seconds_left=None, ahead=standing.queue_position, error=standing.error
        )

    def history(self) -> pd.DataFrame:
        """A row a term of a step: columns run, variant, schedule, alignment_weight, step (from 1), term, value.

        ``alignment_weight`` is the run's own setting; the terms "rate" and "alignment_weight" are what the schedule
        made of it at that step.
        """
        with self._lock:
            steps = list(self._steps)
        runs = self.plan.runs
        return pd.DataFrame(
            [
                (name, runs[name].variant, runs[name].schedule, runs[name].alignment_weight, step, term, value)
                for name, step, terms in steps
                for term, value in terms.items()
            ],
            columns=COLUMNS,
        )

    def bridges(self) -> dict[str, Bridge]:
        """The bridge of each variant's last finished run, ready to use, by variant in screen order."""
        with self._lock:
            return {name: self._bridges[name] for name in VARIANTS if name in self._bridges}

    def seconds(self) -> dict[str, float]:
        """Wall time of every finished run, by name."""
        with self._lock:
            return dict(self._seconds)

    def _main(self) -> None:
        torch.get_num_threads()  # settles this thread's own number, which the limit then lowers
        # One thread for this thread's arithmetic: the limit is OpenMP's, which counts it for each thread apart.
        # torch.set_num_threads would hand it on to every thread that starts later.
        with threadpool_limits(1, user_api="openmp"):
            self._train(self._scenes())

    def _scenes(self) -> list[EncodedScene]:
        """The first scenes of this seed; composed and encoded unless an earlier training did."""
        self._enter("composing")
        pictures = self._pictures(lambda done, total: self._report("pictures", done / total))
        kept = _kept((self._backbone.identity, pictures.described, self.plan.seed))
        missing = range(len(kept), self.plan.scenes)
        self._work = self.plan.work(len(missing))
        multiple = self._backbone.multiple
        size = max(multiple, SIDE // multiple * multiple)
        composer, composed = pictures.composer(size, self.plan.seed), []
        self._enter("composing")
        for done, index in enumerate(missing, 1):
            composed.append(composer.scene(index))
            self._report("compose", done / len(missing))
        self._enter("encoding")
        for done, scene in enumerate(composed, 1):
            kept.append(encode_scene(scene, size, self._backbone, pictures.class_ids))
            self._report("encode", done / len(missing))
        return kept[: self.plan.scenes]

    def _train(self, scenes: list[EncodedScene]) -> None:
        plan, batches = self.plan, EpisodeSampler(scenes, BATCH, self.plan.seed)
        self._enter("training")
        for index, (name, run) in enumerate(plan.runs.items()):
            self._tell(run=name, step=0)
            start = time.perf_counter()
            bridge = _fresh(run.variant, self._backbone.dim, plan.seed)
            recipe = Recipe(
                steps=plan.steps,
                batch=BATCH,
                seed=plan.seed,
                schedule=run.schedule,
                alignment_weight=run.alignment_weight,
            )
            for step, terms in enumerate(train(bridge, batches, recipe), 1):
                with self._lock:
                    self._steps.append((name, step, dict(terms)))
                self._tell(step=step)
                self._report("train", (index * plan.steps + step) / (plan.steps * len(plan.runs)))
            bridge.to(next(self._backbone.parameters()).device)  # training may have moved it to an accelerator
            with self._lock:
                self._bridges[run.variant] = bridge.eval().requires_grad_(False)
                self._seconds[name] = time.perf_counter() - start

    def _enter(self, state: State) -> None:
        self._job._check()
        self._phase_start = time.perf_counter()
        self._tell(state=state)

    def _report(self, phase: Phase, share: float) -> None:
        """``share`` of a phase is done; how fast it went tells how long the rest will take."""
        self._job._check()
        phases = list(self._work)
        here = self._work[phase] * share
        done = sum(self._work[earlier] for earlier in phases[: phases.index(phase)]) + here
        total = sum(self._work.values())
        pace = (time.perf_counter() - self._phase_start) / here if here else 0.0
        self._tell(progress=done / total, seconds_left=(total - done) * pace)

    def _tell(self, **changes: object) -> None:
        with self._lock:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]


_ENCODED: OrderedDict[tuple[str, str, int], list[EncodedScene]] = OrderedDict()
"""Scenes 0, 1, ... by backbone, pictures and seed. Only the session whose turn it is reads or writes."""


def _kept(key: tuple[str, str, int]) -> list[EncodedScene]:
    kept = _ENCODED.setdefault(key, [])
    _ENCODED.move_to_end(key)
    while len(_ENCODED) > KEPT_SEEDS:
        _ENCODED.popitem(last=False)
    return kept


def _fresh(variant: str, dim: int, seed: int) -> Bridge:
    """An untrained bridge; its weights depend on the seed alone, and nobody else's random numbers on them."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return VARIANTS[variant](dim)
