"""Words for the states of a remark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.i18n import lazy
from portal.outcomes.states import RemarkState

REMARK_LABELS: Mapping[str, Any] = {
    RemarkState.SENT.value: lazy("To decide"),
    RemarkState.UPHELD.value: lazy("Upheld"),
    RemarkState.REJECTED.value: lazy("Not upheld"),
}
REMARK_TONES: Mapping[str, str] = {
    RemarkState.SENT.value: "warning",
    RemarkState.UPHELD.value: "ok",
    RemarkState.REJECTED.value: "neutral",
}
