"""What a worker that was taken over would try, as lines of Python in a walled process.

Each attempt succeeds without walls; a test tries that too, so that none fails for a
reason of its own.
"""

import json
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.sandbox.walls import launch

DONE = "done"

PROGRAM = """
    import ctypes, fcntl, json, os, pathlib, resource, signal, socket, sys
    from engine.adapters.sandbox.walls.launch import Walls

    given = json.loads(sys.argv[1])
    file, victim, port = pathlib.Path(given["file"]), given["victim"], given["port"]
    libc = ctypes.CDLL(None, use_errno=True)

    def call(name, *arguments):
        if getattr(libc, name)(*arguments) < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def system_call(number, *arguments):
        whole = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
        call("syscall", ctypes.c_long(number), *whole)

    # The first bytes of the victim's program, and a place for them here.
    begin = int(open(f"/proc/{victim}/maps").read().partition("-")[0], 16)
    here = ctypes.create_string_buffer(4)
    to = (ctypes.c_long * 2)(ctypes.addressof(here), 4)
    source = (ctypes.c_long * 2)(begin, 4)

    walls = Walls(tuple(given["left_out"]))
    walls.put_up(programs=[], bounds={}, niceness=0)
    try:
        exec(given["attempt"])
    except OSError as error:
        print(type(error).__name__, error)
    else:
        print("done")
"""

FILES = {
    "read a file": "file.read_bytes()",
    "list a folder": "os.listdir(file.parent)",
    "read the memory of the engine": "open(f'/proc/{victim}/mem', 'rb')",
    "start a program": "os.execv('/bin/echo', ['echo', 'done'])",
}
"""What only Landlock refuses, if the worker has the user of the engine."""

CHANGES = {
    "write a file": "file.write_text('x')",
    "append to a file": "file.open('a')",
    "make a file": "(file.parent / 'new').touch()",
    "make a folder": "(file.parent / 'folder').mkdir()",
    "make a link": "(file.parent / 'link').symlink_to('/')",
    "remove a file": "file.unlink()",
    "rename a file": "file.rename(file.parent / 'other')",
    "truncate a file": "os.truncate(file, 0)",
}

NETWORK_OF_LANDLOCK = {
    "connect by TCP": "socket.create_connection(('127.0.0.1', port))",
    "listen at a port": "socket.create_server(('127.0.0.1', 0))",
}

PROCESSES_OF_LANDLOCK = {
    "kill the engine": "os.kill(victim, signal.SIGKILL)",
    "trace the engine": "call('ptrace', 16, victim, 0, 0)",
    "read the memory of the engine by a call": (
        "system_call(310 if os.uname().machine == 'x86_64' else 270,"
        " victim, to, 1, source, 1, 0)"
    ),
}

CALLS = {
    "send by UDP": "socket.socket(type=socket.SOCK_DGRAM)",
    "make a pair of sockets": "socket.socketpair()",
    "fork": "os.fork() or os._exit(0)",
    "start a process": "os.posix_spawn('/bin/true', ['true'], {})",
    "hold a process by a file": "os.pidfd_open(victim)",
    "bound the engine": "resource.prlimit(victim, resource.RLIMIT_NOFILE, (9, 9))",
    "slow the engine down": "os.setpriority(os.PRIO_PROCESS, victim, 9)",
    "have signals sent to the engine": "fcntl.fcntl(0, fcntl.F_SETOWN, victim)",
    "enter a namespace of its own": "call('unshare', 0x0400_0000)",
    "change the rights of a file": "file.chmod(0o666)",
    "make a file in memory": "os.memfd_create('x')",
    "make a pipe": "os.pipe()",
    "steer a terminal": "fcntl.ioctl(0, 0x541B, bytearray(4))",
    "change the folder": "os.chdir('/')",
    "do I/O beside all filters": "system_call(425, 1, bytes(120))",
    "keep a key": "system_call(250 if os.uname().machine == 'x86_64' else 219, 0, -3)",
}
"""What seccomp refuses, and nothing else does."""

ALL = FILES | CHANGES | NETWORK_OF_LANDLOCK | PROCESSES_OF_LANDLOCK | CALLS
ONLY_LANDLOCK = FILES | CHANGES | NETWORK_OF_LANDLOCK | PROCESSES_OF_LANDLOCK
ONLY_SECCOMP = CHANGES | NETWORK_OF_LANDLOCK | PROCESSES_OF_LANDLOCK | CALLS


@dataclass(frozen=True, kw_only=True)
class Target:
    """What an attempt is made at: a file, a process and a port of this test."""

    file: Path
    victim: int
    port: int

    def try_behind(self, walls: tuple[str, ...], attempt: str) -> str:
        """What comes of it behind these walls alone: `done`, or the error."""
        given = {
            "file": str(self.file),
            "victim": self.victim,
            "port": self.port,
            "attempt": attempt,
            "left_out": [name for name in launch.NAMES if name not in walls],
        }
        ended = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(PROGRAM), json.dumps(given)],
            stdin=subprocess.PIPE,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return ended.stdout.strip()
