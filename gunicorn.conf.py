"""How gunicorn serves the portal. An operator overrides any of it in GUNICORN_CMD_ARGS."""

import gc
import os

from gunicorn.glogging import Logger

from portal.logs import JsonLines


class JsonLogger(Logger):
    """Gunicorn's own lines, as the portal writes its: the words of an error may hold an address."""

    def setup(self, cfg):
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())


logger_class = JsonLogger
wsgi_app = "wsgi:app"
# The proxy in front is on the same machine; nothing else reaches the portal directly.
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
# An upload of 20 MB over a slow line is read by the proxy, not here.
timeout = 60
graceful_timeout = 20
keepalive = 5
# Workers start anew now and then, not all at once: a slow leak never grows.
max_requests = 5_000
max_requests_jitter = 500
# A heartbeat on a disk that stalls would end a healthy worker.
worker_tmp_dir = "/dev/shm"  # noqa: S108  memory; gunicorn makes the file  # nosec B108
# The portal writes its own log line for each request, without personal data.
accesslog = None
errorlog = "-"
# Which forwarded headers count is PROXY_HOPS's affair alone.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
# One socket in the home folder would be shared by every portal of the machine.
control_socket_disable = True


def post_worker_init(worker):
    """Look at everything before the first request; see to it that searches for garbage are short.

    One that follows an ended worker comes up in any case: the portal runs already.
    """
    if worker.age <= worker.cfg.workers:
        from portal.operations.services import require_well

        with worker.wsgi.app_context():
            require_well()
    gc.collect()
    gc.freeze()
