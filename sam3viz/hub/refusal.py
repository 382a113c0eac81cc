"""What the hub's client raises, as one sentence with the remedy."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

_LOGIN_REMEDY = "log in with `hf auth login`, or set HF_TOKEN"


def check_name(repo: str) -> None:
    """Raise ValueError for what cannot be the name of a repo on the hub."""
    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise _bad_name(repo) from error
    if not re.fullmatch("[^/]+/[^/]+", repo):  # without a namespace the hub takes some for old names of others' models
        raise _bad_name(repo)


@contextmanager
def one_sentence(repo: str, address: str) -> Iterator[None]:
    """Turn whatever is raised inside into a ValueError.

    Args:
        repo: named in the sentence.
        address: of the hub.
    """
    try:
        yield
    except Exception as error:  # the hub's client has many, of several packages
        raise ValueError(_sentence(error, repo, address)) from error


def _sentence(error: BaseException, repo: str, address: str) -> str:
    """Say what went wrong. Of errors that are no answer of the hub, the type alone: their text may quote the token."""
    if isinstance(error, LocalEntryNotFoundError) and error.__cause__ is not None:
        return _sentence(error.__cause__, repo, address)
    if isinstance(error, GatedRepoError):
        return f"{repo} is gated: ask for access at {address}/{repo}, then {_LOGIN_REMEDY}."
    if isinstance(error, RevisionNotFoundError):
        return f"{repo} has no such revision: name one of its branches, tags or commits."
    if isinstance(error, RepositoryNotFoundError):
        return f"There is no model repo {repo}, or it is private: check the name, or {_LOGIN_REMEDY}."
    if isinstance(error, HfHubHTTPError) and error.response is not None:
        return _refused(error, error.response.status_code, repo)
    return (
        f"The hub at {address} could not be reached or used ({type(error).__name__}): check the connection, and "
        "HF_ENDPOINT and HF_HUB_OFFLINE where you set them."
    )


def _refused(error: HfHubHTTPError, status: int, repo: str) -> str:
    if status == 401:
        return f"The hub knows no token of yours that opens {repo} (401): {_LOGIN_REMEDY}."
    if status == 403:
        return f"Your token does not allow this with {repo} (403): use one with write access to that namespace."
    answer = textwrap.shorten(error.server_message or "", 200)
    return f"The hub refused {repo} ({status}{answer and ': '}{answer}): try again later."


def _bad_name(repo: str) -> ValueError:
    return ValueError(
        f"{repo!r} is no name of a repo on the hub: give NAMESPACE/NAME, of letters, digits, '-', '_' and '.'."
    )
