"""A programme of a few weeks, for days on which everything goes wrong: a table, a decision by consent, a weekly pulse.

It lies in a data folder of its own, as the files of an operator do, and can be written again: with another version, or
changed under the old one.
"""

from pathlib import Path

ID = "harbour-talk"

_STRUCTURE = """
id: harbour-talk
version: "{version}"
steps:
  - id: work
    prompts:
      - id: your-week
        minutes: 2
        questions:
          - id: work
            kind: rows
            most: 4
            columns:
              - {{id: activity, kind: choice, options: [welcome, moderation]}}
              - {{id: hours, kind: range, low: 0, high: 168}}
              - {{id: worth, kind: short_text, max_chars: 200, required: false}}
          - {{id: quiet, kind: short_text, max_chars: 300, required: false}}
    decisions:
      - {{id: list-agreed, method: consent, worksheet: work-list, stages: [consent], quorum: 0.5}}
    worksheets:
      - {{id: work-list, prompt: your-week, rows: work, name: worth, columns: [activity, hours, worth]}}
    gate: {{quorum: 0.2, rows: {{work-list: 1}}, decisions: [list-agreed]}}
  - id: after
    review_weeks: 26
    prompts:
      - id: pulse
        minutes: 1
        every_weeks: 1
        questions:
          - {{id: how, kind: scale, low: 1, high: 5}}
{more}    gate: {{quorum: 0.2, never: true}}
"""
_WORDS = """
locale: en
title: A talk at the harbour
about: A few weeks. They show what a bad day costs.
credit: Made up for these stories.
stages:
  consent:
    title: Decide
    intro: Can you live with it?
    say: {label: What do you say?}
steps:
  work:
    title: Our work
    read: You do more than anybody counts.
    done: You know what you do.
    prompts:
      your-week:
        title: Your week
        intro: What did you do this week?
        questions:
          work:
            label: What did you do?
            columns:
              activity: {label: Work, options: {welcome: Welcome, moderation: Moderation}}
              hours: {label: Hours, unit: hours}
              worth: {label: What it is worth}
          quiet: {label: What does nobody see?}
    decisions:
      list-agreed: {title: Our list, proposal: This is what we do.}
    worksheets:
      work-list: {title: What we do, intro: All of our work., columns: {activity: Work, hours: Hours, worth: Worth}}
  after:
    title: And then
    read: It goes on.
    done: It went on.
    review_title: Look at it again
    prompts:
      pulse:
        title: The pulse
        intro: One question a week.
        questions:
          how: {label: How is it?, low_label: bad, high_label: good}
@MORE@"""
_MORE = "          - {id: why, kind: short_text, max_chars: 100, required: false}\n"
_MORE_WORDS = "          why: {label: Why is that?}\n"


def write(folder: Path, *, version: str = "1", more: bool = False) -> Path:
    """Put the two files of a version into a data folder, with one question `more` if wanted; return its structure."""
    structure = folder / "config" / "programmes" / ID / "programme.yaml"
    words = folder / "templates" / "words" / "en" / f"{ID}.yaml"
    for file in (structure, words):
        file.parent.mkdir(parents=True, exist_ok=True)
    structure.write_text(_STRUCTURE.format(version=version, more=_MORE if more else ""))
    words.write_text(_WORDS.replace("@MORE@", _MORE_WORDS if more else ""))
    return structure
