"""The prompts against tokens made by hand from the exemplar encoder's parts."""

from __future__ import annotations

import pytest
import torch

from sam3viz.bridges import VARIANTS
from sam3viz.encoders.sam3_geometry import PARTS
from sam3viz.studies.detector.prompts import (
    FOREIGN_TOKENS,
    LABEL_FLIPPED,
    LEFT_OUT,
    MAX_VARIED_BOXES,
    NO_CLS,
    ORIGINAL,
    PART_REMOVED,
    PROMPT_KINDS,
    TEXT_ONLY,
    ExemplarBoxes,
    TokenPrompt,
    make_prompts,
)
from sam3viz.types import Exemplar, Tokens
from sam3viz.utils.messages import LANGUAGES
from tests.helpers.detector_scene import DRAWN as EXEMPLARS
from tests.helpers.detector_scene import PICTURE

BOXES = torch.tensor([e.box for e in EXEMPLARS]) / torch.tensor([150.0, 90, 150, 90])
LABELS = torch.tensor([1, -1])
CLOSE = {"rtol": 0, "atol": 1e-5}


@pytest.fixture(scope="module", autouse=True)
def _without_gradients():
    with torch.no_grad():
        yield


@pytest.fixture(scope="module")
def visual(analyzer):
    return analyzer.encode(PICTURE)


def asked(analyzer, visual, boxes=BOXES, labels=LABELS, exemplars=EXEMPLARS) -> dict[tuple[str, str], TokenPrompt]:
    backbone = analyzer.backbone
    drawn = ExemplarBoxes(exemplars, boxes, labels, backbone.vision_output(visual))
    foreign = {name: analyzer.bridges[name] for name in ("raw", "distillation", "surround")}
    return {(p.kind.name, p.subject): p for p in make_prompts(backbone, drawn, foreign, visual, visual)}


@pytest.fixture(scope="module")
def made(analyzer, visual) -> dict[tuple[str, str], TokenPrompt]:
    return asked(analyzer, visual)


def by_hand(analyzer, visual, embeddings) -> torch.Tensor:
    """Boxes and CLS, from embeddings of one prompt."""
    vision = analyzer.backbone.vision_output(visual)
    return torch.cat(analyzer.backbone.geometry.tokens(embeddings, torch.zeros(len(embeddings)).long(), vision))


def parts(analyzer, visual, boxes=BOXES, labels=LABELS) -> dict[str, torch.Tensor]:
    embedding_parts = analyzer.backbone.geometry.parts(boxes, labels, analyzer.backbone.vision_output(visual))
    return {name: getattr(embedding_parts, name) for name in PARTS}


@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_the_one_that_is_taken_out(analyzer, visual, made, part):
    left = sum(value for name, value in parts(analyzer, visual).items() if name != part)
    torch.testing.assert_close(made[PART_REMOVED.name, part].tokens, by_hand(analyzer, visual, left), **CLOSE)


def test_a_box_is_left_out_and_a_label_turned_as_the_title_says(analyzer, visual, made):
    for k, title in enumerate(("+1", "−2")):
        other = sum(parts(analyzer, visual, BOXES[[1 - k]], LABELS[[1 - k]]).values())
        torch.testing.assert_close(made[LEFT_OUT.name, title].tokens, by_hand(analyzer, visual, other), **CLOSE)
        labels = LABELS * torch.tensor([-1 if j == k else 1 for j in range(2)])
        turned = sum(parts(analyzer, visual, BOXES, labels).values())
        torch.testing.assert_close(made[LABEL_FLIPPED.name, title].tokens, by_hand(analyzer, visual, turned), **CLOSE)
        assert made[LABEL_FLIPPED.name, title].labels.tolist() == labels.tolist()
    whole = by_hand(analyzer, visual, sum(parts(analyzer, visual).values()))
    torch.testing.assert_close(made[ORIGINAL.name, ""].tokens, whole, **CLOSE)
    assert made[TEXT_ONLY.name, ""].tokens is None


def test_the_control_is_the_positive_boxs_own_token_and_nothing_else(made):
    torch.testing.assert_close(made[NO_CLS.name, ""].tokens, made[ORIGINAL.name, ""].tokens[:1], rtol=0, atol=0)


@pytest.mark.parametrize("name", ["raw", "distillation"])
def test_foreign_tokens_are_the_bridges_own_at_the_length_of_sam3s(analyzer, visual, made, name):
    labels, index = LABELS, torch.zeros(2).long()
    tokens = Tokens.gather(visual, BOXES, labels, index, torch.ones(2).bool())
    bridged = analyzer.bridges[name](tokens).exemplar[:1]
    given = made[FOREIGN_TOKENS.name, name].tokens
    assert given.shape == (1, 64), "the positive box alone, without CLS"
    own = made[ORIGINAL.name, ""].tokens[:1]
    torch.testing.assert_close(given, bridged / bridged.norm() * own.norm(), **CLOSE)
    assert made[FOREIGN_TOKENS.name, name].labels.tolist() == [1]


def test_a_space_of_another_width_is_passed_over(made):
    assert VARIANTS["surround"](64).dim == 64
    assert [subject for kind, subject in made if kind == FOREIGN_TOKENS.name] == ["raw", "distillation"]


def test_of_many_boxes_the_first_few_are_varied(analyzer, visual):
    corners = torch.rand(32, 2, 2, generator=torch.Generator().manual_seed(0)).sort(dim=1).values * 0.8
    boxes = torch.cat([corners[:, 0], corners[:, 1] + 0.1], 1)
    labels = torch.tensor([1, -1] * 16)
    exemplars = tuple(Exemplar(tuple(box), int(label)) for box, label in zip(boxes.tolist(), labels, strict=True))
    kinds = [kind for kind, _ in asked(analyzer, visual, boxes, labels, exemplars)]
    assert kinds.count(LEFT_OUT.name) == kinds.count(LABEL_FLIPPED.name) == MAX_VARIED_BOXES == 8
    assert len(kinds) == 2 + 2 * MAX_VARIED_BOXES + len(PARTS) + 1 + 2


def test_every_kind_is_made_and_registered_under_its_name(made):
    assert {kind for kind, _ in made} == set(PROMPT_KINDS)
    assert all(kind.name == name for name, kind in PROMPT_KINDS.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_names_its_subject_in_every_language(language):
    for kind in PROMPT_KINDS.values():
        assert ("−2" in kind.describe("−2", language)) == ("{subject}" in kind.title)
    titled = PART_REMOVED.describe("content", language)
    assert titled == {"en": "no content", "zh-CN": "去除内容"}[language]
