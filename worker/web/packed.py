"""Pages go over the wire packed (gzip, Brotli or Zstandard, whatever a browser takes): a filled board is a tenth then.

Packing beside a secret can give the secret away by its length (BREACH), where somebody else can have a browser load a
page over and over with words of their choice in it. Here nobody can: there are no cookies, so that a page behind a link
opens only for who has its token already; no page repeats what stands in its address; and what could be guessed at,
the signed links and the sealed form, is made anew for each load. So everything that is text is packed. What is packed
already (pictures, PDF, DOCX) is not, nor what Slack gets.
"""

from flask import Flask
from flask_compress import Compress

from worker.wiring import House

SORTS = [
    "text/html",
    "text/css",
    "text/javascript",
    "text/markdown",
    "text/calendar",
    "image/svg+xml",
]
WORTH_IT = 1000  # bytes: less fits one packet anyhow


def install(app: Flask, house: House) -> None:
    """Pack what `app` answers."""
    app.config.update(
        COMPRESS_MIMETYPES=SORTS,
        COMPRESS_MIN_SIZE=WORTH_IT,
        COMPRESS_ALGORITHM=["zstd", "br", "gzip"],
        COMPRESS_BR_LEVEL=4,
        COMPRESS_ZSTD_LEVEL=3,
        COMPRESS_LEVEL=6,
        COMPRESS_STREAMS=True,  # style sheets are streamed from their file
    )
    Compress(app)
