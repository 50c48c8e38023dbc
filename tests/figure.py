# SPDX-License-Identifier: BSL-1.0
"""How the runners of workflows tell their figures."""


def figure(name, value, limit, good):
    """Prints a figure beside its limit, and answers whether it is good."""
    print(f"FIGURE {name} {value} {limit} {'ok' if good else 'short'}", flush=True)
    return good
