"""Gunicorn's threaded worker, but for the moment in which it stops accepting."""

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """Closes the listener at once, after taking all that waits in the kernel's queue.

    The stock worker leaves the listener open until its last request is finished, and
    whoever connects meanwhile is accepted by the kernel, waits, and is reset.
    """

    def set_accept_enabled(self, enabled):
        """Stop accepting for good once the worker is to end."""
        super().set_accept_enabled(enabled)
        if self.alive:
            return
        for listener in self.sockets:
            accepted = -1
            while self.nr_conns != accepted:
                accepted = self.nr_conns
                self.accept(listener)
            listener.close()
