"""A stand-in of the hub: as much of its API as huggingface_hub calls to make, fill, list and read model repos."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

TOKEN = "hf_of_the_tests"
OTHERS = "others"
"""A namespace that the token does not open."""


@dataclass
class Repo:
    private: bool = False
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Every commit's files, the last being main."""
    sizes: dict[str, int] = field(default_factory=dict)
    """What is told of a file's size where that is not so."""

    @property
    def files(self) -> dict[str, bytes]:
        return next(reversed(self.commits.values()), {})

    def commit(self, files: dict[str, bytes]) -> str:
        """Add files, or replace them; returns its hash."""
        sha = hashlib.sha1(repr((len(self.commits), sorted(files))).encode()).hexdigest()
        self.commits[sha] = self.files | files
        return sha


class Hub:
    """``repos`` by name; ``requests`` are the method and path of each."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self.requests: list[tuple[str, str]] = []
        self.answer_always: int | None = None
        """A status that everything is answered with."""
        self.silent = threading.Event()
        """Set: connections are taken and never answered."""
        self.address = ""

    def fetched(self) -> set[str]:
        """Names of the files of which anything was asked for."""
        return {path.rpartition("/")[2] for _, path in self.requests if "/resolve/" in path}


@contextmanager
def serving() -> Iterator[Hub]:
    hub = Hub()
    server = _Server(("127.0.0.1", 0), type("Bound", (_Handler,), {"hub": hub}))
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield hub
    finally:
        hub.silent.clear()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_):
        """A client that no longer waits is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_):
        """Nothing on stderr."""

    def do_GET(self):
        self._handle()

    do_HEAD = do_POST = do_GET  # noqa: N815

    def _handle(self):
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append((self.command, path))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        while self.hub.silent.is_set():
            threading.Event().wait(0.01)
        if self.hub.answer_always is not None:
            return self._answer(self.hub.answer_always, {"error": "not today"})
        parts = path.strip("/").split("/")
        if path == "/api/repos/create":
            return self._create(json.loads(body))
        if path == "/api/validate-yaml":
            return self._answer(200, {"errors": [], "warnings": []})
        if parts[:2] == ["api", "models"]:
            return self._model(*parts[2:4], *(parts[4:6] or ("info", "main")), body=body)
        return self._file(parts[0], parts[1], parts[3], "/".join(parts[4:]))

    def _create(self, told):
        if not self._known():
            return self._answer(401, {"error": "Invalid username or password."})
        if told["organization"] == OTHERS:
            return self._answer(403, {"error": "You don't have the rights to create a model under this namespace"})
        name = f"{told['organization']}/{told['name']}"
        private = told.get("visibility") == "private" or told.get("private", False)
        self.hub.repos[name] = Repo(private, {"0" * 40: {}})
        return self._answer(200, {"url": f"{self.hub.address}/{name}"})

    def _model(self, namespace, name, what, revision, body):
        writes = what in ("preupload", "commit")
        if writes and not self._known():
            return self._answer(401, {"error": "Invalid username or password."})
        repo, commit = self._at(namespace, name, revision)
        if repo is None:
            return self._answer(404, {"error": "Repository not found"}, code="RepoNotFound")
        if writes and namespace == OTHERS:
            return self._answer(403, {"error": "Forbidden"})
        if commit is None:
            return self._answer(404, {"error": "Invalid rev id"}, code="RevisionNotFound")
        if what == "preupload":
            return self._answer(200, {"files": [self._mode(file) for file in json.loads(body)["files"]]})
        if what == "commit":
            lines = [json.loads(line) for line in body.splitlines()]
            files = {v["value"]["path"]: base64.b64decode(v["value"]["content"]) for v in lines if v["key"] == "file"}
            sha = repo.commit(files)
            address = f"{self.hub.address}/{namespace}/{name}/commit/{sha}"
            return self._answer(200, {"commitUrl": address, "commitOid": sha})
        files = [
            {"rfilename": path, "size": repo.sizes.get(path, len(content)), "blobId": hashlib.sha1(content).hexdigest()}
            for path, content in repo.commits[commit].items()
        ]
        told = {"id": f"{namespace}/{name}", "sha": commit, "private": repo.private, "siblings": files}
        return self._answer(200, told)

    def _file(self, namespace, name, revision, path):
        repo, commit = self._at(namespace, name, revision)
        if repo is None or commit is None:
            return self._answer(404, {"error": "Repository not found"}, code="RepoNotFound")
        if path not in repo.commits[commit]:
            return self._answer(404, {"error": "Entry not found"}, code="EntryNotFound")
        content = repo.commits[commit][path]
        return self._send(200, content, {"ETag": f'"{hashlib.sha1(content).hexdigest()}"', "X-Repo-Commit": commit})

    def _at(self, namespace, name, revision):
        """The repo, where it may be seen, and the commit, where there is one."""
        repo = self.hub.repos.get(f"{namespace}/{name}")
        if repo is None or (repo.private and not self._known()):
            return None, None
        commit = next(reversed(repo.commits)) if revision == "main" else revision
        return repo, commit if commit in repo.commits else None

    def _known(self):
        return self.headers.get("Authorization") == f"Bearer {TOKEN}"

    @staticmethod
    def _mode(file):
        return {"path": file["path"], "uploadMode": "regular", "shouldIgnore": False}

    def _answer(self, status, told, code=None):
        headers = {"Content-Type": "application/json"} | ({"X-Error-Code": code} if code else {})
        self._send(status, json.dumps(told).encode(), headers)

    def _send(self, status, content, headers):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
