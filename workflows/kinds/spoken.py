"""How people say the commonest things in the languages that replies come in: yes, no, not sure, "about", hours, months.

Only what is said alone and means one thing. Names of months are those of the Unicode CLDR, by Babel.
"""

import re
from functools import cache

from babel.dates import get_day_names, get_month_names

_YES = (
    "ja|jawohl|ja bitte|ja gerne|ja natürlich|sí|sí claro|si claro|claro que sí|oui|ouais|oui bien sûr|bien sûr|sim|"
    "sim claro|com certeza|نعم|أجل|نعم بالطبع|はい|ええ|sì"
)
_NO = (
    "nein|nee|nö|nein danke|no gracias|non|non merci|não|nao|não obrigada|não obrigado|لا|كلا|لا شكرا|いいえ|いや|"
    "いいえ、結構です"
)
_UNSURE = (
    "vielleicht|unsicher|nicht sicher|bin nicht sicher|ich bin nicht sicher|bin mir nicht sicher|"
    "ich bin mir nicht sicher|weiß nicht|weiss nicht|weiß ich nicht|ich weiß nicht|ich weiß es nicht|keine ahnung|jein|"
    "ja und nein|sí y no|si y no|oui et non|sim e não|نعم ولا|quizás|quizá|tal vez|n sei|non so|non lo so|no opinion|"
    "no sé|no se|no lo sé|no lo se|"
    "no estoy segura|no estoy seguro|ni idea|no tengo idea|je ne sais pas|je sais pas|pas sûr|pas sûre|pas certain|"
    "pas certaine|peut-être|peut être|aucune idée|talvez|não sei|nao sei|não tenho certeza|não estou certa|"
    "não estou certo|لست متأكدا|لست متأكدة|غير متأكد|غير متأكدة|لا أعرف|لا أدري|لا اعرف|لا ادري|ربما|"
    "わかりません|分かりません|分からない|わからない|どちらとも言えない|たぶん"
)
_ABOUT = (
    "about|around|roughly|approximately|circa|ca.|ca|ungefähr|etwa|rund|zirka|unos|unas|alrededor de|más o menos|"
    "aproximadamente|environ|à peu près|cerca de|uns|umas|mais ou menos|حوالي|تقريبا|نحو|約|およそ|だいたい|~|≈"
)
_UNITS = (
    ("hours", "h hr hrs std std. stunden stunde hora horas heure heures ساعات ساعة ساعه 時間 ore uren timmar"),
    ("days", "d tag tage tagen día días dia dias jour jours يوم أيام ايام 日 日間 dagen"),
    ("minutes", "min mins minuten minutos minutes دقيقة دقائق 分 分間"),
    ("weeks", "wochen woche semana semanas semaine semaines أسبوع أسابيع 週間"),
    ("people", "personen leute menschen personas gente personnes pessoas شخص أشخاص 人 名"),
)
LOCALES = ("en", "de", "es", "fr", "pt", "ar", "ja", "it", "nl")


def _any(phrases: str) -> str:
    """One pattern for phrases, the longest first."""
    return "|".join(re.escape(each) for each in sorted(phrases.split("|"), key=len, reverse=True))


# In this order: "no sé" and "ja und nein" begin like something else.
SAID = tuple(
    (said, re.compile(rf"(?:{_any(phrases)})(?![\w/])", re.IGNORECASE))
    for said, phrases in (("unsure", _UNSURE), ("yes", _YES), ("no", _NO))
)
_LEAD = re.compile(rf"(?:{_any(_ABOUT)})\s*(?=[\d.,+-])", re.IGNORECASE)


def without_about(text: str) -> str:
    """A number without the "about" before it."""
    return _LEAD.sub("", text, count=1) if _LEAD.match(text) else text


def same_unit(said: str, unit: str) -> bool:
    """Whether `said` is how a unit of ours is called elsewhere. Both in small letters."""
    return any(
        unit.split()[:1] in ([name], [name.removesuffix("s")]) and said in words.split() for name, words in _UNITS
    )


@cache
def months() -> dict[str, int]:
    """The months by all their names, whole and short, in small letters; what two languages call differently is out."""
    found: dict[str, set[int]] = {}
    for locale in LOCALES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context=context, locale=locale).items():
                    found.setdefault(name.casefold().rstrip("."), set()).add(number)
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1 and not name.isdigit()}


@cache
def weekdays() -> frozenset[str]:
    """The days of the week by all their names, in small letters."""
    return frozenset(
        name.casefold().rstrip(".")
        for locale in LOCALES
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, context="format", locale=locale).values()
    )
