"""Every kind of message, in the order in which a group meets them. A new one is a file here and a name in `KINDS`."""

from types import ModuleType

from workflows.messages import (
    answered,
    consent,
    digest,
    milestone,
    nudge,
    prompt,
    reading,
    round_opened,
    settled,
    stalled,
    started,
    step_done,
    summary,
    welcome,
)

KINDS: tuple[ModuleType, ...] = (
    welcome,
    started,
    consent,
    settled,
    round_opened,
    prompt,
    nudge,
    answered,
    summary,
    reading,
    milestone,
    stalled,
    step_done,
    digest,
)
