"""What a Space, a wheel and a reader of the README rely on."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONFIGURATION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = CONFIGURATION["project"]


def front_matter() -> dict[str, str]:
    head = README.split("---\n")[1]
    return dict(re.findall(r"^(\w+): \"?([^\"\n]+)\"?$", head, re.MULTILINE))


def test_a_space_installs_what_the_package_needs():
    """A Space reads requirements.txt alone, and brings Gradio by itself."""
    assert all(Requirement(line).name != "gradio" for line in PROJECT["dependencies"]), "the library knows no page"
    assert set((ROOT / "requirements.txt").read_text().split("\n")) - {""} == set(PROJECT["dependencies"])


def test_the_space_runs_a_gradio_that_the_package_accepts():
    space = front_matter()
    gradio = next(r for r in map(Requirement, PROJECT["optional-dependencies"]["app"]) if r.name == "gradio")
    assert space["sdk"] == "gradio"
    assert gradio.specifier.contains(space["sdk_version"])
    assert (ROOT / space["app_file"]).is_file()


@pytest.mark.parametrize(
    "name", ["scenes.json", "bench.json", "coco_pictures.csv", "recorded_run", "examples", "cutouts", "backgrounds"]
)
def test_a_wheel_takes_along_what_the_package_reads_beside_itself(name):
    taken = CONFIGURATION["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert taken[f"assets/{name}"] == f"sam3viz/assets/{name}"
    assert (ROOT / "assets" / name).exists()


def test_a_wheel_leaves_the_tools_out():
    assert CONFIGURATION["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["sam3viz", "app"]
    for path in [*(ROOT / "sam3viz").rglob("*.py"), *(ROOT / "app").rglob("*.py")]:
        assert not re.search(r"^\s*(from|import) tools\b", path.read_text(encoding="utf-8"), re.MULTILINE), path


@pytest.mark.slow
def test_the_page_starts_by_its_path_from_anywhere_without_the_package_installed(tmp_path):
    code = (
        "import runpy, sys\n"
        f"sys.path[:] = [p for p in sys.path if p != {str(ROOT)!r}]\n"
        "sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in repr(f).lower()]\n"
        f"runpy.run_path({str(ROOT / 'app' / 'app.py')!r}, run_name='started')\n"
        "import app.page, sam3viz; print(app.page.__file__, sam3viz.__file__)"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count(str(ROOT)) == 2


@pytest.mark.slow
def test_the_readme_examples_run_one_after_another(tmp_path):
    code = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(code) == 2
    for name in ("photo", "a", "b", "c", "d"):
        (tmp_path / f"{name}.jpg").write_bytes((resources.files("skimage") / "data" / "coins.png").read_bytes())
    ran = subprocess.run([sys.executable, "-c", "\n".join(code)], cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "unified" in ran.stdout
    assert (tmp_path / "report.html").stat().st_size > 1_000_000


def test_no_file_names_a_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    machine = re.compile(r"/(?:root|home/\w+|work|Users)/")
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".json", ".yml", ".js", ".css", ".html", ".j2", ""}:
            found = machine.search(path.read_text(encoding="utf-8"))
            assert found is None or name == "tests/test_packaging.py", f"{name} names {found}"
