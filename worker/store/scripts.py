"""The Lua scripts, one operation a file, loaded once for each connection and run by their digest."""

from functools import cache
from pathlib import Path

import redis
from redis.commands.core import Script

_FOLDER = Path(__file__).parent / "lua"


@cache
def _source(name: str) -> str:
    return (_FOLDER / f"{name}.lua").read_text()


def script(client: redis.Redis, name: str) -> Script:
    """Return the script of file `lua/NAME.lua`, bound to a client."""
    return client.register_script(_source(name))


def server_ms(client: redis.Redis) -> int:
    """The server's own clock in milliseconds: leases are measured on it alone, whatever the machines' clocks say."""
    seconds, micros = client.time()
    return int(seconds) * 1000 + int(micros) // 1000
