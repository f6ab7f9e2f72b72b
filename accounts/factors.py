"""What a second factor keeps secret stands encrypted inside a JSON column of allauth's."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from core.rotation import Rotated, elsewhere, rotated

SECRETS = ("secret", "seed")  # of an app, of a card; a passkey has a public key only


@elsewhere
def rotate_factors() -> Rotated:
    """Row by row, under its lock: a code that is given meanwhile stays crossed out."""
    done = Rotated(Authenticator._meta.db_table)
    keys = list(Authenticator.objects.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            factor = Authenticator.objects.select_for_update().filter(pk=key).first()
            if factor is not None:
                _rotate(factor, done)
    return done


def _rotate(factor: Authenticator, done: Rotated) -> None:
    held = {name: factor.data[name] for name in SECRETS if name in factor.data}
    turned = {name: rotated(stored, done) for name, stored in held.items()}
    if turned != held:
        factor.data |= turned
        factor.save(update_fields=["data"])
