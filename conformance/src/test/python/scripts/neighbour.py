"""A machine beside this one: takes connections on two ports and answers datagrams on a third.

Run in a network namespace of its own. Tells its ports in one line and ends with its standard input.
"""

import socket
import sys
import threading


def main():
    listeners = [socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) for _ in range(2)]
    echo = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    echo.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    echo.bind(("::", 0))
    for listener in listeners:
        threading.Thread(target=_greet, args=(listener,), daemon=True).start()
    threading.Thread(target=_echo, args=(echo,), daemon=True).start()
    print(*[one.getsockname()[1] for one in listeners + [echo]], flush=True)
    sys.stdin.read()


def _greet(listener):
    while True:
        connection, _ = listener.accept()
        connection.sendall(b"hello")
        connection.close()


def _echo(echo):
    while True:
        data, sender = echo.recvfrom(2000)
        echo.sendto(data, sender)


main()
