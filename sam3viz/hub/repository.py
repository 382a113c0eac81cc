"""Bridges to and from a model repo on the hub."""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from huggingface_hub import CommitOperationAdd, HfApi, ModelInfo
from huggingface_hub.errors import RepositoryNotFoundError

from sam3viz.bridges import in_screen_order
from sam3viz.bridges.checkpoints import SHIPPED, bridge_metadata, load_bridge, weights_folder
from sam3viz.hub.card import model_card
from sam3viz.hub.refusal import check_name, one_sentence
from sam3viz.studies.bench.report import BenchReport

MAX_FILES = 32
MAX_BYTES = 50_000_000
"""Of one file; a bridge has a few million."""
MAX_IDENTITY_LENGTH = 200
"""Characters that a backbone's identity may have; it names a folder."""
TIMEOUT = 10.0
"""Seconds that the hub has for its first answer."""

SUFFIX = ".safetensors"


@dataclass(frozen=True)
class PulledBridge:
    """A bridge that was taken from a repo."""

    variant: str
    backbone: str
    """Identity of the backbone that it fits."""
    path: Path


def push(
    repo: str,
    backbone: str,
    weights: Path | None = None,
    bench: BenchReport | None = None,
    private: bool = False,
    endpoint: str | None = None,
) -> str:
    """Upload every bridge of a backbone and a model card, in one commit, and return the address.

    The token is the one that huggingface_hub finds: HF_TOKEN, or what `hf auth login` left.

    Args:
        repo: ``NAMESPACE/NAME``; made where it is absent.
        backbone: its identity.
        weights: folder of the bridges; by default where `sam3viz train` leaves them.
        bench: a report of `sam3viz bench` on them, for the card.
        private: make the repo so.
        endpoint: address of the hub; by default HF_ENDPOINT or the public one.

    Raises:
        ValueError: no bridges of that backbone, one that does not load, a report of others, a repo that cannot be
            used, or a hub that refuses or cannot be reached; one sentence says which.
    """
    check_name(repo)
    files = _local_bridges(weights_folder(backbone) if weights is None else weights, backbone)
    card = model_card(repo, backbone, {name: bridge_metadata(path) for name, path in files.items()}, bench)
    api = _api(endpoint)
    uploads = {f"{name}{SUFFIX}": path for name, path in files.items()}
    with one_sentence(repo, api.endpoint):
        existing = _info_or_none(api, repo)
    if existing is not None:
        _check_repo(existing, uploads, private)
    operations = [CommitOperationAdd(name, path) for name, path in uploads.items()]
    operations.append(CommitOperationAdd("README.md", str(card).encode()))
    with one_sentence(repo, api.endpoint):
        if existing is None:
            api.create_repo(repo, private=private or None, exist_ok=True)  # else as the namespace has it by default
        api.create_commit(repo, operations, commit_message=f"Bridges: {', '.join(files)}")
    return f"{api.endpoint}/{repo}"


def pull(
    repo: str,
    revision: str | None = None,
    out: Path | None = None,
    backbone: str | None = None,
    overwrite: bool = False,
    endpoint: str | None = None,
) -> list[PulledBridge]:
    """Take the bridges at the top of a repo: all, or none where one is refused. No other file is fetched.

    Args:
        repo: ``NAMESPACE/NAME``.
        revision: branch, tag or commit; by default the main branch.
        out: folder to write to; by default where the bridges of each backbone are looked for.
        backbone: identity of the only backbone whose bridges are taken.
        overwrite: replace other files of the same name.
        endpoint: address of the hub; by default HF_ENDPOINT or the public one.

    Raises:
        ValueError: no bridges, too many or too large files, one that is damaged or does not load, a place that is
            taken, or a hub that refuses or cannot be reached; one sentence says which.
    """
    check_name(repo)
    if out is not None and out.exists() and not out.is_dir():
        raise ValueError(f"{str(out)!r} is a file: name a folder.")
    api = _api(endpoint)
    with tempfile.TemporaryDirectory() as staging:
        bridges = _check_bridges(_download(api, repo, revision, Path(staging)), repo, backbone)
        folders = _target_folders([identity for identity, _ in bridges], repo, out)
        targets = {source: folders[identity] / f"{name}{SUFFIX}" for (identity, name), source in bridges.items()}
        for source, target in targets.items():
            if target.exists() and not overwrite and not filecmp.cmp(source, target, shallow=False):
                raise ValueError(
                    f"{str(target)!r} is another file than that of {repo}: replace it with --overwrite, or write to "
                    "another folder with --out DIR."
                )
        for source, target in targets.items():
            _put(source, target)
    return [PulledBridge(name, identity, targets[source]) for (identity, name), source in bridges.items()]


def _api(endpoint: str | None) -> HfApi:
    return HfApi(endpoint, library_name="sam3viz", library_version=version("sam3viz"))


def _local_bridges(folder: Path, backbone: str) -> dict[str, Path]:
    """List the files of every bridge of that backbone by variant, in screen order, each loaded once to check it."""
    paths = sorted(folder.glob(f"*{SUFFIX}"))
    files = _by_variant([path for path in paths if bridge_metadata(path).get("backbone") == backbone], backbone)
    if not files:
        raise ValueError(
            f"{str(folder)!r} holds no bridges for {backbone!r}: train them with `sam3viz train`, or name their folder "
            "with --weights DIR."
        )
    for path in files.values():
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"{path.name} is over {MAX_BYTES // 10**6} MB, which `sam3viz pull` would refuse.")
    return files


def _by_variant(paths: Sequence[Path], backbone: str) -> dict[str, Path]:
    """Sort files by variant, in screen order; raises where a file does not load or a variant is there twice."""
    files: dict[str, Path] = {}
    for path in paths:
        name = load_bridge(path, backbone).name
        if name in files:
            raise ValueError(f"{files[name].name} and {path.name} are both {name!r} for {backbone!r}: leave one out.")
        files[name] = path
    return {name: files[name] for name in in_screen_order(files)}


def _info_or_none(api: HfApi, repo: str) -> ModelInfo | None:
    try:
        return api.model_info(repo, timeout=TIMEOUT)
    except RepositoryNotFoundError:
        return None


def _check_repo(existing: ModelInfo, uploads: Mapping[str, Path], private: bool) -> None:
    """Refuse a repo that is less private than asked for, or holds bridges that the card would not tell of."""
    if private and not existing.private:
        raise ValueError(
            f"{existing.id} is there already and public: make it private on the hub, or leave --private out."
        )
    others = sorted(name for name in _bridge_files(existing) if name not in uploads)
    if others:
        raise ValueError(
            f"{existing.id} also holds {', '.join(others)}, which the new card would not tell of: delete them there, "
            "or push to another repo."
        )


def _bridge_files(info: ModelInfo) -> dict[str, int | None]:
    """List name and size in bytes of every safetensors file at the top of a repo."""
    return {
        sibling.rfilename: sibling.size
        for sibling in info.siblings or ()
        if "/" not in sibling.rfilename and sibling.rfilename.endswith(SUFFIX)
    }


def _download(api: HfApi, repo: str, revision: str | None, folder: Path) -> list[Path]:
    """Download the safetensors files at the top of a repo, after their number and sizes were checked."""
    with one_sentence(repo, api.endpoint):
        info = api.model_info(repo, revision=revision, files_metadata=True, timeout=TIMEOUT)
    files = _bridge_files(info)
    if not files:
        raise ValueError(f"{repo} holds no {SUFFIX} file at its top: name a repo that `sam3viz push` wrote to.")
    if len(files) > MAX_FILES:
        raise ValueError(f"{repo} holds {len(files)} {SUFFIX} files: at most {MAX_FILES} are taken from one repo.")
    for name, size in files.items():
        if not name.isprintable():
            raise ValueError(f"{repo} holds a file called {name!r}: rename it there.")
        if size is None or size > MAX_BYTES:
            raise ValueError(f"{name} in {repo} is over {MAX_BYTES // 10**6} MB or of unknown size: it is no bridge.")
    with one_sentence(repo, api.endpoint):
        # at the commit whose sizes were checked, however the branch moves on meanwhile
        return [Path(api.hf_hub_download(repo, name, revision=info.sha, local_dir=folder)) for name in sorted(files)]


def _check_bridges(paths: Sequence[Path], repo: str, backbone: str | None) -> dict[tuple[str, str], Path]:
    """Sort the files by backbone identity and variant, of that backbone alone where one is given; load each once."""
    by_backbone: dict[str, list[Path]] = {}
    for path in paths:
        by_backbone.setdefault(_identity(path), []).append(path)
    if backbone is not None and backbone not in by_backbone:
        raise ValueError(f"{repo} holds no bridges for {backbone!r}, but for {', '.join(map(repr, by_backbone))}.")
    return {
        (identity, name): path
        for identity, files in by_backbone.items()
        if backbone in (None, identity)
        for name, path in _by_variant(files, identity).items()
    }


def _identity(path: Path) -> str:
    """Read which backbone a stranger's file names; fit to be printed and to name a folder."""
    identity = bridge_metadata(path).get("backbone", "")
    if not identity.isprintable() or not identity.strip(". ") or len(identity) > MAX_IDENTITY_LENGTH:
        raise ValueError(f"{path.name} does not say for which backbone it is: it was not written by `sam3viz train`.")
    return identity


def _target_folders(backbones: Sequence[str], repo: str, out: Path | None) -> dict[str, Path]:
    """Choose where the bridges of each backbone go; nowhere inside the package."""
    folders = {backbone: out or weights_folder(backbone) for backbone in backbones}
    if out is not None and out.resolve() == SHIPPED.resolve():
        raise ValueError("The package's own weights stay as they are: name another folder with --out DIR.")
    for backbone, folder in folders.items():
        if folder == SHIPPED:
            raise ValueError(
                f"Bridges for {backbone!r} come with the package, which stays as it is: write those of {repo} to a "
                "folder of your own with --out DIR."
            )
    if len(set(folders.values())) < len(folders):
        raise ValueError(
            f"{repo} holds bridges for {', '.join(map(repr, folders))}, which do not go into one folder: name one "
            "backbone with --backbone."
        )
    return folders


def _put(source: Path, target: Path) -> None:
    """Copy a file, never leaving half of it under the name that others look for."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    shutil.copyfile(source, partial)
    partial.replace(target)
