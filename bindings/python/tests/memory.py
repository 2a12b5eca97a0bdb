"""How much memory this process has: what leaks are measured by."""

import psutil


def resident():
    """Returns the bytes of this process that are in memory."""
    return psutil.Process().memory_info().rss
