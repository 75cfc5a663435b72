"""Old Office containers for tests: a compound file with given streams, and in it a Word document or a message."""

from __future__ import annotations

import struct

SECTOR = 512
CUTOFF = 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file; "a/b" is the stream b in the storage a. Short streams are filled up with zeros."""
    padded = {name: data.ljust(CUTOFF, b"\0") for name, data in streams.items()}
    sectors: list[bytes] = []
    chain: list[int] = []
    starts = {}
    for name, data in padded.items():
        starts[name] = len(sectors)
        parts = [data[i : i + SECTOR].ljust(SECTOR, b"\0") for i in range(0, len(data), SECTOR)]
        chain += [*range(len(sectors) + 1, len(sectors) + len(parts)), END]
        sectors += parts
    tree: dict[str, list[str]] = {"": []}
    for name in padded:
        folder, _, own = name.rpartition("/")
        if folder and folder not in tree:
            tree[folder] = []
            tree[""].append(folder)
        tree[folder].append(own)
    entries = [("Root Entry", 5, "", 0)]
    entries += [(own, 1 if own in tree and own else 2, "", 0) for own in tree[""]]
    entries += [(own, 2, folder, 0) for folder in tree if folder for own in tree[folder]]
    numbers = {(folder, own): n for n, (own, _, folder, _) in enumerate(entries)}
    directory = b""
    for own, kind, folder, _ in entries:
        siblings = tree[folder] if kind != 5 else []
        after = siblings[siblings.index(own) + 1 :] if own in siblings else []
        inner = tree.get("" if kind == 5 else own, []) if kind != 2 else []
        where = "" if kind == 5 else own
        child = numbers[where, inner[0]] if inner else FREE
        path = f"{folder}/{own}" if folder else own
        start, size = (starts[path], len(padded[path])) if kind == 2 else (END if kind == 5 else 0, 0)
        name = own.encode("utf-16-le") + b"\0\0"
        right = numbers[folder, after[0]] if after else FREE
        directory += name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name), kind, 1, FREE, right, child)
        directory += bytes(16) + struct.pack("<IQQIQ", 0, 0, 0, start, size)
    first = len(sectors)
    parts = [directory[i : i + SECTOR].ljust(SECTOR, b"\0") for i in range(0, len(directory), SECTOR)]
    chain += [*range(first + 1, first + len(parts)), END]
    sectors += parts
    tables = (len(sectors) + SECTOR // 4 - 1) // (SECTOR // 4) + 1
    chain += [FAT] * tables
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * SECTOR, b"\xff")
    places = [len(sectors) + n if n < tables else FREE for n in range(109)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, tables, first, 0, CUTOFF, END, 0, END, 0)
    return header + struct.pack("<109I", *places) + b"".join(sectors) + fat


def word(text: str, notes: str = "", *, flags: int = 0x0200) -> bytes:
    """A Word document of one piece."""
    whole = text + notes
    head = bytearray(0x400)
    struct.pack_into("<H", head, 0x0A, flags)
    struct.pack_into("<6i", head, 0x4C, len(text), len(notes), 0, 0, 0, 0)
    pieces = struct.pack("<II", 0, len(whole)) + struct.pack("<HIH", 0, 0x400, 0)
    clx = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", head, 0x01A2, 0, len(clx))
    return compound({"WordDocument": bytes(head) + whole.encode("utf-16-le"), "1Table": clx})


def message(properties: dict[str, str], ticks: int = 0, attached: dict[str, bytes] | None = None) -> bytes:
    """An Outlook message; properties by their numbers in hexadecimal."""
    streams = {"__properties_version1.0": bytes(32) + struct.pack("<IIQ", 0x00390040, 6, ticks)}
    streams |= {f"__substg1.0_{number}001F": words.encode("utf-16-le") for number, words in properties.items()}
    for n, (name, data) in enumerate((attached or {}).items()):
        folder = f"__attach_version1.0_#{n:08X}"
        streams[f"{folder}/__substg1.0_37010102"] = data.ljust(CUTOFF)
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
    return compound(streams)
