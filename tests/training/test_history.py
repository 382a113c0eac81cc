from __future__ import annotations

import json
import sys

import pytest

from sam3viz.training.history import History, read_history


def row(variant: str, step: int, seed: int = 0, total: float = 1.0) -> dict:
    return {"variant": variant, "seed": seed, "step": step, "total": total}


@pytest.fixture
def history(tmp_path) -> History:
    history = History(tmp_path / "run" / "history.jsonl")
    for step in (1, 2, 3):
        for variant in ("raw", "unified"):
            history.append(row(variant, step, total=step / 3))
    return history


def test_rows_come_back_in_order_to_the_last_digit(history):
    frame = read_history(history.path)
    assert frame["variant"].tolist() == ["raw", "unified"] * 3
    assert frame["total"].tolist() == [step / 3 for step in (1, 1, 2, 2, 3, 3)]
    assert all(json.loads(line) for line in history.path.read_text().splitlines())


def test_a_run_that_starts_anew_or_goes_on_forgets_its_own_later_rows_alone(history):
    history.append(row("raw", 1, seed=1))
    history.forget("raw", 0, after=1)
    kept = read_history(history.path)
    assert kept[kept["variant"] == "unified"]["step"].tolist() == [1, 2, 3]
    assert kept[kept["variant"] == "raw"][["seed", "step"]].to_numpy().tolist() == [[0, 1], [1, 1]]
    history.forget("unified", 0)
    assert set(read_history(history.path)["variant"]) == {"raw"}


def test_a_last_line_cut_short_by_a_kill_is_left_out(history):
    with history.path.open("a") as file:
        file.write('{"variant": "raw", "st')
    assert len(read_history(history.path)) == 6
    history.forget("raw", 0, after=3)
    history.append(row("raw", 4))
    assert len(read_history(history.path)) == 7


def test_other_files_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"is not a file: give the history\.jsonl"):
        read_history(tmp_path / "none.jsonl")
    path = tmp_path / "other.jsonl"
    path.write_text("hello\nyou\n")
    with pytest.raises(ValueError, match=r"Line 1 of .*other\.jsonl is not JSON"):
        read_history(path)
    path.write_text('{"a": 1}\n')
    with pytest.raises(ValueError, match="no training history"):
        read_history(path)


def test_tensorboard_gets_every_term(tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    history = History(tmp_path / "history.jsonl", tmp_path / "events")
    for step in (1, 2):
        history.append(row("raw", step, total=0.5 * step))
    events = EventAccumulator(str(tmp_path / "events"))
    events.Reload()
    assert [(e.step, e.value) for e in events.Scalars("raw/total")] == [(1, 0.5), (2, 1.0)]


def test_without_tensorboard_the_remedy_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(ValueError, match="pip install tensorboard"):
        History(tmp_path / "history.jsonl", tmp_path / "events")
