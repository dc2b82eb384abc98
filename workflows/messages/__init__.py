"""Every kind of message, in the order in which a group meets them. A new one is a file here and a name in `KINDS`."""

from types import ModuleType

from workflows.messages import (
    amend,
    answered,
    consent,
    decided,
    keep,
    kept,
    digest,
    discuss,
    milestone,
    nudge,
    prompt,
    reading,
    resting,
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
    discuss,
    milestone,
    resting,
    amend,
    decided,
    stalled,
    step_done,
    digest,
)
