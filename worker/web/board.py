"""`/board/T`, where the group stands: light as a page of fifty people, with long worksheets on pages of their own.

Promises: GET shows, and nothing else is here. `?sheet=ID` is one worksheet whole, with what was agreed and what was
corrected; `?all=1` is everything on one page, to print. Nothing is shown on one of them that another hides.
"""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask, request

from worker.web import draw, opened
from worker.wiring import House
from workflows.board import Board
from workflows.board_parts import BoardSheet
from workflows.contacts import PREVIEW, SHARE
from workflows.messages.handed import PEOPLE
from workflows.milestone_forms import MILESTONE
from workflows.ticket import Ticket

Link = Callable[[str], str]  # from what a form is about to its address


def board_page(
    board: Board,
    *,
    link: Link,
    workbook: str,
    home: str = "",
    partner: str = "",
    whole: bool = False,
    assets: str = "/static",
) -> str:
    """Return the board with links to what its reader may do; `whole` leaves nothing for other pages."""
    return draw.page(
        "board",
        assets=assets,
        board=board,
        link=link,
        workbook=workbook,
        home=home,
        whole=whole,
        people=link(PEOPLE) if board.lead else "",
        share=link(SHARE) if board.may_share else "",
        preview=partner,
        new_milestone="" if board.over else link(f"{MILESTONE}new"),
    )


def sheet_page(one: BoardSheet, *, title: str, link: Link, assets: str = "/static") -> str:
    """Return one worksheet as a page; `title` names the partnership."""
    return draw.page("sheet", assets=assets, one=one, title=title, link=link)


def install(app: Flask, house: House) -> None:
    """Add the board."""

    def board(token: str) -> str:
        ticket = opened.ticket()

        def link(subject: str) -> str:
            return house.links.url("answer", replace(ticket, subject=subject))

        if sheet := request.args.get("sheet"):
            scene, one = house.cases.board_sheet(ticket, sheet)
            return sheet_page(one, title=scene.title, link=link)
        return board_page(
            house.cases.board(ticket),
            link=link,
            workbook=_to(house, "workbook", ticket),
            home=_to(house, "home", ticket),
            partner=house.links.url("partner", replace(ticket, subject=PREVIEW)),
            whole="all" in request.args,
        )

    app.add_url_rule("/board/<token>", "board", board)


def _to(house: House, page: str, ticket: Ticket) -> str:
    return house.links.url(page, replace(ticket, subject=""))
