"""How Celery is set: read by icc_portal.celery once the settings stand.

The queue is a fast path only. What must happen is a row in the database (cities.effects) and a
sweep finds what the queue lost, so nothing here has to be a guarantee.
"""

from django.conf import settings
from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["filesystem"] = "icc_portal.filesystem:Transport"
HARD_LIMIT_S = 90

if settings.CELERY_BROKER_URL:
    broker_url = settings.CELERY_BROKER_URL
    broker_transport_options = {
        # A frozen broker must not freeze the page that hands work over.
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        # Nor may a dead one: kombu would try again for six seconds before it says so.
        "max_retries": 0,
        "visibility_timeout": 3 * HARD_LIMIT_S,
        "global_keyprefix": settings.QUEUE_PREFIX,
    }
    worker_enable_remote_control = True
else:
    broker_url = "filesystem://localhost//"
    folder = settings.DATA_DIR / "queue"
    for part in ("messages", "exchanges"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    broker_transport_options = {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "exchanges"),
        # The default of a second would make every review wait for it.
        "polling_interval": 0.05,
    }
    # Each remote-control question would leave a file behind for every worker that is gone.
    worker_enable_remote_control = False

broker_connection_max_retries = None
broker_connection_retry_on_startup = True
task_publish_retry = False

# "mail" stands apart so that a backlog of work does not hold up what people wait for, "outside" so
# that other people's slow servers hold up neither: a worker of its own takes it.
task_queues = [Queue("work"), Queue("mail"), Queue("outside")]
task_default_queue = "work"
task_create_missing_queues = False

task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 200
worker_cancel_long_running_tasks_on_connection_loss = True
task_soft_time_limit = 60
task_time_limit = HARD_LIMIT_S

task_ignore_result = True
task_serializer = result_serializer = "json"
accept_content = ["json"]
worker_hijack_root_logger = False
timezone = "UTC"

beat_scheduler = "icc_portal.clock:OneClock"
# A connection to the database serves as many tasks as its process: icc_portal.celery returns it to
# its pool after each, where Celery by itself would close both.
CELERY_DB_REUSE_MAX = worker_max_tasks_per_child
