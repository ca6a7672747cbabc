"""The audit itself: a journal in which all is well, and one change for each thing that it must notice."""

import os
import random
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import audit
import content
import disk
import packets


class Story:
    """A journal, told event by event."""

    def __init__(self):
        self.events = []

    def tell(self, who, event, **details):
        self.events.append((float(len(self.events)), who, event, details))
        return self

    def connect(self, who, n=1, present=None, **more):
        details = {"clean": False, "expiry": 3600, "will": False, **more}
        self.tell(who, "connect", n=n, **details)
        return self.tell(who, "connack", n=n, present=n > 1 if present is None else present, reason=0)

    def subscribe(self, who, topic_filter, qos, n=1):
        self.tell(who, "subscribe", n=n, filter=topic_filter, qos=qos, pid=1)
        return self.tell(who, "suback", n=n, filter=topic_filter, reason=qos)

    def publish(self, number, qos=2, topic="t/a", again=False, retain=False, empty=False):
        return self.tell("pub", "publish", n=1, pid=1, number=number, topic=topic, qos=qos, retain=retain, again=again,
                         empty=empty)

    def acked(self, number):
        return self.tell("pub", "acked", n=1, number=number, pid=1, reason=0)

    def got(self, who, number, n=1, qos=2, p="pub", **more):
        details = {"pid": 1, "dup": False, "retain": False, "topic": "t/a", "known": False, "expiry": None,
                   "identifier": None, **more}
        return self.tell(who, "got", n=n, p=p, number=number, qos=qos, **details)

    def found(self, lodgers=()):
        return [text[:2].rstrip(":") for text in audit.audit(self.events, lodgers)]


def subscribed(topic_filter="t/#", qos=2):
    return Story().connect("pub").connect("sub").subscribe("sub", topic_filter, qos)


class AuditTest(unittest.TestCase):
    def test_a_delivered_message_is_no_violation(self):
        self.assertEqual([], subscribed().publish(1).got("sub", 1).acked(1).found())

    def test_a_message_that_was_not_acknowledged_may_be_lost(self):
        self.assertEqual([], subscribed().publish(1).found())

    def test_a_lost_message_is_noticed(self):
        self.assertEqual(["L"], subscribed().publish(1).acked(1).found())

    def test_a_lost_message_of_a_group_is_noticed(self):
        story = subscribed("$share/g/t/#").publish(1).acked(1)
        self.assertEqual(["L"], story.found())

    def test_a_message_that_comes_to_two_members_of_a_group_is_noticed(self):
        story = subscribed("$share/g/t/#").connect("two").subscribe("two", "$share/g/t/#", 2)
        self.assertEqual(["D2"], story.publish(1).got("sub", 1).got("two", 1).acked(1).found())

    def test_a_message_from_nobody_is_noticed(self):
        self.assertEqual(["L"], subscribed().got("sub", 7).found())

    def test_a_refused_message_that_comes_is_noticed(self):
        story = subscribed().publish(1).tell("pub", "refused", n=1, number=1, pid=1, reason=0x97)
        self.assertEqual(["L"], story.got("sub", 1).found())

    def test_a_qos2_message_that_comes_twice_is_noticed(self):
        story = subscribed().publish(1).got("sub", 1).acked(1).tell("sub", "lost", n=1, why="eof").connect("sub", 2)
        self.assertEqual(["D2"], story.got("sub", 1, n=2, dup=True).found())

    def test_a_qos2_message_that_comes_again_before_pubrel_is_no_violation(self):
        story = subscribed().publish(1).got("sub", 1).acked(1).tell("sub", "lost", n=1, why="eof").connect("sub", 2)
        self.assertEqual([], story.got("sub", 1, n=2, dup=True, known=True).found())

    def test_dup_that_is_not_set_is_noticed(self):
        story = subscribed().publish(1).got("sub", 1).acked(1).tell("sub", "lost", n=1, why="eof").connect("sub", 2)
        self.assertEqual(["D1"], story.got("sub", 1, n=2, known=True).found())

    def test_a_qos1_message_that_comes_twice_on_one_connection_is_noticed(self):
        self.assertEqual(["D1"], subscribed().publish(1, 1).got("sub", 1, qos=1).got("sub", 1, qos=1).acked(1).found())

    def test_a_qos1_message_may_come_again_when_it_was_sent_again(self):
        story = subscribed().publish(1, 1).got("sub", 1, qos=1).publish(1, 1, again=True).got("sub", 1, qos=1).acked(1)
        self.assertEqual([], story.found())

    def test_disorder_is_noticed(self):
        story = subscribed().publish(1).publish(2).got("sub", 2).got("sub", 1).acked(1).acked(2)
        self.assertEqual(["O"], story.found())

    def test_a_wrong_qos_is_noticed(self):
        self.assertEqual(["S"], subscribed(qos=1).publish(1).got("sub", 1, qos=2).acked(1).found())

    def test_a_message_after_unsuback_is_noticed(self):
        story = subscribed().tell("sub", "unsubscribe", n=1, filter="t/#", pid=2)
        story.tell("sub", "unsuback", n=1, filter="t/#", reason=0)
        self.assertEqual(["S"], story.publish(1).got("sub", 1).acked(1).found())

    def test_a_lost_session_is_noticed(self):
        story = subscribed().tell("sub", "lost", n=1, why="eof").connect("sub", 2, present=False)
        self.assertEqual(["S"], story.found())

    def test_a_session_from_nowhere_is_noticed(self):
        self.assertEqual(["S"], Story().connect("sub", present=True).found())

    def test_a_session_that_does_not_expire_is_noticed(self):
        story = Story().connect("sub", expiry=2)
        story.tell("sub", "disconnect", n=1, reason=0).tell("sub", "done", n=1, why="eof")
        for _ in range(4):
            story.tell("broker", "tick")
        self.assertEqual(["S"], story.connect("sub", 2, expiry=2).found({"sub"}))

    def test_a_message_of_a_former_session_is_noticed(self):
        story = subscribed().publish(1).acked(1).tell("sub", "lost", n=1, why="eof")
        story.connect("sub", 2, present=False, clean=True).subscribe("sub", "t/#", 2, n=2)
        self.assertEqual(["S"], story.got("sub", 1, n=2).found())

    def test_a_wrong_retained_message_is_noticed(self):
        story = Story().connect("pub").publish(1, topic="r/a", retain=True).acked(1)
        story.publish(2, topic="r/a", retain=True).acked(2)
        story.connect("reader", clean=True, expiry=0).subscribe("reader", "r/#", 1)
        story.got("reader", 1, qos=1, retain=True, topic="r/a").tell("reader", "looked", n=1)
        self.assertEqual(["R"], story.found())

    def test_a_missing_retained_message_is_noticed(self):
        story = Story().connect("pub").publish(1, topic="r/a", retain=True).acked(1)
        story.connect("reader", clean=True, expiry=0).subscribe("reader", "r/#", 1).tell("reader", "looked", n=1)
        self.assertEqual(["R"], story.found())

    def test_a_cleared_retained_message_that_is_there_is_noticed(self):
        story = Story().connect("pub").publish(1, topic="r/a", retain=True).acked(1)
        story.publish(2, topic="r/a", retain=True, empty=True).acked(2)
        story.connect("reader", clean=True, expiry=0).subscribe("reader", "r/#", 1)
        story.got("reader", 1, qos=1, retain=True, topic="r/a").tell("reader", "looked", n=1)
        self.assertEqual(["R"], story.found())

    def mortal(self, *ends):
        story = Story().connect("sub").subscribe("sub", "w/#", 2)
        story.connect("mortal", will=True, delay=0, will_qos=2)
        for event, details in ends:
            story.tell("mortal", event, n=1, **details)
        return story

    def test_a_will_that_is_not_published_is_noticed(self):
        self.assertEqual(["W"], self.mortal(("abort", {})).found())

    def test_a_will_that_is_published_twice_is_noticed(self):
        story = self.mortal(("lost", {"why": "eof"}))
        self.assertEqual(["W"], story.got("sub", 1, p="mortal").got("sub", 1, p="mortal").found())

    def test_a_will_after_disconnect_is_noticed(self):
        story = self.mortal(("disconnect", {"reason": 0}), ("done", {"why": "eof"}))
        self.assertEqual(["W"], story.got("sub", 1, p="mortal").found())

    def test_a_will_after_a_disconnect_that_may_not_have_arrived_is_no_violation(self):
        story = self.mortal(("disconnect", {"reason": 0})).tell("broker", "kill")
        self.assertEqual([], story.tell("mortal", "done", n=1, why="eof").got("sub", 1, p="mortal").found())

    def test_a_wrong_expiry_is_noticed(self):
        story = subscribed().publish(1).acked(1)
        self.assertEqual(["E"], story.got("sub", 1, expiry=content.EXPIRY_SECONDS - 100).found())

    def test_what_a_client_has_noted_is_told(self):
        story = subscribed().tell("sub", "violation", n=1, text="packet type 4")
        self.assertEqual(1, len(story.found()))


class ContentTest(unittest.TestCase):
    def test_a_damaged_payload_is_noticed(self):
        whole = content.payload("pub1v5", 12)
        self.assertEqual(("pub1v5", 12), content.origin(whole))
        with self.assertRaises(content.Damaged):
            content.origin(whole[:-1] + b"?")

    def test_a_changed_property_is_noticed(self):
        seen = content.properties("pub1v5", 12)
        content.check_properties("pub1v5", 12, seen)
        seen["user"] = seen["user"][::-1]
        with self.assertRaises(content.Damaged):
            content.check_properties("pub1v5", 12, seen)

    def test_packets_are_read_as_they_are_written(self):
        sent = packets.publish(5, "a/b", b"payload", 2, 7, dup=True, props=content.properties("pub1v5", 12))
        packet = packets.Reader(5).feed(sent)[0]
        self.assertEqual(("a/b", b"payload", 2, 7, True), (
            packet.topic, packet.payload, packet.qos, packet.packet_id, packet.dup))
        content.check_properties("pub1v5", 12, packet.props)


class DiskTest(unittest.TestCase):
    """The model of a power cut."""

    def operations(self, *lines):
        with tempfile.NamedTemporaryFile() as log:
            for line, data in lines:
                log.write(line.encode() + b"\n" + data)
            log.flush()
            return disk.read_operations(log.name)

    def states(self, operations):
        found = set()
        for seed in range(200):
            state, rng = disk.Disk(), random.Random(seed)
            for operation in operations:
                state.apply(operation)
            with tempfile.TemporaryDirectory() as folder:
                state.lose_power(folder, rng.choice(disk.VARIANTS), rng)
                found.add(tuple(sorted(
                    (name, open(os.path.join(folder, name), "rb").read()[:6]) for name in os.listdir(folder))))
        return found

    def test_what_is_synced_is_always_there_and_nothing_else(self):
        operations = self.operations(
            ("create 1 2 7 0 0 /d/a", b""), ("write 3 4 7 0 3 /d/a", b"abc"), ("sync 5 6 7 0 0 /d/a", b""),
            ("sync 7 8 9 0 0 /d", b""))
        self.assertEqual({(("a", b"abc"),)}, self.states(operations))

    def test_what_is_not_synced_is_there_or_not(self):
        operations = self.operations(
            ("create 1 2 7 0 0 /d/a", b""), ("sync 7 8 9 0 0 /d", b""), ("write 3 4 7 0 3 /d/a", b"abc"))
        self.assertEqual({(("a", b""),), (("a", b"abc"),), (("a", b"\0\0\0"),)}, self.states(operations))

    def test_names_come_in_their_order(self):
        operations = self.operations(
            ("create 1 2 7 0 0 /d/a", b""), ("sync 7 8 9 0 0 /d", b""), ("create 1 2 8 0 0 /d/b", b""),
            ("unlink 1 2 0 0 0 /d/a", b""))
        self.assertEqual({(("a", b""),), (("a", b""), ("b", b"")), (("b", b""),)}, self.states(operations))

    def test_a_record_torn_by_a_kill_ends_what_was_written_down(self):
        for torn in (b"write 5 6 7 3 9 /d/a\n\x94\n\x94 ", b"write 5 6 7 3"):
            with tempfile.NamedTemporaryFile() as log:
                log.write(b"write 3 4 7 0 3 /d/a\nabc" + torn)
                log.flush()
                self.assertEqual([b"abc"], [one.data for one in disk.read_operations(log.name)])

    def test_what_a_killed_process_did_last_is_found_in_the_folder(self):
        with tempfile.TemporaryDirectory() as folder:
            path = {name: os.path.join(folder, name) for name in ("same", "grown", "cut", "new", "gone")}
            inode, operations = {}, []
            for name in ("same", "grown", "cut", "new"):
                with open(path[name], "wb") as file:
                    file.write(b"a" * 5000)
                inode[name] = os.stat(path[name]).st_ino
            for name in ("same", "grown", "cut", "gone"):
                operations += self.operations(
                    (f"create 1 2 {inode.get(name, 1)} 0 0 {path[name]}", b""),
                    (f"write 3 4 {inode.get(name, 1)} 0 5000 {path[name]}", b"a" * 5000))
            with open(path["grown"], "ab") as file:
                file.write(b"b" * 10)
            os.truncate(path["cut"], 4500)
            missing = disk.unrecorded(operations, folder)
            self.assertEqual(
                [("unlink", "gone", 0, 0), ("truncate", "cut", 0, 4500), ("write", "grown", 4096, 914),
                 ("create", "new", 0, 0), ("write", "new", 0, 4096), ("write", "new", 4096, 904)],
                [(one.kind, os.path.basename(one.path), one.offset, one.length) for one in missing])
            self.assertEqual([], disk.unrecorded(operations + missing, folder))


if __name__ == "__main__":
    unittest.main()
