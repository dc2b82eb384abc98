"""Currencies: their codes, and what people write instead of them. A sign that several share names all of them.

The codes are those of ISO 4217, list one, up to amendment 180 (Bulgaria pays in euro from 1 January 2026), without
funds, metals and codes for testing. SIX keeps the list for ISO: https://www.six-group.com/en/products-services/financial-information/data-standards.html
"""

_LIST = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
    ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK
    MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU
    UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""
CODES: tuple[str, ...] = tuple(_LIST.split())

_DOLLARS = frozenset(
    {
        "AUD",
        "BBD",
        "BMD",
        "BND",
        "BSD",
        "BZD",
        "CAD",
        "FJD",
        "GYD",
        "HKD",
        "JMD",
        "KYD",
        "LRD",
        "NAD",
        "NZD",
        "SBD",
        "SGD",
        "SRD",
        "TTD",
        "TWD",
        "USD",
        "XCD",
    }
)
_POUNDS = frozenset({"EGP", "FKP", "GBP", "GIP", "LBP", "SDG", "SHP", "SSP", "SYP"})
_KRONER = frozenset({"DKK", "ISK", "NOK", "SEK"})
_RUPEES = frozenset({"INR", "LKR", "MUR", "NPR", "PKR", "SCR"})

# Small letters, as `clean.plain` leaves them.
SIGNS: dict[str, frozenset[str]] = {
    "$": _DOLLARS,
    "dollar": _DOLLARS,
    "dollars": _DOLLARS,
    "£": _POUNDS,
    "pound": _POUNDS,
    "pounds": _POUNDS,
    "kr": _KRONER,
    "rs": _RUPEES,
    "rupees": _RUPEES,
    "¥": frozenset({"CNY", "JPY"}),
    "₩": frozenset({"KPW", "KRW"}),
    **{
        sign: frozenset({code})
        for sign, code in {
            "us$": "USD",
            "a$": "AUD",
            "c$": "CAD",
            "hk$": "HKD",
            "nz$": "NZD",
            "s$": "SGD",
            "€": "EUR",
            "euro": "EUR",
            "euros": "EUR",
            "₹": "INR",
            "₺": "TRY",
            "₴": "UAH",
            "₦": "NGN",
            "₱": "PHP",
            "₫": "VND",
            "₪": "ILS",
            "₽": "RUB",
            "฿": "THB",
            "zł": "PLN",
            "kč": "CZK",
        }.items()
    },
}

# In small letters these are words of English first.
_WORDS = frozenset({"all", "bam", "cup", "gel", "mad", "mop", "pen", "sos", "top", "try"})


def meant(sign: str, written: str, home: str) -> frozenset[str]:
    """Return the currencies that a sign, in small letters, may stand for in the text `written`; none for a plain word.

    `home` counts even if its code has gone from the list since.
    """
    code = sign.upper()
    if code and (code in CODES or code == home) and (sign not in _WORDS or code in written):
        return frozenset({code})
    return SIGNS.get(sign, frozenset())
