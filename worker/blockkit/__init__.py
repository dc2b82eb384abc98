"""Slack's Block Kit as HTML, for the local Slack window and for the page of `fairsteps preview`.

Pure: values in, HTML out. It needs no script, loads nothing, and brings its own style (`pages/blocks.css`).
"""
