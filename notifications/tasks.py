from celery import shared_task

from notifications import operations


@shared_task
def dispatch_due_notices() -> int:
    """Every half minute, and whenever somebody is in a hurry: the rows say what is due."""
    return operations.dispatch()
