from celery import shared_task

from mentors import operations


@shared_task
def warn_of_loans() -> int:
    """Every hour: each loan that ends soon is told of once."""
    return operations.warn_of_loans()
