from accounts.access import rule
from accounts.roles import Role
from mentees.rules import administered, audited, by_caseworker
from networks.models import ContactRestriction, NetworkPerson
from networks.permissions import NetworkPermission as N

administered(ContactRestriction, [N.VIEW_RESTRICTION])
rule(ContactRestriction, to=Role.CASEWORKER, allows=[N.VIEW_RESTRICTION])(
    by_caseworker(ContactRestriction)
)
rule(NetworkPerson, to=Role.CASEWORKER, allows=[N.CONTACT])(by_caseworker(NetworkPerson))
administered(NetworkPerson, [N.METADATA])
audited(ContactRestriction, [N.IS_THERE])
