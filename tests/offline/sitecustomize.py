"""Loaded by every Python process that a test starts: it refuses the network there too."""

import socket
from typing import NoReturn


def _refuse(*_args: object, **_kwargs: object) -> NoReturn:
    raise RuntimeError("a process that a test started tried to use the network")


for _name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, _name, _refuse)
for _name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, _name, _refuse)
