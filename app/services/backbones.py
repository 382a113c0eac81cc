"""Which backbones a visitor may choose, and the few that are loaded."""

from __future__ import annotations

import re
import shlex
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from cachetools import LRUCache

from app.services.analyses import ModelSource, analyzer
from app.services.redaction import redact_folder
from sam3viz import VARIANTS, Analyzer
from sam3viz.bridges.checkpoints import own_bridges, trained_variants
from sam3viz.encoders import BACKBONES, DEFAULT_BACKBONE, BackboneSpec
from sam3viz.encoders.timm import CURATED, KIND, parameter_count
from sam3viz.utils.messages import InputError

MAX_READY = 3
"""Analyzers in memory beside the default one."""
MAX_SIDE_BY_SIDE, MAX_LOADING = 2, 6
"""Backbones that are loaded side by side, and that may wait for it: a hub can take minutes, or not answer."""
TYPED_NAME = re.compile(r"timm:[A-Za-z0-9_.-]{1,100}")
"""What a visitor may type besides the names of the list; it cannot name a file."""
MAX_PARAMETERS = 400_000_000
"""Of a model whose name a visitor typed: the page's memory is everybody's."""


@dataclass(frozen=True)
class BackboneChoice:
    """A backbone other than the default one. It holds no weights: the last few that were loaded are shared by all."""

    label: str
    """How the page names it: without the folder of a local file."""
    name: str = field(repr=False)
    """How the library names it."""
    typed: bool = False
    """Whether a visitor came up with it, and neither the list nor whoever started the page."""

    @property
    def analyzer(self) -> Analyzer:
        """Its analyzer, loaded where it is not in memory any more; ValueError where that fails."""
        return POOL.get(self).result()

    @property
    def file(self) -> str:
        """Name of the local file or folder with its weights; "" where they come from the hub."""
        return BackboneSpec.parse(self.name).file

    @property
    def argument(self) -> str:
        """As it is written after ``--backbone``, but for the folder of a local file."""
        return str(BackboneSpec.parse(self.name).without_folder())

    def redact_path(self, error: ValueError) -> ValueError:
        """Return the library's error without the folder of a local file."""
        path = BackboneSpec.parse(self.name).path
        return redact_folder(error, path) if path else error


class BackboneCatalog:
    """What there is to choose from: what the library has, what whoever started the page named, and some of timm's.

    Args:
        names: for `sam3viz.encoders.load_backbone`, those of local files among them.

    Raises:
        ValueError: a name that is none, or a file that is not there.
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        self._name_by_label = {name: name for name in BACKBONES}
        for name in names:
            spec = BackboneSpec.parse(name)
            spec.find_family()
            if spec.path and not Path(spec.path).exists():
                raise InputError(
                    "There is no file {path} to load the backbone {name!r} from.", path=spec.path, name=name
                )
            self._name_by_label.setdefault(self._label(spec, name), name)
        for model in CURATED:
            name = str(BackboneSpec(KIND, model))
            self._name_by_label.setdefault(name, name)

    def _label(self, spec: BackboneSpec, name: str) -> str:
        plain = label = str(spec.without_folder())
        count = 1
        while self._name_by_label.get(label, name) != name:
            count += 1
            label = f"{plain} ({count})"
        return label

    @property
    def labels(self) -> list[str]:
        """In the list's order, the default one first."""
        return list(self._name_by_label)

    def resolve(self, text: object) -> BackboneChoice | None:
        """Return what a visitor chose or typed; None is the default backbone.

        Raises:
            ValueError: neither a name of the list nor one that `TYPED_NAME` lets through.
        """
        label = text.strip() if isinstance(text, str) else ""
        if label not in self._name_by_label and not TYPED_NAME.fullmatch(label):
            raise InputError(
                "There is no such backbone to choose: take one of the list, or type timm:NAME. Files are for whoever "
                "starts the page: sam3viz app --backbone timm:NAME=FILE."
            )
        if label == DEFAULT_BACKBONE:
            return None
        return BackboneChoice(label, self._name_by_label.get(label, label), typed=label not in self._name_by_label)


class AnalyzerPool:
    """The analyzers of the last chosen backbones, shared by all sessions. Each is loaded once, by a thread of its own.

    Args:
        load: makes an analyzer from a backbone's name.
        limit: how many stay in memory.
    """

    def __init__(self, load: Callable[[str], Analyzer], limit: int = MAX_READY) -> None:
        self._load = load
        self._ready: LRUCache[BackboneChoice, Future[Analyzer]] = LRUCache(limit)
        self._loading: dict[BackboneChoice, Future[Analyzer]] = {}
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(MAX_SIDE_BY_SIDE)

    def get(self, choice: BackboneChoice) -> Future[Analyzer]:
        """Return a future that has an analyzer at once or later, or a ValueError with one sentence.

        Raises:
            ValueError: too many others are being loaded.
        """
        with self._lock:
            if choice in self._ready:
                return self._ready[choice]
            if choice not in self._loading:
                if len(self._loading) >= MAX_LOADING:
                    raise InputError(
                        "{count} other backbones are being loaded; try again in a minute.", count=len(self._loading)
                    )
                self._loading[choice] = Future()
                # A daemon: whoever stops the page does not wait for a hub.
                threading.Thread(target=self._fill, args=(choice,), name="backbone", daemon=True).start()
            return self._loading[choice]

    def _fill(self, choice: BackboneChoice) -> None:
        try:
            with self._turns:
                if choice.typed:
                    _check_size(choice)
                loaded = self._load(choice.name)
        except ValueError as error:
            self._fail(choice, choice.redact_path(error))
        except Exception as error:  # whoever waits must hear of it
            kind = type(error).__name__
            self._fail(choice, InputError("{name} could not be loaded ({kind}).", name=choice.label, kind=kind))
        else:
            with self._lock:
                future = self._ready[choice] = self._loading.pop(choice)
                future.set_result(loaded)

    def _fail(self, choice: BackboneChoice, error: ValueError) -> None:
        with self._lock:
            future = self._loading.pop(choice)  # so that it can be tried again
        future.set_exception(error)


POOL = AnalyzerPool(lambda name: Analyzer.from_pretrained(name))


@dataclass(frozen=True)
class Loading:
    """A backbone that a visitor waits for."""

    choice: BackboneChoice
    future: Future[Analyzer] = field(compare=False, repr=False)
    began: float = field(default_factory=monotonic)

    @property
    def seconds(self) -> int:
        """How long it has taken; how long it will, nobody knows."""
        return int(monotonic() - self.began)


def begin_loading(choice: BackboneChoice) -> Loading:
    """Load a backbone in the background.

    Raises:
        ValueError: too many others are being loaded.
    """
    return Loading(choice, POOL.get(choice))


def backbone_label(source: ModelSource | None) -> str:
    """Return the label of the backbone in use; weights trained on the page are of the default one."""
    return source.label if isinstance(source, BackboneChoice) else DEFAULT_BACKBONE


def backbone_analyzer(source: ModelSource | None) -> Analyzer:
    """Return the analyzer of the backbone in use, with the weights that are on this machine."""
    return source.analyzer if isinstance(source, BackboneChoice) else analyzer()


def trained_bridges(source: ModelSource | None) -> list[str]:
    """Return the variants that the backbone in use has trained weights for: `raw` runs without."""
    current = backbone_analyzer(source)
    trained = {*trained_variants(current.backbone.identity), *own_bridges(current.backbone)}
    return [name for name in current.bridges if name in trained]


def training_command(source: ModelSource | None) -> str:
    """Return the command that trains the variants which the backbone has no weights for; "" where it has all."""
    trained = trained_bridges(source)
    missing = [name for name in VARIANTS if name not in trained]
    if not missing:
        return ""
    name = source.argument if isinstance(source, BackboneChoice) else DEFAULT_BACKBONE
    command = ["sam3viz", "train", "--backbone", name]
    return shlex.join([*command, "--variants", *missing] if trained else command)


def _check_size(choice: BackboneChoice) -> None:
    count = parameter_count(BackboneSpec.parse(choice.name).model)
    if count > MAX_PARAMETERS:
        raise InputError(
            "{name} has {count} million parameters: visitors may load timm models of up to {most} million. A larger "
            "one is for whoever starts the page: sam3viz app --backbone {name}.",
            name=choice.label, count=f"{count / 1e6:.0f}", most=f"{MAX_PARAMETERS / 1e6:.0f}",
        )  # fmt: skip
