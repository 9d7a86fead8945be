"""The HTTP client: sends exact bytes, takes bounded answers, and turns whatever a candidate does
into evidence.
"""

from __future__ import annotations

import ssl
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

from urllib3 import PoolManager
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from jidi.drive.candidate.credentials import Credentials
from jidi.drive.http.answer_reading import take_answer
from jidi.drive.http.bounds import CURRENT, Bounds, Guard
from jidi.drive.http.deadline import Deadline
from jidi.drive.http.failures import failure_of
from jidi.drive.http.pacing import Pace
from jidi.drive.http.preparing import Identity, Prepared, prepare
from jidi.drive.http.wire import make_pools, make_tls_context
from jidi.drive.keeping.foreign import shown
from jidi.model.exchange import Exchange, Failure, OtherCredential, Request, Response
from jidi.model.outgoing import PUSH_OPERATION, Outgoing
from jidi.model.target import Target
from jidi.model.urls import NotAUrlError, join_url

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
IDLE_S = 1.0
"""Kept-alive connections older than this are not used again: the far side may be closing them at
this very moment.
"""
_ANSWERS = 200
"""How many answers tell the pace of a candidate."""
_RUN_OVER = Failure("run-over", "the time of the run was over before there was an answer")


class _Local(threading.local):
    """Pools of one thread by scheme and client certificate, when each was last used (monotonic
    seconds), and which have carried a request.
    """

    def __init__(self) -> None:
        self.pools: dict[Identity, PoolManager] = {}
        self.used: dict[Identity, float] = {}
        self.carried: set[Identity] = set()


class Client:
    """Sends requests to one target; safe to use from many threads, each of which keeps its own
    connections.

    It never raises for what a candidate does, sends nothing to a host that the target does not
    declare, keeps no cookies and follows no redirect by itself. ``credentials`` defaults to the
    target's own, fetched through this very client. What ``deadline`` cuts short or lets not begin
    is a failure ``run-over``.
    """

    def __init__(
        self,
        target: Target,
        credentials: Credentials | None = None,
        bounds: Bounds | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        self._target = target
        self._bounds = bounds or Bounds()
        self._deadline = deadline or Deadline()
        self.credentials = credentials or Credentials(target, self.send)
        self.pace = Pace()
        self._local = _Local()
        self._every: weakref.WeakSet[PoolManager] = weakref.WeakSet()
        self._contexts: dict[tuple[str, str], ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self._going: set[Guard] = set()
        self._took: deque[float] = deque(maxlen=_ANSWERS)

    def send(self, outgoing: Outgoing) -> Exchange:
        """The exchange that sending ``outgoing`` gives; a 3xx is a response like any other.

        A body that breaks off leaves both a failure and a truncated response with what came. A
        token that cannot be had is a failure whose detail begins with ``no credential:``; nothing
        is sent then.
        """
        ready = self._ready(outgoing)
        if isinstance(ready, Exchange):
            return ready
        if paced := _paced_party(outgoing):
            self.pace.take(paced, sleep=self._sleep)
        return self._perform(ready)

    @property
    def deadline(self) -> Deadline:
        """The end of the run that this client serves."""
        return self._deadline

    @property
    def answer_s(self) -> float:
        """Seconds that an answer took lately, the median; 0 before there was any."""
        with self._lock:
            took = sorted(self._took)
        return took[len(took) // 2] if took else 0.0

    def interrupt(self) -> None:
        """Cut off every exchange that is under way; for the end of a run that did not wait for
        it.
        """
        with self._lock:
            going = list(self._going)
        for guard in going:
            guard.cut()

    def _sleep(self, seconds: float) -> None:
        self._deadline.sleep(seconds, grace=True)

    def follow(self, outgoing: Outgoing, limit: int = 3) -> tuple[Exchange, ...]:
        """Every exchange on the way, the last one being the answer; at most ``limit`` redirects,
        only to declared hosts.

        Meant for discovery, without credentials. One redirect too many ends in failure
        ``redirect-loop``.
        """
        trail = [self.send(outgoing)]
        while (location := _redirect(trail[-1])) is not None:
            if len(trail) > limit:
                failure = Failure(
                    "redirect-loop",
                    f"more than {limit} redirects, the last one to {shown(location)}",
                )
                return (*trail[:-1], replace(trail[-1], failure=failure))
            outgoing = replace(outgoing, url=location)
            trail.append(self.send(outgoing))
        return tuple(trail)

    def send_together(self, outgoings: Sequence[Outgoing], n: int = 1) -> tuple[Exchange, ...]:
        """Send each of ``outgoings`` ``n`` times, all released at the same moment over connections
        that are already open; answers in that order.

        Tokens are fetched before; the pace is kept for all together. Each request has a thread and
        a connection of its own, so keep the product below a few hundred.
        """
        ready = [self._ready(outgoing) for outgoing in outgoings for _ in range(n)]
        going = [item for item in ready if isinstance(item, Prepared)]
        if not going:
            return tuple(item for item in ready if isinstance(item, Exchange))
        for paced in filter(None, (_paced_party(item.outgoing) for item in going)):
            self.pace.take(paced, sleep=self._sleep)
        barrier = threading.Barrier(len(going))

        def run(item: Prepared | Exchange) -> Exchange:
            if isinstance(item, Exchange):
                return item
            self._open(item)
            barrier.wait()
            return self._perform(item)

        with ThreadPoolExecutor(max_workers=len(ready), thread_name_prefix="jidi-at-once") as pool:
            return tuple(pool.map(run, ready))

    def close(self) -> None:
        """Close every connection of every thread; the client can still be used and opens new
        ones.
        """
        with self._lock:
            managers = list(self._every)
        for manager in managers:
            manager.clear()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ready(self, outgoing: Outgoing) -> Prepared | Exchange:
        if time.monotonic() >= self._deadline.last:
            return _unsent(outgoing, _RUN_OVER)
        ready = prepare(outgoing, self._target, self.credentials, self._bounds.deadline_s)
        return _unsent(outgoing, ready) if isinstance(ready, Failure) else ready

    def _manager(self, ready: Prepared) -> PoolManager:
        identity = ready.identity
        manager = self._local.pools.get(identity)
        if manager is None:
            manager = make_pools(
                self._context(ready.certificate) if ready.url.scheme == "https" else None
            )
            self._local.pools[identity] = manager
            with self._lock:
                self._every.add(manager)
        elif time.monotonic() - self._local.used.get(identity, 0.0) > IDLE_S or (
            identity in self._local.carried and not _safe(ready)
        ):
            # The far side may close a connection that was kept alive at any time (RFC 9112, 9.5);
            # what must not be sent twice goes over one that was never answered on.
            manager.clear()
            self._local.carried.discard(identity)
        return manager

    def _context(self, certificate: tuple[str, str]) -> ssl.SSLContext:
        with self._lock:
            if certificate not in self._contexts:
                self._contexts[certificate] = make_tls_context(
                    self._target.tls.ca_file, *certificate
                )
            return self._contexts[certificate]

    def _open(self, ready: Prepared) -> None:
        """Open the connection ahead of time; if that fails, the request itself will say why."""
        token = CURRENT.set(
            Guard(time.monotonic() + self._bounds.connect_s, self._bounds.header_bytes)
        )
        try:
            pool = self._manager(ready).connection_from_url(str(ready.url))
            connection = pool._get_conn(
                timeout=0
            )  # urllib3 has no public way to open a connection without a request
            connection.timeout = self._bounds.connect_s
            connection.connect()
            pool._put_conn(connection)
            self._local.used[ready.identity] = time.monotonic()
        except (OSError, HTTPError):
            return
        finally:
            CURRENT.reset(token)

    def _perform(self, ready: Prepared) -> Exchange:
        started_at, started = _now(), time.monotonic()
        if started >= self._deadline.last:
            return _unsent(ready.outgoing, _RUN_OVER)
        guard = Guard(
            min(started + ready.timeout_s, self._deadline.last), self._bounds.header_bytes
        )
        with self._lock:
            self._going.add(guard)
        try:
            response, failure = self._tried(ready, guard)
        finally:
            with self._lock:
                self._going.discard(guard)
        if failure and (guard.was_cut or time.monotonic() >= self._deadline.last):
            failure = _RUN_OVER
        if response is not None:
            self._took.append(time.monotonic() - started)
        outgoing = ready.outgoing
        sent = tuple(guard.sent_headers) or tuple(
            (name, value) for name, value in ready.headers.items()
        )
        request = Request(outgoing.method, str(ready.url), sent, outgoing.body or b"")
        party = "" if outgoing.credential == "none" else outgoing.party
        return Exchange(
            "sent",
            party,
            outgoing.operation,
            request,
            response,
            failure,
            started_at,
            started,
            time.monotonic(),
            _other_credential(outgoing),
        )

    def _tried(self, ready: Prepared, guard: Guard) -> tuple[Response | None, Failure | None]:
        """What came; a safe request over a connection that the far side had closed meanwhile is
        sent once more.
        """
        response, failure = self._attempt(ready, guard)
        if (
            failure
            and failure.kind == "reset"
            and not guard.connected
            and not guard.received
            and _safe(ready)
        ):
            # The far side closed a kept-alive connection just as it was used again (RFC 9112,
            # 9.3.1): not its fault.
            guard.sent_headers.clear()
            response, failure = self._attempt(ready, guard)
        return response, failure

    def _attempt(self, ready: Prepared, guard: Guard) -> tuple[Response | None, Failure | None]:
        token = CURRENT.set(guard)
        try:
            left = guard.remaining()
            pool = self._manager(ready).connection_from_url(str(ready.url))
            raw = pool.urlopen(
                ready.outgoing.method,
                ready.url.request_uri,
                body=ready.outgoing.body,
                headers=ready.headers,
                retries=False,
                redirect=False,
                assert_same_host=False,
                timeout=Timeout(connect=min(self._bounds.connect_s, left), read=left),
                preload_content=False,
                decode_content=False,
            )
            return take_answer(raw, self._bounds)
        except (OSError, HTTPError, ValueError) as error:
            return None, failure_of(error)
        finally:
            self._local.used[ready.identity] = time.monotonic()
            self._local.carried.add(ready.identity)
            CURRENT.reset(token)


def _safe(ready: Prepared) -> bool:
    return ready.outgoing.method.upper() in SAFE_METHODS


def _paced_party(outgoing: Outgoing) -> str:
    """Whose declared rate a request counts against: nobody's without a credential; that of a push
    is its signature.
    """
    if outgoing.credential == "party" or outgoing.operation == PUSH_OPERATION:
        return outgoing.party
    return (
        ""
        if outgoing.credential in {"none", "forged"}
        else f"token {outgoing.paced_as or outgoing.credential}"
    )


def _other_credential(outgoing: Outgoing) -> OtherCredential:
    """What a party was made to send in place of its own; ``none`` is no party's."""
    if not outgoing.party or outgoing.credential in {"party", "none"}:
        return ""
    return "forged" if outgoing.credential == "forged" else "given"


def _redirect(exchange: Exchange) -> str | None:
    response = exchange.response
    if response is None or exchange.failure or response.status not in {301, 302, 303, 307, 308}:
        return None
    location = response.header("location")
    try:
        return join_url(exchange.request.url, location) if location else None
    except (
        NotAUrlError
    ):  # such as half an IPv6 address: it leads nowhere, so the redirect itself is the answer
        return None


def _unsent(outgoing: Outgoing, failure: Failure) -> Exchange:
    now = time.monotonic()
    request = Request(outgoing.method, outgoing.url, outgoing.headers, outgoing.body or b"")
    return Exchange(
        "sent", outgoing.party, outgoing.operation, request, None, failure, _now(), now, now
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


Send = Callable[[Outgoing], Exchange]
"""Shape of :meth:`Client.send`, for those who only need to send."""
