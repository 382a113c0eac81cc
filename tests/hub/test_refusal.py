from __future__ import annotations

import time
from functools import partial

import pytest
from huggingface_hub import constants

from sam3viz.hub import repository as sharing
from sam3viz.hub.repository import pull, push
from tests.helpers.hub_stand_in import OTHERS, Repo
from tests.helpers.hub_steps import REPO, filled, refused


@pytest.mark.parametrize("function", [partial(push, backbone="tiny"), pull])
@pytest.mark.parametrize("repo", ["bridges", "me/you/bridges", "me/brid ges", "me/-x-", "", "../bridges", "me/a--b"])
def test_a_bad_name_is_told_before_anything_else(hub, function, repo):
    assert "is no name of a repo" in refused(function, repo, endpoint=hub.address)
    assert hub.requests == []


@pytest.mark.parametrize("token", [None, "hf_wrong"])
def test_without_a_token_that_is_known_one_sentence_says_how_to_log_in(hub, save, monkeypatch, token):
    folder = save("raw").parent
    if token is None:
        monkeypatch.delenv("HF_TOKEN")
    else:
        monkeypatch.setenv("HF_TOKEN", token)
    told = refused(push, REPO, "tiny", folder, endpoint=hub.address)
    assert "(401): log in with `hf auth login`, or set HF_TOKEN." in told
    assert "hf_wrong" not in told
    filled(hub)
    assert "(401)" in refused(push, REPO, "tiny", folder, endpoint=hub.address)
    hub.answer_always = 401
    assert "(401)" in refused(pull, REPO, endpoint=hub.address)
    assert hub.repos[REPO].files == {}


def test_a_namespace_of_others_is_refused_in_one_sentence(hub, save):
    folder, repo = save("raw").parent, f"{OTHERS}/bridges"
    assert "write access" in refused(push, repo, "tiny", folder, endpoint=hub.address)
    hub.repos[repo] = Repo(commits={"0" * 40: {}})
    assert "write access" in refused(push, repo, "tiny", folder, endpoint=hub.address)
    assert hub.repos[repo].files == {}


def test_a_repo_that_is_not_there_is_named(hub):
    assert f"There is no model repo {REPO}" in refused(pull, REPO, endpoint=hub.address)


def test_another_refusal_tells_what_the_hub_said(hub, save):
    folder = save("raw").parent
    hub.answer_always = 418
    for act in (partial(push, REPO, "tiny", folder), partial(pull, REPO)):
        assert "(418: not today)" in refused(act, endpoint=hub.address)


def test_a_hub_that_cannot_be_reached_is_told_at_once(save, monkeypatch):
    folder = save("raw").parent
    for act in (partial(push, REPO, "tiny", folder), partial(pull, REPO)):
        begun = time.monotonic()
        told = refused(act, endpoint="http://127.0.0.1:9")
        assert "could not be reached or used (ConnectError): check the connection" in told
        assert time.monotonic() - begun < 3
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "(OfflineModeIsEnabled)" in refused(pull, REPO, endpoint="http://127.0.0.1:9")


def test_a_hub_that_does_not_answer_is_not_waited_for(hub, save, monkeypatch):
    monkeypatch.setattr(sharing, "TIMEOUT", 0.2)
    hub.silent.set()
    for act in (partial(push, REPO, "tiny", save("raw").parent), partial(pull, REPO)):
        assert "could not be reached or used (ReadTimeout)" in refused(act, endpoint=hub.address)


def test_no_message_quotes_the_token(hub, save, monkeypatch):
    """The client's own error for a header that cannot be sent does."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret\x01word")
    assert "secret" not in refused(push, REPO, "tiny", save("raw").parent, endpoint=hub.address)
