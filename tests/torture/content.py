"""What a message of the audit carries: everything in it follows from its publisher and its number.

So a receiver can tell that nothing was changed on the way or in the store, and the audit needs no table of contents.
"""

import zlib

EXPIRY_SECONDS = 5000
SIZES = (0, 10, 60, 200, 200, 1000, 5000, 40000)


class Damaged(Exception):
    """A message is not what its publisher sent."""


def size_of(publisher, number):
    """Mostly small; a few that need overflow pages of the store. (A will has 65535 bytes at most.)"""
    if publisher.startswith("big"):
        return 200_000
    if number % 97 == 41 and publisher.startswith("pub"):
        return 150_000
    return SIZES[number * 7 % len(SIZES)] if number % 5 == 0 else number % 120


def payload(publisher, number):
    head = f"{publisher} {number} ".encode()
    filler = (b"%06d" % (number % 1_000_000)) * (size_of(publisher, number) // 6)
    return head + b"%08x " % zlib.crc32(head + filler) + filler


def origin(data):
    """The publisher and the number of a message; raises Damaged unless it is whole."""
    try:
        publisher, number, _ = bytes(data[:200]).split(b" ", 2)
        name, count = publisher.decode(), int(number)
    except ValueError as error:
        raise Damaged(f"no message of the audit: {bytes(data[:40])!r}") from error
    if payload(name, count) != data:
        raise Damaged(f"message {count} of {name} has another content")
    return name, count


def speaks_v5(publisher):
    """The names of those that speak 3.1.1 end with 4."""
    return not publisher.endswith("4")


def properties(publisher, number):
    """What a publisher that speaks 5.0 sends along."""
    return {
        "payload_format": 1,
        "message_expiry": EXPIRY_SECONDS + number % 10,
        "content_type": f"type/{number % 13}",
        "response_topic": f"reply/{publisher}/{number}",
        "correlation_data": number.to_bytes(8, "big"),
        "user": [["from", publisher], ["number", str(number)], ["from", "twice"]],
    }


def check_properties(publisher, number, seen):
    """Raises Damaged unless these are the properties that were sent; the remaining expiry is the caller's."""
    if not speaks_v5(publisher):
        if set(seen) - {"subscription_identifier"}:
            raise Damaged(f"message {number} of {publisher} has properties: {seen}")
        return
    wanted = properties(publisher, number)
    for name in ("payload_format", "content_type", "response_topic", "correlation_data", "user"):
        if seen.get(name) != wanted[name]:
            raise Damaged(f"message {number} of {publisher}: {name} is {seen.get(name)!r}, sent {wanted[name]!r}")
    if "message_expiry" not in seen:
        raise Damaged(f"message {number} of {publisher} has lost its expiry")
