"""One training run of one bridge, on one device or over several processes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, cast

import torch
from accelerate import Accelerator
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from sam3viz.bridges import Bridge
from sam3viz.figures.training_curves import DETECTION, HELD_OUT_AP
from sam3viz.training.calibration import calibrate
from sam3viz.training.conflict import gradient_cosines
from sam3viz.training.objective import ALIGNMENT_WEIGHT, JointObjective
from sam3viz.training.schedule import SCHEDULES
from sam3viz.training.validation import held_out_ap
from sam3viz.types import GroundTruth, Tokens

Batches = Callable[[int], tuple[Tokens, GroundTruth]]
"""Number of a step, from 0 -> its batch (this process's part of it); a pure function."""


@dataclass(frozen=True)
class Recipe:
    """How a bridge is trained; the same for every variant."""

    steps: int = 300
    batch: int = 8
    learning_rate: float = 1e-3
    weight_decay: float = 0.02
    calibration_rate: float = 0.05
    schedule: str = "one-cycle"
    """Name in `sam3viz.training.schedule.SCHEDULES`."""
    alignment_weight: float = ALIGNMENT_WEIGHT
    """0 trains without alignment; a bridge that is nothing but its alignment keeps it (`joint_objective`)."""
    validate_every: int = 50
    """Steps between two looks at the held-out set, where there is one; a look changes nothing."""
    averaging_share: float = 0.125
    """What a run ends with is an exponential moving average of its weights (Polyak and Juditsky 1992), over about this
    share of its steps; 0 takes them as they are."""
    conflict_every: int = 0
    """Steps between two looks at whether detection and alignment conflict (`gradient_cosines`); 0 never looks."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.schedule not in SCHEDULES:
            raise ValueError(f"There is no schedule {self.schedule!r}; choose from: {', '.join(SCHEDULES)}.")
        for name in ("steps", "batch", "validate_every"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; give 1 or more.")
        if not 0 <= self.averaging_share <= 1:
            raise ValueError(f"averaging_share is {self.averaging_share}; give 0 to 1.")

    @property
    def average_decay(self) -> float:
        """Of the moving average, a step."""
        return max(0.0, 1 - 1 / max(1.0, self.averaging_share * self.steps))


class Trainer:
    """The state of a run between two steps: what a checkpoint holds and what a step changes.

    AdamW (arXiv 1711.05101), gradients clipped to norm 1. The readout's two calibration scalars have a rate of their
    own: they must travel far in few steps, and must not use up the features' gradient norm.

    Args:
        bridge: trained in place.
        batches: the training batches; with several processes, this process's equal part of each.
        held_out: batches on which the averaged weights are watched, and which the readout is calibrated on at the end.
        accelerator: device, processes and mixed precision; by default what `accelerate` finds, and on a CPU fp32.
    """

    def __init__(
        self,
        bridge: Bridge,
        batches: Batches,
        recipe: Recipe,
        held_out: list[tuple[Tokens, GroundTruth]] | None = None,
        accelerator: Accelerator | None = None,
    ) -> None:
        self.accelerator = accelerator or Accelerator()
        self.bridge, self.batches, self.recipe, self.held_out = (
            bridge.to(self.accelerator.device),
            batches,
            recipe,
            held_out,
        )
        calibration = [bridge.log_scale, bridge.bias]
        self.features = [p for p in bridge.parameters() if not any(p is scalar for scalar in calibration)]
        optimizer = torch.optim.AdamW(
            [
                {"params": self.features, "weight_decay": recipe.weight_decay, "lr": recipe.learning_rate},
                {"params": calibration, "weight_decay": 0.0, "lr": recipe.calibration_rate},
            ]
        )
        self.objective, self.optimizer = self.accelerator.prepare(JointObjective(bridge), optimizer)
        self.peaks = [group["lr"] for group in self.optimizer.param_groups]
        self.average = AveragedModel(bridge, multi_avg_fn=get_ema_multi_avg_fn(recipe.average_decay))
        self.step = 0
        self.held_out_ap = math.nan
        """Of the averaged weights, when they were looked at last."""

    def run(self) -> Iterator[dict[str, float]]:
        """Train to the end; yields every step's terms, ``rate`` and ``alignment_weight``, and at times
        ``held_out_ap``."""
        while self.step < self.recipe.steps:
            yield self.advance()
        self.bridge.load_state_dict(self.average.module.state_dict())
        calibrate(self.bridge, self.held_out or [self.batches(step) for step in range(4)])
        self.bridge.eval()

    def advance(self) -> dict[str, float]:
        """One step."""
        setting = SCHEDULES[self.recipe.schedule](self.step / self.recipe.steps)
        weight = self.recipe.alignment_weight * setting.alignment
        for group, peak in zip(self.optimizer.param_groups, self.peaks, strict=True):
            group["lr"] = peak * setting.rate
        self.bridge.train()
        tokens, truth = (part.to(self.accelerator.device) for part in self.batches(self.step))
        with self.accelerator.autocast():
            terms = self.objective(tokens, truth, weight)
        conflict = self._conflict(terms)
        self.optimizer.zero_grad()
        self.accelerator.backward(terms["total"])
        self.accelerator.clip_grad_norm_(self.features, 1.0)
        self.optimizer.step()
        self.average.update_parameters(self.bridge)
        self.step += 1
        row = self._mean(terms) | {"rate": self.peaks[0] * setting.rate, "alignment_weight": weight} | conflict
        if self.held_out and (self.step % self.recipe.validate_every == 0 or self.step == self.recipe.steps):
            row[HELD_OUT_AP] = self.held_out_ap = self._validate(self.held_out)
        return row

    def state_dict(self) -> dict[str, Any]:
        return {
            "recipe": asdict(self.recipe),
            "step": self.step,
            "bridge": self.bridge.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": None if self.accelerator.scaler is None else self.accelerator.scaler.state_dict(),
            "held_out_ap": self.held_out_ap,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from `state_dict`.

        Raises:
            ValueError: it belongs to another recipe; a run that changes half-way is none of the two.
        """
        if state["recipe"] != asdict(self.recipe):
            changed = [name for name, value in asdict(self.recipe).items() if state["recipe"].get(name) != value]
            raise ValueError(f"The checkpoint has another {', '.join(changed)}: start without --resume.")
        self.bridge.load_state_dict(state["bridge"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.accelerator.scaler is not None and state["scaler"] is not None:
            self.accelerator.scaler.load_state_dict(state["scaler"])
        self.step, self.held_out_ap = state["step"], state["held_out_ap"]

    def _validate(self, held_out: list[tuple[Tokens, GroundTruth]]) -> float:
        """AP of the averaged weights on the held-out batches."""
        averaged = cast(Bridge, self.average.module)
        return held_out_ap(averaged.eval(), held_out)

    def _conflict(self, terms: dict[str, Tensor]) -> dict[str, float]:
        """Compare both gradients on this step's batch, where there are two; not over several processes."""
        every = self.recipe.conflict_every
        alignment = [term for name, term in terms.items() if name not in ("total", *DETECTION)]
        if not every or self.step % every or not alignment or not self.bridge.detects:
            return {}
        if self.accelerator.num_processes > 1:
            return {}
        detection = torch.stack([terms[name] for name in DETECTION]).sum()
        # In half precision gradients are scaled up, or small ones would be 0.
        scale = 1.0 if self.accelerator.scaler is None else self.accelerator.scaler.get_scale()
        return gradient_cosines(self.bridge, scale * detection, scale * torch.stack(alignment).sum())

    def _mean(self, terms: dict[str, Tensor]) -> dict[str, float]:
        """Over the processes."""
        values = torch.stack([term.detach().float() for term in terms.values()])
        mean = self.accelerator.reduce(values, "mean")
        return dict(zip(terms, mean.tolist(), strict=True))


def train(bridge: Bridge, batches: Batches, recipe: Recipe) -> Iterator[dict[str, float]]:
    """Train ``bridge`` in place from the start; yields a row a step, so that a caller can show, log or stop."""
    return Trainer(bridge, batches, recipe).run()
