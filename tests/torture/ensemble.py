"""The clients of one audit, together: begin, pause, drain."""

import random
import time

import audit
from cast import Churner, Lodger, Mortal, Phoenix, Publisher, RetainedReader, Subscriber
from journal import Journal
from loop import Loop

GRANT_SECONDS = 60
DRAIN_SECONDS = 20
QUIET_SECONDS = 0.7


class Ensemble:
    """Everybody with a seeded generator of their own, so that one seed gives the same plan again.

    small: fewer clients, and slower ones, for runs where each step costs a flush of the disk. large: with a publisher
    of large messages, so that the log of the store is moved into its file during the run.
    """

    def __init__(self, rng, path, port, small=False, large=False):
        self.journal = Journal(path)
        self.loop = Loop(self.journal)
        self.port, self._rng = port, rng
        # protocol version, messages on their way at most, seconds between two
        paces = [(5, 10, 0.05), (4, 6, 0.05)] if small else [
            (5, 10, 0.03), (4, 5, 0.04), (5, 1, 0.02), (4, 20, 0.05), (5, 20, 0.05)]
        self.publishers = [
            self._make(Publisher, f"pub{number}v{version}", version=version, window=window, interval=interval)
            for number, (version, window, interval) in enumerate(paces)]
        if large:
            self.publishers.append(self._make(Publisher, "bigv5", version=5, window=10, interval=0.02))
        self.subscribers = [
            self._make(Subscriber, name, filters=[topic_filter], **options)
            for name, topic_filter, options in self._roles(small)]
        self.churners = [self._make(Churner, "churner5", topic_filter="t/pub0v5/+")]
        self.mortals = [
            self._make(Mortal, "mortal5"), self._make(Mortal, "mortal4", version=4),
            self._make(Mortal, "patient", delay=3600)]
        if not small:
            self.churners.append(self._make(Churner, "churner4", topic_filter="t/+/1", version=4))
            self.mortals += [self._make(Mortal, "mortal1", qos=1), self._make(Mortal, "late", delay=1, away=(0, 4))]
        self.lodger = self._make(Lodger, "lodger", expiry=2)
        self.phoenixes = [
            self._make(Phoenix, "phoenix", filters=[("t/pub0v5/#", 2)], away=(1, 1)),
            # What waits for it when its session ends goes to the others.
            self._make(Phoenix, "deserter", filters=[("$share/deck/q/#", 1)], away=(1, 1))]
        self.reader = RetainedReader(self.loop, "reader", port, self._retained_topics)
        self.kept = {subscriber.name for subscriber in self.subscribers}

    def _make(self, kind, name, **options):
        return kind(self.loop, random.Random(self._rng.random()), name, self.port, **options)

    @staticmethod
    def _roles(small):
        everything, crew, deck, wills = ("t/#", 2), ("$share/crew/q/#", 2), ("$share/deck/q/#", 1), ("w/#", 2)
        few = [
            ("deck1", deck, {}),
            ("all5", everything, {}), ("roamer4", everything, {"version": 4, "away": (1, 3), "delay": 0.02}),
            ("atleast5", ("t/#", 1), {"delay": 0.02}), ("absent5", ("t/pub0v5/#", 2), {"away": (0.5, 30)}),
            ("crew1", crew, {}), ("crew2", crew, {"version": 4, "away": (1, 2)}), ("heir5", wills, {})]
        return few if small else few + [
            ("all4", everything, {"version": 4, "delay": 0.03}), ("roamer5", everything, {"away": (1, 2)}),
            ("slow5", ("t/pub1v4/#", 2), {"receive_maximum": 3, "delay": 0.02}),
            ("atleast4", ("t/+/1", 1), {"version": 4}),
            ("crew3", crew, {"away": (2, 1), "delay": 0.05}), ("deck2", deck, {"away": (1, 1)}),
            ("heir4", wills, {"version": 4, "delay": 0.05}), ("heir1", ("w/#", 1), {"away": (1, 1)})]

    def recall(self, events):
        """Goes on where a journal ends: a client's memory is its journal."""
        for moment, who, event, details in events:
            self.journal.add_at(moment, who, event, details)
        for client in self.loop.clients:
            if client is not self.reader:
                client.recall(events)
        self.reader.recall_connection(events)
        self.journal.flush()

    def _retained_topics(self):
        """Of which the last message is acknowledged and not empty, and none is on its way."""
        topics = set()
        for publisher in self.publishers:
            under_way = {outgoing.topic for outgoing in publisher.window.values()}
            topics |= {topic for topic, is_empty in publisher.retained.items() if not is_empty} - under_way
        return topics

    def begin(self):
        """Everybody is there and has subscribed before anything is published. Whether that came about."""
        all_of = self.subscribers + self.phoenixes + [self.lodger]
        ready = self.loop.run_until(
            lambda: all(len(one.granted) == len(one.filters) for one in all_of) and
            all(one.state == "up" for one in self.publishers), GRANT_SECONDS)
        self.run(True)
        for one in all_of:
            one.may_go = True
            one._plan(up=True)
        for one in self.churners:
            one.may_churn = True
        for one in self.mortals:
            one.may_die = True
        return ready

    def run(self, running):
        for publisher in self.publishers:
            publisher.running = running

    def is_idle(self):
        return all(not publisher.window for publisher in self.publishers)

    def drain(self):
        """Ends all faults, waits until everything has arrived, and then a while for what must not come."""
        self.run(False)
        for one in self.subscribers + self.phoenixes:
            one.come_back()
        self.lodger.away = None
        for one in self.churners:
            one.may_churn = False
        self.loop.run_until(self.is_idle, DRAIN_SECONDS)
        for mortal in self.mortals:
            mortal.may_die = False
        self.loop.run_until(lambda: all(mortal.state == "up" for mortal in self.mortals), DRAIN_SECONDS)
        for mortal in self.mortals:
            mortal.wanted = False
            mortal.leave()
        self.loop.run_until(lambda: all(mortal.state == "down" for mortal in self.mortals), DRAIN_SECONDS)
        deadline = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < deadline and audit.missing(self.journal.events, {self.lodger.name}):
            self.loop.run_for(0.3)
        self._wait_for_quiet()
        self.reader.look()
        self.loop.run_until(lambda: not self.reader.wanted and self.reader.state == "down", 20)

    def _wait_for_quiet(self):
        seen = -1
        while seen != len(self.journal.events):
            seen = len(self.journal.events)
            self.loop.run_for(QUIET_SECONDS)
