"""The time zones a Slack menu offers: one well-known city for each, in groups by part of the world.

A menu holds no more than a hundred; whoever lives in another zone finds it on the web page, and a zone that is already
chosen is always offered again.
"""

OFFERED: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Africa",
        (
            "Africa/Abidjan", "Africa/Accra", "Africa/Addis_Ababa", "Africa/Algiers", "Africa/Cairo",
            "Africa/Casablanca", "Africa/Dakar", "Africa/Johannesburg", "Africa/Kampala", "Africa/Kinshasa",
            "Africa/Lagos", "Africa/Nairobi", "Africa/Tunis", "Africa/Windhoek",
        ),
    ),
    (
        "America",
        (
            "America/Anchorage", "America/Argentina/Buenos_Aires", "America/Bogota", "America/Caracas",
            "America/Chicago", "America/Costa_Rica", "America/Denver", "America/Edmonton", "America/Guatemala",
            "America/Halifax", "America/Havana", "America/Jamaica", "America/La_Paz", "America/Lima",
            "America/Los_Angeles", "America/Manaus", "America/Mexico_City", "America/Montevideo", "America/New_York",
            "America/Panama", "America/Phoenix", "America/Puerto_Rico", "America/Regina", "America/Santiago",
            "America/Sao_Paulo", "America/St_Johns", "America/Tijuana", "America/Toronto", "America/Vancouver",
            "America/Winnipeg",
        ),
    ),
    (
        "Asia",
        (
            "Asia/Baghdad", "Asia/Bangkok", "Asia/Beirut", "Asia/Colombo", "Asia/Dhaka", "Asia/Dubai",
            "Asia/Ho_Chi_Minh", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem", "Asia/Kabul", "Asia/Karachi",
            "Asia/Kathmandu", "Asia/Kolkata", "Asia/Kuala_Lumpur", "Asia/Manila", "Asia/Riyadh", "Asia/Seoul",
            "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tashkent", "Asia/Tbilisi", "Asia/Tehran",
            "Asia/Tokyo", "Asia/Yangon",
        ),
    ),
    (
        "Europe",
        (
            "Europe/Amsterdam", "Europe/Athens", "Europe/Berlin", "Europe/Brussels", "Europe/Dublin",
            "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London", "Europe/Madrid",
            "Europe/Moscow", "Europe/Oslo", "Europe/Paris", "Europe/Prague", "Europe/Rome", "Europe/Stockholm",
            "Europe/Vienna", "Europe/Warsaw", "Europe/Zurich",
        ),
    ),
    (
        "Oceans",
        (
            "Atlantic/Azores", "Atlantic/Reykjavik", "Australia/Adelaide", "Australia/Brisbane", "Australia/Darwin",
            "Australia/Hobart", "Australia/Lord_Howe", "Australia/Perth", "Australia/Sydney", "Indian/Mauritius",
            "Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Fiji", "Pacific/Guam",
            "Pacific/Honolulu",
        ),
    ),
    ("Everywhere", ("UTC",)),
)  # fmt: skip


def city(zone: str) -> str:
    """Return what people call a zone: "New York" for America/New_York."""
    return zone.rpartition("/")[2].replace("_", " ")


def is_offered(zone: str) -> bool:
    """Whether the menu holds `zone`."""
    return any(zone in zones for _, zones in OFFERED)
