"""The checker that jaxtyping calls: beartype, with an int accepted for a float as in PEP 484."""

from __future__ import annotations

from beartype import BeartypeConf, beartype

checked = beartype(conf=BeartypeConf(is_pep484_tower=True))
