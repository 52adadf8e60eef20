"""Every byte from 0 to 255 in each place of a head."""

from case import Fin, head

TOKEN = frozenset(b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
VISIBLE = frozenset(range(0x21, 0x7f))
URI = frozenset(b"!$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~")
HOST = frozenset(b"-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
# Of reg-name too, but no name of the DNS has them; and what splits a host from a port.
ODD_HOST = frozenset(b"!$%&'()*+,:;=_~")


def add(table):
    for value in range(256):
        byte = bytes([value])
        name = f"0x{value:02x}"
        table.about("bytes in a field name", "RFC 9110 5.1, 5.6.2")
        data = head(b"X" + byte + b"Y: v")
        if byte == b"_":
            table.either(name, data)
        elif value in TOKEN:
            table.forward(name, data, has=((b"X" + byte + b"Y", b"v"),))
        elif byte == b":":
            table.forward(name, data, has=((b"X", b"Y: v"),))
        else:
            table.refuse(name, (data, Fin), closes=True)
        table.about("bytes in a field value", "RFC 9110 5.5")
        data = head(b"A: x" + byte + b"y")
        if value == 9 or 0x20 <= value < 0x7f or value >= 0x80:
            table.forward(name, data, has=((b"a", b"x" + byte + b"y"),))
        else:
            table.refuse(name, (data, Fin), closes=True)
        table.about("bytes in a method", "RFC 9110 9.1, 5.6.2")
        data = head(start=b"G" + byte + b"T /case HTTP/1.1")
        if value in TOKEN:
            table.forward(name, data, method=b"G" + byte + b"T")
        else:
            table.refuse(name, (data, Fin), closes=True)
        targets(table, byte, name)
        hosts(table, byte, name)
    known_names(table)


def known_names(table):
    """The names that decide, with one byte replaced by one that is near it in some bit."""
    table.about("bytes in a known field name", "RFC 9110 5.1, 5.6.2")
    for known, value in ((b"Content-Length", b"0"), (b"Transfer-Encoding", b"chunked"),
                         (b"Host", b"evil.example"),
                         (b"Connection", b"close"), (b"Expect", b"100-continue")):
        for place, byte in enumerate(known):
            for mask in (0x20, 0x80, 0x40, 0x10, 0x01, byte):
                changed = known[:place] + bytes([byte ^ mask]) + known[place + 1:]
                name = f"{known.decode()}, byte {place} ^ 0x{mask:02x}"
                is_same = changed.lower() == known.lower()
                data = head(changed + b": " + value)
                if not set(changed) <= TOKEN or (is_same and known == b"Host"):
                    table.refuse(name, (data, Fin), closes=True)
                elif is_same and known == b"Transfer-Encoding":
                    table.forward(name, data + b"0\r\n\r\n", body=b"")
                elif is_same or b"_" not in changed:
                    table.forward(name, data, body=b"")
                else:
                    table.either(name, data, body=b"")


def targets(table, byte, name):
    for place, start in (("path", b"/ca"), ("query", b"/case?a=")):
        table.about(f"bytes in a {place}", "RFC 9112 3.2, RFC 3986 3.3, 3.4")
        data = head(start=b"GET " + start + byte + b"41se HTTP/1.1")
        if byte in (b"\\", b"/") and place == "path":
            table.either(name, data)
        elif byte == b"#" or byte[0] not in VISIBLE:
            table.refuse(name, (data, Fin), closes=True)
        elif byte[0] in URI:
            target = start + (b"A" if byte == b"%" and place == "path" else byte + b"41") + b"se"
            table.forward(name, data, target=None if byte in (b"%", b"/") else target)
        else:
            table.either(name, data)


def hosts(table, byte, name):
    table.about("bytes in Host", "RFC 9110 7.2, RFC 3986 3.2.2")
    data = head(host=b"Host: a" + byte + b"1.example")
    if byte[0] in HOST:
        table.forward(name, data, has=((b"host", b"a" + byte + b"1.example"),))
    elif byte[0] in ODD_HOST and byte != b":":
        table.either(name, data)
    else:
        table.refuse(name, (data, Fin), closes=True)
