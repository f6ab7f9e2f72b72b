"""The worker and its schedule: `celery -A bot_project worker`, `celery -A bot_project beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bot_project.settings")

app = Celery("bot_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
