"""How many files and sockets this process may have open."""

import logging
import resource

log = logging.getLogger("bounded_server")

ENOUGH_DESCRIPTORS = 65_536
"""More are not asked for: some programs that are started look through all of them."""


def raise_descriptor_limit() -> int:
    """Raise the soft limit as far as the system allows; gives the limit.

    The usual soft limit of 1,024 is from the time of `select`, which could not wait for
    more. A server that reaches it accepts nobody, without a word.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = hard == resource.RLIM_INFINITY
    wanted = ENOUGH_DESCRIPTORS if unlimited else min(hard, ENOUGH_DESCRIPTORS)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return ENOUGH_DESCRIPTORS if soft == resource.RLIM_INFINITY else soft

    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError) as error:
        log.warning("at most %d files can be open at once: %s", soft, error)
        return soft
    return wanted
