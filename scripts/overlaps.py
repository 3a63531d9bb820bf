#!/usr/bin/env python3
"""inventory-core's `network::overlap` in plain Python, for `scripts/bench` to compare with.

Reads the IPv4 networks or ranges of a file, one a line. Prints how long the sweep over them took, in seconds, then what
it found: how many the same, inside, crossing, and a sum of who with whom, which is as good as a comparison of the
answers. The steps are those of overlap.rs, on numbers, since `ipaddress` compares its own objects far more slowly; a
sorted list stands in for the tree that Python does not have.
"""

import collections
import ipaddress
import sys
import time
from bisect import bisect_left, insort


def read(line):
    """The first and the last address of `10.0.0.0/8` or `10.0.0.1-10.0.0.9`."""
    if "/" in line:
        network = ipaddress.IPv4Network(line)
        return network.network_address, network.broadcast_address
    first, last = line.split("-")
    return ipaddress.IPv4Address(first), ipaddress.IPv4Address(last)


def overlaps(ranges):
    """Every range's nearest neighbour around it and the one that it crosses: a list of (range, neighbour, how)."""
    # What is around another comes before it.
    bounds = sorted((int(first), -int(last), place) for place, (first, last) in enumerate(ranges))
    found = []
    around = []  # those that can be the nearest one around a later range, outermost first
    ends = []  # the ends of those that reach the current one, sorted, with their positions in `bounds`
    for position, (first, minus_last, place) in enumerate(bounds):
        last = -minus_last
        while around and around[-1][1] < last:
            around.pop()
        if around:
            top_first, top_last, top_place = around[-1]
            how = "same" if top_first == first and top_last == last else "inside"
            found.append((place, top_place, how))
        around.append((first, last, place))
        del ends[: bisect_left(ends, (first,))]
        behind = bisect_left(ends, (last,))
        if behind:
            crossed = ends[behind - 1][1]
            found.append((place, bounds[crossed][2], "crossing"))
        insort(ends, (last, position))
    return found


def main():
    with open(sys.argv[1], encoding="ascii") as lines:
        ranges = [read(line.rstrip("\n")) for line in lines]
    began = time.perf_counter()
    found = overlaps(ranges)
    took = time.perf_counter() - began
    kinds = collections.Counter(how for _, _, how in found)
    total = sum(place * neighbour for place, neighbour, _ in found)
    print(took, kinds["same"], kinds["inside"], kinds["crossing"], total)


if __name__ == "__main__":
    main()
