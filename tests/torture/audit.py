"""The audit of a journal: what the guarantee of mqttd.conf(5), "persistence", says, held against what happened.

    L   every acknowledged message that matched a subscription of a kept session has come; of a group, to one member
    D2  a QoS 2 message comes once to each session
    D1  a QoS 1 message comes again only after its publisher sent it again, or over another connection of the receiver
    O   the messages of one publisher, topic and QoS come in their order
    R   the retained message of a topic is the last that was acknowledged
    W   a will is published once when its connection was lost, and never when DISCONNECT had been processed
    S   session present and subscriptions are as they were acknowledged
    E   the remaining expiry is what the clock says; other properties are looked at by the receivers themselves

Run as a program it audits journals that were kept: audit.py JOURNAL...
"""

import collections
import sys

import content
import journal
from history import History, matches

SHARE = "$share/"
UNAVAILABLE = (0x88, 0x8B, 3)  # server unavailable, shutting down; of 3.1.1


def effective_qos(message, subscription):
    return min(message.qos, subscription.qos)


def receivers_of(history, message):
    """(subscription, True/None): who must have a message, and who may; groups are left out."""
    last = message.acked if message.acked is not None else float("inf")
    for subscription in history.subscriptions.values():
        if subscription.filter.startswith(SHARE) or not matches(subscription.filter, message.topic):
            continue
        sure = subscription.sure(message.sent[0], last)
        if sure is not False:
            yield subscription, sure


def find_losses(history, kept):
    """L, for each session."""
    for message in history.messages.values():
        if message.acked is None or message.empty:
            continue
        for subscription, sure in receivers_of(history, message):
            if sure and subscription.client in kept and message.key not in history.got[subscription.client]:
                yield f"L: {message} was acknowledged and never came to {subscription.client}"


def groups(history):
    """(name, filter) -> its members."""
    found = collections.defaultdict(list)
    for subscription in history.subscriptions.values():
        if subscription.filter.startswith(SHARE):
            _, name, topic_filter = subscription.filter.split("/", 2)
            found[name, topic_filter].append(subscription)
    return found


def find_group_faults(history):
    """L and D2, for each group of a shared subscription."""
    for (name, topic_filter), members in groups(history).items():
        for message in history.messages.values():
            if not matches(topic_filter, message.topic):
                continue
            fresh = [
                (member.client, reception) for member in members
                for reception in history.got[member.client].get(message.key, []) if not reception.known]
            if message.acked is not None and not fresh:
                yield f"L: {message} was acknowledged and never came to a member of {name}"
            qos = min([message.qos] + [member.qos for member in members])
            if qos == 2 and len(fresh) > 1:
                yield f"D2: {message} came {len(fresh)} times to {name}: {[(who, r.connection) for who, r in fresh]}"


def is_shared_only(history, client):
    mine = [subscription for (who, _), subscription in history.subscriptions.items() if who == client]
    return all(subscription.filter.startswith(SHARE) for subscription in mine)


def find_repeats(history):
    """D2 and D1, for each session."""
    for client, received in history.got.items():
        for key, receptions in received.items():
            message = history.messages.get(key)
            if message is None or any(r.retain for r in receptions):
                continue
            fresh = [r for r in receptions if not r.known]
            if message.qos == 2 and len(fresh) > 1 and fresh[0].qos == 2:
                places = [f"connection {r.connection} as {r.pid} dup {r.dup} at {r.moment}" for r in fresh]
                yield f"D2: {message} came {len(fresh)} times to {client}: {'; '.join(places)}"
            for before, after in zip(receptions, receptions[1:]):
                yield from _check_repeat(client, message, before, after)


def _check_repeat(client, message, before, after):
    sent_again = any(place < after.place for place in message.sent[1:]) and message.qos == 1
    if after.connection == before.connection and not sent_again:
        yield f"D1: {message} came twice to {client} on connection {after.connection}, as {before.pid} and {after.pid}"
    if after.known and not after.dup:
        yield f"D1: {message} came again to {client} as {after.pid} without DUP"


def find_disorder(history):
    """O: first copies in the order in which they were sent, and on each connection all copies."""
    for client, received in history.order.items():
        if is_shared_only(history, client):
            continue
        highest = {}
        seen = set()
        for key, reception in received:
            message = history.messages.get(key)
            if message is None or reception.retain or key in seen:
                continue
            seen.add(key)
            line = message.publisher, message.topic, message.qos
            if key[1] < highest.get(line, 0):
                yield f"O: {message} came to {client} after {highest[line]}"
            highest[line] = max(key[1], highest.get(line, 0))


def find_unexpected(history):
    """Messages for which there was no subscription, and ones that nobody sent."""
    wills = {client for client, all_of in history.connections.items() if any(c.details["will"] for c in all_of)}
    for client, received in history.got.items():
        filters = [s for (who, _), s in history.subscriptions.items() if who == client]
        for key, receptions in received.items():
            message = history.messages.get(key)
            if message is None:
                if key[1] >= 0 and key[0] not in wills:
                    yield f"L: {client} got message {key[1]} of {key[0]}, which nobody sent"
                continue
            if message.is_refused():
                yield f"L: {message} was refused and came to {client} all the same"
            if receptions[0].place < message.sent[0] or receptions[0].topic != message.topic:
                yield f"L: {message} came to {client} on {receptions[0].topic}, or before it was sent"
            plain = [s for s in filters if not s.filter.startswith(SHARE) and matches(s.filter, message.topic)]
            last = message.acked if message.acked is not None else float("inf")
            if plain and not receptions[0].retain and all(s.sure(message.sent[0], last) is False for s in plain):
                yield f"S: {message} came to {client}, which was not subscribed then"
            for reception in receptions:
                best = max((effective_qos(message, s) for s in filters), default=0)
                if reception.qos != best:
                    yield f"S: {message} came to {client} with QoS {reception.qos}, not {best}"


def find_ghosts(history):
    """S: a new session has nothing of the one before it."""
    for client, received in history.order.items():
        begins = [one.up_place for one in history.connections[client] if one.present is False and not one.reason]
        asked = sorted(place for (who, _), s in history.subscriptions.items() if who == client
                       for place, change in s.changes if change == "asked")
        if is_shared_only(history, client):  # there, what waited for another member may come
            continue
        for key, reception in received:
            message = history.messages.get(key)
            if message is None or reception.retain or message.acked is None:
                continue
            begin = max(place for place in begins if place < reception.place)
            first = min((place for place in asked if place > begin), default=float("inf"))
            if message.acked < first:
                yield f"S: {message} was acknowledged before the session of {client} that it came to had subscribed"


def find_wrong_sessions(history, lodgers=()):
    """S: session present."""
    for client, all_of in history.connections.items():
        if client in lodgers:
            continue
        known = False  # a CONNACK has told of the session
        possible = False
        for connection in all_of:
            if connection.reason not in (None, 0):
                if connection.reason not in UNAVAILABLE:
                    yield f"S: {client} was refused with {connection.reason:#x} on connection {connection.number}"
                continue
            if connection.details["clean"] or connection.details["expiry"] == 0:
                possible = connection.details["expiry"] > 0
                known = possible and connection.present is not None
                if connection.ends_session():
                    known, possible = False, not connection.done
                if connection.present:
                    yield f"S: {client} asked for a new session on connection {connection.number} and got an old one"
                continue
            if connection.present is True and not possible:
                yield f"S: {client} has a session on connection {connection.number} that it cannot have"
            if connection.present is False and known:
                yield f"S: {client} has lost its session before connection {connection.number}"
            possible = True
            known = known or connection.present is not None
            if connection.ends_session():
                known, possible = False, not connection.done


def find_wrong_lodgers(history, lodgers):
    """S: a session that expires. What counts is how long the client was away while a broker ran that knew it."""
    starts = [moment for _, moment, event, _ in history.broker if event == "start"]
    for client in lodgers:
        before = None
        for connection in history.connections[client]:
            if connection.present is None or connection.reason:
                before = None
                continue
            if before is not None and before.ends:
                gone_at, expiry = before.ends[-1][1], before.details["expiry"]
                away_at_most = connection.up_moment - before.ends[0][1]
                restarts = [moment for moment in starts if gone_at < moment < connection.began_at]
                away_at_least = connection.began_at - max([gone_at] + restarts[-1:])
                if connection.present and away_at_least > expiry + 1.5:
                    yield f"S: the session of {client} was still there after {away_at_least:.1f} s, expiry {expiry}"
                if not connection.present and away_at_most < expiry - 0.2:
                    yield f"S: the session of {client} was gone after {away_at_most:.1f} s, expiry {expiry}"
            before = connection


def find_wrong_retained(history):
    """R, for each look at the retained messages."""
    by_topic = collections.defaultdict(list)
    for message in history.messages.values():
        if message.retain and not message.is_refused():
            by_topic[message.topic].append(message)
    subscribed = {
        (client, n): place for client, n, place in
        ((who, c.number, c.up_place) for who, all_of in history.connections.items() for c in all_of
         if c.present is not None)}
    for client, number, end in history.looks:
        begin = subscribed[client, number]
        seen = {
            r.topic: (key, r) for key, r in history.order[client] if r.connection == number and r.retain}
        for topic, messages in by_topic.items():
            acked = [m for m in messages if m.acked is not None and m.acked < begin]
            last = acked[-1] if acked else None
            later = [m for m in messages if m.sent[0] < end and (last is None or m.number > last.number)]
            if topic in seen:
                yield from _check_retained(client, topic, seen[topic][0], last, later)
            elif last is not None and not last.empty and not later:
                yield f"R: {client} (connection {number}) did not get {last}, which was retained"


def _check_retained(client, topic, key, last, later):
    allowed = ([last] if last is not None else []) + later
    if not any(m.key == key and not m.empty for m in allowed):
        yield f"R: {client} got {key[1]} of {key[0]} as the retained message of {topic}, last acknowledged: {last}"


def expected_wills(connection, following):
    """How often the will of a connection may be published: least, most."""
    delay = connection.details["delay"]
    if connection.present is None or connection.reason:
        return 0, 1 if connection.reason is None else 0
    if not connection.ends:
        return 0, 0
    left = [end for end in connection.ends if end[2] == "disconnect"]
    if left and left[0][3]["reason"] == 0:
        return (0, 0) if connection.done else (0, 1)
    if delay == 0:
        return 1, 1
    if following is None:
        return 0, 1
    away = following.began_at - connection.ends[0][1]
    back = following.up_moment - connection.ends[0][1] if following.present is not None else float("inf")
    if back < delay:
        return 0, 0
    return 0, 1 if away < delay + 2 else 1


def find_wrong_wills(history):
    """W, for each receiver of wills."""
    listeners = [s for s in history.subscriptions.values() if matches(s.filter, "w/x")]
    for client, all_of in history.connections.items():
        for connection in all_of:
            if not connection.details["will"]:
                continue
            later = [one for one in all_of[connection.number:] if not one.reason]  # others were refused
            following = later[0] if later else None
            least, most = expected_wills(connection, following)
            for subscription in listeners:
                if subscription.changes[1:] and subscription.changes[1][0] > connection.begun:
                    continue
                receptions = history.got[subscription.client].get((client, connection.number), [])
                count = len([r for r in receptions if not r.known])
                exact = min(connection.details["will_qos"], subscription.qos) == 2
                if count < least:
                    yield f"W: will {connection.number} of {client} was not published ({subscription.client})"
                if (count > most and exact) or (count > 0 and most == 0):
                    yield (f"W: will {connection.number} of {client} was published {count} times, at most {most} "
                           f"({subscription.client})")


def find_wrong_expiry(history):
    """E: remaining expiry of what came, for publishers that set one."""
    for client, received in history.got.items():
        for key, receptions in received.items():
            message = history.messages.get(key)
            for r in receptions if message else ():
                if r.expiry is None:
                    continue
                full = content.EXPIRY_SECONDS + key[1] % 10
                longest = r.moment - message.moments[0]
                # The broker counts from when it reads a message, which is before it acknowledges it, to when it sends
                # it, which is after the connection was there.
                begun = history.connections[client][r.connection - 1].began_at
                shortest = max(begun - message.acked_at, 0) if message.acked_at is not None else 0
                if not full - longest - 2 <= r.expiry <= full - shortest + 1.5:
                    yield (f"E: {message} came to {client} with {r.expiry} s left of {full} s, "
                           f"{longest:.1f} s after it was sent, on a connection {shortest:.1f} s after its acknowledgement")


def find_broker_faults(history):
    for _, moment, event, details in history.broker:
        if event == "fault":
            yield f"{moment}: mqttd: {details['text']}"


def kept_sessions(history, lodgers=()):
    """Those that never end by themselves."""
    return {
        client for client, all_of in history.connections.items() if client not in lodgers and
        not any(one.details["clean"] or one.details["expiry"] == 0 or one.ends_session() for one in all_of)}


def audit(events, lodgers=()):
    """All violations, as sentences. lodgers: clients whose sessions expire."""
    history = History(events)
    kept = kept_sessions(history, lodgers)
    checks = [
        history.violations, find_broker_faults(history), find_losses(history, kept), find_group_faults(history),
        find_repeats(history), find_disorder(history), find_unexpected(history), find_ghosts(history),
        find_wrong_sessions(history, lodgers), find_wrong_lodgers(history, lodgers), find_wrong_retained(history),
        find_wrong_wills(history), find_wrong_expiry(history)]
    return [violation for check in checks for violation in check]


def missing(events, lodgers=()):
    """What has not come yet."""
    history = History(events)
    kept = kept_sessions(history, lodgers)
    wills = (text for text in find_wrong_wills(history) if "not published" in text)
    groups_ = (text for text in find_group_faults(history) if text.startswith("L"))
    return [text for check in (find_losses(history, kept), groups_, wills) for text in check]


if __name__ == "__main__":
    for path in sys.argv[1:]:
        for found in audit(journal.read(path), lodgers={"lodger"}):
            print(f"{path}: {found}")
