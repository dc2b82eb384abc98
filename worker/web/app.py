"""The web pages as one Flask app: `gunicorn 'worker.web.app:create()'`.

Promises: GET never changes anything; whoever holds a signed link may do the one thing it names, without login
and without cookies; nothing typed is lost when the store is away. The app keeps no state of its own, so any number of
processes may serve it, and one that dies takes nothing along but the request it was at.
"""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from worker import logs
from worker.web import (
    begin,
    board,
    calendar,
    draw,
    faults,
    front,
    guard,
    health,
    home,
    limits,
    links,
    my_mail,
    never,
    opened,
    packed,
    partner,
    permissions,
    pictures,
    preferences,
    shelf,
    slack,
    workbook,
)
from worker.wiring import House
from worker.wiring import house as house_of_this_process

MAX_BODY = 1024 * 1024  # the longest prompt filled to its limits is a tenth of this
A_YEAR = 365 * 24 * 3600  # style sheets carry a mark of their content in their address


def create() -> Flask:
    """Return the app of this process, built from its settings."""
    logs.start()
    return create_with(house_of_this_process())


def create_with(house: House) -> Flask:
    """Return the app over `house`."""
    app = guard.DiscreetFlask("worker.web", static_folder=str(draw.STATIC), static_url_path="/static")
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=A_YEAR,
    )
    draw.environment()  # a broken template shows at the start, not at somebody's first visit
    for part in (
        guard,
        packed,
        faults,
        limits,
        opened,
        front,
        begin,
        links,
        preferences,
        my_mail,
        never,
        home,
        board,
        shelf,
        calendar,
        workbook,
        partner,
        pictures,
        slack,
        permissions,
        health,
    ):
        part.install(app, house)
    if house.settings.public_url.startswith("https:"):
        # Only then a proxy stands before us that sets these; otherwise anybody could.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app
