"""Tasks that try what they reach by network, and to reach more.

Each attempt answers with "reached" or with why not.
"""

import ctypes
import errno
import fcntl
import functools
import json
import os
import shutil
import socket
import struct
import subprocess
import typing

from flytekit import Resources, task, workflow

SMALL = Resources(cpu="100m", mem="150Mi")
# What is to be refused is mostly dropped; what is to be reached may be slow.
DROPPED_SECONDS = 0.7
REACHED_SECONDS = 30
PORTS = range(1, 65536)
SIOCSIFFLAGS, SIOCADDRT, SIOCSIFADDR = 0x8914, 0x890B, 0x8916
RTM_NEWROUTE, RTM_DELROUTE, RTM_DELLINK, RTM_NEWRULE = 24, 25, 17, 32
NLM_REQUEST, NLM_ACK, NLM_CREATE, NLM_REPLACE = 1, 4, 0x400, 0x100
IP_PKTINFO = 8


@task(requests=SMALL)
def reaches(world: str) -> str:
    """world: JSON of addresses that the tests know, by name, and the names of those to be reached."""
    known = json.loads(world)
    patience = {name: REACHED_SECONDS for name in known["reached"]}
    answers: typing.Dict[str, str] = {}
    for attempt, places in ((_connect, known["connections"]), (_echo, known["datagrams"])):
        for name, (host, port) in places.items():
            for way, device in (("", False), (" by its device", True)):
                seconds = patience.get(name + way, DROPPED_SECONDS)
                answers[name + way] = _tried(functools.partial(attempt, host, port, seconds, device))
    for name, attempt in _changes():
        answers[name] = _tried(attempt)
    answers["listening on loopback"] = json.dumps(_listening())
    answers["interfaces"] = ",".join(sorted(name for _, name in socket.if_nameindex()))
    return json.dumps(answers)


def _tried(attempt) -> str:
    try:
        attempt()
    except OSError as error:
        return "refused: %s" % errno.errorcode.get(error.errno, error)
    except Exception as error:
        return "refused: %s: %s" % (type(error).__name__, error)
    return "reached"


def _family(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _bind_to_device(connection):
    # Since Linux 5.7 anybody may, and IPv4 then goes around the routes.
    for _, name in socket.if_nameindex():
        if name != "lo":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode())
            return
    raise OSError(errno.ENODEV, "no device")


def _connect(host, port, seconds, device):
    with socket.socket(_family(host), socket.SOCK_STREAM) as connection:
        connection.settimeout(seconds)
        if device:
            _bind_to_device(connection)
        connection.connect((host, port))
        # What only takes a connection to drop it is nobody.
        if connection.recv(1) == b"":
            raise OSError(errno.ECONNRESET, "nobody")


def _echo(host, port, seconds, device):
    with socket.socket(_family(host), socket.SOCK_DGRAM) as connection:
        connection.settimeout(seconds)
        if device:
            _bind_to_device(connection)
        connection.sendto(b"harrier", (host, port))
        connection.recv(100)


def _changes():
    yield "resolve a name", lambda: socket.getaddrinfo("example.org", 443)
    yield "a raw socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
    yield "a raw socket of IPv6", lambda: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_TCP)
    yield "a packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 3)
    yield "a ping", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
    yield "add a route", lambda: _netlink(RTM_NEWROUTE, _route(), NLM_CREATE | NLM_REPLACE)
    yield "remove a route", lambda: _netlink(RTM_DELROUTE, _route())
    yield "add a rule", lambda: _netlink(RTM_NEWRULE, struct.pack("=BBBBBBBBI", 2, 0, 0, 0, 254, 0, 0, 1, 0), NLM_CREATE)
    yield "remove a device", lambda: _netlink(RTM_DELLINK, struct.pack("=BBHiII", 0, 0, 0, 2, 0, 0))
    yield "turn loopback off", lambda: _interface(SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", 0))
    yield "take an address", lambda: _interface(
        SIOCSIFADDR, struct.pack("16sH2s4s8x", b"lo", socket.AF_INET, b"\0\0", socket.inet_aton("198.51.100.9"))
    )
    yield "mark packets", lambda: socket.socket().setsockopt(socket.SOL_SOCKET, 36, 1)
    yield "open a tunnel", _tunnel
    yield "make a tunnel's device", lambda: os.mknod("/tmp/tun", 0o600 | 0o020000, os.makedev(10, 200))
    yield "remove the filter", _remove_filter
    yield "a network of one's own", lambda: _call("unshare", 0x40000000)
    yield "enter another network", lambda: _call("setns", os.open("/proc/1/ns/net", os.O_RDONLY), 0)


def _route():
    gateway = struct.pack("=HH4s", 8, 5, socket.inet_aton("192.0.0.1"))
    return struct.pack("=BBBBBBBBI", socket.AF_INET, 0, 0, 0, 254, 3, 0, 1, 0) + gateway


def _netlink(kind, body, flags=0):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as link:
        head = struct.pack("=IHHII", 16 + len(body), kind, NLM_REQUEST | NLM_ACK | flags, 1, 0)
        link.sendto(head + body, (0, 0))
        answer = link.recv(4096)
        error = struct.unpack_from("=i", answer, 16)[0]
        if error:
            raise OSError(-error, "netlink")


def _interface(request, argument):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, request, argument)


def _tunnel():
    tunnel = os.open("/dev/net/tun", os.O_RDWR)
    try:
        fcntl.ioctl(tunnel, 0x400454CA, struct.pack("16sH14x", b"out0", 0x1002))
    finally:
        os.close(tunnel)


def _remove_filter():
    nft = shutil.which("nft", path="/usr/sbin:/sbin:/usr/bin")
    if nft is None:
        raise OSError(errno.ENOENT, "nft")
    removed = subprocess.run([nft, "flush", "ruleset"], capture_output=True, check=False)
    if removed.returncode:
        raise OSError(errno.EPERM, removed.stderr.decode())


def _call(name, *arguments):
    ctypes.set_errno(0)
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def _listening():
    """All ports of loopback on which somebody takes a connection."""
    found = []
    for port in PORTS:
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0 and connection.getsockname()[1] != port:
                found.append(port)
    return found


@workflow
def reaching(world: str) -> str:
    return reaches(world=world)
