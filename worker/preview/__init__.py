"""Everything that Fairsteps says, as it would be sent, written to a folder to look at. `writing.py` writes it.

It needs no server and sends nothing. The people in it are made up.
"""
