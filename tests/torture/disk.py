"""A disk that loses power: which states of a folder are legal after a cut, made from what store_shim.cpp wrote down.

The model, and why it is neither too kind nor unfair:

* What was written to a file before the last fsync or fdatasync of that file had returned is there. That is what POSIX
  promises; a disk that lies about flushes is not covered by the guarantee.
* Of what was written since then, each sector of 4096 bytes may have reached the disk or not, independently of each
  other and in any order: the page cache writes back pages as it likes, and the blocks of our file systems have that
  size. A write of 16384 bytes is torn that way. A sector itself is old or new (what disks with 4096-byte sectors and
  their journals give; SQLite's checksums would find smaller pieces as well).
* A file that grew may have its new length with zeros where data has not arrived, or a shorter one.
* A truncation and what was written after it: the shorter length comes first, as blocks freed by it cannot be reached
  by later writes otherwise.
* Names (create, rename, unlink) are on the disk in their order up to some point, at least up to the last fsync of the
  folder: ext4, XFS and btrfs keep that order in their journals. POSIX promises less, but nothing could be done with
  less by anybody. That fsync of a file also saves its name, as those file systems do, is not assumed.
* A call that has not returned at the moment of the cut counts as not synced: it may have done all, a part or nothing.

Bugs that need a violated order (an acknowledgement before fsync, a commit record before its pages, a rename before
its content) show up as a state that lacks something acknowledged.
"""

import dataclasses
import os
import time

SECTOR = 4096
VARIANTS = ("none", "all", "some", "most", "few", "prefix", "late")


@dataclasses.dataclass(slots=True)
class Operation:
    kind: str
    begin: float  # seconds of the monotonic clock, before the call
    end: float  # and after it
    inode: int
    offset: int = 0
    length: int = 0
    path: str = ""
    data: bytes = b""


def read_operation(line, file):
    """From the line of a record and the file that goes on with its data; None: it is torn."""
    if not line.endswith(b"\n"):
        return None
    kind, begin, end, inode, offset, length, path = line[:-1].split(b" ", 6)
    one = Operation(kind.decode(), int(begin) / 1e9, int(end) / 1e9, int(inode), int(offset), int(length), path.decode())
    if one.kind == "write":
        one.data = file.read(one.length)
        if len(one.data) < one.length:
            return None
    return one


def read_operations(path):
    """What the shim wrote down in one life of a process; a torn record at the end is left out."""
    operations = []
    with open(path, "rb") as file:
        while line := file.readline():
            operation = read_operation(line, file)
            if operation is None:
                break
            operations.append(operation)
    return operations


def unrecorded(operations, folder):
    """What a killed process did last, of which there is no whole record: operations that lead from what the others
    say to what is in the folder."""
    state = Disk()
    for operation in operations:
        state.apply(operation)
    names, moment, found = state.names_now(), time.monotonic(), []
    entries = sorted((entry for entry in os.scandir(folder) if entry.is_file()), key=lambda entry: entry.path)
    for path in sorted(set(names) - {entry.path for entry in entries}):
        found.append(Operation("unlink", moment, moment, 0, path=path))
    for entry in entries:
        inode = entry.inode()
        if entry.path not in names:
            found.append(Operation("create", moment, moment, inode, path=entry.path))
        known = state.files[names[entry.path]].content_now() if entry.path in names else b""
        with open(entry.path, "rb") as file:
            content = file.read()
        if len(content) < len(known):
            found.append(Operation("truncate", moment, moment, inode, length=len(content), path=entry.path))
        for offset, piece in sectors(0, content):
            if piece != known[offset:offset + len(piece)]:
                found.append(Operation("write", moment, moment, inode, offset, len(piece), entry.path, piece))
    return found


def sectors(offset, data):
    """A write, cut at the boundaries of sectors."""
    place = 0
    while place < len(data):
        size = SECTOR - (offset + place) % SECTOR
        yield offset + place, data[place:place + size]
        place += size


def write_into(content, offset, data):
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset:offset + len(data)] = data


def resize(content, length):
    if length < len(content):
        del content[length:]
    else:
        content.extend(bytes(length - len(content)))


class File:
    def __init__(self):
        self.synced = bytearray()
        self.pending = []  # (offset, data) or (length, None), since the last sync

    def sync(self):
        self._do_pending(self.synced)
        self.pending.clear()

    def content_now(self):
        """As processes see it while there is power."""
        content = bytearray(self.synced)
        self._do_pending(content)
        return content

    def _do_pending(self, content):
        for offset, data in self.pending:
            if data is None:
                resize(content, offset)
            else:
                write_into(content, offset, data)

    def after_cut(self, variant, rng):
        """One of the contents that are legal now."""
        content = bytearray(self.synced)
        pieces = []
        for offset, data in self.pending:
            pieces += [(offset, None)] if data is None else list(sectors(offset, data))
        keeps = choose(len(pieces), variant, rng)
        longest = len(content)
        cut_off = False  # by a truncation that has not arrived: nothing after it has either
        for (offset, data), keep in zip(pieces, keeps):
            if cut_off:
                break
            if data is None:
                if keep:
                    resize(content, offset)
                    longest = offset
                cut_off = not keep
                continue
            longest = max(longest, offset + len(data))
            if keep:
                write_into(content, offset, data)
        if variant != "none" and longest > len(content) and rng.random() < 0.3:
            resize(content, longest)
        return content


def choose(count, variant, rng):
    """Which of the unsynced pieces have arrived."""
    if variant == "prefix":
        length = rng.randint(0, count)
        return [index < length for index in range(count)]
    if variant == "late":  # the last ones only
        length = rng.randint(0, min(count, 12))
        return [index >= count - length for index in range(count)]
    share = {"none": 0.0, "all": 1.1, "some": 0.5, "most": 0.9, "few": 0.1}[variant]
    return [rng.random() < share for _ in range(count)]


class Disk:
    """The folder as it is on the disk for certain, and what is on its way there."""

    def __init__(self):
        self.synced_names = {}  # path -> number of a file
        self.pending_names = []  # functions that change a table of names
        self.files = {}  # number -> File
        self.numbers = {}  # inode -> number: an inode may be used again

    def copy(self):
        """Another one that goes on by itself, as long as nothing is synced."""
        other = Disk()
        other.synced_names, other.pending_names = dict(self.synced_names), list(self.pending_names)
        other.numbers = dict(self.numbers)
        for number, file in self.files.items():
            twin = other.files[number] = File()
            twin.synced, twin.pending = file.synced, list(file.pending)
        return other

    def names_now(self):
        """As processes see them while there is power: path -> number of a file."""
        names = dict(self.synced_names)
        for change in self.pending_names:
            change(names)
        return names

    def apply(self, operation):
        getattr(self, "_" + operation.kind)(operation)

    def _create(self, operation):
        number = self.numbers[operation.inode] = len(self.files)
        self.files[number] = File()
        self.pending_names.append(lambda names: names.__setitem__(operation.path, number))

    def _unlink(self, operation):
        self.pending_names.append(lambda names: names.pop(operation.path, None))

    def _rename(self, operation):
        source, target = operation.path.split("\t")

        def move(names):
            if source in names:
                names[target] = names.pop(source)

        self.pending_names.append(move)

    def _write(self, operation):
        self.files[self.numbers[operation.inode]].pending.append((operation.offset, operation.data))

    def _truncate(self, operation):
        self.files[self.numbers[operation.inode]].pending.append((operation.length, None))

    def _sync(self, operation):
        if operation.inode in self.numbers:
            self.files[self.numbers[operation.inode]].sync()
            return
        self.synced_names = self.names_now()  # the folder
        self.pending_names.clear()

    def lose_power(self, folder, variant, rng):
        """Writes one legal state into a folder; returns what it was made of, in words."""
        names = dict(self.synced_names)
        count = {"none": 0, "all": len(self.pending_names)}.get(variant)
        count = rng.randint(0, len(self.pending_names)) if count is None else count
        for change in self.pending_names[:count]:
            change(names)
        words = [f"{count} of {len(self.pending_names)} names"]
        for path, number in names.items():
            content = self.files[number].after_cut(variant, rng)
            with open(os.path.join(folder, os.path.basename(path)), "wb") as copy:
                copy.write(content)
            os.chmod(copy.name, 0o666)
            words.append(f"{os.path.basename(path)} {len(content)} bytes, "
                         f"{len(self.files[number].pending)} unsynced writes")
        return "; ".join(words)
