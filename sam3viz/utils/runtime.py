"""How torch's own libraries behave in this process. They read it once, so this comes before torch.

What is set outside is left as it is.
"""

from __future__ import annotations

import os

SETTINGS = {
    # Threads that wait sleep instead of spinning: beside one other busy thread on two cores, encoding a picture takes
    # a fifth of the time.
    "OMP_WAIT_POLICY": "PASSIVE",
    # oneDNN keeps kernels for the last 1024 shapes, about 150 a picture's size: memory would grow with every new size.
    "ONEDNN_PRIMITIVE_CACHE_CAPACITY": "256",
    # Else torch's profiler, which measures peak memory, writes its own comings and goings to stderr.
    "KINETO_LOG_LEVEL": "6",
}

for _name, _value in SETTINGS.items():
    os.environ.setdefault(_name, _value)
