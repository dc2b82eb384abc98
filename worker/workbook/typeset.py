"""The process that lets typst draw one PDF and ends: what to draw comes in as JSON, the PDF goes out, or a reason.

Typst keeps what it laid out for its next eleven documents. That is some hundred megabytes for a large group, which a
web server must not hold; a process that ends gives them back.
"""

import json
import sys

import typst


def main() -> None:
    """Draw what stands on standard input."""
    told = json.load(sys.stdin)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[told["fonts"]])
    compiler = typst.Compiler(
        told["frame"].encode(),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"book": json.dumps(told["book"])},
    )
    pages = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=told["made"])
    assert isinstance(pages, bytes), "one PDF is one file"
    sys.stdout.buffer.write(pages)


if __name__ == "__main__":
    main()
