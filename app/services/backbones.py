"""Which backbones a visitor may choose, the few that are loaded, and what is told of them. No layout here."""

from __future__ import annotations

import os
import re
import shlex
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from time import monotonic

from app.services.analyses import Source, Weights, analyzer
from app.shared.html_pieces import notice_html
from app.tabs.explore.backbone_strings import BACKBONE
from app.tabs.training import status as training_handlers
from app.tabs.training.status import TRAINING, bar_html
from sam3viz import VARIANTS, Analyzer
from sam3viz.bridges.checkpoints import own_bridges, trained_variants
from sam3viz.encoders import BACKBONES, DEFAULT_BACKBONE
from sam3viz.encoders.timm import CURATED, PREFIX, parameter_count

KEPT = 3
"""Analyzers in memory beside the default one."""
AT_ONCE, MOST_LOADING = 2, 6
"""Backbones that are loaded side by side, and that may wait for it: a hub can take minutes, or not answer."""
TYPED = re.compile(r"timm:[A-Za-z0-9_.-]{1,100}")
"""What a visitor may type besides the names of the list; it cannot name a file."""
MOST_PARAMETERS = 400_000_000
"""Of a model whose name a visitor typed: the page's memory is everybody's."""


@dataclass(frozen=True)
class Chosen:
    """A backbone other than the default one. It holds no weights, so that those of a few are kept for all."""

    label: str
    """How the page names it: without the folder of a local file."""
    name: str = field(repr=False)
    """How the library does."""
    typed: bool = False
    """Whether a visitor came up with it, and neither the list nor whoever started the page."""

    @property
    def analyzer(self) -> Analyzer:
        return SHELF.ask(self, "en").result()

    @property
    def file(self) -> str:
        """Name of the local file or folder with its weights; "" where they come from the hub."""
        return _file(_split(self.name)[1])

    @property
    def argument(self) -> str:
        """As it is written after ``--backbone``, but for the folder of a local file."""
        return _split(self.name)[0] + self.file

    def masked(self, sentence: str) -> str:
        """The library's sentence without the folder of a local file."""
        path = _split(self.name)[1]
        for folder in (f"{Path(path).resolve().parent}{os.sep}", f"{Path(path).parent}{os.sep}"):
            sentence = sentence.replace(folder, "")
        return sentence


class Offer:
    """What there is to choose from: what the library has, what whoever started the page named, and some of timm's.

    Args:
        given: names for `sam3viz.encoders.load_backbone`, those of local files among them.

    Raises:
        ValueError: a name that is none, or a file that is not there.
    """

    def __init__(self, given: Sequence[str] = ()) -> None:
        self._names = {name: name for name in BACKBONES}
        for name in given:
            head, path = _split(name)
            if head not in BACKBONES and ":" not in head:
                raise ValueError(f"There is no backbone {name!r}; choose one of: {', '.join(BACKBONES)}, {PREFIX}NAME.")
            if path and not Path(path).exists():
                raise ValueError(f"There is no file {path} to load the backbone {name!r} from.")
            self._names.setdefault(self._label(head, path, name), name)
        for model in CURATED:
            self._names.setdefault(PREFIX + model, PREFIX + model)

    def _label(self, head: str, path: str, name: str) -> str:
        plain = label = head + _file(path)
        count = 1
        while self._names.get(label, name) != name:
            count += 1
            label = f"{plain} ({count})"
        return label

    @property
    def labels(self) -> list[str]:
        """In the list's order, the default one first."""
        return list(self._names)

    def resolve(self, text: object, language: str) -> Chosen | None:
        """What a visitor chose or typed; None is the default backbone.

        Raises:
            ValueError: neither a name of the list nor one that `TYPED` lets through.
        """
        label = text.strip() if isinstance(text, str) else ""
        if label not in self._names and not TYPED.fullmatch(label):
            raise ValueError(BACKBONE[language]["refused"])
        if label == DEFAULT_BACKBONE:
            return None
        return Chosen(label, self._names.get(label, label), typed=label not in self._names)


class Shelf:
    """The last analyzers that were asked for, shared by all sessions. Each is loaded once, by a thread of its own."""

    def __init__(self, load: Callable[[str], Analyzer], limit: int = KEPT) -> None:
        self._load, self._limit = load, limit
        self._held: OrderedDict[Chosen, Future[Analyzer]] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(AT_ONCE)

    def ask(self, chosen: Chosen, language: str) -> Future[Analyzer]:
        """Its result is there at once, or later; or it raises ValueError with one sentence.

        Raises:
            ValueError: too many others are being loaded.
        """
        with self._lock:
            if chosen not in self._held:
                loading = sum(not future.done() for future in self._held.values())
                if loading >= MOST_LOADING:
                    raise ValueError(BACKBONE[language]["many"].format(count=loading))
                self._held[chosen] = Future()
                # A daemon: whoever stops the page does not wait for a hub.
                work = (chosen, self._held[chosen], language)
                threading.Thread(target=self._fill, args=work, name="backbone", daemon=True).start()
            self._held.move_to_end(chosen)
            return self._held[chosen]

    def _fill(self, chosen: Chosen, future: Future[Analyzer], language: str) -> None:
        try:
            with self._turns:
                if chosen.typed:
                    _check_size(chosen, language)
                loaded = self._load(chosen.name)
        except ValueError as error:
            self._fail(chosen, future, chosen.masked(str(error)))
        except Exception as error:  # whoever waits must hear of it
            words = {"name": chosen.label, "kind": type(error).__name__}
            self._fail(chosen, future, BACKBONE[language]["failed"].format(**words))
        else:
            self._keep(chosen, future, loaded)

    def _keep(self, chosen: Chosen, future: Future[Analyzer], loaded: Analyzer) -> None:
        with self._lock:
            future.set_result(loaded)
            self._held.move_to_end(chosen)
            ready = [held for held, other in self._held.items() if other.done()]
            for oldest in ready[: -self._limit]:
                del self._held[oldest]

    def _fail(self, chosen: Chosen, future: Future[Analyzer], sentence: str) -> None:
        with self._lock:
            self._held.pop(chosen, None)  # so that it can be tried again
        future.set_exception(ValueError(sentence))


SHELF = Shelf(lambda name: Analyzer.from_pretrained(name))


@dataclass(frozen=True)
class Loading:
    """A backbone that a visitor waits for."""

    chosen: Chosen
    future: Future[Analyzer] = field(compare=False, repr=False)
    began: float = field(default_factory=monotonic)

    def html(self, language: str) -> str:
        """How long it has taken; how long it will, nobody knows."""
        told = {"name": self.chosen.label, "seconds": int(monotonic() - self.began)}
        return bar_html(None, BACKBONE[language]["loading"].format(**told), "loading", BACKBONE[language]["title"])


def begin(chosen: Chosen, language: str) -> Loading:
    """Have it loaded.

    Raises:
        ValueError: too many others are being loaded.
    """
    return Loading(chosen, SHELF.ask(chosen, language))


def label_of(source: Source | None) -> str:
    """The backbone of what a session analyses with; weights trained on the page are of the default one."""
    return source.label if isinstance(source, Chosen) else DEFAULT_BACKBONE


def in_use(source: Source | None, language: str) -> list[str]:
    """A sentence, where the results are not those of the default backbone with the shipped weights."""
    if isinstance(source, Chosen):
        titles = ", ".join(VARIANTS[name].title for name in source.analyzer.bridges)
        return [BACKBONE[language]["in_use"].format(name=source.label, variants=titles)]
    return training_handlers.in_use(source if isinstance(source, Weights) else None, language)


def back_words(source: Source | None, language: str) -> str:
    """What the button says that leads back to the default backbone with the shipped weights."""
    if isinstance(source, Chosen):
        return BACKBONE[language]["back"].format(default=DEFAULT_BACKBONE)
    return TRAINING[language]["back"]


def dropped(source: Source | None, language: str) -> str:
    """Said when another backbone takes the place of weights that were trained on the page."""
    if not isinstance(source, Weights):
        return ""
    return notice_html([BACKBONE[language]["dropped"].format(default=DEFAULT_BACKBONE)])


def returned(source: Source | None, label: object, language: str) -> str:
    """Said when weights that were trained on the page take the place of the backbone ``label``."""
    if not isinstance(source, Weights) or not isinstance(label, str) or label == DEFAULT_BACKBONE:
        return ""
    return notice_html([BACKBONE[language]["returned"].format(default=DEFAULT_BACKBONE, name=label)])


def train_command(source: Source | None) -> str:
    """What trains the variants that the backbone has no weights for; "" where it has all."""
    with_weights = _with_weights(_analyzer(source))
    missing = [name for name in VARIANTS if name not in with_weights]
    if not missing:
        return ""
    name = source.argument if isinstance(source, Chosen) else DEFAULT_BACKBONE
    words = ["sam3viz", "train", "--backbone", name]
    return shlex.join([*words, "--variants", *missing] if with_weights else words)


def facts_html(source: Source | None, language: str) -> str:
    """What one has to know of the backbone in use, in a line; below it, which bridges it has."""
    words, backbone = BACKBONE[language], _analyzer(source).backbone
    width, height = backbone.input_size(2, 1)  # of a picture twice as wide as high
    parts = [
        words["square" if width == height else "size"].format(size=backbone.size),
        words["token"].format(stride=backbone.stride),
        backbone.layers,
        words["channels"].format(dim=backbone.dim),
        words["device"].format(device=next(backbone.parameters()).device),
    ]
    found = _with_weights(_analyzer(source))
    names = words["every"].format(count=len(VARIANTS)) if len(found) == len(VARIANTS) else ", ".join(found)
    lines = [words["trained"].format(names=names or words["none"])]
    if len(found) < len(VARIANTS):
        lines.append(words["train"])
        if isinstance(source, Chosen) and source.file:
            lines.append(words["local"].format(file=source.file))
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    facts = f"{escape(' · '.join(filter(None, parts)))} · <code>{escape(backbone.identity)}</code>"
    complete = " complete" if len(found) == len(VARIANTS) else ""
    return f'<div class="facts{complete}"><p>{facts}</p>{told}</div>'


def _analyzer(source: Source | None) -> Analyzer:
    return source.analyzer if isinstance(source, Chosen) else analyzer()


def _with_weights(used: Analyzer) -> list[str]:
    """Those that run and whose weights were trained: `raw` runs without."""
    found = {*trained_variants(used.backbone.identity), *own_bridges(used.backbone)}
    return [name for name in used.bridges if name in found]


def _check_size(chosen: Chosen, language: str) -> None:
    count = parameter_count(chosen.name.removeprefix(PREFIX))
    if count > MOST_PARAMETERS:
        told = {"name": chosen.label, "count": f"{count / 1e6:.0f}", "most": f"{MOST_PARAMETERS / 1e6:.0f}"}
        raise ValueError(BACKBONE[language]["large"].format(**told))


def _file(path: str) -> str:
    return Path(path).resolve().name if path else ""


def _split(name: str) -> tuple[str, str]:
    """What comes before the path of local weights, and the path; "" where there is none."""
    kind, colon, rest = name.partition(":")
    if colon and f"{kind}:" != PREFIX:
        return kind + colon, rest
    head, equals, path = name.partition("=")
    return (head + equals, path) if path else (name, "")
