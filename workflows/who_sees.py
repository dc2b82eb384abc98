"""Who will see the answers to a prompt, said in words before anybody answers."""

from workflows import privacy
from workflows.programme import Prompt
from workflows.words import Words


def who_sees(words: Words, prompt: Prompt) -> str:
    """Say who will see the answers, and when, and what "without your name" is worth."""
    seen = {q.sees for q in prompt.questions}
    widest = next((a for a in ("partner", "group", "facilitators", "me") if a in seen), "me")
    lines = [words(f"sees.{widest}")]
    if prompt.stage:
        lines = [words("sees.decision_named" if all(q.named for q in prompt.questions) else f"sees.{prompt.stage}")]
    elif any(not q.named for q in prompt.questions):
        least = max(privacy.least(q) for q in prompt.questions if not q.named)
        lines.append(words("sees.unnamed", least=least))
    narrower = [q.label for q in prompt.questions if q.sees == "facilitators" and widest != "facilitators"]
    if narrower:
        lines.append(words("sees.but_facilitators", count=len(narrower), first=narrower[0]))
    if kept := _kept_from_partner(prompt):
        lines.append(words("sees.but_group", labels=", ".join(f"“{label}”" for label in kept)))
    reveals = {q.reveal for q in prompt.questions}
    if "at-once" not in reveals and widest != "me":
        lines.append(words("forms.closed" if reveals == {"closed"} else "forms.own"))
    return " ".join(lines)


def _kept_from_partner(prompt: Prompt) -> tuple[str, ...]:
    """What stays in the group, of a prompt whose answers the partner may see."""
    shared = [q for q in prompt.questions if q.sees == "partner"]
    if not shared:
        return ()
    cells = (cell.label for q in shared for cell in q.columns if not privacy.reaches(cell, "partner"))
    return (*cells, *(q.label for q in prompt.questions if q.sees == "group"))
