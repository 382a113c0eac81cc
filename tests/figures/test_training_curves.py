from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sam3viz.figures.training_curves import detection_curves, same_curves, training_curves, training_table
from sam3viz.metrics.convergence import smoothed, smoothness, steps_to_target

STEPS = np.arange(1, 61)


def history(*runs: tuple[str, str, float, float], steps: np.ndarray = STEPS) -> pd.DataFrame:
    """Runs of (variant, schedule, alignment weight, decay): detection falls as exp(-decay * step)."""
    rows = []
    for variant, schedule, weight, decay in runs:
        rng = np.random.default_rng(0)
        falling = 4 * np.exp(-decay * steps) + 0.01 * rng.random(len(steps))
        terms = {"patch": falling, "ranking": falling / 4, "rate": np.full(len(steps), 1e-3)}
        if variant == "contrastive":
            terms["contrastive"] = 2 - steps / 100
        terms = {"total": sum(terms.values()), **terms, "alignment_weight": np.full(len(steps), weight)}
        for i, step in enumerate(steps):
            name = f"{variant}, {schedule}, {weight:g}"
            rows += [(name, variant, schedule, weight, int(step), term, float(v[i])) for term, v in terms.items()]
    columns = ["run", "variant", "schedule", "alignment_weight", "step", "term", "value"]
    return pd.DataFrame(rows, columns=columns)


FAST, SLOW = ("unified", "constant", 0.3, 0.1), ("unified", "progressive", 0.3, 0.03)
OTHER = ("contrastive", "constant", 0.3, 0.05)


def titles(figure) -> list[str]:
    return [annotation.text.split("<br>")[0] for annotation in figure.layout.annotations]


def test_a_plot_a_term_losses_first():
    figure = training_curves(history(FAST, OTHER))
    assert titles(figure) == [
        f"<b>{term}</b>" for term in ("total", "patch", "ranking", "contrastive", "rate", "alignment_weight")
    ]
    assert len({trace.xaxis for trace in figure.data}) == 6
    narrow = training_curves(history(FAST, OTHER), narrow=True)
    assert titles(narrow) == titles(figure)
    assert len({axis.domain for axis in narrow.select_xaxes()}) == 1
    assert narrow.layout.height > 2 * figure.layout.height


def test_colour_is_the_variant_and_the_dash_the_rest():
    figure = training_curves(history(FAST, SLOW, OTHER))
    lines = {trace.name: trace.line for trace in figure.data if trace.line.width == 2.2}
    fast, slow, other = lines.values()
    assert fast.color == slow.color != other.color
    assert fast.dash == other.dash != slow.dash


def test_every_run_is_once_in_the_legend():
    for narrow in (False, True):
        figure = training_curves(history(FAST, SLOW, OTHER), narrow)
        shown = [trace.name for trace in figure.data if trace.showlegend]
        assert sorted(shown) == sorted(history(FAST, SLOW, OTHER)["run"].unique())


def test_the_line_is_smoothed_over_its_raw_values():
    frame = history(FAST)
    raw, mean = (trace for trace in training_curves(frame).data if trace.xaxis in (None, "x"))
    values = frame[frame["term"] == "total"]["value"].to_numpy()
    np.testing.assert_allclose(raw.y, values, rtol=1e-6)
    np.testing.assert_allclose(mean.y, smoothed(values), rtol=1e-6)
    assert raw.opacity < 1
    (rate,) = (trace for trace in training_curves(frame).data if trace.y[0] == np.float32(1e-3))
    assert set(rate.y) == {np.float32(1e-3)}


def test_a_wide_loss_has_a_log_axis_and_a_narrow_or_negative_one_has_not():
    def scale(frame: pd.DataFrame) -> str | None:
        return next(iter(training_curves(frame).select_yaxes(row=1, col=2))).type

    falls = history(FAST)
    assert scale(falls) == "log"
    assert scale(history(("unified", "constant", 0.3, 0.01))) is None
    negative = falls.assign(value=falls["value"] - 1)
    assert scale(negative) is None


def test_it_paints_no_ground():
    layout = training_curves(history(FAST)).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_no_step_is_said():
    with pytest.raises(ValueError, match="no step of this training yet"):
        training_curves(history(FAST).iloc[:0])


def test_the_first_step_can_be_drawn():
    assert len(training_curves(history(FAST, steps=STEPS[:1])).data[0].y) == 1


def test_the_table_compares_the_detection_loss():
    frame = history(FAST, SLOW, OTHER)
    names = list(frame["run"].unique())
    table = training_table(frame, {name: 10.0 + i for i, name in enumerate(names)})
    assert list(table.index) == names
    curves = detection_curves(frame)
    for i, name in enumerate(names):
        assert table.loc[name, "loss"] == pytest.approx(smoothed(curves[name])[-1])
        assert table.loc[name, "smoothness"] == pytest.approx(smoothness(curves[name]))
        assert table.loc[name, "seconds"] == 10 + i


def test_the_target_is_the_worst_end_of_the_same_variant_or_of_all():
    several = history(FAST, SLOW, OTHER)
    curves = detection_curves(several)
    fast, slow, other = curves
    table = training_table(several, dict.fromkeys(curves, 1.0))
    for name in (fast, slow):
        assert table.loc[name, "steps"] == steps_to_target(curves[name], smoothed(curves[slow])[-1])
    assert table.loc[other, "steps"] == steps_to_target(curves[other], smoothed(curves[slow])[-1])
    assert table.loc[fast, "steps"] < table.loc[other, "steps"] < table.loc[slow, "steps"] <= 60
    slowest = ("contrastive", "progressive", 0.3, 0.001)
    both = history(FAST, SLOW, OTHER, slowest)
    curves = detection_curves(both)
    table = training_table(both, dict.fromkeys(curves, 1.0))
    assert table.loc[slow, "steps"] == steps_to_target(curves[slow], smoothed(curves[slow])[-1])
    assert table.loc[other, "steps"] == steps_to_target(curves[other], smoothed([*curves.values()][-1])[-1])


def test_detection_is_the_sum_of_its_own_terms_alone():
    frame = history(OTHER)
    wide = frame.pivot_table(index="step", columns="term", values="value")
    (curve,) = detection_curves(frame).values()
    np.testing.assert_allclose(curve, wide["patch"] + wide["ranking"])


def test_a_run_that_is_not_finished_is_not_in_the_table_and_one_alone_has_no_rival():
    frame = history(FAST, SLOW)
    table = training_table(frame, {frame["run"].iloc[0]: 3.0})
    assert len(table) == 1
    assert table["steps"].isna().all()
    assert training_table(frame, {}).empty


def test_runs_that_do_not_differ_are_named():
    frame = history(FAST, ("unified", "constant", 0.0, 0.1), SLOW)
    assert same_curves(frame) == [["unified, constant, 0.3", "unified, constant, 0"]]
    assert same_curves(history(FAST, SLOW, OTHER)) == []


def looked_at(cosines: list[float]) -> pd.DataFrame:
    """A run whose gradients were compared at its first steps, of the whole and of a module."""
    frame = history(FAST)
    first = frame.iloc[0]
    rows = [
        {**first, "step": step, "term": term, "value": value}
        for step, value in enumerate(cosines, 1)
        for term in ("gradient_cosine", "gradient_cosine/adapter")
    ]
    return pd.concat([frame, pd.DataFrame(rows)], ignore_index=True)


def test_conflicts_are_the_share_of_looks_at_opposed_gradients():
    run = "unified, constant, 0.3"
    table = training_table(looked_at([0.5, -0.1, -0.2, 0.3]), {run: 1.0})
    assert table.loc[run, "conflicts"] == 0.5
    assert np.isnan(training_table(history(FAST), {run: 1.0}).loc[run, "conflicts"])


def test_gradients_are_drawn_of_the_whole_bridge_and_said_in_the_visitors_language():
    figure = training_curves(looked_at([0.5, -0.1]), language="zh-CN")
    assert "<b>gradient_cosine</b>" in titles(figure)
    assert not any("adapter" in title for title in titles(figure))
    assert any("低于 0 即冲突" in annotation.text for annotation in figure.layout.annotations)
