"""An origin of one great body for every request, sent as fast as it is taken: `stream.py BYTES`."""

import socket
import sys
import threading

PIECE = bytes(index * 7 % 251 for index in range(1 << 20))


def serve(connection, size):
    with connection:
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(65536)
            if not part:
                return
            head += part
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        left = size
        while left:
            count = min(left, len(PIECE))
            connection.sendall(PIECE[:count])
            left -= count


def main():
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print("port", listener.getsockname()[1], flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, int(sys.argv[1])), daemon=True).start()


main()
