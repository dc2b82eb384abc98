"""How people say the commonest things in the languages that replies come in: yes, no, not sure, "about", hours, months.

Only what is said alone and means one thing. Names of months are those of the Unicode CLDR, by Babel.
"""

import re
from functools import cache

from babel.dates import get_day_names, get_month_names

from workflows.kinds import clean

_YES = (
    "ja|jawohl|ja bitte|ja gerne|ja natürlich|sí|sí claro|si claro|claro que sí|oui|ouais|oui bien sûr|bien sûr|sim|"
    "sim claro|com certeza|نعم|أجل|نعم بالطبع|はい|ええ|sì|sì certo|ja hoor|jazeker"
)
_NO = (
    "nein|nee|nö|nein danke|no gracias|non|non merci|não|nao|não obrigada|não obrigado|لا|كلا|لا شكرا|いいえ|いや|"
    "いいえ、結構です|no grazie|nee hoor|nee bedankt"
)
_UNSURE = (
    "vielleicht|unsicher|nicht sicher|bin nicht sicher|ich bin nicht sicher|bin mir nicht sicher|"
    "ich bin mir nicht sicher|weiß nicht|weiss nicht|weiß ich nicht|ich weiß nicht|ich weiß es nicht|keine ahnung|jein|"
    "ja und nein|sí y no|si y no|oui et non|sim e não|نعم ولا|quizás|quizá|tal vez|n sei|non so|non lo so|"
    "non saprei|non sono sicura|non sono sicuro|forse|no opinion|"
    "weet niet|weet ik niet|ik weet het niet|geen idee|misschien|niet zeker|"
    "no sé|no se|no lo sé|no lo se|"
    "no estoy segura|no estoy seguro|ni idea|no tengo idea|je ne sais pas|je sais pas|pas sûr|pas sûre|pas certain|"
    "pas certaine|peut-être|peut être|aucune idée|talvez|não sei|nao sei|não tenho certeza|não estou certa|"
    "não estou certo|لست متأكدا|لست متأكدة|غير متأكد|غير متأكدة|لا أعرف|لا أدري|لا اعرف|لا ادري|ربما|"
    "わかりません|分かりません|分からない|わからない|どちらとも言えない|たぶん"
)
_ALL = (
    "all|all of them|all of these|everything|alle|alles|todas|todos|todas ellas|todo|tous|toutes|tout|todas elas|tudo|"
    "tutti|tutte|tutto|allemaal|الكل|كلها|جميعها|全部|すべて|全て"
)
# Up to twelve; "once" is eleven in Spanish and one time in English, so it is neither.
_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve",
    "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez ~ doce",
    "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
    "zero um dois três quatro cinco seis sete oito nove dez onze doze",
    "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici",
    "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf",
    "~ una duas",
    "~ eine",
    "~ une",
    "~ uma",
)
_NUMBER_OF = {
    word: str(number) for words in _NUMBERS for number, word in enumerate(words.split()) if word not in ("~", "a")
}
_HOURS = {
    phrase: hours
    for hours, phrases in (
        (
            "0.5",
            "half an hour|half hour|eine halbe stunde|media hora|une demi-heure|une demi heure|meia hora|mezz'ora|"
            "een half uur",
        ),
        ("1", "an hour|un'ora"),
        (
            "1.5",
            "an hour and a half|one and a half hours|one and a half|anderthalb stunden|eineinhalb stunden|"
            "una hora y media|une heure et demie|uma hora e meia|un'ora e mezza|anderhalf uur",
        ),
    )
    for phrase in phrases.split("|")
}
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
_NUMBER_WORD = re.compile(rf"\b(?:{_any('|'.join(_NUMBER_OF))})\b")
_LONGEST = 60  # letters of a number and its unit, both ends
_LEAD = re.compile(rf"(?:{_any(_ABOUT)})\s*(?=[\d.,+-])", re.IGNORECASE)


def in_digits(text: str, unit: str = "") -> str:
    """The text in small letters with small numbers in digits: "two to three hours", "an hour and a half"."""
    said = text.strip(" .!").replace("’", "'")
    if unit.startswith("hour") and said in _HOURS:
        return _HOURS[said]
    return _NUMBER_WORD.sub(lambda found: _NUMBER_OF[found[0]], said) if len(said) <= _LONGEST else text


def is_all(text: str) -> bool:
    """Whether somebody means each of several things."""
    return clean.plain(text).strip(" .!") in _ALL.split("|")


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
