from celery import shared_task

from release_plans.operations import reminders


@shared_task
def remind() -> int:
    """Every few minutes: write what falls due, and tell it. The rows say what is left to do."""
    reminders.sweep()
    return reminders.pass_on()
