"""A small programme that uses everything a programme file can say, for the tests of reading, schema and versions."""

STRUCTURE = """\
id: garden
version: "3"
patterns:
  - id: check
    minutes: 3
    short: [ties]
    short_minutes: 1
    questions:
      - {id: ties, kind: yes_no, max_chars: 300, named: false}
      - {id: fair, kind: scale, low: 1, high: 5, named: false, reveal: own}
      - {id: why, kind: long_text, max_chars: 900, required: false, named: false, minimum: 6,
         when: {question: ties, is: [yes, unsure]}}
steps:
  - id: plant
    red_flags: [exposure]
    prompts:
      - id: work
        minutes: 4
        short: [mood]
        short_minutes: 1
        questions:
          - id: lines
            kind: rows
            most: 8
            columns:
              - {id: task, kind: choice, options: [dig, water]}
              - {id: hours, kind: range, low: 0, high: 60}
              - {id: rate, kind: money, required: false}
              - {id: name, kind: short_text, max_chars: 80}
          - {id: mood, kind: choice, options: [good, bad], sees: facilitators, prefill: last}
          - {id: since, kind: date, required: false, reveal: closed}
      - id: rates
        minutes: 2
        day: 2
        to: facilitators
        questions:
          - id: rates
            kind: rows
            columns:
              - {id: task, kind: choice, options: [dig, water]}
              - {id: rate, kind: money, low: 0, high: 500}
          - {id: hourly, kind: money}
          - {id: keeper, kind: person}
      - {id: check-plant, like: check, day: 2}
      - id: risks
        minutes: 2
        closes: quorum
        questions:
          - {id: what, kind: short_text}
          - {id: likely, kind: scale, low: 1, high: 5}
          - {id: bad, kind: scale, low: 1, high: 5}
          - {id: before, kind: choice, options: [good, bad], prefill: work.mood}
      - id: noted
        minutes: 1
        standing: true
        questions:
          - {id: what, kind: long_text, named: false}
          - {id: count, kind: number, low: 0, required: false, named: false}
      - id: kept
        minutes: 1
        standing: true
        questions:
          - id: lines
            kind: rows
            sees: partner
            columns:
              - {id: promise, kind: short_text, max_chars: 80}
              - {id: whose, kind: choice, options: [theirs, ours, both]}
              - {id: due, kind: date, required: false}
              - {id: status, kind: choice, options: [kept, late, broken, unsure]}
              - {id: proof, kind: short_text, required: false, sees: group}
    decisions:
      - id: ledger-agreed
        method: consent
        worksheet: ledger
        stages: [sense, consent]
        named: true
        quorum: 0.5
        review_weeks: 26
      - {id: best, method: dots, options_from: [ledger, risk-table], dots: 3, keep: 2, quorum: 0.6}
    worksheets:
      - id: ledger
        prompt: work
        rows: lines
        name: name
        side: asset
        by: task
        columns:
          - name
          - task
          - hours
          - {id: rate, look: rates.hourly}
          - {id: task-rate, look: rates.rates.rate, where: {task: task}}
          - {id: cost, times: [hours, rate]}
          - {id: keeper, hand: person}
          - {id: kept, hand: choice, options: [yes, no]}
          - {id: shelf, hand: number, low: 1, high: 9}
          - {id: shape, hand: scale, low: 1, high: 3}
      - id: risk-table
        prompt: risks
        side: vulnerability
        columns: [what, likely, bad, {id: risk, times: [likely, bad]}, {id: owner, hand: person}]
      - {id: harm, prompt: check-plant, tally: true}
      - id: kept
        prompt: kept
        rows: lines
        share: partner
        promises: {whose: whose, due: due, ours: status, theirs: they-say, agree: alike}
        columns:
          - promise
          - whose
          - due
          - status
          - {id: they-say, hand: choice, options: [kept, late, broken, unsure]}
          - {id: alike, hand: choice, options: [agree, differ]}
          - proof
    readings:
      - {id: soil, kind: book, language: en, minutes: 45, harm: trust, added: 2026-11-23}
      - {id: seeds, kind: paper, language: de, minutes: 5, added: 2026-11-23, checked: 2026-11-23,
         url: "https://example.org/seeds"}
    milestones: [{id: harvest, days: 14}]
    gate:
      quorum: 0.5
      rows: {ledger: 2, harm: 2}
      filled:
        - {worksheet: risk-table, column: owner, where: risk, at_least: 12}
        - {worksheet: ledger, column: keeper}
      decisions: [ledger-agreed]
      checks: [keeper-named]
  - id: tend
    review_weeks: 26
    prompts:
      - id: terms
        minutes: 2
        every_weeks: 4
        questions:
          - id: lines
            kind: rows
            columns:
              - {id: term, kind: long_text}
              - {id: pays, kind: choices, options_from: [ledger, risk-table]}
              - {id: state, kind: choice, options: [none, partly, fully]}
      - {id: check-tend, like: check, every_weeks: 26}
    decisions:
      - {id: next, method: ranked, options: [on, pause, stop], keep: 1, quorum: 0.5}
    worksheets:
      - id: terms
        prompt: terms
        rows: lines
        side: term
        columns: [term, pays, state]
        covers: pays
        state: state
        in_place: [partly, fully]
    gate:
      never: true
"""
WORDS = """\
locale: en
title: A shared garden
about: You grow something together. It takes six weeks.
credit: Made up for a test.
stages:
  sense:
    title: How does it feel?
    intro: Say how you feel about it.
    feel: {label: How do you feel?, hint: A guess will do., low_label: bad, high_label: good}
    change: {label: What would you change?}
  dots:
    title: Give your dots
    intro: Put a dot on what matters most.
    vote: {label: Your dots}
  ranked:
    title: Put them in order
    intro: Best first.
    vote: {label: Your order}
  consent:
    title: Can you live with it?
    intro: An objection names a harm.
    say: {label: What do you say?}
  review:
    title: Does it still hold?
    intro: We said we would look again.
    still:
      label: Keep it?
      options: {keep: Keep it, change: Change it, unsure: Not sure}
    why: {label: Why?}
patterns:
  check:
    title: A quick check
    intro: Three questions.
    talk: What did you notice?
    questions:
      ties: {label: Any new ties?}
      fair: {label: Is it fair?, low_label: no, high_label: yes}
      why: {label: Why?}
steps:
  plant:
    title: Plant
    read: Dig first.
    done: Planted.
    red_flags: {exposure: You are paid in thanks.}
    checks: {keeper-named: Somebody keeps the key.}
    prompts:
      work:
        title: Your work
        intro: What did you do?
        talk: What was nice?
        questions:
          lines:
            label: Your work
            hint: One line each.
            columns:
              task: {label: What?, options: {dig: Digging, water: {label: Watering, hint: with a can}}}
              hours: {label: How long?, unit: hours}
              rate: {label: Worth?}
              name: {label: Name it}
          mood: {label: Your mood?, options: {good: Good, bad: Bad}}
          since: {label: Since when?}
      rates:
        title: Rates
        intro: What does it cost elsewhere?
        questions:
          rates:
            label: By task
            columns:
              task: {label: What?, options: {dig: Digging, water: Watering}}
              rate: {label: Cost?}
          hourly: {label: By the hour?}
          keeper: {label: Who keeps it?}
      check-plant: {title: Check the planting}
      risks:
        title: Risks
        intro: What could go wrong?
        questions:
          what: {label: What?}
          likely: {label: How likely?, low_label: hardly, high_label: surely}
          bad: {label: How bad?, low_label: a bit, high_label: very}
          before: {label: Your mood?, options: {good: Good, bad: Bad}}
      kept:
        title: Promises
        intro: Who promised what?
        questions:
          lines:
            label: Promises
            columns:
              promise: {label: Promise}
              whose: {label: Whose?, options: {theirs: Theirs, ours: Ours, both: Both}}
              due: {label: When?}
              status: {label: Kept?, options: {kept: Kept, late: Late, broken: Broken, unsure: Unsure}}
              proof: {label: Proof?}
      noted:
        title: Noted
        intro: Add what you see.
        questions:
          what: {label: What?}
          count: {label: How many?, unit: snails}
    decisions:
      ledger-agreed: {title: Our list, proposal: This is our list.}
      best: {title: What matters, proposal: Pick what matters.}
    worksheets:
      ledger:
        title: List
        intro: What we did.
        columns:
          name: Name
          task: Task
          hours: Hours
          rate: Rate
          task-rate: Rate by task
          cost: Cost
          keeper: Keeper
          kept: {title: Kept?, options: {yes: It is, no: Not yet}}
          shelf: {title: Shelf, hint: From the left., unit: cm}
          shape: {title: Shape, low_label: old, high_label: new}
      risk-table:
        title: Risks
        intro: What could go wrong.
        columns: {what: What, likely: Likely, bad: Bad, risk: Risk, owner: Owner}
      harm: {title: Check, intro: How we are.}
      kept:
        title: Promises
        intro: What was promised.
        columns:
          promise: Promise
          whose: Whose
          due: When
          status: We say
          they-say: {title: They say, options: {kept: Kept, late: Late, broken: Broken, unsure: Unsure}}
          alike: {title: Alike, options: {agree: Yes, differ: No}}
          proof: Proof
    readings:
      soil: {title: Soil, author: Ana, why: It is good., discuss: Is it?, where: Ask your library}
      seeds: {title: Seeds, author: Bo, why: It is short., discuss: Is it?}
    milestones:
      harvest: {title: First harvest}
  tend:
    title: Tend
    read: Water it.
    done: Never.
    review_title: Look back
    prompts:
      terms:
        title: Terms
        intro: What was agreed?
        questions:
          lines:
            label: Terms
            columns:
              term: {label: Term}
              pays: {label: Pays for?}
              state: {label: How far?, options: {none: Not at all, partly: Partly, fully: Fully}}
    decisions:
      next: {title: Go on?, proposal: What next?, options: {on: Go on, pause: Pause, stop: Stop}}
    worksheets:
      terms:
        title: Terms
        intro: What we were promised.
        columns: {term: Term, pays: Pays for, state: State}
"""
