from __future__ import annotations

import pytest
import torch

from sam3viz.training.checkpoint import check_origin, load_checkpoint, save_checkpoint


def test_what_is_saved_comes_back(tmp_path):
    state = {"step": 7, "weights": {"a": torch.randn(3, 4)}, "groups": [{"lr": 0.1}], "name": "unified", "none": None}
    save_checkpoint(state, tmp_path / "deep" / "state.pt")
    got = load_checkpoint(tmp_path / "deep" / "state.pt")
    torch.testing.assert_close(got["weights"]["a"], state["weights"]["a"])
    assert {key: got[key] for key in ("step", "groups", "name", "none")} == {
        "step": 7,
        "groups": [{"lr": 0.1}],
        "name": "unified",
        "none": None,
    }


def test_a_failed_write_leaves_the_last_one_and_nothing_else(tmp_path):
    path = tmp_path / "state.pt"
    save_checkpoint({"step": 1}, path)
    with pytest.raises(Exception, match="pickle"):
        save_checkpoint({"step": 2, "bad": lambda: None}, path)
    assert load_checkpoint(path) == {"step": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["state.pt"]


def test_no_file_is_no_checkpoint(tmp_path):
    assert load_checkpoint(tmp_path / "state.pt") is None


class Dangerous:
    def __reduce__(self):
        return print, ("run on load",)


@pytest.mark.parametrize("content", ["text", "half", "code", "tensor"])
def test_anything_else_is_refused_in_a_sentence(tmp_path, content, capsys):
    path = tmp_path / "state.pt"
    if content == "text":
        path.write_text("no checkpoint")
    elif content == "half":
        torch.save({"a": torch.randn(1000)}, path)
        path.write_bytes(path.read_bytes()[:2000])
    else:
        torch.save(Dangerous() if content == "code" else torch.ones(2), path)
    with pytest.raises(ValueError, match=r"state\.pt is no checkpoint .* delete it or start without --resume"):
        load_checkpoint(path)
    assert "run on load" not in capsys.readouterr().out


ORIGIN = {"backbone": "tiny", "data": "stamps", "number of scenes": "4"}


@pytest.mark.parametrize("changed", ORIGIN)
def test_a_checkpoint_of_another_origin_is_refused_by_what_differs(changed):
    check_origin({"origin": ORIGIN}, ORIGIN)
    with pytest.raises(ValueError, match=f"^The checkpoint differs in its {changed}: start without --resume"):
        check_origin({"origin": ORIGIN | {changed: "another"}}, ORIGIN)


def test_a_checkpoint_that_does_not_tell_its_origin_is_refused():
    with pytest.raises(ValueError, match="differs in its backbone, data, number of scenes"):
        check_origin({}, ORIGIN)
