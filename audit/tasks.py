from celery import shared_task

from audit import operations


@shared_task
def seal_trail() -> int:
    """Every `SEAL_EVERY` seconds: what was not sealed yet is what could be changed unseen."""
    return operations.seal_trail()
