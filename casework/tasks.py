from celery import shared_task

from casework import operations


@shared_task
def alarm_denials() -> int:
    """Every minute: a request that is refused only writes its line, and knows no coach."""
    return operations.alarm_denials()


@shared_task
def alarm_unreviewed() -> int:
    """Every hour: an emergency access is reviewed within two working days."""
    return operations.alarm_unreviewed()
