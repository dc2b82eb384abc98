"""Follow-ups: questions that are asked only when an earlier one of the same prompt was answered in a certain way."""

from workflows.forms import Typed, several
from workflows.kinds import kind_of
from workflows.programme import Prompt
from workflows.question import Question
from workflows.words import Words


def applies(prompt: Prompt, question: Question, typed: Typed) -> bool:
    """Whether `question` is asked, by what is typed; a follow-up of a question that is not asked is not asked."""
    if question.when is None:
        return True
    asked_first = next((q for q in prompt.questions if q.id == question.when.question), None)
    if asked_first is None or not applies(prompt, asked_first, typed):
        return False
    return any(said in question.when.values for said in several(typed, asked_first.id))


def only_if(words: Words, prompt: Prompt, question: Question, *, numbered: bool = False) -> str:
    """Say when a follow-up is asked, for where it always stands; nothing for a question that is always asked.

    Where the questions are `numbered`, the number of the one before stands for its words.
    """
    if question.when is None:
        return ""
    asked_first = next((q for q in prompt.questions if q.id == question.when.question), None)
    if asked_first is None:
        return ""
    labels = {o.value: o.label for f in kind_of(asked_first).fields(asked_first)[:1] for o in f.options}
    said = words("forms.or").join(labels.get(value, value) for value in question.when.values)
    if numbered:
        return words("forms.only_if_number", said=said, number=prompt.questions.index(asked_first) + 1)
    return words("forms.only_if", said=said, question=asked_first.label)
