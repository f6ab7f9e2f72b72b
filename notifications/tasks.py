from celery import shared_task

from notifications import mails, operations


@shared_task
def dispatch_due_notices() -> int:
    """Every half minute, and whenever somebody is in a hurry: the rows say what is due."""
    return operations.dispatch()


@shared_task
def send_mails() -> int:
    """Every half minute: the rows say what is owed, and who is quiet now."""
    return mails.send_mails()
