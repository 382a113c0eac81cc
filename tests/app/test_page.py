from __future__ import annotations

import json

import pytest

from app.page import build
from app.tabs import TABS
from sam3viz.utils.messages import LANGUAGES, translate
from tests.helpers.timm_checkpoints import VIT


def test_the_served_page_does_not_know_where_local_weights_are(local):
    served = json.dumps(build([local]).get_config_file(), default=str)
    assert f"timm:{VIT}={VIT}-0.safetensors" in served
    assert "secret" not in served


def test_the_tabs_are_those_of_the_table_in_its_order():
    config = build().get_config_file()
    tabs = [one["props"] for one in config["components"] if one["type"] == "tabitem"]
    assert [(tab["id"], tab["elem_id"], tab["label"]) for tab in tabs] == [
        (tab.name, f"{tab.name}-tab", tab.title) for tab in TABS
    ]


def test_a_name_that_is_no_backbones_is_told_at_the_start():
    with pytest.raises(ValueError, match="There is no backbone"):
        build(["nonsense"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tab_has_a_title_in_every_language(language):
    titles = [translate(tab.title, language) for tab in TABS]
    assert len(set(titles)) == len(TABS)
    assert "Explore" in titles if language == "en" else "探索" in titles


def test_nothing_slow_stands_between_a_new_language_and_the_words():
    config = build().get_config_file()
    language = next(one["id"] for one in config["components"] if one["props"].get("elem_classes") == ["language"])
    heard = [one for one in config["dependencies"] if (language, "input") in map(tuple, one["targets"])]
    assert len(heard) > len(TABS)
    assert not any(one["queue"] for one in heard)
