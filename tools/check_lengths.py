"""Refuse files and functions that have grown two jobs: `python -m tools.check_lengths FILE ...`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

MAX_FILE_LINES, MAX_FUNCTION_LINES = 300, 60


def too_long(path: Path) -> Iterator[str]:
    """Yield one sentence for the file, and one for each of its functions, that is too long."""
    text = path.read_text(encoding="utf-8")
    lines = len(text.splitlines())
    if lines > MAX_FILE_LINES:
        yield f"{path}: {lines} lines; a file has at most {MAX_FILE_LINES}, split it by what it does."
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines; at most {MAX_FUNCTION_LINES}."


def main(names: list[str]) -> int:
    """Check files, and every Python file in folders; return the number of faults, 1 at most."""
    paths = [path for name in names for path in ([Path(name)] if name.endswith(".py") else Path(name).rglob("*.py"))]
    faults = [fault for path in sorted(paths) for fault in too_long(path) if "node_modules" not in path.parts]
    print("\n".join(faults), end="\n" if faults else "")
    return min(len(faults), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["sam3viz", "app", "tests", "tools"]))
