"""Find or install a Chromium: the system's, else the distribution's package when root, else Playwright's own.

Run as a script before the tests; prints what is used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str | None:
    """SAM3VIZ_CHROMIUM, else a browser of the system, else None for Playwright's own."""
    return os.environ.get("SAM3VIZ_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def install() -> str:
    """Make sure that there is a browser; returns what is used.

    Raises:
        CalledProcessError: neither the distribution nor Playwright could deliver one.
    """
    if chromium_path() is None and shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=environment)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], env=environment)
    if chromium_path() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"], check=True)
    return chromium_path() or "Playwright's Chromium"


if __name__ == "__main__":
    print(f"browser: {install()}")
