"""How gunicorn serves the API, and how it stops.

On SIGTERM, in this order:

1. Linger (STOP_LINGER_MS, 4 s). Requests are served, but /readyz answers 503 and every
   answer says `Connection: close`, so that a proxy's idle connections end by themselves
   before anything is closed.
2. Refuse (the last quarter of the linger, at most a second). GET and HEAD are answered
   with 503, which tells a proxy to ask another replica. What cannot be asked twice,
   such as POST, is served.
3. Gunicorn's own graceful stop: the workers take what the kernel has accepted, close
   the listener (worker.py), and finish what they have begun, for as long as the longest
   request may take.
4. Stay, until 3 s after the linger: connections to this address are refused at once,
   which a proxy notices; an address that no longer exists would let it wait.

What it cannot promise: the workers share one listener, and a connection that arrives
between the last look of the one and the close of the other is reset. That is a moment
at the end of step 2, when a proxy sends next to nothing here; but it is not never.
"""

import math
import os
import signal
import time

import endpoints
import stopping

LINGER = int(os.environ.get("STOP_LINGER_MS") or 4000) / 1000
REFUSE = min(1.0, LINGER / 4)
STAY = 3.0

wsgi_app = "app:create_app()"
bind = f"0.0.0.0:{os.environ.get('PORT') or 8080}"

# Loaded before the fork: a table that cannot be served ends the start with a message.
preload_app = True
worker_class = "worker.Worker"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = 8

# Longer than a proxy keeps an idle connection (2 s): it is the proxy that closes.
keepalive = 5
# As long as a request may take.
graceful_timeout = math.ceil(endpoints.load().longest_ms / 1000) or 1
# The only files it writes are in memory: the root can be read-only, and a slow disk
# cannot make a worker look hung.
worker_tmp_dir = "/dev/shm"
control_socket_disable = True

# The API writes the lines about requests itself; gunicorn's own go to standard error.
accesslog = None
errorlog = "-"

# When the linger ended, if it did: what on_exit looks at.
_closed = []


def when_ready(_arbiter):
    """Put the linger before gunicorn's own answer to SIGTERM."""
    stop = signal.getsignal(signal.SIGTERM)

    def linger(_signal, _frame):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stopping.enter(stopping.LINGERING)
        after(LINGER - REFUSE, refuse)

    def refuse(_signal, _frame):
        stopping.enter(stopping.REFUSING)
        after(REFUSE, close)

    def close(_signal, frame):
        _closed.append(time.monotonic())
        stop(signal.SIGTERM, frame)

    signal.signal(signal.SIGTERM, linger)


def after(seconds, handler):
    """Call a handler later, in the master; a time of 0 would mean never."""
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))


def pre_request(worker, _request):
    """Let the answer close its connection once a stop has begun."""
    if stopping.is_leaving():
        worker.cfg.set("keepalive", 0)


def on_exit(_arbiter):
    """Keep the address until nobody asks it any more."""
    for closed_at in _closed:
        time.sleep(max(0.0, closed_at + STAY - time.monotonic()))
